"""Words of a command line: quotes, variables, substitutions, braces and splitting, as far as they can be known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tree_sitter import Node

from fauxcorp.scan.desk import UNKNOWN
from fauxcorp.scan.limits import MAX_VALUE, MAX_WORDS
from fauxcorp.scan.nodes import text_of
from fauxcorp.scan.shell.syntax import gaps, unescaped

if TYPE_CHECKING:
    from fauxcorp.scan.shell.scope import Scope
    from fauxcorp.scan.shell.walk import Shell

_SPECIAL = "{},*?[]~ \t\n\r"
_MARK = {ord(c): chr(0xE100 + ord(c)) for c in _SPECIAL}
_UNMARK = {v: chr(k) for k, v in _MARK.items()}
_EMPTY = "\ue0ff"
"""Keeps a word there of which nothing is left but its quotes."""
_UNMARKS = str.maketrans({**_UNMARK, _EMPTY: None})
_NAME = re.compile(r"!?([A-Za-z_][A-Za-z0-9_]*|[@*#?$!0-9-])(\[[^\]]{0,100}\])?")
_SUM = re.compile(r"\$\(\(\s*(-?\d{1,9})\s*(?:([-+*])\s*(-?\d{1,9})\s*)?\)\)")
_RANGE = re.compile(r"\{(-?\d{1,7})\.\.(-?\d{1,7})(?:\.\.(-?\d{1,5}))?\}")
_BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")
_NEVER_SET = re.compile(r"[a-z_][a-z0-9_]*")
"""Names that environments do not use: one that was never assigned is empty, where another may have been there."""


class Word(NamedTuple):
    """One word after expansion. `glob`: it is a pattern, its `*` and `?` stood outside quotes."""

    text: str
    glob: bool = False

    @property
    def known(self) -> bool:
        """Whether all of it is known."""
        return UNKNOWN not in self.text


def expand(nodes: list[Node], shell: Shell, scope: Scope) -> list[Word]:
    """The words that nodes stand for."""
    out: list[Word] = []
    for node in nodes:
        out += _fields(marked(node, shell, scope), shell)
        if len(out) > MAX_WORDS:
            shell.sheet.cut = True
            return out[:MAX_WORDS]
    return out


def whole(node: Node, shell: Shell, scope: Scope) -> str:
    """A node as one text, never split: the value of an assignment, the target of a redirection."""
    return _tilde(marked(node, shell, scope), shell).translate(_UNMARKS)[:MAX_VALUE]


def _fields(text: str, shell: Shell) -> list[Word]:
    out = []
    for field in text.split():
        for one in _braces(field):
            one = _tilde(one, shell)
            out.append(Word(one.translate(_UNMARKS)[:MAX_VALUE], any(c in one for c in "*?[")))
    return out


def _tilde(text: str, shell: Shell) -> str:
    if text == "~" or text.startswith("~/"):
        return shell.desk.home + text[1:]
    return text


def _braces(text: str) -> list[str]:
    if "{" not in text:
        return [text]
    found = _BRACES.search(text) or _RANGE.search(text)
    if found is None:
        return [text]
    if found.re is _BRACES:
        choices = found[1].split(",")
    else:
        first, last, step = int(found[1]), int(found[2]), abs(int(found[3] or 1)) or 1
        numbers = range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
        choices = [str(n) for n in numbers[:MAX_WORDS]]
    out: list[str] = []
    for choice in choices:
        out += _braces(text[: found.start()] + choice + text[found.end() :])
        if len(out) > MAX_WORDS:
            break
    return out[:MAX_WORDS]


def quoted(text: str) -> str:
    """A text whose special characters stand for themselves."""
    return text.translate(_MARK) or _EMPTY


def marked(node: Node, shell: Shell, scope: Scope) -> str:
    """A node's text, in which the special characters that were quoted are marked as that."""
    if not shell.sheet.step() or scope.tree <= 0:
        return UNKNOWN
    match node.type:
        case "word" | "number" | "extglob_pattern" | "regex" | "variable_name" | "test_operator":
            return _literal(text_of(node))
        case "string" | "translated_string":
            return quoted(in_quotes(node, shell, scope))
        case "raw_string":
            return quoted(text_of(node).strip().removeprefix("'").removesuffix("'"))
        case "ansi_c_string":
            return quoted(unescaped(text_of(node).strip()[2:-1]))
        case "concatenation" | "command_name":
            inner = scope.deeper()
            return "".join(marked(child, shell, inner) for child in node.children)
        case "brace_expression":
            return text_of(node)
        case "array":
            return " ".join(marked(child, shell, scope.deeper()) for child in node.named_children)
        case _:
            return value(node, shell, scope)


def _literal(text: str) -> str:
    if "\\" not in text:
        return text
    return re.sub(r"\\(\n|.)", lambda m: "" if m[1] == "\n" else m[1].translate(_MARK), text, flags=re.DOTALL)


def in_quotes(node: Node, shell: Shell, scope: Scope) -> str:
    """What stands between double quotes, or in a here-document whose mark is not quoted."""
    out: list[str] = []
    for part in gaps(node):
        if isinstance(part, str):
            out.append(part)
        elif part.type in ("string_content", "heredoc_content"):
            out.append(text_of(part))
        elif part.type == "string":
            out.append(in_quotes(part, shell, scope.deeper()))
        elif part.type not in ('"', '$"', "$"):
            source = text_of(part)
            # The token of an expansion takes in the blanks before it.
            out.append(source[: len(source) - len(source.lstrip())])
            out.append(value(part, shell, scope).translate(_UNMARKS))
    text = "".join(out)
    return re.sub(r"\\([\\\"$`]|\n)", lambda m: "" if m[1] == "\n" else m[1], text) if "\\" in text else text


def value(node: Node, shell: Shell, scope: Scope) -> str:
    """What a variable, a substitution or a sum stands for; UNKNOWN where only the run knew."""
    source = text_of(node).strip()
    match node.type:
        case "simple_expansion":
            return variable(source[1:], shell)
        case "expansion":
            return _parameter(source[2:-1], shell)
        case "command_substitution":
            return _output(node, shell, scope)
        case "process_substitution":
            shell.sequence(node.named_children, scope.inside())
            return "/dev/fd/63"
        case "arithmetic_expansion":
            found = _SUM.fullmatch(source)
            if found is None or not found[2]:
                return found[1] if found else UNKNOWN
            one, other = int(found[1]), int(found[3])
            return str(one + other if found[2] == "+" else one - other if found[2] == "-" else one * other)
        case _:
            return source


def _output(node: Node, shell: Shell, scope: Scope) -> str:
    data = shell.sequence(node.named_children, scope.inside())
    text = data.text
    if text is None:
        # A list of files whose names are known as patterns is one of those patterns.
        return " ".join(quoted(name) if " " in name else name for name in data.names) or UNKNOWN
    return text.rstrip("\n").replace("\0", "")[:MAX_VALUE]


def variable(name: str, shell: Shell) -> str:
    """The value of a variable, by its name."""
    if name in ("@", "*"):
        return " ".join(quoted(a) for a in shell.arguments)
    if name == "#":
        return str(len(shell.arguments))
    if name.isdecimal():
        number = int(name[:3])
        if number == 0:
            return "bash"
        return shell.arguments[number - 1] if number <= len(shell.arguments) else ""
    if name in shell.arrays:
        return next(iter(shell.arrays[name]), "")
    found = shell.desk.variables.get(name)
    if found is not None:
        return found
    given = {
        "HOME": shell.desk.home, "PWD": shell.desk.cwd, "USER": shell.desk.user, "LOGNAME": shell.desk.user, "IFS": " ",
        "UID": "0" if shell.desk.user == "root" else UNKNOWN,
    }  # fmt: skip
    if name in given:
        return given[name]
    return "" if _NEVER_SET.fullmatch(name) else UNKNOWN


def _parameter(text: str, shell: Shell) -> str:
    """${...}: defaults and plain cuts; of what else there is, that it is unknown."""
    if text.startswith("#") and len(text) > 1:
        return UNKNOWN
    found = _NAME.match(text)
    if found is None or text.startswith("!"):
        return UNKNOWN
    rest = text[found.end() :]
    if found[2] in ("[@]", "[*]"):
        base = " ".join(quoted(v) for v in shell.arrays.get(found[1], [])) or variable(found[1], shell)
    else:
        base = variable(found[1], shell)
    if not rest:
        return base
    operator = rest[:2] if rest[:1] == ":" else rest[:1]
    word = rest[len(operator) :].strip("\"'")
    if operator in (":-", "-", ":=", "="):
        known = found[1] in shell.desk.variables or (base and UNKNOWN not in base)
        return base if known and base else word
    if operator in (":+", "+"):
        return word if base else ""
    simple = UNKNOWN not in base and len(base) <= 4096 and rest.count("*") <= 2 and not any(c in word for c in "[?")
    if operator in ("%", "#") and simple:
        return _cut(base, rest)
    return UNKNOWN if operator not in (":?", "?") else base


def _cut(base: str, rest: str) -> str:
    """${x%.txt}, ${x%%.*}, ${x#*/}, ${x##*/}."""
    greedy = rest[:2] in ("%%", "##")
    pattern = rest[2 if greedy else 1 :].strip("\"'")
    body = "".join(".*" if c == "*" else re.escape(c) for c in pattern)
    if rest[0] == "%":
        where = re.search(f"(?s){body}$", base) if greedy else _last_match(f"(?s){body}$", base)
        return base[: where.start()] if where else base
    lazy = body if greedy else body.replace(".*", ".*?")
    found = re.match(f"(?s){lazy}", base)
    return base[found.end() :] if found else base


def _last_match(pattern: str, text: str) -> re.Match[str] | None:
    compiled = re.compile(pattern)
    for start in range(len(text), max(-1, len(text) - 4096), -1):
        found = compiled.match(text, start)
        if found:
            return found
    return None
