"""What errors say, and which of them pass."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.agents.model.trouble import Again, Trouble, look, of_status

DATED = {"date": "Mon, 02 Mar 2026 09:00:00 GMT", "retry-after": "Mon, 02 Mar 2026 09:00:07 GMT"}


@pytest.mark.parametrize(
    ("status", "body", "kind", "passes", "said"),
    [
        (400, {"error": {"message": "no\n such", "type": "invalid_request_error"}}, "unreached", False, ": no such"),
        (400, {"error": {"message": "no", "code": "content_filter"}}, "refused", False, ": no"),
        (400, {"error": {"message": "no", "type": "any", "code": "invalid_prompt"}}, "refused", False, ": no"),
        (401, {"error": "bad key"}, "unreached", False, ": bad key"),
        (403, {"detail": "not you"}, "unreached", False, ": not you"),
        (404, {"object": "error", "message": "no model"}, "unreached", False, ": no model"),
        (422, {"detail": [{"loc": ["x"]}]}, "unreached", False, ""),
        (429, {"error": {"message": "wait", "type": "rate_limit_error"}}, "unreached", True, ": wait"),
        (429, {"error": {"message": "pay", "code": "insufficient_quota"}}, "unreached", False, ": pay"),
        (500, "<html>", "unreached", True, ""),
        (529, {"type": "error", "error": {"type": "overloaded_error", "message": "so"}}, "unreached", True, ": so"),
        (302, "", "unreached", False, ""),
        (503, {"error": {"message": "the content filter is down", "code": "filter_down"}}, "unreached", True, None),
    ],
)  # fmt: skip
def test_statuses(status: int, body: Any, kind: str, passes: bool, said: str | None) -> None:
    data = body if isinstance(body, str) else json.dumps(body)
    found = of_status(status, {}, data.encode())
    assert (found.kind, isinstance(found, Again)) == (kind, passes)
    if said is not None:
        assert str(found) == f"status {status}{said}"


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({}, None), ({"retry-after": "3"}, 3.0), ({"retry-after": "0.25"}, 0.25), ({"retry-after": "-1"}, 0.0),
        (DATED, 7.0), ({"retry-after": DATED["retry-after"]}, None), ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
    ],
)  # fmt: skip
def test_how_long_to_wait(headers: dict[str, str], after: float | None) -> None:
    found = of_status(429, headers, b"")
    assert isinstance(found, Again)
    assert found.after == after


@pytest.mark.parametrize(
    ("answer", "kind", "passes"),
    [
        ({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "unreached", True),
        ({"type": "error", "code": "server_error", "message": "sorry"}, "unreached", True),
        ({"error": {"code": 502, "message": "sorry"}}, "unreached", True),
        ({"error": {"code": 400, "message": "bad"}}, "unreached", False),
        (
            {"error": {"code": "insufficient_quota", "type": "rate_limit_exceeded", "message": "pay"}},
            "unreached",
            False,
        ),
        ({"status": "failed", "error": {"code": "bio_policy", "message": "no"}}, "refused", False),
        ({"error": "bad"}, "unreached", False),
        ({"error": [1]}, "unreached", False),
    ],
)
def test_errors_with_a_status_that_is_none(answer: dict[str, Any], kind: str, passes: bool) -> None:
    with pytest.raises(Trouble) as raised:
        look(answer)
    assert (raised.value.kind, isinstance(raised.value, Again)) == (kind, passes)


def test_answers_are_no_errors() -> None:
    look({"error": None, "choices": []})
    look({"type": "message", "content": []})


def test_what_is_told_on_is_short() -> None:
    assert len(str(of_status(400, {}, json.dumps({"error": {"message": "x\n" * 9_000_000}}).encode()))) < 400


@given(body=st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(["error", "message", "code", "type", "detail", "status"]), inner),
    max_leaves=8,
))  # fmt: skip
def test_nothing_is_too_odd(body: Any) -> None:
    assert of_status(400, {}, json.dumps(body).encode())
    if isinstance(body, dict):
        try:
            look(body)
        except Trouble:
            return
