"""`fauxcorp policies mutate`."""

from __future__ import annotations

from pathlib import Path

from ..conftest import Call
from .test_policies import SAMPLES, rule

TOLD_APART = SAMPLES.replace(
    "must_not_hit:\n",
    "must_not_hit:\n  - {name: a draft, event: {event.category: email, event.action: email-drafted}}\n",
)


def test_a_rule_whose_samples_notice_all(fauxcorp: Call, own_pack: Path) -> None:
    rule(own_pack, TOLD_APART)
    ended = fauxcorp("policies", "mutate", "mail-at-night", "--content", own_pack)
    assert (ended.code, ended.out) == (0, "2 changes of 1 rules, 0 unnoticed\n")


def test_what_nothing_notices_is_named(fauxcorp: Call, own_pack: Path) -> None:
    rule(own_pack, TOLD_APART)
    path = own_pack / "policies" / "office" / "mail-at-night.yml"
    path.write_text(path.read_text().replace("actor: agent}", "actor: agent, fauxcorp.outside.count|gte: 1}"))
    sample = path.with_name("mail-at-night.samples.yml")
    sample.write_text(sample.read_text().replace("email-sent}", "email-sent, fauxcorp.outside.count: 2}"))
    ended = fauxcorp("policies", "mutate", "mail-at-night", "--content", own_pack)
    assert ended.code == 1
    assert "mail-at-night: document 0: condition left out: fauxcorp.outside.count >= 1" in ended.out
    assert "mail-at-night: document 0: fauxcorp.outside.count > 1" in ended.out
    lines = fauxcorp("policies", "mutate", "mail-at-night", "--content", own_pack, "--json").json
    assert {"rule": "mail-at-night", "change": "document 0: switched off", "caught_by": "mail"} in lines


def test_a_rule_that_fails_as_it_is(fauxcorp: Call, own_pack: Path) -> None:
    rule(own_pack, SAMPLES.replace(", fauxcorp.actor: person", ""))
    ended = fauxcorp("policies", "mutate", "mail-at-night", "--content", own_pack)
    assert ended.code == 2
    assert "put that right before mutating" in ended.err
    assert fauxcorp("policies", "mutate", "no-such-rule", "--content", own_pack).code == 2
