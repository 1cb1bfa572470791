# SPDX-License-Identifier: BSD-2-Clause
"""docs/guides/host.md on a Xen host: its configurations start domains, by the commands that it shows."""

import base64

import guides
from conftest import BUILD


def test_commands_of_the_hosts_guide(box, disks):
    found = [block for block in guides.blocks(guides.GUIDES / "host.md") if block.name == "dom0" or block.language == "python"]
    disk = box.put(disks.ext4)
    files = " ".join(box.path(BUILD / name) for name in ("pvboot-x86_64.elf", "pvboot-bootloader"))
    box.check(f"mkdir -p /usr/lib/pvboot /srv; cp {files} /usr/lib/pvboot; ln -sf {disk} /srv/guest.img")
    script = base64.b64encode(guides.script(found).encode()).decode()
    guides.check(found, box.check(f"echo {script} | base64 -d >/tmp/guide; sh /tmp/guide", timeout=600) + "\n")
    configs = [block.name for block in found if block.language == "python"]
    assert len(configs) == 4
    for config in configs:  # those that no command starts, too
        assert '"vdev": "xvda"' in box.check(f"xl -N create {config}")
    box.remove(disk)
