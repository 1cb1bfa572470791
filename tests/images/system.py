# SPDX-License-Identifier: BSD-2-Clause
"""
A system with this machine's programs, in which scripts may do what they like: a root of its own, in a mount namespace. Its
disks are image files, at the places where a guest has its devices.
"""

import os
import subprocess
from pathlib import Path

# These folders are its own; what else is in them are links to the machine's files.
ENTER = r"""set -e
place=$1 files=$2 disks=$3
mount -t tmpfs none "$place"
cd "$place"
mkdir machine
mount --rbind / machine
mount -o remount,bind,ro machine
own=". usr usr/bin usr/lib usr/share usr/share/doc usr/share/man usr/share/man/man1 usr/share/man/man8
    etc etc/kernel etc/default etc/systemd"
mkdir -p $own boot srv dev sys tmp run etc/systemd/system etc/kernel/postinst.d etc/default/grub.d etc/grub.d
for folder in $own; do # what is there already stays
    find "/$folder" -mindepth 1 -maxdepth 1 -printf '/machine%p\0' | xargs -0 ln -s -t "$folder" 2>/dev/null || true
done
for path in bin sbin lib lib32 lib64; do
    [ ! -L "/$path" ] || ln -sfn "$(readlink "/$path")" "$path"
done
mount --rbind /sys sys
mount -t tmpfs none sys/block
for name in null zero full random urandom tty; do
    : >"dev/$name"
    mount --bind "/dev/$name" "dev/$name"
done
ln -s /proc/self/fd dev/fd
cp -a --remove-destination "$files/." .
for disk in "$disks"/*; do
    [ -e "$disk" ] || continue
    name=${disk##*/}
    mkdir -p "sys/block/$name/device"
    cp "$disk" "dev/$name"
    echo "$(($(stat -c %s "$disk") / 512))" >"sys/block/$name/size"
done
shift 3
exec chroot . "$@"
"""


class System:
    """`files` and `disks` are folders: what is laid over the machine's own files, and an image for each disk, by its name."""

    def __init__(self, folder: Path):
        self.place, self.files, self.disks = (folder / name for name in ("place", "files", "disks"))
        for path in (self.place, self.files, self.disks):
            path.mkdir(parents=True)

    def write(self, path: str, contents: bytes, mode: int = 0o644):
        target = self.files / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(contents)
        target.chmod(mode)

    def run(self, *words, timeout: int = 240) -> subprocess.CompletedProcess:
        """Runs a program in it; what the program changes is gone after that."""
        user = [] if os.geteuid() == 0 else ["--map-root-user"]
        command = ["unshare", "--mount", *user, "sh", "-c", ENTER, "sh", self.place, self.files, self.disks, *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False,
                              env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"})
