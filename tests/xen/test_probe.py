# SPDX-License-Identifier: BSD-2-Clause
"""
The probe (tests/xen/probe), started by xl and through pvboot in the same domain shape: two reports, compared by diff. What may
differ is named here, and explained in tests/xen/probe/README.md.
"""

import re
import subprocess
import time

import pytest

from conftest import BUILD
from guest import Disk

REPORTS = BUILD / "probe-reports"
END = 240  # seconds until the report's end, on a busy machine

# What may be another number: the rest of the line must be the same.
NAMED_DIFFERENCES = [
    (r"(?<=^grants: version 1, )\d+(?= frames)", "some"),
    (r"(?<=^contents: )\d+(?= free pages are not zero)", "some"),
    (r"(?<=^contents: )\d+(?= pages before the kernel are not zero)", "some"),
    (r"(?<=^shared_info: evtchn_pending \+ 0: )[46]$", "4 or 6"),
    (r"(?<=^contents: )[01](?= pages of the slack are not zero)", "0 or 1"),
    (r"(?<=^registers: cs )(0|10)$", "flat"),
    (r"(?<=^registers: [des]s )(0|18)$", "flat"),
    (r"(?<=^registers: ebx )\w+$", "an address"),
    (r"(?<=^start_info: at )\w+$", "an address"),
    (r"(?<=^start_info: line at )\w+", "an address"),
    (r"(?<=^start_info: . modules at )\w+$", "an address"),
    (r"(?<=^start_info: . ranges at )\w+$", "an address"),
    (r"(?<=^start_info: module . at )\w+", "an address"),
    (r"(?<= bytes, line )\w+", "an address or 0"),
]

# Reports that both say the same wrong thing would be the same: these lines must be there.
MUST_SAY = [
    r"^p2m: 0 holes, 0 entries that Xen does not agree with$",
    r"^p2m: 0 entries past its end are not 0$",
    r"^types: \d+ pages can be anything, 0 cannot$",
    r"^store: 0 bytes of requests and 0 of answers are under way$",
    r'^console: typed ahead: "typed ahead"$',
    r"^shared_info: vcpu 0: pending 1 mask 1 selector 1 cr2 0$",  # what was typed ahead
    r"^context: 0 trap handlers$",
    r"^contents: the boot stack, page \w+, is zero$",
]


def console_has_fired(guest):
    """Is the event of the guest's console pending? Xen's own list of its event channels says so."""
    ports = guest.box.check("xl dmesg -c >/dev/null; xl debug-keys e; xl dmesg -c")
    mine = ports.partition(f"information for domain {guest.domid}:")[2].partition("information for domain")[0]
    return re.search(r"\s2 \[1/", mine) is not None


def type_ahead(guest):
    """While the domain is still paused; the console's daemon puts it into the ring all the same."""
    guest.console.send("typed ahead\r")
    for _ in range(100):
        if console_has_fired(guest):
            return
        time.sleep(0.2)
    raise AssertionError("what was typed does not arrive")


def report(box, guest):
    """The lines of a report, and what Xen keeps of the guest's processor."""
    guest.console.expect("probe: end", END)
    guest.wait_for_end()
    text = guest.console.text.replace("\r", "")
    context = box.check(f"{box.path(BUILD / 'probe/context')} {guest.domid}")
    return text[text.index("probe: begin"):] + context + "\n"


def digest(data):
    """FNV-1a, as the probe computes it."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 % (1 << 64)
    return f"{value:016x}"


def without_named_differences(text):
    for pattern, name in NAMED_DIFFERENCES:
        text = re.sub(pattern, name, text, flags=re.M)
    return text


def compare(name, reports):
    """Keeps both, and compares them by diff. Returns what differs."""
    REPORTS.mkdir(exist_ok=True)
    files = []
    for how, text in reports.items():
        (REPORTS / f"{name}.{how}").write_text(text)
        files.append(REPORTS / f"{name}.{how}.compared")
        files[-1].write_text(without_named_differences(text))
    return subprocess.run(["diff", "-U0", *files], stdout=subprocess.PIPE, check=False).stdout.decode()


VIF = "'mac=00:16:3e:00:00:0{},script=/etc/xen/scripts/vif'"

SHAPES = {
    # variants of the probe
    "plain": ("plain", {}),
    "linux": ("linux", {}),
    "zero": ("zero", {}),
    "near": ("near", {}),
    "across": ("across", {}),
    "netbsd": ("netbsd", {}),
    "symbols": ("symbols", {}),
    "itself": ("itself", {}),
    # shapes of the domain
    "32-mib": ("plain", {"memory": 32}),
    "2-gib-8-vcpus-maxmem": ("linux", {"memory": 2000, "vcpus": 8, "more": "maxmem=2200"}),
    "20-disks": ("plain", {"disks": 20}),
    "odd-disks": ("plain", {"disks": "odd"}),
    "vifs": ("plain", {"more": f"vif=[{VIF.format(1)}, {VIF.format(2)}]"}),
}


def more_disks(which, box, image):
    """As many disks as are asked for, or three odd ones: a CD-ROM, one with sectors of 4096 bytes, one that can be written to."""
    if which != "odd":
        return [image] * max(which - 1, 0)
    writable = box.put(image)
    box.check(f"cp {writable} {writable}.4096")
    return [Disk(box.path(image), "xvdb", "r", "devtype=cdrom"), Disk(f"{writable}.4096", "xvdc", "r"),
            Disk(writable, "xvdd", "w")]


# PVH guests; the same files.
SHAPES_PVH = {
    "pvh": ("pvh", {}),
    "pvh-linux": ("pvh-linux", {}),
    "pvh-20-disks": ("pvh", {"disks": 20}),
    "pvh-2-gib-8-vcpus-maxmem": ("pvh-linux", {"memory": 2000, "vcpus": 8, "more": "maxmem=2200"}),
}

MUST_SAY_PVH = [
    r"^registers: cr0 11$",
    r"^registers: efer 0$",
    r"^store: 0 bytes of requests and 0 of answers are under way$",
    r'^console: typed ahead: "typed ahead"$',
    r"^events: port 2 is ",
]

MUST_SAY_SYMBOLS = r"^symbols: the tables \w+$"
WITH_SYMBOLS = ["netbsd", "symbols", "pvh"]


@pytest.mark.parametrize("name", [*SHAPES, *SHAPES_PVH])
def test_kernel_cannot_tell(boot, box, disks, name):
    is_pvh = name in SHAPES_PVH
    variant, options = SHAPES_PVH[name] if is_pvh else SHAPES[name]
    options = {"memory": 64, "type": "pvh" if is_pvh else "pv", **options}
    kernel = BUILD / "probe" / variant
    image = disks.probe(variant)
    more = more_disks(options.pop("disks", 0), box, image)
    given = {"ramdisk": box.path(disks.probe_initrd), "extra": disks.probe_arguments}
    guests = {"xl": boot(image, *more, kernel=kernel, before_start=type_ahead, **given, **options),
              "pvboot": boot(image, *more, before_start=type_ahead, **options)}
    reports = {how: report(box, guest) for how, guest in guests.items()}
    assert compare(name, reports) == ""
    must_say = [*(MUST_SAY_PVH if is_pvh else MUST_SAY), *([MUST_SAY_SYMBOLS] if variant in WITH_SYMBOLS else [])]
    for line in must_say:
        assert re.search(line, reports["pvboot"], re.M), line


def test_multiboot_modules(boot, box, disks):
    """Which xl cannot give; what pv-grub gave is in boot/modules.h."""
    guest = boot(disks.modules, memory=64)
    guest.console.send("\r")
    text = report(box, guest)
    assert "start_info: flags 4\n" in text
    assert re.findall(r"contents: module (\d+) to (\d+), \"(.*)\", (\w+)", text) == [
        ("4096", str(4095 + 10500), "/boot/initrd first", digest(disks.probe_initrd.read_bytes())),
        ("20480", "20486", "(hd0)/boot/small", digest(b"small!\n"))]


def multiboot_report(boot, disks, image):
    """What a multiboot kernel says, its fields by name; the modules, by their contents."""
    guest = boot(image, memory=64, type="pvh")
    guest.console.expect("probe: end", END)
    guest.wait_for_end()
    text = guest.console.text.replace("\r", "")
    text = text[text.index("probe: begin"):]
    modules = [(int(size), contents) for size, contents in re.findall(r"^multiboot: module of (\d+) bytes, (\w+)", text, re.M)]
    assert modules == [(len(data), digest(data)) for data in (disks.probe_initrd.read_bytes(), b"small!\n")]
    assert 'multiboot: loader "pvboot"\n' in text and "multiboot: memory 0 + 4000000 kind 1\n" in text
    assert re.search(r"^multiboot: memory fc\w+ \+ \w+ kind 3$", text, re.M)
    return text


def test_multiboot_1(boot, disks):
    """From a menu.lst: as with GRUB legacy, lines begin with the path."""
    text = multiboot_report(boot, disks, disks.multiboot1)
    assert "multiboot: eax 2badb002, cr0 11, efer 0, bss 0\nmultiboot: flags 24d, 640 KiB, 64512 KiB\n" in text
    assert 'multiboot: line "/boot/kernel one two"\n' in text
    assert re.findall(r'module of .*, "(.*)"', text) == ["/boot/one first", "/boot/two"]
    assert 'multiboot: at e0000 is "RSD PTR "\n' in text


def test_multiboot_2(boot, disks):
    """From a grub.cfg: as with GRUB 2, lines are arguments."""
    text = multiboot_report(boot, disks, disks.multiboot2)
    assert "multiboot: eax 36d76289, cr0 11, efer 0, bss 0\n" in text and "multiboot: 640 KiB, 64512 KiB\n" in text
    assert 'multiboot: line "one two"\n' in text
    assert re.findall(r'module of .*, "(.*)"', text) == ["first", ""]
    assert 'multiboot: RSDP "RSD PTR "\n' in text and "multiboot: tag 0 of 8 bytes\n" in text


def test_bad_kernels_leave_everything_as_it_was(boot, box, disks):
    """Each of them falls back to the next; the last one is the probe, which finds nothing of the others."""
    image, sentences = disks.bad_then_probe
    guest = boot(image, memory=64)
    guest.console.send("\r")
    text = report(box, guest)
    for sentence in sentences:
        assert guest.console.text.count(sentence) == 1, sentence
    for line in (line for line in MUST_SAY if "typed" not in line and "shared_info" not in line):
        assert re.search(line, text, re.M), line


# A backend in xenstore alone: it connects, then does not close for longer than the loader waits, and then it does.
SLOW_BACKEND = """
wait_for() {{ until [ "$(xenstore-read {front}/state)" = $1 ]; do usleep 50000; done; }}
wait_for 3
xenstore-write {back}/sectors 0 {back}/sector-size 512 {back}/state 4
wait_for 5
sleep 17
xenstore-write {back}/state 6
wait_for 1
xenstore-write {back}/state 2
"""


def add_slow_disk(guest):
    box, domid = guest.box, guest.domid
    paths = {"front": f"/local/domain/{domid}/device/vbd/51760", "back": f"/local/domain/0/backend/vbd/{domid}/51760"}
    box.check("xenstore-write {front}/backend {back} {front}/backend-id 0 {front}/state 1 {back}/state 2".format(**paths))
    box.check(f"xenstore-chmod {paths['back']} n0 r{domid}; xenstore-chmod {paths['back']}/state n0 r{domid}")
    box.check(f"xenstore-chmod {paths['front']} n{domid} r0; xenstore-chmod {paths['front']}/state n{domid} r0")
    script = SLOW_BACKEND.format(**paths).strip().replace("\n", "; ")
    box.check(f"({script}) >/dev/null 2>&1 </dev/null &")


def test_hand_over_that_is_called_off_can_be_made_again(boot, box, disks):
    """All has been built when a disk does not close; the next attempt reads from the other disk and builds it anew."""
    guest = boot(disks.probe_twice, memory=64, before_start=add_slow_disk, extra="pvboot.patience=12")
    guest.console.send("\r")
    text = report(box, guest)
    assert "hd1 (vbd-51760): cannot close: timed out" in guest.console.text
    assert guest.console.text.count("Booting: ") == 2
    for line in (line for line in MUST_SAY if "typed" not in line and "shared_info" not in line):
        assert re.search(line, text, re.M), line
