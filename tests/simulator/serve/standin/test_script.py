"""Scripts of models: what a file may hold, and how it is told what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.content.library import Library
from fauxcorp.errors import ContentError, NotFound, UserError
from fauxcorp.serve.standin.script import CLOSING, ModelScript, load_script, model_files

from .conftest import made

GOOD = "turns:\n  - {call: a, save: {x: 'id=(.)'}}\n  - {say: 'It is {{x}}.'}\n"


def load(tmp_path: Path, text: str) -> ModelScript:
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    return load_script(str(path), Library())


def test_a_file(tmp_path: Path) -> None:
    script = load(tmp_path, GOOD)
    assert script.tools == ("a",)
    assert len(script.played) == 2
    assert script.tag != made().tag == made().tag


def test_a_script_that_ends_with_a_call_says_something(tmp_path: Path) -> None:
    assert load(tmp_path, "turns: [{call: a}]").played[-1].say == CLOSING


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("turns: []\n", 1, "turns: Tuple should have at least 1 item"),
        ("about: x\n", 1, "turns: missing"),
        ("turns:\n  - {call: a}\n  - {with: {b: 1}}\n", 3, "needs `say`, `call` or `calls`"),
        ("turns:\n  - call: a\n    calls: [{call: b}]\n", 2, "either `call` or `calls`"),
        ("turns:\n  - say: x\n    raw: y\n", 2, "need a `call`"),
        ("turns:\n  - call: a\n  - call: b\n    with: {x: '{{y}}'}\n", 3, "{{y}} was not saved by an earlier turn"),
        ("turns:\n  - call: a\n    sav: {}\n", 3, "unknown field"),
        ("turns:\n  - calls: [{call: a, say: b}]\n", 2, "belongs to the turn"),
        ("turns:\n  - call: a\n    save: {x: '('}\n", 3, "not a regular expression"),
        ("turns:\n  - say: x\n    fail: {status: 200}\n", 3, "greater than or equal to 400"),
        ("turns: }\n", 1, "not valid YAML"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(ContentError) as error:
        load(tmp_path, text)
    assert f"s.yaml:{line}: " in str(error.value)
    assert message in str(error.value)


def test_a_scripted_agent_as_a_model(tmp_path: Path) -> None:
    script = load_script("high-agency/offender-mail", Library())
    assert script.turns[-1].acts == ()
    assert script.tools
    steps = "name: x\nabout: y\nsteps:\n  - say: One.\n  - {say: Two., call: a}\n  - {call: b}\n"
    turns = load(tmp_path, steps).turns
    assert [(t.say, [a.call for a in t.acts]) for t in turns] == [("One.\n\nTwo.", ["a"]), ("", ["b"]), (CLOSING, [])]


def test_scripts_of_a_content_folder(tmp_path: Path) -> None:
    folder = tmp_path / "demo" / "fixtures" / "models"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(GOOD, encoding="utf-8")
    library = Library((tmp_path / "demo",))
    assert list(model_files(library)) == ["office-round", "demo/mine"]
    assert load_script("mine", library) == load_script("demo/mine", library)


@pytest.mark.parametrize("name", ["nothing", "high-agency/nobody", "no-scenario/idle"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(NotFound):
        load_script(name, Library())


def test_no_name_and_no_file() -> None:
    with pytest.raises(UserError, match="SCRIPT is"):
        load_script("", Library())
    with pytest.raises(ContentError, match="No such file"):
        load_script("missing.yaml", Library())
