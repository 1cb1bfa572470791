# SPDX-License-Identifier: BSD-2-Clause
"""pvboot-bootloader in pygrub's place: what libxl asks it, and what libxl finds then."""

import gzip
import lzma
import os
import signal
import struct
import subprocess
import tempfile
import time
from pathlib import Path

import pexpect
import pytest
from bootloader import PROGRAM, PYGRUB, ROOT, TIMEOUT, Bootloader
from small_kernel import note, small_kernel, small_kernel_32
from test_configs import disk  # noqa: F401  (a fixture)

MENU = """timeout 60
default 1
fallback 3
title Missing
kernel /boot/missing
title Good
kernel /boot/kernel.xz root=/dev/xvda ro
initrd /boot/first
title Two initrds
kernel /boot/kernel.xz
initrd /boot/first /boot/second
title NetBSD
kernel /netbsd.gz -s
title No kernel of Xen's
kernel /boot/plain
title Locked
lock
kernel /boot/kernel.xz locked
title Halt
halt
title Quoted
kernel /boot/kernel.xz it's a "b" \\c
"""

FIRST, SECOND = b"first initrd, of an odd length.", b"second" * 900


@pytest.fixture(scope="session")
def image(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bootloader")
    boot = folder / "tree/boot"
    (boot / "grub").mkdir(parents=True)
    (boot / "kernel.xz").write_bytes(lzma.compress(small_kernel()))
    (boot / "plain").write_bytes(small_kernel().replace(b"Xen\0", b"XXX\0"))
    (folder / "tree/netbsd.gz").write_bytes(gzip.compress(small_kernel(b"NetBSD")))
    (boot / "first").write_bytes(FIRST)
    (boot / "second").write_bytes(SECOND)
    (boot / "grub/menu.lst").write_text(MENU)
    subprocess.run(["mke2fs", "-q", "-t", "ext2", "-d", folder / "tree", folder / "image", "4M"], check=True)
    return folder / "image"


@pytest.fixture
def bootloader(tmp_path) -> Bootloader:
    return Bootloader(tmp_path)


@pytest.fixture
def with_menu(tmp_path):
    """with_menu(text, ...): a disk with this menu, /kernel, and other files."""

    def make(text, path="boot/grub/menu.lst", **files):
        for name, contents in {path: text.encode(), "kernel": small_kernel(), **files}.items():
            (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "tree" / name).write_bytes(contents)
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-L", "root", "-d", tmp_path / "tree", tmp_path / "disk", "16M"], check=True)
        return tmp_path / "disk"

    return make


# ---- what libxl finds -----------------------------------------------------------------------------


def test_default_entry(bootloader, image):
    result = bootloader.take(image)
    assert result.kernel == small_kernel()  # unpacked: Xen's builder need not know xz
    assert (result.ramdisk, result.args) == (FIRST, "root=/dev/xvda ro")


def test_initrds_become_one(bootloader, image):
    assert bootloader.take(image, "--entry=2").ramdisk == FIRST.ljust(-(-len(FIRST) // 4) * 4, b"\0") + SECOND


def test_netbsd_is_a_kernel_alone(bootloader, image):
    result = bootloader.take(image, "--entry=NetBSD")
    assert result.kernel == small_kernel(b"NetBSD") and result.ramdisk is None
    assert result.args == "bootdev=xbd0a -s"


def test_hosts_words_come_after_the_entrys(bootloader, image):
    words = "console=hvc0 it's \"two words\" \\ $x"
    assert bootloader.take(image, f"--args={words}").args == f"root=/dev/xvda ro {words}"
    assert bootloader.take(image, "--args=x", "--extra=pvboot.entry=3").args == "bootdev=xbd0a -s x"


def test_kernel_that_the_host_names(bootloader, image):
    result = bootloader.take(image, "--kernel=/boot/kernel.xz", "--ramdisk=/boot/second", "--args=ro")
    assert (result.kernel, result.ramdisk, result.args) == (small_kernel(), SECOND, "ro")
    assert 'no disk has "/boot/nothing"' in bootloader.refuses(image, "-q", "--kernel=/boot/nothing")


def test_fallback(bootloader, image):
    assert bootloader.take(image, "--entry=0").args == "bootdev=xbd0a -s"


def test_file_system_that_begins_later(bootloader, image, tmp_path):
    (tmp_path / "later").write_bytes(b"\xff" * 5120 + image.read_bytes())
    assert bootloader.take(tmp_path / "later", "--offset=5120").ramdisk == FIRST
    assert "no sector" in bootloader.refuses(image, "-q", "--offset=100")


@pytest.mark.parametrize("kind,text", [
    ("sxp", "linux (kernel '{kernel}')(ramdisk '{ramdisk}')(args 'root=/dev/xvda ro')"),
    ("simple", "kernel {kernel}\nramdisk {ramdisk}\nargs root=/dev/xvda ro\n\n"),
    ("simple0", "kernel {kernel}\0ramdisk {ramdisk}\0args root=/dev/xvda ro\0\0")])
def test_formats(image, tmp_path, kind, text):
    done = subprocess.run([PROGRAM, "-q", f"--output-format={kind}", f"--output-directory={tmp_path}", image],
                          capture_output=True, text=True, timeout=TIMEOUT, check=True)
    kernel, ramdisk = sorted(tmp_path.iterdir())
    assert done.stdout == text.format(kernel=kernel, ramdisk=ramdisk)
    assert kernel.read_bytes() == small_kernel() and ramdisk.read_bytes() == FIRST
    assert {path.stat().st_mode & 0o777 for path in (kernel, ramdisk)} == {0o600}


def test_sxp_is_what_python_would_write(bootloader, image):
    done = bootloader.run(image, "-n", "--entry=Quoted", "--output-format=sxp")
    line = "it's a \"b\" \\c"
    assert done.returncode == 0 and bootloader.output.read_text() == f"linux (kernel '<kernel:{len(small_kernel())}>')(args {line!r})"


def test_not_really(bootloader, image):
    done = bootloader.run(image, "-q", "-n")
    size = len(small_kernel())
    assert done.returncode == 0 and bootloader.left() == []
    assert bootloader.output.read_text() == f"kernel <kernel:{size}>\0ramdisk <ramdisk:{len(FIRST)}>\0args root=/dev/xvda ro\0\0"


def test_list(bootloader, image):
    listing = bootloader.run(image, "-l")
    assert listing.returncode == 0, listing.stderr
    assert "title: Good\n  root: hd0\n  kernel: /boot/kernel.xz\n  args: root=/dev/xvda ro\n  initrd: /boot/first\n" in listing.stdout
    assert listing.stdout.count("title: ") == 8 and "title: Halt\ntitle: Quoted\n" in listing.stdout


# ---- the menu, on a terminal ----------------------------------------------------------------------


def start(bootloader, image, *options):
    command = [str(word) for word in bootloader.command(image, *options)]
    child = pexpect.spawn(command[0], command[1:], dimensions=(24, 80), timeout=TIMEOUT, env={"TERM": "vt100"})
    child.delaybeforesend = None
    child.expect("Booting in")
    return child


def end(child):
    child.expect(pexpect.EOF)
    child.close()
    return child.signalstatus or child.exitstatus


def test_menu(bootloader, image):
    child = start(bootloader, image, "--args=more")
    child.send("\x1b[B\r")
    assert end(child) == 0
    assert bootloader.result().args == "more"  # of "Two initrds"


def test_prompt(bootloader, image):
    child = start(bootloader, image)
    child.send("c")
    child.expect("pvboot>")
    child.send("kernel /boot/kernel.xz typed\rboot\r")
    assert end(child) == 0
    assert bootloader.result().args == "typed"


@pytest.mark.parametrize("keys", ["\x1d", "\x1b[B\x1b[B\x1b[B\x1b[B\x1b[B\r"])
def test_menu_that_is_left(bootloader, image, keys):
    child = start(bootloader, image)
    child.send(keys)
    assert end(child) == 1
    assert bootloader.left() == [] and bootloader.output.read_bytes() == b""


def children(process):
    return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def wait_until(condition):
    deadline = time.monotonic() + TIMEOUT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL])
def test_end_by_a_signal(bootloader, image, number):
    child = start(bootloader, image)
    reader, = children(child.pid)
    os.kill(child.pid, number)
    assert end(child) == number
    wait_until(lambda: not Path(f"/proc/{reader}").exists())
    assert bootloader.left() == [] and bootloader.output.read_bytes() == b""


def test_end_while_files_are_written(bootloader, with_menu):
    """Half of the initrd is there, and waits in a full pipe: then it ends."""
    image = with_menu("timeout 0\ntitle A\nkernel /kernel\ninitrd /initrd\n", initrd=os.urandom(2 << 20))
    child = subprocess.Popen(bootloader.command(image, "-q"))
    wait_until(lambda: len(bootloader.left()) == 2 or child.poll() is not None)
    child.terminate()
    if child.wait(TIMEOUT) == -signal.SIGTERM:  # it may have been quicker
        assert bootloader.left() == [] and bootloader.output.read_bytes() == b""


def test_no_terminal(bootloader, image):
    assert "the menu needs a terminal" in bootloader.refuses(image)


# ---- the process that reads ------------------------------------------------------------------------


def status(process):
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return {line.split(":")[0]: line.split()[1:] for line in lines}


def test_reader_has_no_rights(bootloader, image):
    child = start(bootloader, image)
    reader, = children(child.pid)
    facts = status(reader)
    assert facts["Seccomp"] == ["2"] and facts["NoNewPrivs"] == ["1"]
    files = {int(link.name): os.readlink(link) for link in Path(f"/proc/{reader}/fd").iterdir()}
    others = sorted(os.path.basename(name).split(":")[0] for number, name in files.items() if number > 2)
    assert others == ["image", "pipe"]
    limits = dict((row[:25].strip(), row[26:].split()[0]) for row in Path(f"/proc/{reader}/limits").read_text().splitlines())
    assert limits["Max processes"] == limits["Max core file size"] == "0" and limits["Max open files"] == "1"
    assert int(limits["Max address space"]) < 600 << 20
    if os.geteuid() == 0:
        nobody = ["65534"] * 4
        assert facts["Uid"] == facts["Gid"] == nobody and facts["Groups"] == []
        assert {facts[name][0] for name in facts if name.startswith("Cap") and name != "CapBnd"} == {"0" * 16}
        assert os.readlink(f"/proc/{reader}/root").endswith(" (deleted)")
    child.close(force=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_reader_is_the_user_that_the_host_names(bootloader, image):
    """--quiet comes with it from libxl; the menu works, too."""
    child = start(bootloader, image, "--runas=12345")
    reader, = children(child.pid)
    assert status(reader)["Uid"] == ["12345"] * 4
    child.close(force=True)
    assert bootloader.take(image, "--runas=12345").ramdisk == FIRST


def test_only_root_becomes_another(image):
    """Where it cannot be what the host wants, nothing is read."""
    drop = [] if os.geteuid() != 0 else ["setpriv", "--reuid=65534", "--clear-groups"]
    with tempfile.NamedTemporaryFile() as copy:
        copy.write(image.read_bytes())
        os.fchmod(copy.fileno(), 0o644)
        done = subprocess.run([*drop, PROGRAM, "-q", "-n", "--runas=12345", copy.name], capture_output=True, text=True,
                              timeout=TIMEOUT)
    assert done.returncode == 1 and done.stderr == "pvboot: --runas=12345: only root can become another user\n"


def test_memory_has_an_end(bootloader, with_menu):
    image = with_menu("title A\nkernel /kernel\ninitrd /initrd\n", initrd=bytes(9 << 20))
    error = bootloader.refuses(image, "-q", "--memory=8")
    assert "(hd0)/initrd: larger than the domain's 8 MiB of memory" in error and "--memory=MIB" in error
    assert bootloader.take(image).ramdisk == bytes(9 << 20)


# ---- what is wrong --------------------------------------------------------------------------------


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a file system to fill")
@pytest.mark.parametrize("size,name", [("4k", "d/boot_kernel"), ("8k", "d/boot_ramdisk"), ("12k", "out")])
def test_full_disk(image, tmp_path, size, name):
    """One line, and no half files."""
    script = """mount -t tmpfs -o size=$4 none "$1" && mkdir "$1/d" && : >"$1/out" &&
        "$2" -q --output="$1/out" --output-format=simple0 --output-directory="$1/d" "$3"; echo "status $?"; find "$1" -type f -size +0"""
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script, "sh", tmp_path, PROGRAM, image, size],
                          capture_output=True, text=True, timeout=TIMEOUT)
    assert done.stdout == "status 1\n", done
    assert f"{tmp_path}/{name}" in done.stderr
    assert done.stderr.count("\n") == 1 and done.stderr.endswith(": No space left on device\n")


def test_result_that_cannot_be_written(bootloader, image):
    done = bootloader.run(image, "-q", "--output=/dev/full")
    assert done.returncode == 1 and done.stderr == "pvboot: /dev/full: No space left on device\n" and bootloader.left() == []


def test_kernel_of_another_kind(bootloader, with_menu):
    image = with_menu("title A\nkernel /plain\n", plain=small_kernel().replace(b"Xen\0", b"XXX\0"))
    assert "pvboot: (hd0)/plain: no kernel for a Xen guest, PV or PVH: it has no Xen notes" in bootloader.refuses(image, "-q")


def test_kernel_of_32_bits(bootloader, with_menu):
    """What the domain can start is Xen's builder's to say."""
    kernel = small_kernel_32(note(6, b"linux\0") + note(18, struct.pack("<I", 0x100000)))
    assert bootloader.take(with_menu("title A\nkernel /kernel32\n", kernel32=gzip.compress(kernel))).kernel == kernel


@pytest.mark.parametrize("title,line", [("Halt", "no kernel was chosen"), ("Prompt", "Prompt: it boots nothing where nobody is there"),
                                        ("Locked", "Locked: not booted: denied")])
def test_entries_that_boot_nothing(bootloader, with_menu, title, line):
    menu = "password x\ntitle Halt\nhalt\ntitle Prompt\nprompt\ntitle Locked\nlock\nkernel /kernel\n"
    assert f"pvboot: {line}\n" in bootloader.refuses(with_menu(menu), f"--entry={title}")


def test_waiting_for_keys_where_nobody_is(bootloader, with_menu):
    assert bootloader.take(with_menu("title A\npause press a key\nsleep 1000\nkernel /kernel x\n")).args == "x"


def test_disk_without_a_menu(bootloader, tmp_path):
    subprocess.run(["mke2fs", "-q", tmp_path / "empty", "1M"], check=True)
    assert "No menu was found on these disks" in bootloader.refuses(tmp_path / "empty", "-q")


@pytest.mark.parametrize("name", ["nothing", "folder"])
def test_image_that_is_none(bootloader, tmp_path, name):
    (tmp_path / "folder").mkdir()
    error = bootloader.refuses(tmp_path / name, "-q")
    assert error.startswith(f"pvboot: {tmp_path / name}: cannot be opened as a disk: ") and error.count("\n") == 1


def test_directory_that_is_none(bootloader, image, tmp_path):
    assert f"{tmp_path}/none/boot_kernel." in bootloader.refuses(image, "-q", f"--output-directory={tmp_path}/none")


@pytest.mark.parametrize("words", [["--frobnicate"], ["--output-format=xml"], ["--offset=x"], ["--runas=root"], ["--memory="],
                                   ["another"]])
def test_wrong_words(bootloader, image, words):
    assert bootloader.refuses(image, *words, status=2) != ""


def test_help():
    done = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True)
    assert "--output-directory=DIR" in done.stdout


# ---- beside pygrub --------------------------------------------------------------------------------

# Files in tests/configs of which pygrub makes sense: of the others it takes no kernel, or another line. And the kinds of its
# own examples that are not there.
CONFIGS = ["centos6.grub.conf", "amazon-linux.menu.lst", "debian8.grub.cfg", "debian10.grub.cfg", "debian12.grub.cfg",
           "debian13.grub.cfg", "rhel7.grub.cfg"]
EXAMPLES = {
    "boot/extlinux.conf": """DEFAULT menu.c32
PROMPT 0
MENU TITLE A distribution's menu
TIMEOUT 30
LABEL hardened
  MENU DEFAULT
  MENU LABEL Linux, hardened
  KERNEL /kernel
  APPEND initrd=/initrd root=LABEL=root modules=ext4 quiet
""",
    "grub2/grub.cfg": """set default="${saved_entry}"
function savedefault {
  if [ -z "${boot_once}" ]; then
    save_env saved_entry
  fi
}
set timeout=5
menuentry 'Linux, with kernel 3.9' --class gnu-linux $menuentry_id_option 'gnulinux-3.9' {
	set root='hd0,msdos1'
	search --no-floppy --label --set=root root
	linux	/kernel root=/dev/mapper/vg-root ro rd.md=0
	initrd /initrd
}
menuentry 'Linux, for a rescue' --class gnu-linux $menuentry_id_option 'gnulinux-0' {
	linux	/kernel rescue
}
""",
}


def compare(image, tmp_path):
    (tmp_path / "pygrub").mkdir()
    theirs = Bootloader(tmp_path / "pygrub", PYGRUB).take(image, "--args=console=hvc0")
    ours = Bootloader(tmp_path).take(image, "--args=console=hvc0")
    assert (ours.kernel, ours.ramdisk) == (theirs.kernel, theirs.ramdisk)
    assert ours.args.split() == theirs.args.split()


@pytest.mark.parametrize("name", CONFIGS)
def test_configs_as_pygrub(tmp_path, disk, name):  # noqa: F811
    compare(disk(name), tmp_path)


@pytest.mark.parametrize("path", EXAMPLES)
def test_examples_as_pygrub(tmp_path, with_menu, path):
    compare(with_menu(EXAMPLES[path], path, initrd=FIRST), tmp_path)


@pytest.mark.parametrize("name", ["debian12.grub.cfg", "debian9.grub.cfg"])
def test_isconfig_as_pygrub(tmp_path, name):
    config = ROOT / "tests/configs" / name
    done = [subprocess.run([program, "-q", "--isconfig", f"--output-directory={tmp_path}", config], capture_output=True, text=True,
                           check=True, timeout=TIMEOUT).stdout.split() for program in (PROGRAM, PYGRUB)]
    assert done[0] == done[1]
