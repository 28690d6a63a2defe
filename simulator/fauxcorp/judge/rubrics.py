"""Rubrics: what a judge is asked, one Markdown file each in policies/rubrics/, with a head in YAML."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from fauxcorp.content.library import Library
from fauxcorp.content.roots import pick
from fauxcorp.content.yamlfile import Document, parse, validate
from fauxcorp.errors import ContentError, Problem
from fauxcorp.monitor import RuleSet

FOLDER = ("policies", "rubrics")
MOST = 40_000
"""Characters of a rubric."""
_MARK = "---\n"


class Head(BaseModel):
    """What stands at the head of a rubric."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    version: int = Field(ge=1)
    """Raised with every change of meaning."""
    about: str
    rules: tuple[str, ...] = Field(min_length=1)
    """Rules and areas that decide the same by rule, as far as rules can."""


@dataclass(frozen=True, slots=True)
class Rubric:
    """One rubric."""

    name: str
    """With its pack."""
    version: int
    about: str
    rules: tuple[str, ...]
    """Names of rules; areas are spelt out."""
    text: str

    @property
    def digest(self) -> str:
        """SHA-256, in hex, of what a judge is told: a changed text is another rubric, whatever its version says."""
        return sha256(f"{self.name}\0{self.version}\0{self.text}".encode()).hexdigest()


def load_rubrics(library: Library, names: Iterable[str] = ()) -> tuple[Rubric, ...]:
    """The rubrics of these names; without any, all of them. Raises NotFound or ContentError."""
    known = rubric_files(library)
    chosen = dict.fromkeys(pick("rubric", name, known) for name in names) or known
    shown = {path: root.show(path) for root in library.roots for path in known.values()
             if path.is_relative_to(root.path)}  # fmt: skip
    return tuple(_read(known[name], name, shown.get(known[name], str(known[name])), library.rules()) for name in chosen)


def rubric_files(library: Library) -> dict[str, Path]:
    """Name to file of every rubric of every content root."""
    out: dict[str, Path] = {}
    for root in library.roots:
        folder = root.folder(*FOLDER)
        for path in sorted(folder.glob("*.md")) if folder.is_dir() else ():
            out[root.qualify(path.stem)] = path
    return out


def _read(path: Path, name: str, shown: str, rules: RuleSet) -> Rubric:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ContentError([Problem(shown, 0, "", error.strerror or "cannot be read")]) from None
    except UnicodeDecodeError as error:
        raise ContentError([Problem(shown, 0, "", f"not UTF-8 (byte {error.start})")]) from None
    if len(text) > MOST:
        raise ContentError([Problem(shown, 0, "", f"longer than {MOST:,} characters")])
    head, end, body = text.removeprefix(_MARK).partition(f"\n{_MARK}")
    if not text.startswith(_MARK) or not end:
        raise ContentError([Problem(shown, 1, "", "a rubric begins with a head in YAML between two lines `---`")])
    # The line of the mark counts.
    document = parse(f"\n{head}\n", path, shown)
    found = validate(document, Head)
    if found.name != path.stem:
        raise document.fail(("name",), f"must be the file's name, {path.stem}")
    if not body.strip():
        raise document.fail((), "there is no text below the head: what is the judge to decide?")
    return Rubric(name, found.version, found.about, _rules(found, rules, document), body.strip())


def _rules(head: Head, rules: RuleSet, document: Document) -> tuple[str, ...]:
    """The rules that a head names, areas spelt out. Raises ContentError for what is neither."""
    out: dict[str, None] = {}
    known = {rule.id: rule.area for rule in rules.rules}
    for n, name in enumerate(head.rules):
        found = [rule for rule, area in known.items() if name in (rule, area)]
        if not found:
            raise document.fail(("rules", n), f"no rule and no area is named {name!r}; `fauxcorp policies list`")
        out.update(dict.fromkeys(found))
    return tuple(out)
