# SPDX-License-Identifier: BSD-2-Clause
"""pvboot extract --tar FILE PATH: what two readers make of the archive."""

import json
import os
import stat
import subprocess
import tarfile
from pathlib import Path

import pytest
from test_nodes import MAKERS, NANOSECONDS, set_nanoseconds, source  # noqa: F401
from tree import assert_same, make_unix_tree

SPARSE = 1 << 36


@pytest.fixture(scope="module")
def image(tmp_path_factory, pvboot, source):  # noqa: F811
    folder = tmp_path_factory.mktemp("tar")
    MAKERS["ffs2"](folder / "image", source)
    set_nanoseconds(pvboot, "ffs2", folder / "image")
    return folder / "image"


def make(pvboot, image, archive, path="/") -> Path:
    done = pvboot.run(image, "extract", "--tar", archive, path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done.stderr
    return archive


def test_fields(pvboot, tmp_path, image, source):  # noqa: F811
    with tarfile.open(make(pvboot, image, tmp_path / "x.tar")) as archive:
        found = {member.name: member for member in archive}
    assert sorted(found) == sorted(str(path.relative_to(source)) for path in source.rglob("*") if path.name != "socket")
    for name, member in found.items():
        status = (source / name).lstat()
        assert (member.mode, member.uid, member.gid) == (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid), name
        if member.isdev() and not member.isfifo():
            assert (member.devmajor, member.devminor) == (os.major(status.st_rdev), os.minor(status.st_rdev))
    assert found["link"].linkname == "file" and found["characters"].ischr() and found["blocks"].isblk() and found["pipe"].isfifo()
    links = [found[name] for name in ("file", "folder/another")]
    assert sorted(member.islnk() for member in links) == [False, True]
    assert float(found["file"].pax_headers["mtime"]) == pytest.approx(NANOSECONDS / 10**9)


@pytest.mark.parametrize("reader", ["tar", "bsdtar"])
def test_whole_tree(pvboot, tmp_path, reader):
    tree = make_unix_tree(tmp_path / "tree", large=1_000_000, many=50)
    with open(tree / "islands", "wb") as file:
        file.truncate(SPARSE)
        for offset in (0, 1 << 30, SPARSE - 10):
            file.seek(offset)
            file.write(b"0123456789")
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", tree, tmp_path / "image", "32M"], check=True)
    archive = make(pvboot, tmp_path / "image", tmp_path / "x.tar")
    assert archive.stat().st_size < 16 << 20
    (tmp_path / "into").mkdir()
    subprocess.run([reader, "-xpf", archive, "-C", tmp_path / "into"], check=True)
    (tmp_path / "into/lost+found").rmdir()
    assert_same(tree, tmp_path / "into")


def test_standard_output(pvboot, image):
    command = f"{pvboot.program} -d {image} extract --tar - /folder | tar -t"
    assert subprocess.run(["sh", "-c", command], capture_output=True, text=True).stdout == "another\n"


def test_json(pvboot, tmp_path, image):
    done = pvboot.run(image, "extract", "--tar", tmp_path / "x.tar", "/nothing")
    assert done.returncode == 1 and not (tmp_path / "x.tar").exists()
    done = subprocess.run([pvboot.program, "-d", image, "--json", "extract", "--tar", tmp_path / "x.tar", "/"], capture_output=True)
    answer = json.loads(done.stdout)
    assert answer == {"path": "/", "target": str(tmp_path / "x.tar"), "files": 2, "directories": 1, "links": 1, "hard_links": 1,
                      "special": 4, "skipped": 0, "bytes": 1001, "errors": []}


@pytest.mark.parametrize("words,status,message", [
    (["--zip", "x", "/"], 2, "extract: --zip: its only option is --tar"),
    (["--tar", "{folder}", "/"], 1, "{folder}: File exists"),
    (["--tar", "{folder}/no/x.tar", "/"], 1, "{folder}/no/x.tar: No such file or directory"),
])
def test_what_cannot_be(pvboot, tmp_path, image, words, status, message):
    done = pvboot.run(image, "extract", *(word.format(folder=tmp_path) for word in words))
    assert (done.returncode, done.stderr) == (status, f"pvboot: {message.format(folder=tmp_path)}\n")


def test_a_full_disk_leaves_no_part_of_an_archive(pvboot, tmp_path, image):
    archive = tmp_path / "x.tar"
    done = subprocess.run(["prlimit", "--fsize=2000", pvboot.program, "-d", image, "extract", "--tar", archive, "/"],
                          capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, f"pvboot: {archive}: File too large\npvboot: {archive}: removed: it is not all there\n")
    assert not archive.exists()


def test_without_libarchive(pvboot, tmp_path, image):
    (tmp_path / "empty.c").write_text("")
    subprocess.run(["gcc", "-shared", "-o", tmp_path / "libarchive.so.13", tmp_path / "empty.c"], check=True)
    done = subprocess.run([pvboot.program, "-d", image, "extract", "--tar", tmp_path / "x.tar", "/"],
                          env=os.environ | {"LD_LIBRARY_PATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 1 and "undefined symbol: archive_write_new" in done.stderr
    assert not (tmp_path / "x.tar").exists()
