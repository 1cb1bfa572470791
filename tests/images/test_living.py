# SPDX-License-Identifier: BSD-2-Clause
"""`pvboot check` in a guest, without -d: its own disks, and in words what its next boot will do."""

import subprocess
from pathlib import Path

import pytest
from small_kernel import small_kernel
from system import System

EXAMPLES = Path(__file__).resolve().parents[2] / "docs/examples"

MENU = """timeout 5
default 0
fallback 2 1
title First
kernel /first
title Second
kernel /second
title Third
kernel /third
"""


@pytest.fixture
def guest(pvboot, tmp_path):
    """guest(menu, kernels, disk): a guest with such a disk; run it with its words."""
    system = System(tmp_path)
    system.write("/usr/bin/pvboot", pvboot.program.read_bytes(), 0o755)

    def make(menu, kernels=("first", "second", "third"), disk="xvda"):
        tree = tmp_path / f"tree-{disk}"
        (tree / "boot/grub").mkdir(parents=True)
        (tree / "boot/grub/menu.lst").write_text(menu)
        for kernel in kernels:
            (tree / kernel).write_bytes(small_kernel())
        subprocess.run(["mke2fs", "-q", "-d", tree, system.disks / disk, "1M"], check=True)
        return system

    return make


def check(system, *words, status=0):
    done = system.run("pvboot", *words, "check")
    assert done.returncode == status, done
    return done.stdout.splitlines()


def test_next_boot(guest):
    lines = check(guest(MENU))
    assert lines[:2] == ["hd0 is /dev/xvda", "config (hd0)/boot/grub/menu.lst"]
    assert lines[-1] == 'The next boot: entry 0, "First", after 5 s.'


@pytest.mark.parametrize("timeout,words", [("timeout 0", "at once"), ("", "once somebody presses Enter")])
def test_when(guest, timeout, words):
    assert check(guest(MENU.replace("timeout 5", timeout)))[-1] == f'The next boot: entry 0, "First", {words}.'


def test_default_that_fails(guest):
    """Status 1, though a fallback boots: it is not what was wanted."""
    lines = check(guest(MENU, ["second"]), status=1)
    assert lines[-3:] == ['The next boot: entry 0, "First", FAILS.', 'Then entry 2, "Third", FAILS.', 'Then entry 1, "Second", boots.']


def test_nothing_boots(guest):
    lines = check(guest(MENU, []), status=1)
    assert lines[-2:] == ['Then entry 1, "Second", FAILS.', "Then the menu waits for somebody."]


def test_disks_in_their_order(guest, tmp_path):
    """What is made of others, or has no medium, is none."""
    for disk in ("xvdaa", "xvdb", "nvme0n1", "sr0", "xvdz", "loop0"):
        system = guest(MENU, disk=disk)
    (system.disks / "xvdz").write_bytes(b"")
    done = system.run("sh", "-c", "rmdir /sys/block/loop0/device; pvboot info")
    assert [line for line in done.stdout.splitlines() if " is " in line] == [
        "hd0 is /dev/xvdb", "hd1 is /dev/xvdaa", "hd2 is /dev/nvme0n1"], done


def test_of_the_machines_own_size(guest):
    lines = check(guest(MENU))
    memory = int(next(line for line in open("/proc/meminfo") if line.startswith("MemTotal")).split()[1]) >> 10
    takes = next(line for line in lines if "takes " in line)
    assert abs(int(takes.split(" of ")[1].split(";")[0]) - memory) <= 1
    assert any(" of 64;" in line for line in check(guest(MENU, disk="xvdb"), "-m", "64"))


def test_json(guest):
    system = guest(MENU)
    done = system.run("pvboot", "--json", "check")
    assert done.returncode == 0 and done.stdout.startswith('{"config": "(hd0)/boot/grub/menu.lst"')


def test_machine_without_disks(pvboot, tmp_path):
    system = System(tmp_path)
    system.write("/usr/bin/pvboot", pvboot.program.read_bytes(), 0o755)
    done = system.run("pvboot", "check")
    assert done.returncode == 2 and done.stderr == "pvboot: /sys/block: this machine has no disks; -d IMAGE names one\n"


# ---- the examples ---------------------------------------------------------------------------------


@pytest.fixture
def examples(guest):
    """examples(kernels): a guest with them, where a package puts them."""

    def make(kernels):
        system = guest(MENU, kernels)
        for name in ("zz-pvboot-check", "pvboot-check.service", "pvboot-check.path"):
            path = EXAMPLES / name
            system.write(f"/usr/share/doc/pvboot/examples/{name}", path.read_bytes(), path.stat().st_mode & 0o777)
        return system

    return make


HOOK = "cd /etc/kernel/postinst.d; cp /usr/share/doc/pvboot/examples/zz-pvboot-check .; run-parts --arg=6.1.0 --arg=/boot/vmlinuz-6.1.0 ."


def test_hook_of_kernel_packages(examples):
    done = examples(["first"]).run("sh", "-c", HOOK)
    assert (done.returncode, done.stdout, done.stderr) == (0, 'The next boot: entry 0, "First", after 5 s.\n', "")


def test_hook_warns_and_lets_the_upgrade_go_on(examples):
    done = examples(["second"]).run("sh", "-c", HOOK)
    assert done.returncode == 0 and done.stdout == ""
    assert done.stderr.startswith("pvboot: WARNING: the next boot of this machine would fail:\n")
    assert 'there is no "first"\n' in done.stderr and done.stderr.endswith('Then entry 1, "Second", boots.\n')


def test_hook_without_the_tool(examples):
    done = examples(["first"]).run("sh", "-c", f"rm /usr/bin/pvboot; {HOOK}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_systemd_units(examples):
    """systemd understands them; and the service's command fails where the next boot would."""
    units = "cp /usr/share/doc/pvboot/examples/pvboot-check.* /etc/systemd/system; cd /etc/systemd/system"
    verify = "systemd-analyze verify --man=no ./pvboot-check.service ./pvboot-check.path && systemctl --root=/ enable pvboot-check.path"
    system = examples(["second"])
    done = system.run("sh", "-c", f"{units}; {verify} && readlink multi-user.target.wants/pvboot-check.path")
    assert done.returncode == 0 and done.stdout == "/etc/systemd/system/pvboot-check.path\n", done
    done = system.run("sh", "-c", units + "; $(sed -n 's/^ExecStart=//p' pvboot-check.service)")
    assert done.returncode == 1 and done.stdout.endswith("boots.\n"), done
