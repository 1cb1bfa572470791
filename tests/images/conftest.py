# SPDX-License-Identifier: BSD-2-Clause
"""The tool under test, pvboot in $PVBOOT_BUILD, or in build; and the Linux that makes and reads what it is tested with."""

import os
import subprocess
from pathlib import Path

import pytest

from linux_made import Workshop

ROOT = Path(__file__).resolve().parents[2]


BUILD = Path(os.environ.get("PVBOOT_BUILD", ROOT / "build")).resolve()


class Pvboot:
    """Runs `pvboot -d IMAGE...`; what it writes is text."""

    def __init__(self, program: Path):
        self.program = program

    def run(self, image: Path, *arguments) -> subprocess.CompletedProcess:
        command = [self.program, "-d", image, *arguments]
        return subprocess.run(command, capture_output=True, text=True, errors="surrogateescape", timeout=120)

    def ok(self, image: Path, *arguments) -> str:
        done = self.run(image, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def extract(self, image: Path, folder: Path) -> Path:
        folder.mkdir(exist_ok=True)
        done = self.run(image, "extract", "/", folder)
        assert done.returncode == 0 and done.stderr == "", done.stderr
        return folder


@pytest.fixture(scope="session")
def pvboot() -> Pvboot:
    program = BUILD / "pvboot"
    assert program.exists(), f"{program} is missing: run make first"
    return Pvboot(program)


@pytest.fixture(scope="session")
def linux():
    workshop = Workshop(BUILD)
    yield workshop
    workshop.close()
