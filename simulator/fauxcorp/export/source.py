"""What is exported: the episodes of a run, checked against their hashes, with their times and stable names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

import orjson

from fauxcorp.core.events import Event
from fauxcorp.errors import LogError
from fauxcorp.eventlog import EpisodeRecord, Run, verify_episode
from fauxcorp.eventlog.log import WALL
from fauxcorp.export.turns import Conversation, conversation
from fauxcorp.export.verdict import Ending, Verdict, Words, verdict_of


class Times(StrEnum):
    """Which clock the times of an export are of."""

    simulated = "simulated"
    real = "real"


@dataclass(frozen=True, slots=True)
class Told:
    """One episode, read. `times`: nanoseconds since 1970 of each event, never running backwards."""

    name: str
    epoch: int
    folder: Path
    conversation: Conversation
    times: tuple[int, ...]
    ending: Ending
    verdict: Verdict
    record: EpisodeRecord | None

    @property
    def agent(self) -> str:
        """The agent's name."""
        return str(self.conversation.header["fauxcorp.agent"])

    def moment(self, sequence: int) -> datetime:
        """The time of an event; of the last one for those that a log cut short does not have."""
        return datetime.fromtimestamp(self.at(sequence) / 1_000_000_000, UTC)

    def at(self, sequence: int) -> int:
        """The same in nanoseconds since 1970."""
        return self.times[min(sequence, len(self.times) - 1)]


@dataclass(frozen=True, slots=True)
class Source:
    """Episodes of one run."""

    run: Run
    episodes: tuple[str, ...]
    times: Times
    words: Words

    @property
    def id(self) -> str:
        """32 hexadecimal digits, the same whenever and from wherever the run is exported."""
        manifest = self.run.manifest
        return stable_id(manifest.created, *sorted(f"{r.episode} {r.head}" for r in self.run.records.values()))

    def tell(self) -> Iterator[Told]:
        """The episodes, one at a time. Raises LogError for one that was changed, or is not as the engine writes it."""
        for name in self.episodes:
            yield self._told(name)

    def _told(self, name: str) -> Told:
        check = verify_episode(self.run, name)
        if check.state == "broken":
            raise LogError(f"{name}: {check.detail}; a log that was changed is not exported, see `fauxcorp verify`")
        events = self.run.events(name)
        record = self.run.records.get(name)
        try:
            said = conversation(events)
            ending = ending_of(record, events)
            real = self.times is Times.real
            times = _real(self.run.folder / name / WALL, events) if real else _simulated(events)
            verdict = verdict_of(ending, events, self.words)
            epoch = int(said.header["fauxcorp.epoch"])
        except LogError as error:
            raise LogError(f"{name}: {error}") from None
        except (KeyError, TypeError, ValueError) as error:
            raise LogError(f"{name}: its log is not as the engine writes it ({error!r})") from None
        return Told(name, epoch, self.run.folder / name, said, times, ending, verdict, record)


def ending_of(record: EpisodeRecord | None, events: Sequence[Event]) -> Ending:
    """How an episode stands by its record, or by its last event if it has none."""
    if record is not None:
        return Ending(record.outcome, record.detail, record.steps)
    return Ending("unfinished", "no end was recorded", int(events[-1]["fauxcorp.step"]))


def stable_id(*parts: str) -> str:
    """32 hexadecimal digits that follow from the parts."""
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


def _simulated(events: Sequence[Event]) -> tuple[int, ...]:
    return _forward([_nanoseconds(event["@timestamp"]) for event in events])


def _nanoseconds(stamp: str) -> int:
    return round(datetime.fromisoformat(stamp).timestamp() * 1_000) * 1_000_000


def _real(path: Path, events: Sequence[Event]) -> tuple[int, ...]:
    try:
        lines = path.read_bytes().splitlines()
        found = {int(line["event.sequence"]): int(line["wall_ns"]) for line in map(orjson.loads, lines)}
        return _forward([found[n] for n in range(len(events))])
    except OSError as error:
        raise LogError(f"{path.name}: {error.strerror}; leave out --times real") from None
    except (KeyError, TypeError, ValueError) as error:
        raise LogError(f"{path.name} lacks the time of an event ({error!r}); leave out --times real") from None


def _forward(times: list[int]) -> tuple[int, ...]:
    """Clocks of real machines are set back at times; nothing must end before it begins."""
    return tuple(accumulate(times, max))
