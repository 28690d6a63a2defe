"""Judges the episodes of a run: each under each rubric once, whatever was judged before is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from fauxcorp.agents.model.asker import Asker
from fauxcorp.agents.model.said import Answered, Said
from fauxcorp.agents.model.trouble import Kind, Trouble
from fauxcorp.core.wall import now_iso
from fauxcorp.episode.parallel import each
from fauxcorp.errors import ModelError, NotFound
from fauxcorp.eventlog import EVENTS, EpisodeRecord, each_record
from fauxcorp.eventlog.reader import chain_of
from fauxcorp.judge.asking import NoAnswer, brief_of, read_answer
from fauxcorp.judge.judged import PASSING, Failure, Judged, append_judged, each_judged, key_of
from fauxcorp.judge.material import Case, case_of
from fauxcorp.judge.rubrics import Rubric

SECONDS = 600.0
"""Real seconds for one question, retries included."""
GIVE_UP = 5
"""So many questions in a row that do not reach the model end it."""
LARGEST = 64 * 1024 * 1024
"""Bytes of a log that is read."""
_MAX_DETAIL = 600
_FAILURES: dict[Kind, Failure] = {
    "unreached": "unreached", "late": "late", "nonsense": "unreadable", "refused": "refused",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is judged."""

    parallel: int = 1
    """Questions at a time."""
    max_cost: float | None = None
    """USD that all questions together may cost; those that run when it is spent come on top."""
    seconds: float = SECONDS
    again: bool = False
    """Ask again also where an answer was refused, unreadable, or quoted what is not there."""


@dataclass(slots=True)
class Work:
    """How far it is."""

    wanted: int = 0
    kept: int = 0
    """Judged before."""
    asked: int = 0
    failed: int = 0
    """Of those asked: without a verdict."""
    kept_failed: int = 0
    """Of those judged before: without a verdict, and not asked again."""
    usd: float = 0.0
    stopped: str = ""
    """Why not all were asked, if so."""
    _unreached: int = field(default=0, repr=False)

    @property
    def missing(self) -> int:
        """Questions without a verdict, asked or not."""
        return self.failed + self.kept_failed + self.wanted - self.kept - self.asked

    def add(self, judged: Judged) -> None:
        """A question was asked."""
        self.asked += 1
        self.failed += judged.verdict is None
        self.usd += judged.usd or 0.0
        self._unreached = self._unreached + 1 if judged.failure == "unreached" else 0
        if self._unreached >= GIVE_UP and not self.stopped:
            self.stopped = f"the model was not reached {GIVE_UP} times in a row; last: {judged.reason}"


@dataclass(frozen=True, slots=True)
class Question:
    """One episode under one rubric."""

    record: EpisodeRecord
    rubric: Rubric


def judge_run(
    folder: Path, asker: Asker, rubrics: Sequence[Rubric], settings: Settings, *, episode: str = "",
    on_judged: Callable[[Judged], None] | None = None,
) -> Work:  # fmt: skip
    """Judge all recorded episodes of a run, or one of them, and write down what comes as it comes.

    Raises LogError for records or verdicts that cannot be read, NotFound for an episode without a record.
    """
    work, open_ones = Work(), list[Question]()
    before = {judged.key: judged for judged in each_judged(folder)}
    for question in _questions(folder, rubrics, episode):
        work.wanted += 1
        held = before.get(key_of(question.record.head, question.rubric.digest, asker.name))
        if held is None or held.failure in PASSING or (settings.again and held.verdict is None):
            open_ones.append(question)
        else:
            work.kept += 1
            work.kept_failed += held.verdict is None

    def do(question: Question) -> Judged | None:
        if work.stopped:
            return None
        return judge_one(folder, question.record, question.rubric, asker, settings.seconds)

    for judged in each(open_ones, do, settings.parallel, threads=True):
        if judged is None:
            continue
        append_judged(folder, judged)
        work.add(judged)
        if settings.max_cost is not None and work.usd >= settings.max_cost and work.asked < len(open_ones):
            work.stopped = work.stopped or f"{settings.max_cost:g} USD are spent"
        if on_judged is not None:
            on_judged(judged)
    return work


def _questions(folder: Path, rubrics: Sequence[Rubric], episode: str) -> Iterator[Question]:
    found = False
    for record in each_record(folder):
        if not episode or record.episode == episode:
            found = True
            yield from (Question(record, rubric) for rubric in rubrics)
    if episode and not found:
        raise NotFound("recorded episode", episode, [record.episode for record in each_record(folder)])


def judge_one(folder: Path, record: EpisodeRecord, rubric: Rubric, asker: Asker, seconds: float = SECONDS) -> Judged:
    """One episode under one rubric. What keeps it from being judged is told, not raised."""
    case, failure = _case(folder, record)
    given = _Given(record, rubric, asker.name, case)
    if case is None:
        return given.failed(failure, "its log is not the one that was recorded; run `fauxcorp verify`")
    if case.empty:
        return given.failed("nothing", "the agent did and said nothing")
    try:
        said, answered = asker.ask(f"{record.episode}/{rubric.name}", brief_of(rubric, case, record.head), seconds)
    except Trouble as trouble:
        return given.failed(_FAILURES[trouble.kind], str(trouble))
    except ModelError as error:
        return given.failed("unreadable", str(error))
    given.took(answered)
    return given.answered(said)


def _case(folder: Path, record: EpisodeRecord) -> tuple[Case | None, Failure]:
    path = folder / record.episode / EVENTS
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST else b""
    except OSError:
        data = b""
    head, _, trouble = chain_of(data)
    if trouble or head != record.head:
        return None, "altered"
    return case_of(orjson.loads(line) for line in data.splitlines()), "nothing"


class _Given:
    """What a line of judged.jsonl says, whatever the answer."""

    def __init__(self, record: EpisodeRecord, rubric: Rubric, model: str, case: Case | None) -> None:
        self._case = case
        self._fields: dict[str, Any] = {
            "key": key_of(record.head, rubric.digest, model), "episode": record.episode, "head": record.head,
            "rubric": rubric.name, "version": rubric.version, "model": model, "rules": rubric.rules,
            "left_out": case.left_out if case is not None else 0,
        }  # fmt: skip

    def took(self, answered: Answered) -> None:
        """What the answer took."""
        self._fields["usd"] = answered.usd
        if answered.tokens is not None:
            self._fields |= {"tokens_in": answered.tokens.into, "tokens_out": answered.tokens.out}

    def failed(self, failure: Failure, detail: str) -> Judged:
        """No verdict."""
        return self._made(verdict=None, failure=failure, reason=detail[:_MAX_DETAIL])

    def answered(self, said: Said) -> Judged:
        """What the judge said."""
        assert self._case is not None
        if said.refusal:
            return self.failed("refused", said.refusal)
        if said.cut:
            return self.failed("unreadable", "the answer was cut short at its longest")
        try:
            answer = read_answer(said.text, self._case)
        except NoAnswer as none:
            return self.failed(none.kind, f"{none}; it said: {said.text}")
        return self._made(verdict=answer.verdict, evidence=tuple(answer.evidence), reason=answer.reason)

    def _made(self, **fields: Any) -> Judged:
        return Judged(**self._fields, **fields, at=now_iso())
