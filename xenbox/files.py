# SPDX-License-Identifier: BSD-2-Clause
"""What dom0 is made of: Debian's Xen, its kernel and modules, and an initramfs of its tools."""

import contextlib
import fcntl
import gzip
import lzma
import os
import shutil
import stat
import struct
import subprocess
from pathlib import Path

XEN = Path("/boot/xen-4.17-amd64.gz")
XEN_TOOLS = Path("/usr/lib/xen-4.17/bin")
HERE = Path(__file__).resolve().parent

DOM0_MODULES = ["virtio_pci", "virtio_blk", "virtio_console", "loop", "xen-evtchn", "xen-gntdev", "xen-gntalloc",
                "xen-privcmd", "xenfs", "xen-blkback", "xen-netback", "9p", "9pnet_virtio"]
DOM0_PROGRAMS = [XEN_TOOLS / name for name in ("xl", "xenstored", "xenconsoled", "xen-init-dom0")] + [
    Path("/sbin/losetup")] + [  # which, unlike busybox's, can choose a sector size
    Path("/usr/bin") / name for name in
    ("xenstore-read", "xenstore-write", "xenstore-ls", "xenstore-list", "xenstore-rm", "xenstore-exists", "xenstore-chmod")]


class BoxError(Exception):
    """One line for a person: what failed, and where to look."""


def run(*command, **options):
    """Runs a command to its end; its output only matters when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
    if done.returncode != 0:
        raise BoxError(f"{words[0]} failed: {done.stdout.decode(errors='replace').strip()[-300:]}")
    return done.stdout.decode(errors="replace")


def kernel_package():
    """The package that linux-image-amd64 depends on: linux-image-6.1.0-N-amd64."""
    for line in run("apt-cache", "depends", "linux-image-amd64").splitlines():
        if "Depends: linux-image-" in line:
            return line.split()[-1]
    raise BoxError("apt knows no linux-image-amd64: run apt-get update")


@contextlib.contextmanager
def exclusive(path):
    """One at a time, by a lock beside the path: tests that run side by side may all be the first to want what is kept there."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_name(f"{path.name}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Kernel:
    """Debian's kernel and its modules, unpacked under `build` (not installed)."""

    def __init__(self, build):
        self.root = Path(build) / "kernel"
        with exclusive(self.root):
            if not (self.root / "complete").exists():
                self._unpack()
        self.image = next(self.root.glob("boot/vmlinuz-*"))
        self.release = self.image.name.removeprefix("vmlinuz-")

    def _unpack(self):
        self.root.mkdir(exist_ok=True)
        for left in self.root.glob("*.deb"):
            left.unlink()  # of a run that was interrupted
        run("apt-get", "download", "-q", kernel_package(), cwd=self.root)
        run("dpkg", "-x", *self.root.glob("*.deb"), self.root)
        release = next(self.root.glob("boot/vmlinuz-*")).name.removeprefix("vmlinuz-")
        run("depmod", "-b", self.root, release)
        (self.root / "complete").touch()

    def elf(self):
        """The ELF file that the image, a bzImage, has within: QEMU starts it in half the time."""
        path = self.root / "vmlinux"
        if not path.exists():
            image = self.image.read_bytes()
            offset, length = struct.unpack_from("<II", image, 0x248)
            payload = image[(image[0x1F1] + 1) * 512 + offset:][:length]
            path.write_bytes(lzma.LZMADecompressor().decompress(payload))
        return path

    def modules(self, names):
        """The files of these modules and of all that they need, in the order to load them."""
        order = []
        for name in names:
            for line in run("modprobe", "-d", self.root, "-S", self.release, "--show-depends", name).splitlines():
                if line.startswith("insmod ") and (path := Path(line.split()[1])) not in order:
                    order.append(path)
        return order


class Tree:
    """A directory on its way to becoming an initramfs."""

    def __init__(self, root):
        self.root = Path(root)
        shutil.rmtree(self.root, ignore_errors=True)
        for name in ("bin", "sbin", "lib", "dev", "proc", "sys", "tmp", "etc", "mnt", "modules", "var"):
            (self.root / name).mkdir(parents=True)
        self.add("/bin/busybox", "bin/busybox")

    def add(self, source, target):
        path = self.root / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, path)
        path.chmod(path.stat().st_mode | stat.S_IRUSR)

    def write(self, target, text, mode=0o644):
        path = self.root / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def add_program(self, source, folder="bin"):
        """A program and the libraries that it is linked with."""
        self.add(source, f"{str(folder).strip('/')}/{Path(source).name}")
        for line in run("ldd", source).splitlines():
            words = line.split()
            if "=>" in words and words[2].startswith("/"):
                self.add(words[2], f"lib/{Path(words[2]).name}")
        self.add("/lib64/ld-linux-x86-64.so.2", "lib64/ld-linux-x86-64.so.2")

    def add_server(self):
        """What init starts to run commands for us (qemu.py)."""
        for name in ("serve", "virtio-port"):
            self.add(HERE / "dom0" / name, f"bin/{name}")

    def add_modules(self, kernel, names):
        """Modules, and modules/order, which init reads."""
        files = kernel.modules(names)
        for path in files:
            self.add(path, f"modules/{path.name}")
        self.write("modules/order", "".join(f"{path.name}\n" for path in files))

    def pack(self, target):
        """The tree as a compressed cpio archive, the same for the same files."""
        paths = sorted(self.root.rglob("*"))
        for path in paths:
            os.utime(path, (0, 0), follow_symlinks=False)
        archive = subprocess.run(["cpio", "--quiet", "--reproducible", "-o", "-H", "newc", "-R", "0:0"], cwd=self.root,
                                 input="\n".join(str(path.relative_to(self.root)) for path in paths).encode(),
                                 stdout=subprocess.PIPE, check=True).stdout
        Path(target).write_bytes(gzip.compress(archive, 1, mtime=0))


def make_xen(build):
    """Xen itself, as the multiboot image that QEMU wants."""
    target = Path(build) / "xen"
    if not XEN.exists():
        raise BoxError(f"{XEN} is missing: install xen-hypervisor-4.17-amd64")
    if not target.exists():
        target.write_bytes(gzip.decompress(XEN.read_bytes()))
    return target


def make_dom0(build, kernel):
    """dom0's initramfs; made again when this folder has changed."""
    target = Path(build) / "dom0.cpio.gz"
    newest = max(path.stat().st_mtime for path in [*HERE.glob("*.py"), *(HERE / "dom0").iterdir()])
    if target.exists() and target.stat().st_mtime > newest:
        return target
    tree = Tree(Path(build) / "dom0")
    for program in DOM0_PROGRAMS:
        tree.add_program(program)
    for program in ("xenconsole", "libxl-save-helper"):  # which xl looks for in its own place
        tree.add_program(XEN_TOOLS / program, XEN_TOOLS)
    tree.add("/lib/x86_64-linux-gnu/libgcc_s.so.1", "lib/libgcc_s.so.1")  # opened by xl at its end
    tree.add_modules(kernel, DOM0_MODULES)
    tree.write("etc/xen/xl.conf", 'autoballoon="0"\n')
    tree.write("etc/passwd", "root:x:0:0::/:/bin/sh\nguests:x:30000:30000::/:/bin/false\n")  # a user for what reads guests' disks
    tree.add(HERE / "dom0/init", "init")
    tree.add(HERE / "dom0/block", "etc/xen/scripts/block")
    tree.add(HERE / "dom0/vif", "etc/xen/scripts/vif")
    tree.add(HERE / "dom0/console", "bin/guest-console")
    tree.add(HERE / "dom0/on-terminal", "bin/on-terminal")
    tree.add_server()
    tree.pack(target)
    os.utime(target)
    return target
