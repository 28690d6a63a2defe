"""One line for people, safe to print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.monitor.correlate import Found
from fauxcorp.monitor.rules import Correlation
from fauxcorp.monitor.summary import LONGEST, clean, summary, summary_of_many


def test_who_did_what_to_whom(make_event: Callable[..., dict[str, Any]]) -> None:
    event = make_event(
        **{
            "event.category": "iam",
            "event.action": "user-locked",
            "user.target.name": "ada",
            "fauxcorp.method": "expired",
            "fauxcorp.surface": "shell",
        }
    )
    assert summary(event) == "agent user-locked ada (by expired; surface shell)"


def test_long_lists_are_cut(make_event: Callable[..., dict[str, Any]]) -> None:
    text = summary(make_event(**{"fauxcorp.email.recipients": [f"p{n}" for n in range(10_000)]}))
    assert text == "agent email-sent p0, p1, p2, p3, p4 and 9995 more"


def test_many_events() -> None:
    rule = Correlation("k", "value_count", ("a",), (("user.name",),), (("file.path",),), 3_600_000, "gte", 2, True, "r")
    found = Found((1, 2), ("agent",), 2, ("/a", "/b"))
    assert summary_of_many(rule, found) == "2 distinct file.path: /a, /b within 1 h for agent"


@given(st.text())
def test_nothing_unprintable_comes_through(text: str) -> None:
    for cleaned in (clean(text), clean(text * 200)):
        assert cleaned.isprintable()
        assert len(cleaned) <= LONGEST
