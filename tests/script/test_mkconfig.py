# SPDX-License-Identifier: BSD-2-Clause
"""What grub-mkconfig writes, read twice: by grub-emu, as a script that shows its entries, and by `pvboot --json check`."""

import json
import re
import subprocess
import sys
from pathlib import Path

import grub
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "images"))

import debian  # noqa: E402
from small_kernel import small_kernel  # noqa: E402

UUID = "6f5cc7dd-8b1a-4f9c-8e0e-9e2a3b1c4d5f"

SHOW = """\
function show_menuentry {
    echo "title $1"
    while [ $# -gt 0 ]; do
        if [ "$1" = --id ]; then echo "id $2"; fi
        shift
    done
}
function show_submenu { true; }
function show_mark { echo $1; }
function show_linux { echo "linux $*"; }
function show_initrd { echo "initrd $*"; }
"""


def as_shown(config):
    """The same script, with functions in the place of entries and what they boot; each entry runs where it stands."""
    shown, opened = [SHOW], []
    before, entries, after = re.split(r"^(### BEGIN /etc/grub.d/10_linux ###\n.*?)(?=### END)", config, 1, re.M | re.S)
    for line in f"{before}\nshow_mark BEGIN\n{entries}\nshow_mark END\n{after}".splitlines():
        if entry := re.match(r"\s*(menuentry|submenu) (.*) \{$", line):
            opened.append(entry)
            shown.append(f"show_{entry[1]} {entry[2]}\nif true; then")
        elif re.match(r"function .*\{$", line):
            opened.append(None)
            shown.append(line)
        elif line.strip() == "}" and opened:
            shown.append("fi" if opened.pop() else "}")
        else:
            shown.append(re.sub(r"^(\s*)(linux|initrd)\t", r"\1show_\2 ", re.sub(r"^\s*(echo|terminal_output|search|insmod|savedefault)\b", "true", line)))
    return "\n".join(shown) + "\n"


def as_read(answer):
    for entry in answer["entries"]:
        path = entry["kernel"]["path"].split(")")[1]
        initrds = " ".join(initrd["path"].split(")")[1] for initrd in entry["initrds"])
        yield from (f"title {entry['title']}", f"id {entry['id']}", f"linux {path} {entry['arguments']}", f"initrd {initrds}")


@pytest.mark.parametrize("settings", [
    "", "GRUB_DISABLE_SUBMENU=y\n", "GRUB_DEFAULT=saved\nGRUB_SAVEDEFAULT=true\n", "GRUB_DISABLE_RECOVERY=true\n",
    'GRUB_CMDLINE_LINUX="console=hvc0 a=b,c"\nGRUB_DISTRIBUTOR="My System 2"\n', "GRUB_TIMEOUT_STYLE=hidden\nGRUB_GFXMODE=auto\n"])
def test_entries(tmp_path, settings):
    tree = debian.debian(tmp_path, small_kernel(b"linux"), bytes(100), UUID, settings=settings)
    config = tree / "boot/grub/grub.cfg"
    assert grub.is_accepted_by_grub(config)
    (tmp_path / "emu").mkdir()
    shown = grub.run_by_grub(as_shown(config.read_text()), tmp_path / "emu")
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-U", UUID, "-d", tree, tmp_path / "image", "16M"], check=True)
    done = subprocess.run([grub.RUN_SCRIPT.parent / "pvboot", "-d", tmp_path / "image", "--json", "check"],
                          capture_output=True, text=True, check=False)
    read = list(as_read(json.loads(done.stdout)))
    assert len(read) >= 8 and grub.without_blanks(shown).split("BEGIN")[1].split("END")[0] == grub.without_blanks(read)
