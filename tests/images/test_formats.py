# SPDX-License-Identifier: BSD-2-Clause
"""Images that are not raw, and disks of an NBD server."""

import os
import shutil
import struct
import subprocess
import time
from pathlib import Path

import pytest

MENU = "title From an image\nkernel /kernel\n"
UNPACKERS = {"xz": "xz", "gzip": "gzip", "zstd": "zstd", "bzip2": "bzip2"}


@pytest.fixture(scope="module")
def raw(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("formats")
    (folder / "tree").mkdir()
    (folder / "tree/menu.lst").write_text(MENU)
    (folder / "tree/large").write_bytes(bytes(range(256)) * 12_000)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", folder / "tree", folder / "raw", "16M"], check=True)
    return folder / "raw"


def convert(raw: Path, image: Path, driver: str, *options: str) -> Path:
    subprocess.run(["qemu-img", "convert", "-O", driver, *options, raw, image], check=True)
    return image


KINDS = {"qcow2": ["qcow2"], "qcow2, packed": ["qcow2", "-c"], "vhd": ["vpc"], "vhd, fixed": ["vpc", "-o", "subformat=fixed"],
         "vmdk": ["vmdk"], "vmdk, stream": ["vmdk", "-o", "subformat=streamOptimized"], "vdi": ["vdi"]}


@pytest.mark.parametrize("kind", KINDS)
def test_reads(pvboot, tmp_path, raw, kind):
    image = convert(raw, tmp_path / "an, image", *KINDS[kind])
    assert pvboot.ok(image, "cat", "/menu.lst") == MENU
    format = kind.split(",")[0]
    assert ("an, image (" + format + ")" in pvboot.ok(image, "info")) == (kind != "vhd, fixed")
    done = subprocess.run([pvboot.program, "diff", raw, image], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


TRUSTED = {"qcow2": ["qcow2"], "vhdx": ["vhdx"], "vmdk": ["vmdk", "-o", "subformat=monolithicFlat"]}


@pytest.mark.parametrize("format", TRUSTED)
def test_what_can_name_other_files_must_be_named(pvboot, tmp_path, raw, format):
    """A guest could write such a header into its own raw disk, and would have the host's files read."""
    image = convert(raw, tmp_path / "image", *TRUSTED[format])
    if format == "qcow2":
        subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", image, "-F", "qcow2", tmp_path / "over"], check=True)
        image = tmp_path / "over"
    done = pvboot.run(image, "info")
    assert done.returncode == 2 and done.stderr == (
        f"pvboot: {image}: this {format} image can name other files of this host; if you trust it, say so: -d {image},format={format}\n")
    assert pvboot.ok(f"{image},format={format}", "cat", "/menu.lst") == MENU
    assert pvboot.ok(f"{image},sector=512,format={format}", "cat", "/menu.lst") == MENU
    assert pvboot.ok(f"{image},format={format},sector=512", "cat", "/menu.lst") == MENU
    assert "no file system" in pvboot.ok(f"{image},format=raw", "info")


def test_headers_that_name_other_files(pvboot, tmp_path, raw):
    vhd = bytearray(convert(raw, tmp_path / "vhd", "vpc").read_bytes())
    struct.pack_into(">I", vhd, 60, 4)  # a difference to another one
    qcow = bytearray(convert(raw, tmp_path / "qcow", "qcow2").read_bytes())
    struct.pack_into(">Q", qcow, 72, struct.unpack_from(">Q", qcow, 72)[0] | 4)  # its data are elsewhere
    vmdk = bytearray(convert(raw, tmp_path / "vmdk", "vmdk").read_bytes())
    at = vmdk.index(b"parentCID=")
    vmdk[at : at + 30] = b'parentFileNameHint="/etc/xyz"\n'
    for name, data in (("vhd", vhd), ("qcow", qcow), ("vmdk", vmdk), ("none", vmdk[:12] + bytes(8) + vmdk[20:])):
        (tmp_path / name).write_bytes(data)
        done = pvboot.run(tmp_path / name, "info")
        assert done.returncode == 2 and "can name other files of this host" in done.stderr, name


@pytest.mark.parametrize("packer", UNPACKERS)
def test_packed_images_are_refused(pvboot, tmp_path, raw, packer):
    image = tmp_path / "image"
    with open(image, "wb") as file:
        subprocess.run([packer, "-c"], input=raw.read_bytes()[: 1 << 20], stdout=file, check=True)
    done = pvboot.run(image, "info")
    assert (done.returncode, done.stderr) == (2, f"pvboot: {image}: it is packed by {packer}; this unpacks it: {packer} -dk {image}\n")


@pytest.mark.parametrize("words,message", [
    (",format=qcow2", "cannot be opened as a disk: Image is not in qcow2 format"),
    (",format=iso", "format iso: they are raw, qcow2, vhd, vmdk, vhdx and vdi"),
])
def test_formats_that_it_has_not(pvboot, raw, words, message):
    done = pvboot.run(f"{raw}{words}", "info")
    assert (done.returncode, done.stderr) == (2, f"pvboot: {raw}: {message}\n")


def test_without_the_programs(pvboot, tmp_path, raw):
    """Raw images are read without them."""
    image = convert(raw, tmp_path / "image", "qcow2")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/sh").symlink_to(shutil.which("sh"))
    (tmp_path / "empty.c").write_text("")
    subprocess.run(["gcc", "-shared", "-o", tmp_path / "bin/libnbd.so.0", tmp_path / "empty.c"], check=True)
    for variables, message in (({"PATH": str(tmp_path / "bin")}, "qemu-nbd is missing (Debian's package qemu-utils)"),
                               ({"LD_LIBRARY_PATH": str(tmp_path / "bin")}, "undefined symbol: nbd_create")):
        done = subprocess.run([pvboot.program, "-d", image, "info"], env=os.environ | variables, capture_output=True, text=True)
        assert done.returncode == 2 and message in done.stderr and done.stderr.count("\n") == 1
        assert subprocess.run([pvboot.program, "-d", raw, "info"], env=os.environ | variables, capture_output=True).returncode == 0


class Server:
    """qemu-nbd at a socket."""

    def __init__(self, socket: Path, *words):
        self.address = f"nbd+unix:///?socket={socket}"
        self.process = subprocess.Popen(["qemu-nbd", "--read-only", "--persistent", "-k", socket, *words])
        while not socket.exists():
            assert self.process.poll() is None
            time.sleep(0.01)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def test_an_nbd_servers_export(pvboot, tmp_path, raw):
    with Server(tmp_path / "socket", "-f", "raw", raw) as server:
        assert pvboot.ok(server.address, "cat", "/menu.lst") == MENU
        assert pvboot.ok(f"{server.address},sector=512", "cat", "/menu.lst") == MENU
    (tmp_path / "socket").unlink(missing_ok=True)
    done = pvboot.run(server.address, "info")
    assert done.returncode == 2 and done.stderr.startswith(f"pvboot: {server.address}: cannot be opened as a disk: ")


def test_errors_of_reading(pvboot, tmp_path, raw):
    """A file's blocks that cannot be read: nothing of it is left, and the others are there."""
    first = int(subprocess.run(["debugfs", "-R", "bmap /large 1000", raw], capture_output=True, text=True).stdout)
    options = f"driver=blkdebug,image.driver=file,image.filename={raw},inject-error.0.event=none,inject-error.0.sector={first * 2}"
    with Server(tmp_path / "socket", "--image-opts", options) as server:
        done = pvboot.run(server.address, "extract", "/", tmp_path / "into")
        assert done.returncode == 1 and "(hd0)/large: not extracted: a part of it is missing" in done.stderr
        assert "I/O error" in done.stderr and sorted(path.name for path in (tmp_path / "into").iterdir()) == ["lost+found", "menu.lst"]
        done = pvboot.run(server.address, "cat", "/large")
        assert done.returncode == 1 and "I/O error" in done.stderr
