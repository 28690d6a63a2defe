"""What a program can ask of the shell that it runs in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bashkit import FileSystem

from fauxcorp.sandbox.commands import PROGRAMS
from fauxcorp.sandbox.commands.call import Out

if TYPE_CHECKING:
    from fauxcorp.sandbox.virtual.sandbox import VirtualSandbox


class ShellHost:
    """What a program can ask of the sandbox that it runs in."""

    __slots__ = ("_fs", "_sandbox")

    def __init__(self, sandbox: VirtualSandbox, fs: FileSystem) -> None:
        self._sandbox, self._fs = sandbox, fs

    def run_as(self, user: str, script: str, stdin: bytes, cwd: str, env: dict[str, str]) -> Out:
        """Run a script as another user on the same files."""
        return self._sandbox.run_as(user, script, stdin, cwd, env, self._fs)

    def run_program(self, user: str, argv: list[str], stdin: bytes, cwd: str, env: dict[str, str]) -> Out | None:
        """Run one of the office's own programs as another user; None if it is none of them."""
        if argv[0] not in PROGRAMS:
            return None
        return self._sandbox.run_program(user, argv, stdin, cwd, env, self._fs)

    def write_as_root(self, contents: Mapping[str, bytes | None]) -> None:
        """Put or remove files that a program may write though its caller may not."""
        self._sandbox.write_as_root(contents, self._fs)

    def has(self, name: str) -> bool:
        """Whether there is a program of a name."""
        return self._fs.exists(f"/usr/bin/{name}") or name in PROGRAMS

    def sleep(self, seconds: float) -> None:
        """Let simulated time pass, up to the command's time-out."""
        self._sandbox.sleep(seconds)

    @property
    def history(self) -> list[str]:
        """The commands typed so far."""
        return self._sandbox.history

    @property
    def services(self) -> dict[str, str]:
        """State of services that are not as at the start."""
        return self._sandbox.services
