"""Mistakes in a `grow/` folder: each is said with its file, line and field, and none is a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fauxcorp.background.check import Holes, check, wrong
from fauxcorp.background.plan import ALWAYS, load_material, office_files
from fauxcorp.background.write import background
from fauxcorp.cli.main import main
from fauxcorp.errors import ContentError, Problem

from .conftest import MAIL, PEOPLE, PLAN, Grow

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures/companies"
CHAT = """
channels:
  - name: yard
    members: [ida, jon]
    talks:
      - cast: {a: hands}
        slots: {n: 2..4}
        on: 2026-02-12
        at: "09:00"
        say: [{a: "{n} left"}, {jon: "ok"}]
"""
SERIES = """
series:
  - {name: tides, from: "out:mill", to: ["list:all"], every: 7, headers: {X-No: "{n}"},
     issues: [{subject: "No. {n}", text: "High at {pier}"}]}
"""
FILES = """
files:
  - path: srv/share/yard/{no}.txt
    owner: jon
    mode: "0640"
    at: "2026-02-12T10:00+01:00"
    slots: {w: [wet, dry]}
    each: [{no: 1}, {no: 2}]
    text: "{w} rope {no}"
"""
CALENDAR = """
events: [{title: Stand-up, organizer: ole, attendees: [ida], start: "2026-02-12T09:00:00+01:00"}]
bookings: {rooms: [Loft], titles: [Talk], count: 3}
"""
GOOD = {"background": PLAN, "mail": MAIL, "mail-series": SERIES, "chat": CHAT, "files": FILES, "calendar": CALENDAR}

BAD = [
    ("background", "to: 2026-03-06", "to: 2026-01-06", 4, "to", "must be after `from`"),
    ("background", "from: 2026-02-02\nto", "from: 1002-02-02\nto", 3, "from", "must lie in 1990 to 2099"),
    ("background", "mr: [ole, jon]", "mr: [ole, jno]", 6, "mr", "no such person: jno; did you mean jon?"),
    ("background", "hands: [ida, jon]", "hands: [ida, pia]", 8, "roles.hands", "no such person: pia"),
    ("background", "{all: all@quay", "{all: al@quay", 9, "lists.all", "did you mean all@quay-works.de, yard@"),
    ("background", "kontor@seilerei-nord.de", "kontor", 10, "outside.mill", "must be an address"),
    ("background", "pier: [north pier, south pier]", "pier: []", 11, "slots.pier", "no words to draw from"),
    ("background", "{who: ole", "{who: olle", 12, "absences.0.who", "did you mean ole?"),
    ("background", "to: 2026-02-06", "to: 2026-01-06", 12, "absences.0.to", "must not be before `from`"),
    ("background", "shared: false", "skip: [umbrela-found]", 7, "skip.0", "did you mean umbrella-found?"),
    ("background", "shared: false", "readers: {idda: {unread: 2}}", 7, "readers.idda", "did you mean ida?"),
    ("mail", "b: boss a", "b: boss c", 5, "shapes.0.cast.b", "must be `boss` and another part of a, b"),
    ("mail", "b: boss a", "b: boss", 5, "shapes.0.cast.b", "must be `boss` and another part"),
    ("mail", "{a: ida, b: boss a}", "{a: near b, b: boss a}", 5, "shapes.0.cast.a", "must be `near` and another"),
    ("mail", "{a: ida", "{a: hand", 5, "shapes.0.cast.a", "no such role or person: hand; did you mean hands?"),
    ("mail", '{a: ida', '{a: ""', 5, "shapes.0.cast.a", "no such role or person"),
    ("mail", "on: 2026-02-12", "on: 2026-05-12", 6, "shapes.0.on", "must lie between 2026-02-02 and 2026-03-06"),
    ("mail", "on: 2026-02-12", "between: [2026-03-01, 2026-02-12]", 6, "shapes.0.between", "must not be before"),
    ("mail", "on: 2026-02-12", "between: [2025-03-01, 2026-02-12]", 6, "shapes.0.between", "as the plan does"),
    ("mail", "on: 2026-02-12", 'at: "7:45"', 6, "shapes.0.at", "must be a time, e.g. 07:45"),
    ("mail", "on: 2026-02-12", 'at: "09:45..08:30"', 6, "shapes.0.at", "the second time"),
    ("mail", "on: 2026-02-12", "zone: Europe/Quay", 6, "shapes.0.zone", "no such time zone: Europe/Quay"),
    ("mail", "on: 2026-02-12", "weekdays: [1, 7]", 6, "shapes.0.weekdays", "0 (Monday) to 6"),
    ("mail", "n: 3..9", "n: 9..3", 7, "shapes.0.slots.n", "must not end before it begins"),
    ("mail", "n: 3..9", "n: []", 7, "shapes.0.slots.n", "has no words"),
    ("mail", "slots: {n: 3..9}", "slots: [n]", 7, "shapes.0.slots", "dictionary"),
    ("mail", "subject: Rope", "subject: []", 4, "shapes.0.subject", "at least 1"),
    ("mail", "subject: Rope", 'subject: "Rope {nn"', 4, "shapes.0.subject", "in: Rope {nn"),
    ("mail", "to: [b], text", "text", 9, "shapes.0.messages.0", "needs `to`"),
    ("mail", "to: [b]", "to: [c]", 9, "shapes.0.messages.0.to", "no such part: c"),
    ("mail", "to: [b]", 'to: ["list:yards"]', 9, "shapes.0.messages.0.to", "no such list in the plan: yards; did you"),
    ("mail", "to: [b]", 'to: ["out:mil"]', 9, "shapes.0.messages.0.to", "did you mean mill?"),
    ("mail", "to: [b]", "to: [pia@quay-works.de]", 9, "shapes.0.messages.0.to", "no such person or list in the"),
    ("mail", "{from: b, text", "{from: x, text", 10, "shapes.0.messages.1.from", "no such part: x"),
    ("mail", "{from: b, text", "{from: b, star: [ole], text", 10, "shapes.0.messages.1.star", "no such part: ole"),
    ("mail", "{from: b, text", "{from: b, answers: 2, text", 10, "shapes.0.messages.1.answers", "no message 2 before"),
    ("mail", "{from: b, text", "{from: b, after: [9, 1], text", 10, "shapes.0.messages.1.after", "the smaller first"),
    ("mail", "{from: b, text", "{from: b, after: [-9, 1], text", 10, "shapes.0.messages.1.after", "the smaller first"),
    ("mail", 'text: "Order them."', "text: []", 10, "shapes.0.messages.1.text", "at least 1"),
    ("mail", "Order them.", "Order {b.first} {b.shoe}.", 10, "shapes.0.messages.1.text", "{b.shoe}: only a part has"),
    ("mail", "{n} ropes", "{n.upper} ropes", 9, "shapes.0.messages.0.text", "{n.upper}: only a part has a field"),
    ("mail", "{n} ropes", "{n:{pier}} ropes", 9, "shapes.0.messages.0.text", "no braces in braces"),
    ("mail", "{n} ropes", "{n:d} ropes", 9, "shapes.0.messages.0.text", "in: we need {n:d}"),
    ("mail", "{n} ropes", "{} ropes", 9, "shapes.0.messages.0.text", "nothing fills {}"),
    ("mail", "{n} ropes", "{n[4]} ropes", 9, "shapes.0.messages.0.text", "nothing fills {n[4]}"),
    ("mail", "{n} ropes", "{a!z} ropes", 9, "shapes.0.messages.0.text", "braces that are meant are doubled"),
    ("mail", "{n} ropes", "{peir} ropes", 9, "shapes.0.messages.0.text", "did you mean pier"),
    ("mail-series", "out:mill", "out:mull", 3, "series.0.from", "did you mean mill?"),
    ("mail-series", '"list:all"', "", 3, "series.0.to", "at least 1"),
    ("mail-series", "every: 7", 'every: 7, at: "25:00"', 3, "series.0.at", "must be a time"),
    ("mail-series", "every: 7", "every: 7, zone: Quay", 3, "series.0.zone", "no such time zone"),
    ("mail-series", "every: 7", "every: 7, first: 9999-12-31", 3, "series.0.first", "must lie in 1990"),
    ("mail-series", 'X-No: "{n}"', 'X-No: "{m}"', 3, "series.0.headers", "nothing fills {m}"),
    ("mail-series", "No. {n}", "No. {n.first}", 4, "series.0.issues.0.subject", "only a part has a field"),
    ("mail-series", "{pier}", "{peer}", 4, "series.0.issues.0.text", "did you mean pier"),
    ("chat", "name: yard", "name: ../yard", 3, "channels.0.name", "a file is called by it"),
    ("chat", "[ida, jon]", "[ida, jan]", 4, "channels.0.members", "did you mean jon"),
    ("chat", "{a: hands}", "{a: handsome}", 6, "channels.0.talks.0.cast.a", "did you mean hands?"),
    ("chat", "{a: hands}", "{a: ole}", 6, "channels.0.talks.0.cast.a", "ole is not a member of the channel"),
    ("chat", "on: 2026-02-12", "on: 2027-02-12", 8, "channels.0.talks.0.on", "as the plan does"),
    ("chat", '"09:00"', '"09"', 9, "channels.0.talks.0.at", "must be a time"),
    ("chat", '{jon: "ok"}', '{jonn: "ok"}', 10, "channels.0.talks.0.say.1.jonn", "did you mean jon?"),
    ("chat", '{jon: "ok"}', '{ole: "ok"}', 10, "channels.0.talks.0.say.1.ole", "ole is not a member"),
    ("chat", '{jon: "ok"}', '{jon: "ok", ida: "no"}', 10, "channels.0.talks.0.say.1", "one part and what it says"),
    ("chat", "{n} left", "{m} left", 10, "channels.0.talks.0.say.0.a", "nothing fills {m}"),
    ("files", "srv/share", "../share", 3, "files.0.path", "without `..`"),
    ("files", "srv/share", "/srv/share", 3, "files.0.path", "without the first `/`"),
    ("files", "yard/{no}", "yard/{nr}", 3, "files.0.path", "nothing fills {nr}"),
    ("files", "owner: jon", "owner: joan", 4, "files.0.owner", "did you mean jon?"),
    ("files", '"0640"', '"rw"', 5, "files.0.mode", "must be octal digits"),
    ("files", "T10:00+01:00", "T10:00", 6, "files.0.at", "must be a time with its zone"),
    ("files", "2026-02-12T10", "2026-{d}-12T10", 6, "files.0.at", "nothing fills {d}"),
    ("files", "w: [wet, dry]", "w: []", 7, "files.0.slots.w", "has no words"),
    ("files", "{w} rope", "{v} rope", 9, "files.0.text", "nothing fills {v}"),
    ("files", "{w} rope", "\\x01 rope", 3, "files.0", "control characters"),
    ("files", "[{no: 1}, {no: 2}]", "[1]", 8, "files.0.each.0", "dictionary"),
    ("files", 'text: "', 'table: {head: [a], count: 2, columns: ["n:x"]}\n    text: "', 3, "files.0", "be written"),
    ("files", 'text: "', 'table: {head: [a], rows: [[b]], total: [4]}\n    text: "', 3, "files.0", "cannot be written"),
    ("files", 'text: "', 'table: {head: [a], rows: [1]}\n    text: "', 9, "files.0.table.rows.0", "tuple"),
    ("calendar", "organizer: ole", "organizer: olle", 2, "events.0.organizer", "did you mean ole?"),
    ("calendar", "attendees: [ida]", "attendees: [idea]", 2, "events.0.attendees", "must be an address"),
    ("calendar", "rooms: [Loft]", "rooms: []", 3, "bookings.rooms", "at least 1"),
]  # fmt: skip


@pytest.fixture
def full(firm: Path) -> Path:
    """A company with a file of each kind."""
    for name, text in GOOD.items():
        (firm / f"grow/{name}.yaml").write_text(text)
    return firm


def test_the_company_that_the_mistakes_are_made_in_is_whole(full: Path) -> None:
    check(load_material(full))
    assert {n.partition("/")[0] for n in background(full)} == {"mail", "chat", "calendar", "files", "files.yaml"}


@pytest.mark.parametrize(("name", "old", "new", "line", "field", "message"), BAD)
def test_a_mistake_is_said_where_it_stands(
    full: Path, name: str, old: str, new: str, line: int, field: str, message: str
) -> None:
    assert GOOD[name].count(old) == 1
    (full / f"grow/{name}.yaml").write_text(GOOD[name].replace(old, new))
    with pytest.raises(ContentError) as caught:
        background(full)
    said = [p for p in caught.value.problems if message in p.message]
    assert [(p.path, p.line, p.field) for p in said] == [(f"quay/grow/{name}.yaml", line, field)] * len(said)
    assert said, caught.value


def test_all_mistakes_of_all_files_are_said_at_once(full: Path) -> None:
    for name, old, new in (("mail", "to: [b]", "to: [c]"), ("chat", "[ida, jon]", "[ida, jno]")):
        (full / f"grow/{name}.yaml").write_text(GOOD[name].replace(old, new))
    with pytest.raises(ContentError) as caught:
        check(load_material(full))
    assert {p.path for p in caught.value.problems} == {"quay/grow/chat.yaml", "quay/grow/mail.yaml"}


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("Moin {first},", "Moin {firstname},", 5, "people.0.habits.greeting"),
        ("Moin {first},", "Moin {,", 5, "people.0.habits.greeting"),
        ("hours: [6, 14]", "hours: [14, 6]", 9, "people.2.habits.hours"),
        ("hours: [6, 14]", "hours: [6, 25]", 9, "people.2.habits.hours"),
        ("manager: ole, location", "manager: olaf, location", 4, "people.0.manager"),
    ],
)
def test_a_mistake_in_who_is_who_is_said_too(full: Path, old: str, new: str, line: int, field: str) -> None:
    text = PEOPLE if old in PEOPLE else PEOPLE.replace("style: [brief", f"{old}, style: [brief")
    (full / "people.yaml").write_text(text.replace(old, new))
    with pytest.raises(ContentError) as caught:
        background(full)
    [problem] = caught.value.problems
    assert (problem.path, problem.line, problem.field) == ("quay/people.yaml", line, field)


def test_no_working_day_is_said(grow: Grow) -> None:
    parts = grow(plan={"from": "2026-02-06", "to": "2026-02-08T12:00:00+01:00", "holidays": ["2026-02-06"]})
    with pytest.raises(ContentError, match="holidays: leave no working day"):
        check(parts.material)


def test_the_packages_own_files_hold_together() -> None:
    material = load_material(FIXTURES / "kestrand")
    found = [str(d.problem(where, text)) for d, model in office_files() for where, text in wrong(model, material)]
    assert found == []


@pytest.mark.parametrize("name", ["kestrand", "kedgeway"])
def test_the_companies_of_the_package_hold_together(name: str) -> None:
    check(load_material(FIXTURES / name))


words = st.text(st.sampled_from("{}ab.n!:[]0d_ "), max_size=14)


@settings(max_examples=400)
@given(words)
def test_what_is_found_whole_can_be_filled(text: str) -> None:
    holes = Holes(None, (), ("n", "ab"))
    if list(holes.of(text)):
        return
    for filling in ("", "7", "two words {x}"):
        assert isinstance(text.format_map({"n": filling, "ab": filling}), str)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.sampled_from("{}an.b3_ !:day"), max_size=12), st.sampled_from([*ALWAYS, "a.first", "day3", "pier"]))
def test_no_text_of_a_shape_is_a_traceback(full: Path, text: str, slot: str) -> None:
    data: Any = yaml.safe_load(MAIL)
    data["shapes"][0]["messages"][1]["text"] = f"{text} {{{slot}}}"
    (full / "grow/mail.yaml").write_text(yaml.safe_dump(data))
    problems: tuple[Problem, ...] = ()
    try:
        background(full)
    except ContentError as error:
        problems = error.problems
    assert all(p.line > 0 for p in problems)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("mail", "{n} ropes", "{m} ropes", "quay/grow/mail.yaml:9: shapes.0.messages.0.text: nothing fills {m}"),
        ("background", "{who: ole", "{who: olle", "quay/grow/background.yaml:12: absences.0.who: no such person: olle"),
        ("chat", "{a: hands}", "{b: hands}", "quay/grow/chat.yaml:10: channels.0.talks.0.say.0.a: no such part: a"),
        ("files", "T10:00+01:00", "", "quay/grow/files.yaml:6: files.0.at: must be a time with its zone"),
        ("calendar", "organizer: ole", "organizer: x", "quay/grow/calendar.yaml:2: events.0.organizer: no such person"),
    ],
)
def test_the_command_says_it_and_writes_nothing(
    full: Path, capsys: pytest.CaptureFixture[str], name: str, old: str, new: str, said: str
) -> None:
    pack = full.parent / "pack"
    (pack / "fixtures/companies").mkdir(parents=True)
    full = full.rename(pack / "fixtures/companies/quay")
    (full / f"grow/{name}.yaml").write_text(GOOD[name].replace(old, new))
    assert command(pack) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert "Traceback" not in shown.err
    assert not (full / "background").exists()
    (full / f"grow/{name}.yaml").write_text(GOOD[name])
    assert command(pack) == 0
    assert (full / "background/mail").is_dir()


def command(pack: Path) -> int:
    """The exit code of growing the company."""
    with pytest.raises(SystemExit) as end:
        main(["companies", "grow", "quay", "--content", str(pack)])
    return int(end.value.code or 0)
