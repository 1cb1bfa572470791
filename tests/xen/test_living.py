# SPDX-License-Identifier: BSD-2-Clause
"""`pvboot check` in a guest that runs, on the disk that it has mounted."""

from test_boot import ask, expect_linux


def test_check_in_a_living_guest(boot, box, disks):
    """Each change counts as soon as it is made, though it may be in a journal, and the disk was read before."""
    disk = box.put(disks.living)
    guest = boot(writable=[disk])
    expect_linux(guest, "living")
    ask(guest, "modules; mount -t ext4 /dev/xvda /mnt")
    said = ask(guest, "pvboot check")
    assert said.startswith("hd0 is /dev/xvda") and "would boot in PV domains" in said, said
    assert said.endswith('The next boot: entry 0, "Linux", at once.'), said
    menu = "/mnt/boot/grub/menu.lst"
    ask(guest, f"cp {menu} /tmp/menu; sed -i s:vmlinuz:gone: {menu}")
    said = ask(guest, "pvboot check; echo status $?")
    assert 'there is no "gone"' in said and 'The next boot: entry 0, "Linux", FAILS.' in said and said.endswith("status 1"), said
    ask(guest, f"cat /tmp/menu >{menu}")  # in the same blocks
    assert ask(guest, "pvboot check >/dev/null; echo status $?").endswith("status 0")
    guest.destroy()
    box.remove(disk)
