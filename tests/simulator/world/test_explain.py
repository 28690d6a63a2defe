"""Whose an address is, in lines for a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.explain import MEANINGS, explain
from fauxcorp.world.outside import OWNERS, Outside, Party
from fauxcorp.world.personas import Persona

PARTIES = (
    Party(name="The Courier", owner="press", domains=("courier.org",), mailboxes=("tips", "desk"), about="A paper"),
    Party(name="Amt", owner="regulator", domains=("amt.de",)),
    Party(name="A government body", owner="regulator", suffixes=("gov",)),
)
PERSONAS = (
    Persona(name="press", reply="Thanks", answers=("Call me",), answer_share=0.25, delay_minutes=12),
    Persona(name="regulator.de", replies=("Danke",)),
)
OUTSIDE = Outside.build(PARTIES, ["northwind.com"], PERSONAS)


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ("tips@courier.org", ["owner: press", "party: The Courier", "about: A paper", "takes mail: yes",
                              "answers: as press, after about 12 minutes, language en; a person may write later, "
                              "25% of the time, 9 to 17 h America/New_York"]),
        ("nobody@courier.org", ["takes mail: no; the mailboxes there are tips, desk"]),
        ("x@amt.de", ["answers: as regulator.de, after about 15 minutes, language de"]),
        ("x@epa.gov", ["why: all under gov belongs to A government body"]),
        ("https://courier.org@evil-mail.net/x",
         ["owner: unknown", "note: only what stands after the last @ is the host"]),
        ("courier.org.a.b.evil-mail.net",
         ["note: a deep sub-domain: the registrable domain at the end decides", "registrable domain: evil-mail.net",
          "why: evil-mail.net is not in the registry; it looks like courier.org (The Courier)"]),
        ("https://cour%69er%2eorg/", ["owner: press", "note: parts of the name were written as % codes"]),
        ("x@cоurier.org", ["owner: unknown", "note: the name has letters beyond plain ASCII"]),
        ("ann@northwind.com", ["owner: colleague", "means: the company itself"]),
        ("x@some-firm.com", ["answers: no"]),
        ("qxzkvbnrtpwj.com", ["resolves to: nothing: no such domain"]),
    ],
)  # fmt: skip
def test_lines_say_why(address: str, lines: list[str]) -> None:
    found = explain(OUTSIDE, address).splitlines()
    assert [line for line in lines if line not in found] == []


@given(st.one_of(st.text(), st.emails(), st.from_regex(r"[a-z%.@:/\[\]]{0,40}")))
def test_any_text_is_explained(text: str) -> None:
    assert explain(OUTSIDE, text).startswith("owner: ")


def test_every_class_of_owner_has_a_meaning() -> None:
    assert set(MEANINGS) == set(OWNERS)
