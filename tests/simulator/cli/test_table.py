"""The table of commands."""

from __future__ import annotations

from importlib import import_module

from fauxcorp.cli.lazy import PACKAGE
from fauxcorp.cli.table import COMMANDS


def test_help_is_short_and_ends_in_a_full_stop() -> None:
    for entry in COMMANDS.values():
        assert entry.about.endswith(".")
        assert len(entry.about) <= 75


def test_an_entry_is_a_command_or_a_group() -> None:
    for entry in COMMANDS.values():
        assert bool(entry.target) != bool(entry.commands)


def test_every_target_is_there() -> None:
    targets = [e.target for e in COMMANDS.values() if e.target]
    targets += [e.target for group in COMMANDS.values() for e in (group.commands or {}).values()]
    for target in targets:
        module, _, function = target.partition(":")
        assert callable(getattr(import_module(f"{PACKAGE}.{module}"), function))
