"""tree-sitter's Python, and notebooks' own lines (!command, %magic) brought into it."""

from __future__ import annotations

import re
from functools import lru_cache

import tree_sitter_python
from tree_sitter import Language, Node, Parser

from fauxcorp.scan.limits import MAX_COMMAND

_CELL = re.compile(r"\A\s*%%(bash|sh|script|writefile|file|capture|time|timeit)\b[ \t]*([^\n]*)\n?")
_LINE = re.compile(
    r"^([ \t]*)(?:(!{1,2}|%)(?!=)[ \t]*(\S[^\n]*)|(\w+)[ \t]*=[ \t]*!(?!=)[ \t]*(\S[^\n]*))$", re.MULTILINE
)
_SHELL_MAGIC = frozenset({"cd", "ls", "rm", "mv", "cp", "cat", "mkdir", "rmdir", "bash", "sh", "sx", "system", "pwd"})


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Language(tree_sitter_python.language()))


def parse(code: str) -> Node:
    """The tree of a program; there is one for any text."""
    return _parser().parse(plain(code[:MAX_COMMAND]).encode("utf-8", "replace")).root_node


def plain(code: str) -> str:
    """A cell of a notebook as Python: its shell lines as calls of `__shell__`, the lines' numbers kept."""
    head = _CELL.match(code)
    if head is not None:
        rest = code[head.end() :]
        if head[1] in ("bash", "sh", "script"):
            return f"__shell__({rest!r})"
        if head[1] in ("writefile", "file"):
            return f"__write__({head[2].strip()!r}, {rest!r})"
        code = "\n" + rest
    return _LINE.sub(_called, code) if "!" in code or "%" in code else code


def _called(match: re.Match[str]) -> str:
    indent, mark, rest, name, command = match.groups()
    if name:
        return f"{indent}{name} = __shell__({_quoted(command)})"
    if mark == "%":
        word, _, arguments = rest.partition(" ")
        if word not in _SHELL_MAGIC:
            return f"{indent}pass"
        rest = arguments if word in ("sx", "system", "bash", "sh") else rest
    return f"{indent}__shell__({_quoted(rest)})"


def _quoted(command: str) -> str:
    """A command in which {name} stands for a variable, as notebooks have it."""
    text = repr(command)
    return f"f{text}" if re.search(r"\{[A-Za-z_][\w.]*\}", command) and "{{" not in command else text
