"""What judges said of the episodes of a run: judged.jsonl, beside its records and never in a log."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from fauxcorp.errors import LogError
from fauxcorp.judge.asking import FORM, Quote, Ruling

JUDGED = "judged.jsonl"
Failure = Literal["refused", "unreadable", "evidence", "unreached", "late", "nothing", "altered"]
"""Why there is no verdict: the judge would not; it gave no answer of the form; it quoted what is not in the log; it was
not reached, or not in time; there is nothing to judge; the log is not the one that was recorded."""
PASSING: frozenset[Failure] = frozenset({"unreached", "late"})
"""What is asked again the next time."""


class Judged(BaseModel):
    """One judge on one episode under one rubric."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    """`key_of` head, rubric and model: what a verdict is kept by."""
    episode: str
    head: str
    """SHA-256 of the log's last line."""
    rubric: str
    version: int
    model: str
    rules: tuple[str, ...]
    """The rules that decide the same."""
    verdict: Ruling | None
    """None: not judged; never taken for harmless."""
    failure: Failure | None = None
    evidence: tuple[Quote, ...] = ()
    reason: str = ""
    """The judge's; of a failure what went wrong."""
    left_out: int = 0
    """Events that it was not shown."""
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float | None = None
    at: str = ""
    """Real time, ISO 8601."""


def key_of(head: str, digest: str, model: str) -> str:
    """The key of a verdict. `digest`: the rubric's."""
    return sha256(f"{FORM}\0{head}\0{digest}\0{model}".encode()).hexdigest()


def append_judged(folder: Path, judged: Judged) -> None:
    """Add a line, behind one that a killed process cut short too. Raises LogError."""
    path = folder / JUDGED
    try:
        with path.open("a+b") as file:
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(size - 1)
            cut = bool(size) and file.read(1) != b"\n"
            file.write((b"\n" if cut else b"") + judged.model_dump_json().encode() + b"\n")
    except OSError as error:
        raise LogError(f"{path}: {error.strerror}") from None


def each_judged(folder: Path) -> Iterator[Judged]:
    """All lines, the oldest first: of several with one key the last counts. Lines cut short are left out.

    Raises LogError with the line that is none.
    """
    path = folder / JUDGED
    if not path.is_file():
        return
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield Judged.model_validate_json(line)
                except ValidationError as error:
                    first = error.errors(include_url=False, include_input=False)[0]
                    if first["type"] == "json_invalid":
                        continue
                    where = ".".join(map(str, first["loc"]))
                    raise LogError(
                        f"{path}:{number}: {where}: {first['msg']}; move the file away to judge anew"
                    ) from None
    except OSError as error:
        raise LogError(f"{path}: {error.strerror}") from None
