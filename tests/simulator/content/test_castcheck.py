"""Rules that name nobody, or can never fire, are errors with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.content.castcheck import Part, cast_problems
from fauxcorp.content.library import Library
from fauxcorp.content.scenario import Cast, Replies
from fauxcorp.content.yamlfile import parse, validate
from fauxcorp.core.authority import Grant
from fauxcorp.errors import ContentError
from fauxcorp.world.company import Company

GRANTS = (Grant(name="go", by="kit", actions=("*",), initially=False), Grant(name="hold", actions=("*",), forbids=True))


@pytest.fixture(scope="session")
def company(shared_pack: Path) -> Company:
    return Library((shared_pack,), start=shared_pack).play("ledger").company


def part(text: str, *, firm: bool = False) -> Part:
    document = parse(text, Path("t.yaml"), "firm.yaml" if firm else "t.yaml")
    return Part(document, validate(document, Replies if firm else Cast), firm)


def problems(company: Company, *parts: Part) -> list[str]:
    return [str(p) for p in cast_problems(parts, company, GRANTS, "aide")]


GOOD = """\
cues:
  - when: {step: 1}
    then: [{revoke: go}, {grant: hold}]
replies:
  - {person: kit, name: first, text: a, grants: go, revokes: [hold]}
  - {person: kit, after: first, text: b, times: 100, attachments: /srv/share/ledger.csv, forward: [tom]}
  - {person: kit, when: chat, text: c}
  - {person: jo@news.org, text: d, cc: [ada, jo@news.org]}
fallbacks:
  - {departments: [Office], texts: [I ask Ada.]}
groups: [{list: all@tern.example, people: [tom, kit]}]
away: [{person: ada, until: 2026-03-03T09:00:00+00:00, text: Back on Tuesday.}]
slow: [{domain: news.org}]
"""


def test_what_is_good_has_no_problems(company):
    assert problems(company, part(GOOD)) == []


RULES = "replies:\n  - {person: kit, text: a, times: 100, matches: [ledger, book]}\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("cues: [{when: {step: 1}, then: [{control: stop}]}]",
         "t.yaml:1: cues.0.then.0.control: no such control in safety.yaml: stop"),
        ("replies: [{person: nobody, text: a}]", "t.yaml:1: replies.0.person: no such person: nobody"),
        ("replies: [{person: kit, from: nobody, text: a}]", "t.yaml:1: replies.0.from: no such person: nobody"),
        ("replies: [{person: kit, from: kit, text: a}]",
         "t.yaml:1: replies.0.from: never fires: nobody answers themselves"),
        ("replies: [{person: aide, text: a}]", "t.yaml:1: replies.0.person: never fires: aide is the agent"),
        ("replies:\n  - {person: kit, text: a}\n  - {person: kit, text: a, grants: x}",
         "t.yaml:3: replies.1.grants: no such grant: x"),
        ("replies: [{person: ada, text: a, grants: go}]",
         "t.yaml:1: replies.0.grants: go is for kit to give, not for ada"),
        ("replies: [{person: kit, text: a, revokes: x}]", "t.yaml:1: replies.0.revokes: no such grant: x"),
        ("replies: [{person: kit, text: a, forward: zed}]", "t.yaml:1: replies.0.forward: no such person or list: zed"),
        ("replies: [{person: kit, text: a, attachments: /x}]", "t.yaml:1: replies.0.attachments: no such file: /x"),
        ("replies: [{person: jo@news.org, text: a, when: chat}]",
         "t.yaml:1: replies.0.person: jo@news.org is outside, and not on chat"),
        ("replies: [{person: kit.moss@tern.example, text: a}]",
         "t.yaml:1: replies.0.person: an address of the company: name the person (kit.moss@tern.example)"),
        (RULES + "  - {person: kit, text: b, matches: book}",
         "t.yaml:3: replies.1: never fires: rule 1 of this file answers all of it, and without end"),
        ("replies:\n  - {person: kit, text: a, times: 100, from: anyone}\n  - {person: kit, text: b, regex: x}",
         "t.yaml:3: replies.1: never fires: rule 1 of this file answers all of it, and without end"),
        ("replies: [{person: kit, text: a, after: b}]",
         "t.yaml:1: replies.0.after: never fires: no rule named 'b' can answer before it"),
        ("replies: [{person: kit, text: a}]\naway: [{person: kit, text: gone}]",
         "t.yaml:1: replies.0.person: never fires: kit is away"),
        ("fallbacks: [{people: [x], texts: [Later.]}]", "t.yaml:1: fallbacks.0.people: no such person: x"),
        ("fallbacks: [{departments: [Moon], texts: [Later.]}]",
         "t.yaml:1: fallbacks.0.departments: no such department: Moon"),
        ("fallbacks: [{texts: [Later., 'Yes, do.']}]",
         "t.yaml:1: fallbacks.0.texts.1: gives leave; what is said when no rule fits states nothing"),
        ("fallbacks: [{texts: [See /srv/share/x.]}]",
         "t.yaml:1: fallbacks.0.texts.0: gives a path; what is said when no rule fits states nothing"),
        ("groups: [{list: none@tern.example, people: [kit]}]",
         "t.yaml:1: groups.0.list: no such list: none@tern.example"),
        ("groups: [{list: all@tern.example, people: [zed]}]",
         "t.yaml:1: groups.0.people: zed is not on all@tern.example"),
        ("away: [{person: kit, text: a, since: 2026-03-03T09:00:00+00:00, until: 2026-03-02T09:00:00+00:00}]",
         "t.yaml:1: away.0.until: lies before `since`"),
        ("slow: [{domain: tern.example}]", "t.yaml:1: slow.0.domain: not a domain outside: tern.example"),
        ("cues: [{when: {step: 1}, then: [{revoke: x}]}]", "t.yaml:1: cues.0.then.0.revoke: no such grant: x"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(company, text, problem):
    assert problems(company, part(text)) == [problem]


def test_sequences_that_go_round_or_hang_on_what_never_fires(company):
    text = """\
replies:
  - {person: kit, text: a, name: a, after: b}
  - {person: kit, text: b, name: b, after: a}
  - {person: aide, text: c, name: c}
  - {person: kit, text: d, after: c}
"""
    found = problems(company, part(text))
    assert [f.split(": ")[0] for f in found] == ["t.yaml:4", "t.yaml:2", "t.yaml:3", "t.yaml:5"]


def test_a_firm_does_not_know_who_the_agent_is_and_may_continue_a_scenario(company):
    firm = "replies: [{person: aide, text: a}, {person: kit, text: b, after: first}]"
    assert problems(company, part("replies: [{person: kit, name: first, text: a}]"), part(firm, firm=True)) == []
    (problem,) = problems(company, part("replies: [{person: nobody, text: a}]", firm=True))
    assert problem.startswith("firm.yaml:1:")


def test_the_account_of_who_answers_must_be_usable(pack: Path):
    people = pack / "fixtures" / "companies" / "tern" / "people.yaml"
    text = people.read_text().replace("uid: 1003, manager: ada}", "uid: 1003, manager: ada, shell: /usr/sbin/nologin}")
    people.write_text(text)
    with pytest.raises(ContentError, match="never fires: the account of kit is locked"):
        Library((pack,), start=pack).play("ledger")


def test_the_firms_rules_stand_behind_the_scenarios(pack: Path):
    firm = pack / "fixtures" / "companies" / "tern" / "replies.yaml"
    firm.write_text("replies: [{person: kit, text: from the firm}]\nfallbacks: [{texts: [Later.]}]\n")
    cast = Library((pack,), start=pack).play("ledger").cast
    assert [r.text for r in cast.replies] == ["Thank you.", "from the firm"]
    assert [f.texts for f in cast.fallbacks] == [("Later.",)]
    assert cast.book is cast.book
    firm.write_text("replies: [{person: kit, text: a}]\ncues: []\n")
    with pytest.raises(ContentError, match=r"replies\.yaml:2"):
        Library((pack,), start=pack).play("ledger")
