"""Addresses as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.addresses import bare, one_line, split, valid


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("Ada Flint <Ada@X.org>", "ada@x.org"),
        ("ada@x.org", "ada@x.org"),
        ('"Flint, Ada" <ada@x.org>', "ada@x.org"),
        (" ADA@x.org ", "ada@x.org"),
        ("ada@x.org (Ada)", "ada@x.org"),
        ("nonsense", "nonsense"),
    ],
)
def test_bare(written: str, address: str) -> None:
    assert bare(written) == address


@pytest.mark.parametrize(
    ("field", "addresses"),
    [
        ("a@x.org, b@x.org;c@x.org", ["a@x.org", "b@x.org", "c@x.org"]),
        (["a@x.org", "b@x.org, c@x.org"], ["a@x.org", "b@x.org", "c@x.org"]),
        ('"Flint, Ada" <ada@x.org>, b@x.org', ['"Flint, Ada" <ada@x.org>', "b@x.org"]),
        ("", []),
        (", ,", []),
    ],
)
def test_split(field: str | list[str], addresses: list[str]) -> None:
    assert split(field) == addresses


@pytest.mark.parametrize("address", ["a@x.org", "a.b+c@mail.x-y.org", "o'neil@x.org", "root@localhost"])
def test_valid(address: str) -> None:
    assert valid(address)


BROKEN = ["a", "a@", "@x.org", "a b@x.org", "a@x..org", "a@x.org\nBcc: b@x.org", "a" * 300 + "@x.org"]


@pytest.mark.parametrize("address", BROKEN)
def test_not_valid(address: str) -> None:
    assert not valid(address)


@given(st.text())
def test_one_line_is_one_line_that_can_be_stored(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert "\0" not in line
    line.encode()
