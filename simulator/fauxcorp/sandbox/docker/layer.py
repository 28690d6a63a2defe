"""The company's files as a layer over the agent's image: made once, then every container of the company starts with it.

To copy them into each container would cost its start some tenths of a second; a layer costs nothing after the first.
"""

from __future__ import annotations

import io
import tarfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO

from docker import DockerClient
from docker.errors import ImageNotFound
from docker.models.containers import Container

from fauxcorp.errors import SandboxError, UserError
from fauxcorp.sandbox.docker.authority import BUNDLE
from fauxcorp.sandbox.docker.luggage import Luggage
from fauxcorp.sandbox.docker.survey import Names
from fauxcorp.sandbox.docker.trouble import trouble
from fauxcorp.world.accountfiles import GROUP, PASSWD
from fauxcorp.world.files import FileEntry

REPOSITORY = "fauxcorp-company"
_LINKS = ("/bin", "/sbin", "/lib", "/lib64", "/var/run", "/var/lock")
"""Folders that are links on Debian: what the company has below them goes where they lead."""


@dataclass(frozen=True, slots=True)
class Layer:
    """An image with a company's files in it."""

    tag: str
    bundle: bytes
    """The certificates that its programs trust."""
    files: Mapping[str, FileEntry] = field(default_factory=dict, repr=False, compare=False)
    """What was laid over the agent's image."""


class Layers:
    """The layers of one run. Calls from several threads at a time make each layer once."""

    def __init__(
        self, client: DockerClient, agent_image: str, labels: Mapping[str, str], luggage: Sequence[Luggage] = ()
    ) -> None:
        """`luggage`: folders that all of them have besides."""
        self._client, self._image, self._labels = client, agent_image, dict(labels)
        self._luggage = tuple(luggage)
        self._packed = ""
        self._made: dict[str, Layer] = {}
        self._lock = threading.Lock()

    def of(self, files: Mapping[str, FileEntry]) -> Layer:
        """The image that has these files. Raises SandboxError."""
        for luggage in self._luggage:
            if any(path == luggage.place or path.startswith(f"{luggage.place}/") for path in files):
                raise UserError(f"--inside: the company has {luggage.place} itself; give it another name, NAME=FOLDER")
        data = tar_of(files)
        # With the run's own name in it: a run takes away what it made, and no other uses it.
        owner = self._labels.get("fauxcorp.run", "")
        key = sha256(b"\0".join([self._image.encode(), owner.encode(), data])).hexdigest()[:16]
        with self._lock:
            found = self._made.get(key)
            if self._luggage and not self._packed:
                with trouble("the program's files could not be laid over the agent's image"):
                    self._packed = self._pack()
            if found is None:
                with trouble("the company's files could not be laid over the agent's image"):
                    found = self._made[key] = self._make(f"{REPOSITORY}:{key}", data, files)
        return found

    def close(self) -> None:
        """Remove the images that were made."""
        with self._lock:
            for layer in self._made.values():
                try:
                    self._client.images.remove(layer.tag, force=True)
                except ImageNotFound:
                    continue
            self._made.clear()
            if self._packed:
                self._client.images.remove(self._packed, force=True)
                self._packed = ""

    def _make(self, tag: str, data: bytes, files: Mapping[str, FileEntry]) -> Layer:
        with self._laid(self._packed or self._image, tag, [io.BytesIO(data)]) as container:
            return Layer(tag, _content(container.get_archive(BUNDLE)[0]), files)

    def _pack(self) -> str:
        """The agent's image with the luggage in it."""
        marks = [luggage.mark() for luggage in self._luggage]
        owner = self._labels.get("fauxcorp.run", "")
        tag = f"{REPOSITORY}:{sha256(' '.join([self._image, owner, *marks]).encode()).hexdigest()[:16]}"
        with ExitStack() as stack:
            archives = [stack.enter_context(TemporaryFile()) for _ in marks]
            for luggage, archive in zip(self._luggage, archives, strict=True):
                luggage.write(archive)
                archive.seek(0)
            with self._laid(self._image, tag, archives):
                return tag

    @contextmanager
    def _laid(self, image: str, tag: str, archives: Sequence[IO[bytes]]) -> Iterator[Container]:
        """Files over an image as another image; and the container that has them."""
        labels = {**self._labels, "fauxcorp.kind": "company"}
        container = self._client.containers.create(image, ["true"], labels=labels, network_mode="none")
        try:
            for archive in archives:
                if not container.put_archive("/", archive):
                    raise SandboxError("the engine did not take the files")
            repository, _, version = tag.partition(":")
            changes = [f'LABEL {name}="{value}"' for name, value in sorted(labels.items())]
            container.commit(repository, version, changes="\n".join(changes))
            yield container
        finally:
            container.remove(force=True)


def tar_of(files: Mapping[str, FileEntry]) -> bytes:
    """Files with owner, mode and time, as a tar that unpacks at the root. Names become the numbers of the files' own
    passwd and group."""
    passwd, group = (files[p].content if p in files else b"" for p in (PASSWD, GROUP))
    names = Names(passwd, group)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(files, key=lambda p: p.split("/")):
            if path == "/" or path in _LINKS:
                continue
            entry = files[path]
            info = tarfile.TarInfo(
                path.lstrip("/").encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
            )
            info.uid, info.gid = names.uid(entry.owner), names.gid(entry.group)
            info.mode, info.mtime = entry.mode, entry.mtime / 1_000_000
            if entry.kind == "dir":
                info.type = tarfile.DIRTYPE
                tar.addfile(info)
            elif entry.kind == "link":
                info.type = tarfile.SYMTYPE
                info.linkname = entry.content.decode("utf-8", "surrogateescape")
                tar.addfile(info)
            else:
                info.size = len(entry.content)
                tar.addfile(info, io.BytesIO(entry.content))
    return out.getvalue()


def _content(stream: Iterable[bytes]) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file is not None:
                return file.read()
    raise SandboxError("the agent's image has no certificates")
