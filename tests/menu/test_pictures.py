# SPDX-License-Identifier: BSD-2-Clause
"""The documentation's pictures show what the program shows."""

import pytest
from pictures import PICTURES, make_disk, take
from terminal import PROGRAM, ROOT


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    return make_disk(tmp_path_factory.mktemp("pictures"))


@pytest.mark.parametrize("name", PICTURES)
def test_picture_is_current(name, disk):
    assert take(PROGRAM, name, disk) == (ROOT / f"docs/{name}.svg").read_text(), "make pictures takes them anew"
