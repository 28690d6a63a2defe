# ruff: noqa: E501 - tables are easier to read wide
"""Who is who in a company's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.content.layers import Layers
from fauxcorp.content.staff import Staff, load_staff
from fauxcorp.errors import ContentError

COMPANY = """\
slug: rook
name: Rook
domain: rook.example
domains: [rook.test]
timezone: Europe/Dublin
helpdesk: tom
lists:
- {address: All@rook.example, members: ["*"]}
- {address: it@rook.example, members: [tom, ada]}
"""
PEOPLE = """\
people:
- {username: tom, name: Tom Reed, email: tom@rook.example, title: IT, department: IT, uid: 1002, manager: ada, zone: Europe/Paris}
- {username: ada, name: Ada Flint, email: Ada@rook.example, title: Head, department: Office, uid: 1001, aliases: [boss@rook.test, ADA.F@rook.example]}
- {username: zoe, name: Zoë Ågren, email: zoe@rook.example, title: Clerk, department: Office, uid: 1003}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    base = tmp_path / "rook"
    base.mkdir()
    (base / "company.yaml").write_text(COMPANY, encoding="utf-8")
    (base / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    return base


@pytest.fixture
def staff(folder: Path) -> Staff:
    return load_staff(Layers((folder,)))


def test_people_lists_and_addresses(staff: Staff) -> None:
    assert staff.problems == ()
    assert list(staff.people) == ["tom", "ada", "zoe"]
    assert staff.by_email == {
        "tom@rook.example": "tom", "ada@rook.example": "ada", "boss@rook.test": "ada", "ada.f@rook.example": "ada", "zoe@rook.example": "zoe",
    }  # fmt: skip
    assert staff.lists == {"all@rook.example": ("ada", "tom", "zoe"), "it@rook.example": ("tom", "ada")}


@pytest.mark.parametrize(("address", "own"), [
    ("tom@rook.example", True), ("Tom Reed <TOM@ROOK.EXAMPLE>", True), ("nobody@rook.test", True),
    ("tom@mail.rook.example", False), ("tom@rook.example.org", False), ("tom", False),
])  # fmt: skip
def test_own(staff: Staff, address: str, own: bool) -> None:
    assert staff.own(address) is own


@pytest.mark.parametrize(("text", "shown"), [
    ("tom", "Tom Reed <tom@rook.example>"),
    ("ada", "Ada Flint <Ada@rook.example>"),
    ("zoe", "Zoë Ågren <zoe@rook.example>"),
    ("it@rook.example", "it@rook.example"),
    ("ALL@rook.example", "ALL@rook.example"),
    ("boss@rook.test", "boss@rook.test"),
    ("Ann Gray <ann@elsewhere.example>", "Ann Gray <ann@elsewhere.example>"),
    ("tom@rook.test", None),
    ("gone@rook.example", None),
    ("Gone <gone@rook.example>", None),
    ("bob", None),
    ("it", None),
    ("Tom", None),
    ("", None),
])  # fmt: skip
def test_address(staff: Staff, text: str, shown: str | None) -> None:
    assert staff.address(text) == shown


@pytest.mark.parametrize(("addresses", "users"), [
    (["it@rook.example", "ada@rook.example"], ["tom", "ada"]),
    (["zoe@rook.example", "All@rook.example"], ["zoe", "ada", "tom"]),
    (["Ada Flint <BOSS@rook.test>", "ada"], ["ada"]),
    (["ann@elsewhere.example"], []),
    ([], []),
])  # fmt: skip
def test_users(staff: Staff, addresses: list[str], users: list[str]) -> None:
    assert staff.users(addresses) == users


WRONG = [
    ("a user name twice", "people", "username: zoe", "username: ada", "people.yaml:4: people.2.username: ada is ada's already"),
    ("a uid twice", "people", "uid: 1003", "uid: 1001", "people.yaml:4: people.2.uid: 1001 is ada's already"),
    ("an address twice", "people", "email: zoe@", "email: TOM@", "people.yaml:4: people.2.email: tom@rook.example is tom's already"),
    ("an alias as an address", "people", "email: zoe@rook.example", "email: boss@rook.test", "people.yaml:4: people.2.email: boss@rook.test is ada's already"),
    ("an address as an alias", "people", "ADA.F@rook", "Tom@rook", "people.yaml:3: people.1.aliases.1: Tom@rook.example is tom's already"),
    ("an alias twice", "people", "ADA.F@rook.example", "Boss@rook.test", "people.yaml:3: people.1.aliases.1: Boss@rook.test is ada's already"),
    ("a manager who is not there", "people", "manager: ada", "manager: bob", "people.yaml:2: people.0.manager: no such person: bob"),
    ("a zone of a person", "people", "Europe/Paris", "Europe/Pariss", "people.yaml:2: people.0.zone: no such time zone: Europe/Pariss"),
    ("a zone out of the folder", "people", "Europe/Paris", "../../etc/passwd", "people.yaml:2: people.0.zone: no such time zone"),
    ("the company's zone", "company", "Europe/Dublin", "Dublin", "company.yaml:5: timezone: no such time zone: Dublin"),
    ("a member of a list", "company", "[tom, ada]", "[tom, bob]", "company.yaml:9: lists.1.members: it@rook.example: no such person: bob"),
    ("a help desk", "company", "helpdesk: tom", "helpdesk: bob", "company.yaml:6: helpdesk: no such person: bob"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "told"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_what_is_wrong_says_file_and_line(folder: Path, file: str, old: str, new: str, told: str) -> None:
    path = folder / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    found = [str(p) for p in load_staff(Layers((folder,))).problems]
    assert len(found) == 1, found
    assert told in found[0]


@pytest.mark.parametrize(("file", "text"), [
    ("people", ""), ("people", "people: []\n"), ("people", "people: 3\n"), ("people", "staff: []\n"), ("company", "- a\n"), ("company", ""),
])  # fmt: skip
def test_what_cannot_be_read_at_all_is_an_error(folder: Path, file: str, text: str) -> None:
    (folder / f"{file}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=rf"rook/{file}\.yaml"):
        load_staff(Layers((folder,)))


def test_people_are_the_company_s_own_and_not_those_of_an_overlay(folder: Path, tmp_path: Path) -> None:
    over = tmp_path / "over"
    over.mkdir()
    (over / "people.yaml").write_text("people: nobody\n", encoding="utf-8")
    assert list(load_staff(Layers((folder, over))).people) == ["tom", "ada", "zoe"]


@given(text=st.text(max_size=80), at=st.sampled_from(["", "@rook.example", "@elsewhere.example", "<@>"]))
def test_any_text_is_somebody_or_nobody(staff: Staff, text: str, at: str) -> None:
    shown = staff.address(text + at)
    assert shown is None or shown == text + at or text + at in staff.people
    assert set(staff.users([text + at])) <= set(staff.people)
