"""Every command and every option is named by a test of its own file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fauxcorp.cli.lazy import load
from fauxcorp.cli.main import GLOBAL
from fauxcorp.cli.table import COMMANDS, Entry

HERE = Path(__file__).parent


def walk(table: dict[str, Entry], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Entry]]:
    for name, entry in table.items():
        if entry.commands is not None:
            yield from walk(entry.commands, (*above, name))
        else:
            yield (*above, name), entry


ALL = list(walk(COMMANDS))


@pytest.mark.parametrize(("words", "entry"), ALL, ids=[" ".join(words) for words, _ in ALL])
def test_every_option_of_a_command_is_named_in_its_tests(words: tuple[str, ...], entry: Entry) -> None:
    stem, first = ("_".join(part).replace("-", "_") for part in (words, words[:1]))
    own = [*HERE.glob(f"commands/test_{stem}.py"), *HERE.glob(f"commands/test_{stem}_*.py")]
    file, *more = own or [HERE / "commands" / f"test_{first}.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in (file, *more))
    assert re.search(r"[(,]\s*" + r",\s*".join(f'"{word}"' for word in words), text), f"{file.name} never calls {words}"
    command: Any = load(words[-1], entry)
    options = {name for p in command.params for name in p.opts if name.startswith("--")} - {"--help"}
    missing = sorted(name for name in options if not re.search(rf'"{name}["=]', text))
    assert not missing, f"{file.name} does not try {', '.join(missing)}"


def test_every_global_option_is_named_in_the_tests_of_main() -> None:
    text = (HERE / "test_main.py").read_text(encoding="utf-8")
    assert not [name for name in (*GLOBAL, "--version") if f'"{name}"' not in text]


@pytest.mark.parametrize(("words", "entry"), ALL, ids=[" ".join(words) for words, _ in ALL])
def test_every_parameter_has_a_line_of_help(words: tuple[str, ...], entry: Entry) -> None:
    command: Any = load(words[-1], entry)
    assert command.help
    assert not [p.name for p in command.params if not p.help]
