# SPDX-License-Identifier: BSD-2-Clause
"""The tool's commands, their words and exit statuses."""

import gzip
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from initramfs import Kernel
from small_kernel import small_kernel

MENU = """timeout 7
default 1
title Missing
kernel /boot/missing
title Good
kernel /boot/kernel.gz console=hvc0
initrd /boot/initrd
title Truncated
kernel /boot/truncated
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("tool")
    boot = folder / "tree/boot"
    (boot / "grub").mkdir(parents=True)
    (boot / "kernel.gz").write_bytes(gzip.compress(small_kernel()))
    (boot / "truncated").write_bytes(small_kernel()[:0x1800])
    (boot / "initrd").write_bytes(bytes(5000))
    (boot / "grub/menu.lst").write_text(MENU)
    (boot / "link").symlink_to("initrd")
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", folder / "tree", folder / "image", "16M"], check=True)
    return folder / "image"


@pytest.fixture(scope="module")
def partitioned(image) -> Path:
    """The same file system in the second partition of a disk."""
    disk = image.with_name("disk")
    with open(disk, "wb") as file:
        file.truncate(32 << 20)
    table = "label: dos\nstart=2048, size=2048, type=c\nstart=8192, size=32768, type=83\n"
    subprocess.run(["sfdisk", "-q", disk], input=table, text=True, check=True)
    subprocess.run(["dd", f"if={image}", f"of={disk}", "bs=512", "seek=8192", "conv=notrunc", "status=none"], check=True)
    return disk


def test_ls(pvboot, image):
    listing = pvboot.ok(image, "ls", "/boot")
    assert "-rw-r--r--         5000  " in listing and "link -> initrd\n" in listing and "drwxr-xr-x" in listing
    assert pvboot.ok(image, "ls", "/boot/initrd").endswith("/boot/initrd\n")


def test_cat(pvboot, image):
    assert pvboot.ok(image, "cat", "/boot/grub/menu.lst") == MENU
    done = pvboot.run(image, "cat", "/boot/nothing")
    assert done.returncode == 1 and done.stderr == 'pvboot: (hd0)/boot/nothing: there is no "nothing"\n'


def test_path_in_a_partition(pvboot, partitioned):
    assert pvboot.ok(partitioned, "cat", "(hd0,1)/boot/grub/menu.lst") == MENU
    assert pvboot.ok(partitioned, "cat", "/boot/grub/menu.lst") == MENU  # the first file system that can be read
    assert pvboot.run(partitioned, "cat", "(hd0,2)/x").stderr == "pvboot: (hd0,2): there is no such disk or partition\n"


def test_info(pvboot, partitioned):
    lines = pvboot.ok(partitioned, "info").splitlines()
    assert [line.split()[0] for line in lines] == ["(hd0)", "(hd0,0)", "(hd0,1)"]
    assert "MBR partition table" in lines[0] and "no file system" in lines[1] and "type 83  ext4" in lines[2]


def test_extract_one_file(pvboot, image, tmp_path):
    pvboot.ok(image, "extract", "/boot/initrd", tmp_path)
    assert (tmp_path / "initrd").read_bytes() == bytes(5000)


def test_extract_never_leaves_its_directory(pvboot, image, tmp_path):
    """What stands in the way, be it a link that leads out, is not followed."""
    outside = tmp_path / "outside"
    outside.write_text("precious")
    (tmp_path / "into").mkdir()
    (tmp_path / "into/initrd").symlink_to(outside)
    done = pvboot.run(image, "extract", "/boot/initrd", tmp_path / "into")
    assert done.returncode == 1 and "initrd" in done.stderr
    assert outside.read_text() == "precious"


def test_names_do_not_command_the_terminal(pvboot, tmp_path):
    folder = tmp_path / "tree"
    folder.mkdir()
    for name in (b"\x1b[31mred", b"\xc2\x9b1mbold", b"\x9b1m", b"two\nlines", "ümläut 漢字".encode()):
        (folder / os.fsdecode(name)).write_bytes(b"")
    (folder / "link").symlink_to("\x1b]0;title\x07")
    subprocess.run(["mke2fs", "-q", "-L", "\x1b[1m\u009b", "-d", folder, tmp_path / "image", "1M"], check=True)
    listing = pvboot.ok(tmp_path / "image", "ls", "/")
    names = sorted(line[43:] for line in listing.splitlines())
    assert names == ["?1m", "?1mbold", "?[31mred", "link -> ?]0;title?", "lost+found", "two?lines", "ümläut 漢字"]
    assert 'label "?[1m?"' in pvboot.ok(tmp_path / "image", "info")
    for name in (b"/\x1b[31m/x", b"/\xc2\x9b1m", b"/\x9b9m"):
        done = subprocess.run([pvboot.program, "-d", tmp_path / "image", "cat", name], capture_output=True)
        assert done.returncode == 1 and b"?" in done.stderr and not {0x1B, 0x9B} & set(done.stderr)


@pytest.mark.parametrize("words", [["ls", "/boot"], ["cat", "/boot/kernel.gz"], ["info"], ["menu"], ["check"], ["--help"]])
def test_output_that_cannot_be_written(pvboot, image, words):
    with open("/dev/full", "w") as full:
        done = subprocess.run([pvboot.program, "-d", image, *words], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and "pvboot: standard output: " in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("words", ["abc", "", "0", "12x", "-1", "99999999999"])
def test_memory_that_is_no_number(pvboot, image, words):
    done = subprocess.run([pvboot.program, "-d", image, "-m", words, "check"], capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr == f"pvboot: -m {words}: this is no number of MiB\n"


def test_check_has_the_loaders_memory(pvboot, tmp_path):
    """An initrd that fits into the domain, but not beside the loader."""
    image = disk_with(tmp_path, "menu.lst", "title A\nkernel /kernel\ninitrd /initrd\n", size="48M", initrd=bytes(40 << 20))
    tool = [pvboot.program, "-d", image]
    done = subprocess.run([*tool, "-m", "44", "check"], capture_output=True, text=True)
    assert done.returncode == 1 and "initrd: " in done.stderr and "memory" in done.stderr, done
    assert subprocess.run([*tool, "-m", "64", "check"], capture_output=True).returncode == 0


def test_little_address_space(pvboot, image):
    """A system that grants less than is asked for is asked for what is needed."""
    limited = ["prlimit", "--as=800000000", pvboot.program, "-d", image]
    done = subprocess.run([*limited, "-m", "64", "check"], capture_output=True, text=True)
    assert done.returncode == 0 and "would boot" in done.stdout
    done = subprocess.run([*limited, "-m", "1024", "check"], capture_output=True, text=True)
    assert done.returncode == 1 and "the system does not grant 10" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("path,words", [("/boot/initrd/", "(hd0)/boot/initrd/: it is no directory"),
                                        ("/boot/initrd/x", 'what comes before "x" is no directory')])
def test_extract_of_what_is_no_directory(pvboot, image, tmp_path, path, words):
    done = pvboot.run(image, "extract", path, tmp_path)
    assert done.returncode == 1 and words in done.stderr and done.stderr.count("\n") == 1


def test_menu(pvboot, image):
    menu = pvboot.ok(image, "menu")
    assert menu == "(hd0)/boot/grub/menu.lst\n   0  Missing\n>  1  Good\n   2  Truncated\nboots in 7 s\n"


def test_check(pvboot, image):
    done = pvboot.run(image, "check")
    assert done.returncode == 0  # the default entry would boot
    assert "kernel   (hd0)/boot/kernel.gz (ELF, gzip)" in done.stdout and "command  console=hvc0" in done.stdout
    assert done.stdout.count("would boot") == 1 and done.stdout.count("would NOT boot") == 2
    assert 'there is no "missing"' in done.stderr and "truncated: a segment" in done.stderr


def test_check_says_when_the_default_would_not_boot(pvboot, image):
    tool = [pvboot.program, "-d", image]
    assert subprocess.run([*tool, "-x", "pvboot.entry=0", "check"], capture_output=True).returncode == 1
    small = subprocess.run([*tool, "-m", "2", "check"], capture_output=True, text=True)
    assert small.returncode == 1 and "2 MiB are too small" in small.stderr


def test_check_of_debians_kernel(pvboot, image, tmp_path):
    (tmp_path / "tree").mkdir()
    shutil.copy(Kernel(pvboot.program.parent / "xenbox").image, tmp_path / "tree/vmlinuz")
    (tmp_path / "tree/boot.cfg").write_text("menu=Linux:boot /vmlinuz\n")
    subprocess.run(["mke2fs", "-q", "-d", tmp_path / "tree", tmp_path / "image", "32M"], check=True)
    output = pvboot.ok(tmp_path / "image", "check")
    assert "bzImage, xz" in output and "INIT_P2M, MOD_START_PFN" in output and "would boot in PV and PVH domains" in output


def test_no_config(pvboot, tmp_path):
    subprocess.run(["mke2fs", "-q", tmp_path / "image", "1M"], check=True)
    done = pvboot.run(tmp_path / "image", "menu")
    assert done.returncode == 1 and "no menu was found on these disks" in done.stderr


def test_images_are_never_written_to(pvboot, image):
    before = image.stat().st_mtime_ns, image.read_bytes()
    pvboot.run(image, "check")
    assert (image.stat().st_mtime_ns, image.read_bytes()) == before


@pytest.mark.parametrize("size", ["0", "511", "8192", "4k", "", "99999999999999999999"])
def test_sectors_that_no_disk_has(pvboot, image, size):
    done = pvboot.run(f"{image},sector={size}", "info")
    assert done.returncode == 2 and done.stderr == f"pvboot: {image}: sectors have 512, 1024, 2048 or 4096 bytes\n"


@pytest.mark.parametrize("words,message", [
    ([], "a command is missing"),
    (["-d", "{image}"], "a command is missing"),
    (["-d"], "-d: a word is missing after it"),
    (["--type"], "--type: a word is missing after it"),
    (["-q"], "-q: there is no such option"),
    (["--colour", "ls", "/"], "--colour: there is no such option"),
    (["-d", "{image}", "frobnicate"], "frobnicate: there is no such command"),
    (["ls", "/"], "ls: of which disk? -d IMAGE names one"),
    (["-d", "{image}", "ls"], "usage: pvboot -d IMAGE ls PATH"),
    (["-d", "{image}", "ls", "/", "/"], "usage: pvboot -d IMAGE ls PATH"),
    (["-d", "{image}", "info", "x"], "usage: pvboot -d IMAGE info"),
    (["-d", "{image}", "hexdump"], "usage: pvboot -d IMAGE hexdump PATH [OFFSET [LENGTH]]"),
    (["diff", "{image}"], "usage: pvboot diff IMAGE IMAGE"),
    (["-d", "{image}", "--json", "cat", "/x"], "cat: there is no JSON of it"),
])
def test_usage_in_one_line(pvboot, image, words, message):
    done = subprocess.run([pvboot.program, *(word.format(image=image) for word in words)], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"pvboot: {message}; pvboot --help says more\n")


@pytest.mark.parametrize("words,message", [
    (["-d", "/nowhere", "info"], "/nowhere: cannot be opened as a disk: No such file or directory"),
    (["-d", "/usr", "info"], "/usr: cannot be opened as a disk: it is a directory"),
    (["-d", "/dev/null", "info"], "/dev/null: cannot be opened as a disk: it is no file and no block device"),
    (["-d", "{image}", "--type", "hvm", "check"], "--type hvm: the types are pv and pvh"),
    (["-d", "{image}", "hexdump", "/boot/initrd", "-1"], "hexdump: -1: this is no number of bytes"),
    (["-d", "{image}", "hexdump", "/boot/initrd", "1", "2x"], "hexdump: 2x: this is no number of bytes"),
    (["diff", "{image}", "/nowhere"], "/nowhere: cannot be opened as a disk: No such file or directory"),
])
def test_what_cannot_be(pvboot, image, words, message):
    done = subprocess.run([pvboot.program, *(word.format(image=image) for word in words)], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"pvboot: {message}\n")


def test_help(pvboot):
    done = subprocess.run([pvboot.program, "--help"], capture_output=True, text=True)
    assert done.returncode == 0 and "extract PATH DIR" in done.stdout and "Exit status: 0 " in done.stdout


def test_find_and_tree(pvboot, image):
    assert sorted(pvboot.ok(image, "find", "/", "*i*").splitlines()) == ["(hd0)/boot/initrd", "(hd0)/boot/link"]
    assert pvboot.ok(image, "find", "/boot", "no such").splitlines() == []
    lines = pvboot.ok(image, "tree", "/").splitlines()
    assert "boot/" in lines and "  grub/" in lines and lines.index("    menu.lst") == lines.index("  grub/") + 1
    assert "  link -> initrd" in lines


def test_hexdump_is_hexdumps(pvboot, tmp_path):
    data = bytes(range(256)) + bytes(200_000) + b"end" + bytes(50) + b"\xff"
    image = disk_with(tmp_path, "x", "", data=data)
    wanted = subprocess.run(["hexdump", "-C", tmp_path / "tree/data"], capture_output=True, text=True, check=True).stdout
    assert pvboot.ok(image, "hexdump", "/data") == wanted
    wanted = subprocess.run(["hexdump", "-C", "-s", "250", "-n", "70", tmp_path / "tree/data"], capture_output=True, text=True,
                            check=True).stdout
    assert pvboot.ok(image, "hexdump", "/data", "0xfa", "70") == wanted
    assert pvboot.ok(image, "hexdump", "/data", "99999999") == f"{len(data):08x}\n"
    assert pvboot.run(image, "hexdump", "/").stderr == "pvboot: (hd0)/: not a regular file\n"


def test_a_full_disk_leaves_no_part_of_a_file(pvboot, tmp_path):
    image = disk_with(tmp_path, "x", "small", large=bytes(range(256)) * 4000)
    done = subprocess.run(["prlimit", "--fsize=100000", pvboot.program, "-d", image, "extract", "/", tmp_path / "into"],
                          capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr == (f"pvboot: {tmp_path}/into/large: File too large\n"
                                                    "pvboot: (hd0)/large: not extracted: a part of it is missing\n")
    assert (tmp_path / "into/x").read_text() == "small" and not (tmp_path / "into/large").exists()


def test_an_interrupted_extract_leaves_no_part_of_a_file(pvboot, tmp_path):
    """Each write takes a fifth of a second, so that there is time for it. A shell's job in the background ignores SIGINT."""
    image = disk_with(tmp_path, "x", "small", size="24M", large=bytes(range(256)) * 80_000)
    command = ["env", "--default-signal=INT", "strace", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64", "-e",
               "inject=pwrite64:delay_enter=200000", pvboot.program, "-d", image, "extract", "/large", tmp_path / "into"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "into/large").exists() or (tmp_path / "into/large").stat().st_size == 0:
        assert process.poll() is None
    child = int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])
    os.kill(child, signal.SIGINT)
    _, errors = process.communicate(timeout=240)
    assert process.returncode == -signal.SIGINT
    assert errors == f"pvboot: (hd0)/large: not extracted: a part of it is missing\npvboot: {tmp_path}/into: interrupted: not all is there\n"
    assert not (tmp_path / "into/large").exists()


def test_version(pvboot):
    done = subprocess.run([pvboot.program, "--version"], capture_output=True, text=True)
    version = re.search(r'PVBOOT_VERSION "(.*)"', (Path(__file__).parents[2] / "lib/version.h").read_text())[1]
    assert (done.returncode, done.stdout, done.stderr) == (0, f"pvboot {version}\n", "")


def test_help(pvboot):
    done = subprocess.run([pvboot.program, "--help"], capture_output=True, text=True)
    assert done.returncode == 0 and "extract PATH DIR" in done.stdout


def disk_with(tmp_path, path, text, size="4M", **files):
    """A disk with this menu, /kernel, and other files."""
    tree = tmp_path / "tree"
    for name, contents in {path: text.encode(), "kernel": small_kernel(), **files}.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(contents)
    subprocess.run(["mke2fs", "-q", "-d", tree, tmp_path / "image", size], check=True)
    return tmp_path / "image"


def test_check_asks_for_no_password(pvboot, tmp_path):
    image = disk_with(tmp_path, "menu.lst", "password x\ntitle A\nlock\npassword y\nkernel /kernel\n")
    assert "would boot" in pvboot.ok(image, "check")


def test_saved_default_is_marked(pvboot, tmp_path):
    image = disk_with(tmp_path, "menu.lst", "default saved\ntitle A\nkernel /kernel\ntitle B\nkernel /kernel\n",
                      default=b"1\n")
    assert ">  1  B" in pvboot.ok(image, "menu")


def test_kernels_without_a_menu(pvboot, tmp_path):
    image = disk_with(tmp_path, "other", "", netbsd=small_kernel(b"NetBSD"))
    assert ">  0  (hd0)/netbsd\n" in pvboot.ok(image, "menu")
    assert "command  bootdev=xbd0a\n" in pvboot.ok(image, "check")
