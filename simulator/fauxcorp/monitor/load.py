"""Rule files to a RuleSet, by way of the cache."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from fauxcorp.errors import ContentError, Problem
from fauxcorp.monitor import cache
from fauxcorp.monitor.frameworks import read_frameworks, tags_of
from fauxcorp.monitor.rules import Rule, RuleSet

_OTHER = (".samples.yml", ".samples.yaml", "coverage.yaml")
MOST_ENTRIES = 20_000


def load_rules(paths: Iterable[Path], *, lists: Path | None = None, frameworks: Path | None = None) -> RuleSet:
    """All rules of the files; a folder stands for the rule files below it; samples and coverage.yaml are none.

    Args:
        lists: folder of `<name>.txt` for the `expand` modifier: one plain value a line, `#` begins a comment.
        frameworks: folder of the ids that tags may name, see `read_frameworks`; without it tags are not looked at.

    Raises:
        ContentError: with every problem of every file.
    """
    problems: list[Problem] = []
    files: list[tuple[Path, bytes]] = []
    for path in _files(paths):
        try:
            files.append((path, path.read_bytes()))
        except OSError as error:
            problems.append(Problem(str(path), 0, "", f"cannot be read: {error.strerror}"))
    entries = read_lists(lists, problems) if lists is not None else {}
    tags = tags_of(read_frameworks(frameworks, problems)) if frameworks is not None else frozenset()
    if problems:
        raise ContentError(problems)
    digest = _digest(files, entries)
    name = cache.key(digest, tags)
    compiled = cache.read(name)
    if compiled is None:
        # pySigma takes 0.1 s to import and most starts find their rules in the cache, so it is imported only here.
        compiled = import_module("fauxcorp.monitor.compiler").compile_files(files, entries, tags)
        cache.write(name, compiled)
    metas, bases, correlations = compiled
    sources = {_slug(path): (path, raw) for path, raw in files}
    rules = tuple(
        Rule(meta, sources[meta.id][0], sources[meta.id][0].parent.name, sources[meta.id][1].decode())
        for meta in sorted(metas, key=lambda m: m.id)
    )
    return RuleSet(rules, tuple(bases), tuple(correlations), digest)


def _slug(path: Path) -> str:
    return path.name.removesuffix(".yml").removesuffix(".yaml")


def _files(paths: Iterable[Path]) -> list[Path]:
    out: set[Path] = set()
    for path in paths:
        found = (p for p in path.rglob("*") if p.suffix in (".yml", ".yaml")) if path.is_dir() else (path,)
        out.update(p for p in found if not p.name.endswith(_OTHER))
    return sorted(out, key=lambda p: (p.parent.name, p.name, str(p)))


def read_lists(folder: Path, problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    """The lists for the `expand` modifier by name; what is wrong goes to `problems`."""
    out: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.txt")):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(str(path), 0, "", f"cannot be read: {error}"))
            continue
        values = tuple(dict.fromkeys(v for line in lines if (v := line.partition("#")[0].strip())))
        if not values or len(values) > MOST_ENTRIES:
            problems.append(Problem(str(path), 0, "", f"must hold between 1 and {MOST_ENTRIES} values"))
        out[path.stem] = values
    return out


def _digest(files: list[tuple[Path, bytes]], lists: dict[str, tuple[str, ...]]) -> str:
    """SHA-256 over names and contents; where the files lie does not count."""
    total = sha256()
    named = [(f"{path.parent.name}/{path.name}", raw) for path, raw in files]
    named += [(f"list {name}", "\n".join(values).encode()) for name, values in lists.items()]
    for name, raw in named:
        total.update(f"{name}\0{len(raw)}\0".encode())
        total.update(raw)
    return total.hexdigest()
