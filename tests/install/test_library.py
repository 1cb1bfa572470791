# SPDX-License-Identifier: BSD-2-Clause
"""libpvboot as it is installed: its examples, built by its pkg-config file and run, and what it exports."""

import hashlib
import os
import re
import subprocess

import pytest
from conftest import ROOT

EXAMPLES = ROOT / "docs/examples"
FILES = {"boot/kernel": b"k" * 5_000_000, "boot/empty": b"", "a": b"text\n"}


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    folder = tmp_path_factory.mktemp("library")
    for name, data in FILES.items():
        (folder / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "tree" / name).write_bytes(data)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", folder / "tree", folder / "image", "16M"], check=True)
    return folder / "image"


@pytest.fixture(scope="module")
def environment(installed):
    """The installed library, found where it is; a package's is found anyway."""
    if "PVBOOT_INSTALLED" in os.environ:
        return os.environ
    root = installed.parents[1]
    return os.environ | {"PKG_CONFIG_PATH": str(installed / "lib/pkgconfig"), "PKG_CONFIG_SYSROOT_DIR": str(root),
                         "LD_LIBRARY_PATH": str(installed / "lib")}


def build(environment, code, program, static=False):
    """By what pkg-config says."""
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", *["--static"] * static, "libpvboot"], env=environment, capture_output=True,
                           text=True, check=True).stdout.split()
    if static:
        flags[flags.index("-lpvboot")] = "-l:libpvboot.a"
    subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror", "-o", program, code, *flags], check=True)


@pytest.fixture(scope="module", params=["shared", "static"])
def list_program(request, installed, environment, tmp_path_factory):
    program = tmp_path_factory.mktemp(request.param) / "list"
    build(environment, EXAMPLES / "list.c", program, request.param == "static")
    needed = subprocess.run(["readelf", "-d", program], capture_output=True, text=True, check=True).stdout
    assert ("libpvboot.so.0" in needed) == (request.param == "shared")
    return program


def library(installed, name):
    """Debian has a folder for each architecture."""
    return next(path for pattern in (name, f"*/{name}") for path in (installed / "lib").glob(pattern))


def run(environment, *command):
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_example_of_the_manual_page(environment, image, tmp_path):
    page = (ROOT / "man/libpvboot.3").read_text()
    (tmp_path / "page.c").write_text(re.search(r'test: program\n\.Bd [^\n]*\n(.*?)^\.Ed', page, re.M | re.S)[1])
    build(environment, tmp_path / "page.c", tmp_path / "page")
    done = run(environment, tmp_path / "page", image)
    assert (done.returncode, done.stderr) == (0, "") and "ext4" in done.stdout
    missing = run(environment, tmp_path / "page", "/no/image")
    assert missing.returncode == 1 and "/no/image" in missing.stdout


def test_c_example(list_program, environment, image):
    done = run(environment, list_program, image)
    assert done.returncode == 0 and re.fullmatch(r"\(hd0\): ext4, .*\n", done.stdout)
    done = run(environment, list_program, image, "/boot")
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(done.stdout.splitlines()) == [
        "-rw-r--r--            0 (hd0)/boot/empty", "-rw-r--r--      5000000 (hd0)/boot/kernel"]
    done = run(environment, list_program, image, "/nothing")
    assert (done.returncode, done.stderr) == (1, '(hd0)/nothing: there is no "nothing"\n')
    done = run(environment, list_program, "/nowhere")
    assert (done.returncode, done.stderr) == (1, "/nowhere: cannot be opened as a disk: No such file or directory\n")


def test_python_example(environment, image):
    done = run(environment, "/usr/bin/python3", EXAMPLES / "digest.py", image, "/")
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(line.split("  ")[::-1] for line in done.stdout.splitlines()) == sorted(
        [name, hashlib.sha256(data).hexdigest()] for name, data in FILES.items())
    done = run(environment, "/usr/bin/python3", EXAMPLES / "digest.py", image, "/nothing")
    assert done.returncode == 1 and 'there is no "nothing"' in done.stderr


def test_examples_are_short():
    assert all(len((EXAMPLES / name).read_text().splitlines()) < 50 for name in ("list.c", "digest.py"))


def test_what_is_exported(installed):
    header = (ROOT / "libpvboot/pvboot.h").read_text()
    declared = set(re.findall(r"^PVBOOT_API [^;(]*?\b(pvboot_\w+)\(", header, re.M))
    symbols = subprocess.run(["nm", "-D", "--defined-only", library(installed, "libpvboot.so")], capture_output=True, text=True,
                             check=True).stdout
    assert {line.split()[-1] for line in symbols.splitlines()} == {f"{name}@@PVBOOT_0.1" for name in declared} | {"PVBOOT_0.1"}
    symbols = subprocess.run(["nm", "-g", "--defined-only", library(installed, "libpvboot.a")], capture_output=True, text=True,
                             check=True).stdout
    assert {line.split()[-1] for line in symbols.splitlines() if len(line.split()) == 3} == declared


def test_the_header_is_a_header_for_cpp_too(installed, tmp_path):
    (tmp_path / "x.cc").write_text("#include <libpvboot/pvboot.h>\nint main() { pvboot_free(pvboot_new()); }\n")
    subprocess.run(["g++", "-std=c++11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I", installed / "include",
                    tmp_path / "x.cc"], check=True)
