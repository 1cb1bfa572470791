# SPDX-License-Identifier: BSD-2-Clause
"""Kernel files as customers have them, packed by the real programs: pvboot check says what each is, or what is wrong with it."""

import struct
import subprocess

import pytest

from packers import PACKERS, pack
from small_kernel import VIRT_BASE, note, pvh_kernel, small_kernel, small_kernel_32

def bzimage(payload: bytes, size: int, packer: str) -> bytes:
    """A bzImage with this payload, which claims to unpack to `size` bytes."""
    setup = bytearray(1024)
    setup[0x1F1] = 1  # sectors of setup, beside the first
    struct.pack_into("<H", setup, 0x1FE, 0xAA55)
    struct.pack_into("<4sH", setup, 0x202, b"HdrS", 0x20F)
    if packer != "gzip":  # whose streams end with the size
        payload += struct.pack("<I", size)
    struct.pack_into("<II", setup, 0x248, 512, len(payload))  # after 512 bytes of unpacker
    return bytes(setup) + bytes(512) + payload + b"signature and padding"


def elf(machine: int = 62, notes: bytes = b"", entry: int = VIRT_BASE + 0x100000) -> bytes:
    kernel = bytearray(small_kernel())
    struct.pack_into("<H", kernel, 18, machine)
    struct.pack_into("<Q", kernel, 24, entry)
    if notes:
        kernel[0x200:0xE00] = notes.ljust(0xC00, b"\0")
        struct.pack_into("<QQ", kernel, 64 + 56 + 32, len(notes), len(notes))
    return bytes(kernel)


def without_end(data: bytes) -> bytes:
    return data[:len(data) * 2 // 3]


def both_ways() -> bytes:
    """A kernel with both entries."""
    notes = b"".join([note(5, b"xen-3.0\0"), note(6, b"linux\0"), note(8, b"generic\0"), note(1, struct.pack("<Q", VIRT_BASE + 0x100000)),
                      note(3, struct.pack("<Q", VIRT_BASE)), note(18, struct.pack("<Q", 0x100000))])
    return elf(notes=notes)


PV_NOTES = note(5, b"xen-3.0\0") + note(8, b"generic\0")
PVH_NOTES = PV_NOTES + note(18, struct.pack("<I", 0x1000000))
HUGE = struct.pack("<Q", 1 << 40)


def good_kernels():
    for name, packer in PACKERS.items():
        packed = pack(packer, small_kernel())
        yield f"ELF, {name}", packed
        yield f"bzImage, {name}", bzimage(packed, len(small_kernel()), name)
    yield "ELF", small_kernel()


def bad_kernels():
    """Names of files, what is in them, and the sentence."""
    for name, packer in PACKERS.items():
        packed = pack(packer, small_kernel() + bytes(range(256)) * 40)
        yield f"cut-{name}", without_end(packed), f"truncated: its {name} data ends"
        yield f"lie-{name}", bzimage(packed, 77, name) if name != "gzip" else bzimage(packed[:-4] + HUGE[:4], 0, name), \
            "unpacks to" if name != "gzip" else "damaged"
    endless = subprocess.run("head -c 1G /dev/zero | zstd -q", shell=True, stdout=subprocess.PIPE, check=True).stdout
    yield "endless", endless, "no memory to unpack its zstd data"
    yield "endless-bzimage", bzimage(endless, 4 << 20, "zstd"), "no memory to unpack its zstd data"
    yield "cut-bzimage", without_end(bzimage(pack("gzip", small_kernel()), 0, "gzip")), "a truncated bzImage"
    yield "cut-elf", small_kernel()[:0x1800], "truncated: a segment of 4096 bytes begins at byte 4096 of 6144"
    yield "i386", small_kernel_32(PV_NOTES), "a 32-bit kernel, but this is a 64-bit domain"
    yield "i386-pvh", small_kernel_32(PVH_NOTES), "a kernel for PVH only: it needs a domain of type="
    yield "arm64", elf(machine=183), "a kernel for arm64, but this is an x86 machine"
    yield "arm64-image", pack("gzip", b"MZ".ljust(56, b"\0") + b"ARM\x64" + bytes(8000)), "a kernel for arm64"
    yield "riscv", elf(machine=243), "a kernel for another kind of processor"
    yield "pvh", elf(notes=PVH_NOTES), "a kernel for PVH only: it needs a domain of type="
    yield "no-notes", elf(notes=note(99, b"x")[:8]), "a kernel that does not know Xen"
    yield "text", b"#!/bin/sh\necho this is no kernel\n" * 9, "no kernel: neither an ELF file nor a bzImage"
    yield "nothing", b"", "no kernel: neither an ELF file nor a bzImage"
    yield "outside", elf(entry=0x1234), "its entry point is outside of it"
    yield "needs", elf(notes=note(5, b"xen-3.0\0") + note(8, b"generic\0") + note(3, struct.pack("<Q", VIRT_BASE)) +
                       note(10, b"!frobnication\0")), 'needs "frobnication", which Xen does not offer'
    large = bytearray(small_kernel())
    large[64 + 40:64 + 48] = struct.pack("<Q", 1 << 30)  # bss
    yield "large", bytes(large), "128 MiB are too small for the kernel"


@pytest.fixture(scope="module")
def make_image(tmp_path_factory):
    def make(name, files):
        """A disk of these kernels, and an entry for each."""
        root = tmp_path_factory.mktemp(name) / "tree"
        root.mkdir()
        menu = []
        for index, (title, contents) in enumerate(files):
            (root / f"kernel{index}").write_bytes(contents)
            menu.append(f"title {title}\nkernel /kernel{index}\n")
        (root / "menu.lst").write_text("default 0\n" + "".join(menu))
        image = root.with_name("image")
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", root, image, "24M"], check=True)
        return image
    return make


def test_kernels_of_every_format(pvboot, make_image):
    kernels = list(good_kernels())
    lines = pvboot.ok(make_image("good", kernels), "check").splitlines()
    for index, (name, _) in enumerate(kernels):
        assert f"      kernel   (hd0)/kernel{index} ({name})" in lines, name
    assert lines.count("      would boot in PV domains") == len(kernels)


def test_each_bad_kernel_has_its_sentence(pvboot, make_image):
    kernels = list(bad_kernels())
    image = make_image("bad", [(name, contents) for name, contents, _ in kernels])
    done = subprocess.run([pvboot.program, "-d", image, "-m", "128", "--type", "pv", "check"], capture_output=True, text=True, timeout=120)
    complaints = done.stderr.splitlines()
    assert done.returncode == 1
    assert done.stdout.count("would NOT boot") == len(kernels)
    assert len(complaints) == len(kernels)  # one line for each
    for (name, _, sentence), line in zip(kernels, complaints):
        assert sentence in line, f"{name}: {line}"


def test_memory_holds_the_loader_beside_the_kernel(pvboot, make_image):
    """Alone, a kernel with 13.5 MiB of zeros would fit into 20."""
    kernel = bytearray(small_kernel())
    kernel[64 + 40:64 + 48] = struct.pack("<Q", 27 << 19)
    image = make_image("beside", [("zeros", bytes(kernel))])
    assert "      PV       takes 16 MiB of 32; " in pvboot.ok(image, "-m", "32", "check")
    done = subprocess.run([pvboot.program, "-d", image, "-m", "20", "check"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 1 and "20 MiB are too small for the kernel and its initrd beside the loader" in done.stderr


def check(pvboot, image, *words):
    """Exit status, output, complaints."""
    done = subprocess.run([pvboot.program, "-d", image, *words, "check"], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def test_domains_of_either_type(pvboot, make_image):
    """By default either will do; what is wrong with one type is then no complaint."""
    image = make_image("types", [("both", both_ways()), ("pv", small_kernel()), ("pvh", pvh_kernel())])
    status, output, complaints = check(pvboot, image)
    assert status == 0 and complaints == ""
    both, pv, pvh = output.split("\n   1  ")[0], *output.split("\n   1  ")[1].split("\n   2  ")
    assert "      PV       takes 4 MiB of 512; entry 0xffffffff80100000" in both
    assert "      PVH      takes 2 MiB of 512; entry 0x100000\n      would boot in PV and PVH domains" in both
    assert 'PVH      no: (hd0)/kernel1: a kernel for PV only' in pv and "would boot in PV domains" in pv
    assert 'PV       no: (hd0)/kernel2: a kernel for PVH only' in pvh and "would boot in PVH domains" in pvh


def test_domains_of_one_type(pvboot, make_image):
    image = make_image("type", [("both", both_ways()), ("pv", small_kernel()), ("pvh", pvh_kernel())])
    for words, other, refused in ("pv", "PVH", "kernel2: a kernel for PVH only"), ("pvh", "PV ", "kernel1: a kernel for PV only"):
        status, output, complaints = check(pvboot, image, "--type", words)
        assert status == 0 and refused in complaints and complaints.count("\n") == 1
        assert f"      {other}" not in output and output.count(f"would boot in {words.upper()} domains") == 2
    status, _, complaints = check(pvboot, image, "--type", "hvm")
    assert status == 2 and complaints == "pvboot: --type hvm: the types are pv and pvh\n"


def test_a_bzimage_without_pvh_entry(pvboot, make_image):
    """In a PVH domain it starts as it is, and unpacks itself."""
    kernel = bytearray(bzimage(pack("gzip", small_kernel()), 0, "gzip"))
    struct.pack_into("<I", kernel, 0x238, 2047)  # its longest command line
    struct.pack_into("<QI", kernel, 0x258, 16 << 20, 8 << 20)  # wants to be at 16 MiB, and needs 8
    status, output, _ = check(pvboot, make_image("bzimage", [("Linux", bytes(kernel))]))
    assert status == 0
    assert "      PVH      takes 25 MiB of 512; Linux's boot protocol, entry 0x1000000\n      would boot in PV and PVH domains" in output


def test_memory_of_a_pvh_domain(pvboot, make_image):
    """What lies where the loader is, and what is no memory at all."""
    image = make_image("pvh-memory", [("large", pvh_kernel(size=90 << 20)), ("nowhere", pvh_kernel(base=0xFC000000))])
    status, output, complaints = check(pvboot, image, "-m", "128")
    assert status == 0 and "      PVH      takes 92 MiB of 128; " in output
    assert complaints == "pvboot: (hd0)/kernel1: its addresses, from 0xfc000000 on, are no memory\n"
    status, output, complaints = check(pvboot, image, "-m", "92")
    assert status == 1 and complaints.startswith("pvboot: 92 MiB are too small for the kernel and its initrd beside the loader")
