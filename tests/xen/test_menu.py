# SPDX-License-Identifier: BSD-2-Clause
"""The menu on the real console: keys, failures, and what the host asks for."""

from conftest import both_kinds
from test_boot import BOOT_TIME, expect_linux

UP, DOWN, ENTER = "\x1b[A", "\x1b[B", "\r"


def open_menu(guest):
    guest.console.expect(r"any key stops", BOOT_TIME)
    return guest


def wait_for_screen(guest, text, tries=600, size=(80, 24)):
    """Waits until the screen, of so many columns and rows, shows `text`. Returns its lines."""
    for _ in range(tries):
        screen = guest.console.screen(*size)
        if text in "\n".join(screen):
            return screen
        guest.console.read(0.1)
    raise AssertionError(f"{text!r} is not on the screen:\n" + "\n".join(guest.console.screen(*size)))


def test_menu_shows_entries_and_countdown(boot, disks):
    screen = open_menu(boot(disks.choice)).console.screen()
    assert "pvboot" in screen[0] and "(hd0)/boot/grub/menu.lst" in screen[0]
    assert any(line.startswith(" > First") for line in screen)
    assert any(line.startswith("   Second") for line in screen)
    assert "Booting in" in screen[-1]


def test_key_chooses_another_entry(boot, disks):
    guest = open_menu(boot(disks.choice))
    guest.console.send(DOWN)
    wait_for_screen(guest, " > Second")
    guest.console.send(ENTER)
    expect_linux(guest, "second")


def test_boot_cfg_digit_boots(boot, disks):
    guest = open_menu(boot(disks.ffs2, extra="pvboot.timeout=20"))
    assert any("Welcome to the test of boot.cfg" in line for line in guest.console.screen())
    guest.console.send("2")
    expect_linux(guest, "again")


def test_missing_files_fall_back(boot, disks):
    guest = boot(disks.fallback)
    expect_linux(guest, "fallback")
    assert '(hd0)/boot/nothing: there is no "nothing"' in guest.console.text
    assert '(hd0)/boot/no-initrd: there is no "no-initrd"' in guest.console.text


def test_bad_kernels_return_to_a_live_menu(boot, disks):
    guest = open_menu(boot(disks.choice))
    guest.console.send(DOWN + DOWN + ENTER)
    screen = wait_for_screen(guest, "truncated bzImage")
    assert any("(hd0)/boot/truncated: a truncated bzImage" in line for line in screen)
    wait_for_screen(guest, " > Truncated kernel")
    guest.console.send(DOWN + ENTER)
    wait_for_screen(guest, '(hd0)/boot/nothing: there is no "nothing"')
    wait_for_screen(guest, " > No kernel")
    guest.console.send(UP + UP + ENTER)
    expect_linux(guest, "second")


def test_damaged_superblock_is_named(boot, disks):
    """And its copy is read."""
    guest = boot(disks.damaged)
    guest.console.expect(r"\(hd0\): ext4 superblock: its checksum is wrong", BOOT_TIME)
    guest.console.expect(r"\(hd0\): ext2 superblock: the copy in group 1 is read instead", BOOT_TIME)
    guest.console.expect("Hello from Linux", BOOT_TIME)


@both_kinds
def test_no_disk_at_all(boot):
    guest = boot()
    guest.console.expect("there is no disk", BOOT_TIME)
    assert guest.state() == "running"


def test_backend_that_never_comes_is_named(boot, disks, box):
    """A frontend in xenstore whose backend does not exist: the other disk is booted from."""

    def add_dead_disk(guest):
        front = f"/local/domain/{guest.domid}/device/vbd/51760"
        back = f"/local/domain/0/backend/vbd/{guest.domid}/51760"
        box.check(f"xenstore-write {front}/backend {back} {front}/backend-id 0 {front}/state 1 {back}/state 1")
        box.check(f"xenstore-chmod {back}/state n0 r{guest.domid}")

    guest = boot(disks.ext4, before_start=add_dead_disk)
    guest.console.expect(r"hd1 \(vbd-51760\): the backend is not ready: timed out", BOOT_TIME)
    expect_linux(guest, "ext4")


@both_kinds
def test_xl_shutdown_in_the_menu(boot, disks, box):
    guest = open_menu(boot(disks.choice))
    box.check(f"xl shutdown {guest.name}")
    assert guest.wait_for_end() == "poweroff"


@both_kinds
def test_xl_reboot_in_the_menu(boot, disks, box):
    guest = open_menu(boot(disks.choice))
    box.check(f"xl reboot {guest.name}")
    assert guest.wait_for_end() == "reboot"
