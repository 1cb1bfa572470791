# SPDX-License-Identifier: BSD-2-Clause
"""pvboot --json: one object, as docs/json.md describes it."""

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
from json_schemas import SCHEMAS
from small_kernel import small_kernel

GRUB_CFG = """\
set timeout=5
set default="more>old"
menuentry "Good" --id good { linux /boot/kernel root=/dev/xvda1 "a b"; initrd /boot/initrd /boot/other }
submenu "More" --id more {
    menuentry "Old" --id old { linux /boot/kernel old; initrd /boot/gone }
    submenu "Deeper" { menuentry "Modules" { multiboot /boot/kernel; module /boot/initrd first; } }
}
menuentry "Windows" { chainloader +1 }
menuentry "No such disk" { set root=hd9; linux /boot/kernel }
menuentry "Cut off" { linux /boot/cut x; initrd /boot/initrd }
"""
MENU_LST = "default 1\ntitle A\nkernel /boot/kernel a\ntitle B\nkernel /boot/kernel b\ninitrd /boot/initrd\n"


def ask(pvboot, image, command, *words, status=0, extra=()):
    done = subprocess.run([pvboot.program, "-d", image, *extra, "--json", command, *words], capture_output=True, timeout=60)
    assert done.returncode == status and done.stdout.count(b"\n") == 1
    answer = json.loads(done.stdout)
    jsonschema.Draft7Validator(SCHEMAS[command]).validate(answer)
    return answer


@pytest.fixture
def disk(tmp_path):
    """disk(files) has them on ext4 in the second partition of a GPT."""

    def make(files):
        tree = tmp_path / "tree"
        files = {"boot/kernel": small_kernel(b"linux"), "boot/initrd": bytes(5000), "boot/other": bytes(10),
                 "boot/cut": small_kernel(b"linux")[:0x1800]} | files
        for path, data in files.items():
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_bytes(data if isinstance(data, bytes) else data.encode())
        subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", tree, tmp_path / "inner", "16M"], check=True)
        image = tmp_path / "disk"
        image.write_bytes(bytes(2 << 20) + (tmp_path / "inner").read_bytes() + bytes(1 << 20))
        table = "label: gpt\nstart=2048, size=2048\nstart=4096, size=32768\n"
        subprocess.run(["sfdisk", "-q", image], input=table, text=True, check=True, capture_output=True)
        return image

    return make


def test_check(pvboot, disk):
    answer = ask(pvboot, disk({"boot/grub/grub.cfg": GRUB_CFG}), "check", status=1)
    entries = answer.pop("entries")
    assert answer == {"config": "(hd0,gpt2)/boot/grub/grub.cfg", "kind": "grub.cfg", "default": 1, "timeout": 5, "others": [],
                      "errors": []}
    assert [(entry["number"], entry["title"], entry["submenu"], entry["id"], entry["boots"]) for entry in entries] == [
        (0, "Good", [], "good", True), (1, "Old", ["More"], "old", False), (2, "Modules", ["More", "Deeper"], None, True),
        (3, "Windows", [], None, False), (4, "No such disk", [], None, False), (5, "Cut off", [], None, False)]
    kernel = {"path": "(hd0,gpt2)/boot/kernel", "format": "ELF"}
    initrd = {"path": "(hd0,gpt2)/boot/initrd", "size": 5000}
    good, old, modules, windows, nowhere, cut = entries
    assert (good["kernel"], good["arguments"], good["errors"]) == (kernel, 'root=/dev/xvda1 "a b"', [])
    assert good["pv"] == {"boots": True, "memory": 4 << 20, "error": None}
    assert good["pvh"]["boots"] is False and good["pvh"]["memory"] is None and "a kernel for PV only" in good["pvh"]["error"]
    assert old["pv"] is None and old["pvh"] is None
    assert good["initrds"] == [initrd, {"path": "(hd0,gpt2)/boot/other", "size": 10}]
    assert (old["kernel"], old["arguments"]) == (kernel | {"format": None}, "old")
    assert old["initrds"] == [{"path": "(hd0,gpt2)/boot/gone", "size": None}]
    assert old["errors"] == ['(hd0,1)/boot/gone: there is no "gone"']
    assert modules["modules"] == [initrd | {"arguments": "first"}] and modules["initrds"] == []
    assert windows["kernel"] is None and "it starts another boot loader" in windows["errors"][0]
    assert nowhere["kernel"] is None and "hd9: there is no such disk or partition" in nowhere["errors"][0]
    assert cut["kernel"]["path"] == "(hd0,gpt2)/boot/cut" and cut["initrds"] == [initrd] and cut["arguments"] == "x"
    assert len(cut["errors"]) == 1


def test_check_for_one_type(pvboot, disk):
    image = disk({"boot/grub/menu.lst": MENU_LST})
    (entry, _) = ask(pvboot, image, "check", extra=["--type", "pv"])["entries"]
    assert entry["boots"] and entry["pv"]["boots"] and entry["pvh"] is None
    (entry, _) = ask(pvboot, image, "check", extra=["--type", "pvh"], status=1)["entries"]
    assert not entry["boots"] and entry["errors"] == [entry["pvh"]["error"]] and entry["pv"] is None


def test_menu_and_others(pvboot, disk):
    image = disk({"boot/grub/grub.cfg": GRUB_CFG, "boot/grub/menu.lst": MENU_LST, "boot/extlinux.conf": "LABEL x\nLINUX kernel\n"})
    answer = ask(pvboot, image, "menu")
    assert answer["kind"] == "menu.lst" and answer["default"] == 1 and answer["timeout"] == -1
    assert answer["others"] == ["(hd0,gpt2)/boot/grub/grub.cfg", "(hd0,gpt2)/boot/extlinux.conf"]
    assert [entry["title"] for entry in answer["entries"]] == ["A", "B"]
    answer = ask(pvboot, image, "check", extra=["-x", "pvboot.menu=extlinux pvboot.append='more words'"])
    assert answer["kind"] == "extlinux" and answer["entries"][0]["arguments"] == "more words"
    assert ask(pvboot, image, "check")["entries"][1]["initrds"] == [{"path": "(hd0,gpt2)/boot/initrd", "size": 5000}]


def test_no_menu(pvboot, disk):
    answer = ask(pvboot, disk({}), "check", status=1)
    assert answer == {"config": None, "kind": None, "default": 0, "timeout": -1, "others": [], "entries": [],
                      "errors": ["no menu was found on these disks, and no netbsd"]}
    answer = ask(pvboot, disk({}), "check", status=1, extra=["-m", "2"])
    assert answer["entries"] == [] and answer["errors"] == ["2 MiB are too small for the loader itself"]


def test_info(pvboot, disk):
    devices = ask(pvboot, disk({}), "info")["devices"]
    assert [device["name"] for device in devices] == ["(hd0)", "(hd0,gpt1)", "(hd0,gpt2)"]
    assert devices[2]["filesystem"]["type"] == "ext2" and devices[2]["size"] == 16 << 20


def test_ls(pvboot, disk):
    image = disk({"a\"b\\c\x01ü": b"x"})
    (entry,) = [entry for entry in ask(pvboot, image, "ls", "(hd0,1)/")["entries"] if entry["name"].startswith("a")]
    assert entry == entry | {"name": "a\"b\\c\x01ü", "type": "file", "size": 1, "mode": 0o644, "target": None}
    answer = ask(pvboot, image, "ls", "/nothing", status=1)
    assert answer["entries"] == [] and answer["errors"] == ['(hd0,1)/nothing: there is no "nothing"']


def test_names_that_are_no_text(pvboot, tmp_path):
    (tmp_path / "tree").mkdir()
    with open(bytes(tmp_path / "tree") + b"/\xff\xc3x", "w"):
        pass
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", tmp_path / "tree", tmp_path / "image", "4M"], check=True)
    assert "\ufffd\ufffdx" in [entry["name"] for entry in ask(pvboot, tmp_path / "image", "ls", "/")["entries"]]


def test_stat(pvboot, disk):
    image = disk({})
    node = ask(pvboot, image, "stat", "/boot/initrd")["node"]
    assert node == node | {"name": "initrd", "path": "(hd0,gpt2)/boot/initrd", "type": "file", "size": 5000, "links": 1}
    answer = ask(pvboot, image, "stat", "/nothing", status=1)
    assert answer["node"] is None and answer["errors"] == ['(hd0,1)/nothing: there is no "nothing"']


def test_find_and_tree(pvboot, disk):
    image = disk({"a/b/kernel.img": b"", "a/kernel": b"", "a/b/c.img": b""})
    found = ask(pvboot, image, "find", "/", "k*")
    assert found["pattern"] == "k*" and sorted(entry["path"] for entry in found["entries"]) == [
        "(hd0,gpt2)/a/b/kernel.img", "(hd0,gpt2)/a/kernel", "(hd0,gpt2)/boot/kernel"]
    paths = [entry["path"] for entry in ask(pvboot, image, "tree", "/a")["entries"]]
    assert sorted(paths) == [f"(hd0,gpt2)/a/{name}" for name in ("b", "b/c.img", "b/kernel.img", "kernel")]


def test_hexdump(pvboot, disk):
    image = disk({"x": bytes(range(40))})
    answer = ask(pvboot, image, "hexdump", "/x", "0x10", "4")
    assert answer == {"path": "/x", "size": 40, "offset": 16, "bytes": "10111213", "errors": []}


def test_extract(pvboot, disk, tmp_path):
    image = disk({"tree/a": b"12345", "tree/b/c": b"678"})
    answer = ask(pvboot, image, "extract", "/tree", tmp_path / "into")
    assert answer == {"path": "/tree", "target": str(tmp_path / "into"), "files": 2, "directories": 1, "links": 0, "hard_links": 0,
                      "special": 0, "skipped": 0, "bytes": 8, "errors": []}
    answer = ask(pvboot, image, "extract", "/tree", tmp_path / "into", status=1)
    assert answer["files"] == 0 and f"{tmp_path}/into/b/c: File exists" in answer["errors"]


def test_the_documents_examples():
    """Each object of docs/json.md, below the names of the commands that print such a one."""
    text = (Path(__file__).parents[2] / "docs/json.md").read_text()
    checked = set()
    for heading, part in re.findall(r"^## (.*)\n((?:(?!^## ).*\n)*)", text, re.M):
        for example in re.findall(r"(?:^    .*\n)+", part, re.M):
            if "..." in example.replace('..."', '"'):  # what is left out
                continue
            command = heading.split(", ")[0]
            jsonschema.Draft7Validator(SCHEMAS[command]).validate(json.loads(example.replace('..."', '"')))
            checked.add(command)
    assert checked == {"check", "info", "ls", "hexdump", "extract", "diff"}
