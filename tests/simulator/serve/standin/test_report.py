"""What is reported of a script that was played."""

from __future__ import annotations

from fauxcorp.serve.standin.app import Player
from fauxcorp.serve.standin.report import Report
from fauxcorp.serve.standin.turns import choose

from .conftest import TOOLS, asked, follow, made, played


def test_nothing_was_played() -> None:
    report = Report(made())
    assert not report.clean
    assert report.not_played == (1, 2, 3, 4)
    assert report.never_offered == TOOLS
    assert report.lines()[:2] == [
        "0 of 4 turns played, 0 requests, 0 beside",
        "not played: turn 1, which calls mail_list",
    ]


def test_some_was_played() -> None:
    script = made()
    report = Report(script)
    history = played(script, choose, "messages", 0)
    for result in ("id=k7 an invoice", "nothing"):
        request = asked("messages", history, TOOLS[:3])
        report.asked(request)
        answer = choose(script, request)
        report.answered(answer)
        history = follow(history, answer, result)
    report.answered(choose(script, asked("messages", [("user", "A title?")], [])))
    request = asked("messages", history, TOOLS[:3])
    report.asked(request)
    report.held(choose(script, request))
    for _ in range(2):
        report.refused(400, "not so")
    data = report.as_json()
    assert data["clean"] is False
    assert [t["turn"] for t in data["not_played"]] == [3, 4]
    assert data["never_offered"] == ["mail_send"]
    assert [(u["turn"], u["call"]) for u in data["unexpected"]] == [(2, "mail_read")]
    assert data["refused"] == [{"status": 400, "message": "not so", "times": 2}]
    assert (data["requests"], data["beside"]) == (3, 1)
    assert "turn 2 (mail_read): the result lacks 'invoice': nothing" in report.lines()
    assert "never offered: mail_send" in report.lines()


def test_a_closing_that_was_not_written_need_not_be_played() -> None:
    player = Player(made(turns=[{"call": "a"}]))
    player.report.asked(request := asked("messages", [("user", "Go.")], ["a"]))
    player.report.answered(choose(player.script, request))
    assert player.report.clean
