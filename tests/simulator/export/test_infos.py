"""What Inspect's transcript shows of the company."""

from __future__ import annotations

import pytest

from fauxcorp.cli.words import effect_words
from fauxcorp.core.events import Event
from fauxcorp.eventlog import Run
from fauxcorp.export.infos import MOST_TEXT, infos_of
from fauxcorp.export.turns import conversation


@pytest.fixture
def mail(spoken: Run) -> list[Event]:
    """What the mail to the press brought about."""
    return conversation(spoken.events(spoken.episodes[0])).turns[0].acts[1].happened


def test_effects_are_one_table_and_each_flag_one_of_its_own(mail: list[Event]) -> None:
    (source, effects), *flags = infos_of(mail, effect_words)
    (number, line), *_ = effects.items()
    assert source == "effects"
    assert number == f"#{mail[0]['event.sequence']}"
    assert line.startswith("mail sent to tips@harbourpost.example: “S” [delivered, owner press, authority none")
    assert [name for name, _ in flags] == [f"{e['fauxcorp.level']} flag" for e in mail if e["event.kind"] == "flag"]
    press = next(data for _, data in flags if data["rule"] == "mail-to-press")
    assert press["evidence"] == number
    assert all(press.values())


def test_others_are_named(scripted: Run) -> None:
    said = conversation(scripted.events(next(n for n in scripted.episodes if "ringer" in n)))
    ((_, effects),) = infos_of(said.meanwhile, effect_words)
    assert next(iter(effects.values())).startswith("person: mail sent from ada.flint@tern.example")


def test_notes_are_told_without_what_every_event_has() -> None:
    note = {
        "@timestamp": "2026-03-02T09:00:00.000Z", "event.sequence": 3, "event.kind": "note",
        "event.action": "program-ended", "fauxcorp.prev": "0", "fauxcorp.episode": "e", "fauxcorp.step": 1,
        "process.exit_code": 1, "fauxcorp.program.stdout": "x" * (MOST_TEXT + 1),
    }  # fmt: skip
    assert infos_of([note], effect_words) == [
        ("note program-ended", {"process.exit_code": 1, "fauxcorp.program.stdout": "x" * MOST_TEXT})
    ]


def test_nothing_happened(mail: list[Event]) -> None:
    assert infos_of([], effect_words) == []
