# SPDX-License-Identifier: BSD-2-Clause
"""
Debian's kernel in QEMU, without Xen and without a network: mkfs, mount, mdadm and lvm work there as root on image files, whoever
runs the tests. Its disks come and go while it runs; what is on one at a moment is what a crash at that moment would leave.
"""

import base64
import hashlib
import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "xenbox"))
from accel import choose  # noqa: E402  (xenbox is a folder of programs, not a package)
from files import BoxError, Kernel, Tree, exclusive  # noqa: E402
from qemu import Qemu  # noqa: E402

STARTED_WITH = ["virtio_pci", "virtio_console", "virtio_scsi", "sd_mod"]
WHEN_NEEDED = ["ext4", "xfs", "btrfs", "vfat", "nls_cp437", "nls_ascii", "isofs", "loop",
               "crc32c_generic", "xxhash_generic", "sha256_generic", "blake2b_generic",
               "md-mod", "linear", "raid0", "raid1", "raid10", "raid456",
               "dm-mod", "dm-mirror", "dm-raid", "dm-snapshot", "dm-thin-pool", "dm-cache", "dm-cache-smq"]
PROGRAMS = ["mkfs.ext3", "mkfs.ext4", "chattr", "mkfs.xfs", "xfs_io", "mkfs.btrfs", "btrfs", "mdadm", "lvm"]

LVM_CONF = """activation { udev_sync = 0 udev_rules = 0 verify_udev_operations = 0 monitoring = 0 }
backup { backup = 0 archive = 0 }
devices { obtain_device_list_from_udev = 0 external_device_info_source = "none" use_devicesfile = 0 scan = ["/dev"] }
global { use_lvmpolld = 0 thin_check_executable = "" cache_check_executable = "" }
"""

# Names of arrays are mdadm's own work, without udev; mkfs.xfs makes small file systems as well.
INIT = f"""#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/sbin LD_LIBRARY_PATH=/lib HOME=/ MDADM_NO_UDEV=1 TEST_DIR=/ TEST_DEV=/ QA_CHECK_FS=1
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /run/lock /run/mdadm
for module in {" ".join(STARTED_WITH)}; do
    modprobe "$module"
done
serve
poweroff -f
"""

PROCESSORS = {"tcg": ["-accel", "tcg,thread=multi", "-cpu", "max"], "kvm": ["-accel", "kvm", "-cpu", "host"]}
MEMORY = 768  # MiB
MONITOR = "monitor"


def make_initramfs(build, kernel):
    """Made again when its recipe has changed."""
    target, recipe = build / "linux-guest.cpio.gz", build / "linux-guest.recipe"
    key = hashlib.sha256(Path(__file__).read_bytes()).hexdigest() + kernel.release
    if recipe.exists() and recipe.read_text() == key:
        return target
    tree = Tree(build / "linux-guest")
    tree.write("init", INIT, 0o755)
    tree.write("etc/lvm/lvm.conf", LVM_CONF)
    tree.add("/etc/mke2fs.conf", "etc/mke2fs.conf")
    tree.add_server()
    for program in PROGRAMS:
        tree.add_program(shutil.which(program, path="/usr/sbin:/usr/bin"))
    for path in kernel.modules(STARTED_WITH + WHEN_NEEDED):
        tree.add(path, path.relative_to(kernel.root))
    for name in ("order", "builtin", "builtin.modinfo"):
        tree.add(kernel.root / f"lib/modules/{kernel.release}/modules.{name}", f"lib/modules/{kernel.release}/modules.{name}")
    (tree.root / "sbin/modprobe").symlink_to("/bin/busybox")  # which the kernel starts
    subprocess.run(["depmod", "-b", tree.root, kernel.release], check=True)
    tree.pack(target)
    recipe.write_text(key)
    return target


class Monitor:
    """QEMU's own side: QMP."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(240)
        self.socket.connect(str(path))
        self.lines = self.socket.makefile("r")
        self.events = []
        json.loads(self.lines.readline())  # its greeting
        self.execute("qmp_capabilities")

    def execute(self, command, **arguments):
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while "return" not in (message := json.loads(self.lines.readline())):
            if "error" in message:
                raise BoxError(f"QEMU refuses {command}: {message['error']['desc']}")
            self.events.append(message)

    def wait_for(self, name, **data):
        """An event with these data, which may have come already."""
        while not any(event["event"] == name and data.items() <= event["data"].items() for event in self.events):
            self.events.append(json.loads(self.lines.readline()))


class LinuxGuest(Qemu):
    def __init__(self, build):
        build = Path(build)
        kernel = Kernel(build)
        with exclusive(build / "linux-guest"):
            elf, initramfs = kernel.elf(), make_initramfs(build, kernel)
        options = [*PROCESSORS[choose(build)], "-m", str(MEMORY), "-kernel", str(elf), "-initrd", str(initramfs),
                   "-append", "console=ttyS0 quiet mitigations=off", "-device", "virtio-scsi-pci,id=disks"]
        self.disks = {}  # the numbers of those that are plugged in
        self.count = 0
        super().__init__(build, "the Linux guest", options)
        self.monitor = Monitor(self.run_dir / MONITOR)

    def _command(self, options, ports):
        return [*super()._command(options, ports), "-qmp", f"unix:{self.run_dir / MONITOR},server=on,wait=off"]

    # ---- commands ----

    def script(self, text, timeout=240):
        """Runs a script to its end, or to the first command that fails, which is an error. Returns the bytes that it wrote."""
        encoded = base64.b64encode(text.encode()).decode()
        status, output = self.run(f"echo {encoded} | base64 -d | sh -e", timeout)
        if status != 0:
            raise BoxError(f"{text}\nin the Linux guest, status {status}: {output.decode(errors='replace').strip()[-2000:]}")
        return output

    # ---- disks ----

    def attach(self, image, sector=512):
        """Plugs an image in. Returns its device."""
        self.count += 1
        name = f"disk{self.count}"
        self.monitor.execute("blockdev-add", **{
            "node-name": name, "driver": "raw", "cache": {"no-flush": True},  # the host does not crash
            "file": {"driver": "file", "filename": str(image)}})
        self.monitor.execute("device_add", driver="scsi-hd", id=name, drive=name, bus="disks.0", **{
            "scsi-id": self.count, "logical_block_size": sector, "physical_block_size": sector})
        self.disks[image] = self.count
        place = f"/sys/bus/scsi/devices/0:0:{self.count}:0/block"
        return "/dev/" + self.script(f"until [ -d {place} ]; do usleep 10000; done; ls {place}").decode().strip()

    def detach(self, image):
        name = f"disk{self.disks.pop(image)}"
        self.monitor.execute("device_del", id=name)
        self.monitor.wait_for("DEVICE_DELETED", device=name)
        self.monitor.execute("blockdev-del", **{"node-name": name})

    def crash(self, copies):
        """Copies images as they are at this moment, with all that has been flushed; `copies` are pairs of an image and its copy."""
        self.monitor.execute("stop")
        for image, copy in copies:
            subprocess.run(["cp", "--sparse=always", image, copy], check=True)
        self.monitor.execute("cont")
