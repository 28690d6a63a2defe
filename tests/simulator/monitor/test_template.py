"""Sentences with places for fields."""

from __future__ import annotations

import pytest

from fauxcorp.monitor.template import LONGEST, fill, listed, problem

EVENT = {"email.subject": "Hi\x1b[31m\nthere", "email.to.address": ["a@x.org", "b@x.org", "c@x.org"], "file.size": 3}


def test_fields_are_filled_in_and_made_printable() -> None:
    assert (
        fill("sent {email.subject} to {email.to.address}", EVENT)
        == "sent Hi [31m there to a@x.org, b@x.org and c@x.org"
    )
    assert fill("({file.size} bytes)", EVENT) == "(3 bytes)"


def test_a_part_in_brackets_goes_where_a_field_is_missing() -> None:
    assert fill("read[ {file.path}][ of {file.size} bytes]", EVENT) == "read of 3 bytes"
    assert fill("read {file.path}", EVENT) == "read ?"


def test_what_an_event_says_is_no_template() -> None:
    assert (
        fill("“{email.subject}”", {"email.subject": "{email.body} [x]", "email.body": "secret"}) == "“{email.body} [x]”"
    )
    assert len(fill("{email.body}", {"email.body": "y" * 10_000})) == LONGEST


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        ("{email.subject}[ to {email.to.address}]", ""),
        ("{email.subjekt}", "unknown field 'email.subjekt'"),
        ("{email.subject", "braces"),
        ("a[ b", "brackets"),
        ("a[ b [ c ] ]", "brackets"),
    ],
)
def test_problems(template: str, wrong: str) -> None:
    assert problem(template).startswith(wrong) if wrong else not problem(template)


def test_lists() -> None:
    assert [listed(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert listed(list("abcdefgh")) == "a, b, c, d, e, f and 2 more"
