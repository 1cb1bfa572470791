# SPDX-License-Identifier: BSD-2-Clause
"""Environment blocks, as grub-editenv reads and writes them."""

import random
import subprocess

import grub
import pytest

VALUES = ["", "a", "Debian GNU/Linux", "back\\slash", "\\", "a=b", "two\nlines", "#", "x" * 100, "#\\\n#", "ü"]


def quoted(value):
    return "'" + value.replace("'", "'\\''") + "'"


def edit(path, *words):
    return subprocess.run(["grub-editenv", path, *words], capture_output=True, check=False)


@pytest.fixture
def block(tmp_path):
    path = tmp_path / "grubenv"
    edit(path, "create")
    assert path.stat().st_size == 1024
    return path


def show_all(path, folder, names):
    """What load_env sets."""
    script = f"load_env -f {path}\n" + "\n".join(f'echo "{name}<${name}>"' for name in names)
    return "\n".join(grub.run(script, folder)[0])


def test_ours_is_read_by_grub(block, tmp_path):
    script = "".join(f"v{i}={quoted(value)}; save_env -f {block} v{i}\n" for i, value in enumerate(VALUES))
    assert grub.run(script, tmp_path) == ([], "")
    other = tmp_path / "other"
    edit(other, "create")
    for i, value in enumerate(VALUES):
        edit(other, "set", f"v{i}={value}")
    assert edit(block, "list").stdout == edit(other, "list").stdout
    assert block.read_bytes() == other.read_bytes()


def test_grubs_is_read(block, tmp_path):
    for i, value in enumerate(VALUES):
        edit(block, "set", f"v{i}={value}")
    names = [f"v{i}" for i in range(len(VALUES))]
    expected = "\n".join(f"v{i}<{value}>" for i, value in enumerate(VALUES))
    assert show_all(block, tmp_path, names) == expected
    assert grub.run(f'load_env -f {block} v1 v2\necho "$v1,$v2,$v5"', tmp_path)[0] == ["a,Debian GNU/Linux,"]


def test_the_same_after_any_changes(block, tmp_path):
    rng = random.Random(1)
    other = tmp_path / "other"
    edit(other, "create")
    for _ in range(150):
        name, value = f"n{rng.randrange(8)}", rng.choice(VALUES) * rng.randrange(1, 4)
        if rng.random() < 0.2:
            grub.run(f"clear_env -f {block} {name}", tmp_path)
            edit(other, "unset", name)
        else:
            messages = grub.run(f"{name}={quoted(value)}; save_env -f {block} {name}", tmp_path)[1]
            assert ("more than" in messages) == (edit(other, "set", f"{name}={value}").returncode != 0)
        assert sorted(edit(block, "list").stdout.split(b"\n")) == sorted(edit(other, "list").stdout.split(b"\n"))
        assert block.stat().st_size == 1024
    assert edit(block, "list").stdout != b""


def test_one_that_is_full(block, tmp_path):
    before = block.read_bytes()
    messages = grub.run(f"x={'y' * 996}; save_env -f {block} x; echo $?", tmp_path)[1]
    assert "save_env: " in messages and block.read_bytes() == before
    assert grub.run(f"x={'y' * 996}; save_env -f {block} x; x={'y' * 100}; save_env -f {block} x", tmp_path)[1] != ""
    assert b"\nx=" + b"y" * 100 + b"\n#" in block.read_bytes()


@pytest.mark.parametrize("damage", [b"", b"# GRUB Environment Bloc\n#####", b"# GRUB Environment Block\nx=y", b"# GRUB Environment Block\nx\0\n###"])
def test_one_that_is_none(block, tmp_path, damage):
    block.write_bytes(damage)
    assert "no environment block" in grub.run(f"x=y; save_env -f {block} x", tmp_path)[1]
    assert block.read_bytes() == damage
