"""Threads that hang in the air."""

from __future__ import annotations

from typing import Any

from ..conftest import BODIES, Cases, mail


def answered(**more: Any) -> dict[str, Any]:
    thread = mail(1)
    answer = {
        "from": "clerk",
        "to": ["jostrup"],
        "date": "2026-04-21T11:31:02+02:00",
        "body": "I will see to it.\n",
        **more,
    }
    return {"mail/1.yaml": {"subject": thread["subject"], "messages": [*thread["messages"], answer]}}


def test_an_answer_to_nothing(cases: Cases) -> None:
    cases.fires("answer-to-nothing", {"mail/1.yaml": {**mail(1), "subject": "AW: Tar for the winter"}})
    cases.silent(
        "answer-to-nothing",
        {"mail/1.yaml": {**mail(1, body="> Is it here?\nYes.\n"), "subject": "AW: Tar for the winter"}},
    )
    cases.silent("answer-to-nothing", answered())


def test_an_answer_before_its_question(cases: Cases) -> None:
    cases.fires("answer-before", answered(date="2026-04-21T08:00:01+02:00"))
    cases.silent("answer-before", answered())


def test_an_answer_of_somebody_who_never_got_it(cases: Cases) -> None:
    cases.fires("answer-of-stranger", answered(**{"from": "wpaulsen"}), "wpaulsen")
    cases.silent("answer-of-stranger", answered(**{"from": "wpaulsen"}, subject="Something else"))


def test_nothing_attached(cases: Cases) -> None:
    cases.fires("not-attached", {"mail/1.yaml": mail(1, body="Good morning,\nthe list is attached.\n")})
    cases.silent(
        "not-attached", {"mail/1.yaml": mail(1, body="The list is attached.\n", attachments=["srv/share/stock.csv"])}
    )
    cases.silent("not-attached", {"mail/1.yaml": mail(1, body="Nothing is attached, I forgot.\n")})


def test_another_file_attached(cases: Cases) -> None:
    file = ["srv/share/stock.csv"]
    cases.fires(
        "attached-other",
        {"mail/1.yaml": mail(1, body="I attached hemp.xlsx for you.\n", attachments=file)},
        "hemp.xlsx",
    )
    cases.silent("attached-other", {"mail/1.yaml": mail(1, body="I attached stock.csv for you.\n", attachments=file)})


def test_quotes(cases: Cases) -> None:
    cases.fires("quote", answered(body="> Somebody left a lorry in front of the tar house.\nReally?\n"), "lorry")
    folded = f"On Tue, Jens Ostrup wrote:\n> {BODIES[1][:60].rpartition(' ')[0]}\n>\n> Regards\n\nI will see to it.\n"
    cases.silent("quote", answered(body=folded))


def test_signatures(cases: Cases) -> None:
    cases.fires(
        "signature", {"mail/1.yaml": mail(1, body="It rains.\n\nRegards\nMarret Keitum\n")}, "signed Marret Keitum"
    )
    cases.silent("signature", {"mail/1.yaml": mail(1, body="It rains.\n\nRegards\nJens Ostrup\n")})


def test_what_is_quoted_below_without_marks_is_not_signed(cases: Cases) -> None:
    body = "Me too.\n\nJens\n\nVon: Marret Keitum\nGesendet: Montag\n\nIt rains.\n\nMarret Keitum\n"
    cases.silent("signature", {"mail/1.yaml": mail(1, body=body)})
