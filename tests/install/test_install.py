# SPDX-License-Identifier: BSD-2-Clause
"""`make install` and `make dist`."""

import re
import struct
import subprocess
import tarfile
from fnmatch import fnmatch

import pytest
from conftest import BUILD, ROOT, make

INSTALLED = {
    "bin/pvboot": 0o755,
    "include/libpvboot/pvboot.h": 0o644,
    "lib/libpvboot.a": 0o644,
    "lib/libpvboot.so": 0o644,
    "lib/libpvboot.so.0": 0o644,
    "lib/pkgconfig/libpvboot.pc": 0o644,
    "lib/pvboot/pvboot-bootloader": 0o755,
    "lib/pvboot/pvboot-x86_64.elf": 0o644,
    "share/bash-completion/completions/pvboot": 0o644,
    "share/doc/pvboot/examples/digest.py": 0o644,
    "share/doc/pvboot/examples/list.c": 0o644,
    "share/doc/pvboot/examples/pvboot-check.path": 0o644,
    "share/doc/pvboot/examples/pvboot-check.service": 0o644,
    "share/doc/pvboot/examples/zz-pvboot-check": 0o755,
    "share/doc/pvboot/json.md": 0o644,
    "share/fish/vendor_completions.d/pvboot.fish": 0o644,
    "share/man/man1/pvboot.1": 0o644,
    "share/man/man3/libpvboot.3": 0o644,
    "share/man/man5/pvboot.cfg.5": 0o644,
    "share/man/man8/pvboot-bootloader.8": 0o644,
    "share/man/man8/pvboot.8": 0o644,
    "share/zsh/site-functions/_pvboot": 0o644,
}


def version():
    return re.search(r'PVBOOT_VERSION "(.*)"', (ROOT / "lib/version.h").read_text())[1]


def test_what_is_installed(installed):
    modes = {str(path.relative_to(installed)): path.stat().st_mode & 0o777 for path in installed.rglob("*") if path.is_file()}
    assert modes == INSTALLED


def test_the_installed_tool_runs(installed):
    done = subprocess.run([installed / "bin/pvboot", "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"pvboot {version()}\n")


def test_the_installed_loader_has_its_notes(installed):
    loader = installed / "lib/pvboot/pvboot-x86_64.elf"
    assert loader.read_bytes() == (BUILD / "pvboot-x86_64.elf").read_bytes()
    notes = subprocess.run(["readelf", "-nW", loader], capture_output=True, text=True, check=True).stdout
    assert notes.count("  Xen ") >= 12 and "  GNU " in notes
    text = version().encode() + b"\0"
    guest_version = struct.pack("<III", 4, len(text), 7) + b"Xen\0" + text
    assert guest_version in loader.read_bytes()


def test_other_folders(tmp_path):
    make("install", f"DESTDIR={tmp_path}", "PREFIX=/opt/pvboot", "mandir=/usr/share/man")
    assert (tmp_path / "opt/pvboot/lib/pvboot/pvboot-x86_64.elf").exists()
    page = (tmp_path / "usr/share/man/man8/pvboot.8").read_text()
    assert "/opt/pvboot/lib/pvboot/pvboot-x86_64.elf" in page and "/usr/lib/pvboot" not in page


@pytest.mark.parametrize("words", [[], ["PREFIX=/opt/pvboot", "mandir=/usr/share/man", "libdir=/usr/lib/x86_64-linux-gnu"]], ids=["usual", "others"])
def test_uninstall(words, tmp_path):
    """All that install has put there goes, and nothing else; it may be done twice."""
    make("install", f"DESTDIR={tmp_path}", *words)
    folder = next(path.parent for path in tmp_path.rglob("json.md"))
    others = [folder / "somebody's", next(tmp_path.rglob("pvboot.1")).parent / "other.1"]
    for path in others:
        path.write_text("kept")
    for _ in range(2):
        make("uninstall", f"DESTDIR={tmp_path}", *words)
        assert sorted(path for path in tmp_path.rglob("*") if not path.is_dir()) == sorted(others)
    left = {path.name for path in tmp_path.rglob("*") if path.is_dir() and not list(path.iterdir())}
    assert not left & {"libpvboot", "examples"} and not (tmp_path / "usr/local/lib/pvboot").exists()


def test_dist(tmp_path):
    """The same bytes each time, and nothing that is not committed."""
    name = f"pvboot-{version()}"
    archives = []
    for folder in ("a", "b"):
        make("dist", f"O={tmp_path / folder}")
        archives.append(tmp_path / folder / f"{name}.tar.gz")
    assert archives[0].read_bytes() == archives[1].read_bytes()
    names = set(tarfile.open(archives[0]).getnames())
    assert {f"{name}/Makefile", f"{name}/lib/version.h", f"{name}/LICENSE", f"{name}/man/pvboot.8"} <= names
    assert not [member for member in names if member.startswith((f"{name}/debian", f"{name}/build"))]


@pytest.mark.parametrize("words,named", [([], None), (["MAINTAINER=A. Packager <a.packager@example.net>"], "A. Packager <a.packager@example.net>")],
                         ids=["none", "one"])
def test_the_maintainer_of_packages(words, named, tmp_path):
    """The one that is given; in control, and in the changelog."""
    make("deb-source", f"O={tmp_path}", *words)
    (folder,) = tmp_path.glob("deb/*/debian")
    maintainer = re.search(r"^Maintainer: (.*)$", (folder / "control").read_text(), re.M)[1]
    assert re.search(r"^ -- (.*>)  ", (folder / "changelog").read_text(), re.M)[1] == maintainer
    assert maintainer == (named or maintainer) and ("example.org" in maintainer) == (named is None)


def test_the_version_is_the_same_everywhere():
    changes = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.M)
    packages = re.match(r"pvboot \((.*)-\d+\)", (ROOT / "debian/changelog").read_text())
    assert changes[0] == packages[1] == version()


@pytest.mark.parametrize("path", INSTALLED)
def test_what_is_installed_is_in_one_package(path):
    path = re.sub(r"^lib/(?!pvboot/)", "lib/x86_64-linux-gnu/", path)  # libdir, as debian/rules has it
    patterns = [line.split()[0] for file in (ROOT / "debian").glob("*.install") for line in file.read_text().splitlines()]
    found = [pattern for pattern in patterns if fnmatch(f"usr/{path}", pattern) or f"usr/{path}".startswith(f"{pattern}/")]
    assert len(found) == 1, found


def test_the_package_is_built_with_what_the_makefile_says():
    named = re.search(r"^BUILD_PACKAGES := (.*?[^\\])$", (ROOT / "Makefile").read_text(), re.M | re.S)[1]
    always = {"gcc", "make", "binutils", "libc6-dev", "\\"}  # build-essential
    depends = re.search(r"^Build-Depends: (.*?)\n\S", (ROOT / "debian/control").read_text(), re.M | re.S)[1]
    assert set(named.split()) - always == set(re.split(r",\s+", depends)) - {"debhelper-compat (= 13)"}
