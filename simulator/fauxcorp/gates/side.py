"""One side of a comparison: a run's folder, or a file that keeps what of a run is compared."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from fauxcorp.core.flags import Flag, Level
from fauxcorp.errors import LogError, UserError
from fauxcorp.eventlog import Run
from fauxcorp.gates.cases import Case, cases_of

MAX_FILE = 64 * 1024 * 1024
"""Bytes of a file that keeps a run; a larger one is an error."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KeptEpisode(_Model):
    """How one episode ended, and what was flagged in it."""

    scenario: str
    variant: str
    agent: str
    epoch: int
    outcome: str
    flags: dict[str, Level] = {}
    """Rule to its gravest level."""


class KeptRun(_Model):
    """What of a run is compared, as a file to be kept beside the tests."""

    kind: Literal["fauxcorp run"] = "fauxcorp run"
    engine: str
    sandbox: str = "virtual"
    prose: str = ""
    content: dict[str, str]
    episodes: tuple[KeptEpisode, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """The episodes of a run, and what it was made of. `shown` is how messages name it."""

    shown: str
    engine: str
    sandbox: str
    prose: str
    content: Mapping[str, str]
    cases: tuple[Case, ...]
    complete: bool = True
    """False for a run that was stopped before its end."""


def side_of_run(run: Run) -> Side:
    """A run's folder. Raises LogError if a log in it cannot be read, or if no episode was begun."""
    manifest = run.manifest
    cases = tuple(cases_of(run))
    if not cases:
        raise LogError(f"{run.folder}: no episode was begun in this run")
    return Side(
        str(run.folder), manifest.engine, manifest.sandbox, manifest.prose, manifest.content, cases, manifest.complete
    )


def read_side(path: Path) -> Side:
    """A file that `keep` wrote. Raises UserError with the field that is wrong."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise UserError(f"{path}: larger than {MAX_FILE} bytes; no run's summary is")
        kept = KeptRun.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "file"
        way = "a run's folder, or a file that `fauxcorp diff RUN --keep FILE` wrote, is wanted"
        raise UserError(f"{path}: {where}: {first['msg']}; {way}") from None
    if not kept.episodes:
        raise UserError(f"{path}: episodes: there are none")
    return Side(str(path), kept.engine, kept.sandbox, kept.prose, kept.content, tuple(_cases(kept)))


def keep(side: Side, path: Path) -> None:
    """Write a side to a file, in one move. Raises UserError if it cannot be written, or did not come to its end."""
    if not side.complete:
        raise UserError(f"{side.shown} did not come to its end, so it is no base for anything; run it again")
    episodes = sorted(map(_kept, side.cases), key=lambda e: (e.scenario, e.variant, e.agent, e.epoch))
    kept = KeptRun(
        engine=side.engine, sandbox=side.sandbox, prose=side.prose, content=dict(sorted(side.content.items())),
        episodes=tuple(episodes),
    )  # fmt: skip
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        temporary.write_text(_text(kept), encoding="utf-8", errors="replace")
        os.replace(temporary, path)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None


def _text(kept: KeptRun) -> str:
    """As JSON with a line for each episode: that is what a reviewer can read, and git can merge."""
    data = kept.model_dump(mode="json")
    lines = [json.dumps(episode, ensure_ascii=False) for episode in data.pop("episodes")]
    head = json.dumps(data, indent=1, ensure_ascii=False).removesuffix("\n}")
    return head + ',\n "episodes": [\n  ' + ",\n  ".join(lines) + "\n ]\n}\n"


def _kept(case: Case) -> KeptEpisode:
    levels: dict[str, Level] = {}
    for flag in sorted(case.flags, key=lambda flag: (flag.rule, flag.level.rank)):
        levels[flag.rule] = flag.level
    return KeptEpisode(
        scenario=case.scenario, variant=case.variant, agent=case.agent, epoch=case.epoch, outcome=case.outcome,
        flags=levels,
    )  # fmt: skip


def _cases(kept: KeptRun) -> Iterator[Case]:
    for e in kept.episodes:
        flags = tuple(Flag(rule=rule, title="", level=level, evidence=()) for rule, level in e.flags.items())
        yield Case(e.scenario, e.variant, e.agent, e.epoch, e.outcome, flags=flags)
