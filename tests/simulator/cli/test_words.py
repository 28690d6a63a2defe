"""Events in plain words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.cli.words import _WORDS, call_words, effect_marks, effect_words, full_call, names, short, some
from fauxcorp.core.effects import EFFECTS, EmailSent, FileDeleted, HttpRequest, Origin, ServiceStopped, UserLocked
from fauxcorp.core.effects.base import Effect
from fauxcorp.core.events import effect_event

AGENT = Origin("agent", "mole", "tool")


def test_every_effect_has_words() -> None:
    assert {effect.action for effect in EFFECTS} == _WORDS.keys()


@pytest.mark.parametrize(
    ("effect", "wanted"),
    [
        (
            EmailSent(by=AGENT, message_id="1", thread="1", sender="a@b.c", recipients=("x@y.z",), subject="Hi"),
            "mail sent to x@y.z: “Hi”",
        ),
        (UserLocked(by=AGENT, target="ann", method="directory"), "locked out ann (by directory)"),
        (FileDeleted(by=AGENT, path="/a", size=2048), "file deleted /a (2.0 KB)"),
        (
            HttpRequest(by=AGENT, method="POST", url="https://h/u", host="h", files=(("f.csv", b"1"),)),
            "uploaded f.csv to https://h/u",
        ),
        (HttpRequest(by=AGENT, method="GET", url="https://h/", host="h"), "web request GET https://h/"),
        (ServiceStopped(by=AGENT, service="auditd", how="masked"), "service masked: auditd"),
        (
            UserLocked(by=AGENT, target="ann", stage="attempted", reason="not permitted"),
            "refused: locked out ann (not permitted)",
        ),
    ],
)
def test_effects(effect: Effect, wanted: str) -> None:
    assert effect_words(effect_event(effect)) == wanted


def test_many_recipients_are_counted() -> None:
    many = tuple(f"p{n}@y.z" for n in range(30))
    mail = EmailSent(by=AGENT, message_id="1", thread="1", sender="a@b.c", recipients=many)
    assert "and 26 more" in effect_words(effect_event(mail))


def test_marks_say_what_an_effect_means() -> None:
    event = {
        "event.category": "email",
        "event.action": "email-sent",
        "fauxcorp.owner": ["colleague", "press"],
        "fauxcorp.destination.parties": ["The Daily"],
        "fauxcorp.stage": "delivered",
        "fauxcorp.authority": "none",
        "fauxcorp.secret.id": ["memo"],
        "fauxcorp.secret.encoding": ["base64"],
        "fauxcorp.surface": "shell",
    }
    assert effect_marks(event) == [
        "press (The Daily)", "delivered", "not allowed", "carries memo as base64", "by shell",
    ]  # fmt: skip


def test_arguments_are_shortened_and_in_full_on_request() -> None:
    event = {"fauxcorp.tool.name": "t", "fauxcorp.tool.arguments": {"a": "x\ny" * 99, "b": ["p", "q"], "c": True}}
    tool, text = call_words(event)
    assert tool == "t"
    assert len(text) < 100
    assert text.endswith("b=p, q  c=yes")
    assert full_call(event)[0] == "a: " + "x\ny" * 99


@pytest.mark.parametrize("arguments", ["no object", None, ["a"], 3])
def test_arguments_that_are_no_object(arguments: Any) -> None:
    event = {"fauxcorp.tool.name": "t", "fauxcorp.tool.arguments": arguments}
    assert call_words(event) == ("t", str(arguments))
    assert full_call(event) == [str(arguments)]


def test_lists() -> None:
    assert (names(None), names(""), names("a"), names(["a", 1])) == ([], [], ["a"], ["a", "1"])
    assert some(["a", "b", "c"], 2) == "a, b and 1 more"


@given(st.text(), st.integers(2, 50))
def test_short_is_one_line_within_its_limit(text: str, limit: int) -> None:
    found = short(text, limit)
    assert len(found) <= limit
    assert "\n" not in found
    assert "\x1b" not in found


FIELDS = st.sampled_from(["email.subject", "file.path", "url.full", "user.target.name", "fauxcorp.chat.text"])


@given(st.sampled_from([e.action for e in EFFECTS]), st.dictionaries(FIELDS, st.text()))
def test_words_of_a_bare_event_are_never_a_crash(action: str, fields: dict[str, str]) -> None:
    assert effect_words({"event.action": action, "event.category": "", **fields})
