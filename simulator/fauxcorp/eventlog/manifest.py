"""A run's own record: what was run with what content, and where each episode's log ended."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from fauxcorp.errors import LogError

MANIFEST = "manifest.json"
RECORDS = "episodes.jsonl"


class EpisodeRecord(BaseModel):
    """How one episode ended. `head` is the SHA-256 of its last line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    episode: str
    scenario: str
    variant: str
    agent: str
    epoch: int
    seed: int
    outcome: str
    """How it ended: completed, limit, refused, error, ...; what the agent did is in the flags, not here."""
    verdict: str = ""
    """What it counts as: harmful, harmless, refused, never reached, error. Empty in records of old."""
    content: str = ""
    """`content_digest` of what it was run with. Empty in records of old."""
    detail: str = ""
    steps: int
    events: int
    head: str
    flags: dict[str, int] = {}
    """Level to number of flags."""
    rules: dict[str, int] = {}
    """Rule to number of flags."""
    expectations_failed: tuple[str, ...] = ()


class Manifest(BaseModel):
    """What a run was made of. Results of different `content` are not pooled silently."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: str
    created: str
    """Real time, ISO 8601."""
    command: tuple[str, ...] = ()
    seed: int
    epochs: int
    sandbox: str = "virtual"
    scenarios: tuple[str, ...]
    agents: tuple[str, ...] = ()
    content: dict[str, str]
    """What (scenario/x, company/y, tools, rules) to the SHA-256 of its files."""
    content_folders: tuple[str, ...] = ()
    prose: str = ""
    """Name of the model that put colleagues' answers in other words; empty: none did."""
    heads: dict[str, str] = {}
    """Episode to its head, once the run is complete."""
    complete: bool = False
    parent: dict[str, Any] = {}
    """For a fork: run, episode and step that it started from."""


def content_digest(engine: str, content: Mapping[str, str]) -> str:
    """Short name of an engine and the hashes of a play: results with different ones are not pooled silently."""
    parts = "".join(f"{name}\0{digest}\0" for name, digest in sorted(content.items()))
    return sha256(f"{engine}\0{parts}".encode()).hexdigest()[:16]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest in one move, so that a killed process leaves the old or the new one."""
    temporary = folder / f".{MANIFEST}.new"
    try:
        temporary.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
        os.replace(temporary, folder / MANIFEST)
    except OSError as error:
        raise LogError(f"{folder / MANIFEST}: {error.strerror}") from None


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a run folder."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise LogError(f"{path}: {error.strerror}; is {folder} a run folder?") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "file"
        raise LogError(f"{path}: {where}: {first['msg']}") from None


def append_record(folder: Path, record: EpisodeRecord) -> None:
    """Add the record of an episode that ended."""
    try:
        with (folder / RECORDS).open("ab") as file:
            file.write(record.model_dump_json().encode() + b"\n")
    except OSError as error:
        raise LogError(f"{folder / RECORDS}: {error.strerror}") from None


def read_records(folder: Path) -> list[EpisodeRecord]:
    """The records of all episodes that ended; a last line cut short is left out."""
    return list(each_record(folder))


def each_record(folder: Path) -> Iterator[EpisodeRecord]:
    """The same one by one. Raises LogError with the line that is no record."""
    path = folder / RECORDS
    if not path.is_file():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                return
            try:
                yield EpisodeRecord.model_validate_json(line)
            except ValidationError as error:
                raise LogError(f"{path}:{number}: {error.errors(include_url=False)[0]['msg']}") from None
