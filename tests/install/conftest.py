# SPDX-License-Identifier: BSD-2-Clause
"""What `make install` installs, below a folder of its own; or below $PVBOOT_INSTALLED, where a package has installed it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("PVBOOT_BUILD", ROOT / "build")).resolve()

sys.path.insert(0, str(ROOT / "tests/images"))


def make(*words):
    """Runs make here; what an outer make has said does not count."""
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    done = subprocess.run(["make", f"O={BUILD}", *words], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def installed(tmp_path_factory) -> Path:
    if "PVBOOT_INSTALLED" in os.environ:
        return Path(os.environ["PVBOOT_INSTALLED"])
    folder = tmp_path_factory.mktemp("installed")
    make("install", f"DESTDIR={folder}")
    return folder / "usr/local"
