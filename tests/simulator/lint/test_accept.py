"""lint.yaml."""

from __future__ import annotations

import pytest

from fauxcorp.errors import ContentError

from .conftest import Changes, Make, mail

NIGHT: Changes = {"mail/1.yaml": mail(1, date="2026-04-21T03:12:09+02:00")}


def accept(**entry: str) -> dict[str, list[dict[str, str]]]:
    return {"accept": [{"check": "night-mail", "reason": "He had the night shift.", **entry}]}


@pytest.mark.parametrize("place", ["lint.yaml", "scenario/lint.yaml"])
def test_a_finding_is_accepted_with_a_reason(lint: Make, place: str) -> None:
    (found,) = lint({**NIGHT, place: accept(file="mail/1.yaml", text="03:12")})
    assert found.accepted == "He had the night shift."


@pytest.mark.parametrize("entry", [{"file": "mail/2.yaml"}, {"text": "04:12"}, {"check": "weekday"}])
def test_what_accepts_nothing_is_told(lint: Make, entry: dict[str, str]) -> None:
    found = lint({**NIGHT, "lint.yaml": accept(**entry)})
    assert {(f.check, f.accepted) for f in found} == {("night-mail", ""), ("accepts-nothing", "")}
    assert next(f.line for f in found if f.check == "accepts-nothing") == 2


@pytest.mark.parametrize("entry", [{"check": "nightmail"}, {"reason": "so"}, {"why": "because"}])
def test_what_is_wrong_in_it_is_an_error_with_its_line(lint: Make, entry: dict[str, str]) -> None:
    with pytest.raises(ContentError, match=r"lint\.yaml:\d"):
        lint({**NIGHT, "lint.yaml": accept(**entry)})
