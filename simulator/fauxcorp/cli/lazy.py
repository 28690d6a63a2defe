"""A command group that knows its commands by name and loads one when it is called: `--help` imports nothing else."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup
from typer.main import get_command

from fauxcorp.cli.table import Entry

PACKAGE = "fauxcorp.cli.commands"


class LazyGroup(TyperGroup):
    """Commands out of a table. Typer's own types for context and command have moved between versions, hence Any."""

    table: ClassVar[dict[str, Entry]] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the table."""
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Load a command; None if there is none of that name."""
        entry = self.table.get(cmd_name)
        return None if entry is None else load(cmd_name, entry)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As in typer, which suggests names from those in `commands` only."""
        self.commands: Any = dict.fromkeys(self.table)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The table as help, nothing loaded."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.about) for name, entry in self.table.items()])


def load(name: str, entry: Entry) -> Any:
    """The click command of an entry."""
    if entry.commands is not None:
        return group(entry.commands, about=entry.about, name=name)
    module, _, function = entry.target.partition(":")
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(name=name)(getattr(import_module(f"{PACKAGE}.{module}"), function))
    return get_command(app)


def group(table: dict[str, Entry], *, about: str, name: str, callback: Callable[..., None] | None = None) -> Any:
    """A click group over a table."""
    cls = type("Group", (LazyGroup,), {"table": table})
    app = typer.Typer(
        name=name, cls=cls, help=about, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
        no_args_is_help=True,
    )  # fmt: skip
    app.callback()(callback or _nothing)
    command = get_command(app)
    command.name = name
    return command


def _nothing() -> None:
    return None
