"""Loads tools from their folders, built-in ones by the users' own door."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

from fauxcorp.api import Tool
from fauxcorp.content.roots import Root
from fauxcorp.errors import ContentError, FauxcorpError, Problem

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,63}\Z")
_LOAD_ERRORS = (
    ImportError, SyntaxError, NameError, TypeError, AttributeError, ValueError, LookupError, ArithmeticError, OSError,
    RuntimeError, AssertionError, FauxcorpError, SystemExit,
)  # fmt: skip
"""What a user's file may raise when it is loaded: a mistake in it, told with its line."""


def load_tools(root: Root) -> dict[str, list[Tool]]:
    """Folder name (qualified by pack) to the tools in it. Raises ContentError with every problem."""
    out: dict[str, list[Tool]] = {}
    problems: list[Problem] = []
    base = root.folder("tools")
    for folder in sorted(p for p in base.iterdir() if p.is_dir()) if base.is_dir() else []:
        file = folder / "tool.py"
        if file.is_file():
            try:
                out[root.qualify(folder.name)] = load_tool_file(file, root)
            except ContentError as error:
                problems += error.problems
        elif folder.name != "__pycache__":
            problems.append(Problem(root.show(folder), 0, "", "no tool.py in it"))
    if problems:
        raise ContentError(problems)
    return out


def load_tool_file(file: Path, root: Root) -> list[Tool]:
    """The tools that one tool.py defines, in the order of the file."""
    shown = root.show(file)
    # A private package name, and sys.path untouched: users' repositories have `tools` packages of their own.
    module_name = f"_fauxcorp_content.{root.pack or 'builtin'}.tools.{file.parent.name}"
    spec = importlib.util.spec_from_file_location(module_name, file, submodule_search_locations=[str(file.parent)])
    if spec is None or spec.loader is None:
        raise ContentError([Problem(shown, 0, "", "cannot be imported")])
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except _LOAD_ERRORS as error:
        for name in [n for n in sys.modules if n == module_name or n.startswith(f"{module_name}.")]:
            del sys.modules[name]
        plain = isinstance(error, (SyntaxError, ImportError, TypeError))
        what = str(error) if plain else f"{type(error).__name__}: {error}"
        raise ContentError([Problem(shown, _line(error, file), "", f"cannot be loaded: {what}")]) from None
    tools = [value for value in vars(module).values() if isinstance(value, Tool)]
    if not tools:
        raise ContentError([Problem(shown, 0, "", "defines no tool; decorate a function with @tool()")])
    names = [t.name for t in tools]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise ContentError([Problem(shown, 0, "", f"two tools are named {', '.join(twice)}")])
    bad = [Problem(shown, 0, t.name, "names are lower case, digits and _") for t in tools if not _NAME.match(t.name)]
    if bad:
        raise ContentError(bad)
    return tools


def _line(error: BaseException, file: Path) -> int:
    if isinstance(error, SyntaxError):
        return error.lineno or 0
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(file):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
