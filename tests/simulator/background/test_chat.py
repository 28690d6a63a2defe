"""Exchanges in channels."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fauxcorp.background.chat import Chatter

from .conftest import Grow

TALK = {"on": "2026-02-12", "at": "09:00", "cast": {"a": "ida", "b": "boss a"},
        "say": [{"a": "{b}, {n}?"}, {"b": "{n}."}, {"jon": "ok"}], "slots": {"n": "2..9"}}  # fmt: skip


def channels(grow: Grow, *talks: dict[str, Any], plan: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    parts = grow(plan=plan, chat={"channels": [{"name": "yard", "talks": list(talks), **more}]})
    return Chatter(parts.material, parts.office, parts.casting, parts.rng).channels()


def test_lines_are_said_by_their_parts_one_after_the_other(grow: Grow) -> None:
    found = channels(grow, TALK, topic="Ropes")["yard"]
    assert list(found) == ["name", "topic", "posts"]
    posts = found["posts"]
    assert [p["user"] for p in posts] == ["ida", "ole", "jon"]
    assert posts[0]["text"] == f"Ole, {posts[1]['text'].removesuffix('.')}?"
    assert f"{posts[0]['at']:%Y-%m-%d %H:%M}" == "2026-02-12 09:00"
    gaps = [b["at"] - a["at"] for a, b in pairwise(posts)]
    assert all(timedelta(seconds=20) <= gap <= timedelta(seconds=900) for gap in gaps)


def test_only_members_talk(grow: Grow) -> None:
    anyone = {"cast": {"a": "any"}, "say": [{"a": "hm"}]}
    found = channels(grow, *([anyone] * 30), members=["jon", "ida"])["yard"]
    assert found["members"] == ["ida", "jon"]
    assert {p["user"] for p in found["posts"]} == {"ida", "jon"}
    everybody = channels(grow, *([anyone] * 60), members=["*"])["yard"]
    assert {p["user"] for p in everybody["posts"]} == {"ida", "jon", "ole"}


def test_a_talk_for_which_nobody_is_there_is_left_out(grow: Grow) -> None:
    away = {**TALK, "on": "2026-02-04"}
    assert channels(grow, away) == {}
    assert channels(grow, {"cast": {"a": "buyer"}, "say": [{"a": "hm"}]}) == {}
    assert channels(grow, {"cast": {"a": "jon"}, "say": [{"a": "hm"}]}, members=["ole"]) == {}
    assert len(channels(grow, away, TALK)["yard"]["posts"]) == 3


def test_entries_of_one_name_are_one_channel(grow: Grow) -> None:
    early = {**TALK, "on": "2026-02-10"}
    both = [
        {"name": "yard", "talks": [TALK], "members": ["ida", "ole"]},
        {"name": "yard", "topic": "Ropes", "talks": [early], "members": ["ole", "jon", "ida"]},
    ]
    parts = grow(chat={"channels": both})
    [(name, found)] = Chatter(parts.material, parts.office, parts.casting, parts.rng).channels().items()
    assert (name, found["topic"], found["members"]) == ("yard", "Ropes", ["ida", "jon", "ole"])
    assert [p["at"].day for p in found["posts"]] == [10, 10, 10, 12, 12, 12]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 50), st.integers(1, 12))
def test_posts_are_in_order_on_working_days_and_before_the_end(grow: Grow, seed: int, count: int) -> None:
    talk = {"cast": {"a": "any", "b": "any"}, "say": [{"a": "hm"}, {"b": "hm"}]}
    parts = grow(
        plan={"seed": seed, "to": "2026-02-05T12:00:00+01:00"},
        chat={"channels": [{"name": "y", "talks": [talk] * count}]},
    )
    posts = Chatter(parts.material, parts.office, parts.casting, parts.rng).channels().get("y", {"posts": []})["posts"]
    times = [p["at"] for p in posts]
    assert times == sorted(times)
    assert all(at < parts.office.end and parts.office.workday(at.date()) for at in times)
