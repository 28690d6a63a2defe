"""Goes through the tree of a command line as a shell would, and notes each program that must, or may, have run."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping, Sequence

from tree_sitter import Node

from fauxcorp.scan.desk import UNKNOWN, Desk
from fauxcorp.scan.limits import MAX_TREE, MAX_TURNS
from fauxcorp.scan.nodes import nth, text_of
from fauxcorp.scan.programs.base import Line, Program
from fauxcorp.scan.sheet import Sheet
from fauxcorp.scan.shell import redirects
from fauxcorp.scan.shell.data import DARK, EMPTY, Data, joined
from fauxcorp.scan.shell.scope import Scope, replace
from fauxcorp.scan.shell.syntax import parse
from fauxcorp.scan.shell.words import Word, expand, marked, whole

_SILENT = frozenset({"comment", "heredoc_body", "heredoc_end", "heredoc_start", "function_definition_name"})
_LOOPS = frozenset({"break", "continue", "return", "exit"})


class Shell:
    """A shell over a sheet: its variables and folder are the desk's, and last as the desk does."""

    def __init__(self, sheet: Sheet, programs: Mapping[str, Program]) -> None:
        self.sheet = sheet
        self.programs = programs
        self.arguments: list[str] = []
        self.arrays: dict[str, list[str]] = {}
        self._nodes: dict[str, Callable[[Node, Scope], Data]] = {
            "command": self._command,
            "list": self._list,
            "pipeline": self._pipeline,
            "redirected_statement": self._redirected,
            "for_statement": self._for,
            "c_style_for_statement": self._loop,
            "while_statement": self._loop,
            "if_statement": self._if,
            "case_statement": self._case,
            "function_definition": self._function,
            "subshell": self._subshell,
            "variable_assignment": self._assign,
            "variable_assignments": self._body,
            "declaration_command": self._declare,
            "negated_command": self._negated,
            "test_command": self._test,
        }

    @property
    def desk(self) -> Desk:
        """The machine."""
        return self.sheet.desk

    def script(self, text: str, scope: Scope, arguments: Sequence[str] = ()) -> Data:
        """Go through a command line. What is nested too deep is not followed, and that is noted."""
        if scope.nesting <= 0:
            self.sheet.cut = True
            return DARK
        root = parse(text)
        self.sheet.broken = self.sheet.broken or root.has_error
        before = self.arguments
        self.arguments = list(arguments)
        try:
            return self.sequence(root.named_children, replace(scope, nesting=scope.nesting - 1, tree=MAX_TREE))
        finally:
            self.arguments = before

    def sequence(self, nodes: Sequence[Node], scope: Scope) -> Data:
        """Statements one after the other; the exit code is that of the last."""
        statements = [n for n in nodes if n.type not in _SILENT]
        out: list[Data] = []
        for n, node in enumerate(statements):
            final = n == len(statements) - 1
            here = scope.deeper() if final else scope.between()
            if final and _in_background(node):
                here = replace(here, last=False, tail=False)
            out.append(self.node(node, here))
        return joined(out) if out else EMPTY

    def node(self, node: Node, scope: Scope) -> Data:
        """One statement. A kind that is not known by name is gone through for what it holds."""
        if not self.sheet.step() or scope.tree <= 0:
            return DARK
        return self._nodes.get(node.type, self._body)(node, scope)

    def call(self, words: list[Word], scope: Scope) -> Data:
        """A command by its words: a function, a program of the table, a script that is known, or nobody knows what."""
        if not words:
            return EMPTY
        name = words[0].text.rpartition("/")[2]
        body = self.desk.functions.get(words[0].text)
        if body is not None and scope.nesting > 0:
            return self.script(body, scope, [w.text for w in words[1:]])
        program = self.programs.get(name)
        how = {"sure": scope.sure, "chain": scope.chain, "last": scope.last, "unless": scope.unless, "tail": scope.tail}
        if program is not None:
            run = self.sheet.start(
                name, piped=scope.piped, via=scope.via, words=tuple(w.text for w in words[1:]), **how
            )
            return program(Line(name, words[1:], scope.stdin, self, scope, run)).bounded()
        script = self.desk.content(self.desk.path(words[0].text)) if "/" in words[0].text else None
        if script is not None and "bash" in self.programs:
            return self.call([Word("bash"), *words], scope)
        self.sheet.start(name, piped=scope.piped, via=scope.via, words=tuple(w.text for w in words[1:]), **how)
        self.sheet.strange(name if UNKNOWN not in name else "a program whose name is not known")
        return DARK

    # -- statements ---------------------------------------------------------------------------------------------------

    def _body(self, node: Node, scope: Scope) -> Data:
        return self.sequence(node.named_children, scope)

    def _command(self, node: Node, scope: Scope) -> Data:
        parts: list[Node] = []
        assigned: list[tuple[str, str]] = []
        jumps: list[Node] = []
        for child in node.children:
            if child.type == "variable_assignment":
                assigned.append(self._assignment(child, scope))
            elif child.type.endswith("_redirect"):
                jumps.append(child)
            elif child.is_named and child.type != "comment":
                parts.append(child)
        found = redirects.read(jumps, self, scope)
        words = expand([*parts, *found.words], self, scope)
        scope = replace(scope, stdin=found.stdin if found.stdin is not None else scope.stdin)
        kept = {name: self.desk.variables.get(name) for name, _ in assigned}
        self.desk.variables.update(assigned)
        start = len(self.sheet.runs)
        out = self.call(words, scope)
        self._mute(found, start)
        for name, value in kept.items():
            if value is None:
                self.desk.variables.pop(name, None)
            else:
                self.desk.variables[name] = value
        return redirects.write(found, out, self, scope)

    def _mute(self, found: redirects.Redirects, start: int) -> None:
        for run in self.sheet.runs[start:] if found.muted else ():
            run.quiet = True

    def _list(self, node: Node, scope: Scope) -> Data:
        left, right = nth(node), nth(node, -1)
        operator = next((c.type for c in node.children if c.type in ("&&", "||")), "&&")
        if left is None or right is None or left == right:
            return self._body(node, scope)
        start = len(self.sheet.runs)
        if operator == "||":
            out = self.node(left, replace(scope.deeper(), chain=self.sheet.chain()))
            after = (start, len(self.sheet.runs))
            other = self.node(right, replace(scope.deeper(), chain=0, unless=after))
            return joined([out, other])
        chain = scope.chain or self.sheet.chain()
        out = self.node(left, replace(scope.deeper(), chain=chain, last=False))
        tested = any(r.test for r in self.sheet.runs[start:])
        sure = scope.sure and (scope.tail or not tested)
        return joined([out, self.node(right, replace(scope.deeper(), chain=chain, sure=sure))])

    def _pipeline(self, node: Node, scope: Scope) -> Data:
        parts = [c for c in node.named_children if c.type not in _SILENT]
        data = scope.stdin
        for n, part in enumerate(parts):
            final = n == len(parts) - 1
            here = replace(
                scope.deeper(),
                stdin=data,
                last=scope.last and final,
                tail=scope.tail and final,
                piped=scope.piped or not final,
            )
            data = self.node(part, here)
        return data

    def _redirected(self, node: Node, scope: Scope) -> Data:
        body = node.child_by_field_name("body")
        jumps = [c for c in node.named_children if c.type.endswith("_redirect") and c != body]
        found = redirects.read(jumps, self, scope)
        inner = replace(scope.deeper(), stdin=found.stdin if found.stdin is not None else scope.stdin)
        start = len(self.sheet.runs)
        if body is None:
            out = EMPTY
        elif body.type == "command" and found.words:
            out = self.call(
                expand([c for c in body.named_children if c.type != "comment"] + found.words, self, scope), inner
            )
        else:
            out = self.node(body, replace(inner, last=scope.last and not found.after))
        self._mute(found, start)
        out = redirects.write(found, out, self, scope)
        for operator, follower in found.after:
            stdin = out if operator == "|" else EMPTY
            out = self.node(follower, replace(scope.deeper(), stdin=stdin))
        return out

    def _for(self, node: Node, scope: Scope) -> Data:
        name = node.child_by_field_name("variable")
        body = node.child_by_field_name("body")
        if name is None or body is None:
            return self._body(node, scope)
        values = node.children_by_field_name("value")
        words = expand(values, self, scope) if values else [Word(a) for a in self.arguments]
        variable = text_of(name)
        out: list[Data] = []
        for word in words[:MAX_TURNS]:
            self.desk.variables[variable] = word.text
            final = word is words[-1]
            if word.known:
                out.append(self.node(body, scope.deeper() if final else scope.between()))
            else:
                out.append(self._branch([body], scope))
            if not self.sheet.step():
                break
        self.sheet.cut = self.sheet.cut or len(words) > MAX_TURNS
        return joined(out) if out else EMPTY

    def _loop(self, node: Node, scope: Scope) -> Data:
        """while, until and the loops of C: gone through once."""
        body = node.child_by_field_name("body")
        condition = node.child_by_field_name("condition")
        always = condition is not None and text_of(condition).strip(" ;") in ("true", ":", "[ 1 ]", "[[ 1 ]]", "1")
        if condition is not None and not always:
            self.node(condition, scope.between())
        if body is None:
            return EMPTY
        return self.node(body, scope.between()) if always else self._branch([body], scope)

    def _if(self, node: Node, scope: Scope, *, sure: bool = True) -> Data:
        out: list[Data] = []
        taken = None
        for n, child in enumerate(node.named_children):
            if n == 0 and node.type != "else_clause":
                taken = _constant(child)
                self.node(child, scope.between())
            elif child.type in ("elif_clause", "else_clause"):
                if taken is not True:
                    out.append(
                        self._if(child, scope.deeper() if taken is False else scope.maybe(), sure=taken is False)
                    )
            elif taken is not False:
                certain = taken or (sure and node.type == "else_clause")
                out.append(self.node(child, scope.between()) if certain else self._branch([child], scope))
        return joined(out) if out else EMPTY

    def _case(self, node: Node, scope: Scope) -> Data:
        head = node.child_by_field_name("value")
        word = whole(head, self, scope) if head is not None else UNKNOWN
        for item in node.named_children:
            if item.type != "case_item":
                continue
            patterns = item.children_by_field_name("value")
            body = [c for c in item.named_children if c not in patterns]
            if UNKNOWN in word:
                self._branch(body, scope)
            elif any(fnmatch.fnmatchcase(word, whole(p, self, scope)) for p in patterns):
                return self.sequence(body, scope)
        return DARK if UNKNOWN in word else EMPTY

    def _function(self, node: Node, scope: Scope) -> Data:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is not None and body is not None and len(self.desk.functions) < 1000:
            self.desk.functions[text_of(name)] = text_of(body)
        return EMPTY

    def _subshell(self, node: Node, scope: Scope) -> Data:
        cwd, variables = self.desk.cwd, dict(self.desk.variables)
        try:
            return self._body(node, scope)
        finally:
            self.desk.cwd, self.desk.variables = cwd, variables

    def _assignment(self, node: Node, scope: Scope) -> tuple[str, str]:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        key = text_of(name) if name is not None else ""
        if value is not None and value.type == "array":
            self.arrays[key] = [w.text for w in expand(value.named_children, self, scope)]
            return key, " ".join(self.arrays[key])
        text = whole(value, self, scope) if value is not None else ""
        if any(c.type == "+=" for c in node.children):
            text = self.desk.variables.get(key, "") + text
        return key, text

    def _assign(self, node: Node, scope: Scope) -> Data:
        key, text = self._assignment(node, scope)
        if len(self.desk.variables) < 5000:
            self.desk.variables[key] = text
        return EMPTY

    def _branch(self, nodes: Sequence[Node], scope: Scope) -> Data:
        """What may not have been come to. What it sets holds within it; after it, it may be either."""
        before = dict(self.desk.variables)
        out = self.sequence(nodes, scope.maybe())
        for name, value in self.desk.variables.items():
            if before.get(name, "") != value:
                self.desk.variables[name] = UNKNOWN
        return out

    def _declare(self, node: Node, scope: Scope) -> Data:
        for child in node.named_children:
            if child.type == "variable_assignment":
                self._assign(child, scope)
        return EMPTY

    def _negated(self, node: Node, scope: Scope) -> Data:
        return self.sequence(node.named_children, replace(scope, last=False, tail=False))

    def _test(self, node: Node, scope: Scope) -> Data:
        self.sheet.start("test", sure=scope.sure, chain=scope.chain, last=scope.last, test=True, unless=scope.unless)
        for child in node.named_children:
            marked(child, self, scope.deeper()) if child.child_count else None
        return EMPTY


def _in_background(node: Node) -> bool:
    after = node.next_sibling
    return after is not None and after.type == "&"


def _constant(node: Node) -> bool | None:
    text = text_of(node).strip()
    return True if text in ("true", ":") else False if text == "false" else None
