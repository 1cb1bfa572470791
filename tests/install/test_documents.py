# SPDX-License-Identifier: BSD-2-Clause
"""The documents: what they refer to is there."""

import re
import subprocess

import pytest
from conftest import ROOT

DOCUMENTS = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links(document):
    path = ROOT / document
    targets = re.findall(r"\]\(([^)#]+)", path.read_text())
    missing = [target for target in targets if "://" not in target and not (path.parent / target).exists()]
    assert missing == []


def test_the_readme_begins_with_what_a_newcomer_asks():
    headings = re.findall(r"^## (.*)", (ROOT / "README.md").read_text(), re.M)
    assert headings == ["Two commands", "Which loader it replaces, and for whom", "Where next"]


def test_the_readmes_commands_are_the_makefiles():
    targets = re.findall(r"`?make ([a-z]+)", (ROOT / "README.md").read_text())
    makefile = (ROOT / "Makefile").read_text()
    assert {"run", "check", "install"} <= set(targets)
    for target in targets:
        assert re.search(rf"^{target}:|^\.PHONY:.*\b{target}\b", makefile, re.M) or target in ("alone", "leaves"), target
