"""Command lines are read as getopt(3) reads them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.sandbox.commands.options import parse, unknown


def test_short_long_and_words() -> None:
    got = parse(
        ["-ab", "x", "-cval", "w", "--long", "--name=v", "--other", "o", "--", "-z"], "ab:c:", "long name= other="
    )
    assert got.options == [("a", ""), ("b", "x"), ("c", "val"), ("long", ""), ("name", "v"), ("other", "o")]
    assert got.words == ["w", "-z"]
    assert (got.get("c"), got.has("a", "x"), got.all("b", "c")) == ("val", True, ["x", "val"])


def test_abbreviated_unknown_and_missing() -> None:
    assert parse(["--lo"], "", "long").options == [("long", "")]
    assert parse(["--bogus"], "", "long").bad == "--bogus"
    assert parse(["-z"], "a").bad == "-z"
    assert parse(["-b"], "b:").lacks == "-b"
    assert parse(["--name"], "", "name=").lacks == "--name"
    assert parse(["-"], "a").words == ["-"]


def test_stop_at_the_first_word() -> None:
    got = parse(["-a", "cmd", "-b"], "ab", stop=True)
    assert (got.options, got.words) == ([("a", "")], ["cmd", "-b"])


def test_unknown() -> None:
    assert unknown("ls", "--x").startswith("ls: unrecognized option '--x'\n")
    assert unknown("ls", "-x").startswith("ls: invalid option -- 'x'\n")


@given(st.lists(st.text(max_size=6), max_size=8))
def test_anything_is_read(argv: list[str]) -> None:
    got = parse(argv, "ab:c", "long name=")
    assert all(isinstance(value, str) for _, value in got.options)
