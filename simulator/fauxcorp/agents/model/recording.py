"""Exchanges with a model in a file: a paid run can be repeated free, without keys and network, byte by byte.

JSON Lines, one for each exchange. `episode` and `n` (which request of it) say whose it is; `hash` is the SHA-256 of the
request's JSON, without what only says how the answer is to be sent; `new` is what the request before it had not. Then
comes `answer`, as the API has it in one piece, with `usd` if a price was known; or `trouble` and `detail` if none came.
Keys are in none of this: they are in headers, which are not recorded, and are taken out of answers before.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, get_args

import orjson

from fauxcorp.agents.model.prices import Price
from fauxcorp.agents.model.said import Answered, Line, Tokens
from fauxcorp.agents.model.trouble import Kind, Trouble
from fauxcorp.errors import LogError, UserError

Usage = Callable[[Any], Tokens | None]


class Recorder:
    """Writes exchanges down as they happen. Lines of several threads and processes do not mix: each is one write."""

    def __init__(self, path: Path) -> None:
        """`path`: a new file, or an empty one; only its owner may read it from now on. Raises UserError."""
        self._path, self._names = path, _Names()
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                used = os.fstat(file).st_size > 0
            finally:
                os.close(file)
            if not used:
                path.chmod(0o600)
        except OSError as error:
            raise UserError(f"--record {path}: {error.strerror}; name another file") from None
        if used:
            raise UserError(f"--record {path}: there is something in it; name another file, or repeat it by --replay")

    def line(self, episode: str, to: Line) -> Line:
        """A way to a model that is written down."""
        return _Recorded(self._names.of(episode), to, self._write)

    def _write(self, entry: dict[str, Any]) -> None:
        data = orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE)
        try:
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND)
            try:
                if os.write(file, data) < len(data):
                    raise LogError(f"{self._path}: cannot be written to its end")
            finally:
                os.close(file)
        except OSError as error:
            raise LogError(f"{self._path}: {error.strerror}") from None


class _Recorded:
    """See `Recorder.line`."""

    def __init__(self, episode: str, to: Line, write: Callable[[dict[str, Any]], None]) -> None:
        self._episode, self._to, self._write = episode, to, write
        self._asked = _Asked()

    def ask(self, body: Mapping[str, Any], seconds: float | None) -> Answered:
        n, digest, new, _ = self._asked.next(body)
        entry: dict[str, Any] = {"episode": self._episode, "n": n, "hash": digest, "new": new}
        try:
            answered = self._to.ask(body, seconds)
        except Trouble as trouble:
            self._write({**entry, "trouble": trouble.kind, "detail": str(trouble)})
            raise
        usd = {} if answered.usd is None else {"usd": answered.usd}
        self._write({**entry, "answer": answered.body, **usd})
        return answered


class _Place(NamedTuple):
    """Where an exchange stands in its file."""

    number: int
    offset: int
    size: int
    hash: str


class Recording:
    """Answers from a file; nothing is asked for that is not in it."""

    def __init__(self, path: Path) -> None:
        """Raises UserError if it is no recording."""
        self._path, self._names = path, _Names()
        self._places: dict[tuple[str, int], _Place] = {}
        try:
            with path.open("rb") as file:
                self._index(file)
        except OSError as error:
            raise UserError(f"--replay {path}: {error.strerror}") from None
        if not self._places:
            raise UserError(f"--replay {path}: no exchange is recorded in it; --record FILE writes such a file")

    def _index(self, file: Any) -> None:
        offset = 0
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                break  # a run that was killed in the middle of a line
            entry = _entry(line)
            if entry is None:
                raise UserError(f"--replay {self._path}:{number}: not an exchange as --record writes it")
            place = _Place(number, offset, len(line), entry["hash"])
            self._places.setdefault((entry["episode"], entry["n"]), place)
            offset += len(line)

    def line(self, episode: str, usage: Usage, price: Price | None) -> Line:
        """The recorded exchanges of an episode. `usage`: reads an answer's tokens. `price`: if none was known then."""
        return _Replayed(self, self._names.of(episode), usage, price)

    def find(
        self, episode: str, n: int, digest: str, new: Mapping[str, Any], first: Mapping[str, int]
    ) -> dict[str, Any]:
        """What was recorded of a request. Raises Trouble if that was not asked, and says what is different."""
        place = self._places.get((episode, n))
        if place is None:
            known = sum(name == episode for name, _ in self._places)
            there = f"it has {known} of this episode" if known else f"it has none of the episode {episode}"
            raise Trouble("nonsense", f"request {n} is not recorded in {self._path}: {there}")
        entry = self._read(place)
        if place.hash != digest:
            where = difference(entry["new"], orjson.loads(orjson.dumps(new)), first=first) or "an earlier request"
            raise Trouble(
                "nonsense", f"request {n} is not the one recorded in {self._path}:{place.number}: {where} differs"
            )
        return entry

    def _read(self, place: _Place) -> dict[str, Any]:
        try:
            with self._path.open("rb") as file:
                file.seek(place.offset)
                entry = _entry(file.read(place.size))
        except OSError as error:
            raise LogError(f"{self._path}: {error.strerror}") from None
        if entry is None:
            raise LogError(f"{self._path}:{place.number}: it has changed since it was opened")
        return entry


class _Replayed:
    """See `Recording.line`."""

    def __init__(self, recording: Recording, episode: str, usage: Usage, price: Price | None) -> None:
        self._recording, self._episode, self._usage, self._price = recording, episode, usage, price
        self._asked = _Asked()

    def ask(self, body: Mapping[str, Any], seconds: float | None) -> Answered:
        entry = self._recording.find(self._episode, *self._asked.next(body))
        if "trouble" in entry:
            raise Trouble(entry["trouble"], entry["detail"])
        tokens = self._usage(entry["answer"])
        usd = entry.get("usd")
        if usd is None and self._price and tokens:
            usd = self._price(tokens)
        return Answered(entry["answer"], tokens, usd)


class _Names:
    """Names of episodes; one that begins once more under the same name gets a number."""

    def __init__(self) -> None:
        self._begun: Counter[str] = Counter()

    def of(self, episode: str) -> str:
        self._begun[episode] += 1
        times = self._begun[episode]
        return episode if times == 1 else f"{episode}#{times}"


class _Asked:
    """The requests of one episode so far."""

    def __init__(self) -> None:
        self._n = 0
        self._before: dict[str, Any] = {}

    def next(self, body: Mapping[str, Any]) -> tuple[int, str, dict[str, Any], dict[str, int]]:
        """A request's number, from 1, its hash, what is new in it, and where new items of lists begin."""
        self._n += 1
        new: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key, value in body.items():
            before = self._before.get(key)
            if isinstance(value, list) and isinstance(before, list) and value[: len(before)] == before:
                first[key] = len(before)
                value = value[len(before) :]
                if value:
                    new[key] = value
            elif value != before:
                new[key] = value
        self._before = {key: list(value) if isinstance(value, list) else value for key, value in body.items()}
        try:
            orjson.dumps([new])
            return self._n, sha256(orjson.dumps(body)).hexdigest(), new, first
        except TypeError as error:
            raise Trouble("nonsense", f"what it said cannot be sent back to it: {error}") from None


def difference(was: Any, now: Any, at: str = "", *, first: Mapping[str, int] = MappingProxyType({})) -> str:
    """The first place in which two JSON values differ, e.g. `messages[2].content`; empty if none does.

    `first`: by the place of a list, the number of its first item.
    """
    if isinstance(was, dict) and isinstance(now, dict):
        for key in (*was, *(k for k in now if k not in was)):
            name = f"{at}.{key}".lstrip(".")
            if key not in was or key not in now:
                return name[:200]
            if found := difference(was[key], now[key], name, first=first):
                return found
        return ""
    if isinstance(was, list) and isinstance(now, list):
        places = [f"{at}[{n + first.get(at, 0)}]" for n in range(max(len(was), len(now)))]
        for place, one, other in zip(places, was, now, strict=False):
            if found := difference(one, other, place, first=first):
                return found
        return "" if len(was) == len(now) else places[min(len(was), len(now))][:200]
    return "" if was == now else at[:200]


def _entry(line: bytes) -> dict[str, Any] | None:
    """An exchange as it was written down; None for anything else."""
    try:
        entry = orjson.loads(line)
        right = (
            isinstance(entry["episode"], str) and isinstance(entry["n"], int) and isinstance(entry["hash"], str)
            and isinstance(entry["new"], dict)
            and (
                isinstance(entry["answer"], dict) and isinstance(entry.get("usd", 0.0), int | float)
                if "answer" in entry
                else entry["trouble"] in get_args(Kind) and isinstance(entry["detail"], str)
            )
        )  # fmt: skip
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    return entry if right else None
