# SPDX-License-Identifier: BSD-2-Clause
"""The rig itself, where a machine is too busy."""

import pytest
from files import BoxError


def test_an_answer_that_comes_late_is_nobody_elses(box):
    with pytest.raises(BoxError):
        box.dom0("sleep 1; echo late", timeout=0)
    assert box.check("echo now") == "now"
