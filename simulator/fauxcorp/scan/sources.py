"""From paths to trajectories: files are found, their format is told by what they hold, and they are read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from fauxcorp.errors import ContentError, NotFound
from fauxcorp.scan.archives import MAGIC, Archive
from fauxcorp.scan.formats import FORMATS, Format
from fauxcorp.scan.formats.base import Place
from fauxcorp.scan.formats.inspect import is_sample, of_sample
from fauxcorp.scan.formats.openhands import EVENTS
from fauxcorp.scan.items import Trajectory
from fauxcorp.scan.jsonfile import document, fail, lines, open_plain, parse
from fauxcorp.scan.limits import MAX_FILES

_SUFFIXES = (".jsonl", ".json", ".ndjson", ".eval", ".gz", ".traj")
_OURS = frozenset({"wall.jsonl", "episodes.jsonl", "manifest.json", "tape.jsonl", "scan.json", "prose.jsonl"})
_SNIFFED = 20
"""Lines of a file that are looked at to tell its format."""


class Passed(NamedTuple):
    """A file that was not read, or not to its end, and why."""

    path: str
    reason: str


@dataclass(slots=True)
class Sources:
    """All trajectories below some paths.

    What is named itself must be of a known format; what only lies in a named folder is passed over if it is not, and
    told in `passed`.
    """

    paths: Sequence[Path]
    format: str = ""
    passed: list[Passed] = field(default_factory=list)
    files: int = 0

    def check(self) -> None:
        """Raise UserError if a path is not there, or the format is none that is known: before anything is written."""
        known = sorted({f.name for f in FORMATS})
        if self.format and self.format not in known:
            raise NotFound("format", self.format, known)
        for path in self.paths:
            if not path.exists():
                raise fail(str(path), 0, "No such file or folder")

    def __iter__(self) -> Iterator[Trajectory]:
        """The trajectories, file by file. Raises ContentError with file and line for what cannot be read."""
        self.check()
        for path in self.paths:
            if path.is_dir():
                yield from self._folder(path)
            else:
                yield from self._file(path, str(path))

    def _folder(self, folder: Path) -> Iterator[Trajectory]:
        for place, names in _walk(folder):
            if names and all(_is_number(n) for n in names):
                yield from self._events(place, sorted(names, key=lambda n: int(n.partition(".")[0])))
                continue
            for name in names:
                path = place / name
                if name in _OURS or not name.endswith(_SUFFIXES):
                    continue
                try:
                    yield from self._file(path, str(path))
                except ContentError as error:
                    self.passed.append(Passed(str(path), str(error)))

    def _file(self, path: Path, shown: str) -> Iterator[Trajectory]:
        stream = open_plain(path, shown)
        head = stream.read(4)
        self.files += 1
        if head == MAGIC:
            yield from self._archive(path, shown)
            return
        yield from self._json(path, shown)

    def _archive(self, path: Path, shown: str) -> Iterator[Trajectory]:
        archive = Archive(path, shown)
        try:
            about = self._header(archive)
            names = [n for n in archive.names if n.startswith("samples/") and n.endswith(".json")]
            if not names and not about:
                raise fail(
                    shown, 0, "an archive, but none of Inspect: no samples in it; unpack it and name what it holds"
                )
            for name in sorted(names):
                sample = parse(archive.read(name), f"{shown}!{name}")
                if not is_sample(sample):
                    raise fail(f"{shown}!{name}", 0, "no sample: an object with id, epoch and messages is expected")
                yield from of_sample(sample, Place(f"{shown}!{name}"), about.get("model", ""), about.get("task", ""))
        finally:
            archive.close()

    @staticmethod
    def _header(archive: Archive) -> dict[str, str]:
        for name in ("header.json", "_journal/start.json", "start.json"):
            if name in archive.names:
                value = parse(archive.read(name), f"{archive.shown}!{name}")
                about = value.get("eval") if isinstance(value, dict) else None
                if isinstance(about, dict):
                    return {k: str(about.get(k, "")) for k in ("model", "task")}
        return {}

    def _json(self, path: Path, shown: str) -> Iterator[Trajectory]:
        sample = _sniff(path, shown)
        if sample is None:
            value = parse(document(open_plain(path, shown), shown), shown)
            form = self._told([value], shown)
            yield from _read(form, value, Place(shown))
            return
        form = self._told(sample, shown)
        numbered = lines(open_plain(path, shown), shown)
        if form.join is not None:
            yield from form.join(((n, parse(text, shown, n)) for n, text in numbered), Place(shown))
            return
        for number, text in numbered:
            value = parse(text, shown, number)
            if not form.fits(value):
                raise fail(shown, number, f"no trajectory in the form {form.name!r}, as the lines before it are")
            yield from _read(form, value, Place(shown, number))

    def _told(self, values: list[Any], shown: str) -> Format:
        """The format of some values. Raises ContentError if it is none that is known."""
        for form in FORMATS:
            if (not self.format or form.name == self.format) and any(form.fits(v) for v in values):
                return form
        what = f"not in the form {self.format!r}" if self.format else "no trajectory in a form that is known"
        known = "; ".join(dict.fromkeys(f"{f.name} ({f.about})" for f in FORMATS))
        raise fail(shown, 0, f"{what}. Known: {known}. Anything can be brought into the plain form, see the README")

    def _events(self, folder: Path, names: list[str]) -> Iterator[Trajectory]:
        """A folder of events, one a file, as OpenHands keeps a session."""
        self.files += len(names)
        first = folder / names[0]
        value = parse(document(open_plain(first, str(first)), str(first)), str(first))
        if EVENTS.join is None or not EVENTS.fits(value):
            for name in names:
                yield from self._file(folder / name, str(folder / name))
            return
        shown = ((n, str(folder / name)) for n, name in enumerate(names))
        yield from EVENTS.join(
            ((n, parse(document(open_plain(Path(p), p), p), p)) for n, p in shown), Place(str(folder))
        )


def _read(form: Format, value: Any, place: Place) -> Iterator[Trajectory]:
    if form.read is not None:
        yield from form.read(value, place)
    elif form.join is not None:
        yield from form.join([(place.line or 1, value)], place)


def _sniff(path: Path, shown: str) -> list[Any] | None:
    """The first values of a file of JSON lines; None if it is one document over many lines, or of one line alone."""
    values: list[Any] = []
    for number, text in lines(open_plain(path, shown), shown):
        try:
            values.append(parse(text, shown, number))
        except ContentError:
            if not values:
                return None
            raise
        if len(values) >= _SNIFFED:
            break
    if not values:
        raise fail(shown, 0, "empty")
    return values


def _walk(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Every folder below with the names of its files, in order. Links to folders are not followed."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(n for n in folders if n not in (".git", "node_modules"))
        count += len(names)
        if count > MAX_FILES:
            raise fail(str(folder), 0, f"more than {MAX_FILES:,} files below it; name fewer")
        yield Path(place), sorted(names)


def _is_number(name: str) -> bool:
    return name.endswith(".json") and name.removesuffix(".json").isdecimal() and len(name) < 20
