# SPDX-License-Identifier: BSD-2-Clause
"""What the tool does on a terminal only: colours, and a line that says how far it has come."""

import os
import pty
import re
import subprocess

import pytest
from small_kernel import small_kernel

COLOR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    folder = tmp_path_factory.mktemp("terminal")
    (folder / "tree/folder").mkdir(parents=True)
    (folder / "tree/link").symlink_to("kernel")
    (folder / "tree/kernel").write_bytes(small_kernel())
    (folder / "tree/menu.lst").write_text("title A\nkernel /kernel\ntitle B\nkernel /nothing\n")
    subprocess.run(["mke2fs", "-q", "-d", folder / "tree", folder / "image", "4M"], check=True)
    return folder / "image"


def on_terminal(*command, **variables) -> str:
    """What it writes to a terminal that is its standard output and standard error."""
    leader, follower = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "vt100"} | variables
    process = subprocess.Popen(command, stdin=follower, stdout=follower, stderr=follower, env=environment)
    os.close(follower)
    output = b""
    try:
        while piece := os.read(leader, 65536):
            output += piece
    except OSError:  # its end
        pass
    process.wait()
    os.close(leader)
    return output.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("words,colored", [
    (["ls", "/"], ["\x1b[1;34mfolder\x1b[0m", "\x1b[36mlink\x1b[0m -> kernel"]),
    (["tree", "/"], ["\x1b[1;34mfolder\x1b[0m/"]),
    (["check"], ["\x1b[32m      would boot in PV domains\x1b[0m", "\x1b[1;31m      would NOT boot\x1b[0m"]),
])
def test_colors(pvboot, image, words, colored):
    command = [pvboot.program, "-d", image, *words]
    output = on_terminal(*command)
    assert all(text in output for text in colored)
    for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert on_terminal(*command, **variables) == COLOR.sub("", output)
    assert "\x1b" not in subprocess.run(command, capture_output=True, text=True).stdout


def test_messages_stand_where_they_belong(pvboot, image):
    lines = COLOR.sub("", on_terminal(pvboot.program, "-d", image, "check")).splitlines()
    at = lines.index('pvboot: (hd0)/nothing: there is no "nothing"')
    assert lines[at - 1].split() == ["1", "B"] and lines[at + 1] == "      would NOT boot"


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    (folder / "tree").mkdir()
    (folder / "tree/file").write_bytes(bytes(range(256)) * (16 << 12))
    subprocess.run(["mke2fs", "-q", "-d", folder / "tree", folder / "image", "24M"], check=True)
    return folder / "image"


def slowed(pvboot, call, milliseconds, *words):
    """Each of these system calls takes so long."""
    return ["strace", "-qq", "-o", "/dev/null", "--seccomp-bpf", "-f", "-e", f"trace={call}", "-e",
            f"inject={call}:delay_enter={milliseconds}000", pvboot.program, *words]


def test_progress_of_extract(pvboot, large, tmp_path):
    output = on_terminal(*slowed(pvboot, "pwrite64", 15, "-d", large, "extract", "/", tmp_path / "into"))
    shown = re.findall(r"\rextract  (\d+) files, (\d+) MiB, \d+ MiB/s\x1b\[K", output)
    assert len(shown) > 3 and int(shown[-1][1]) > int(shown[0][1])
    assert output.endswith("\r\x1b[K")


def test_progress_of_a_file_has_an_end(pvboot, large):
    command = " ".join(str(word) for word in slowed(pvboot, "write", 200, "-d", large, "cat", "/file")) + " >/dev/null"
    output = on_terminal("sh", "-c", command)
    shares = [int(share) for share in re.findall(r"\rcat  \[#* *\] +(\d+)%  \d+ MiB of 16, \d+ MiB/s\x1b\[K", output)]
    assert shares == sorted(shares) and len(shares) >= 1 and output.endswith("\r\x1b[K")


def test_progress_of_check(pvboot, tmp_path):
    """The line goes before an entry's result is printed."""
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/kernel").write_bytes(small_kernel())
    (tmp_path / "tree/initrd").write_bytes(bytes(range(256)) * (40 << 12))
    (tmp_path / "tree/menu.lst").write_text("title A\nkernel /kernel\ninitrd /initrd\n")
    subprocess.run(["mke2fs", "-q", "-d", tmp_path / "tree", tmp_path / "image", "48M"], check=True)
    output = COLOR.sub("", on_terminal(*slowed(pvboot, "pread64", 6, "-d", tmp_path / "image", "check")))
    shown = re.findall(r"\rcheck  \d files, (\d+) MiB, \d+ MiB/s\x1b\[K", output)
    assert shown and max(int(size) for size in shown) >= 4
    assert re.sub(r"\r(check[^\r]*)?\x1b\[K", "", output) == pvboot.ok(tmp_path / "image", "check")


def test_no_progress_but_on_a_terminal(pvboot, large, tmp_path):
    done = subprocess.run(slowed(pvboot, "pwrite64", 15, "-d", large, "extract", "/", tmp_path / "into"), capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
