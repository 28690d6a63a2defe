# ruff: noqa: E501 - tables are easier to read wide
"""Thread files of a company, and the boxes that their messages lie in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.content.layers import Layers
from fauxcorp.content.mailfiles import MailStore, load_mail
from fauxcorp.content.staff import load_staff
from fauxcorp.errors import Problem

DATE = "2026-03-01T10:0{}:00+01:00"


@pytest.fixture
def folder(pack: Path) -> Path:
    """The small company, without its mail."""
    base = pack / "fixtures" / "companies" / "tern"
    (base / "mail/ledger.yaml").unlink()
    return base


def read_mail(*folders: Path, removed: tuple[str, ...] = ()) -> tuple[MailStore, list[str]]:
    layers = Layers(folders, removed)
    problems: list[Problem] = []
    store = load_mail(layers, load_staff(layers), layers.files("files"), problems)
    return store, [str(p) for p in problems]


def load(*folders: Path, removed: tuple[str, ...] = ()) -> MailStore:
    store, problems = read_mail(*folders, removed=removed)
    assert problems == []
    return store


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def message(n: int = 0, **more: Any) -> dict[str, Any]:
    return {"from": "ada", "to": ["tom", "kit"], "date": DATE.format(n), "body": f"Text {n}.", **more}


def thread(*messages: dict[str, Any], subject: str = "Rope") -> dict[str, Any]:
    return {"subject": subject, "messages": list(messages)}


def write(folder: Path, *messages: dict[str, Any], name: str = "rope") -> None:
    put(folder / f"mail/{name}.yaml", yaml.safe_dump(thread(*messages), sort_keys=False))


@pytest.mark.parametrize(("unread", "who"), [
    (True, ["kit", "tom"]), (False, []), ("tom", ["tom"]), (["tom", "kit"], ["kit", "tom"]), ([], []),
])  # fmt: skip
def test_unread_by_all_by_none_or_by_some(folder: Path, unread: Any, who: list[str]) -> None:
    write(folder, message(unread=unread))
    store = load(folder)
    assert sorted(store.unread) == who
    assert set(store.unread.values()) <= {frozenset({0})}


def test_what_one_has_sent_is_read_also_when_it_came_by_a_list(folder: Path) -> None:
    write(folder, message(to="all@tern.example", unread=True))
    store = load(folder)
    assert sorted(store.unread) == ["aide", "kit", "tom"]
    assert store.mailboxes["ada"] == {"Sent": (0,)}


@pytest.mark.parametrize(("given_folder", "tom", "kit"), [
    ("Rope", "Rope", "Rope"), ({"tom": "Old"}, "Old", "Inbox"), ({"tom": "Old", "*": "Rest"}, "Old", "Rest"), ({}, "Inbox", "Inbox"),
])  # fmt: skip
def test_folders_a_person(folder: Path, given_folder: Any, tom: str, kit: str) -> None:
    write(folder, message(folder=given_folder))
    assert load(folder).mailboxes == {"ada": {"Sent": (0,)}, "tom": {tom: (0,)}, "kit": {kit: (0,)}}


def test_stars_are_of_those_who_are_named(folder: Path) -> None:
    write(folder, message(0, starred="ada"), message(1, starred=["tom", "ada"]), message(2))
    assert load(folder).starred == {"ada": frozenset({0, 1}), "tom": frozenset({1})}


def test_a_draft_lies_with_its_sender_and_nowhere_else(folder: Path) -> None:
    write(
        folder,
        message(0),
        message(1, **{"from": "kit", "to": ["ada", "all@tern.example"], "draft": True, "unread": True}),
    )
    store = load(folder)
    assert store.mailboxes == {"ada": {"Sent": (0,)}, "tom": {"Inbox": (0,)}, "kit": {"Inbox": (0,), "Drafts": (1,)}}
    assert store.unread == {}


def test_who_gets_a_mail_in_more_ways_gets_it_once(folder: Path) -> None:
    write(folder, message(to=["tom", "all@tern.example"], cc="Tom Reed <TOM.REED@tern.example>"))
    assert load(folder).mailboxes["tom"] == {"Inbox": (0,)}


def test_mail_from_outside_is_in_no_sent_folder(folder: Path) -> None:
    write(folder, message(**{"from": "Ann Gray <ann@elsewhere.example>", "to": ["aide"]}))
    store = load(folder)
    assert store.mailboxes == {"aide": {"Inbox": (0,)}}
    assert store.messages[0].sender == "Ann Gray <ann@elsewhere.example>"


def test_an_answer_is_to_the_one_before_or_to_the_one_that_it_names(folder: Path) -> None:
    write(folder, message(0), message(1), message(2, answers=1), message(3, subject="Other"))
    found = load(folder).messages
    ids = [m.message_id for m in found]
    assert [m.in_reply_to for m in found] == ["", ids[0], ids[0], ids[2]]
    assert [m.subject for m in found] == ["Rope", "Re: Rope", "Re: Rope", "Other"]
    assert {m.thread for m in found} == {"rope"}


def test_a_file_of_several_threads(folder: Path) -> None:
    threads = [thread(message(0), message(2), subject="One"), thread(message(1), message(3, answers=1), subject="Two")]
    put(folder / "mail/many.yaml", yaml.safe_dump({"threads": threads}))
    found = load(folder).messages
    assert [(m.thread, m.subject) for m in found] == [
        ("many/0", "One"), ("many/1", "Two"), ("many/0", "Re: One"), ("many/1", "Re: Two"),
    ]  # fmt: skip
    assert [m.in_reply_to for m in found] == ["", "", found[0].message_id, found[1].message_id]


def test_messages_stand_in_the_order_of_their_times(folder: Path) -> None:
    write(folder, message(2), message(1), name="b")
    write(folder, message(0), {**message(), "date": "2026-03-01T14:31:30+05:30"}, name="a")
    store = load(folder)
    assert [m.body for m in store.messages] == ["Text 0.", "Text 1.", "Text 0.", "Text 2."]
    assert [m.thread for m in store.messages] == ["a", "b", "a", "b"]
    assert [m.id for m in store.messages] == ["1000", "1001", "1002", "1003"]
    assert store.mailboxes["tom"]["Inbox"] == (0, 1, 2, 3)


def test_addresses_headers_and_the_zone_of_the_sender(folder: Path) -> None:
    write(
        folder,
        message(0, cc=["all@tern.example", "ann@elsewhere.example"], headers={"List-Id": "x", "Precedence": "bulk"}),
        {**message(1), "date": "2026-03-01T04:35:00-05:30"},
        {**message(2), "date": "2026-03-01T10:06:00Z"},
    )
    one, two, three = load(folder).messages
    assert one.sender == "Ada Flint <ada.flint@tern.example>"
    assert one.to == ("Tom Reed <tom.reed@tern.example>", "Kit Moss <kit.moss@tern.example>")
    assert one.cc == ("all@tern.example", "ann@elsewhere.example")
    assert one.headers == (("List-Id", "x"), ("Precedence", "bulk"))
    assert [m.zone for m in (one, two, three)] == [60, -330, 0]
    assert one.at == 1_772_355_600_000_000
    assert two.at - one.at == 65 * 60 * 1_000_000


def test_message_ids_are_single_stable_and_of_the_sender_s_host(folder: Path) -> None:
    write(folder, message(0), message(1, **{"from": "Ann <ann@Mail.Elsewhere.example>"}))
    first = load(folder).messages
    assert first[0].message_id.endswith("@tern.example>")
    assert first[1].message_id.endswith("@mail.elsewhere.example>")
    write(folder, message(0, date="2026-01-01T08:00:00Z"), name="earlier")
    put(folder / "background/mail/rope/0.yaml", yaml.safe_dump(thread(message(4))))
    put(folder / "background/mail/other/rope.yaml", yaml.safe_dump(thread(message(5))))
    put(folder / "mail/sea.yaml", yaml.safe_dump({"threads": [thread(message(6)), thread(message(7))]}))
    then = load(folder).messages
    assert {m.message_id for m in first} < {m.message_id for m in then}
    assert len({m.message_id for m in then}) == len(then) == 7
    assert len({m.thread for m in then}) == 6


def test_files_and_texts_as_attachments(folder: Path) -> None:
    files = [
        "/srv/share/ledger.csv",
        "srv/share/ledger.csv",
        {"name": "note.txt", "text": "Ä"},
        {"name": "x.pdf", "text": ""},
    ]
    write(folder, message(attachments=files))
    found = load(folder).messages[0].attachments
    ledger = (folder / "files/srv/share/ledger.csv").read_bytes()
    assert [(a.name, a.content, a.content_type) for a in found] == [
        ("ledger.csv", ledger, "text/csv"), ("ledger.csv", ledger, "text/csv"),
        ("note.txt", "Ä".encode(), "text/plain"), ("x.pdf", b"", "application/pdf"),
    ]  # fmt: skip


def test_an_attachment_is_the_file_of_the_highest_layer(folder: Path, tmp_path: Path) -> None:
    write(folder, message(attachments=["/srv/share/ledger.csv"]))
    put(tmp_path / "over/files/srv/share/ledger.csv", "other")
    assert load(folder, tmp_path / "over").messages[0].attachments[0].content == b"other"
    _, problems = read_mail(folder, removed=("files/srv/*",))
    assert problems == ["tern/mail/rope.yaml:9: messages.0.attachments: no such file: /srv/share/ledger.csv"]


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("from nobody", {"from": "zoe"}, "rope.yaml:9: messages.1: no such person or list: zoe"),
    ("to nobody", {"to": ["tom", "zoe"]}, "rope.yaml:9: messages.1: no such person or list: zoe"),
    ("to no list", {"to": "some@tern.example"}, "rope.yaml:9: messages.1: no such person or list: some@tern.example"),
    ("copy to nobody", {"cc": "zoe"}, "rope.yaml:9: messages.1: no such person or list: zoe"),
    ("to an empty list", {"to": []}, "rope.yaml:10: messages.1.to"),
    ("unread by nobody we know", {"unread": ["tom", "zoe"]}, "rope.yaml:15: messages.1.unread: no such person: zoe"),
    ("a star of nobody", {"starred": "zoe"}, "rope.yaml:15: messages.1.starred: no such person: zoe"),
    ("a folder of nobody", {"folder": {"*": "A", "zoe": "B"}}, "rope.yaml:15: messages.1.folder: no such person: zoe"),
    ("no such file", {"attachments": ["/srv/share/gone.csv"]}, "rope.yaml:15: messages.1.attachments: no such file: /srv/share/gone.csv"),
    ("a file out of the folder", {"attachments": ["../people.yaml"]}, "rope.yaml:15: messages.1.attachments: no such file"),
    ("a text without a name", {"attachments": [{"text": "x"}]}, "rope.yaml:"),
    ("answers itself", {"answers": 2}, "rope.yaml:15: messages.1.answers: message 2 does not come before this one"),
    ("answers what is not there", {"answers": 9}, "rope.yaml:15: messages.1.answers: message 9 does not come before this one"),
    ("answers none", {"answers": 0}, "rope.yaml:15: messages.1.answers"),
    ("a time without a zone", {"date": "2026-03-01T10:00:00"}, "messages.1.date: needs a time zone"),
    ("an unknown field", {"bcc": "tom"}, "rope.yaml:15: messages.1.bcc: unknown field"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "told"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_what_is_wrong_says_file_line_and_field(folder: Path, change: dict[str, Any], told: str) -> None:
    write(folder, message(0), {**message(1), **change})
    _, problems = read_mail(folder)
    assert any(told in p for p in problems), problems


def test_the_first_message_answers_nothing(folder: Path) -> None:
    write(folder, message(0, answers=1))
    assert read_mail(folder)[1] == [
        "tern/mail/rope.yaml:9: messages.0.answers: message 1 does not come before this one"
    ]


def test_the_line_of_a_thread_among_many(folder: Path) -> None:
    text = yaml.safe_dump({"threads": [thread(message(0)), thread({**message(1), "from": "zoe"})]}, sort_keys=False)
    put(folder / "mail/many.yaml", text)
    line = text[: text.index("- from: zoe")].count("\n") + 1
    assert read_mail(folder)[1] == [f"tern/mail/many.yaml:{line}: threads.1.messages.0: no such person or list: zoe"]


def test_a_broken_file_does_not_hide_what_is_wrong_in_another(folder: Path) -> None:
    put(folder / "mail/a.yaml", "subject: x\n")
    put(folder / "mail/b.yaml", "subject: [\n")
    put(folder / "background/mail/c.yaml", yaml.safe_dump(thread(message(**{"from": "zoe"}))))
    problems = read_mail(folder)[1]
    assert [p.split(":")[0] for p in problems] == [
        "tern/mail/a.yaml",
        "tern/mail/b.yaml",
        "tern/background/mail/c.yaml",
    ]


def test_background_lies_below_what_was_written_by_hand_and_that_below_a_scenario(folder: Path, tmp_path: Path) -> None:
    over = tmp_path / "over"
    for place, name, body in (
        (folder / "background", "a", "grown"), (folder / "background", "b", "grown"), (folder / "background", "c", "grown"),
        (folder, "b", "by hand"), (folder, "c", "by hand"), (over, "c", "of the scenario"), (over, "d", "of the scenario"),
    ):  # fmt: skip
        write(place, message(body=body), name=name)
    bodies = {m.thread: m.body for m in load(folder, over).messages}
    assert bodies == {"a": "grown", "b": "by hand", "c": "of the scenario", "d": "of the scenario"}
    assert [m.thread for m in load(folder, over, removed=("mail/a.yaml", "mail/[cd]*")).messages] == ["b"]


def test_reading_twice_gives_the_same(folder: Path) -> None:
    write(folder, message(0, unread=True), message(1, starred="tom"))
    assert load(folder) == load(folder)


@given(st.lists(st.tuples(
    st.sampled_from(["ada", "tom", "kit", "ann@elsewhere.example"]),
    st.lists(st.sampled_from(["ada", "tom", "aide", "all@tern.example", "x@y.example"]), min_size=1, max_size=3),
    st.booleans(), st.booleans(), st.integers(0, 9),
), max_size=6))  # fmt: skip
def test_each_message_lies_once_with_each_who_has_it(
    folder: Path, mails: list[tuple[str, list[str], bool, bool, int]]
) -> None:
    write(
        folder,
        *(message(at, **{"from": a, "to": to, "unread": new, "draft": draft}) for a, to, new, draft, at in mails),
    )
    store = load(folder)
    assert len(store.messages) == len({m.message_id for m in store.messages}) == len(mails)
    assert [m.at for m in store.messages] == sorted(m.at for m in store.messages)
    for user, boxes in store.mailboxes.items():
        held = [n for box in boxes.values() for n in box]
        assert len(held) == len(set(held))
        assert store.unread.get(user, frozenset()) <= set(held) - set(boxes.get("Sent", ())) - set(
            boxes.get("Drafts", ())
        )
