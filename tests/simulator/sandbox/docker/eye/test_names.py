"""Names that are no text get through JSON and back."""

from __future__ import annotations

import json
import os

import pytest
from eye.names import meant, shown
from hypothesis import given
from hypothesis import strategies as st


@given(st.binary(min_size=1, max_size=60).filter(lambda b: b"\0" not in b))
def test_there_and_back(raw: bytes) -> None:
    name = os.fsdecode(raw)
    text = shown(name)
    assert text.encode("utf-8").decode("utf-8") == text
    assert meant(json.loads(json.dumps(text))) == name


def test_what_is_text_stays_as_it_is() -> None:
    assert shown("/srv/Übersicht\n2.txt") == "/srv/Übersicht\n2.txt"
    assert shown(os.fsdecode(b"/srv/\xff")) == "/srv/\\xff"
    assert shown("/srv/\\xff") == "/srv/\\x5cxff"


@pytest.mark.parametrize("path", ["/a\0b", "/a\\x00b"])
def test_no_null_character(path: str) -> None:
    with pytest.raises(ValueError, match="null"):
        meant(path)
