# SPDX-License-Identifier: BSD-2-Clause
"""What is right and what is wrong, as grub-script-check has it."""

import random

import grub
import pytest

WORDS = ["echo", "a", "'b c'", '"d $e"', "$f", "${g}", "x=1", "[", "]", "!", "if", "then", "elif", "else", "fi", "for", "i", "in",
         "while", "until", "do", "done", "function", "menuentry", "case", "[[", "$1", "$#", "a\\ b", "\\\n", "a\\\nb", '"h\\\ni"', "1"]
PUNCTUATION = [" ; ", " ;", "\n", "\n\n", " { ", " }", " { echo; }", " # c\n", ";;", " | ", "&&", " $", "'", '"', "$\"t\"", "${", "\\", "#", "$(", "<"]
RIGHT = ["echo a; echo b", "if a; then b; fi", "if a\nthen b; elif c; then d; else e; fi", "for i in a $b; do c; done", "while a; do b; done",
         "until a; do b; done", "function f { a; }", "menuentry 'a' --class b { c; }", "m x { y { z } }", "x=\"$a\"'b'c", "function f\n{\na\nb\n}"]


def pieces(rng):
    """Words, or what stands in right ones, in any order."""
    count = rng.randrange(1, 9)
    return "".join(rng.choice(WORDS) + " " if rng.random() < 0.6 else rng.choice(PUNCTUATION) for _ in range(count)) + rng.choice(["", "\n"])


def nearly_right(rng):
    """Right ones, with a piece taken out or put in."""
    script = rng.choice([";", "\n"]).join(rng.sample(RIGHT, rng.randrange(1, 4)))
    place = rng.randrange(len(script))
    if rng.random() < 0.5:
        return script[:place] + script[place + rng.randrange(1, 6):]
    return script[:place] + rng.choice(WORDS + PUNCTUATION) + script[place:]


def nested(rng, depth=0):
    """Right ones inside of each other."""
    def inner():
        return nested(rng, depth + 1)
    if depth > 3 or rng.random() < 0.3:
        return rng.choice(["echo a", "x='y z'", "[ $a = b ]", "linux /v root=$r \\\n ro", "echo \"$a\" # c\n true"])
    return rng.choice([
        lambda: f"if {inner()}; then\n{inner()}\nelse {inner()}; fi", lambda: f"for i in a b; do {inner()}; {inner()}\ndone",
        lambda: f"while {inner()}\ndo {inner()}; done", lambda: f"m x {{\n{inner()}\n}}", lambda: f"m x {{ {inner()} }}",
        lambda: f"{inner()}\n\n{inner()}", lambda: f"{inner()} ; {inner()}"])()


@pytest.mark.parametrize("make", [pieces, nearly_right, nested])
def test_random_scripts(make, tmp_path):
    rng = random.Random(make.__name__)
    paths = [tmp_path / f"{number}.cfg" for number in range(400)]
    for path in paths:
        path.write_text(make(rng))
    right = {path for path in paths if grub.is_accepted_by_grub(path)}
    different = right ^ grub.accepted(paths)
    assert not different, [("right" if path in right else "wrong", path.read_text()) for path in different]
    assert 20 < len(right), "few are right: they show nothing"


# ---- quoting -----------------------------------------------------------------------------------

QUOTING = ["a", "b", " ", "'", '"', "\\", "$", "$v", "${v}", '"$v"', "'$v'", "\\'", '\\"', "\\$", "\\\\", "\\\n", "{", "}", ";", "\n", "*", "?", "="]


def quoted_word(rng):
    return "".join(rng.choice(QUOTING) for _ in range(rng.randrange(1, 8)))


def test_any_quoting(tmp_path):
    """Which words are right is GRUB's to say; what those are that are right, too."""
    rng = random.Random("quoting")
    words = [quoted_word(rng) for _ in range(500)]
    paths = [tmp_path / f"{number}.cfg" for number in range(len(words))]
    for path, word in zip(paths, words):
        path.write_text(f"n {word}\n")
    right = {path for path in paths if grub.is_accepted_by_grub(path)}
    different = right ^ grub.accepted(paths)
    assert not different, [path.read_text() for path in different]
    script = "v='x  y'\nfunction n {\n\techo \"$#:\"\n\tfor i in \"$@\"; do echo \"<$i>\"; done\n}\n"
    script += "".join(path.read_text() for path in paths if path in right)
    expected = grub.run_by_grub(script, tmp_path)
    shown, messages = grub.run(script, tmp_path)
    assert shown == expected and len(right) > 100, messages
