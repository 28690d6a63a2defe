"""Who has read what, and where it was put."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fauxcorp.background.mail import Draft, Written
from fauxcorp.background.plan import Line
from fauxcorp.background.reading import Reading

from .conftest import Grow

END = datetime(2026, 3, 6, 11, tzinfo=UTC)
READERS = {"ida": {"unread": 60.0, "folders": {"newsletter": "News", "*": "Rest"}}, "jon": {"unread": 0.0}}


@pytest.fixture
def reading(grow: Grow) -> Reading:
    parts = grow(plan={"readers": READERS})
    return Reading(parts.material, parts.rng)


def draft(
    sender: str = "ole", to: str = "all@quay-works.de", age: timedelta = timedelta(hours=1), **more: str
) -> Draft:
    return Draft(sender, [to], [], END - age, "Rope", "x", "x", **more)  # type: ignore[arg-type]


def unread(reading: Reading, age: timedelta, kind: str = "", turns: int = 300) -> dict[str, int]:
    """How often each person has not read it."""
    lists = [
        reading.unread(Written(f"t{n}", "Rope", [draft(age=age, kind=kind, sender="x@y.de")]), 0) for n in range(turns)
    ]
    return {user: sum(user in found for found in lists) for user in ("ida", "ole", "jon", "tide-clock")}


def test_the_newest_are_unread_more_often_than_the_old(reading: Reading) -> None:
    counts = [
        unread(reading, timedelta(**{unit: n}))["ole"]
        for unit, n in (("hours", 1), ("hours", 9), ("days", 2), ("days", 40))
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 120
    assert counts[-1] < 15


def test_people_keep_their_mailboxes_each_their_way(reading: Reading) -> None:
    found = unread(reading, timedelta(hours=1))
    assert found["jon"] == 0
    assert 285 > found["ole"] < found["ida"] > 270


def test_newsletters_and_junk_stay_unread_more_often(reading: Reading) -> None:
    plain, news, junk = (unread(reading, timedelta(days=40), kind)["ole"] for kind in ("", "newsletter", "junk"))
    assert plain < news < junk


def test_a_program_reads_all_if_the_plan_does_not_name_it(reading: Reading) -> None:
    assert unread(reading, timedelta(hours=1))["tide-clock"] == 0


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["ida", "ole", "jon"]), min_size=1, max_size=5), st.integers(0, 4), st.integers(0, 400))
def test_who_wrote_or_answered_has_read(reading: Reading, senders: list[str], n: int, hours: int) -> None:
    n %= len(senders)
    written = Written(f"t{hours}", "Rope", [draft(s, age=timedelta(hours=hours)) for s in senders])
    found = reading.unread(written, n)
    assert found == sorted(set(found))
    assert not set(found) & set(senders[n:])
    assert set(found) <= {"ida", "ole"}


def test_mail_is_filed_by_kind_or_as_the_line_says(reading: Reading) -> None:
    assert reading.folders(draft(kind="newsletter")) == {"ida": "News"}
    assert reading.folders(draft(to="ida", kind="notice")) == {"ida": "Rest"}
    assert reading.folders(draft(to="ole")) == {}
    line = Line.model_validate({"from": "x", "text": "x", "folder": "Junk"})
    junk = draft()
    junk.line = line
    assert reading.folders(junk) == "Junk"


def test_only_those_who_got_it_have_it_unread(reading: Reading) -> None:
    found = {
        u for n in range(80) for u in reading.unread(Written(f"t{n}", "", [draft("ole", to="yard@quay-works.de")]), 0)
    }
    assert found == {"ida"}
