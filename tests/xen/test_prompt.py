# SPDX-License-Identifier: BSD-2-Clause
"""The menu, the editor and the prompt on the real Xen, driven by a program that types."""

import pytest

from test_boot import BOOT_TIME, expect_linux
from test_menu import DOWN, ENTER, open_menu, wait_for_screen

TAB, END, KILL, PAGE_DOWN = "\t", "\x05", "\x15", "\x1b[6~"
GRUB_RUNS = r"grub> "  # the small kernel that these disks have


@pytest.fixture
def menu(boot):
    """menu(image, ...) starts the loader and waits for its menu."""
    return lambda *images, **options: open_menu(boot(*images, **options))


def test_edited_line_reaches_the_kernel(menu, disks):
    guest = menu(disks.choice)
    guest.console.send("e")
    wait_for_screen(guest, "pvboot: editing")
    guest.console.send("e" + END + " edited=yes" + ENTER)
    wait_for_screen(guest, "quiet marker=first edited=yes")
    guest.console.send("b")
    expect_linux(guest, "first edited=yes")


def test_command_line_with_completion(menu, disks):
    guest = menu(disks.few, xl_console=True)
    guest.console.send("c")
    guest.console.expect("pvboot>")
    guest.console.send("he" + TAB + "kernel" + ENTER)
    guest.console.expect(r"kernel FILE \[ARGUMENTS\]: the kernel")
    guest.console.send("ls (hd" + TAB + "bo" + TAB + ENTER)
    guest.console.expect(r"drwx.* xen")
    guest.console.send("kernel /boot/ti" + TAB + ENTER)
    guest.console.send("boot" + ENTER)
    guest.console.expect(GRUB_RUNS, BOOT_TIME)


def test_pasted_text_is_not_lost(menu, disks):
    """More than the console's ring holds, at once."""
    guest = menu(disks.few)
    guest.console.send("c")
    guest.console.expect("pvboot>")
    lines = [f"echo line {i} of what was pasted" for i in range(120)]
    guest.console.send("pager off\r" + "".join(line + ENTER for line in lines))
    guest.console.expect("\nline 119 of what was pasted\r\n.*pvboot>", BOOT_TIME)
    shown = guest.console.text
    assert all(f"\nline {i} of what was pasted\r" in shown for i in range(120))


def test_password_right_and_wrong(menu, disks):
    guest = menu(disks.secret)
    guest.console.send("e")
    wait_for_screen(guest, "Password: ")
    guest.console.send("wrong" + ENTER)
    wait_for_screen(guest, "Wrong password.")
    guest.console.send(DOWN + ENTER)  # the locked entry asks by itself
    guest.console.expect("Password: ")
    guest.console.send("wrong again" + ENTER)
    wait_for_screen(guest, "lock: wrong password")
    guest.console.send("p")
    wait_for_screen(guest, "Password: ")
    guest.console.send("open sesame" + ENTER)
    wait_for_screen(guest, "e edits")
    guest.console.send(ENTER)
    guest.console.expect(GRUB_RUNS, BOOT_TIME)
    assert "sesame" not in guest.console.text


def test_saved_default_survives_a_second_boot(boot, disks, box):
    disk = box.put(disks.saved)
    for title in ("One", "Two"):
        guest = boot(writable=[disk])
        guest.console.expect(f"Booting: {title}\r", BOOT_TIME)
        guest.console.expect(GRUB_RUNS, BOOT_TIME)
        guest.destroy()
    box.remove(disk)


def test_read_only_disk_is_no_reason_not_to_boot(boot, disks):
    guest = boot(disks.saved)
    guest.console.expect(r"default: not written: the disk is read-only", BOOT_TIME)
    guest.console.expect(GRUB_RUNS, BOOT_TIME)


def test_fallback_after_a_corrupt_kernel(boot, disks):
    guest = boot(disks.corrupt_kernel)
    guest.console.expect("truncated: a truncated bzImage", BOOT_TIME)
    guest.console.expect(GRUB_RUNS, BOOT_TIME)


def test_three_hundred_entries(menu, disks):
    guest = menu(disks.crowd)
    guest.console.send(PAGE_DOWN * 3)
    wait_for_screen(guest, " > Entry 31 ")
    guest.console.send("299")
    wait_for_screen(guest, " > Entry 299 ")
    guest.console.send(ENTER)
    guest.console.expect(GRUB_RUNS, BOOT_TIME)


def test_window_of_40_columns(menu, disks):
    guest = menu(disks.choice)
    guest.console.send(DOWN)
    guest.console.expect(r"\x1b\[6n")  # somebody is there: how large is the terminal?
    guest.console.send("\x1b[12;40R")
    screen = wait_for_screen(guest, " Enter boots, e edits, c command line", size=(40, 12))
    assert screen[0].startswith(" pvboot") and "> Second" in "\n".join(screen)
    guest.console.send("e")
    screen = wait_for_screen(guest, " pvboot: editing", size=(40, 12))
    assert any(line.startswith(" > kernel /boot/vmlinuz") and line.endswith(">") for line in screen)
    guest.console.send("c")
    wait_for_screen(guest, "pvboot>", size=(40, 12))
    guest.console.send("echo " + "0123456789" * 5)  # longer than a row: it moves sideways
    screen = wait_for_screen(guest, "0123456789 ", size=(40, 12))
    assert any(line.startswith("pvboot><") for line in screen)


def test_next_stage_is_started_once(boot, disks):
    guest = boot(disks.next_stage, extra="pvboot.timeout=1")
    guest.console.expect(r"starting /boot/xen/pvboot-x86_64.elf of \(hd0\)", BOOT_TIME)
    guest.console.expect(r"Booting: \(hd0\)/netbsd", BOOT_TIME)
    assert guest.console.text.count("starting /boot/xen") == 1


def test_next_stage_that_is_this_very_build_is_not_started(boot, disks):
    guest = boot(disks.same_stage, extra="pvboot.timeout=1")
    guest.console.expect(r"Booting: \(hd0\)/netbsd", BOOT_TIME)
    assert "starting /boot/xen" not in guest.console.text


# ---- what the host says, and is told, through xenstore ----

def store(box, guest, path):
    return box.dom0(f"xenstore-read /local/domain/{guest.domid}/{path}")[1].strip()


def write_store(box, guest, **values):
    for name, value in values.items():
        box.check(f"xenstore-write /local/domain/{guest.domid}/vm-data/pvboot/{name} '{value}'")


def test_host_chooses_before_the_start(boot, disks, box):
    guest = boot(disks.few, before_start=lambda new: write_store(box, new, entry="Second", timeout=0))
    guest.console.expect("Booting: Second\r", BOOT_TIME)
    guest.console.expect(GRUB_RUNS, BOOT_TIME)
    assert "pvboot" not in guest.store("data")  # nothing is left behind


def test_host_chooses_while_the_menu_is_up_and_is_told(menu, disks, box):
    guest = menu(disks.crowd)
    assert store(box, guest, "data/pvboot/state") == "menu"
    assert store(box, guest, "data/pvboot/entries") == "300"
    assert store(box, guest, "data/pvboot/entries/1") == "Entry 2"
    write_store(box, guest, entry=7, timeout=0)
    guest.console.expect("Booting: Entry 8\r", BOOT_TIME)
    wait_for_screen(guest, "Entry 8: not booted")
    assert store(box, guest, "data/pvboot/state").startswith("failed (hd0)/boot/nothing: there is no")
    write_store(box, guest, entry="Entry 299", timeout=1)
    guest.console.expect(GRUB_RUNS, BOOT_TIME)
    assert "pvboot" not in guest.store("data")


def test_entries_are_in_the_store_after_a_failed_edit(menu, disks, box):
    guest = menu(disks.few)
    guest.console.send("e")
    wait_for_screen(guest, "pvboot: editing")
    guest.console.send("e" + KILL + "kernel /boot/refused" + ENTER)
    wait_for_screen(guest, "> kernel /boot/refused")
    guest.console.send("b")
    wait_for_screen(guest, "Press a key to edit the entry again")
    assert store(box, guest, "data/pvboot/state").startswith("failed Xen refuses the kernel's addresses")
    assert store(box, guest, "data/pvboot/entries") == "2"
    assert store(box, guest, "data/pvboot/entries/1") == "Second"
