# SPDX-License-Identifier: BSD-2-Clause
"""What the Linux guest makes, and what it reads: kept under build/ from run to run, and made anew when the recipe is another one."""

import contextlib
import hashlib
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from linux_guest import Kernel, LinuxGuest, exclusive

CLEAN_UP = """set +e
umount /mnt
[ ! -d /sys/block/dm-0 ] || lvm vgchange -q -an
[ ! -e /proc/mdstat ] || mdadm --stop --scan
true
"""
TREE = Path("tree.tar")


def tools():
    """What the results depend on, beside their recipes."""
    packages = ["e2fsprogs", "xfsprogs", "btrfs-progs", "mdadm", "lvm2"]
    return subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *packages], capture_output=True, text=True, check=True).stdout


def digest(*parts):
    """Of texts, and of files' bytes."""
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        total.update(hashlib.sha256(data).digest())
    return total.hexdigest()


def pack(tree, target):
    """A tree as an archive that is the same for each like it."""
    subprocess.run(["tar", "--sort=name", "--mtime=@1700000000", "--owner=0", "--group=0", "--numeric-owner", "-cf", target, "-C", tree, "."],
                   check=True)


class Workshop:
    """The guest starts when there is something to be made."""

    def __init__(self, build):
        self.build = Path(build) / "xenbox"
        self.store = Path(build) / "linux-made"
        self.build.mkdir(parents=True, exist_ok=True)
        self.guest = None
        self.base = tools() + Kernel(self.build).release

    def close(self):
        if self.guest:
            self.guest.close()
            self.guest = None

    @contextlib.contextmanager
    def _disks(self, images, sector=512):
        """The guest, and the start of a script in which these images are $1, $2 ...; what it leaves mounted or assembled ends with the block."""
        self.guest = self.guest or LinuxGuest(self.build)
        try:
            devices = [self.guest.attach(image, sector) for image in images]
            yield self.guest, f"set -- {' '.join(devices)}\n"
            self.guest.script(CLEAN_UP)
            for image in images:
                self.guest.detach(image)
        except BaseException:
            self.close()  # nobody knows what it is doing now
            raise

    def _kept(self, name, key, make):
        """The folder of that name; make(folder) fills a new one when its key has changed."""
        folder = self.store / name
        recipe = folder / "recipe"
        with exclusive(folder):
            if not recipe.exists() or recipe.read_text() != key:
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                recipe.write_text(key)
        return folder

    def make(self, name, sizes, script, source=None, crash=False, sector=512):
        """
        Disks of so many MiB, that are $1, $2 ... of a script; $source is an archive of the tree `source`. crash: they are kept as
        they are at its end; otherwise after /mnt has been unmounted, and what has been assembled was stopped. Returns the images.
        """
        archive = None
        with tempfile.NamedTemporaryFile() as file:
            if source:
                archive = Path(file.name)
                pack(source, archive)

            def run(folder):
                images = [folder / f"disk{number}" for number in range(len(sizes))]
                for image, size in zip(images, sizes):
                    with open(image, "wb") as disk:
                        disk.truncate(size << 20)
                self._run_on(images, script, archive, crash, sector)

            key = digest(self.base, name, sizes, script, crash, sector, *([archive] if archive else []))
            folder = self._kept(name, key, run)
        return [folder / f"disk{number}" for number in range(len(sizes))]

    def _run_on(self, images, script, archive, crash, sector):
        with self._disks(images, sector) as (guest, start):
            if archive:
                start += f"source={guest.attach(archive)}\n"
            guest.script(start + script)
            copies = [(image, image.with_suffix(".crashed")) for image in images] if crash else []
            guest.crash(copies)
            if archive:
                guest.detach(archive)
        for image, copy in copies:
            copy.rename(image)

    def reads(self, name, images, script, target):
        """
        What Linux finds in copies of images, $1, $2 ... of a script that mounts them at /mnt: in the new folder `target`. None: it refuses
        to mount them.
        """

        def run(folder):
            copies = [folder / image.name for image in images]
            for image, copy in zip(images, copies):
                subprocess.run(["cp", "--sparse=always", image, copy], check=True)
            with self._disks(copies) as (guest, start):
                command = f"sh -ec {shlex.quote(script)} sh $@"
                if guest.script(f"{start}mkdir -p /mnt\n{command} >/run/said 2>&1 && echo mounted || true"):
                    guest.script("cd /mnt && tar -cf /run/tree .")
                    (folder / TREE).write_bytes(guest.script("cat /run/tree; rm /run/tree"))
            for copy in copies:
                copy.unlink()

        folder = self._kept(f"{name}-read", digest(self.base, script, *images), run)
        if not (folder / TREE).exists():
            return None
        target.mkdir()
        subprocess.run(["tar", "-xpf", folder / TREE, "-C", target], check=True)
        return target
