# SPDX-License-Identifier: BSD-2-Clause
"""The prompt, key by key, and each of its commands."""

import re
import subprocess

import pytest
from btrfs_maker import FIRST, Btrfs
from small_kernel import small_kernel
from terminal import DOWN, ENTER, ESCAPE, LEFT, TAB, UP, control

MENU = "timeout 60\ntitle One\nkernel /boot/kernel one\n"
PROMPT = "pvboot> "


@pytest.fixture
def prompt(menu):
    """prompt(...) opens one, as menu(...) does the menu."""

    def run(text=MENU, files=None, **options):
        terminal = menu(text, files, **options)
        terminal.press("c")
        terminal.shows("Type help", PROMPT)
        return terminal

    return run


def output(terminal, command):
    """What a command prints."""
    terminal.press(control("L"), command, ENTER)
    terminal.wait(lambda: terminal.line(0) == (PROMPT + command).rstrip() and terminal.screen.cursor.y > 0 and
                  terminal.line(terminal.screen.cursor.y) == PROMPT.strip(), f"{command!r} does not end:")
    return [terminal.line(row) for row in range(1, terminal.screen.cursor.y)]


def test_editing_keys(prompt):
    terminal = prompt()
    terminal.press("halp", LEFT, LEFT, "\x7f", "e", "\x05", " ", control("W"))
    terminal.typed(PROMPT.strip())
    terminal.press(control("Y"))
    terminal.typed(PROMPT + "help")
    terminal.press(control("C"))
    terminal.typed(PROMPT.strip())
    terminal.press(control("C"))
    terminal.shows("> One")


def test_escape_leaves(prompt):
    terminal = prompt()
    terminal.press(ESCAPE)
    terminal.shows("> One")


def test_history(prompt):
    terminal = prompt()
    terminal.press("echo one", ENTER, "echo two", ENTER, UP, UP)
    terminal.typed(PROMPT + "echo one")
    terminal.press(DOWN)
    terminal.typed(PROMPT + "echo two")
    terminal.press(ESCAPE)
    terminal.shows("> One")
    terminal.press("c", UP)  # it is still known
    terminal.typed(PROMPT + "echo two")


@pytest.mark.parametrize("typed, completed", [
    ("he\t", "help"),
    ("help", "help"),
    ("ker\t/boot/ke\t", "kernel /boot/kernel"),
    ("kernel (h\t", "kernel (hd0)/"),
    ("kernel (hd0)/bo\tgr\tme\t", "kernel (hd0)/boot/grub/menu.lst"),
    ("cat /boot/x\t", "cat /boot/x"),
    ("cat (hd7)/\t", "cat (hd7)/"),
    ("load bo\tin\t", "load boot/initrd"),
    ("xyzzy\t", "xyzzy"),
    ("echo $grub_pl\t", "echo $grub_platform"),
    ("echo ${grub_pl\t", "echo ${grub_platform}"),
    ("if fal\t", "if false"),
    ("true; unse\t", "true; unset"),
])
def test_completion(prompt, typed, completed):
    terminal = prompt()
    terminal.press(typed)
    terminal.wait(lambda: terminal.line(terminal.screen.cursor.y).rstrip() == PROMPT + completed, completed)


def test_completion_lists_what_could_follow(prompt):
    terminal = prompt(files={"boot/kernel-1": "", "boot/kernel-2": "", "boot/kern/x": ""})
    terminal.press("ls /boot/k", TAB)
    terminal.typed(PROMPT + "ls /boot/kern")
    terminal.press(TAB)
    terminal.shows("kernel-1", "kernel-2", "kern/")
    terminal.typed(PROMPT + "ls /boot/kern")


def test_names_that_a_terminal_would_obey(prompt):
    terminal = prompt(files={"x/\x1b[2Jone": "", "x/\x1b[2Jtwo": ""})
    terminal.press("ls /x/", TAB, TAB, control("U"), "ls /x", ENTER)
    terminal.shows("?[2Jone", "?[2Jtwo", "-rw-r--r--            0  ?[2Jone")


def test_a_line_is_longer_than_the_terminal(prompt):
    terminal = prompt(columns=40)
    words = " ".join(f"word{i}" for i in range(40))
    terminal.press("kernel /boot/kernel " + words)
    terminal.shows("word39")
    terminal.press(ENTER, "boot", ENTER)
    terminal.wait(lambda: "word0 word1 " in terminal.text().replace("\n", ""), "the command line")


def test_boot_from_the_prompt(prompt):
    terminal = prompt()
    terminal.press("root (hd0)", ENTER, "kernel /boot/kernel typed  words", ENTER, "initrd /boot/initrd", ENTER, "boot", ENTER)
    terminal.shows("command  typed words", "initrd   4 KiB")
    assert terminal.end() == 0


def test_failed_boot_comes_back_to_the_prompt(prompt):
    terminal = prompt()
    terminal.press("boot /boot/nothing", ENTER)
    terminal.shows('there is no "nothing"', "not booted: not found")
    terminal.press("boot /boot/kernel again", ENTER)
    terminal.shows("command  again")


def test_pager(prompt):
    terminal = prompt(files={"long": "".join(f"line {i}\n" for i in range(1, 101))})
    terminal.press("cat /long", ENTER)
    terminal.shows("line 23", "-- more --")
    assert "line 24" not in terminal.text()
    terminal.press(ENTER)
    terminal.shows("line 24")
    terminal.hides("line 25")
    terminal.press(" ")
    terminal.shows("line 47", "-- more --")
    terminal.press("q")
    terminal.typed(PROMPT.strip())
    assert "line 48" not in terminal.text()
    terminal.press("pager off", ENTER, "cat /long", ENTER)
    terminal.shows("line 100")


def test_control_c_stops_long_output(prompt):
    terminal = prompt(files={"long": "".join(f"line {i}\n" for i in range(1, 101))})
    terminal.press("cat /long", ENTER)
    terminal.shows("-- more --")
    terminal.press(control("C"))
    terminal.typed(PROMPT.strip())


FILES = {"a": b"same\0\1", "b": b"same\0\2", "c": b"longer and different", "text": "one\ttwo\r\nthree"}

COMMANDS = [
    ("echo some words", ["some words"]),
    ("print some words", ["some words"]),
    ("ls /boot/kernel", [r"-rw-r--r-- +8192  /boot/kernel"]),
    ("ls /boot", [r"drwx.* grub", r"-rw-.* 5000  initrd", r"-rw.* kernel"]),
    ("ls /nowhere", [r'\(hd0\)/nowhere: there is no "nowhere"']),
    ("cat /text", ["one two", "three"]),
    ("cat", ["cat: which file\\?"]),
    ("cat /boot", [r"\(hd0\)/boot: not a regular file"]),
    ("cmp /a /a", ["the same 6 bytes"]),
    ("cmp /a /b", ["differ at byte 5: 0x01 and 0x02"]),
    ("cmp /a /c", ["differ in size: 6 and 20 bytes"]),
    ("blocklist /a", [r"\(hd0\)\d+\+1"]),
    ("find /boot/kernel", [r"\(hd0\)"]),
    ("find /nothing", ['find: no disk has "/nothing"']),
    ("find", ["find: which file\\?"]),
    ("find --set-root /nothing", ['find: no disk has "/nothing"']),
    ("dev", [r"\* \(hd0\) +disk1.img ext4, .* test"]),
    ("root", [r"\(hd0\)"]),
    ("root (hd9)", [r"\(hd9\): there is no such disk or partition"]),
    ("uuid 1-2-3", ['uuid: no file system has the UUID "1-2-3"']),
    ("displaymem", ["512 MiB"]),
    ("version", ["pvboot .*"]),
    ("help ls", [r"ls \[PATH\]: list a directory, or one file"]),
    ("help sav", ["savedefault .*"]),
    ("? map", ["map: has no meaning under Xen.*"]),
    ("help xyzzy", ["help: there is no such command"]),
    ("map (hd0) (hd1)", ['"map" means nothing under Xen, and is passed over']),
    ("xyzzy", ["xyzzy: it is not known, and passed over"]),
    ("pager maybe", ["pager: on or off\\?"]),
    ("debug on", ["debug is on"]),
    ("quiet", []),
    ("kernel", ["kernel: which file\\?"]),
    ("initrd", ["initrd: which file\\?"]),
    ("module", ["module: which file\\?"]),
    ("configfile", ["configfile: which file\\?"]),
    ("configfile /none", [r'\(hd0\)/none: there is no "none"']),
    ("boot", [r"boot: no kernel has been named, and there is none of NetBSD's or FreeBSD's names"]),
    ("a=b; echo $a 'c  d'; if [ $a = b ]; then echo yes; else echo no; fi", ["b c  d", "yes"]),
    ("for i in 1 2; do echo $i; done", ["1", "2"]),
    ("if true; fi", ["typed:1:10: expected .*"]),
    ("echo $root; set root=hd9; cat /a; root", ["hd0", "cat: root=hd9: there is no such disk or partition", r"\(hd0\)"]),
    ("search --label test; search --set=x --file /a; echo $x", ["hd0", "hd0"]),
    ("search --label test --set x --no-floppy; echo $x", ["hd0"]),
    ("root=y; search --label --set test; echo $root", ["hd0"]),
    ("search --set --label test -s x --hint hd9; echo $x", ["hd0"]),
    ("search --label --set", ["search: expected --fs-uuid, --label or --file, and a name"]),
    ("search --label nosuch", ['search: no file system has the label "nosuch"']),
    ("probe --label (hd0); test -f /a; echo $?; test -d /a; echo $?", ["test", "0", "1"]),
    ("net_bootp; echo $?; authenticate; echo $?", ["1", "0"]),
    ("syslinux_configfile -i /none", [r'\(hd0\)/none: there is no "none"']),
    ("cryptomount -a; loopback x /a", ["cryptomount: encrypted disks are not read", "loopback: a file that holds a disk is not read"]),
    ("ntldr /bootmgr", ["ntldr: it starts another boot loader, and under Xen there is no firmware for one"]),
    ("menuentry x { true; }", ["menuentry: no menu is being made"]),
    ("savedefault x", ['savedefault: the number of an entry, or "fallback"\\?']),
    ("lock", []),
    ("", []),
]


@pytest.mark.parametrize("command, expected", COMMANDS, ids=[command or "nothing" for command, _ in COMMANDS])
def test_command(prompt, command, expected):
    lines = output(prompt(files=FILES), command)
    for pattern in expected:
        assert any(re.fullmatch(pattern, line) for line in lines), lines
    assert bool(lines) == bool(expected), lines


def test_help_is_there_for_each_command(prompt):
    terminal = prompt(rows=110)
    lines = output(terminal, "help")
    names = [line.split()[0].rstrip(":") for line in lines if not line.startswith("Tab completes")]
    assert {"boot", "kernel", "initrd", "ls", "menu", "halt", "savedefault", "uuid"} <= set(names)
    for name in names:
        assert output(terminal, f"help {name}")[0].startswith(name)


def test_users_that_were_typed_stay(prompt):
    """Their memory is not that of the lines that follow."""
    terminal = prompt()
    for count in range(1, 30):
        terminal.press("password alice rabbit", ENTER, "echo" + " a" * count, ENTER, "password bob carrot", ENTER)
    assert output(terminal, "echo still here") == ["still here"]


def test_halt_and_reboot_end_it(prompt):
    for command in ("halt", "reboot", "quit"):
        terminal = prompt()
        terminal.press(command, ENTER)
        assert terminal.end() == 0


# ---- without a menu ----

def test_script_without_a_menu(disk, start):
    """What it starts is named, or it is said; no config has to be open."""
    terminal = start(disk({"script": "boot\n", "linux": "linux /boot/kernel from a script; boot\n"}))
    terminal.shows("No menu was found on these disks", PROMPT)
    assert output(terminal, "source /script") == ["(hd0)/script:1: boot: no kernel has been named"]
    terminal.press("source /linux", ENTER)
    terminal.shows("command  from a script")


def test_no_menu_but_a_kernel(disk, start):
    kernels = {"netbsd.gz": small_kernel(b"NetBSD"), "onetbsd": small_kernel(b"NetBSD"), "boot/kernel/kernel": small_kernel(b"FreeBSD")}
    terminal = start(disk(kernels))
    terminal.shows("> 1. (hd0)/netbsd.gz", "2. (hd0)/onetbsd", "3. (hd0)/boot/kernel/kernel", "Booting in")
    terminal.press(ENTER)
    terminal.shows("command  bootdev=xbd0a")


def test_next_stage(disk, start):
    terminal = start(disk({"boot/xen/pvboot-x86_64.elf": small_kernel()}), options=["-x", "pvboot.timeout=3"])
    terminal.shows("No menu was found; starting /boot/xen/pvboot-x86_64.elf of (hd0)",
                   "command  pvboot.timeout=3 pvboot.stage=2")


def test_next_stage_in_a_subvolume(tmp_path, start):
    """As Debian's installer makes one, which no mount has as its default."""
    fs = Btrfs()
    root = fs.subvolume(256)
    fs.place_subvolume(root, fs.top, FIRST, "@rootfs")
    root.data_file(root.path("boot/xen"), "pvboot-x86_64.elf", small_kernel())
    (image,) = fs.write(tmp_path)
    terminal = start(image, options=["-x", "pvboot.timeout=3"])
    terminal.shows("No menu was found; starting /@rootfs/boot/xen/pvboot-x86_64.elf of (hd0)", "command  pvboot.timeout=3 pvboot.stage=2")


def test_next_stage_starts_no_other(disk, start):
    terminal = start(disk({"xen/pvboot-x86_64.elf": small_kernel()}), options=["-x", "pvboot.stage=2"])
    terminal.shows("No menu was found on these disks", PROMPT)


def test_nothing_at_all(disk, start):
    terminal = start(disk({}))
    terminal.shows("No menu was found", "(hd0) disk1.img: ext4", PROMPT)
    terminal.press(ESCAPE)  # there is no menu to go back to
    terminal.press("boot /boot/kernel by hand", ENTER)
    terminal.shows("command  by hand")


def test_nothing_that_is_read(tmp_path, start):
    """What there is has a name all the same."""
    image = tmp_path / "image"
    with open(image, "wb") as file:
        file.truncate(8 << 20)
        file.seek(1 << 20)
        file.write(b"hsqs")
    subprocess.run(["sfdisk", "-q", "-w", "never", "-W", "never", image], input="start=2048, type=83\n", text=True, check=True)
    terminal = start(image)
    terminal.shows("No menu was found", "(hd0) image: MBR partition table", "(hd0,0) image: a squashfs image, which pvboot does not read", PROMPT)
    terminal.press("ls (hd0,0)/", ENTER)
    terminal.shows("(hd0,0): a squashfs image, which pvboot does not read")


def test_damaged_files_are_listed_by_their_paths(disk, start):
    image = disk({"a": "", "b": ""})
    subprocess.run(["debugfs", "-w", "-R", "sif /a mode 0", image], check=True, capture_output=True)
    terminal = start(image)
    terminal.shows(PROMPT)
    first, *rest = [line for line in output(terminal, "ls /") if not line.startswith("d")]
    assert re.search(r"\(hd0\)/a: ext2 inode \d+: ", first) and re.search(r"-rw.* b$", rest[-1])


def test_config_is_opened_by_hand(disk, start):
    terminal = start(disk({"my.lst": "title Mine\nkernel /boot/kernel mine\n"}))
    terminal.shows(PROMPT)
    terminal.press("configfile /my.lst", ENTER)
    terminal.shows("> Mine")
    terminal.press(ENTER)
    terminal.shows("command  mine")


# ---- NetBSD's command line ----

@pytest.mark.parametrize("command, line", [
    ("boot /netbsd", "bootdev=xbd0a"),
    ("boot netbsd -s", "bootdev=xbd0a -s"),
    ("boot -s", "bootdev=xbd0a -s"),
    ("boot (hd0)", "bootdev=xbd0a"),
    ("boot (hd0) -a", "bootdev=xbd0a -a"),
    ("boot /netbsd  -s   console=pc", "bootdev=xbd0a -s console=pc"),
    ("boot /netbsd root=xbd1a -s", "root=xbd1a -s"),
    ("boot /netbsd bootdev=dk0", "bootdev=dk0"),
    ("kernel /netbsd -v", "bootdev=xbd0a -v"),
    ("root xbd3e", "bootdev=xbd3e"),
    ("root wedge:ROOT", "bootdev=wedge:ROOT"),
])
def test_netbsd_is_told_its_root_device(prompt, command, line):
    terminal = prompt(files={"netbsd": small_kernel(b"NetBSD")})
    terminal.press(command, ENTER)
    if not command.startswith("boot"):
        terminal.press("boot", ENTER)
    terminal.wait(lambda: re.search(rf"command  {re.escape(line)}$", terminal.text(), re.M), line)


def test_what_netbsd_would_not_read_is_said(prompt):
    terminal = prompt(files={"netbsd": small_kernel(b"NetBSD")})
    terminal.press("boot /netbsd " + "x" * 245 + " unread", ENTER)
    terminal.wait(lambda: "NetBSD reads 255 characters" in terminal.text().replace("\n", ""), "the limit")


def test_linux_keeps_its_own(prompt):
    terminal = prompt()
    terminal.press("boot /boot/kernel root=/dev/xvda1 'a  b'", ENTER)
    terminal.shows("command  root=/dev/xvda1 a  b")


def test_find_sets_root(disk, start):
    menu = "timeout 0\ntitle A\nfind --set-root --ignore-floppies /boot/there\nkernel /boot/there a\n"
    terminal = start(disk({"boot/grub/menu.lst": menu}), disk({"boot/there": small_kernel()}))
    terminal.shows("(hd1)/boot/there", "command  a")


def test_statement_over_several_lines(prompt):
    terminal = prompt()
    terminal.press("for i in a b; do", ENTER)
    terminal.typed(">")
    terminal.press("echo item $i", ENTER, "done", ENTER)
    terminal.shows("item a ", "item b ")
    terminal.typed(PROMPT.strip())


def test_functions_and_variables_stay(prompt):
    terminal = prompt()
    terminal.press("function greet { echo hello $1 $name; }", ENTER, "name=there", ENTER, "greet you", ENTER)
    terminal.shows("hello you there")
    terminal.press("gre\t")
    terminal.typed(PROMPT + "greet")


def test_what_completion_has_mounted_still_says_what_is_wrong(disk, start):
    """A file system keeps the log that it was mounted with, though completion is quiet."""
    damaged = disk({"boot/damaged/file": "x"}, kind="ext2")
    subprocess.run(["debugfs", "-w", "-R", "set_inode_field /boot/damaged block[0] 99999999", damaged], check=True,
                   capture_output=True)
    terminal = start(disk({"boot/grub/menu.lst": MENU}), damaged)
    terminal.press("c")
    terminal.shows(PROMPT)
    terminal.press("ls (hd1)/boot/dam\t", ENTER)
    terminal.shows("(hd1)/boot/damaged/: ext2 inode 13: a block outside the file system")
