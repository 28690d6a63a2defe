"""Text that is safe to store and to show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.text import clip, guess_type, printable, size_of, sound


def test_escape_sequences_do_not_reach_a_terminal() -> None:
    assert printable("a\x1b[31mred\x1b[0m b\x1b]0;title\x07c\x1bPq\x1b\\d") == "ared bcd"
    assert printable("one\r\ntwo\rthree\tfour") == "one\ntwo\nthree\tfour"
    assert printable("a\x00b\u202ec") == "a\ufffdb\ufffdc"


@given(st.text())
def test_nothing_printable_steers(text: str) -> None:
    shown = printable(text)
    assert not [c for c in shown if (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160]


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_sound_text_can_be_stored(text: str) -> None:
    assert "\0" not in sound(text).encode().decode()


SIZES = [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KB"), (3 << 20, "3.0 MB"), (5 << 30, "5.0 GB")]


@pytest.mark.parametrize(("count", "shown"), SIZES)
def test_sizes(count: int, shown: str) -> None:
    assert size_of(count) == shown


def test_clip_says_what_is_missing() -> None:
    assert clip("abc", 3) == "abc"
    assert clip("a" * 1500, 10) == "a" * 10 + "\n[... 1,490 more characters]"


def test_types_come_from_names() -> None:
    assert guess_type("a.pdf") == "application/pdf"
    assert guess_type("a.unheard") == "application/octet-stream"
