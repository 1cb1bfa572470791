# SPDX-License-Identifier: BSD-2-Clause
"""What a grub.cfg hands on to the one that it opens, as in grub-emu."""

import json
import subprocess
import sys
from pathlib import Path

import grub
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "images"))

from small_kernel import small_kernel  # noqa: E402

FIRST = """\
function known {{ said="$a,$b,$1"; }}
a=1
export a
b=2
export c
c='x y'
set home=$prefix
export home
set prefix=/changed/$b
set timeout=77
if [ "$config_directory" = "$home" ]; then d=right; fi
export d
configfile $home/gone.cfg
{} $home/next.cfg
echo never
"""

NEXT = """\
known here
if [ "$config_directory/next.cfg" = "$config_file" ]; then e=right; fi
if [ "$config_directory" = "$home" ]; then e="$e too"; fi
set shown="$a|$b|$c|$d|$e|$said|$prefix|$timeout|"
"""


def run_by_pvboot(folder, first):
    tree = folder / "tree"
    (tree / "boot/grub").mkdir(parents=True)
    (tree / "boot/grub/grub.cfg").write_text(first)
    (tree / "boot/grub/next.cfg").write_text(NEXT + 'menuentry x "$shown" { linux (hd0)/kernel $2; }\n')
    (tree / "kernel").write_bytes(small_kernel(b"linux"))
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", tree, folder / "image", "4M"], check=True)
    return subprocess.run([grub.RUN_SCRIPT.parent / "pvboot", "-d", folder / "image", "--json", "check"], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command,shown", [("configfile", "1||x y|right|right too|1,,here|/changed/2||"),
                                           ("normal", "1|2|x y|right|right too|1,2,here|/changed/2|77|")])
def test_exported_variables_and_functions(tmp_path, command, shown):
    first = FIRST.format(command)
    (tmp_path / "emu").mkdir()
    (tmp_path / "emu/next.cfg").write_text(NEXT + 'echo "<$shown>"\nhalt\n')
    (line,) = [line for line in grub.run_by_grub(first, tmp_path / "emu") if "<" in line]
    done = run_by_pvboot(tmp_path, first)
    answer = json.loads(done.stdout)
    assert answer["config"] == "(hd0)/boot/grub/next.cfg"
    assert answer["entries"][0]["arguments"] == line.split("<")[1].rstrip(">") == shown
    assert 'there is no "gone.cfg"' in done.stderr
