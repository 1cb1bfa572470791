# SPDX-License-Identifier: BSD-2-Clause
"""What echo shows, as in grub-emu."""

import random
from pathlib import Path

import grub
import pytest

CASES = sorted((Path(__file__).parent / "cases").glob("*.cfg"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case(case, tmp_path):
    script = case.read_text()
    expected = grub.run_by_grub(script, tmp_path)
    shown, messages = grub.run(script, tmp_path)
    assert len(expected) > 10
    assert shown == expected, messages


WILDCARDS = r"""
function n {
	echo "$#:"
	for i in "$@"; do echo "<$i>"; done
}
n $w/vmlinuz-*
n $w/vmlinuz-? $w/nosuch* $w/.*
n "$w/vmlinuz-*" $w/vmlinuz-\* $w/'q?x' $w/q\?*
n $w/a* $w/[ae]* $w/"d"*
n $w/d*/f
n $w/*/g
n $w/d*/nosuch $w/nosuch/* $w/vmlinuz-1/*
n $w/d?/*
n $w/*/ $w//d1*
n tmp/* ./* a*b
n x=$w/d*
v="$w/d*"
n $v
n "$v"
v='a\*b'
n $v
v="$w/q\?x"
n $v
v='a\b'
n $v "$v"
v=$w/d*
echo "$v"
for i in $w/d* x*; do echo $i; done
n *
n (h*)
n (*)$w/d*
n (h*)$w/nosuch
v="echo $w/d*"
$v
eval $v
eval "n \"$v\""
"""


def test_wildcards(tmp_path):
    """They stand for what is in a folder; in grub-emu all modules are loaded."""
    for name in ("vmlinuz-1", "vmlinuz-2", "a b", "q?x", ".hidden", "d1/f", "d2/f", "d2/g", "e/h"):
        (tmp_path / "w" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "w" / name).touch()
    script = f"w={tmp_path}/w" + WILDCARDS
    expected = grub.run_by_grub(script, tmp_path)
    shown, messages = grub.run(script, tmp_path)
    assert grub.without_blanks(shown) == grub.without_blanks(expected), messages
    assert f"<{tmp_path}/w/d2/g>" in shown


# ---- any script --------------------------------------------------------------------------------

VALUES = ["''", "a", "'b c'", "' d'", "'e '", "' '", '"$a"', "$b", "$a$b", '"$b"c', "'f'$c", '"x$a "', "\\ g", "$1", '"$2"', "$#", "$*", '"$*"', "$?"]
CONDITIONS = ["true", "false", "! true", "[ $a ]", '[ "$a" ]', "[ -n $b ]", '[ "$a" = "$b" ]', "[ $a = $b ]", "[ ! $a -o $b ]",
              '[ "$b" "<" "$c" -a x ]', "test $#", "$nosuch", "[ ( $a ) ]"]


class Maker:
    """Writes at most `budget` statements, which come to an end."""

    def __init__(self, rng, name, functions, budget):
        self.rng, self.name, self.functions, self.budget = rng, name, functions, budget

    def words(self, most=3):
        return " ".join(self.rng.choice(VALUES) for _ in range(self.rng.randrange(most + 1)))

    def condition(self):
        return self.rng.choice(CONDITIONS + [f"{self.rng.choice(self.functions)} {self.words()}"])

    def simple(self):
        rng = self.rng
        return rng.choice([
            lambda: f"{rng.choice('abc')}={rng.choice(VALUES)}", lambda: f"set {rng.choice('abc')}={rng.choice(VALUES)}",
            lambda: f'echo "<$#>" {self.words()}', lambda: f"{rng.choice(self.functions)} {self.words()}", lambda: "echo $?",
            lambda: f"unset {rng.choice('abc')}", lambda: f"setparams {self.words()}", self.condition,
            lambda: rng.choice(["break", "continue", "break 2", "continue 2", "shift", "return", "return 0", "return 3"]),
            lambda: f"""eval "echo {self.words(2).replace('"', '')}\""""])()

    def body(self, depth):
        return "\n".join(self.statement(depth + 1) for _ in range(self.rng.randrange(1, 4)))

    def loop(self, depth):
        """Its counter is its own, so that it ends."""
        count = f"{self.name}{depth}"
        keyword, test = self.rng.choice([("while", f'[ "${count}" != xxx ]'), ("until", f'[ "${count}" = xxx ]')])
        return f"{count}=\n{keyword} {self.condition()}; {test}; do\n{count}=x${count}\n{self.body(depth)}\ndone"

    def statement(self, depth=0):
        rng = self.rng
        self.budget -= 1
        if self.budget < 0 or depth > 3 or rng.random() < 0.5:
            return self.simple()
        return rng.choice([
            lambda: f"if {self.condition()}; then\n{self.body(depth)}\nelse\n{self.body(depth)}\nfi",
            lambda: f"if {self.condition()}; then\n{self.body(depth)}\nelif {self.simple()}\nthen {self.body(depth)}\nfi",
            lambda: f"for {rng.choice('abc')} in {self.words(4)}; do\n{self.body(depth)}\ndone",
            lambda: self.loop(depth)])()


def any_script(rng):
    """Functions that call those before them, and statements that call all."""
    script = ["a=1", "b='x  y'", "c=", 'function show { echo "$#:<$1><$2><$3>"; }']
    functions = ["show"]
    for name in "fg":
        maker = Maker(rng, name, list(functions), 4)
        script.append(f"function {name} {{\n" + "\n".join(maker.statement(2) for _ in range(3)) + "\n}")
        functions.append(name)
    maker = Maker(rng, "m", functions, 12)
    return "\n".join(script + [maker.statement() for _ in range(6)])


@pytest.mark.parametrize("seed", range(60))
def test_random_script(seed, tmp_path):
    script = any_script(random.Random(seed))
    expected = grub.run_by_grub(script, tmp_path)
    shown, messages = grub.run(script, tmp_path)
    assert "".join(shown) == "".join(expected), f"{script}\n{messages}"
