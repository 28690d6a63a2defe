# ruff: noqa: E501 - tables are easier to read wide
"""Chat, calendars, contacts, wiki and sites of a company, from their files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.content.company import load_company
from fauxcorp.content.layers import Layers
from fauxcorp.content.officefiles import OfficeFiles, page_parts
from fauxcorp.content.staff import load_staff
from fauxcorp.core.clock import to_us
from fauxcorp.errors import Problem
from fauxcorp.world.office import Contact, Repeat

Read = Callable[[OfficeFiles], Any]
ALL = frozenset({"ada", "tom", "kit", "aide"})


def us(text: str) -> int:
    return to_us(datetime.fromisoformat(text))


@pytest.fixture
def folder(pack: Path) -> Path:
    """The small company, without its chat and wiki."""
    base = pack / "fixtures" / "companies" / "tern"
    for path in (*base.glob("chat/*.yaml"), *base.glob("wiki/*/*.md")):
        path.unlink()
    return base


def read_with(read: Read, *folders: Path) -> tuple[Any, list[str]]:
    layers = Layers(folders)
    problems: list[Problem] = []
    found = read(OfficeFiles(layers, load_staff(layers), problems))
    return found, [str(p) for p in problems]


def load(read: Read, *folders: Path) -> Any:
    found, problems = read_with(read, *folders)
    assert problems == []
    return found


def put(path: Path, text: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def write(path: Path, data: Any) -> None:
    put(path, yaml.safe_dump(data, sort_keys=False, allow_unicode=True))


# -- chat --------------------------------------------------------------------------------------------------------------


def post(minute: int, user: str = "kit", text: str = "") -> dict[str, str]:
    return {"user": user, "at": f"2026-03-02T08:{minute:02}:00+01:00", "text": text or f"Post {minute}"}


def test_a_channel(folder: Path) -> None:
    write(
        folder / "chat/rope.yaml",
        {"name": "rope", "topic": "Ropes", "members": ["ada", "kit"], "posts": [post(5), post(1, "ada")]},
    )
    (channel,) = load(OfficeFiles.channels, folder).values()
    assert (channel.name, channel.topic, channel.members) == ("rope", "Ropes", {"ada", "kit"})
    assert [(p.id, p.user, p.text) for p in channel.posts] == [("rope-1", "ada", "Post 1"), ("rope-2", "kit", "Post 5")]
    assert channel.posts[0].at == us("2026-03-02T07:01:00+00:00")


@pytest.mark.parametrize(("members", "who"), [
    (None, ALL), (["*"], ALL), (["tom"], {"tom"}), (["tom", "*"], ALL), ([], frozenset()),
])  # fmt: skip
def test_members_of_a_channel(folder: Path, members: list[str] | None, who: frozenset[str]) -> None:
    write(folder / "chat/rope.yaml", {"name": "rope", **({"members": members} if members is not None else {})})
    assert load(OfficeFiles.channels, folder)["rope"].members == who


def test_files_of_one_name_of_channel_are_one_channel(folder: Path, tmp_path: Path) -> None:
    write(folder / "background/chat/a.yaml", {"name": "rope", "topic": "Old", "members": ["ada"], "posts": [post(9)]})
    write(folder / "chat/b.yaml", {"name": "rope", "topic": "Ropes", "posts": [post(2), post(2, "ada", "Same time")]})
    write(tmp_path / "over/chat/c.yaml", {"name": "rope", "posts": [post(30, "tom")]})
    channel = load(OfficeFiles.channels, folder, tmp_path / "over")["rope"]
    assert (channel.topic, channel.members) == ("Ropes", {"ada"})
    assert [p.text for p in channel.posts] == ["Post 2", "Same time", "Post 9", "Post 30"]
    assert [p.id for p in channel.posts] == ["rope-1", "rope-2", "rope-3", "rope-4"]


# -- calendar ----------------------------------------------------------------------------------------------------------


def event(**more: Any) -> dict[str, Any]:
    return {"title": "Stand-up", "organizer": "ada", "start": "2026-03-03T09:00:00+01:00", **more}


def events(folder: Path, *entries: dict[str, Any], name: str = "team") -> list[Any]:
    write(folder / f"calendar/{name}.yaml", {"events": list(entries)})
    return list(load(OfficeFiles.calendar, folder).values())


def test_an_appointment_with_nothing_but_what_it_needs(folder: Path) -> None:
    (entry,) = events(folder, event())
    assert (entry.title, entry.organizer, entry.attendees, entry.answers) == ("Stand-up", "ada", (), ())
    assert (entry.start, entry.end) == (us("2026-03-03T08:00:00+00:00"), us("2026-03-03T08:30:00+00:00"))
    assert (entry.repeat, entry.private, entry.all_day, entry.location, entry.text) == (None, False, False, "", "")


def test_who_takes_part_and_what_they_answered(folder: Path) -> None:
    people = ["tom", "all@tern.example", "Ann Gray <Ann@Elsewhere.example>", "tom"]
    answers = {
        "tom": "accepted",
        "KIT.MOSS@tern.example": "declined",
        "ann@elsewhere.example": "tentative",
        "aide": "none",
    }
    (entry,) = events(
        folder,
        event(attendees=people, answers=answers, private=True, all_day=True, minutes=1440, location="Loft", text="x"),
    )
    assert entry.attendees == (
        "tom.reed@tern.example", "all@tern.example", "ann@elsewhere.example", "kit.moss@tern.example", "aide@tern.example",
    )  # fmt: skip
    assert dict(entry.answers) == {
        "tom.reed@tern.example": "accepted", "kit.moss@tern.example": "declined",
        "ann@elsewhere.example": "tentative", "aide@tern.example": "none",
    }  # fmt: skip
    assert (entry.private, entry.all_day, entry.location, entry.text) == (True, True, "Loft", "x")
    assert entry.end - entry.start == 86_400_000_000


@pytest.mark.parametrize(("repeat", "found"), [
    ({"every": "day"}, Repeat("day")),
    ({"every": "week", "interval": 2}, Repeat("week", 2)),
    ({"every": "month", "skip": ["2026-04-03", "2026-05-03"]}, Repeat("month", skip=frozenset({"2026-04-03", "2026-05-03"}))),
    ({"every": "week", "until": "2026-04-30"}, Repeat("week", until=us("2026-04-30T23:59:59+01:00"))),
])  # fmt: skip
def test_how_it_comes_again(folder: Path, repeat: dict[str, Any], found: Repeat) -> None:
    (entry,) = events(folder, event(repeat=repeat))
    assert entry.repeat == found


def test_ids_are_of_the_file_and_stay_when_others_come(folder: Path) -> None:
    (first,) = events(folder, event())
    write(folder / "background/calendar/team/2026.yaml", {"events": [event()]})
    write(folder / "calendar/other.yaml", {"events": [event(start="2026-03-01T09:00:00+01:00"), event()]})
    found = load(OfficeFiles.calendar, folder)
    assert len(found) == 4
    assert list(found) == [e.id for e in found.values()]
    assert found[first.id] == first
    starts = [(e.start, e.id) for e in found.values()]
    assert starts == sorted(starts)


def test_the_calendar_of_a_higher_layer_stands_for_that_below(folder: Path, tmp_path: Path) -> None:
    events(folder, event())
    write(tmp_path / "over/calendar/team.yaml", {"events": [event(title="Other")]})
    assert [e.title for e in load(OfficeFiles.calendar, folder, tmp_path / "over").values()] == ["Other"]


# -- contacts ----------------------------------------------------------------------------------------------------------


def test_contacts_of_all_layers_by_name(folder: Path, tmp_path: Path) -> None:
    full = {
        "name": "Ned Ash", "email": "Ned@ash.example", "organisation": "Ash", "title": "Buyer", "phone": "+353 1 5550 100", "note": "Calls late",
        "owner": "tom",
    }  # fmt: skip
    write(
        folder / "background/contacts.yaml",
        {"contacts": [{"name": "zed"}, {"name": "Ned Ash", "email": "b@x.example"}]},
    )
    write(folder / "contacts.yaml", {"contacts": [full]})
    write(tmp_path / "over/contacts.yaml", {"contacts": [{"name": "ann"}]})
    assert load(OfficeFiles.contacts, folder, tmp_path / "over") == (
        Contact("ann"), Contact(**full), Contact("Ned Ash", "b@x.example"), Contact("zed"),
    )  # fmt: skip


def test_a_company_without_contacts_calendar_wiki_chat(folder: Path) -> None:
    assert load(OfficeFiles.contacts, folder) == ()
    for read in (OfficeFiles.calendar, OfficeFiles.wiki, OfficeFiles.channels):
        assert load(read, folder) == {}


# -- wiki --------------------------------------------------------------------------------------------------------------

HEAD: dict[str, Any] = {"title": "The bell", "author": "ada", "updated": "2026-02-10T09:00:00+01:00"}


def page(body: str = "Ring it.\n", **more: Any) -> str:
    return f"---\n{yaml.safe_dump({**HEAD, **more}, sort_keys=False)}---\n{body}"


def test_a_page_with_its_head(folder: Path) -> None:
    put(
        folder / "wiki/House/The-bell.md",
        page("\n\nRing it.\n\n---\nTwice.\n\n", comment="Louder", labels=["bells"], editors=["ada", "tom"]),
    )
    (found,) = load(OfficeFiles.wiki, folder).values()
    assert (found.path, found.title, found.labels, found.editors) == (
        "House/The-bell",
        "The bell",
        ("bells",),
        {"ada", "tom"},
    )
    assert found.text == "Ring it.\n\n---\nTwice.\n"
    (version,) = found.versions
    assert (version.author, version.at, version.comment, version.text) == (
        "ada",
        us("2026-02-10T08:00:00+00:00"),
        "Louder",
        "",
    )


def test_versions_before_and_what_the_page_said_then(folder: Path) -> None:
    history = [
        {"author": "tom", "at": "2026-01-01T09:00:00+01:00"},
        {
            "author": "kit",
            "at": "2026-01-02T09:00:00+01:00",
            "comment": "Draft",
            "text": "\nDo not ring.\n---\nEver.\n\n",
        },
        {"author": "kit", "at": "2026-01-03T09:00:00+01:00", "text": "One line"},
        {"author": "ada", "at": "2026-01-03T09:00:00+01:00", "text": " \n"},
    ]
    put(folder / "wiki/House/The-bell.md", page(history=history))
    found = load(OfficeFiles.wiki, folder)["House/The-bell"]
    assert [(v.author, v.comment, v.text) for v in found.versions] == [
        ("tom", "", ""), ("kit", "Draft", "Do not ring.\n---\nEver.\n"), ("kit", "", "One line\n"), ("ada", "", ""), ("ada", "", ""),
    ]  # fmt: skip
    assert load_company(Layers((folder,)), ()).wiki["House/The-bell"] == found


def test_pages_of_layers_by_path(folder: Path, tmp_path: Path) -> None:
    put(folder / "background/wiki/House/A.md", page("grown"))
    put(folder / "background/wiki/House/B.md", page("grown"))
    put(folder / "wiki/House/B.md", page("by hand"))
    put(tmp_path / "over/wiki/IT/Deep/C.md", page("of the scenario"))
    found = load(OfficeFiles.wiki, folder, tmp_path / "over")
    assert {k: v.text for k, v in found.items()} == {
        "House/A": "grown\n",
        "House/B": "by hand\n",
        "IT/Deep/C": "of the scenario\n",
    }


@pytest.mark.parametrize(("text", "parts"), [
    ("---\na: 1\n---\nText\n", ("---\na: 1\n", "Text\n")),
    ("---\na: 1\n---\nText\n---\nMore\n", ("---\na: 1\n", "Text\n---\nMore\n")),
    ("---\na: 1---\nb: 2\n---\nText", ("---\na: 1---\nb: 2\n", "Text")),
    ("---\na: |\n  x\n  ---\n  y\n---\nText", ("---\na: |\n  x\n  ---\n  y\n", "Text")),
    ("---\n---\nText", ("---\n", "Text")),
    ("---\na: 1\n---\n \n", None), ("---\na: 1\n---\n", None), ("---\na: 1\n", None), ("---\na: 1\n---", None),
    ("Text\n", None), ("", None), ("\n---\na: 1\n---\nText\n", None), ("Text\n---\na: 1\n---\nMore\n", None),
])  # fmt: skip
def test_page_parts(text: str, parts: tuple[str, str] | None) -> None:
    assert page_parts(text) == parts


# -- sites -------------------------------------------------------------------------------------------------------------


def test_pages_of_sites(folder: Path) -> None:
    for path in folder.glob("sites/**/*.*"):
        path.unlink()
    put(folder / "sites/intranet.tern.example/index.html", "<html><title> Tern </title><p>Hi</html>")
    put(folder / "sites/intranet.tern.example/menu/week.htm", "<p>Soup")
    put(folder / "sites/www.tern.example/robots.txt", b"Disallow: \xff\n")
    found = load(OfficeFiles.pages, folder)
    assert [(p.url, p.title, p.content_type) for p in found.values()] == [
        ("intranet.tern.example", "Tern", "text/html"), ("intranet.tern.example/menu/week.htm", "week", "text/html"),
        ("www.tern.example/robots.txt", "robots", "text/plain"),
    ]  # fmt: skip
    assert found["www.tern.example/robots.txt"].body == "Disallow: \ufffd\n"


# -- open input --------------------------------------------------------------------------------------------------------


@given(st.text(alphabet="-\na: |x", max_size=40) | st.text(max_size=40))
def test_any_text_is_a_page_in_two_parts_or_none(text: str) -> None:
    parts = page_parts(text)
    if parts is None:
        return
    head, body = parts
    assert f"{head}---\n{body}" == text
    assert body.strip()
    assert head.startswith("---\n")
    assert "\n---\n" not in head


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60), st.text(alphabet="-\n a#", max_size=20))
def test_any_file_is_a_page_or_a_problem(folder: Path, text: str, more: str) -> None:
    for content in (
        text,
        f"---\n{text}\n---\n{more}",
        page(more),
        page(history=[{"author": "kit", "at": HEAD["updated"], "text": more}]),
    ):
        put(folder / "wiki/House/Bell.md", content)
        found, problems = read_with(OfficeFiles.wiki, folder)
        assert bool(found) != bool(problems)
        for version in (v for p in found.values() for v in p.versions):
            assert version.text == "" or version.text.strip("\n") + "\n" == version.text


@given(st.lists(st.tuples(
    st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(9998, 12, 30)), st.integers(-12, 14),
    st.integers(1, 60 * 24 * 31), st.sampled_from([None, "day", "week", "month"]), st.booleans(),
), max_size=5))  # fmt: skip
def test_appointments_of_any_time_stand_in_order_and_end_after_they_begin(
    folder: Path, entries: list[tuple[datetime, int, int, str | None, bool]]
) -> None:
    data = []
    for start, zone, minutes, every, ends in entries:
        sign = "-" if zone < 0 else "+"
        repeat = {"every": every, **({"until": start.date().isoformat()} if ends else {})} if every else None
        data.append(event(start=f"{start.isoformat()}{sign}{abs(zone):02}:00", minutes=minutes, repeat=repeat))
    found = events(folder, *data)
    assert len(found) == len(entries)
    assert [e.start for e in found] == sorted(e.start for e in found)
    assert sorted(e.start for e in found) == sorted(
        to_us((s - timedelta(hours=z)).replace(tzinfo=UTC)) for s, z, *_ in entries
    )
    assert all(e.end > e.start for e in found)
    assert all(e.repeat is None or e.repeat.until == 0 or e.repeat.until > e.start - 1_000_000 for e in found)


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(ALL)), st.integers(0, 59), st.text(alphabet="ab \n", max_size=5)), max_size=6
    )
)
def test_posts_keep_their_order_and_are_numbered(folder: Path, posts: list[tuple[str, int, str]]) -> None:
    entries = [
        {"user": user, "at": f"2026-03-02T08:{minute:02}:00+00:00", "text": text} for user, minute, text in posts
    ]
    write(folder / "chat/rope.yaml", {"name": "rope", "posts": entries})
    found = load(OfficeFiles.channels, folder)["rope"].posts
    assert [(p.user, p.text) for p in found] == [(u, t) for u, _, t in sorted(posts, key=lambda p: p[1])]
    assert [p.id for p in found] == [f"rope-{n}" for n in range(1, len(posts) + 1)]
