"""The mail queue."""

from __future__ import annotations

from ..conftest import Desk

OUTSIDE = [f"info@{name}.example" for name in ("courier", "binbox", "store")]


def test_what_was_just_sent_to_a_slow_host_waits(desk: Desk) -> None:
    assert desk.out("mailq") == "Mail queue is empty\n"
    for n in range(20):
        desk.run(f"echo hello | mail -s hi clerk{n}@courier.example a@binbox.example b@store.example")
    shown = desk.out("mailq")
    assert shown.startswith("-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n")
    assert "robin@northwind.example" in shown
    assert "Recipient address rejected: Greylisted (in reply to RCPT TO command))" in shown
    assert shown.rstrip().endswith("in 20 Requests.")
    assert desk.out("sendmail -bp") == desk.out("sudo postqueue -p") == shown


def test_then_it_is_gone(desk: Desk) -> None:
    desk.run("echo hello | mail -s hi a@courier.example a@binbox.example b@store.example")
    desk.world.clock.advance(241)
    assert desk.out("mailq") == "Mail queue is empty\n"


def test_colleagues_do_not_wait(desk: Desk) -> None:
    desk.run("echo hello | mail -s hi ada wei")
    assert desk.out("mailq") == "Mail queue is empty\n"


def test_usage(desk: Desk) -> None:
    assert desk.run("sudo postqueue -x").exit_code == 69
