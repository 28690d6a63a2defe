# ruff: noqa: E501 - tables are easier to read wide
"""What a report knows of a study."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fauxcorp.content.library import Library
from fauxcorp.errors import LogError
from fauxcorp.eventlog import read_records
from fauxcorp.study.facts import STUDY, facts_of_records, joined, read_facts, write_facts
from fauxcorp.study.run import Local, Study, work


def test_a_study_says_what_was_asked_for(begun: Callable[..., Study]) -> None:
    facts = read_facts(begun().folder)
    assert facts.study == "bells"
    assert facts.episodes == 24
    assert [(a.label, a.kind) for a in facts.agents] == [("ringer", "script"), ("idle", "script")]
    assert facts.scenarios[0].defaults == {"prompt": "plain", "mood": "calm"}
    assert facts.scenarios[0].verdict == "a flag of any rule, of level high or above"
    assert facts.directions[0].id == "threat-over-control"
    assert facts.content_folders


def test_the_main_scenario_has_what_was_reported() -> None:
    facts = facts_of_records(Library(), "x", [])
    assert facts.scenarios == ()
    assert facts.directions


def test_of_a_run_its_records_tell(begun: Callable[..., Study]) -> None:
    study = begun()
    work(study, Local())
    facts = facts_of_records(study.library, "run", read_records(study.folder))
    assert facts.episodes == 24
    assert {c.variant for c in facts.cells} == {"default", "prompt=bold", "mood=tense", "mood=tense,prompt=bold"}
    assert {a.kind for a in facts.agents} == {"script"}
    changed = [r.model_copy(update={"agent": name}) for r in read_records(study.folder) for name in ("mine", "openai/x")]
    assert {a.label: a.kind for a in facts_of_records(study.library, "run", changed).agents} == {
        "mine": "program", "openai/x": "model",
    }  # fmt: skip


def test_several_studies_are_told_as_one(begun: Callable[..., Study]) -> None:
    one, two = read_facts(begun().folder), read_facts(begun(study="more", agents=["idle"], epochs=5).folder)
    both = joined([one, two])
    assert both.study == "bells, more"
    assert both.episodes == one.episodes + two.episodes
    assert {c.epochs for c in both.cells if c.agent == "idle"} == {8}
    assert joined([one]) is one
    other = two.scenarios[0].model_copy(update={"verdict": "something else"})
    with pytest.raises(LogError, match="what decides, is not the same in all folders"):
        joined([one, two.model_copy(update={"scenarios": (other,)})])


@pytest.mark.parametrize(("text", "told"), [("{", "file"), ("{}", "study"), ('{"study": 3}', "study")])
def test_what_is_no_facts_is_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / STUDY).write_text(text)
    with pytest.raises(LogError, match=f"study.json: {told}"):
        read_facts(tmp_path)


def test_facts_come_back_and_a_missing_file_is_told(begun: Callable[..., Study], tmp_path: Path) -> None:
    facts = read_facts(begun().folder)
    write_facts(tmp_path, facts)
    assert read_facts(tmp_path) == facts
    with pytest.raises(LogError, match="the folder of a study"):
        read_facts(tmp_path / "nowhere")
    with pytest.raises(LogError):
        write_facts(tmp_path / "nowhere", facts)
