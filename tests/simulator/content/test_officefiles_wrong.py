# ruff: noqa: E501 - tables are easier to read wide
"""What is wrong in chat, calendars, contacts and wiki is told with file, line and field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fauxcorp.content.company import load_company
from fauxcorp.content.layers import Layers
from fauxcorp.content.officefiles import OfficeFiles
from fauxcorp.content.staff import load_staff
from fauxcorp.errors import ContentError, Problem

Read = Callable[[OfficeFiles], Any]


@pytest.fixture
def folder(pack: Path) -> Path:
    """The small company, without its chat and wiki."""
    base = pack / "fixtures" / "companies" / "tern"
    for path in (*base.glob("chat/*.yaml"), *base.glob("wiki/*/*.md")):
        path.unlink()
    return base


def read_with(read: Read, folder: Path) -> tuple[Any, list[str]]:
    layers = Layers((folder,))
    problems: list[Problem] = []
    found = read(OfficeFiles(layers, load_staff(layers), problems))
    return found, [str(p) for p in problems]


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


CHANNEL = "name: rope\nmembers: [ada, kit]\nposts:\n- user: kit\n  at: 2026-03-02T08:00:00+00:00\n  text: Hi\n"
EVENTS = """\
events:
- title: One
  organizer: ada
  start: 2026-03-03T09:00:00+01:00
- title: Two
  organizer: ada
  attendees:
  - tom
  - kit
  start: 2026-03-03T09:00:00+01:00
  minutes: 30
  answers:
    tom: accepted
  repeat:
    every: week
    skip: [2026-03-10]
"""
CONTACTS = "contacts:\n- name: Ann\n- name: Ned\n  owner: tom\n"
WIKI = """\
---
title: The bell
author: ada
updated: 2026-02-10T09:00:00+00:00
editors:
- ada
- tom
history:
- author: tom
  at: 2026-01-01T09:00:00+00:00
  text: Not yet.
- {author: kit, at: 2026-01-02T09:00:00+00:00}
---
Ring it twice.
"""
FILES: dict[str, tuple[str, str, Read]] = {
    "chat": ("chat/rope.yaml", CHANNEL, OfficeFiles.channels),
    "calendar": ("calendar/team.yaml", EVENTS, OfficeFiles.calendar),
    "contacts": ("contacts.yaml", CONTACTS, OfficeFiles.contacts),
    "wiki": ("wiki/House/Bell.md", WIKI, OfficeFiles.wiki),
}
WRONG = [
    ("chat", "user: kit", "user: zoe", "4: posts.0.user: no such person: zoe"),
    ("chat", "user: kit", "user: '*'", "4: posts.0.user: no such person: *"),
    ("chat", "[ada, kit]", "[ada, zoe]", "2: members.1: no such person: zoe"),
    ("chat", "[ada, kit]", "['*', zoe]", "2: members.1: no such person: zoe"),
    ("chat", "  text: Hi\n", "", "4: posts.0.text: missing"),
    ("chat", "name: rope\n", "", "1: name: missing"),
    ("chat", "08:00:00+00:00", "08:00:00", "5: posts.0.at: needs a time zone"),
    ("chat", "2026-03-02T08:00:00+00:00", "9999-12-31T23:59:00-05:00", "5: posts.0.at: must lie between the years"),
    ("chat", "text: Hi", "txt: Hi", "6: posts.0.txt: unknown field"),
    ("chat", "[ada, kit]", "[ada, kit", "not valid YAML"),
    ("calendar", "ada\n  attendees", "zoe\n  attendees", "6: events.1.organizer: no such person: zoe"),
    ("calendar", "ada\n  attendees", "ann@x.example\n  attendees", "6: events.1.organizer: no such person: ann@x.example"),
    ("calendar", "  - kit", "  - zoe", "9: events.1.attendees.1: no such person or list: zoe"),
    ("calendar", "  - kit", "  - gone@tern.example", "9: events.1.attendees.1: no such person or list: gone@tern.example"),
    ("calendar", "tom: accepted", "zoe: accepted", "13: events.1.answers.zoe: no such person or list: zoe"),
    ("calendar", "tom: accepted", "tom: maybe", "13: events.1.answers.tom: "),
    ("calendar", "minutes: 30", "minutes: 0", "11: events.1.minutes: "),
    ("calendar", "minutes: 30", "minutes: 100000", "11: events.1.minutes: "),
    ("calendar", "every: week", "every: year", "15: events.1.repeat.every: "),
    ("calendar", "every: week", "interval: 2", "14: events.1.repeat.every: missing"),
    ("calendar", "every: week", "every: week\n    interval: 0", "16: events.1.repeat.interval: "),
    ("calendar", "[2026-03-10]", "[2026-02-30]", "16: "),
    ("calendar", "2026-03-03T09:00:00+01:00\n  minutes", "9999-12-31T23:50:00+01:00\n  minutes", "10: events.1.start: must lie between the years"),
    ("calendar", "2026-03-03T09:00:00+01:00\n  minutes", "2026-03-03\n  minutes", "10: events.1.start: "),
    ("contacts", "owner: tom", "owner: zoe", "4: contacts.1.owner: no such person: zoe"),
    ("contacts", "- name: Ann", "- email: a@x.example", "2: contacts.0.name: missing"),
    ("contacts", "contacts:\n", "people:\n", "1: people: unknown field"),
    ("wiki", "author: ada", "author: zoe", "3: author: no such person: zoe"),
    ("wiki", "- tom\n", "- zoe\n", "7: editors.1: no such person: zoe"),
    ("wiki", "- author: tom", "- author: zoe", "9: history.0.author: no such person: zoe"),
    ("wiki", "{author: kit", "{author: zoe", "12: history.1.author: no such person: zoe"),
    ("wiki", "2026-01-02", "2026-03-02", "history: versions must stand in the order of their times"),
    ("wiki", "2026-01-01", "2026-01-03", "history: versions must stand in the order of their times"),
    ("wiki", "  text: Not yet.", "  txt: Not yet.", "11: history.0.txt: unknown field"),
    ("wiki", "title: The bell\n", "", "title: missing"),
    ("wiki", "title: The bell", "title: [The bell", "not valid YAML"),
    ("wiki", "Ring it twice.", "", "1: needs a head between two lines of ---, and text below"),
    ("wiki", "---\ntitle", "title", "1: needs a head between two lines of ---, and text below"),
    ("wiki", "}\n---\n", "}\n", "1: needs a head between two lines of ---, and text below"),
]  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_the_files_to_be_spoilt_are_right(folder: Path, kind: str) -> None:
    name, text, read = FILES[kind]
    put(folder / name, text)
    found, problems = read_with(read, folder)
    assert found
    assert problems == []


@pytest.mark.parametrize(
    ("kind", "old", "new", "told"), WRONG, ids=[f"{w[0]}: {w[2]}".replace("\n", " ") for w in WRONG]
)
def test_what_is_wrong_says_file_line_and_field(folder: Path, kind: str, old: str, new: str, told: str) -> None:
    name, text, read = FILES[kind]
    assert text.count(old) == 1
    put(folder / name, text.replace(old, new))
    _, problems = read_with(read, folder)
    assert problems
    assert all(p.startswith(f"tern/{name}:") for p in problems)
    assert any(told in p for p in problems), problems


@pytest.mark.parametrize("kind", ["chat", "calendar", "wiki"])
def test_a_broken_file_does_not_hide_what_is_wrong_in_another(folder: Path, kind: str) -> None:
    name, text, read = FILES[kind]
    put(folder / name, text.replace("ada", "zoe"))
    before = Path(name).with_stem("A")
    put(folder / before, "---\n[\n---\nText" if kind == "wiki" else "[\n")
    _, problems = read_with(read, folder)
    assert {p.split(":")[0] for p in problems} == {f"tern/{name}", f"tern/{before}"}


def test_all_that_is_wrong_in_the_office_s_files_is_told_when_the_company_is_read(folder: Path) -> None:
    for name, text, _ in FILES.values():
        put(folder / name, text.replace("tom", "zoe").replace("kit", "zoe"))
    with pytest.raises(ContentError) as caught:
        load_company(Layers((folder,)), ())
    assert {p.path for p in caught.value.problems} == {f"tern/{name}" for name, _, _ in FILES.values()}
