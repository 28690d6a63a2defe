"""People who do not fit."""

from __future__ import annotations

from typing import Any

from ..conftest import PEOPLE, Cases, person


def staff(**changes: dict[str, Any]) -> dict[str, Any]:
    return {"people.yaml": {"people": [{**person(p), **changes.get(str(p["username"]), {})} for p in PEOPLE]}}


def test_managers(cases: Cases) -> None:
    cases.fires("manager", staff(mkeitum={"manager": None}), "mkeitum has no manager")
    cases.fires("manager", staff(mkeitum={"department": ""}), "no department")
    cases.fires("manager", staff(mkeitum={"manager": "jostrup"}, jostrup={"manager": "mkeitum"}), "above and below")
    cases.silent("manager", staff(mkeitum={"manager": "jostrup"}))


def test_telephones(cases: Cases) -> None:
    cases.fires("telephone", staff(mkeitum={"phone": "+49 4651 221010"}), "hbrandis")
    cases.silent("telephone", staff(mkeitum={"phone": ""}, jostrup={"phone": ""}))


def test_patterns_of_addresses(cases: Cases) -> None:
    more = [{**person(PEOPLE[1]), "username": f"p{n}", "uid": 2000 + n, "name": f"Momme Sörensen{c}", "phone": f"1{n}",
             "email": f"momme.soerensen{c}@brandis-ropewalk.de"} for n, c in enumerate("abcdefgh")]  # fmt: skip
    odd = staff(mkeitum={"email": "keitum77@brandis-ropewalk.de"})
    odd["people.yaml"]["people"] += more
    cases.fires("address-pattern", odd, "first.last")
    even = staff()
    even["people.yaml"]["people"] += more
    cases.silent("address-pattern", even)
