# SPDX-License-Identifier: BSD-2-Clause
"""
The guides' fenced blocks. "```LANGUAGE FILE" is a file that is written; "```console" shows commands, after "$ " or "# ", and what
they print; "```console dom0" the same for a Xen host.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

GUIDES = Path(__file__).resolve().parents[2] / "docs/guides"


@dataclass
class Command:
    text: str
    output: list = field(default_factory=list)  # lines; "..." stands for anything, on a line or as one

    def pattern(self) -> str:
        """A regular expression for all that it prints."""
        parts = []
        for line in self.output:
            parts.append(r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + r"\n")
        return "".join(parts) + r"\n*"


@dataclass
class Block:
    line: int
    language: str
    name: str  # the second word: a file's, or "dom0"
    text: str

    def commands(self) -> list:
        found = []
        for line in self.text.splitlines():
            if line.startswith(("$ ", "# ")):
                found.append(Command(line[2:]))
            else:
                found[-1].output.append(line)
        return found


def blocks(guide: Path) -> list:
    found, text = [], guide.read_text()
    for match in re.finditer(r"^```(\w+) ?(\S*)\n(.*?)^```$", text, re.M | re.S):
        found.append(Block(text[:match.start()].count("\n") + 1, match[1], match[2], match[3]))
    assert text.count("```") == 2 * len(found), f"{guide}: a block without a language, or without an end"
    return found


def script(found: list) -> str:
    """Runs all commands of these blocks, in order; each one's status and output come after a line that names it."""
    lines = []
    for block in found:
        if block.language != "console":
            lines.append(f"mkdir -p \"$(dirname {block.name})\"\ncat >{block.name} <<'END OF FILE'\n{block.text}END OF FILE")
            continue
        for number, command in enumerate(block.commands()):
            lines.append(f"echo '=== {block.line} {number}'\n{command.text}\necho \"=== status $?\"")
    return "\n".join(["exec 2>&1", *lines, ""])


def check(found: list, output: str):
    """Has each command printed what the guide shows, with status 0 unless the guide shows otherwise?"""
    printed = {(int(line), int(number)): (text, int(status)) for line, number, text, status in
               re.findall(r"^=== (\d+) (\d+)\n(.*?)^=== status (\d+)$", output, re.M | re.S)}
    for block in (block for block in found if block.language == "console"):
        for number, command in enumerate(block.commands()):
            assert (block.line, number) in printed, f"line {block.line}: {command.text}: not run\n{output}"
            text, status = printed[block.line, number]
            assert status == 0, f"line {block.line}: {command.text}: status {status}\n{text}"
            assert re.fullmatch(command.pattern(), text), f"line {block.line}: {command.text}: printed\n{text}\nnot\n{command.pattern()}"
