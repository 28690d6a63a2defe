"""Every modifier and every form of condition, tried on events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Matches = Callable[..., bool]
S, B = "email.subject", "email.body"


@pytest.mark.parametrize(
    ("item", "event", "expected"),
    [
        # plain values, case, lists
        ("email.subject: Report", {S: "rEPORT"}, True),
        ("email.subject: Report", {S: "Reports"}, False),
        ("email.subject: Report", {}, False),
        ("email.subject: [one, two]", {S: "TWO"}, True),
        ("email.subject: [a, b, c, d, e, f]", {S: "e"}, True),
        ("email.subject: [a, b, c, d, e, f]", {S: "g"}, False),
        ("email.to.address: b@x.example", {"email.to.address": ["a@x.example", "B@x.example"]}, True),
        ("email.to.address: c@x.example", {"email.to.address": ["a@x.example"]}, False),
        ("email.subject: ''", {S: ""}, True),
        ("email.subject: ''", {}, False),
        ("email.subject: '7'", {S: 7}, True),
        # wildcards
        ("email.subject: 'rep*t'", {S: "Report"}, True),
        ("email.subject: 'rep*t'", {S: "Report!"}, False),
        ("email.subject: 'r?port'", {S: "REPORT"}, True),
        ("email.subject: 'r?port'", {S: "rport"}, False),
        ("email.subject: 'a*'", {S: "ab\ncd"}, True),
        ("email.subject: 'a*c*d'", {S: "ab\nc\nd"}, True),
        (r"email.subject: 'a\*c'", {S: "a*c"}, True),
        (r"email.subject: 'a\*c'", {S: "abc"}, False),
        ("email.subject: '*'", {S: "anything"}, True),
        ("email.subject: '*'", {}, False),
        ("email.subject: 'x.(y)*[z]'", {S: "x.(y)--[z]"}, True),
        ("email.subject: 'x.(y)*[z]'", {S: "xa(y)--[z]"}, False),
        # contains, startswith, endswith, all, cased
        ("email.body|contains: ecre", {B: "a SECRET thing"}, True),
        ("email.body|contains: [foo, thing]", {B: "a SECRET thing"}, True),
        ("email.body|contains|all: [secret, thing]", {B: "a SECRET thing"}, True),
        ("email.body|contains|all: [secret, other]", {B: "a SECRET thing"}, False),
        ("email.body|contains: 'a*c'", {B: "xxa--cxx"}, True),
        ("email.body|startswith: 'a s'", {B: "A secret"}, True),
        ("email.body|startswith: secret", {B: "a secret"}, False),
        ("email.body|endswith: [x, secret]", {B: "a SECRET"}, True),
        ("email.body|endswith: a", {B: "a secret"}, False),
        ("email.body|contains|cased: Secret", {B: "a Secret"}, True),
        ("email.body|contains|cased: Secret", {B: "a secret"}, False),
        ("email.subject|cased: 'R*t'", {S: "Report"}, True),
        ("email.subject|cased: 'R*t'", {S: "report"}, False),
        # re and its flags
        (r"email.body|re: 'id-\d+'", {B: "see id-77 now"}, True),
        (r"email.body|re: 'ID-\d+'", {B: "see id-77 now"}, False),
        (r"email.body|re|i: 'ID-\d+'", {B: "see id-77 now"}, True),
        ("email.body|re: '^b$'", {B: "a\nb\nc"}, False),
        ("email.body|re|m: '^b$'", {B: "a\nb\nc"}, True),
        ("email.body|re: 'a.b'", {B: "a\nb"}, False),
        ("email.body|re|s: 'a.b'", {B: "a\nb"}, True),
        ("email.body|re|i|s: 'A.B'", {B: "a\nb"}, True),
        ("email.body|re: '[é-ü]x'", {B: "öx \ud800"}, True),
        ("email.to.address|re: '^b'", {"email.to.address": ["a", "b"]}, True),
        # encodings
        ("email.body|base64|contains: secret", {B: "x c2VjcmV0 y"}, True),
        ("email.body|base64offset|contains: secret", {B: "YSBzZWNyZXQgdGhpbmc="}, True),
        ("email.body|base64offset|contains: other", {B: "YSBzZWNyZXQgdGhpbmc="}, False),
        ("email.body|wide|base64offset|contains: ab", {B: "YQBiAA=="}, True),
        ("email.body|utf16be|base64|contains: ab", {B: "AGEAYg=="}, True),
        ("email.body|windash|contains: ' -f'", {B: "rm /f x"}, True),
        ("email.body|windash|contains: ' -f'", {B: "rm –f x"}, True),
        ("email.body|windash|contains: ' -f'", {B: "rm f x"}, False),
        # numbers, truth values, nothing
        ("fauxcorp.outside.count: 3", {"fauxcorp.outside.count": 3}, True),
        ("fauxcorp.outside.count: 3", {"fauxcorp.outside.count": 3.0}, True),
        ("fauxcorp.outside.count: 3", {"fauxcorp.outside.count": 4}, False),
        ("fauxcorp.outside.count: [1, 4]", {"fauxcorp.outside.count": 4}, True),
        ("fauxcorp.outside.count: '3'", {"fauxcorp.outside.count": 3}, True),
        ("fauxcorp.outside.count|gt: 3", {"fauxcorp.outside.count": 3}, False),
        ("fauxcorp.outside.count|gte: 3", {"fauxcorp.outside.count": 3}, True),
        ("fauxcorp.outside.count|lt: 3", {"fauxcorp.outside.count": 2}, True),
        ("fauxcorp.outside.count|lt: 3", {}, False),
        ("fauxcorp.outside.count|lte: 3", {"fauxcorp.outside.count": True}, False),
        ("fauxcorp.secret.share|gte: 0.5", {"fauxcorp.secret.share": 0.5}, True),
        ("email.attachments.file.size|gt: 10", {"email.attachments.file.size": [1, 50]}, True),
        ("fauxcorp.target.self: true", {"fauxcorp.target.self": True}, True),
        ("fauxcorp.target.self: true", {"fauxcorp.target.self": False}, False),
        ("fauxcorp.target.self: false", {}, False),
        ("email.subject: null", {}, True),
        ("email.subject: null", {S: None}, True),
        ("email.subject: null", {S: []}, True),
        ("email.subject: null", {S: ""}, False),
        ("email.subject|exists: true", {S: None}, True),
        ("email.subject|exists: true", {}, False),
        ("email.subject|exists: false", {}, True),
        # neq, fieldref, cidr, parts of times
        ("email.subject|neq: a", {S: "b"}, True),
        ("email.subject|neq: a", {S: "A"}, False),
        ("email.subject|neq: [a, b]", {S: "b"}, False),
        ("email.subject|contains|neq: a", {S: "xax"}, False),
        ("email.subject|fieldref: user.name", {S: "AGENT"}, True),
        ("email.subject|fieldref: user.name", {S: "agents"}, False),
        ("email.subject|fieldref|startswith: user.name", {S: "agents"}, True),
        ("email.subject|fieldref|endswith: user.name", {S: "an agent"}, True),
        ("email.subject|fieldref|contains: user.name", {S: "an agent!"}, True),
        ("email.subject|fieldref: email.body", {}, False),
        ("destination.ip|cidr: 10.0.0.0/8", {"destination.ip": "10.2.3.4"}, True),
        ("destination.ip|cidr: 10.0.0.0/8", {"destination.ip": "11.2.3.4"}, False),
        ("destination.ip|cidr: 10.0.0.0/8", {"destination.ip": "ten"}, False),
        ("destination.ip|cidr: '2001:db8::/32'", {"destination.ip": "2001:DB8::1"}, True),
        ("'@timestamp|hour': 3", {"@timestamp": "2026-03-02T03:04:05.000Z"}, True),
        ("'@timestamp|hour': 3", {"@timestamp": "2026-03-02T03:04:05.000+01:00"}, False),
        ("'@timestamp|minute': 4", {"@timestamp": "2026-03-02T03:04:05.000Z"}, True),
        ("'@timestamp|day': 2", {"@timestamp": "2026-03-02T03:04:05.000Z"}, True),
        ("'@timestamp|week': 10", {"@timestamp": "2026-03-02T03:04:05.000Z"}, True),
        ("'@timestamp|month': 3", {"@timestamp": "2026-03-02T03:04:05.000Z"}, True),
        ("'@timestamp|year': 2025", {"@timestamp": "2026-03-02T03:04:05.000Z"}, False),
    ],
)
def test_modifiers(matches: Matches, item: str, event: dict[str, Any], expected: bool) -> None:
    assert matches(f"s:\n  {item}\ncondition: s", event) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a", {"a", "ab"}),
        ("not a", {"b", ""}),
        ("a and b", {"ab"}),
        ("a or b", {"a", "b", "ab"}),
        ("a and not b", {"a"}),
        ("not (a or b)", {""}),
        ("not a and not b", {""}),
        ("a or b and not a", {"a", "b", "ab"}),
        ("(a or b) and not (a and b)", {"a", "b"}),
        ("not not a", {"a", "ab"}),
        ("1 of them", {"a", "b", "ab"}),
        ("any of them", {"a", "b", "ab"}),
        ("all of them", {"ab"}),
        ("not 1 of them", {""}),
        ("[a, b]", {"a", "b", "ab"}),
    ],
)
def test_conditions(matches: Matches, condition: str, expected: set[str]) -> None:
    detection = f"a: {{email.subject|contains: a}}\nb: {{email.subject|contains: b}}\ncondition: {condition}"
    if condition in ("a", "not a", "not not a"):
        detection = f"a: {{email.subject|contains: a}}\ncondition: {condition}"
    assert {t for t in ("", "a", "b", "ab") if matches(detection, {S: t})} == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("1 of sel_* and other", {"x1", "x2", "x12"}),
        ("all of sel_* and other", {"x12"}),
        ("other and not 1 of sel_*", {"x"}),
        ("all of sel_*_no or other or 1 of sel_*", {"1", "2", "12", "x", "x1", "x2", "x12"}),
    ],
)
def test_selectors_with_wildcards(matches: Matches, condition: str, expected: set[str]) -> None:
    detection = (
        "sel_one_no: {email.subject|contains: '1'}\nsel_two_no: {email.subject|contains: '2'}\n"
        f"other: {{email.subject|contains: x}}\ncondition: {condition}"
    )
    assert {t for t in ("", "1", "2", "12", "x", "x1", "x2", "x12") if matches(detection, {S: t})} == expected


def test_a_map_means_all_and_a_list_of_maps_means_any(matches: Matches) -> None:
    both = "s:\n  email.subject: a\n  email.body: b\ncondition: s"
    either = "s:\n  - email.subject: a\n    email.to.address: c\n  - email.body: b\ncondition: s"
    assert matches(both, {S: "a", B: "b"})
    assert not matches(both, {S: "a"})
    assert matches(either, {B: "b"})
    assert not matches(either, {S: "a"})
    assert matches(either, {S: "a", "email.to.address": ["c"]})


def test_values_without_a_field_are_searched_everywhere(matches: Matches) -> None:
    keywords = "k: [tip line, whistle]\ncondition: k"
    assert matches(keywords, {B: "the WHISTLE blew"})
    assert matches(keywords, {"email.to.address": ["a", "Tip Line <x>"]})
    assert not matches(keywords, {B: "tip  line"})
    assert matches("k:\n  '|all': [a1, b2]\ncondition: k", {S: "a1", B: "b2"})
    assert not matches("k:\n  '|all': [a1, b2]\ncondition: k", {S: "a1"})
    assert matches("k:\n  '|re': 'x[0-9]'\ncondition: k", {S: "x7"})
    assert not matches("k:\n  '|cased': Abc\ncondition: k", {S: "abc"})


def test_expand_takes_plain_values_from_lists(matches: Matches) -> None:
    lists = {"domains": "# who\nalpha.example\nBeta.example # and him\n\nst*r.example\n"}
    exact = "s: {email.subject|expand: '%domains%'}\ncondition: s"
    suffix = "s: {email.to.address|endswith|expand: '@%domains%'}\ncondition: s"
    assert matches(exact, {S: "beta.EXAMPLE"}, lists)
    assert not matches(exact, {S: "# who"}, lists)
    assert matches(exact, {S: "st*r.example"}, lists)
    assert not matches(exact, {S: "star.example"}, lists), "an entry is no pattern"
    assert matches(suffix, {"email.to.address": ["x@alpha.example"]}, lists)
    assert not matches(suffix, {"email.to.address": ["x@gamma.example"]}, lists)
    assert matches("s: {email.subject: '%domains%'}\ncondition: s", {S: "%domains%"}, lists), (
        "without expand, as it stands"
    )


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){12}$", "^(([a-z])+.)+[A-Z]([a-z])+$"])
def test_patterns_that_explode_elsewhere_end(matches: Matches, pattern: str) -> None:
    body = "a" * 100_000 + "!"
    assert not matches(f"s:\n  email.body|re: '{pattern}'\ncondition: s", {B: body})
    assert not matches("s:\n  email.body: '*a*a*a*a*a*a*a*a*b'\ncondition: s", {B: body})
