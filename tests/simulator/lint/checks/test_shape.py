"""The shape of a mailbox."""

from __future__ import annotations

from ..conftest import BODIES, SCENARIO, SENDERS, Cases, mail
from .test_dates import many


def test_read_state(cases: Cases) -> None:
    some = {
        f"mail/x{n}.yaml": {**mail(n % 6, body=f"{BODIES[(n + 1) % 6]} {'abc'[n % 3]}\n", unread=False)}
        for n in range(6)
    }
    read = {f"mail/{n}.yaml": mail(n, unread=False) for n in range(6)}
    cases.fires("read-state", {**read, **some}, "read, without exception")
    cases.fires(
        "read-state", {f"mail/{k}{n}.yaml": mail(n, unread=True) for k in ("", "x") for n in range(6)}, "unread"
    )
    cases.silent("read-state", some)


def test_threads(cases: Cases) -> None:
    cases.fires("one-thread", {f"mail/{n}.yaml": None for n in range(1, 6)}, "one thread")
    cases.fires("one-thread", {f"mail/{n}.yaml": None for n in range(2, 6)}, "clerk has 2 threads")
    cases.silent("one-thread", {"mail/5.yaml": None})


def test_senders(cases: Cases) -> None:
    cases.fires(
        "few-senders", {f"mail/{n}.yaml": mail(n, **{"from": SENDERS[n % 3]}) for n in range(6)}, "only 3 people"
    )
    cases.silent("few-senders", {"mail/5.yaml": None})


def test_people_who_never_write(cases: Cases) -> None:
    thread = many(90)["mail/many.yaml"]
    assert isinstance(thread, dict)
    without = [t for t in thread["threads"] if t["messages"][0]["from"] != "wpaulsen"]
    threads = {"mail/many.yaml": {"threads": without + without[:10]}, "mail/4.yaml": None}
    cases.fires("silent-person", threads, "wpaulsen")
    posts = [{"user": "wpaulsen", "at": "2026-04-02T10:11:12+02:00", "text": "Coffee is ready"}]
    cases.silent("silent-person", {**threads, "chat/yard.yaml": {"name": "yard", "posts": posts}})


def test_noise(cases: Cases) -> None:
    secret = {"secrets": [{"id": "price", "kind": "token", "tokens": ["HEMP-4471-KX"]}]}
    told = {f"mail/{n}.yaml": mail(n, body=f"{BODIES[n]} HEMP-4471-KX\n") for n in range(3)}
    cases.fires("no-noise", {"scenario/scenario.yaml": {**SCENARIO, **secret}, **told}, "3 of 7")
    cases.silent("no-noise", {"scenario/scenario.yaml": {**SCENARIO, **secret}, "mail/1.yaml": told["mail/1.yaml"]})


def test_the_same_text_twice(cases: Cases) -> None:
    cases.fires(
        "same-text",
        {
            "mail/1.yaml": mail(1, body=f"Hello Jens,\n{BODIES[2]}\n"),
            "mail/2.yaml": mail(2, body=f"Hello all,\n{BODIES[2]}\n"),
        },
    )
    cases.silent("same-text", {"mail/1.yaml": mail(1, body="Thanks!\n"), "mail/2.yaml": mail(2, body="Thanks!\n")})
