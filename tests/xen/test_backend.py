# SPDX-License-Identifier: BSD-2-Clause
"""Backends of all manners: what an old one offers is enough, and what a bad one does is said, and the prompt stays alive."""

import pytest
from conftest import BUILD
from test_boot import BOOT_TIME

VBD = 51712 + 16 * 19  # xvdt
SILENCE = 30  # seconds that a backend may take to answer


@pytest.fixture
def boot_from(boot, box, disks):
    """boot_from(manners): the loader, whose only disk is served so by tests/xen/backend. Its kernel is GRUB's image."""
    images = []

    def start(manners, disk=disks.grub):
        image = box.put(disk)
        images.append(image)

        def serve(guest):
            box.check(f"{box.path(BUILD / 'backend')} {guest.domid} {VBD} {image} {manners} >/dev/null 2>&1 </dev/null")

        return boot(before_start=serve, memory=96)

    yield start
    for image in images:
        box.remove(image)


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
    ("silent", rf"hd0 \(xvdt\): the backend has not answered for {SILENCE} s: disk given up"),
    ("nonsense", r"hd0 \(xvdt\): cannot read its size from xenstore"),
    ("keeper", r"hd0 \(xvdt\): the backend has not given back \d+ pages; no kernel is safe from it"),
])
def test_bad_manners_are_named(boot_from, manners, why):
    guest = boot_from(manners)
    guest.console.expect(why, BOOT_TIME + SILENCE)
    expect_live_prompt(guest)


# The first kernel is too large: the disks have been closed by then, and are opened anew.


def test_less_is_offered_to_who_comes_back(boot_from, disks):
    boot_from("shrink", disks.second_try).console.expect("grub>", BOOT_TIME)


def test_a_disk_that_comes_back_smaller(boot_from, disks):
    guest = boot_from("smaller", disks.second_try)
    guest.console.expect(r"hd0 \(xvdt\): it came back with \d+ sectors of the \d+ that it had: disk given up", BOOT_TIME)
    expect_live_prompt(guest)
