"""Names of agents that are no scripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.cli.agents import unscripted
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
    made = unscripted(names, base_url="http://localhost:1")
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


def test_settings_without_a_model() -> None:
    with pytest.raises(UserError, match="are for models"):
        unscripted(["idle"], max_tokens=3)
