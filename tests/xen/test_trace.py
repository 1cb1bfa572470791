# SPDX-License-Identifier: BSD-2-Clause
"""What a boot costs, counted by the loader itself (pvboot.trace=1): nothing here depends on a clock."""

import pytest
from conftest import LOADER
from test_boot import BOOT_TIME
from costs import LAST_LINE, Trace

KIB = 1024
SLACK = 4608  # KiB: cleared pages after the next kernel's boot stack, which are its own
LARGE = 64 * KIB  # KiB: the initrd of disks.big_initrd, a little more


def trace_of(guest):
    guest.console.expect(LAST_LINE, BOOT_TIME)
    return Trace(guest.console.text)


@pytest.fixture(scope="session")
def itself(disks):
    """A disk whose kernel is the loader: it takes the p2m in place, and its segments lie on pages of their own."""
    text = "timeout 0\ntitle Itself\nkernel /boot/pvboot\n"
    return disks.menu("itself-traced", text, [("boot/pvboot", LOADER.read_bytes())])


def test_what_a_small_boot_costs(boot, itself):
    trace = trace_of(boot(itself, extra="pvboot.trace=1", memory=128))
    size = LOADER.stat().st_size // KIB
    assert trace.phases["all"].kib <= 1.02 * size + 256
    assert trace.phases["scan"].requests <= 10  # four of them look for members of arrays and for an FFS, side by side or nearly
    assert trace.phases["kernel"].requests <= size // 512 + 12
    assert trace.copied <= 64 * KIB
    assert trace.loaded <= 4 * KIB + size
    assert trace.memory <= 4 * KIB + SLACK + 2 * size
    assert trace.hypercalls["mmu_update"] <= 64
    assert trace.hypercalls["grant_table_op"] == 1


def test_what_a_large_initrd_costs(boot, disks):
    """64 MiB: read once, in large requests, straight to where they stay."""
    image, _ = disks.big_initrd
    trace = trace_of(boot(image, extra="pvboot.trace=1", memory=512))
    assert LARGE <= trace.phases["initrd"].kib <= 1.02 * LARGE + 4 * KIB
    assert trace.phases["initrd"].requests <= LARGE // 256
    assert trace.depth >= 8
    assert trace.bounced <= 64 * KIB
    assert trace.copied <= 256 * KIB


def test_hypercalls_do_not_grow_with_memory(boot, itself):
    small, large = (trace_of(boot(itself, extra="pvboot.trace=1", memory=memory)).hypercalls for memory in (128, 2048))
    for name in ("mmu_update", "mmuext_op", "update_va_mapping"):
        assert large[name] <= small[name] + 8, name


def test_size_of_the_loader():
    assert LOADER.stat().st_size <= 1024 * KIB
