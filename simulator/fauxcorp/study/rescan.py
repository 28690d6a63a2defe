"""Scores the logs of a run with the rules of today, without running anything, and says what changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from fauxcorp import __version__
from fauxcorp.content.findings import Verdict
from fauxcorp.content.library import Library
from fauxcorp.core.events import Event
from fauxcorp.core.flags import Flag
from fauxcorp.core.wall import now_iso
from fauxcorp.episode.verdict import outcome_of
from fauxcorp.errors import LogError, NotFound
from fauxcorp.eventlog import EVENTS, EpisodeRecord, Run, append_record, content_digest, read_events
from fauxcorp.eventlog.reader import chain_of
from fauxcorp.monitor import Monitor, RuleSet
from fauxcorp.study.recover import flag_of

RESCAN = "rescan.json"
CHANGES = "changes.jsonl"
FLAGS = "flags.jsonl"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Change(_Model):
    """A flag that is there now and was not, or the other way round, or at another level."""

    episode: str
    change: str
    """gained, lost, or level."""
    rule: str
    level: str
    before: str = ""
    """Its level before, where that alone changed."""
    evidence: tuple[int, ...]
    title: str = ""


class Head(_Model):
    """rescan.json: what was scored with what."""

    run: str
    created: str
    engine: str
    rules: str
    """Hash of the rules of today."""
    rules_before: str
    episodes: int
    gained: int
    lost: int
    changed_level: int
    verdicts: dict[str, int]
    """`before -> now` to the number of episodes whose verdict is another."""
    complete: bool


@dataclass(frozen=True, slots=True)
class Scored:
    """One episode, scored anew."""

    record: EpisodeRecord
    before: str
    """Its verdict before; empty if none was recorded."""
    flags: tuple[Flag, ...]
    changes: tuple[Change, ...]


def is_rescan(folder: Path) -> bool:
    """Whether a folder is what a rescan left."""
    return (folder / RESCAN).is_file()


def rescan(run: Run, library: Library, folder: Path, on_done: Callable[[Scored], None] | None = None) -> Head:
    """Score all episodes of a run into a new folder. The run is read, and not written to.

    Raises LogError for a log that cannot be read.
    """
    counts: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    rules = library.rules()
    head = Head(
        run=str(run.folder), created=now_iso(), engine=__version__, rules=rules.content_hash,
        rules_before=run.manifest.content.get("rules", ""), episodes=0, gained=0, lost=0, changed_level=0, verdicts={},
        complete=False,
    )  # fmt: skip
    _write(folder / RESCAN, head)
    episodes = 0
    for scored in each_scored(run, library):
        episodes += 1
        counts.update(change.change for change in scored.changes)
        if scored.before and scored.before != scored.record.verdict:
            verdicts[f"{scored.before} -> {scored.record.verdict}"] += 1
        append_record(folder, scored.record)
        _append(folder / CHANGES, scored.changes)
        _append(folder / FLAGS, (_Flagged(episode=scored.record.episode, flag=flag) for flag in scored.flags))
        if on_done is not None:
            on_done(scored)
    whole = {"episodes": episodes, "gained": counts["gained"], "lost": counts["lost"], "changed_level": counts["level"],
             "verdicts": dict(sorted(verdicts.items())), "complete": True}  # fmt: skip
    head = head.model_copy(update=whole)
    _write(folder / RESCAN, head)
    return head


def each_scored(run: Run, library: Library) -> Iterator[Scored]:
    """All episodes of a run, one after the other."""
    for episode in run.episodes:
        yield score(run, episode, library)


def score(run: Run, episode: str, library: Library) -> Scored:
    """One episode under those rules of today that its scenario takes; all of them if it is not there any more."""
    path = run.folder / episode / EVENTS
    old: list[Flag] = []
    new: list[Flag] = []
    first: Event = {}
    last: Event = {}
    monitor: Monitor | None = None
    verdict, rules = Verdict(), library.rules()
    try:
        for event in read_events(path):
            if monitor is None:
                first = event
                verdict, rules = _of_scenario(library, str(event.get("fauxcorp.scenario", "")))
                monitor = Monitor(rules)
            if event.get("event.kind") == "flag":
                old.append(flag_of(event))
            new += monitor.feed(event)
            last = event
        record = _record(run, episode, first, last, new, verdict, rules)
    except (KeyError, TypeError, ValidationError) as error:
        where = last.get("event.sequence", -1)
        what = f"not as the engine writes it ({type(error).__name__}); run `fauxcorp verify`"
        raise LogError(f"{path}: after event {where}: {what}") from None
    before = run.records[episode].verdict if episode in run.records else ""
    return Scored(record, before, tuple(new), tuple(changes(episode, old, new)))


def changes(episode: str, old: Iterable[Flag], new: Iterable[Flag]) -> Iterator[Change]:
    """What is in one of both and not in the other. Flags are the same if rule and evidence are."""
    before, now = _by_key(old), _by_key(new)
    for key in sorted({*before, *now}):
        was, (rule, evidence) = before.get(key, []), key
        came = now.get(key, [])
        for flag in came[len(was) :]:
            yield Change(episode=episode, change="gained", rule=rule, level=flag.level.value, evidence=evidence,
                         title=flag.title)  # fmt: skip
        for flag in was[len(came) :]:
            yield Change(episode=episode, change="lost", rule=rule, level=flag.level.value, evidence=evidence,
                         title=flag.title)  # fmt: skip
        for a, b in zip(was, came, strict=False):
            if a.level != b.level:
                yield Change(episode=episode, change="level", rule=rule, level=b.level.value, before=a.level.value,
                             evidence=evidence, title=b.title)  # fmt: skip


def _by_key(flags: Iterable[Flag]) -> dict[tuple[str, tuple[int, ...]], list[Flag]]:
    out: dict[tuple[str, tuple[int, ...]], list[Flag]] = {}
    for flag in flags:
        out.setdefault((flag.rule, flag.evidence), []).append(flag)
    return out


def _of_scenario(library: Library, name: str) -> tuple[Verdict, RuleSet]:
    try:
        _, scenario, _ = library.scenario(name)
    except NotFound:
        return Verdict(), library.rules()
    return scenario.verdict, library.rules().select(scenario.rules)


def _record(
    run: Run, episode: str, first: Event, last: Event, flags: list[Flag], verdict: Verdict, rules: RuleSet
) -> EpisodeRecord:
    """The record of an episode with today's flags; one that never ended counts as an error."""
    if first.get("event.action") != "episode-started":
        raise LogError(f"{run.folder / episode / EVENTS}:1: not the start of an episode; run `fauxcorp verify`")
    ended = last.get("event.action") == "episode-ended"
    end, detail = (last["fauxcorp.outcome"], last["fauxcorp.detail"]) if ended else ("error", "its log has no end")
    head, count, _ = chain_of((run.folder / episode / EVENTS).read_bytes())
    content = {**first["fauxcorp.content"], "rules": rules.content_hash}
    return EpisodeRecord(
        episode=episode,
        scenario=first["fauxcorp.scenario"],
        variant=first["fauxcorp.variant"],
        agent=first["fauxcorp.agent"],
        epoch=first["fauxcorp.epoch"],
        seed=first["fauxcorp.seed"],
        outcome=end,
        verdict=outcome_of(end, flags, verdict, rules).value,
        content=content_digest(first.get("fauxcorp.engine", ""), content),
        detail=detail,
        steps=last["fauxcorp.step"],
        events=count,
        head=head,
        flags=dict(sorted(Counter(flag.level.value for flag in flags).items())),
        rules=dict(sorted(Counter(flag.rule for flag in flags).items())),
    )


class _Flagged(_Model):
    episode: str
    flag: Flag


def _write(path: Path, model: BaseModel) -> None:
    try:
        path.write_text(model.model_dump_json(indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise LogError(f"{path}: {error.strerror}") from None


def _append(path: Path, models: Iterable[BaseModel]) -> None:
    try:
        with path.open("ab") as file:
            for model in models:
                file.write(model.model_dump_json().encode() + b"\n")
    except OSError as error:
        raise LogError(f"{path}: {error.strerror}") from None
