# SPDX-License-Identifier: BSD-2-Clause
"""
A Debian with nothing in it but what every Debian has, by debootstrap, from the mirror that this machine's apt uses. It is made once
and kept in $PVBOOT_BUILD/debootstrap, as are the packages that were installed in it; each test module gets a fresh copy.
"""

import re
import shutil
import subprocess
from pathlib import Path

VARIABLES = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root", "DEBIAN_FRONTEND": "noninteractive"}

# Mounts are this process's own, and go with it.
ENTER = """
mount --bind "$1" "$1" && mount -t proc proc "$1/proc" && mount --rbind /sys "$1/sys" && mount --rbind /dev "$1/dev" && mount --bind "$2" "$1/var/cache/apt/archives" || exit 1
root=$1; shift 2
exec chroot "$root" "$@"
"""


def codename():
    return re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.M)[1]


def apt_sources():
    """The files in which apt is told where this release's packages come from."""
    paths = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").iterdir())]
    return [path for path in paths if path.suffix in (".list", ".sources") and path.is_file() and re.search(rf"^[^#\n]*\b{codename()}\b", path.read_text(), re.M)]


def mirror():
    """Of the release itself, in either form: "deb [OPTIONS] URI SUITE ...", or lines that begin with "URIs:" and "Suites:"."""
    for path in apt_sources():
        for stanza in re.split(r"\n\s*\n", path.read_text()):
            line = re.search(rf"^deb (?:\[[^]]*\] )?(\S+) {codename()} ", stanza, re.M)
            uri, suites = (re.search(rf"^{name}: *(.*)", stanza, re.M) for name in ("URIs", "Suites"))
            if line or (uri and suites and codename() in suites[1].split()):
                return line[1] if line else uri[1].split()[0]
    raise AssertionError("apt knows no mirror of this release")


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-8000:]}"
    return done.stdout


def base(folder):
    """The tar file that copies are made of."""
    tar = folder / f"{codename()}.tar"
    if not tar.exists():
        root = folder / "new"
        shutil.rmtree(root, ignore_errors=True)
        run("debootstrap", "--variant=minbase", codename(), root, mirror())
        run("tar", "-C", root, "--exclude=./var/cache/apt/archives/*", "-cf", folder / "new.tar", ".")
        shutil.rmtree(root)
        (folder / "new.tar").rename(tar)
    return tar


class Debian:
    def __init__(self, build: Path, name: str):
        folder = build / "debootstrap"
        self.archives = folder / "archives"
        self.root = folder / name
        (self.archives / "partial").mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir()
        run("tar", "-C", self.root, "-xf", base(folder))
        (self.root / "etc/apt/sources.list").unlink(missing_ok=True)
        for path in apt_sources():
            shutil.copy(path, self.root / "etc/apt/sources.list.d" if path.parent.name == "sources.list.d" else self.root / "etc/apt")
        shutil.copy("/etc/resolv.conf", self.root / "etc")
        self.run("apt-get", "update", "-q")

    def run(self, *command, folder="/", **variables):
        """Runs it in there, by root. Returns what it prints; it must not fail."""
        words = ["env", "-C", folder, *command]
        return run("unshare", "--mount", "sh", "-c", ENTER, "sh", self.root, self.archives, *words, env={**VARIABLES, **variables})

    def install(self, *packages):
        return self.run("apt-get", "install", "-q", "-y", "--no-install-recommends", *packages)

    def remove(self):
        shutil.rmtree(self.root)
