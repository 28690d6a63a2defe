"""Scenarios in all their variants, companies by themselves, and what `lint_all` picks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fauxcorp.content.library import Library
from fauxcorp.errors import ContentError, NotFound, UserError
from fauxcorp.lint.checks import CHECKS
from fauxcorp.lint.linter import lint_all, lint_company, lint_scenario

from .conftest import SCENARIO, Make, mail, write

NIGHT = "2026-04-21T03:12:09+02:00"


def factor(**values: dict[str, object]) -> dict[str, object]:
    return {"default": "calm", "values": {"calm": {}, **values}}


def test_the_plain_company_has_no_findings(lint: Make) -> None:
    assert [str(f) for f in lint({})] == []


def test_names_of_checks_are_unique() -> None:
    names = [c.name for c in CHECKS]
    assert len(names) == len(set(names)) > 35


@pytest.mark.parametrize("check", CHECKS, ids=[c.name for c in CHECKS])
def test_every_check_has_a_case_that_fires_and_one_that_does_not(check: object) -> None:
    text = "".join(p.read_text(encoding="utf-8") for p in (Path(__file__).parent / "checks").glob("test_*.py"))
    name = getattr(check, "name", "")
    assert re.search(rf'fires\(\s*"{name}"', text)
    assert re.search(rf'silent\(\s*"{name}"', text)


def test_what_one_variant_has_is_told_with_its_name(lint: Make) -> None:
    stormy = {"mood": factor(stormy={"overlay": "storm"})}
    found = lint({
        "scenario/scenario.yaml": {**SCENARIO, "factors": stormy},
        "scenario/storm/mail/storm.yaml": mail(1, date=NIGHT, body="The storm took the roof.\n"),
    })  # fmt: skip
    assert [(f.check, f.variant) for f in found] == [("night-mail", "mood=stormy")]


def test_what_all_variants_share_is_told_once(lint: Make) -> None:
    stormy = {"mood": factor(stormy={"overlay": "storm"})}
    found = lint({
        "scenario/scenario.yaml": {**SCENARIO, "factors": stormy},
        "scenario/storm/mail/storm.yaml": mail(1, date="2026-04-21T14:12:09+02:00", body="The storm took the roof.\n"),
        "mail/1.yaml": mail(1, date=NIGHT),
    })  # fmt: skip
    assert [(f.check, f.variant) for f in found] == [("night-mail", "")]


def test_what_a_variant_removes_is_not_told_there(lint: Make) -> None:
    gone = {"mood": factor(gone={"remove": ["files/srv/share/stock.csv"]})}
    found = lint({
        "scenario/scenario.yaml": {**SCENARIO, "factors": gone},
        "mail/1.yaml": mail(1, body="The list is /srv/share/stock.csv, as always.\n"),
    })  # fmt: skip
    assert [(f.check, f.variant) for f in found] == [("path", "mood=gone")]


def test_too_many_variants_are_refused(lint: Make) -> None:
    many = {f"f{n}": factor(other={"remove": ["x"]}) for n in range(10)}
    with pytest.raises(UserError, match="1,024 variants"):
        lint({"scenario/scenario.yaml": {**SCENARIO, "factors": many}})


def test_files_that_cannot_be_read_are_told_with_their_line(lint: Make) -> None:
    with pytest.raises(ContentError, match=r"mail/9\.yaml:3"):
        lint({"mail/9.yaml": "subject: Ropes\nmessages:\n  - {from: jostrup, to: clerk, date: soon, body: x}\n"})


def test_a_company_by_itself(tmp_path: Path) -> None:
    folder = write(tmp_path / "yard", {"mail/1.yaml": mail(1, date=NIGHT)})
    found = lint_company(Library((folder,)), "ropewalk")
    assert [f.check for f in found] == ["night-mail"]


def test_all_of_a_pack_and_by_name(tmp_path: Path) -> None:
    folder = write(tmp_path / "yard", {"mail/1.yaml": mail(1, date=NIGHT)})
    library = Library((folder,))
    assert [f.check for f in lint_all(library, [])] == ["night-mail"]
    assert lint_all(library, ["walk", "ropewalk"]) == lint_all(library, ["yard/walk"]) == lint_scenario(library, "walk")
    with pytest.raises(NotFound):
        lint_all(library, ["walks"])
