"""What is used of Inspect that it does not export is still there, and does what it is used for."""

from __future__ import annotations

import pytest

from fauxcorp.inspect.internals import PrerequisiteError, TerminateSampleError


def test_they_are_exceptions_that_take_a_text() -> None:
    with pytest.raises(PrerequisiteError, match="no such thing"):
        raise PrerequisiteError("no such thing")
    assert TerminateSampleError("over").reason == "over"
