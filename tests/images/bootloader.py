# SPDX-License-Identifier: BSD-2-Clause
"""pvboot-bootloader as xl runs it, and pygrub beside it: their arguments, and what they leave behind."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("PVBOOT_BUILD", ROOT / "build")).resolve() / "pvboot-bootloader"
PYGRUB = Path("/usr/lib/xen-4.17/bin/pygrub")
TIMEOUT = 240


@dataclass
class Result:
    """What libxl finds: the files' bytes (the kernel's, the initrd's) and the kernel's line; None where there is none."""

    kernel: bytes | None = None
    ramdisk: bytes | None = None
    args: str | None = None


def parse(text: bytes) -> Result:
    """simple0, as libxl reads it. The files are removed, as libxl does it."""
    result = Result()
    for line in text.split(b"\0"):
        word, _, rest = line.decode(errors="surrogateescape").partition(" ")
        if word in ("kernel", "ramdisk"):
            setattr(result, word, Path(rest).read_bytes())
            Path(rest).unlink()
        elif word == "args":
            result.args = rest
        else:
            assert word == "", line
    return result


class Bootloader:
    """Its folder is what libxl makes for one domain: an empty file for the result and an empty folder for the files."""

    def __init__(self, folder: Path, program: Path = PROGRAM):
        self.program = program
        self.output = folder / "bootloader.1.out"
        self.directory = folder / "bootloader.1.d"
        self.directory.mkdir(exist_ok=True)
        self.output.touch()

    def command(self, image, *options):
        return [self.program, f"--output={self.output}", "--output-format=simple0", f"--output-directory={self.directory}",
                *options, image]

    def run(self, image, *options):
        return subprocess.run(self.command(image, *options), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="surrogateescape", timeout=TIMEOUT, check=False)

    def take(self, image, *options) -> Result:
        done = self.run(image, "--quiet", *options)
        assert done.returncode == 0, done.stderr
        return self.result()

    def result(self) -> Result:
        result = parse(self.output.read_bytes())
        self.output.write_bytes(b"")
        assert self.left() == []
        return result

    def left(self):
        """The files that are there."""
        return sorted(path.name for path in self.directory.iterdir())

    def refuses(self, image, *options, status=1) -> str:
        """It fails, leaves nothing, and says why: in these lines."""
        done = self.run(image, *options)
        assert done.returncode == status, done
        assert self.left() == [] and self.output.read_bytes() == b""
        return done.stderr
