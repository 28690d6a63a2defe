"""Detections of a Sigma document as matcher trees. Imports pySigma: only `compiler` may import this module."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import re2
from sigma.conditions import ConditionAND, ConditionIdentifier, ConditionNOT, ConditionOR, ConditionSelector
from sigma.conditions import SigmaCondition as Condition
from sigma.exceptions import SigmaError
from sigma.modifiers import modifier_mapping
from sigma.rule import SigmaDetectionItem, SigmaDetections
from sigma.types import (
    Placeholder,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaTimestampPart,
    SpecialChars,
)  # fmt: skip

from fauxcorp.monitor import runtime
from fauxcorp.monitor.documents import Document
from fauxcorp.monitor.fields import ACTIONS, BOOL, FIELDS, NUMBER, VALUES
from fauxcorp.monitor.nodes import (
    And,
    Bool,
    Cidr,
    DatePart,
    Exists,
    Node,
    Not,
    Null,
    Number,
    Or,
    Ref,
    Regex,
    Text,
)  # fmt: skip

Report = Callable[..., None]
"""Called with a message and the keys of the place that it is about."""

_FLAGS = {
    SigmaRegularExpressionFlag.IGNORECASE: "i",
    SigmaRegularExpressionFlag.MULTILINE: "m",
    SigmaRegularExpressionFlag.DOTALL: "s",
}
_SHAPES = {"": "eq", "t": "eq", "*t": "endswith", "t*": "startswith", "*t*": "contains", "*": "startswith"}
_EXPANDS_WITH = {"contains", "startswith", "endswith", "cased", "all", "neq", "expand"}
_KEYWORD_WITH = {"contains", "all", "cased", "re", "i", "m", "s", "ignorecase", "multiline", "dotall", "neq"}
_MOST_VALUES = 20_000


class Unsupported(ValueError):
    """A value that means something we cannot match exactly."""


def near(name: str, known: Iterable[str]) -> str:
    """A hint with names like it, or nothing."""
    found = difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.5)
    return f"; did you mean {', '.join(found)}?" if found else ""


@dataclass(frozen=True)
class Detections:
    """Turns the detection section of a document into one tree. What is wrong goes to `report`."""

    document: Document
    category: str
    lists: Mapping[str, tuple[str, ...]]
    report: Report

    def node(self) -> Node | None:
        """The tree; None if anything was reported."""
        section = self.document.data.get("detection")
        if not isinstance(section, dict):
            self.report("a map of named detections and a condition is needed", "detection")
            return None
        named: dict[str, Node] = {}
        for name, definition in section.items():
            if name != "condition":
                built = self.definition(definition, ("detection", str(name)))
                if built is not None:
                    named[str(name)] = built
        if "condition" not in section:
            self.report("there is no condition", "detection")
        if len(named) != len(section) - 1 or "condition" not in section:
            return None
        return self.conditions(section, named)

    def conditions(self, section: dict[str, Any], named: dict[str, Node]) -> Node | None:
        texts = section["condition"] if isinstance(section["condition"], list) else [section["condition"]]
        used: set[str] = set()
        out: list[Node] = []
        for text in texts:
            if not isinstance(text, str):
                self.report("a condition must be text", "detection", "condition")
                return None
            try:
                detections = SigmaDetections.from_dict(section)
                out.append(self.tree(Condition(text, detections).parse(postprocess=False), detections, named, used))
            except (SigmaError, RecursionError, TypeError) as error:
                self.report(f"condition {text!r}: {_plain(error)}", "detection", "condition")
                return None
        for name in named:
            if name not in used:
                self.report("not used by the condition", "detection", name)
        return _any(out)

    def tree(self, item: Any, detections: SigmaDetections, named: dict[str, Node], used: set[str]) -> Node:
        match item:
            case ConditionSelector():
                names = [i.identifier for i in item.resolve_referenced_detections(detections)]
                if not names:
                    raise SigmaError(f"{item.pattern!r} matches no detection")
                used.update(names)
                nodes = [named[n] for n in names]
                return _all(nodes) if item.cond_class is ConditionAND else _any(nodes)
            case ConditionIdentifier():
                if item.identifier not in named:
                    raise SigmaError(f"no detection named {item.identifier!r}{near(item.identifier, named)}")
                used.add(item.identifier)
                return named[item.identifier]
            case ConditionNOT():
                return Not(self.tree(item.args[0], detections, named, used))
            case ConditionAND():
                return _all([self.tree(a, detections, named, used) for a in item.args])
            case ConditionOR():
                return _any([self.tree(a, detections, named, used) for a in item.args])
            case _:
                raise SigmaError("not a condition that is supported")

    def definition(self, definition: Any, keys: tuple[str | int, ...]) -> Node | None:
        """A named detection: a map (all must hold), a list of maps (any), or keywords."""
        if isinstance(definition, dict) and definition:
            return _all_or_none([self.item(str(k), v, (*keys, str(k))) for k, v in definition.items()], _all)
        if isinstance(definition, list) and definition and any(isinstance(d, dict | list) for d in definition):
            return _all_or_none([self.definition(d, (*keys, n)) for n, d in enumerate(definition)], _any)
        if definition is None or definition == {} or definition == []:
            self.report("empty", *keys)
            return None
        return self.item("", definition, keys)

    def item(self, key: str, value: Any, keys: tuple[str | int, ...]) -> Node | None:
        """One `field|modifiers: values` of a detection."""
        field, *modifiers = key.split("|")
        if not self.known(field, modifiers, value, keys):
            return None
        try:
            item = SigmaDetectionItem.from_mapping(key or None, value)
            values = [v for raw in item.value for v in self.expand(raw, modifiers)]
            nodes = _merge([self.value(field or None, v) for v in values], item.value_linking is ConditionAND)
        except (SigmaError, Unsupported, TypeError, ValueError, re2.error) as error:
            self.report(_plain(error), *keys)
            return None
        if len(values) > _MOST_VALUES:
            self.report(f"more than {_MOST_VALUES} values", *keys)
            return None
        node = _all(nodes) if item.value_linking is ConditionAND else _any(nodes)
        return Not(node) if item.negated else node

    def known(self, field: str, modifiers: list[str], value: Any, keys: tuple[str | int, ...]) -> bool:
        """Whether field and modifiers exist and fit; reports what does not."""
        sound = True
        if field and field not in FIELDS:
            self.report(f"unknown field {field!r}{near(field, FIELDS)}", *keys)
            sound = False
        for modifier in modifiers:
            if modifier not in modifier_mapping:
                self.report(f"unknown modifier {modifier!r}{near(modifier, modifier_mapping)}", *keys)
                sound = False
            elif modifier == "utf16":
                # pySigma 1 leaves out the byte order mark that Sigma wants here.
                self.report("utf16 is not supported; wide and utf16be are", *keys)
                sound = False
        if isinstance(value, dict):
            self.report("a value or a list of values is needed, not a map", *keys)
            sound = False
        elif isinstance(value, list) and (not value or any(isinstance(v, dict | list) for v in value)):
            self.report("a list of plain values is needed" if value else "an empty list", *keys)
            sound = False
        if not field and (odd := [m for m in modifiers if m not in _KEYWORD_WITH]):
            self.report(f"{', '.join(odd)} is not supported without a field", *keys)
            sound = False
        if "expand" in modifiers and (odd := [m for m in modifiers if m not in _EXPANDS_WITH]):
            self.report(f"expand together with {', '.join(odd)} is not supported", *keys)
            sound = False
        return sound

    def expand(self, value: Any, modifiers: list[str]) -> list[Any]:
        """The value with each %list% replaced by every entry of the list, as plain text."""
        if "expand" not in modifiers or not isinstance(value, SigmaString):
            return [value]
        done: list[list[Any]] = [[]]
        for part in value.s:
            if not isinstance(part, Placeholder):
                done = [[*d, part] for d in done]
                continue
            entries = self.lists.get(part.name)
            if entries is None:
                raise Unsupported(f"no list named {part.name!r}{near(part.name, self.lists)}")
            done = [[*d, e] for d in done for e in entries]
            if len(done) > _MOST_VALUES:
                raise Unsupported(f"expands to more than {_MOST_VALUES} values")
        return [_string(parts, type(value)) for parts in done]

    def value(self, field: str | None, value: Any) -> Node:
        """The tree of one value. Raises Unsupported."""
        match value:
            case SigmaExpansion():
                return _any(_merge([self.value(field, v) for v in value.values], False))
            case SigmaString():
                node = _text(field, value)
                self.words(node)
                return node
            case SigmaRegularExpression():
                flags = "".join(sorted(_FLAGS[f] for f in value.flags))
                runtime.pattern(source := str(value.regexp), flags)
                return Regex(field, source, flags)
        if field is None:
            return _text(None, SigmaString(runtime.text(_scalar(value))))
        return self.typed(field, value)

    def typed(self, field: str, value: Any) -> Node:
        """The tree of a value that is no text."""
        kind = FIELDS[field]
        match value:
            case SigmaTimestampPart():
                return DatePart(field, value.timestamp_part.name.lower(), int(value.number))
            case SigmaNumber():
                if kind == BOOL:
                    raise Unsupported(f"{field} is true or false")
                return Number(field, "eq", value.number)
            case SigmaCompareExpression():
                if kind != NUMBER:
                    raise Unsupported(f"{field} is no number")
                return Number(field, value.op.name.lower(), value.number.number)
            case SigmaBool():
                if kind != BOOL:
                    raise Unsupported(f"{field} is not true or false")
                return Bool(field, value.boolean)
            case SigmaNull():
                return Null(field)
            case SigmaExists():
                return Exists(field) if value.exists else Not(Exists(field))
            case SigmaCIDRExpression():
                return Cidr(field, str(value.network))
            case SigmaFieldReference():
                if value.field not in FIELDS:
                    raise Unsupported(f"unknown field {value.field!r}{near(value.field, FIELDS)}")
                return Ref(field, value.field, _how(value.starts_with, value.ends_with))
            case _:
                raise Unsupported(f"{type(value).__name__} is not supported")

    def words(self, node: Node) -> None:
        """Refuse words that the field never holds."""
        if not isinstance(node, Text) or node.how != "eq" or node.field is None:
            return
        known = ACTIONS[self.category] if node.field == "event.action" else VALUES.get(node.field)
        if node.field == "event.category":
            known = (self.category,)
        if FIELDS[node.field] == BOOL:
            raise Unsupported(f"{node.field} is true or false")
        for word in node.values:
            if known is not None and word not in known:
                raise Unsupported(f"{node.field} is never {word!r}{near(word, known)}")


def _scalar(value: Any) -> Any:
    if isinstance(value, SigmaNumber) and not isinstance(value, SigmaTimestampPart):
        return value.number
    if isinstance(value, SigmaBool):
        return value.boolean
    raise Unsupported("a value of this kind needs a field")


def _string(parts: list[Any], kind: type[SigmaString]) -> SigmaString:
    out = kind()
    merged: list[Any] = []
    for part in parts:
        if merged and isinstance(part, str) and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    out.s = merged
    return out


def _text(field: str | None, value: SigmaString) -> Node:
    """Plain text, a prefix, a suffix, a part, or wildcards in general."""
    cased = isinstance(value, SigmaCasedString)
    parts = [p for n, p in enumerate(value.s) if not (p is SpecialChars.WILDCARD_MULTI and n and value.s[n - 1] is p)]
    shape = ["*" if p is SpecialChars.WILDCARD_MULTI else "?" if isinstance(p, SpecialChars) else "t" for p in parts]
    plain = "".join(p for p in parts if isinstance(p, str))
    plain = plain if cased else plain.lower()
    how = _SHAPES.get("".join(shape))
    if field is None:
        if how is None or not plain:
            raise Unsupported("wildcards inside a value without a field are not supported")
        return Text(None, "contains", (plain,), cased)
    if how is not None:
        return Text(field, how, (plain,), cased)
    signs = {"*": ".*", "?": "."}
    body = "".join(signs.get(s) or re2.escape(str(p)) for s, p in zip(shape, parts, strict=True))
    source, flags = rf"\A{body}\z", "s" if cased else "is"
    runtime.pattern(source, flags)
    return Regex(field, source, flags)


def _how(starts: bool, ends: bool) -> str:
    if starts and ends:
        return "contains"
    return "startswith" if starts else "endswith" if ends else "eq"


def _merge(nodes: list[Node], linked_by_and: bool) -> list[Node]:
    """Alternatives on one field as one node, where they are compared alike."""
    if linked_by_and:
        return nodes
    out: list[Node] = []
    places: dict[tuple[str | None, str, bool], int] = {}
    for node in nodes:
        if isinstance(node, Text):
            key = (node.field, node.how, node.cased)
            if key in places:
                first = out[places[key]]
                if isinstance(first, Text):
                    out[places[key]] = Text(*key[:2], tuple(dict.fromkeys((*first.values, *node.values))), key[2])
                continue
            places[key] = len(out)
        out.append(node)
    return out


def _all(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))


def _any(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))


def _all_or_none(nodes: list[Node | None], join: Callable[[list[Node]], Node]) -> Node | None:
    sound = [n for n in nodes if n is not None]
    return join(sound) if len(sound) == len(nodes) else None


def _plain(error: Exception) -> str:
    """The message on one line; RE2 gives bytes."""
    first = error.args[0] if error.args else ""
    return " ".join((first.decode("utf-8", "replace") if isinstance(first, bytes) else str(error)).split())
