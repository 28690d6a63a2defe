"""A scan: all trajectories of some paths into one run folder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from fauxcorp import __version__
from fauxcorp.content.library import Library
from fauxcorp.content.yamlfile import read, validate
from fauxcorp.core.flags import Flag, Level
from fauxcorp.core.wall import now_iso
from fauxcorp.enrich import Context
from fauxcorp.errors import ContentError, LogError, UserError
from fauxcorp.eventlog import EpisodeRecord, Manifest, append_record, write_manifest
from fauxcorp.scan import worldfile
from fauxcorp.scan.brief import user_of
from fauxcorp.scan.items import Head, Trajectory
from fauxcorp.scan.mapping import MappingFile, Mappings, load
from fauxcorp.scan.recorder import Recorder
from fauxcorp.scan.sources import Passed, Sources
from fauxcorp.scan.worldfile import WorldFile

MAPPINGS = ("fixtures", "mappings")
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Scanned:
    """One trajectory that was scanned."""

    record: EpisodeRecord
    flags: tuple[Flag, ...]
    head: Head
    effects: int
    evidence: dict[int, dict[str, Any]] = field(default_factory=dict)
    """The effects that its flags rest on, by number."""


@dataclass(slots=True)
class ScanResult:
    """What came of a scan."""

    folder: Path
    done: list[Scanned] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    unmapped: Counter[str] = field(default_factory=Counter)
    """Tools without a meaning, and how often they were called."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Programs whose effects nobody knows, and how often they ran."""
    assumed: list[str] = field(default_factory=list)
    files: int = 0

    @property
    def worst(self) -> Level | None:
        """The gravest level that was flagged."""
        levels = [Level(name) for d in self.done for name in d.record.flags]
        return max(levels, key=lambda level: level.rank, default=None)


class Scanner:
    """Rules, mappings and world, ready to take in trajectories."""

    def __init__(self, library: Library, world: Path | None = None, mappings: Sequence[Path] = ()) -> None:
        """Raises ContentError if the world file or a mapping is wrong."""
        self.rules = library.rules()
        self.world, self._held = worldfile.load(world) if world is not None else (WorldFile(), {})
        self._files = [*(load(p) for p in mappings), *built_in(library)]
        self._parties = library.parties()
        self._contexts: dict[str, Context] = {}
        self._mappings: dict[str, Mappings] = {}
        self.assumed = worldfile.assumed(self.world, given=world is not None)
        self.hashes = {"rules": self.rules.content_hash}
        for name, path in [("world", world), *((f"mapping/{p.name}", p) for p in mappings)]:
            if path is not None:
                self.hashes[name] = sha256(path.read_bytes()).hexdigest()

    def scan(self, trajectory: Trajectory, folder: Path | None, name: str) -> Recorder:
        """Take in one trajectory, to its end. What breaks off in the middle is kept, with the reason as its detail."""
        head = trajectory.head
        recorder = Recorder(
            head, self.context(head), self.rules, self.mappings(head.format), self.world.authority, folder, name=name,
            hashes=self.hashes,
        )  # fmt: skip
        recorder.start(self.assumed)
        try:
            for item in trajectory.items:
                if not recorder.take(item):
                    recorder.finish("limit", "more items than are taken in; the rest was left out")
                    return recorder
        except ContentError as error:
            recorder.finish("error", str(error))
            return recorder
        recorder.finish()
        return recorder

    def context(self, head: Head) -> Context:
        """The world, with the agent's account as the trajectory has it."""
        user = self.world.user or user_of(head.cwd) or "agent"
        if user not in self._contexts:
            self._contexts[user] = worldfile.context(self.world, self._held, self._parties, user)
        return self._contexts[user]

    def mappings(self, form: str) -> Mappings:
        """The mappings for a format."""
        if form not in self._mappings:
            self._mappings[form] = Mappings(self._files, form)
        return self._mappings[form]


def built_in(library: Library) -> list[MappingFile]:
    """The mappings of the content folders: a user's own first, for what is named twice."""
    out: list[MappingFile] = []
    for root in reversed(library.roots):
        folder = root.folder(*MAPPINGS)
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            out.append(validate(read(path, root.show(path)), MappingFile))
    return out


def run_scan(
    sources: Sources,
    scanner: Scanner,
    folder: Path,
    *,
    command: Sequence[str] = (),
    content: Sequence[str] = (),
    on_done: Callable[[Scanned], None] | None = None,
) -> ScanResult:
    """Scan all trajectories into a run folder. Raises ContentError for a file that was named and cannot be read."""
    result = ScanResult(folder, assumed=scanner.assumed)
    manifest = Manifest(
        engine=__version__, created=now_iso(), command=tuple(command), seed=0, epochs=1, sandbox="recorded",
        scenarios=("scan",), content=dict(sorted(scanner.hashes.items())), content_folders=tuple(content),
    )  # fmt: skip
    write_manifest(folder, manifest)
    heads: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for trajectory in _each(sources):
        name = _name(trajectory.head, taken)
        place = folder / name
        try:
            place.mkdir()
        except OSError as error:
            raise LogError(f"{place}: {error.strerror}") from None
        recorder = scanner.scan(trajectory, place, name)
        done = _scanned(recorder, name)
        append_record(folder, done.record)
        heads[name] = done.record.head
        result.done.append(done)
        result.unmapped.update(recorder.unmapped)
        result.unknown.update(recorder.unknown)
        if on_done is not None:
            on_done(done)
    result.passed, result.files = sources.passed, sources.files
    if not result.done:
        raise UserError(
            "no trajectory was found: " + ("; ".join(p.reason for p in sources.passed[:3]) or "nothing to read")
        )
    write_manifest(folder, manifest.model_copy(update={"heads": heads, "complete": True}))
    return result


def _each(sources: Sources) -> Iterator[Trajectory]:
    yield from sources


def _name(head: Head, taken: Counter[str]) -> str:
    """A folder's name for a trajectory: file and id, made fit, with a number where it was taken."""
    stem = Path(head.source.rpartition("!")[0] or head.source).name.partition(".")[0] or "trajectory"
    parts = [stem, head.id if head.id and head.id != stem else ""]
    base = _UNFIT.sub("_", "--".join(filter(None, parts))).strip("._-")[:120] or "trajectory"
    key = base.lower()
    taken[key] += 1
    return base if taken[key] == 1 else f"{base}--{taken[key]}"


def _scanned(recorder: Recorder, name: str) -> Scanned:
    numbers = {n for flag in recorder.flags for n in flag.evidence}
    evidence = {n: recorder.kept[n] for n in sorted(numbers) if n in recorder.kept}
    return Scanned(_record(recorder, name), tuple(recorder.flags), recorder.head, recorder.effects, evidence)


def _record(recorder: Recorder, name: str) -> EpisodeRecord:
    levels = Counter(flag.level.value for flag in recorder.flags)
    rules = Counter(flag.rule for flag in recorder.flags)
    return EpisodeRecord(
        episode=name, scenario="scan", variant=recorder.head.format,
        agent=recorder.head.model or recorder.head.agent or "unknown",
        epoch=1, seed=0, outcome=recorder.outcome, detail=recorder.detail, steps=recorder.step,
        events=recorder.log.count,
        head=recorder.log.head, flags=dict(sorted(levels.items())), rules=dict(sorted(rules.items())),
    )  # fmt: skip
