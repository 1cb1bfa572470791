# SPDX-License-Identifier: BSD-2-Clause
"""A xenstore that is silent for longer than the loader waits for an answer."""

from test_boot import BOOT_TIME
from test_menu import DOWN, ENTER, open_menu, wait_for_screen

PATIENCE = 10  # seconds: the loader's


def test_a_silence_in_the_menu_is_got_over(boot, disks, box):
    """Keys work meanwhile. Afterwards one guest boots, for which its disk closes, and the other one hears what xl says."""
    chooser, listener = open_menu(boot(disks.few)), open_menu(boot(disks.few))
    box.check("kill -STOP $(cat /run/xenstored.pid)")
    try:
        box.check(f"sleep {PATIENCE + 5}")
        chooser.console.send(DOWN)
        wait_for_screen(chooser, " > Second")
    finally:
        box.check("kill -CONT $(cat /run/xenstored.pid)")
    chooser.console.send(ENTER)
    chooser.console.expect("grub>", BOOT_TIME)
    box.check(f"xl shutdown {listener.name}")
    assert listener.wait_for_end() == "poweroff"
