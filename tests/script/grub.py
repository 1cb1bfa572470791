# SPDX-License-Identifier: BSD-2-Clause
"""Scripts of GRUB 2's, checked and run by pvboot (build/run_script) and by GRUB's own programs."""

import os
import re
import subprocess
from pathlib import Path

RUN_SCRIPT = Path(os.environ.get("PVBOOT_BUILD", "build")) / "run_script"


def is_accepted_by_grub(path: Path) -> bool:
    """grub-script-check says of a script that does nothing that this is so, and fails."""
    done = subprocess.run(["grub-script-check", path], capture_output=True, text=True, check=False)
    return done.returncode == 0 or "contains no commands" in done.stderr


def accepted(paths: list[Path]) -> set[Path]:
    """Those that pvboot finds right."""
    done = subprocess.run([RUN_SCRIPT, "-n", *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {Path(line) for line in done.stdout.splitlines()}


def lines(output: str) -> list[str]:
    return [line.rstrip() for line in output.splitlines()]


def without_blanks(shown: list[str]) -> str:
    """grub-emu's lines are cut after 80 characters, at a blank."""
    return "".join(shown).replace(" ", "")


def run_by_grub(script: str, folder: Path) -> list[str]:
    """What echo shows in grub-emu, without its messages; lines of 80 and more would be cut in two."""
    (folder / "grub.cfg").write_text(script + "\nhalt\n")
    done = subprocess.run(["grub-emu", "-d", folder], stdin=subprocess.DEVNULL, capture_output=True, check=False,
                          env=os.environ | {"TERM": "dumb"}, timeout=60)
    text = re.sub(r"\x1b\[[0-9;]*m|\r", "", done.stdout.decode()).split("Welcome to GRUB!\n\n", 1)[1]
    return [line for line in lines(text) if not line.startswith("error: ")]


def run(script: str, folder: Path) -> tuple[list[str], str]:
    """What echo shows, and the messages."""
    path = folder / "script.cfg"
    path.write_text(script)
    done = subprocess.run([RUN_SCRIPT, path], capture_output=True, text=True, check=False, timeout=60)
    return lines(done.stdout), done.stderr
