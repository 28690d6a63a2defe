"""The search language, against an oracle that knows no index and no parser."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.clock import to_us
from fauxcorp.errors import ToolError
from fauxcorp.world.mailbox import Item
from fauxcorp.world.mailsearch import search

WORDS = ("trial", "trials", "audit", "report", "reports", "café", "Q3", "re", "x1")
SENDERS = ("Ada Flint <ada.flint@northwind.example>", "wei.zhang@northwind.example", "News <desk@courier.example>")


def tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower().replace("é", "e"))


def has(text: str, wanted: str, exact: bool) -> bool:
    """Whether the words of `wanted` stand in a row in a text, the last one perhaps only begun."""
    here, there = tokens(wanted), tokens(text)
    for n in range(len(there) - len(here) + 1):
        row = there[n : n + len(here)]
        last = row[-1] == here[-1] if exact else row[-1].startswith(here[-1])
        if row[:-1] == here[:-1] and last:
            return True
    return False


@dataclass(frozen=True)
class Query:
    """A query in the words of the language, and what it means."""

    text: str
    holds: object


def plain(message) -> str:
    names = " ; ".join(a.name for a in message.attachments)
    return " ; ".join((message.subject, message.sender, *message.to, *message.cc, message.body, names))


FIELDS = {
    "": plain,
    "from": lambda m: m.sender,
    "to": lambda m: " ; ".join((*m.to, *m.cc)),
    "cc": lambda m: " ; ".join(m.cc),
    "subject": lambda m: m.subject,
    "body": lambda m: m.body,
    "filename": lambda m: " ; ".join(a.name for a in m.attachments),
}


def term(field: str, wanted: str, exact: bool) -> Query:
    value = f'"{wanted}"' if exact or " " in wanted else wanted
    exact = value.startswith('"')
    return Query(f"{field}:{value}" if field else value, lambda i: has(FIELDS[field](i.message), wanted, exact))


value = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(["aud", "ada", "courier", "flint", "northwind.example", "note", "pdf"]),
    st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)).map(" ".join),
)
NOON = to_us(datetime(2026, 3, 4, tzinfo=UTC))
leaf = st.one_of(
    st.builds(term, st.sampled_from(sorted(FIELDS)), value, st.booleans()),
    st.sampled_from(
        [
            Query("is:unread", lambda i: i.unread),
            Query("is:read", lambda i: not i.unread),
            Query("is:starred", lambda i: i.starred),
            Query("in:archive", lambda i: i.folder == "Archive"),
            Query("has:attachment", lambda i: bool(i.message.attachments)),
            Query("before:2026-03-04", lambda i: i.message.at < NOON),
            Query("after:2026/03/04", lambda i: i.message.at >= NOON),
            Query("larger:60", lambda i: i.message.size > 60),
        ]
    ),
)


def combine(children):
    pair = st.tuples(children, children)
    return st.one_of(
        pair.map(lambda p: Query(f"({p[0].text}) ({p[1].text})", lambda i: p[0].holds(i) and p[1].holds(i))),
        pair.map(lambda p: Query(f"({p[0].text}) AND ({p[1].text})", lambda i: p[0].holds(i) and p[1].holds(i))),
        pair.map(lambda p: Query(f"({p[0].text} OR {p[1].text})", lambda i: p[0].holds(i) or p[1].holds(i))),
        children.map(lambda q: Query(f"-({q.text})", lambda i: not q.holds(i))),
        children.map(lambda q: Query(f"NOT ({q.text})", lambda i: not q.holds(i))),
    )


queries = st.recursive(leaf, combine, max_leaves=6)
texts = st.lists(st.sampled_from([*WORDS, "note", "-", "."]), max_size=6).map(" ".join)


@st.composite
def mails(draw):
    return {
        "sender": draw(st.sampled_from(SENDERS)),
        "subject": draw(texts),
        "body": draw(texts),
        "cc": draw(st.sampled_from([(), ("Wei <wei.zhang@northwind.example>",)])),
        "files": draw(st.sampled_from([(), ("audit report.pdf",)])),
        "at": draw(st.sampled_from([-1, 0, 1])),
        "unread": draw(st.booleans()),
    }


def build(small, make_live, base, new, marks):
    def message(number, mail):
        files = tuple(small.attachment(name) for name in mail["files"])
        at = NOON + mail["at"] * 60_000_000 + number
        keep = {k: mail[k] for k in ("sender", "subject", "body", "cc")}
        return small.message(number, attachments=files, at=at, **keep)

    live = make_live(
        messages=[message(n, m) for n, m in enumerate(base)], unread=[n for n, m in enumerate(base) if m["unread"]]
    )
    box = live.world.mail.box("assistant")
    for n, mail in enumerate(new, 500):
        box.set(Item(message(n, mail), "Inbox", unread=mail["unread"]))
    for number, folder, starred in marks:
        item = box.get(str(number))
        if item is not None:
            box.set(replace(item, folder=folder, starred=starred))
    return live, box


@given(
    st.lists(mails(), max_size=6),
    st.lists(mails(), max_size=3),
    st.lists(st.tuples(st.integers(0, 8), st.sampled_from(["Archive", "Inbox"]), st.booleans()), max_size=4),
    st.lists(queries, min_size=1, max_size=4),
)
def test_it_finds_what_the_oracle_finds(small, make_live, base, new, marks, asked):
    live, box = build(small, make_live, base, new, marks)
    for query in asked:
        want = [i for i in box.items() if query.holds(i)]
        total, found = search(live.world, "assistant", query.text, 0, 100)
        assert (total, found) == (len(want), want), query.text
        joined = search(live.world, "assistant", f"{asked[0].text} {query.text}", 0, 100)[1]
        if " OR " not in f"{asked[0].text} {query.text}":
            assert joined == [i for i in want if asked[0].holds(i)]


@given(st.text(max_size=60) | st.text(alphabet='ab:()"- ORNTfromishas\n', max_size=80))
def test_any_text_is_a_query_or_an_error_that_helps(small, make_live, text):
    live = make_live(messages=[small.message(n) for n in range(3)])
    try:
        total, found = search(live.world, "assistant", text, 0, 10)
    except ToolError as error:
        said = str(error)
    else:
        said = "found"
        assert total == len(found)
    assert said


@pytest.fixture
def find(small, make_live):
    at = {"old": datetime(2026, 2, 20, tzinfo=UTC), "new": datetime(2026, 3, 3, 12, tzinfo=UTC)}
    messages = [
        small.message(1, subject="Trial results", sender=SENDERS[0], at=to_us(at["old"])),
        small.message(2, subject="Lunch: where?", body="x" * 3000, at=to_us(at["new"])),
        small.message(3, subject="Re: trial", attachments=(small.attachment("t.pdf", b"p" * 2_000_000),)),
    ]
    live = make_live(messages=messages, timezone="Europe/Berlin")
    return lambda query: [i.message.id for i in search(live.world, "assistant", query)[1]]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["3", "2", "1"]),
        ("trial", ["3", "1"]),
        ('TRIAL -"re"', ["1"]),
        ("from: ada", ["1"]),
        ("from:me", []),
        ("to:me", ["3", "2", "1"]),
        ("from:(ada OR bob)", ["1"]),
        ("lunch:where", ["2"]),
        ("newer_than:7d", ["3", "2"]),
        ("older_than:1w", ["1"]),
        ("on:2026-02-20", ["1"]),
        ("on:2026-02", ["1"]),
        ("after:yesterday", ["3", "2"]),
        ("larger:1M", ["3"]),
        ("smaller:1k", ["1"]),
        ("is:(read)", ["3", "2", "1"]),
        ("in:anywhere trial", ["3", "1"]),
        ("OR trial OR", ["3", "1"]),
        ("(trial", ["3", "1"]),
        ("trial)) results", ["1"]),
        ('"trial', ["3", "1"]),
        ("filename:pdf", ["3"]),
        ("foo:(trial)", []),
    ],
)
def test_examples(find, query, ids):
    assert find(query) == ids


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("before:soon", "2026-03-31"),
        ("on:2026-13-01", "2026-03-31"),
        ("larger:big", "500K"),
        ("newer_than:x", "7d"),
        ("is:odd", "is:unread"),
        ("has:money", "has:attachment"),
        ("x" * 1001, "too long"),
        ("(" * 40, "parentheses"),
        ("NOT " * 60 + "x", "negations"),
    ],
)
def test_errors_say_how_to_write_it(find, query, says):
    with pytest.raises(ToolError, match=says):
        find(query)
