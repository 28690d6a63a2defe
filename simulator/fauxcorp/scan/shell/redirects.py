"""Redirections: where a command's input came from, and where its output went."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tree_sitter import Node

from fauxcorp.core.effects import DataSent
from fauxcorp.scan.nodes import text_of
from fauxcorp.scan.programs.base import Line, read_file, write_file
from fauxcorp.scan.shell.data import Data, plain
from fauxcorp.scan.shell.words import in_quotes, whole

if TYPE_CHECKING:
    from fauxcorp.scan.shell.scope import Scope
    from fauxcorp.scan.shell.walk import Shell

_NOWHERE = re.compile(r"/dev/(?:null|zero|full|std(?:out|err|in)|tty\w*|fd/\d+|pts/\d+)")
_SOCKET = re.compile(r"/dev/(tcp|udp)/([^/\s]+)/(\w+)")


@dataclass(slots=True)
class Redirects:
    """What the redirections of one command say."""

    stdin: Data | None = None
    targets: list[tuple[str, bool]] = field(default_factory=list)
    """Files that the output goes to, and whether it is put after what they hold."""
    words: list[Node] = field(default_factory=list)
    """Arguments of the command that stand behind a redirection."""
    muted: bool = False
    """What is said of errors goes nowhere."""
    after: list[tuple[str, Node]] = field(default_factory=list)
    """What a here-document's line goes on with: | and &&."""


def read(nodes: list[Node], shell: Shell, scope: Scope) -> Redirects:
    """Go through redirections. What is only sent to another descriptor changes nothing."""
    out = Redirects()
    for node in nodes:
        if node.type == "herestring_redirect":
            inner = node.named_children
            out.stdin = plain(whole(inner[0], shell, scope) + "\n") if inner else None
        elif node.type == "heredoc_redirect":
            _heredoc(node, out, shell, scope)
        else:
            _file(node, out, shell, scope)
    return out


def _heredoc(node: Node, out: Redirects, shell: Shell, scope: Scope) -> None:
    start = next((text_of(c) for c in node.children if c.type == "heredoc_start"), "")
    operator = "&&"
    for child in node.children:
        if child.type == "heredoc_body":
            literal = any(c in start for c in "'\"\\")
            text = text_of(child) if literal else in_quotes(child, shell, scope.deeper())
            if any(c.type == "<<-" for c in node.children):
                text = re.sub(r"(?m)^\t+", "", text)
            out.stdin = plain(text)
        elif child.type == "file_redirect":
            _file(child, out, shell, scope)
        elif child.type == "pipeline":
            out.after.append(("|", child))
        elif child.type in ("&&", "||", ";"):
            operator = child.type
        elif child.type in ("command", "list", "redirected_statement", "subshell", "compound_statement"):
            out.after.append((operator, child))
        elif child.is_named and child.type not in ("heredoc_start", "heredoc_end", "ERROR", "comment"):
            out.words.append(child)


def _file(node: Node, out: Redirects, shell: Shell, scope: Scope) -> None:
    operator = next((c.type for c in node.children if c.type in _OPERATORS), ">")
    descriptor = next((text_of(c) for c in node.children if c.type == "file_descriptor"), "")
    places = node.children_by_field_name("destination")
    if not places:
        return
    out.words += places[1:]
    target = whole(places[0], shell, scope)
    if operator in ("<", "<&"):
        if operator == "<" and descriptor in ("", "0") and not _NOWHERE.fullmatch(target):
            run = shell.sheet.start("read", sure=scope.sure, chain=scope.chain, words=(target,), piped=True)
            out.stdin = read_file(Line("read", [], Data(), shell, scope, run), target)
        return
    if operator == ">&" and (target.isdecimal() or target == "-"):
        # 2>&1 goes where the output goes, which may be nowhere.
        out.muted = out.muted or (
            descriptor == "2" and bool(out.targets) and _NOWHERE.fullmatch(out.targets[-1][0]) is not None
        )
        return
    if target == "/dev/null" and (descriptor == "2" or operator in ("&>", "&>>", ">&")):
        out.muted = True
    if descriptor not in ("", "1", "&") and not _SOCKET.fullmatch(target):
        return
    out.targets.append((target, operator in (">>", "&>>")))


_OPERATORS = frozenset({"<", ">", ">>", "&>", "&>>", "<&", ">&", ">|", "<>"})


def write(found: Redirects, data: Data, shell: Shell, scope: Scope) -> Data:
    """Let the output go where it was sent; what is left for a pipe comes back.

    The file is made by the shell, whether the command succeeds or not.
    """
    for target, append in found.targets:
        if _NOWHERE.fullmatch(target):
            continue
        run = shell.sheet.start(
            "write", sure=scope.sure, chain=scope.chain, unless=scope.unless, words=(target,), piped=True
        )
        line = Line("write", [], data, shell, scope, run)
        socket = _SOCKET.fullmatch(target)
        if socket is None:
            write_file(line, target, data, append=append)
        else:
            port = int(socket[3]) if socket[3].isdecimal() and len(socket[3]) < 6 else 0
            shell.sheet.add(run, DataSent, "tcp", target, protocol=socket[1], host=socket[2], port=port,
                            data=data.content or b"", files=tuple((s, b"") for s in data.sources))  # fmt: skip
    return data if not found.targets else Data(b"")
