# SPDX-License-Identifier: BSD-2-Clause
"""Backends of all manners: what an old one offers is enough, and what a bad one does is said, and the prompt stays alive."""

import pytest
from conftest import BUILD
from files import Kernel
from guest import Disk
from test_boot import BOOT_TIME

VBD = 51712 + 16 * 19  # xvdt
GIVES_UP = r"; \^C gives up"


@pytest.fixture
def boot_from(boot, box, disks):
    """boot_from(manners): the loader, whose only disk is served so by tests/xen/backend. Its kernel is GRUB's image."""
    images = []

    def start(manners, disk=disks.grub, held=False, extra=""):
        image = box.put(disk)
        images.append(image)

        def serve(guest):
            box.check(f"{box.path(BUILD / 'backend')} {guest.domid} {VBD} {image} {manners} >/dev/null 2>&1 </dev/null")
            hold(box, guest, held)

        return boot(before_start=serve, memory=96, extra=extra)

    yield start
    for image in images:
        box.remove(image)


def hold(box, guest, held=True):
    """Nothing is answered, or closed, from now on; or it is again."""
    box.check(f"xenstore-write /local/domain/0/backend-test/{guest.domid}/{VBD}/hold {int(held)}")


def expect_live_prompt(guest):
    """Somebody who types is still answered: in the prompt, or in the menu, where c opens it."""
    guest.console.expect(r"pvboot>|Enter boots", BOOT_TIME)
    guest.console.send("c")
    guest.console.expect(r"pvboot>|c", BOOT_TIME)
    guest.console.send("\x15help reboot\r")  # ^U: what was typed goes
    guest.console.expect("reboot:", BOOT_TIME)
    assert guest.state() == "running"


@pytest.mark.parametrize("manners", ["plain", "indirect", "reverse"])
def test_every_protocol_and_any_order(boot_from, manners):
    boot_from(manners).console.expect("grub>", BOOT_TIME)


@pytest.mark.parametrize("manners, why", [
    ("error", r"cannot read hd0 \(xvdt\) at sector \d+: I/O error"),
    ("liar", r"cannot read hd0 \(xvdt\) at sector \d+: I/O error"),
    ("stranger", r"hd0 \(xvdt\): the backend answers a request that was not made: disk given up"),
    ("flood", r"hd0 \(xvdt\): the backend answers a request that was not made: disk given up"),
    ("silent", r"hd0 \(xvdt\): the backend has not answered for \d+ s: given up"),
    ("nonsense", r"hd0 \(xvdt\): cannot read its size from xenstore"),
    ("keeper", r"hd0 \(xvdt\): the backend has not given back \d+ pages; no kernel is safe from it"),
])
def test_bad_manners_are_named(boot_from, manners, why):
    guest = boot_from(manners, extra="pvboot.patience=6")
    guest.console.expect(why, BOOT_TIME)
    expect_live_prompt(guest)


# The first kernel is too large: the disks have been closed by then, and are opened anew.


def test_less_is_offered_to_who_comes_back(boot_from, disks):
    boot_from("shrink", disks.second_try).console.expect("grub>", BOOT_TIME)


def test_a_disk_that_comes_back_smaller(boot_from, disks):
    guest = boot_from("smaller", disks.second_try)
    guest.console.expect(r"hd0 \(xvdt\): it came back with \d+ sectors of the \d+ that it had: disk given up", BOOT_TIME)
    expect_live_prompt(guest)


# Silence that ends: a failover of storage. What is lent stays lent meanwhile, and is written to before it is given back.


def test_a_backend_that_answers_again(boot_from, box):
    guest = boot_from("holding", held=True)
    guest.console.expect(r"hd0 \(xvdt\): the backend has not answered for \d+ s" + GIVES_UP, BOOT_TIME)
    guest.console.expect(r"hd0 \(xvdt\): the backend has not answered for \d+ s" + GIVES_UP, BOOT_TIME)
    hold(box, guest, False)
    guest.console.expect("grub>", BOOT_TIME)


def test_a_person_gives_up_and_tries_again(boot_from, box, disks):
    guest = boot_from("holding", disks.few)
    guest.console.expect("Enter boots", BOOT_TIME)
    hold(box, guest)
    guest.console.send("\r")
    guest.console.expect("has not answered for .*" + GIVES_UP, BOOT_TIME)
    guest.console.send("\x03")
    guest.console.expect(r"hd0 \(xvdt\): the backend has not answered for \d+ s: given up", BOOT_TIME)
    expect_live_prompt(guest)
    guest.console.send("\x15menu\r")
    guest.console.expect("Enter boots", BOOT_TIME)
    guest.console.send("\r")  # it still has the pages of the first time
    guest.console.expect(r"hd0 \(xvdt\): the backend has not given back all pages for \d+ s" + GIVES_UP, BOOT_TIME)
    guest.console.send("\x03")
    guest.console.expect(r"hd0 \(xvdt\): the backend has not given back \d+ pages; no kernel is safe from it", BOOT_TIME)
    hold(box, guest, False)
    guest.console.expect("Enter boots", BOOT_TIME)
    guest.console.send("\r")
    guest.console.expect("grub>", BOOT_TIME)


def test_where_nobody_is_the_fallback_goes_on(boot_from, box, disks):
    """The first entry's disk is silent; once its pages are back, the second one's, which is the same, is as good as new."""
    guest = boot_from("holding", disks.few_with_fallback, extra="pvboot.patience=20")
    guest.console.expect("Enter boots", BOOT_TIME)
    hold(box, guest)
    box.check(f"xenstore-write /local/domain/{guest.domid}/vm-data/pvboot/timeout 0")
    guest.console.expect(r"has not answered for \d+ s: given up", BOOT_TIME)
    guest.console.expect(r"First: not booted: timed out", BOOT_TIME)
    hold(box, guest, False)
    guest.console.expect("grub>", BOOT_TIME)


def test_a_backend_that_closes_late(boot_from, box):
    guest = boot_from("lazy", held=True)
    guest.console.expect(r"hd0 \(xvdt\): the backend has not begun to close for \d+ s" + GIVES_UP, BOOT_TIME)
    hold(box, guest, False)
    guest.console.expect("grub>", BOOT_TIME)


# The same with Linux's own backend, which says Closed while its disk still writes into our pages.

DELAY = "/sys/bus/pseudo/drivers/scsi_debug/delay"  # of each command, in 1/250 s


@pytest.fixture
def slow_disk(box, disks):
    """A disk of Linux's own for tests: its commands take as long as one wants."""
    for module in Kernel(BUILD / "xenbox").modules(["sd_mod", "scsi_debug"]):
        box.check(f"grep -q ^{module.stem.replace('-', '_')} /proc/modules || insmod {box.path(module)} "
                  f"{'dev_size_mb=64' * (module.stem == 'scsi_debug')}")
    box.check("until [ -b /dev/sda ]; do usleep 50000; done")
    box.check(f"dd if={box.path(disks.few)} of=/dev/sda bs=1M", timeout=300)
    yield Disk("/dev/sda", "xvda", "r")
    box.check(f"until echo 1 >{DELAY}; do usleep 100000; done 2>/dev/null")
    box.check("echo 1 >/sys/block/sda/device/delete")


def test_linux_backend_whose_disk_is_slow(boot, box, slow_disk):
    guest = boot(slow_disk, memory=96)
    guest.console.expect("Enter boots", BOOT_TIME)
    box.check(f"echo 5000 >{DELAY}")
    guest.console.send("\r")
    guest.console.expect(r"hd0 \(xvda\): the backend has not answered for \d+ s" + GIVES_UP, BOOT_TIME)
    guest.console.send("\x03")
    guest.console.expect(r"hd0 \(xvda\): the backend has not answered for \d+ s: given up", BOOT_TIME)
    guest.console.expect("Enter boots", BOOT_TIME)
    guest.console.send("\r")  # the disk is still busy with what it was asked for
    guest.console.expect(r"hd0 \(xvda\): the backend has not given back all pages for \d+ s" + GIVES_UP, BOOT_TIME)
    box.check(f"until echo 1 >{DELAY}; do usleep 100000; done 2>/dev/null")
    guest.console.expect("grub>", BOOT_TIME)
