# SPDX-License-Identifier: BSD-2-Clause
"""Debian packages, built in a clean Debian; and another one that has them installed."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from clean_debian import Debian, run

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "xenbox"))

from accel import choose  # noqa: E402
from guest import Box  # noqa: E402

BUILD = Path(os.environ.get("PVBOOT_BUILD", ROOT / "build")).resolve()
NAMES = ("pvboot", "pvboot-xen-host", "libpvboot0", "libpvboot-dev")

# Two builds: where, and what of the surroundings is another.
BUILDS = {
    "/build/first": {},
    "/home/somebody/elsewhere/second": {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "HOME": "/nowhere", "DEB_BUILD_OPTIONS": "parallel=1"},
}


@pytest.fixture(scope="session")
def source() -> Path:
    """What `make deb` leaves."""
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    run("make", f"O={BUILD}", "deb", cwd=ROOT, env=environment)
    return BUILD / "deb"


@pytest.fixture(scope="session")
def built(source):
    """The folders with what each of BUILDS has made of the source package."""
    debian = Debian(BUILD, "building")
    debian.install("dpkg-dev")
    results = []
    for folder, variables in BUILDS.items():
        place = debian.root / folder[1:]
        place.mkdir(parents=True)
        for path in source.glob("pvboot_*.[odt]*"):
            shutil.copy(path, place)
        debian.run("sh", "-c", "dpkg-source -x *.dsc source", folder=folder)
        debian.run("apt-get", "build-dep", "-q", "-y", "--no-install-recommends", "./source", folder=folder)
        debian.run("dpkg-buildpackage", "--no-sign", "--build=binary", folder=f"{folder}/source", **variables)
        results.append(place)
    yield results
    debian.remove()


@pytest.fixture(scope="session")
def packages(built) -> dict:
    """name: file, of those that were built in the clean Debian."""
    return {name: next(built[0].glob(f"{name}_*.deb")) for name in NAMES}


@pytest.fixture(scope="session")
def installed(packages):
    """A clean Debian with the packages, and the source in /source."""
    debian = Debian(BUILD, "installed")
    for path in packages.values():
        shutil.copy(path, debian.root)
    debian.install(*(f"/{path.name}" for path in packages.values()))
    run("sh", "-c", f"git -C {ROOT} archive --prefix=source/ HEAD | tar -x -C {debian.root}")
    run("sh", "-c", f"git -C {ROOT} archive --prefix=source/debian/ HEAD:debian | tar -x -C {debian.root}")
    yield debian
    debian.remove()


@pytest.fixture(scope="session")
def box():
    """The real Xen, which sees all that is built here, and the demo disk."""
    run("make", f"O={BUILD}", BUILD / "demo.img", cwd=ROOT)
    machine = Box(BUILD / "xenbox", BUILD, memory=2048, accel=choose(BUILD / "xenbox"))
    yield machine
    machine.close()
