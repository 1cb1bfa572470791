# SPDX-License-Identifier: BSD-2-Clause
"""Completions as bash, zsh and fish show them: every command and option of --help, and paths inside of an image."""

import os
import re
import subprocess

import pexpect
import pytest

PATIENCE = 60  # seconds; nothing here takes so long

BASH = """
. /usr/share/bash-completion/bash_completion
. "$1"
compopt() { :; } # there is no line that is being typed
COMP_LINE=$2
read -ra COMP_WORDS <<<"$2"
[[ $2 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_POINT=${#COMP_LINE}
_pvboot pvboot
printf '%s\\n' "${COMPREPLY[@]}"
"""


def bash(installed, line):
    script = installed / "share/bash-completion/completions/pvboot"
    return subprocess.run(["bash", "-c", BASH, "bash", script, line], capture_output=True, text=True, check=True).stdout.split()


def fish(installed, line):
    script = installed / "share/fish/vendor_completions.d/pvboot.fish"
    command = ["fish", "--no-config", "-c", 'source $argv[1]; complete -C "$argv[2]"', script, line]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [found.split("\t")[0] for found in output.splitlines()]


def zsh(installed, line):
    """There is no other way to ask it than to type."""
    child = pexpect.spawn("zsh", ["-f", "-i"], env={**os.environ, "PS1": "@ready@ ", "TERM": "dumb"}, timeout=PATIENCE,
                          encoding="utf-8", dimensions=(100, 200))
    child.expect("@ready@ ")
    child.sendline(f"fpath=({installed}/share/zsh/*(/N) $fpath); autoload -Uz compinit; compinit -u -D; "
                   "unsetopt auto_menu auto_list; bindkey '^D' list-choices; zstyle ':completion:*' list-separator ''")
    child.expect("@ready@ ")
    child.send(line + "\x04")
    child.expect("@ready@ ")
    listed = child.before.split("\n", 1)[1] if "\n" in child.before else ""
    child.close(force=True)
    rows = [row.split() for row in listed.split("\n") if row.strip()]
    return [word for row in rows for word in (row if row[0].startswith("/") else row[:1])]  # commands are described


SHELLS = {"bash": bash, "zsh": zsh, "fish": fish}


@pytest.fixture(scope="module")
def folder(installed, tmp_path_factory):
    """Where guest.img lies, and the installed tool is found."""
    folder = tmp_path_factory.mktemp("completions")
    for path in ("tree/boot/grub", "tree/home"):
        (folder / path).mkdir(parents=True)
    for name in ("vmlinuz-6.1", "vmlinuz-6.10"):
        (folder / "tree/boot" / name).write_text("")
    (folder / "tree/boot/vmlinuz").symlink_to("vmlinuz-6.1")
    subprocess.run(["mke2fs", "-q", "-d", folder / "tree", folder / "guest.img", "1M"], check=True, stdout=subprocess.DEVNULL)
    before = os.getcwd(), os.environ["PATH"]
    os.chdir(folder)
    os.environ["PATH"] = f"{installed}/bin:{before[1]}"
    yield folder
    os.chdir(before[0])
    os.environ["PATH"] = before[1]


def help_words(pattern):
    text = subprocess.run(["pvboot", "--help"], capture_output=True, text=True, check=True).stdout
    return sorted(set(re.findall(pattern, text, re.M)))


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command(shell, installed, folder):
    commands = help_words(r"^  ([a-z]\S*)")
    assert {"ls", "check", "extract"} <= set(commands)
    assert sorted(SHELLS[shell](installed, "pvboot -d guest.img ")) == commands


@pytest.mark.parametrize("shell", SHELLS)
def test_every_option(shell, installed, folder):
    options = help_words(r"^  (-\S+)")
    assert {"-d", "--version"} <= set(options) <= set(SHELLS[shell](installed, "pvboot -"))


@pytest.mark.parametrize("shell", SHELLS)
def test_paths_inside_of_an_image(shell, installed, folder):
    complete = SHELLS[shell]
    assert {"/boot/", "/home/"} <= set(complete(installed, "pvboot -d guest.img ls /"))
    found = complete(installed, "pvboot -x pvboot.entry=1 -d guest.img cat /boot/vmlinuz")
    assert sorted(found) == ["/boot/vmlinuz", "/boot/vmlinuz-6.1", "/boot/vmlinuz-6.10"]


@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_files_of_the_host(shell, installed, folder):
    assert SHELLS[shell](installed, "pvboot -d gue") == ["guest.img"]
    assert [word.rstrip("/") for word in SHELLS[shell](installed, "pvboot -d guest.img extract /boot tr")] == ["tree"]
