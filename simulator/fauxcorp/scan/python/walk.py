"""Goes through a program: assignments, calls, branches and loops; functions where they are called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tree_sitter import Node

from fauxcorp.scan.limits import MAX_NESTING, MAX_TREE, MAX_TURNS
from fauxcorp.scan.nodes import nth, text_of
from fauxcorp.scan.python import calls
from fauxcorp.scan.python.expressions import Expressions
from fauxcorp.scan.python.syntax import parse
from fauxcorp.scan.python.values import DARK, Dark, Function, Named, Thing
from fauxcorp.scan.sheet import Run

if TYPE_CHECKING:
    from fauxcorp.scan.shell.scope import Scope
    from fauxcorp.scan.shell.walk import Shell


class Program:
    """One program over the sheet and desk of a shell. `caller`: the part of a command line that runs it."""

    def __init__(self, shell: Shell, scope: Scope, caller: Run | None = None, label: str = "") -> None:
        self.shell = shell
        self.scope = scope
        self.label = label
        self.via = (*scope.via, caller.name) if caller is not None else scope.via
        self.names: dict[str, Any] = {}
        self.sure = scope.sure
        self.line = 0
        self.depth = 0
        self._run: Run | None = None
        self._expressions = Expressions(self)
        self._nodes: dict[str, Callable[[Node, int], None]] = {
            "expression_statement": self._expression,
            "import_statement": self._import,
            "import_from_statement": self._import_from,
            "if_statement": self._if,
            "for_statement": self._for,
            "while_statement": self._while,
            "with_statement": self._with,
            "try_statement": self._try,
            "function_definition": self._function,
            "class_definition": self._class,
            "return_statement": self._return,
            "decorated_definition": self._decorated,
            "match_statement": self._match,
            "delete_statement": self._passed,
            "comment": self._passed,
        }

    def go(self, code: str) -> None:
        """Go through a program from its first line."""
        root = parse(code)
        # Python runs nothing of a text that is not wholly Python.
        self.sure = self.sure and not root.has_error
        self.shell.sheet.broken = self.shell.sheet.broken or root.has_error
        for node in root.named_children:
            self.line, self._run = node.start_point[0] + 1, None
            self.statement(node, MAX_TREE)

    @property
    def run(self) -> Run:
        """The part of the call that the present statement is."""
        if self._run is None or self._run.sure != self.sure:
            self._run = self.shell.sheet.start(
                "python", sure=self.sure, chain=self.scope.chain, last=self.scope.last, unless=self.scope.unless,
                via=self.via, line=self.line, program=self.label,
            )  # fmt: skip
        return self._run

    def statement(self, node: Node, depth: int) -> None:
        """One statement."""
        if depth > 0 and self.shell.sheet.step():
            self._nodes.get(node.type, self._other)(node, depth - 1)

    def block(self, nodes: Sequence[Node], depth: int, *, sure: bool = True) -> None:
        """Statements one after the other. `sure` False: they may not have been come to."""
        before = self.sure
        known = dict(self.names) if not sure else {}
        self.sure = before and sure
        for node in nodes:
            for inner in node.named_children if node.type == "block" else (node,):
                self.statement(inner, depth)
        self.sure = before
        if not sure:
            # What was set in a branch holds within it; after it, it may be either.
            for name, value in self.names.items():
                if known.get(name, DARK) is not value and not isinstance(value, Thing | Function | Named):
                    self.names[name] = DARK

    def value(self, node: Node | None, depth: int) -> Any:
        """What an expression stands for; the calls in it are made."""
        return self._expressions.value(node, depth)

    def call(self, function: Any, arguments: list[Any], named: dict[str, Any], depth: int) -> Any:
        """Call what an expression stands for."""
        if isinstance(function, Function):
            return self._enter(function, arguments, named, depth)
        if isinstance(function, Named):
            return calls.of_name(self, function.name, arguments, named)
        if isinstance(function, Thing) and function.kind == "method":
            return calls.of_method(self, function.data["of"], function.data["name"], arguments, named)
        return DARK

    def _enter(self, function: Function, arguments: list[Any], named: dict[str, Any], depth: int) -> Any:
        if self.depth >= MAX_NESTING:
            self.shell.sheet.cut = True
            return DARK
        before = self.names
        given = dict(zip(function.parameters, arguments, strict=False)) | {k: v for k, v in named.items() if k}
        self.names = {**before, **{p: DARK for p in function.parameters if p not in given}, **given}
        self.depth += 1
        self.names["return"] = None
        self.block(parse(function.source).named_children, depth)
        result = self.names.pop("return", None)
        self.depth -= 1
        self.names = before
        return DARK if result is None else result

    # -- statements ---------------------------------------------------------------------------------------------------

    def _other(self, node: Node, depth: int) -> None:
        """A statement that is not known by name is gone through for what it holds."""
        for child in node.named_children:
            if child.type.endswith(("_statement", "_definition")) or child.type == "block":
                self.block([child], depth, sure=False)
            else:
                self.value(child, depth)

    def _passed(self, node: Node, depth: int) -> None:
        return

    def _expression(self, node: Node, depth: int) -> None:
        for child in node.named_children:
            self.value(child, depth)

    def _import(self, node: Node, depth: int) -> None:
        for child in node.named_children:
            if child.type == "aliased_import":
                name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
                if name is not None and alias is not None:
                    self.names[text_of(alias)] = Named(text_of(name))
            elif child.type == "dotted_name":
                first = text_of(child).partition(".")[0]
                self.names[first] = Named(first)

    def _import_from(self, node: Node, depth: int) -> None:
        module = node.child_by_field_name("module_name")
        base = text_of(module) if module is not None else ""
        for child in node.children_by_field_name("name"):
            if child.type == "aliased_import":
                name, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
                if name is not None and alias is not None:
                    self.names[text_of(alias)] = Named(f"{base}.{text_of(name)}")
            else:
                self.names[text_of(child)] = Named(f"{base}.{text_of(child)}")

    def _if(self, node: Node, depth: int) -> None:
        condition = node.child_by_field_name("condition")
        taken = _constant(condition)
        if taken is None:
            self.value(condition, depth)
        body = node.child_by_field_name("consequence")
        if body is not None and taken is not False:
            self.block([body], depth, sure=taken is True)
        for other in node.children_by_field_name("alternative"):
            if taken is not True:
                inner = other.child_by_field_name("consequence") or other.child_by_field_name("body")
                self.value(other.child_by_field_name("condition"), depth)
                self.block(
                    [inner] if inner is not None else [], depth, sure=taken is False and other.type == "else_clause"
                )

    def _for(self, node: Node, depth: int) -> None:
        left, body = node.child_by_field_name("left"), node.child_by_field_name("body")
        values = self.value(node.child_by_field_name("right"), depth)
        if body is None or left is None:
            return
        if isinstance(values, dict):
            values = list(values)
        if not isinstance(values, list | tuple):
            self.assign(left, DARK)
            self.block([body], depth, sure=False)
            return
        self.shell.sheet.cut = self.shell.sheet.cut or len(values) > MAX_TURNS
        for value in values[:MAX_TURNS]:
            self.assign(left, value)
            self.block([body], depth, sure=not isinstance(value, Dark))

    def _while(self, node: Node, depth: int) -> None:
        condition, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
        always = _constant(condition)
        if always is None:
            self.value(condition, depth)
        if body is not None and always is not False:
            self.block([body], depth, sure=always is True)

    def _with(self, node: Node, depth: int) -> None:
        for clause in node.named_children:
            for item in clause.named_children if clause.type == "with_clause" else ():
                made = item.child_by_field_name("value") or item
                if made.type == "as_pattern":
                    value = self.value(nth(made), depth)
                    target = made.child_by_field_name("alias")
                    if target is not None:
                        self.assign(nth(target) or target, value)
                else:
                    self.value(made, depth)
        body = node.child_by_field_name("body")
        self.block([body] if body is not None else [], depth)

    def _try(self, node: Node, depth: int) -> None:
        for child in node.named_children:
            if child.type == "block":
                self.block([child], depth)
            elif child.type in ("except_clause", "except_group_clause"):
                self.block([c for c in child.named_children if c.type == "block"], depth, sure=False)
            else:
                self.block([c for c in child.named_children if c.type == "block"], depth)

    def _function(self, node: Node, depth: int) -> None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is not None and body is not None and len(self.names) < 5000:
            self.names[text_of(name)] = Function(_dedented(body), _parameters(node), body.start_point[0])

    def _class(self, node: Node, depth: int) -> None:
        """The methods of a class are kept under their own names: which object they are called on is not followed."""
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is None or body is None:
            return
        methods: dict[str, Any] = {}
        before, self.names = self.names, {**self.names}
        self.block([body], depth)
        methods = {k: v for k, v in self.names.items() if isinstance(v, Function) and before.get(k) is not v}
        self.names = before
        self.names[text_of(name)] = Thing("class", {"methods": methods})

    def _return(self, node: Node, depth: int) -> None:
        value = self.value(nth(node), depth) if node.named_child_count else None
        self.names["return"] = value if self.sure else DARK

    def _decorated(self, node: Node, depth: int) -> None:
        definition = node.child_by_field_name("definition")
        if definition is not None:
            self.statement(definition, depth)

    def _match(self, node: Node, depth: int) -> None:
        self.value(node.child_by_field_name("subject"), depth)
        for child in node.named_children:
            self.block([c for c in child.named_children if c.type in ("block", "case_clause")], depth, sure=False)

    def assign(self, target: Node, value: Any) -> None:
        """Put a value under the names of a target."""
        if target.type in ("identifier", "as_pattern_target"):
            if len(self.names) < 5000:
                self.names[text_of(target)] = value
        elif target.type in ("pattern_list", "tuple_pattern", "list_pattern", "tuple", "expression_list"):
            parts = list(value) if isinstance(value, list | tuple) else []
            for n, part in enumerate(target.named_children):
                self.assign(part, parts[n] if n < len(parts) else DARK)
        elif target.type == "subscript":
            self._expressions.put(target, value)
        elif target.type == "attribute":
            self._expressions.put_attribute(target, value)


def _constant(node: Node | None) -> bool | None:
    """Whether a condition is always, or never, true."""
    if node is None:
        return None
    source = text_of(node).replace('"', "'").replace(" ", "")
    if source in ("True", "1", "__name__=='__main__'"):
        return True
    return False if source in ("False", "0", "None") else None


def _parameters(node: Node) -> tuple[str, ...]:
    found = node.child_by_field_name("parameters")
    out = []
    for child in found.named_children if found is not None else ():
        name = child if child.type == "identifier" else child.child_by_field_name("name") or nth(child)
        if name is not None:
            out.append(text_of(name))
    return tuple(out)


def _dedented(body: Node) -> str:
    """A function's body as a program of its own."""
    indent = body.start_point[1]
    first, *rest = text_of(body).split("\n")
    return "\n".join([first, *(row[indent:] if not row[:indent].strip() else row for row in rest)])
