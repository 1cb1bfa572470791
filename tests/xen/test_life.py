# SPDX-License-Identifier: BSD-2-Clause
"""After the hand-over: a Linux that pvboot has started lives as one that xl has started."""

from conftest import both_kinds
from test_boot import BOOT_TIME, ask, expect_linux, memory_of


def wait_for_memory(guest, is_enough, tries=60):
    for _ in range(tries):
        if is_enough(memory_of(guest)):
            return
        ask(guest, "sleep 1")
    raise AssertionError(f"the balloon stands at {memory_of(guest)} KiB")


def balloon(guest, box):
    before = memory_of(guest)
    box.check(f"xl mem-set {guest.name} 200")
    wait_for_memory(guest, lambda size: size <= before - (50 << 10))
    box.check(f"xl mem-set {guest.name} 256")
    wait_for_memory(guest, lambda size: size == before)


def hot_plug(guest, box):
    box.check(f"truncate -s 3M /images/hot.img && xl block-attach {guest.name} /images/hot.img,raw,xvdf,w")
    ask(guest, "until [ -e /dev/xvdf ]; do sleep 0.2; done")
    assert ask(guest, "cat /sys/block/xvdf/size") == str(3 << 11)
    ask(guest, "dd if=/dev/zero of=/dev/xvdf bs=64k count=8 conv=fsync 2>/dev/null")
    box.check(f"xl block-detach {guest.name} xvdf; rm /images/hot.img", timeout=120)


def save_and_restore(guest, box):
    ask(guest, "echo kept >/tmp/proof")
    box.check(f"xl save {guest.name} /images/saved", timeout=240)
    box.check("xl restore /images/saved", timeout=240)
    box.remove("/images/saved")
    guest.follow()
    guest.console.send("\n")
    guest.console.expect("guest# ", BOOT_TIME)
    assert ask(guest, "cat /tmp/proof") == "kept"
    ask(guest, "mount -o ro /dev/xvda /mnt && sha256sum /mnt/boot/vmlinuz && umount /mnt")


def reboot_into_the_menu(guest):
    guest.console.send("reboot -f\n")
    guest.follow()
    guest.console.expect("Booting: Linux", BOOT_TIME)
    expect_linux(guest, "ext4")


def crash_with_a_dump(guest, box):
    guest.console.send("echo c >/proc/sysrq-trigger\n")
    assert guest.wait_for_end() == "crash"
    box.check(f"xl dump-core {guest.name} /images/core", timeout=240)
    assert box.check("head -c 4 /images/core | od -A n -c").split() == ["177", "E", "L", "F"]
    box.remove("/images/core")


@both_kinds
def test_chained_linux_lives(boot, box, disks, kind):
    guest = boot(disks.ext4, memory=256, more="on_reboot='restart'")
    expect_linux(guest, "ext4")
    ask(guest, "modules")
    balloon(guest, box)
    hot_plug(guest, box)
    save_and_restore(guest, box)
    reboot_into_the_menu(guest)
    if kind == "pv":  # a dump of a PVH guest covers 4 GiB of addresses: emulated, it keeps dom0 busy for minutes
        crash_with_a_dump(guest, box)
