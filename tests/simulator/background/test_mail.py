"""Threads out of shapes, and series."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fauxcorp.errors import ContentError

from .conftest import Grow, shape

IDA = {"from": "ida", "to": ["ole"], "text": "Seven ropes."}


def only(grow: Grow, *messages: dict[str, Any], **more: Any) -> list[Any]:
    """The messages of the one thread of a shape."""
    [thread] = grow(mail=shape(*messages, **{"on": "2026-02-12", **more})).threads("s")
    return list(thread.drafts)


def test_an_answer_goes_to_all_who_got_the_message(grow: Grow) -> None:
    first, second = only(grow, {**IDA, "to": ["ole", "jon"], "cc": ["list:yard"]}, {"from": "jon", "text": "Yes."})
    assert (first.to, first.cc) == (["ole", "jon"], ["yard@quay-works.de"])
    assert (second.to, second.cc) == (["ida", "ole"], ["yard@quay-works.de"])


def test_an_answer_to_a_list_goes_to_the_writer_if_it_does_not_say_all(grow: Grow) -> None:
    drafts = only(grow, {**IDA, "to": "list:all"}, {"from": "jon", "text": "Yes."},
                  {"from": "ole", "text": "No.", "all": True, "answers": 1})  # fmt: skip
    assert drafts[1].to == ["ida"]
    assert drafts[2].to == ["ida", "all@quay-works.de"]


def test_nobody_answers_themselves(grow: Grow) -> None:
    _, second = only(grow, {**IDA, "to": ["ole"]}, {"from": "ida", "text": "Eight."})
    assert second.to == ["ole"]


def test_subjects_of_answers_have_the_writers_prefix(grow: Grow) -> None:
    drafts = only(grow, IDA, {"from": "ole", "text": "Yes."}, {"from": "ole", "text": "Now.", "subject": "{pier}"},
                  {"from": "ole", "to": ["jon"], "forward": True, "text": "Please.", "answers": 1})  # fmt: skip
    assert [d.subject for d in drafts[:2]] == ["Rope", "AW: Rope"]
    assert drafts[2].subject.endswith(" pier")
    assert drafts[3].subject == "WG: Rope"
    assert "Seven ropes." in drafts[3].body


def test_a_raw_text_is_the_whole_body(grow: Grow) -> None:
    [draft] = only(
        grow, {**IDA, "from": "out:mill", "raw": True, "text": "{{7}} ropes at {pier}\n"}, slots={"pier": ["P1"]}
    )
    assert draft.sender == "Seilerei Nord <kontor@seilerei-nord.de>"
    assert draft.body == "{7} ropes at P1"


def test_each_answer_comes_after_what_it_answers(grow: Grow) -> None:
    drafts = only(grow, IDA, *({"from": who, "text": "Yes.", "after": [0, 90]} for who in ("ole", "jon", "ida", "ole")))
    times = [d.at for d in drafts]
    assert times == sorted(times)
    assert all(t.utcoffset() == timedelta(hours=1) for t in times)


def test_a_program_answers_at_once_even_for_one_who_is_away(grow: Grow) -> None:
    note = {"from": "ole", "text": "Away.", "raw": True, "after": [0, 0], "headers": {"Auto-Submitted": "auto-replied"}}
    drafts = only(grow, IDA, note, on="2026-02-04")
    assert drafts[1].at - drafts[0].at < timedelta(minutes=1)


def test_nothing_is_written_after_the_end_of_the_plan(grow: Grow) -> None:
    drafts = only(grow, IDA, {"from": "ole", "text": "Yes.", "after": [9000, 9000]}, on="2026-03-05")
    assert len(drafts) == 1
    late = grow(mail=shape(IDA, on="2026-03-06", at="17:00"))
    assert late.postbox.threads() == []


def test_files_headers_and_stars_are_filled(grow: Grow) -> None:
    line = {"from": "a", "to": ["b"], "text": "x", "files": ["srv/{n}.pdf"], "headers": {"X-No": "{n}"}, "star": "b"}
    [draft] = only(grow, line, cast={"a": "ida", "b": "boss a"}, slots={"n": ["7"]})
    assert (draft.files, draft.headers, draft.starred) == (("srv/7.pdf",), {"X-No": "7"}, ("ole",))


def test_a_shape_whose_people_are_never_there_is_an_error_with_its_line(grow: Grow) -> None:
    parts = grow(mail=shape(IDA, cast={"a": "ole"}, on="2026-02-04"))
    with pytest.raises(ContentError) as caught:
        parts.postbox.threads()
    [problem] = caught.value.problems
    assert (problem.path, problem.line, problem.field) == ("quay/grow/mail.yaml", 2, "shapes.0")


def test_a_shape_for_parts_that_nobody_plays_is_left_out(grow: Grow) -> None:
    assert grow(mail=shape(IDA, cast={"a": "buyer"})).postbox.threads() == []
    assert grow(mail=shape({**IDA, "to": "list:buyers"})).postbox.threads() == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 12), st.integers(1, 6), st.floats(0, 1), st.integers(0, 99))
def test_no_wording_is_used_twice_while_another_is_unused(
    grow: Grow, times: int, wordings: int, volume: float, seed: int
) -> None:
    texts = [f"w{n}" for n in range(wordings)]
    plan = {"volume": volume, "seed": seed, "to": "2026-04-30T12:00:00+02:00"}
    line = {**IDA, "text": texts, "raw": True}
    parts = grow(plan=plan, mail=shape(line, times=times, between=["2026-02-02", "2026-03-30"]))
    used = [t.drafts[0].body for t in parts.threads("s")]
    counts = [used.count(text) for text in texts]
    assert max(counts) - min(counts) <= 1
    assert sum(counts) == len(used) <= times


def test_a_thread_too_late_to_be_written_uses_up_no_wording(grow: Grow) -> None:
    line = {**IDA, "text": [f"w{n}" for n in range(30)], "raw": True}
    parts = grow(mail=shape(line, times=30, between=["2026-03-05", "2026-03-06"], at="15:00"))
    used = [t.drafts[0].body for t in parts.threads("s")]
    assert 5 < len(used) < 25
    numbers = sorted(int(text[1:]) for text in used)
    gaps = [(b - a) % 30 for a, b in zip(numbers, [*numbers[1:], numbers[0]], strict=True)]
    assert sorted(gaps) == [1] * (len(used) - 1) + [31 - len(used)]


def test_volume_spares_threads_without_a_day_of_their_own(grow: Grow) -> None:
    assert grow(plan={"volume": 0.0}, mail=shape(IDA, times=5)).postbox.threads() == []
    assert len(grow(plan={"volume": 0.0}, mail=shape(IDA, on="2026-02-12")).postbox.threads()) == 1
    some = len(grow(plan={"volume": 0.5}, mail=shape(IDA, times=40)).postbox.threads())
    assert 8 < some < 32


def test_question_and_answer_have_wordings_of_the_same_number(grow: Grow) -> None:
    answer = {"from": "jon", "text": ["b0", "b1", "b2"], "raw": True, "after": [0, 5]}
    asked = {**IDA, "text": ["a0", "a1", "a2"], "raw": True}
    mail = shape(asked, answer, times=3, between=["2026-02-02", "2026-03-30"])
    parts = grow(plan={"to": "2026-04-30T12:00:00+02:00"}, mail=mail)
    pairs = {(t.drafts[0].body, t.drafts[1].body) for t in parts.threads("s")}
    assert pairs == {("a0", "b0"), ("a1", "b1"), ("a2", "b2")}


SERIES = {"name": "n", "from": "out:mill", "to": ["list:all", "ida"], "cc": ["ole"], "every": 7, "weekday": 2,
          "issues": [{"subject": f"No. {{n}} {k}", "text": "{today}\n"} for k in "abc"]}  # fmt: skip


def test_a_series_comes_on_its_weekday_until_its_last_number(grow: Grow) -> None:
    threads = grow(mail={"series": [SERIES]}).threads("n")
    assert [(t.name, t.subject, f"{t.drafts[0].at:%a %d %b %H:%M}") for t in threads] == [
        ("n-1", "No. 1 a", "Wed 04 Feb 06:00"), ("n-2", "No. 2 b", "Wed 11 Feb 06:00"),
        ("n-3", "No. 3 c", "Wed 18 Feb 06:00"),
    ]  # fmt: skip
    assert (threads[0].drafts[0].to, threads[0].drafts[0].cc) == (["all@quay-works.de", "ida"], ["ole"])
    assert threads[0].drafts[0].body == "4 February"


def test_a_series_may_wait_for_a_working_day_and_be_late(grow: Grow) -> None:
    waits = {**SERIES, "first": "2026-02-07", "weekday": -1, "every": 8, "workdays": True, "jitter": 90}
    days = [t.drafts[0].at for t in grow(mail={"series": [waits]}).threads("n")]
    assert [f"{d:%a %d}" for d in days] == ["Mon 09", "Mon 16", "Tue 24"]
    assert all((6, 0) <= (d.hour, d.minute) <= (7, 30) for d in days)
    assert len({d.minute for d in days}) > 1


def test_a_series_of_nobody_the_company_knows_is_left_out(grow: Grow) -> None:
    assert grow(mail={"series": [{**SERIES, "from": "out:saw"}]}).postbox.threads() == []
