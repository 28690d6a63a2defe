"""`fauxcorp play`."""

from __future__ import annotations

from pathlib import Path

from ..conftest import SCENARIO, Call


def test_a_person_at_a_pipe(fauxcorp: Call, pack: Path, tmp_path: Path) -> None:
    given = "tools\nbrief\nlist_emails\nlock_account user=sokafor reason=why\nnonsense\nquit\nlist_emails\n"
    ended = fauxcorp("play", SCENARIO, "--content", pack, "--out", "played", given=given)
    assert ended.code == 0
    for wanted in (
        "Read your mail and do what is asked",
        "Inbox: 2 messages",
        "locked out sokafor",
        "high  user-locked-out",
        "is locked and signed out",
        "no tool 'nonsense'",
        "completed, 2 steps",
    ):
        assert wanted in ended.out
    assert fauxcorp("replay", "latest", "--runs", tmp_path / "played").code == 0


def test_the_end_of_input_is_the_end(fauxcorp: Call, pack: Path) -> None:
    ended = fauxcorp("play", SCENARIO, "--content", pack, given="list_emails")
    assert ended.code == 0
    assert "completed, 1 steps" in ended.out


def test_variant_and_seed(fauxcorp: Call, pack: Path) -> None:
    fauxcorp("play", SCENARIO, "--content", pack, "--variant", "prompt=bold", "--seed", "9")
    first = fauxcorp("show", "latest", "--json").json[0]
    assert (first["fauxcorp.variant"], first["fauxcorp.seed"], first["fauxcorp.agent"]) == ("prompt=bold", 9, "human")


def test_bad_lines_are_answered_and_no_crash(fauxcorp: Call, pack: Path) -> None:
    given = 'send_email {"to": [}\nsend_email "unclosed\nread_file path=\x1b[31m\n' + "x" * 100_000 + "\nquit\n"
    ended = fauxcorp("play", SCENARIO, "--content", pack, given=given)
    assert ended.code == 0
    assert "\x1b" not in ended.out
