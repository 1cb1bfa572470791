# SPDX-License-Identifier: BSD-2-Clause
"""What a file system says of a file beside its bytes: owners, names, times, devices; and how extract keeps them."""

import json
import os
import socket
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest
from ffs_volume import Volume
from xfs_images import xfs_db

NANOSECONDS = 1_234_567_890_123_456_789
MODES = {"setuid": 0o4755, "folder": 0o1770, "pipe": 0o640, "socket": 0o755, "characters": 0o600, "blocks": 0o660, "file": 0o644}


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("nodes") / "tree"
    (root / "folder").mkdir(parents=True)
    (root / "file").write_bytes(b"x" * 1000)
    os.link(root / "file", root / "folder/another")
    (root / "link").symlink_to("file")
    (root / "setuid").write_text("s")
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(root / "socket"))
    os.mknod(root / "characters", stat.S_IFCHR, os.makedev(5, 1))
    os.mknod(root / "blocks", stat.S_IFBLK, os.makedev(202, 17))
    os.mknod(root / "large", stat.S_IFBLK, os.makedev(259, 70000))
    for number, path in enumerate(sorted(root.rglob("*"))):
        os.chown(path, 70000 + number, 80000 + number, follow_symlinks=False)
        os.utime(path, (1_600_000_000 + number,) * 2, follow_symlinks=False)
    for name, mode in MODES.items():
        (root / name).chmod(mode)
    os.utime(root / "file", ns=(NANOSECONDS, NANOSECONDS))
    return root


def ok_as_json(pvboot, image, *words):
    done = subprocess.run([pvboot.program, "-d", image, "--json", *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def make_xfs(image: Path, source: Path) -> None:
    lines = ["none", "0 0", "d--755 0 0"]
    for path in sorted(source.iterdir()):
        status, kinds = path.lstat(), {stat.S_IFIFO: "p", stat.S_IFCHR: "c", stat.S_IFBLK: "b", stat.S_IFREG: "-", stat.S_IFLNK: "l"}
        kind = kinds.get(stat.S_IFMT(status.st_mode))
        if kind is None:
            continue
        set_id = "u" if status.st_mode & stat.S_ISUID else "-"
        rest = {"c": f"{os.major(status.st_rdev)} {os.minor(status.st_rdev)}", "l": "file", "-": str(path), "p": ""}
        rest["b"] = rest["c"]
        lines.append(f"{path.name} {kind}{set_id}-{stat.S_IMODE(status.st_mode) & 0o777:03o} {status.st_uid} {status.st_gid} {rest[kind]}")
    prototype = image.with_suffix(".proto")
    prototype.write_text("\n".join([*lines, "$", ""]))
    with open(image, "wb") as file:
        file.truncate(320 << 20)
    subprocess.run(["mkfs.xfs", "-q", "-p", prototype, image], check=True, capture_output=True)


MAKERS = {
    "ext4": lambda image, source: subprocess.run(["mke2fs", "-q", "-t", "ext4", "-I", "256", "-d", source, image, "8M"], check=True),
    "ffs1": lambda image, source: subprocess.run(["makefs", "-t", "ffs", "-s", "8m", "-o", "version=1", image, source], check=True, capture_output=True),
    "ffs2": lambda image, source: subprocess.run(["makefs", "-t", "ffs", "-s", "8m", "-o", "version=2", image, source], check=True, capture_output=True),
    "iso": lambda image, source: subprocess.run(["xorriso", "-as", "mkisofs", "-quiet", "-R", "-o", image, source], check=True, capture_output=True),
    "xfs": make_xfs,
}


def set_nanoseconds(pvboot, maker: str, image: Path) -> None:
    """No maker takes them from a tree."""
    nanoseconds = NANOSECONDS % 10**9
    if maker == "ext4":
        words = f"set_inode_field /file mtime_extra {nanoseconds << 2}"
        subprocess.run(["debugfs", "-w", "-R", words, image], check=True, capture_output=True)
    elif maker in ("ffs1", "ffs2"):
        volume = Volume(image)
        inode = volume.inode(ok_as_json(pvboot, image, "stat", "/file")["node"]["inode"])
        volume.put(inode + {"ffs1": 28, "ffs2": 64}[maker], "I", nanoseconds)
        volume.save()


@pytest.fixture(params=MAKERS)
def image(request, pvboot, source, tmp_path):
    MAKERS[request.param](tmp_path / "image", source)
    set_nanoseconds(pvboot, request.param, tmp_path / "image")
    return tmp_path / "image"


def test_fields(pvboot, image, source, request):
    maker = request.node.callspec.params["image"]
    found = {entry["path"].removeprefix("(hd0)/"): entry for entry in ok_as_json(pvboot, image, "tree", "/")["entries"]}
    for name in ("file", "setuid", "pipe", "characters", "blocks", "large", "link"):
        status, entry = (source / name).lstat(), found[name]
        assert (entry["mode"], entry["owner"], entry["group"]) == (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid), name
        assert entry["device"] == ({"major": os.major(status.st_rdev), "minor": os.minor(status.st_rdev)} if status.st_rdev else None)
    assert [found[name]["type"] for name in ("file", "pipe", "characters", "blocks", "link")] == [
        "file", "pipe", "character device", "block device", "link"]
    if maker in ("ext4", "ffs1", "ffs2"):  # the others do not keep it, or cannot be told by their makers
        assert found["folder"]["mode"] == 0o1770
        assert found["file"]["inode"] == found["folder/another"]["inode"] and found["file"]["links"] == 2
        assert found["file"]["mtime"] * 10**9 + found["file"]["mtime_nanoseconds"] == NANOSECONDS
    if maker == "ext4":
        assert found["socket"]["type"] == "socket"
    if maker == "xfs":
        fields = xfs_db(image, f"inode {found['file']['inode']}", "print core.mtime.nsec")
        assert fields == f"core.mtime.nsec = {found['file']['mtime_nanoseconds']}\n" != "core.mtime.nsec = 0\n"


def test_modes_as_text(pvboot, tmp_path, source):
    MAKERS["ext4"](tmp_path / "image", source)
    lines = {line.split()[-1]: line.split()[0] for line in pvboot.ok(tmp_path / "image", "ls", "/").splitlines()}
    assert {name: lines[name] for name in ("setuid", "folder", "pipe", "socket", "characters", "blocks")} == {
        "setuid": "-rwsr-xr-x", "folder": "drwxrwx--T", "pipe": "prw-r-----", "socket": "srwxr-xr-x",
        "characters": "crw-------", "blocks": "brw-rw----"}


def test_stat(pvboot, tmp_path, source):
    MAKERS["ffs2"](tmp_path / "image", source)
    set_nanoseconds(pvboot, "ffs2", tmp_path / "image")
    status = (source / "file").stat()
    lines = pvboot.ok(tmp_path / "image", "stat", "/file").splitlines()
    assert lines[:5] + lines[6:] == [
        "(hd0)/file", "  type     file", "  size     1000 bytes", "  mode     -rw-r--r-- (0644)",
        f"  owner    {status.st_uid}, group {status.st_gid}", "  names    2", "  changed  2009-02-13 23:31:30.123456789"]
    assert "  device   5, 1\n" in pvboot.ok(tmp_path / "image", "stat", "/characters")
    assert "  target   file\n" in pvboot.ok(tmp_path / "image", "stat", "/link")


def kept(path: Path):
    status = path.lstat()
    return stat.filemode(status.st_mode), status.st_uid, status.st_gid, status.st_mtime_ns


@pytest.mark.parametrize("maker", ["ffs1", "ffs2"])
def test_extract_keeps_all(pvboot, tmp_path, source, maker):
    MAKERS[maker](tmp_path / "image", source)
    set_nanoseconds(pvboot, maker, tmp_path / "image")
    done = pvboot.run(tmp_path / "image", "extract", "/", tmp_path / "into")
    assert done.returncode == 0 and done.stderr.count("a device, pipe or socket is not extracted") == 4
    into = tmp_path / "into"
    for name in ("file", "setuid", "folder", "folder/another", "link"):
        assert kept(into / name) == kept(source / name)
    assert (into / "file").stat().st_ino == (into / "folder/another").stat().st_ino
    assert (into / "file").stat().st_nlink == 2


def test_who_is_not_root_gets_what_is_theirs(pvboot, tmp_path, source):
    MAKERS["ffs2"](tmp_path / "image", source)
    into = tmp_path / "into"
    into.mkdir()
    ours = [folder for folder in into.parents if Path(tempfile.gettempdir()) in folder.parents]
    for folder in (into, *ours):
        folder.chmod(0o777)
    done = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", pvboot.program, "-d", tmp_path / "image",
                           "extract", "/", into], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert stat.filemode((into / "setuid").stat().st_mode) == "-rwxr-xr-x" and (into / "setuid").stat().st_uid == 65534
    assert (into / "file").stat().st_ino == (into / "folder/another").stat().st_ino
