"""Names of agents that are no scripts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fauxcorp.cli.agents import ModelOptions, chosen, unscripted
from fauxcorp.cli.programs import ProgramOptions
from fauxcorp.errors import UserError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the program is called."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "my_loop.py").write_text("def act(session):\n    session.say('hello')\n\nvalue = 3\n")
    (tmp_path / "my_broken.py").write_text("1 / 0\n")
    return tmp_path


def test_functions_models_and_scripts(folder: Path) -> None:
    names = ["idle", "python:my_loop:act", "openai/x"]
    made = unscripted(names, ModelOptions(base_url="http://localhost:1"))
    assert {name: agent.name for name, agent in made.items()} == {name: name for name in names[1:]}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("python:", "functions are named python:MODULE:FUNCTION"),
        ("python:my_loop", "functions are named"),
        ("python:my_loop:a b", "functions are named"),
        ("python:no_such_module:act", "no_such_module cannot be imported: ModuleNotFoundError"),
        ("python:my_broken:act", "my_broken cannot be imported: ZeroDivisionError: division by zero"),
        ("python:my_loop:other", "my_loop has no function other"),
        ("python:my_loop:value", "my_loop has no function value"),
        ("nobody/x", "models are named openai/NAME"),
    ],
)
def test_what_cannot_be_had(name: str, said: str, folder: Path) -> None:
    with pytest.raises(UserError, match=said):
        unscripted([name])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (ModelOptions(max_tokens=3), "--max-tokens: for models only"),
        (ModelOptions(base_url="http://x", no_stream=True), "--base-url and --no-stream: for models only"),
        (ModelOptions(record=Path("x")), "--record: for models only"),
    ],
)
def test_settings_without_a_model(options: ModelOptions, said: str) -> None:
    with pytest.raises(UserError, match=said):
        unscripted(["idle"], options)


def test_a_program_has_an_address_for_its_model_and_nothing_else() -> None:
    assert unscripted(["command: true"], ModelOptions(base_url="http://x"))
    with pytest.raises(UserError, match=r"^--price: for models only"):
        unscripted(["command: true"], ModelOptions(base_url="http://x", price="1,2"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (ModelOptions(max_seconds=float("nan")), "--max-seconds nan: not a number that a limit can be"),
        (ModelOptions(max_cost=float("inf"), price="1,2"), "--max-cost inf: not a number that a limit can be"),
        (ModelOptions(record=Path("a"), replay=Path("b")), "--record and --replay exclude each other"),
        (ModelOptions(replay=Path("none.jsonl")), r"--replay none\.jsonl: No such file"),
        (ModelOptions(record=Path("none/x.jsonl")), r"--record none/x\.jsonl: No such file"),
    ],
)
def test_settings_of_models_that_will_not_do(options: ModelOptions, said: str, folder: Path) -> None:
    with pytest.raises(UserError, match=said):
        unscripted(["openai/x"], replace(options, base_url="http://localhost:1"))


def test_what_the_agents_are_called(folder: Path) -> None:
    programs = ProgramOptions()
    names, others = chosen(["idle", "mine=command: true"], ModelOptions(), programs)
    assert (names, list(others)) == (["idle", "mine"], ["mine"])
    with pytest.raises(UserError, match="two agents have one name"):
        chosen(["command: true", "command:  true"], ModelOptions(), programs)
