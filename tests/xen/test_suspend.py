# SPDX-License-Identifier: BSD-2-Clause
"""xl save and xl restore while the loader waits: the menu is there again, on another terminal, and its disks are connected anew."""

from conftest import both_kinds
from test_boot import BOOT_TIME, expect_linux
from test_menu import DOWN, ENTER, open_menu, wait_for_screen

SAVED = "/images/saved"


def save_and_restore(guest, box):
    box.check(f"xl save {guest.name} {SAVED}", timeout=240)
    box.check(f"xl restore {SAVED}", timeout=240)
    box.remove(SAVED)
    guest.follow()
    guest.console.text = ""  # a new terminal shows nothing yet
    guest.console.seen = 0


@both_kinds
def test_menu_after_a_restore(boot, disks, box):
    guest = open_menu(boot(disks.choice))
    save_and_restore(guest, box)
    wait_for_screen(guest, " > First")
    box.check(f'until [ "$(xenstore-read /local/domain/{guest.domid}/data/pvboot/state)" = menu ]; do usleep 100000; done')
    guest.console.send(DOWN)
    wait_for_screen(guest, " > Second")
    guest.console.send(ENTER)
    expect_linux(guest, "second")


def test_prompt_after_two_restores(boot, disks, box):
    guest = open_menu(boot(disks.few))
    guest.console.send("c")
    wait_for_screen(guest, "pvboot>")
    for _ in range(2):
        save_and_restore(guest, box)
        wait_for_screen(guest, "pvboot>")
    guest.console.send("kernel /boot/tiny" + ENTER + "boot" + ENTER)
    guest.console.expect("grub>", BOOT_TIME)


def test_a_checkpoint_goes_on_where_it_was(boot, disks, box):
    guest = open_menu(boot(disks.few))
    box.check(f"xl save -c {guest.name} {SAVED}", timeout=240)
    box.remove(SAVED)
    guest.console.send(DOWN)
    wait_for_screen(guest, " > Second")
    guest.console.send(ENTER)
    guest.console.expect("grub>", BOOT_TIME)
    assert box.check(f"xenstore-read /local/domain/{guest.domid}/control/feature-suspend") == ""
