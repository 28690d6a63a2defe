"""The images of the containers: which are wanted, which are there, and how they are made.

An image's tag is a digest of the files that it is made from and of the base below it, so that one that was made from
other files or on another base is never taken for the present one.
"""

from __future__ import annotations

import io
import os
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import docker
import requests
import urllib3
from docker.errors import APIError, DockerException, ImageNotFound

from fauxcorp.errors import UserError
from fauxcorp.sandbox.docker.engine import KIND

BASE = "debian:bookworm-slim"
KINDS = ("agent", "gateway")
FILES = "fauxcorp.files"
BASE_NAME = "fauxcorp.base"
BASE_ID = "fauxcorp.base.id"
BUILD = "fauxcorp image build"

PROXIES = ("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy")
LAST_LINES = 12
"""How much of a failed build's log its message shows."""
MOST_LINE = 400

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

FOLDER = Path(__file__).parent / "images"
T = TypeVar("T")
Told = Callable[[str], None]
"""What the lines of a build's log are given to."""


@dataclass(frozen=True, slots=True)
class Found:
    """An image of ours that the engine has. `current`: made from the present files, on the present base."""

    kind: str
    id: str
    tags: tuple[str, ...]
    base: str
    size: int
    created: str
    current: bool


class Images:
    """The images of one engine. `folder` holds a folder for each of `kinds`, with its Dockerfile; others are let be."""

    def __init__(self, client: docker.DockerClient, folder: Path = FOLDER, kinds: tuple[str, ...] = KINDS) -> None:
        self.client, self.folder, self.kinds = client, folder, kinds

    def needed(self, kind: str) -> str:
        """The id of the image to use. The newest, where several bases have one.

        Raises:
            UserError: there is none that fits the present files, and how to make it.
        """
        fitting = [found for found in self.all(kind) if found.current]
        if fitting:
            return max(fitting, key=lambda found: (found.created, found.id)).id
        why = "is out of date" if self.all(kind) else "is missing"
        raise UserError(f"the image of the {kind} {why}: run `{BUILD}`")

    def all(self, kind: str = "") -> list[Found]:
        """Our images, newest first; of one kind, or of all."""
        wanted = {k: digest(context_files(self.folder / k)) for k in ((kind,) if kind else self.kinds)}
        # One call; the SDK's own list asks for each image by itself.
        images = _ask(lambda: self.client.api.images(filters={"label": [KIND, FILES]}))
        bases: dict[str, str] = {}
        out = [found for image in images if (found := self._found(image, wanted, bases))]
        return sorted(out, key=lambda found: (found.created, found.kind, found.id), reverse=True)

    def build(self, kind: str, base: str = BASE, *, told: Told = lambda line: None, fresh: bool = False) -> str:
        """Make an image if it is not there yet, and give its id. `fresh`: make every step again.

        Raises:
            UserError: the base cannot be had, or a step failed.
        """
        base_id = self._base(base, told)
        files = context_files(self.folder / kind)
        tag = tag_of(kind, files, base_id)
        if not fresh and (have := self._id(tag)):
            told(f"{tag} is there")
            return have
        marks = {KIND: kind, FILES: digest(files), BASE_NAME: base, BASE_ID: base_id}
        lines = _ask(
            lambda: self.client.api.build(
                fileobj=context(files), custom_context=True, tag=tag, rm=True, forcerm=True, nocache=fresh,
                network_mode="host", buildargs=build_arguments(base, os.environ), labels=marks, decode=True,
            )
        )  # fmt: skip
        follow(lines, kind, told)
        built = self._id(tag)
        if not built:
            raise UserError(f"the engine built the {kind} and does not have it; is its disk full?")
        return built

    def remove(self, *, everything: bool = False) -> list[Found]:
        """Remove the images that are not current, or all of ours, and give them. Those that a container uses stay."""
        out = []
        for found in self.all():
            if found.current and not everything:
                continue
            try:
                for name in found.tags or (found.id,):
                    self.client.images.remove(name, noprune=False)
            except APIError as error:
                if error.status_code not in (404, 409):
                    raise UserError(f"the engine did not remove {found.id}: {error.explanation or error}") from error
                continue
            out.append(found)
        return out

    def _found(self, image: Mapping[str, Any], wanted: Mapping[str, str], bases: dict[str, str]) -> Found | None:
        """An image as the engine lists it. One that somebody made on top of ours has its labels, and another name."""
        marks = image["Labels"]
        kind, base = marks[KIND], marks.get(BASE_NAME, "")
        tags = tuple(tag for tag in image.get("RepoTags") or () if tag != "<none>:<none>")
        if kind not in wanted or not all(tag.startswith(f"fauxcorp-{kind}:") for tag in tags):
            return None
        if base not in bases:
            bases[base] = self._id(base)
        same_base = bases[base] in ("", marks.get(BASE_ID))
        current = same_base and bool(tags) and wanted[kind] == marks[FILES]
        created = datetime.fromtimestamp(int(image["Created"]), UTC).isoformat()
        return Found(kind, image["Id"], tags, base, int(image["Size"]), created, current)

    def _base(self, name: str, told: Told) -> str:
        """The id of the base; it is pulled if it is not there."""
        have = self._id(name)
        if have:
            return have
        told(f"pulling {name}")
        try:
            return str(self.client.images.pull(name).id)
        except (APIError, requests.RequestException) as error:
            reason = getattr(error, "explanation", None) or str(error)
            raise UserError(
                f"the base image {name} is not here and cannot be pulled: {' '.join(str(reason).split())[:300]}; "
                f"name one that the engine has with --base, or make one: "
                f"mmdebstrap --variant=minbase bookworm | docker import - {BASE}"
            ) from error

    def _id(self, name: str) -> str:
        """The id of an image by name, empty if there is none."""
        try:
            return str(_ask(lambda: self.client.images.get(name)).id) if name else ""
        except ImageNotFound:
            return ""


def context_files(folder: Path) -> dict[str, bytes]:
    """What an image is made from: path in the folder to content, sorted.

    Raises:
        UserError: there is no Dockerfile.
    """
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts and p.suffix != ".pyc")
    out = {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}
    if "Dockerfile" not in out:
        raise UserError(f"{folder} has no Dockerfile: install fauxcorp again")
    return dict(sorted(out.items()))


def digest(files: Mapping[str, bytes]) -> str:
    """Of names and contents; neither modes nor times count, as a wheel keeps neither."""
    whole = sha256()
    for name, content in sorted(files.items()):
        whole.update(f"{len(name.encode())}:{name}:{len(content)}:".encode() + content)
    return whole.hexdigest()


def tag_of(kind: str, files: Mapping[str, bytes], base_id: str) -> str:
    """The name of an image that is made of these files on that base."""
    return f"fauxcorp-{kind}:{sha256(f'{digest(files)} {base_id}'.encode()).hexdigest()[:16]}"


def context(files: Mapping[str, bytes]) -> io.BytesIO:
    """The files as a tar archive: the same bytes each time."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, content in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    out.seek(0)
    return out


def build_arguments(base: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The base, and the proxies that this process would use."""
    out = {"BASE": base}
    for name in PROXIES:
        value = environment.get(name) or environment.get(name.upper())
        if value:
            out[name] = out[name.upper()] = value
    return out


def follow(lines: Iterable[Mapping[str, Any]], kind: str, told: Told) -> None:
    """Read a build's log to its end.

    Raises:
        UserError: a step failed, with the last lines before that; or the engine went away.
    """
    last: list[str] = []
    try:
        for line in _texts(lines):
            told(line)
            last = [*last[1 - LAST_LINES :], line]
    except (_Failed, requests.RequestException, urllib3.exceptions.HTTPError, DockerException) as error:
        said = "".join(f"\n  {line}" for line in last)
        raise UserError(
            f"building the image of the {kind} failed: {' '.join(str(error).split())[:MOST_LINE]}{said}\n"
            f"{_way_out(' '.join([*last, str(error)]))}"
        ) from error


class _Failed(Exception):
    """What the engine says of a step that failed."""


def _texts(messages: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of a log that comes in pieces, each with its own colours."""
    rest = ""
    for message in messages:
        if "error" in message:
            yield from _lines(rest)
            raise _Failed(message["error"])
        rest += _COLOUR.sub("", str(message.get("stream") or ""))
        whole, _, rest = rest.rpartition("\n")
        yield from _lines(whole)
        if len(rest) > MOST_LINE:
            yield rest[:MOST_LINE]
            rest = ""
    yield from _lines(rest)


def _lines(text: str) -> Iterator[str]:
    return (line.rstrip()[:MOST_LINE] for line in text.splitlines() if line.strip())


def _way_out(log: str) -> str:
    """What helps against the usual causes."""
    if "No space left on device" in log:
        return "The engine's disk is full: free some space (`docker system df` shows what takes it) and run it again."
    if any(sign in log for sign in ("Temporary failure", "Could not resolve", "Failed to fetch", "Could not connect")):
        return (
            "Packages cannot be fetched: the build needs the archive of Debian; behind a proxy set "
            "http_proxy and https_proxy and run it again."
        )
    return f"Run `{BUILD} --fresh` to make every step again; with --base another base can be named."


def _ask(question: Callable[[], T]) -> T:
    try:
        return question()
    except ImageNotFound:
        raise
    except (APIError, requests.RequestException) as error:
        reason = getattr(error, "explanation", None) or str(error)
        raise UserError(f"the Docker engine did not answer: {' '.join(str(reason).split())[:300]}") from error
