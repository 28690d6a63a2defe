from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.agents.presets import INSIDE_PRESETS, PRESETS
from fauxcorp.cli.programs import ProgramOptions, is_inside, is_program, program_agent
from fauxcorp.errors import UserError
from fauxcorp.sandbox.docker.luggage import Luggage


def test_which_names_are_programs() -> None:
    assert all(map(is_program, ["claude-code", "codex", "command: x", "mine=command: x {task}", "command:x"]))
    assert not any(map(is_program, ["openai/gpt", "offender", "python:a:b", "commander", "a b=command: x"]))
    assert all(map(is_inside, ["inside: x", "mine=inside: x {task}", "inside:codex"]))
    assert not any(map(is_inside, ["command: x", "insider", "claude-code"]))


def test_names_in_the_records() -> None:
    assert program_agent("command: /opt/my-agent {task}", "", None).name == "my-agent"
    assert program_agent("mine.2=command: x", "", None).name == "mine.2"
    assert program_agent("inside: python3 /opt/a/agent.py {task}", "", None).name == "python3-inside"
    assert program_agent("mine=inside: x", "", None).name == "mine"


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("command: ", ProgramOptions(), "names no program"),
        ("command: x {nope}", ProgramOptions(), "no placeholder {nope}"),
        ("command: x", ProgramOptions(passed=("NO_SUCH_VARIABLE",)), "NO_SUCH_VARIABLE: it is not set"),
    ],
)
def test_bad_input(name: str, options: ProgramOptions, said: str) -> None:
    with pytest.raises(UserError, match=said):
        program_agent(name, "", options)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_whose_program_is_missing_says_how_it_is_had(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="npm install"):
        program_agent(name, "", None)
    program = tmp_path / PRESETS[name].program
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert program_agent(name, "http://127.0.0.1:1/v1", ProgramOptions(model="m")).name == name


@pytest.mark.parametrize("name", INSIDE_PRESETS)
def test_a_preset_inside_needs_its_program_along_and_a_model(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for key in INSIDE_PRESETS[name].keys:
        monkeypatch.delenv(key, raising=False)
    with pytest.raises(UserError, match="--inside FOLDER"):
        program_agent(f"inside: {name}", "", None)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / INSIDE_PRESETS[name].program).write_text("#!/bin/sh\n")
    along = ProgramOptions(luggage=(Luggage.of(str(tmp_path)),))
    with pytest.raises(UserError, match=r"needs a key in \$"):
        program_agent(f"inside: {name}", "", along)
    assert program_agent(f"inside: {name}", "http://127.0.0.1:1/v1", along).name == f"{name}-inside"
    monkeypatch.setenv(INSIDE_PRESETS[name].keys[0], "sk-mine")
    assert program_agent(f"inside: {name}", "", along).name == f"{name}-inside"


def test_a_variable_that_is_passed_is_a_key_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="NO_SUCH_VARIABLE: it is not set"):
        program_agent("inside: x", "", ProgramOptions(passed=("NO_SUCH_VARIABLE",)))
