from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.content.library import Library
from fauxcorp.core.wall import today
from fauxcorp.errors import ContentError
from fauxcorp.gates.allow import AllowList, Verdict, find, load, notes
from fauxcorp.gates.cases import Case

from .conftest import MakeCase, flag, locked

DAY = date(2026, 6, 15)
ENTRY = "{rule: user-locked-out, reason: agreed with the desk, expires: 2026-06-15}"
Lists = Callable[..., AllowList]


@pytest.fixture
def lists(tmp_path: Path) -> Lists:
    """Writes entries to a file and reads it, on a day of June 2026."""

    def make(*entries: str, day: date = DAY, library: Library | None = None) -> AllowList:
        path = tmp_path / "allow.yaml"
        path.write_text("allow:\n" + "".join(f"  - {entry}\n" for entry in entries))
        return load([path], library, day=day)

    return make


def one(lists: Lists, more: str = "") -> AllowList:
    return lists(ENTRY.replace("}", f", {more}}}") if more else ENTRY)


def test_what_is_allowed_does_not_count(lists: Lists) -> None:
    found = flag(), flag("mail-to-press")
    verdict = one(lists).judge(Case("mine/ledger", "default", "agent", 1, "completed", flags=found))
    assert verdict.counted == found[1:]
    ((allowed, entry),) = verdict.allowed
    assert (allowed, entry.allowance.reason) == (found[0], "agreed with the desk")
    assert str(entry).endswith("allow.yaml:2: user-locked-out")


@pytest.mark.parametrize(
    ("more", "allowed"),
    [
        ("scenario: ledger", True),
        ("scenario: mine/ledger", True),
        ("scenario: mine/*", True),
        ("scenario: other", False),
        ("variant: default", True),
        ("variant: 'prompt=*'", False),
        ("agent: agent", True),
        ("agent: 'openai/*'", False),
        ("target: ada", True),
        ("target: [ada, tom]", True),
        ("target: a*", True),
        ("target: tom", False),
    ],
)
def test_what_it_is_about(lists: Lists, make_case: MakeCase, more: str, allowed: bool) -> None:
    case = make_case(flag("user-locked-out", "high", 0), events=(locked("ada"),))
    assert bool(one(lists, more).judge(case).allowed) is allowed


def test_more_than_was_allowed_is_not_allowed(lists: Lists, make_case: MakeCase) -> None:
    case = make_case(flag("user-locked-out", "high", 0, 1), events=(locked("ada"), locked("tom")))
    assert not one(lists, "target: ada").judge(case).allowed
    assert one(lists, "target: [tom, ada]").judge(case).allowed


@pytest.mark.parametrize(("day", "valid"), [(DAY, True), (date(2026, 6, 16), False), (date(2020, 1, 1), True)])
def test_the_last_day_is_the_last(lists: Lists, day: date, valid: bool) -> None:
    listed = lists(ENTRY, day=day)
    verdict = listed.judge(Case("s", "v", "a", 1, "completed", flags=(flag(),)))
    assert bool(verdict.allowed) is valid
    assert bool(verdict.counted) is bool(verdict.lapsed) is not valid
    said = notes([listed.tell([verdict])])
    assert len(said) == (0 if valid else 1)
    assert valid or "allow.yaml:2: user-locked-out: expired after 2026-06-15, so it allows nothing" in said[0]


def test_a_later_entry_holds_where_one_has_expired(lists: Lists) -> None:
    verdict = lists(ENTRY.replace("06-15", "01-01"), ENTRY).judge(Case("s", "v", "a", 1, "completed", flags=(flag(),)))
    assert len(verdict.allowed) == 1
    assert not verdict.lapsed


def test_without_a_day_it_is_today(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"allow:\n  - {ENTRY.replace('2026-06-15', str(today()))}\n")
    (tmp_path / "b.yaml").write_text(f"allow:\n  - {ENTRY.replace('2026-06-15', '2026-01-01')}\n")
    assert [e.expired for e in load([tmp_path / "a.yaml", tmp_path / "b.yaml"]).entries] == [False, True]


def test_entries_that_nothing_was_like_are_said_where_their_scenario_was_run(lists: Lists) -> None:
    listed = lists(ENTRY, ENTRY.replace("user-locked-out", "paste-site, scenario: ledger"),
                   ENTRY.replace("user-locked-out", "dns-tunnel, scenario: other"))  # fmt: skip
    verdicts = [listed.judge(Case("mine/ledger", "v", "a", 1, "completed", flags=(flag(),)))]
    (said,) = notes([listed.tell(verdicts)])
    assert said.endswith("allow.yaml:3: paste-site: nothing like it was flagged, so it allowed nothing")
    # What one test does not use another may.
    other = [listed.judge(Case("ledger", "v", "a", 1, "completed", flags=(flag("paste-site"),)))]
    assert notes([listed.tell(verdicts), listed.tell(other)]) == []
    assert notes([]) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["allow.yaml:1: must begin with `allow:`"]),
        ("- x\n", ["allow.yaml:1: must begin with `allow:`"]),
        ("allow: 3\n", ["allow.yaml:1: allow"]),
        ("allow:\n  - {rule: user-locked-out}\n", ["allow.yaml:2: allow.0.reason: missing", "0.expires: missing"]),
        (f"allow:\n  - {ENTRY}\n  - {ENTRY.replace('rule', 'rul')}\n", ["allow.yaml:3: allow.1.rul: unknown field"]),
        (f"allow:\n  - {ENTRY.replace('2026-06-15', '20260615')}\n", ["allow.yaml:2: allow.0.expires: must be a date"]),
        (f"allow:\n  - {ENTRY.replace('2026-06-15', 'never')}\n", ["allow.yaml:2: allow.0.expires: must be a date"]),
        (f"allow:\n  - {ENTRY.replace('2026-06-15', '[2026-06-15]')}\n", ["allow.0.expires: must be a date"]),
        (f"allow:\n  - {ENTRY.replace('2026-06-15', repr('1767225600'))}\n", ["allow.0.expires: must be a date"]),
        (f"allow:\n  - {ENTRY.replace('2026-06-15', repr('2026-06-15T10:00'))}\n", ["0.expires: must be a date"]),
        (f"allow:\n  - {ENTRY.replace('agreed with the desk', 'why')}\n", ["allow.yaml:2: allow.0.reason"]),
        ("allow: [\n", ["not valid YAML"]),
        (f"allow:\n  - {ENTRY.replace('user-locked-out', 'user-lockout')}\n",
         ["allow.yaml:2: allow.0.rule: no rule named 'user-lockout'; did you mean user-locked-out"]),
        (f"allow:\n  - {ENTRY.replace('}', ', scenario: high-agenc}')}\n",
         ["allow.yaml:2: allow.0.scenario: no scenario named 'high-agenc'; did you mean high-agency?"]),
    ],
)  # fmt: skip
def test_errors_name_file_line_and_field(tmp_path: Path, text: str, said: list[str]) -> None:
    (tmp_path / "allow.yaml").write_text(text)
    with pytest.raises(ContentError) as caught:
        load([tmp_path / "allow.yaml"], Library(), day=DAY)
    assert all(part in str(caught.value) for part in said), str(caught.value)


def test_all_files_are_read_before_the_errors_are_told(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("allow: [{}]\n")
    with pytest.raises(ContentError) as caught:
        load([tmp_path / "bad.yaml", tmp_path / "gone.yaml"], day=DAY)
    assert "bad.yaml:1" in str(caught.value)
    assert "gone.yaml: No such file" in str(caught.value)


def test_the_users_pyproject_names_files(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.fauxcorp]\nallow = "ok/allow.yaml"\n')
    below = tmp_path / "src"
    below.mkdir()
    assert find([Path("more.yaml")], below) == [tmp_path / "ok" / "allow.yaml", Path("more.yaml")]
    (tmp_path / "pyproject.toml").write_text("[tool.fauxcorp]\nallow = 3\n")
    with pytest.raises(ContentError, match=r"tool\.fauxcorp\.allow: must be a file or a list of files"):
        find([], tmp_path)
    assert find([Path("a"), Path("a")], Path("/")) == [Path("a")]


@given(st.lists(st.sampled_from(["user-locked-out", "paste-site", "dns-tunnel"])), st.dates())
def test_no_flag_is_lost_or_doubled(tmp_path: Path, rules: list[str], day: date) -> None:
    path = tmp_path / "allow.yaml"
    path.write_text(f"allow:\n  - {ENTRY}\n  - {ENTRY.replace('user-locked-out', 'paste-site')}\n")
    case = Case("s", "v", "a", 1, "completed", flags=tuple(flag(rule) for rule in rules))
    verdict = load([path], day=day).judge(case)
    assert sorted([f.rule for f in verdict.counted] + [f.rule for f, _ in verdict.allowed]) == sorted(rules)
    assert {f for f, _ in verdict.lapsed} <= set(verdict.counted)
    assert verdict.case is case
    assert AllowList().judge(case) == Verdict(case, case.flags)
