# SPDX-License-Identifier: BSD-2-Clause
"""One Xen for all tests, and the disks that guests boot from, made once."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "xenbox"), str(ROOT / "tests/images")]

from accel import choose  # noqa: E402
from guest import Box, Disk  # noqa: E402

from disks import Disks  # noqa: E402

BUILD = Path(os.environ.get("PVBOOT_BUILD", ROOT / "build")).resolve()
LOADER = BUILD / "pvboot-x86_64.elf"


@pytest.fixture(scope="session")
def box():
    build = BUILD / "xenbox"
    build.mkdir(parents=True, exist_ok=True)
    machine = Box(build, BUILD, memory=7680, dom0_memory=1024, accel=choose(build))
    yield machine
    machine.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A test that failed shows its guests' state too, and what Xen said of them: one that stopped may have been destroyed."""
    outcome = yield
    machine = getattr(item, "funcargs", {}).get("box")
    if call.when == "call" and outcome.get_result().failed and machine is not None:
        said = machine.dom0("xl list; xl dmesg | tail -n 20")[1]
        outcome.get_result().sections.append(("xl list, xl dmesg", said))


@pytest.fixture(scope="session")
def disks():
    return Disks(BUILD)


def disk_name(index):
    """xvda, xvdb ..."""
    return f"xvd{chr(ord('a') + index)}"


@pytest.fixture(params=["pv", "pvh"])
def kind(request):
    """The kind of guest, for tests that hold for both: `@both_kinds`."""
    return request.param


both_kinds = pytest.mark.usefixtures("kind")


@pytest.fixture
def boot(box, request):
    """
    boot(image, ...) starts the loader, or another kernel (None: what the options say), with these disks (images, or Disks made by the caller); guests end with
    the test. writable: disks in dom0 (box.put) that the guest may write to. The guest is a PV one, or of the test's kind.
    """
    guests = []
    kind = request.getfixturevalue("kind") if "kind" in request.fixturenames else "pv"

    def start(*images, kernel=LOADER, writable=(), **options):
        attached = [image if isinstance(image, Disk) else Disk(box.path(image), disk_name(index), "r")
                    for index, image in enumerate(images)]
        attached += [Disk(path, disk_name(len(attached) + index), "w") for index, path in enumerate(writable)]
        options.setdefault("memory", 384)
        options.setdefault("type", kind)
        guests.append(box.create(kernel and box.path(kernel), disks=attached, **options))
        return guests[-1]

    yield start
    for guest in guests:
        if guest.state() != "gone":
            guest.destroy()
