"""Compiled rules kept under the user's cache folder, by content. JSON, checked when read; nothing in it is run."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from fauxcorp.core.flags import Level
from fauxcorp.monitor.fields import ACTIONS, FIELDS, VALUES
from fauxcorp.monitor.nodes import from_json, to_json
from fauxcorp.monitor.rules import Base, Correlation, Meta

FORMAT = "2"
"""Another one whenever the compiler or a class of `rules` changes."""

MOST_ENTRIES = 16

Compiled = tuple[list[Meta], list[Base], list[Correlation]]


def key(content_hash: str, tags: frozenset[str] = frozenset()) -> str:
    """The name of the entry: sources, format, and the fields and tags they were checked against."""
    known = [*(sorted(names.items()) for names in (FIELDS, VALUES, ACTIONS)), sorted(tags)]
    return sha256(json.dumps([FORMAT, content_hash, *known]).encode()).hexdigest()


def folder() -> Path | None:
    """Where entries lie; None if the user has no home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(given):
        return Path(given) / "fauxcorp"
    try:
        return Path.home() / ".cache" / "fauxcorp"
    except RuntimeError:
        return None


def read(name: str) -> Compiled | None:
    """The entry, or None if there is none or it is damaged."""
    root = folder()
    try:
        raw = (root / f"rules-{name}.json").read_bytes() if root else b""
        body = json.loads(raw)
        if body["digest"] != sha256(body["rules"].encode()).hexdigest():
            return None
        return _decode(json.loads(body["rules"]))
    except (OSError, ValueError, TypeError, KeyError, IndexError, RecursionError):
        return None


def write(name: str, compiled: Compiled) -> None:
    """Keep an entry; a folder that cannot be written is no error."""
    root = folder()
    if root is None:
        return
    rules = json.dumps(_encode(compiled))
    body = json.dumps({"digest": sha256(rules.encode()).hexdigest(), "rules": rules})
    temporary = root / f".rules-{name}.{os.getpid()}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        temporary.write_text(body)
        temporary.replace(root / f"rules-{name}.json")
        _prune(root)
    except OSError:
        return


def _prune(root: Path) -> None:
    """Forget the entries that were written longest ago."""
    entries = sorted(root.glob("rules-*.json"), key=lambda p: (p.stat().st_mtime_ns, p.name))
    for entry in entries[:-MOST_ENTRIES]:
        entry.unlink(missing_ok=True)


def _encode(compiled: Compiled) -> dict[str, Any]:
    metas, bases, correlations = compiled
    return {
        "metas": [asdict(m) for m in metas],
        "bases": [[b.key, b.category, b.actions, to_json(b.node), b.flags, b.rule] for b in bases],
        "correlations": [[getattr(c, f.name) for f in fields(Correlation)] for c in correlations],
    }


def _decode(data: Any) -> Compiled:
    metas = [Meta(**{**_tuples(m), "level": Level(m["level"])}) for m in data["metas"]]
    bases = [Base(k, c, tuple(a), from_json(n), bool(f), r) for k, c, a, n, f, r in data["bases"]]
    correlations = [
        Correlation(k, kind, tuple(s), _nested(g), _nested(v), span, op, n, flags, rule, logic)
        for k, kind, s, g, v, span, op, n, flags, rule, logic in data["correlations"]
    ]
    return metas, bases, correlations


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}


def _nested(data: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(d) for d in data)
