"""Expressions: literals, names, operators, calls. What is not followed is gone through for the calls in it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tree_sitter import Node

from fauxcorp.scan.desk import UNKNOWN
from fauxcorp.scan.limits import MAX_TURNS, MAX_VALUE
from fauxcorp.scan.nodes import nth, text_of
from fauxcorp.scan.python.values import DARK, Dark, Function, Named, Thing, text

if TYPE_CHECKING:
    from fauxcorp.scan.python.walk import Program

MAX_ITEMS = 5_000
_BUILT_IN = frozenset({
    "open", "print", "input", "exec", "eval", "compile", "len", "str", "int", "float", "list", "dict", "set", "tuple",
    "range", "sorted", "enumerate", "zip", "reversed", "bytes", "bytearray", "repr", "__import__", "getattr",
    "__shell__", "__write__", "iter", "next", "map", "filter", "min", "max", "sum", "any", "all", "isinstance", "type",
    "super", "format", "abs", "round",
})  # fmt: skip


class Expressions:
    """The values of one program's expressions."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._nodes: dict[str, Callable[[Node, int], Any]] = {
            "identifier": self._identifier,
            "string": self._string,
            "concatenated_string": self._concatenated,
            "integer": self._number,
            "float": self._number,
            "true": lambda node, depth: True,
            "false": lambda node, depth: False,
            "none": lambda node, depth: None,
            "list": self._list,
            "tuple": self._list,
            "set": self._list,
            "expression_list": self._list,
            "dictionary": self._dictionary,
            "parenthesized_expression": self._first,
            "await": self._first,
            "expression_statement": self._first,
            "binary_operator": self._binary,
            "attribute": self._attribute,
            "subscript": self._subscript,
            "call": self._call,
            "assignment": self._assignment,
            "augmented_assignment": self._augmented,
            "named_expression": self._walrus,
            "conditional_expression": self._conditional,
            "list_comprehension": self._comprehension,
            "generator_expression": self._comprehension,
            "set_comprehension": self._comprehension,
            "dictionary_comprehension": self._comprehension,
            "lambda": self._lambda,
            "comment": lambda node, depth: None,
        }

    def value(self, node: Node | None, depth: int) -> Any:
        """What an expression stands for."""
        if node is None:
            return None
        if depth <= 0 or not self._program.shell.sheet.step():
            return DARK
        found = self._nodes.get(node.type)
        if found is not None:
            return found(node, depth - 1)
        for child in node.named_children:
            self.value(child, depth - 1)
        return DARK

    def _first(self, node: Node, depth: int) -> Any:
        return self.value(nth(node), depth)

    def _identifier(self, node: Node, depth: int) -> Any:
        name = text_of(node)
        if name in self._program.names:
            return self._program.names[name]
        return Named(name) if name in _BUILT_IN else Thing("self") if name == "self" else DARK

    def _number(self, node: Node, depth: int) -> Any:
        try:
            return ast.literal_eval(text_of(node)[:100])
        except (ValueError, SyntaxError):
            return DARK

    def _string(self, node: Node, depth: int) -> Any:
        prefix = text_of(node)[:3].lower().split("'")[0].split('"')[0]
        out: list[str] = []
        for child in node.children:
            if child.type == "interpolation":
                out.append(self._interpolated(child, depth))
            elif child.type == "string_content":
                out.append(self._content(child, "r" in prefix, depth))
        whole = "".join(out)[:MAX_VALUE]
        return whole.encode("latin-1", "replace") if "b" in prefix else whole

    def _content(self, node: Node, raw: bool, depth: int) -> str:
        source = text_of(node)
        if raw or "\\" not in source:
            return source.replace("{{", "{").replace("}}", "}") if node.parent and _is_f(node.parent) else source
        # As Python reads it; a text that ends in the middle of an escape stays as it is.
        quoted = source.replace('"', '\\"') if '\\"' not in source else source
        try:
            return str(ast.literal_eval(f'"""{quoted} """'))[:-1]
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return source

    def _interpolated(self, node: Node, depth: int) -> str:
        value = self.value(nth(node), depth)
        if any(c.type in ("format_specifier", "format_expression") for c in node.children):
            return text(value) if isinstance(value, str) else UNKNOWN
        return text(value)

    def _concatenated(self, node: Node, depth: int) -> Any:
        parts = [self.value(c, depth) for c in node.named_children]
        if all(isinstance(p, bytes) for p in parts):
            return b"".join(parts)
        return "".join(text(p) for p in parts)[:MAX_VALUE]

    def _list(self, node: Node, depth: int) -> Any:
        out: list[Any] = []
        for child in node.named_children[:MAX_ITEMS]:
            if child.type in ("list_splat", "parenthesized_list_splat"):
                more = self.value(nth(child), depth)
                out += list(more) if isinstance(more, list | tuple) else [DARK]
            elif child.type != "comment":
                out.append(self.value(child, depth))
        return out

    def _dictionary(self, node: Node, depth: int) -> Any:
        out: dict[Any, Any] = {}
        for child in node.named_children[:MAX_ITEMS]:
            if child.type == "pair":
                key = self.value(child.child_by_field_name("key"), depth)
                value = self.value(child.child_by_field_name("value"), depth)
                out[key if isinstance(key, str | int | bytes) else text(key)] = value
            elif child.type == "dictionary_splat":
                more = self.value(nth(child), depth)
                out |= more if isinstance(more, dict) else {}
        return out

    def _binary(self, node: Node, depth: int) -> Any:
        left = self.value(node.child_by_field_name("left"), depth)
        right = self.value(node.child_by_field_name("right"), depth)
        operator = next((c.type for c in node.children if not c.is_named), "")
        if operator == "/" and isinstance(left, Thing) and left.kind == "path":
            return path_of(f"{left.data['path'].rstrip('/')}/{text(right)}")
        if operator == "+":
            return _sum(left, right)
        if operator == "%" and isinstance(left, str):
            return _formatted(left, right)
        if operator == "*" and isinstance(left, str) and isinstance(right, int) and 0 <= right < 1000:
            return (left * right)[:MAX_VALUE]
        if isinstance(left, int) and isinstance(right, int) and operator in ("-", "+"):
            return left - right if operator == "-" else left + right
        return DARK

    def _attribute(self, node: Node, depth: int) -> Any:
        of = self.value(node.child_by_field_name("object"), depth)
        name = text_of(node.child_by_field_name("attribute") or node)
        if isinstance(of, Named):
            return Named(f"{of.name}.{name}"[:200])
        if isinstance(of, Thing):
            if of.kind == "self":
                return self._program.names.get(
                    f"self.{name}", self._program.names.get(name, Thing("method", _m(of, name)))
                )
            methods = of.data.get("methods", {})
            if name in methods:
                return methods[name]
            if of.kind == "path" and name in ("name", "stem", "parent", "suffix"):
                return _path_part(of.data["path"], name)
        return Thing("method", _m(of, name))

    def _subscript(self, node: Node, depth: int) -> Any:
        of = self.value(node.child_by_field_name("value"), depth)
        keys = [self.value(c, depth) for c in node.children_by_field_name("subscript")]
        key = keys[0] if keys else DARK
        if isinstance(of, Named) and of.name == "os.environ":
            return self._program.shell.desk.variables.get(text(key), UNKNOWN)
        if isinstance(of, dict):
            return of.get(key, DARK) if isinstance(key, str | int | bytes) else DARK
        if isinstance(of, list | tuple) and isinstance(key, int) and -len(of) <= key < len(of):
            return of[key]
        return DARK

    def _call(self, node: Node, depth: int) -> Any:
        function = self.value(node.child_by_field_name("function"), depth)
        found = node.child_by_field_name("arguments")
        arguments: list[Any] = []
        named: dict[str, Any] = {}
        children = (
            found.named_children if found is not None and found.type == "argument_list" else [found] if found else []
        )
        for child in children[:MAX_ITEMS]:
            if child.type == "keyword_argument":
                name = child.child_by_field_name("name")
                named[text_of(name) if name is not None else ""] = self.value(child.child_by_field_name("value"), depth)
            elif child.type == "list_splat":
                more = self.value(nth(child), depth)
                arguments += list(more) if isinstance(more, list | tuple) else [DARK]
            elif child.type == "dictionary_splat":
                more = self.value(nth(child), depth)
                named |= {text(k): v for k, v in more.items()} if isinstance(more, dict) else {}
            elif child.type != "comment":
                arguments.append(self.value(child, depth))
        return self._program.call(function, arguments, named, depth)

    def _assignment(self, node: Node, depth: int) -> Any:
        value = self.value(node.child_by_field_name("right"), depth)
        left = node.child_by_field_name("left")
        if left is not None and node.child_by_field_name("right") is not None:
            self._program.assign(left, value)
        return value

    def _augmented(self, node: Node, depth: int) -> Any:
        left = node.child_by_field_name("left")
        before = self.value(left, depth)
        value = self.value(node.child_by_field_name("right"), depth)
        operator = next((c.type for c in node.children if not c.is_named), "")
        out = _sum(before, value) if operator == "+=" else DARK
        if left is not None:
            self._program.assign(left, out)
        return out

    def _walrus(self, node: Node, depth: int) -> Any:
        value = self.value(node.child_by_field_name("value"), depth)
        name = node.child_by_field_name("name")
        if name is not None:
            self._program.assign(name, value)
        return value

    def _conditional(self, node: Node, depth: int) -> Any:
        values = [self.value(child, depth) for child in node.named_children]
        return values[0] if len(values) == 3 and values[0] == values[2] else DARK

    def _comprehension(self, node: Node, depth: int) -> Any:
        """Over a list that is known it is gone through value by value; else once, as what may have been come to."""
        program = self._program
        clause = next((c for c in node.named_children if c.type == "for_in_clause"), None)
        body = node.child_by_field_name("body")
        if clause is None:
            return DARK
        values = self.value(clause.child_by_field_name("right"), depth)
        left = clause.child_by_field_name("left")
        bare = not any(c.type == "if_clause" for c in node.named_children)
        known = isinstance(values, list | tuple) and bare
        out: list[Any] = []
        before, sure = dict(program.names), program.sure
        program.sure = sure and known
        for value in (values if known else [DARK])[:MAX_TURNS]:
            if left is not None:
                program.assign(left, value)
            out.append(self.value(body, depth))
        program.names, program.sure = before, sure
        return out if known and node.type == "list_comprehension" else DARK

    def _lambda(self, node: Node, depth: int) -> Any:
        body = node.child_by_field_name("body")
        return Function(text_of(body), (), node.start_point[0]) if body is not None else DARK

    def put(self, target: Node, value: Any) -> None:
        """x[key] = value, for lists, dictionaries and messages."""
        of = self.value(target.child_by_field_name("value"), 5)
        keys = [self.value(c, 5) for c in target.children_by_field_name("subscript")]
        if isinstance(of, dict) and keys and isinstance(keys[0], str | int) and len(of) < MAX_ITEMS:
            of[keys[0]] = value
        elif isinstance(of, Thing) and of.kind == "message" and keys:
            of.data.setdefault("headers", {})[text(keys[0]).lower()] = value

    def put_attribute(self, target: Node, value: Any) -> None:
        """self.x = value, and fields of things."""
        of = self.value(target.child_by_field_name("object"), 5)
        name = text_of(target.child_by_field_name("attribute") or target)
        if isinstance(of, Thing) and of.kind == "self" and len(self._program.names) < MAX_ITEMS:
            self._program.names[f"self.{name}"] = value
        elif isinstance(of, Thing):
            of.data.setdefault("fields", {})[name] = value


def path_of(path: str) -> Thing:
    """A path object."""
    return Thing("path", {"path": path})


def _m(of: Any, name: str) -> dict[str, Any]:
    return {"of": of, "name": name}


def _is_f(node: Node) -> bool:
    return "f" in text_of(node)[:3].lower().split("'")[0].split('"')[0]


def _sum(left: Any, right: Any) -> Any:
    if isinstance(left, list) and isinstance(right, list):
        return [*left, *right][:MAX_ITEMS]
    if isinstance(left, bytes) and isinstance(right, bytes):
        return (left + right)[:MAX_VALUE]
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left + right
    if isinstance(left, str) or isinstance(right, str):
        return (text(left) + text(right))[:MAX_VALUE]
    return DARK


def _formatted(shape: str, values: Any) -> str:
    parts = [text(v) for v in (values if isinstance(values, list | tuple) else [values])]
    out = shape
    for part in parts[:100]:
        at = out.find("%s")
        at = at if at >= 0 else out.find("%d")
        if at < 0:
            break
        out = out[:at] + part + out[at + 2 :]
    return out[:MAX_VALUE]


def _path_part(path: str, name: str) -> Any:
    folder, _, last = path.rstrip("/").rpartition("/")
    if name == "parent":
        return path_of(folder or "/")
    stem, dot, suffix = last.rpartition(".")
    return last if name == "name" else (stem or last) if name == "stem" else dot + suffix


__all__ = ["DARK", "Dark", "Expressions", "path_of"]
