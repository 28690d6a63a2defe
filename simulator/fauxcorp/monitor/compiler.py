"""Sigma documents to rules. Imports pySigma, which costs 0.1 s: `load` imports this module when the cache misses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sigma.exceptions import SigmaError
from sigma.rule import SigmaRule

from fauxcorp.core.flags import Level
from fauxcorp.errors import ContentError, Problem
from fauxcorp.monitor import correlations, template
from fauxcorp.monitor.codegen import conjuncts
from fauxcorp.monitor.detections import Detections, near
from fauxcorp.monitor.documents import Document, read_documents
from fauxcorp.monitor.fields import ACTIONS
from fauxcorp.monitor.frameworks import unknown
from fauxcorp.monitor.nodes import And, Node, Text
from fauxcorp.monitor.rules import Base, Correlation, Meta

_KEYS = {
    "title", "id", "name", "related", "status", "description", "license", "references", "author", "date", "modified",
    "tags", "fields", "falsepositives", "level", "scope", "taxonomy", "logsource", "detection", "correlation",
    "finding", "why",
}  # fmt: skip
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass
class Part:
    """One document on its way to a detection or a correlation."""

    document: Document
    rule: str
    number: int
    problems: list[Problem]
    flags: bool = True
    built: Base | Correlation | None = None
    refers: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """A name of its own among all parts."""
        return f"{self.rule}#{self.number}"

    @property
    def is_correlation(self) -> bool:
        """Whether it is one."""
        return "correlation" in self.document.data

    def report(self, message: str, *keys: str | int) -> None:
        """Note a problem at a place of the document."""
        self.problems.append(self.document.problem(message, *keys))


def compile_files(
    files: Sequence[tuple[Path, bytes]], lists: Mapping[str, tuple[str, ...]], tags: frozenset[str]
) -> tuple[list[Meta], list[Base], list[Correlation]]:
    """Rules of all files. `tags`: what the frameworks have. Raises ContentError with every problem of every file."""
    problems: list[Problem] = []
    parts = [p for path, raw in files for p in _parts(path, raw, problems)]
    for part in parts:
        if not part.is_correlation:
            part.built = _base(part, lists)
    found = correlations.resolve(parts, problems)
    metas = _metas(files, parts, problems, tags)
    _unique(parts, problems)
    if problems:
        raise ContentError(sorted(problems, key=lambda p: (p.path, p.line)))
    bases = [_flagging(p.built, p.flags) for p in parts if isinstance(p.built, Base)]
    return metas, bases, found


def _flagging(base: Base, flags: bool) -> Base:
    return Base(base.key, base.category, base.actions, base.node, flags, base.rule)


def _parts(path: Path, raw: bytes, problems: list[Problem]) -> list[Part]:
    slug = path.name.removesuffix(".yml").removesuffix(".yaml")
    if not _SLUG.fullmatch(slug):
        problems.append(Problem(str(path), 0, "", f"the file name {slug!r} is not in kebab-case"))
    documents = read_documents(path, problems, raw)
    if not documents and not any(p.path == str(path) for p in problems):
        problems.append(Problem(str(path), 0, "", "no rule in this file"))
    out: list[Part] = []
    for number, document in enumerate(documents):
        part = Part(document, slug, number, problems)
        if not isinstance(document.data, dict):
            part.report("a rule is a map")
        elif odd := [k for k in ("action", "filter") if k in document.data]:
            part.report(f"Sigma's {odd[0]!r} documents are not supported", odd[0])
        else:
            out.append(part)
            for key in document.data:
                if key not in _KEYS:
                    part.report(f"unknown key{near(str(key), _KEYS)}", str(key))
    return out


def _base(part: Part, lists: Mapping[str, tuple[str, ...]]) -> Base | None:
    category = _logsource(part)
    if category is None:
        return None
    node = Detections(part.document, category, lists, part.report).node()
    if node is None:
        return None
    try:
        for error in SigmaRule.from_dict(part.document.data, collect_errors=True).errors:
            part.report(str(error))
    except (SigmaError, TypeError, ValueError, AttributeError, KeyError) as error:
        part.report(f"not a Sigma rule: {error}")
        return None
    actions, rest = _actions(node, category)
    if not actions:
        part.report("no action of this category can match", "detection")
    return Base(part.key, category, actions, rest, True, part.rule)


def _logsource(part: Part) -> str | None:
    source = part.document.data.get("logsource")
    if not isinstance(source, dict):
        part.report("needed: {product: fauxcorp, category: ...}", "logsource")
        return None
    for key in source:
        if key not in ("product", "category", "definition"):
            part.report("not supported; product and category select the events", "logsource", str(key))
    if source.get("product") != "fauxcorp":
        part.report("must be fauxcorp", "logsource", "product")
    category = source.get("category")
    if not isinstance(category, str) or category not in ACTIONS:
        part.report(f"no such category: {category!r}{near(str(category), ACTIONS)}", "logsource", "category")
        return None
    return category


def _actions(node: Node, category: str) -> tuple[tuple[str, ...], Node]:
    """The actions that can match, and what is left to check once the event's kind is known."""
    actions = ACTIONS[category]
    rest: list[Node] = []
    for condition in conjuncts(node):
        if isinstance(condition, Text) and condition.how == "eq" and condition.field == "event.action":
            actions = tuple(a for a in actions if a in condition.values)
        elif not (isinstance(condition, Text) and condition.field == "event.category" and condition.how == "eq"):
            rest.append(condition)
    return actions, rest[0] if len(rest) == 1 else And(tuple(rest))


def _metas(
    files: Sequence[tuple[Path, bytes]], parts: list[Part], problems: list[Problem], tags: frozenset[str]
) -> list[Meta]:
    out: list[Meta] = []
    seen: dict[str, Path] = {}
    for path, _ in files:
        slug = path.name.removesuffix(".yml").removesuffix(".yaml")
        if slug in seen:
            problems.append(Problem(str(path), 0, "", f"a rule of this name is in {seen[slug]} already"))
            continue
        seen[slug] = path
        mine = [p for p in parts if p.rule == slug]
        speaking = [p for p in mine if p.flags]
        for other in speaking[1:]:
            for key in ("title", "level"):
                if other.document.data.get(key) != speaking[0].document.data.get(key):
                    other.report("the documents of one file are one rule: must be the same in all", key)
        if mine and not speaking:
            mine[0].report("no document of this file raises flags: a correlation takes each of them without generate")
        elif speaking:
            meta = _meta(speaking[0], tags)
            if meta is not None:
                out.append(meta)
    return out


def _meta(part: Part, known: frozenset[str]) -> Meta | None:
    data = part.document.data
    before = len(part.problems)
    for key in ("title", "id", "level", "description"):
        if not isinstance(data.get(key), str):
            part.report("needed, as text", key)
    for key in ("tags", "falsepositives", "references"):
        if not isinstance(data.get(key, []), list) or not all(isinstance(v, str) for v in data.get(key, [])):
            part.report("must be a list of texts", key)
    for key in ("finding", "why"):
        if not isinstance(data.get(key, ""), str):
            part.report("must be text", key)
    if isinstance(data.get("why", ""), str) and (wrong := template.problem(data.get("why", ""))):
        part.report(wrong, "why")
    for index, tag in enumerate(data.get("tags", ()) if len(part.problems) == before else ()):
        if unknown(tag, known):
            part.report(f"{tag!r} is no id of policies/frameworks/{tag.partition('.')[0]}.txt", "tags", index)
    if len(part.problems) > before:
        return None
    try:
        uuid, level = str(UUID(data["id"])), Level(data["level"])
    except ValueError as error:
        part.report(str(error), "level" if "Level" in str(error) else "id")
        return None
    return Meta(
        id=part.rule, uuid=uuid, title=data["title"], level=level, description=data["description"].strip(),
        tags=tuple(data.get("tags", ())), finding=data.get("finding", ""),
        falsepositives=tuple(data.get("falsepositives", ())), references=tuple(data.get("references", ())),
        author=str(data.get("author", "")), date=str(data.get("date", "")), status=str(data.get("status", "")),
        why=" ".join(data.get("why", "").split()),
    )  # fmt: skip


def _unique(parts: list[Part], problems: list[Problem]) -> None:
    for key in ("id", "name"):
        seen: dict[Any, Part] = {}
        for part in parts:
            value = part.document.data.get(key)
            if not isinstance(value, str):
                continue
            if value in seen:
                part.report(f"{value!r} is used in {seen[value].document.path} too", key)
            seen.setdefault(value, part)
