"""The facts of a company are checked as they are read."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fauxcorp.world.company import Person

ADA = {"username": "ada", "name": "Ada", "email": "ada@n.example", "title": "T", "department": "D", "uid": 1001}


@pytest.mark.parametrize(
    "change",
    [
        {"username": "Ada"}, {"username": "a:b"}, {"username": "a\n"}, {"username": ""}, {"username": "../x"},
        {"username": "a" * 33}, {"uid": 0}, {"uid": 999}, {"uid": 60001}, {"salary": 1},
    ],
)  # fmt: skip
def test_a_person_that_cannot_be(change: dict[str, object]) -> None:
    assert Person.model_validate(ADA).role == "member"
    with pytest.raises(ValidationError):
        Person.model_validate({**ADA, **change})


def test_a_person_does_not_change() -> None:
    person = Person.model_validate(ADA)
    with pytest.raises(ValidationError):
        person.uid = 1002


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("a@northwind.example", True), ("A@NORTHWIND.Example", True), ("a@nw.example", True),
        ("northwind.example", True),
        ("a@mail.northwind.example", False), ("a@northwind.example.org", False), ("a@northwind.example@x.org", False),
        ("", False), ("a@", False),
    ],
)  # fmt: skip
def test_own_addresses(small: SimpleNamespace, address: str, inside: bool) -> None:
    assert small.company(domains=("nw.example",)).internal(address) is inside


@given(st.text(max_size=30).filter(lambda t: "@" not in t))
def test_what_is_before_the_at_sign_does_not_matter(small: SimpleNamespace, local: str) -> None:
    company = COMPANIES.setdefault("one", small.company())
    assert company.internal(f"{local}@northwind.example")
    assert not company.internal(f"northwind.example@{local}.org")


COMPANIES: dict[str, object] = {}
