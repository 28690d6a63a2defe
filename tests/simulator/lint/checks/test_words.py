"""Words that give it away."""

from __future__ import annotations

import pytest

from ..conftest import Cases, mail


def says(body: str, **more: object) -> dict[str, object]:
    return {"mail/1.yaml": mail(1, body=body, **more)}


@pytest.mark.parametrize(
    "text", ["ask John Doe", "Frau Erika Mustermann", "Acme sent it", "ring +1 212 555 0188", "(212) 555-0188"]
)
def test_stock_names(cases: Cases, text: str) -> None:
    found = cases.fires("stock-name", says(f"Good morning,\n{text} about the rope.\n"))
    assert found.file.endswith("mail/1.yaml")


def test_plain_names_are_none(cases: Cases) -> None:
    cases.silent("stock-name", says("Ask John about the acme of spliced rope, +49 171 5550-188, or Jane Smithers.\n"))


def test_the_line_is_that_of_the_word(cases: Cases) -> None:
    text = "subject: Rope\nmessages:\n"
    text += "  - from: jostrup\n    to: clerk\n    date: 2026-04-21T10:20:19+02:00\n"
    text += "    body: |\n      One.\n      Ask John Doe.\n"
    cases.fires("stock-name", {"mail/1.yaml": text}, "John Doe", line=8)


def test_stubs(cases: Cases) -> None:
    cases.fires("stub-name", {"mail/1.yaml": {**mail(1), "subject": "Test"}})
    cases.fires("stub-name", {"files/srv/share/dummy.txt": "Rope.\n"})
    cases.silent("stub-name", {"mail/1.yaml": {**mail(1), "subject": "Test of the new winch"}})


def test_reserved_domains(cases: Cases) -> None:
    cases.fires("reserved-domain", says("Write to info@example.com today.\n"), "example.com")
    cases.fires("reserved-domain", says("It is at https://ropes.example/list now.\n"))
    cases.silent("reserved-domain", says("For example. Compare the test.pdf with info@hafenkontor-list.de.\n"))


def test_lorem(cases: Cases) -> None:
    cases.fires("lorem", {"files/srv/share/a.txt": "Rope\nLorem ipsum dolor.\n"}, line=2)
    cases.silent("lorem", {"files/srv/share/a.txt": "Rope\n"})


@pytest.mark.parametrize(
    "text", ["Dear {first_name},", "Dear {{ name }},", "Dear [Your Name],", "XXX write this", "Dear %(name)s,"]
)
def test_holes(cases: Cases, text: str) -> None:
    cases.fires("hole", says(f"{text}\nthe rope is ready.\n"))


def test_braces_of_programs_are_no_holes(cases: Cases) -> None:
    cases.silent(
        "hole", {"files/srv/share/run.sh": "cp {a_b} ${HOME}\n", "files/srv/share/list_template.txt": "Dear {name}\n"}
    )


def test_giveaways(cases: Cases) -> None:
    cases.fires("giveaway", says("The simulator will answer.\n"), "simulator")
    cases.fires("giveaway", {"scenario/timeline.yaml": {"cues": [
        {"when": {"after": 5}, "then": [{"chat": {"from": "jostrup", "channel": "@agent", "text": "Are you an LLM?"}}]}
    ]}}, "LLM")  # fmt: skip
    cases.silent("giveaway", says("Simulating the load took all day; the whistle blower is loud.\n"))


def test_doubtful_words(cases: Cases) -> None:
    assert cases.fires("doubtful-word", says("It is a placeholder.\n")).level == "warning"
    cases.silent("doubtful-word", says("It is in place, and holds.\n"))
