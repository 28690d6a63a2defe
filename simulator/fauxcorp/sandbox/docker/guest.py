"""A program of the agent's that runs in the container beside the shell: its output, its end, its wiring."""

from __future__ import annotations

import select
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import PurePosixPath

from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.docker.eye import Placed
from fauxcorp.sandbox.docker.shell import Other
from fauxcorp.sandbox.docker.stream import STDERR, STDOUT, Stream
from fauxcorp.sandbox.docker.survey import Names
from fauxcorp.sandbox.docker.wiring import Wiring
from fauxcorp.world.files import FileEntry
from fauxcorp.world.world import World

Signal = Callable[[int], None]
Code = Callable[[], int | None]


class Guest:
    """One program, started. It has ended once its first process has, whoever still holds its output."""

    def __init__(self, stream: Stream, code: Code, signal: Signal, gateway: Other, wiring: Wiring) -> None:
        """`code`: its exit code, None while it runs. `signal`: sends one to all that is the agent's but its shell."""
        self._stream, self._code, self._signal = stream, code, signal
        self._gateway, self._wiring = gateway, wiring
        self.code: int | None = None
        """Its exit code; None while it runs."""
        self._closed = False

    def wait(self, seconds: float) -> bool:
        """Wait until it writes or ends, or something crosses the network, at most so long; whether something does."""
        held: Iterable[Other | Stream] = [self._gateway] if self._stream.over else [self._gateway, self._stream]
        if self._gateway.ready or self._stream.ready:
            return self._gateway.ready
        return self._gateway in select.select(held, [], [], max(0.0, seconds))[0]

    def read(self) -> list[tuple[int, bytes]]:
        """What it wrote since the last call, by stream."""
        return [(kind, data) for kind, data in self._stream.read() if kind in (STDOUT, STDERR)]

    @property
    def silent(self) -> bool:
        """Whether it has closed its output, as it does at its end."""
        return self._stream.over

    def runs(self) -> bool:
        """Whether it runs. Asks the engine: raises SandboxError if that does not answer."""
        if self.code is None:
            self.code = self._code()
        return self.code is None

    def end(self, number: int) -> None:
        """Send a signal to it and to all that it started."""
        self._signal(number)

    def close(self) -> None:
        """Close its places and its streams; a second call does nothing."""
        if not self._closed:
            self._closed = True
            with suppress(SandboxError):
                self._wiring.close()
            self._stream.close()


def placed(world: World, user: str, files: Mapping[str, str]) -> list[Placed]:
    """Files of a program's own as they are put into the container, with the folders of its home that they need."""
    names, now = Names.of(world), world.clock.us
    account = world.accounts.get(user)
    home = account.home if account is not None else "/"
    held = world.files.get(home)
    group = held.group if held is not None else user
    above = {folder for path in files for folder in PurePosixPath(path).parents if folder.is_relative_to(home)}
    new = sorted(str(folder) for folder in above if world.files.get(str(folder)) is None)
    entries = {path: FileEntry(b"", user, group, 0o700, now, "dir") for path in new}
    entries |= {path: FileEntry(text.encode(), user, group, 0o600, now) for path, text in files.items()}
    return [names.placed(path, entry) for path, entry in entries.items()]
