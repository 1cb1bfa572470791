# SPDX-License-Identifier: BSD-2-Clause
"""Debian packages: what is in them, that they are the same bytes wherever they are built, and that they work in a clean Debian."""

import re
import subprocess

import pytest
from clean_debian import run
from conftest import BUILD, NAMES, ROOT
from guest import Disk

LOADER, BOOTLOADER = "./usr/lib/pvboot/pvboot-x86_64.elf", "./usr/lib/pvboot/pvboot-bootloader"


def field(package, name):
    return run("dpkg-deb", "-f", package, name).strip()


def files(package):
    """path: its line in the package's listing."""
    return {line.split()[5]: line for line in run("dpkg-deb", "-c", package).splitlines()}


def test_make_deb_leaves_the_packages(source):
    assert {path.name.split("_")[0] for path in source.glob("*.deb")} >= set(NAMES)
    assert list(source.glob("*.dsc")) and list(source.glob("*.orig.tar.gz"))


def test_lintian(source):
    changes = next(source.glob("*.changes"))
    done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning", changes], capture_output=True, text=True)
    assert done.returncode == 0 and not re.search("^[EW]:", done.stdout, re.M), done.stdout


def test_fields(packages):
    sections = {name: field(package, "Section") for name, package in packages.items()}
    assert sections == {"pvboot": "admin", "pvboot-xen-host": "admin", "libpvboot0": "libs", "libpvboot-dev": "libdevel"}
    assert {field(package, "Architecture") for package in packages.values()} == {"amd64"}
    assert field(packages["pvboot-xen-host"], "Multi-Arch") == "foreign"
    assert field(packages["pvboot-xen-host"], "Depends") == ""
    assert "libzstd1" in field(packages["pvboot"], "Depends")


def test_contents(packages):
    tool, host = files(packages["pvboot"]), files(packages["pvboot-xen-host"])
    assert host[LOADER].startswith("-rw-r--r-- root/root")
    assert tool["./usr/bin/pvboot"].startswith("-rwxr-xr-x root/root")
    for path in ("man1/pvboot.1.gz", "man5/pvboot.cfg.5.gz", "man8/pvboot.8.gz"):
        assert f"./usr/share/man/{path}" in tool
    for path in ("bash-completion/completions/pvboot", "zsh/vendor-completions/_pvboot", "fish/vendor_completions.d/pvboot.fish"):
        assert f"./usr/share/{path}" in tool
    assert not [path for path in [*tool, *host] if path.startswith("./boot/")]


def test_the_loader_keeps_its_notes(packages, tmp_path):
    run("dpkg-deb", "-x", packages["pvboot-xen-host"], tmp_path)
    notes = run("readelf", "-nW", tmp_path / LOADER)
    assert notes.count("  Xen ") == run("readelf", "-nW", BUILD / "pvboot-x86_64.elf").count("  Xen ") > 0


@pytest.mark.parametrize("name", NAMES)
def test_the_same_bytes_in_another_folder(name, built):
    first, second = (next(folder.glob(f"{name}_*.deb")).read_bytes() for folder in built)
    assert first == second


def stanzas(path):
    for text in re.split(r"\n\s*\n", path.read_text().strip()):
        yield dict(re.findall(r"^(\S+): *(.*)", text, re.M))


TESTS = [(test["Tests"], test["Depends"].split(", ")) for test in stanzas(ROOT / "debian/tests/control")]


@pytest.mark.parametrize("test,depends", TESTS)
def test_the_installed_packages(test, depends, installed):
    installed.install(*depends)
    installed.run(f"debian/tests/{test}", folder="/source")


@pytest.mark.parametrize("kind", ["pv", "pvh"])
def test_a_guest_boots_by_the_installed_loader(kind, installed, box):
    """On the real Xen, by the file as the package has put it."""
    expect_a_guest(box, type=kind, kernel=box.path(installed.root / LOADER), extra="pvboot.timeout=0")


@pytest.mark.parametrize("kind", ["pv", "pvh"])
def test_a_guest_boots_by_the_installed_bootloader(kind, installed, box):
    program = box.path(installed.root / BOOTLOADER)
    expect_a_guest(box, type=kind, kernel=None, more=f"bootloader='{program}'\nbootloader_args=['--quiet']")


def expect_a_guest(box, **options):
    guest = box.create(disks=[Disk(box.path(BUILD / "demo.img"), "xvda", "r")], memory=512, **options)
    guest.console.expect("Hello from Linux", 400)
    guest.destroy()


def test_purging_leaves_nothing(installed):
    paths = [path for path in installed.run("dpkg", "-L", *NAMES).split() if "pvboot" in path]
    assert len(paths) > 20
    installed.run("dpkg", "--purge", *NAMES)
    assert [path for path in paths if (installed.root / path[1:]).exists()] == []
