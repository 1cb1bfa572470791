# SPDX-License-Identifier: BSD-2-Clause
"""FreeBSD without its loader: which kernels make a menu, and what environment they get."""

import gzip
import subprocess

import pytest
from ffs_images import make_image
from small_kernel import pvh_kernel

FSTAB = "# Device\tMountpoint\tFStype\tOptions\tDump\tPass#\n/dev/gpt/swap none swap sw 0 0\n/dev/gpt/rootfs\t/\tufs\trw\t1\t1\n"
ROOT = "vfs.root.mountfrom=ufs:/dev/gpt/rootfs,vfs.root.mountfrom.options=rw"
KERNEL = pvh_kernel(base=0x200000, guest_os=b"FreeBSD")


@pytest.fixture
def root(tmp_path):
    """root(files) makes a root file system with these files and /boot/kernel/kernel."""

    def make(files):
        tree = tmp_path / "tree"
        for path, contents in ({"boot/kernel/kernel": KERNEL, "etc/fstab": FSTAB} | files).items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_bytes(contents if isinstance(contents, bytes) else contents.encode())
        return make_image(tmp_path / "image", tree, 2, "le", 32768, 4096, "-s", "8m")

    return make


def check(pvboot, image, *words):
    """Titles, command lines and complaints."""
    done = subprocess.run([pvboot.program, "-d", image, *words, "--type", "pvh", "check"], capture_output=True, text=True, timeout=60)
    titles = [line[6:] for line in done.stdout.splitlines() if line[3:4].isdigit() and line[4:6] == "  "]
    lines = [line[15:] for line in done.stdout.splitlines() if line.startswith("      command  ")]
    return titles, lines, done.stderr


def test_kernel_and_root(pvboot, root):
    assert check(pvboot, root({})) == (["(hd0)/boot/kernel/kernel"], [ROOT], "")


def test_the_kernel_that_loader_conf_names_comes_first(pvboot, root):
    image = root({"boot/kernel.old/kernel": KERNEL, "boot/kernel.GENERIC/kernel.gz": gzip.compress(KERNEL),
                  "boot/kernel.empty/readme": "", "boot/modules/kernel": KERNEL, "boot/loader.conf": 'kernel="kernel.old"\n'})
    titles, lines, complaints = check(pvboot, image)
    assert titles[:2] == ["(hd0)/boot/kernel.old/kernel", "(hd0)/boot/kernel/kernel"]
    assert titles[2:] == ["(hd0)/boot/kernel.GENERIC/kernel.gz"]
    assert lines == [ROOT] * 3 and complaints == ""


def test_environment(pvboot, root):
    conf = """\
# kern.secret="1"
autoboot_delay="3"   # for the loader
beastie_disable="YES"
kern.hz="100"
kern.hz=200
boot_serial="NO"
hw.vtnet.mq_disable=1# for the kernel
kernel_options="-v -D"
hint.acpi.0.oem="a b"
console="comconsole"
nonsense
also nonsense = "x"
open="never closed
"""
    local = 'kern.hz="1000"\nvfs.root.mountfrom="ufs:/dev/xbd0p2"\n'
    image = root({"boot/loader.conf": conf, "boot/loader.conf.local": local})
    _, lines, complaints = check(pvboot, image)
    assert lines == ["boot_verbose=YES,boot_multicons=YES,kern.hz=1000,boot_serial=NO,hw.vtnet.mq_disable=1,console=comconsole,"
                     "vfs.root.mountfrom=ufs:/dev/xbd0p2"]
    assert complaints == 'pvboot: hint.acpi.0.oem="a b": FreeBSD\'s command line takes no blank or comma: left out\n'


def test_flags_and_words_of_an_entry(pvboot, root):
    """What the entry says counts more than the files, and what the host says comes with it."""
    image = root({"boot.cfg": "menu=FreeBSD:boot /boot/kernel/kernel -sv kern.hz=50,x\n", "boot/loader.conf": "kern.hz=100\nboot_single=NO\n"})
    _, lines, complaints = check(pvboot, image, "-x", "pvboot.append='-s y=1'")
    assert lines == [f"boot_single=YES,boot_verbose=YES,kern.hz=50,x,y=1,{ROOT}"] and complaints == ""


def test_modules_are_named(pvboot, root):
    image = root({"boot/loader.conf": 'zfs_load="YES"\nif_vtnet_load="yes"\nlinux_load="NO"\nlogo_type="x"\n'})
    _, lines, complaints = check(pvboot, image)
    assert lines == [ROOT]
    assert complaints == ("pvboot: loader.conf: FreeBSD takes modules from its own loader alone, so it starts without zfs, if_vtnet\n")


def test_an_entry_with_modules_is_refused(pvboot, root):
    image = root({"boot.cfg": "menu=FreeBSD:load /boot/kernel/kernel;boot /boot/kernel/kernel\n"})
    _, lines, complaints = check(pvboot, image)
    assert lines == []
    assert complaints == "pvboot: /boot/kernel/kernel: FreeBSD takes modules from its own loader alone: the entry may have no initrd and no module\n"


def test_a_root_that_nobody_names(pvboot, root):
    _, lines, complaints = check(pvboot, root({"etc/fstab": "/dev/gpt/swap none swap sw 0 0\n/dev/x\n"}))
    assert lines == [""]
    assert complaints == "pvboot: /etc/fstab beside the kernel names no root file system: FreeBSD will ask\n"


def test_a_line_that_is_full(pvboot, root):
    conf = "".join(f'kern.variable{number}="{"x" * 90}"\n' for number in range(12)) + 'last="1"\n'
    _, lines, complaints = check(pvboot, root({"boot/loader.conf": conf}))
    assert len(lines[0]) < 1024 and f",{ROOT}" not in lines[0] and ",last=1" in lines[0]
    assert "FreeBSD's command line is full: it is not told kern.variable9" in complaints


def test_files_that_are_too_large(pvboot, root):
    _, lines, complaints = check(pvboot, root({"boot/loader.conf": "x=1\n" * 20000}))
    assert lines == [ROOT]
    assert "(hd0)/boot/loader.conf: larger than 64 KiB, so it is passed over" in complaints
