"""One lasting bash in a container, given one command line after the other.

The shell reads lines from its standard input. Each command is one line to it: a mark on both streams, the command as
an argument of `eval` with /dev/null as its input, and a mark with the exit code. The marks hold null characters and a
number that is drawn for each command, so that nothing that a command prints is taken for one; nothing of them is on a
command line, in the environment or in the history. The shell is interactive, so that SIGINT brings it back.
"""

from __future__ import annotations

import re
import select
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from fauxcorp.core.wall import monotonic, unguessable
from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.base import MAX_OUTPUT
from fauxcorp.sandbox.docker.stream import STDERR, STDOUT, Stream

KEPT = 4 * MAX_OUTPUT
"""Bytes of a stream that are held; what comes after is counted only."""
PATIENCE = 0.5
"""Seconds that an interrupted shell is given to come back, each time."""
ROUNDS = 3
START_SECONDS = 30.0
SAVE_SECONDS = 10.0
MAX_HISTORY = 1000
SIGINT, SIGKILL = 2, 9
COMMAND = ["bash", "-c", "exec -a -bash bash -i"]
"""What the exec runs: to `ps` it is `-bash -i`, as of somebody who logged in."""
_QUOTED = re.compile(rb"[\x00-\x1f\x7f'\\!]")
_NOT_BEFORE_LETTERS = re.compile(rb"[\x80-\xbf]")
_NOISE = re.compile(r"^-?bash: \[\d+: \d+ \(\d+\)\] tcsetattr: Inappropriate ioctl for device\n", re.MULTILINE)


class Other(Protocol):
    """Something that may speak while a command runs."""

    @property
    def ready(self) -> bool:
        """Whether it has something already."""
        ...

    def fileno(self) -> int:
        """What to wait for."""
        ...


class Killer(Protocol):
    """What can end processes in the shell's container, from outside it."""

    def present(self) -> dict[int, int]:
        """The container's processes: their number for the killer, and the one that they have inside."""
        ...

    def signal(self, number: int, keep: Iterable[int]) -> None:
        """Send a signal to all processes but those to keep."""
        ...


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a command line."""

    stdout: str
    stderr: str
    code: int
    lost: tuple[int, int] = (0, 0)
    """Characters of each stream that were not kept."""
    seconds: float = 0.0
    late: bool = False
    """It was ended, as it did not end in time."""
    left: bool = False
    """The shell ended with it."""
    folder: str = ""
    """The shell's folder at the end, if that is known."""


class Started(NamedTuple):
    """A shell that was started."""

    stream: Stream
    code: Callable[[], int]
    """Its exit code, once it has ended."""


class Capture:
    """One stream of one command: what is between its marks, as much of it as is kept."""

    def __init__(self, nonce: bytes, *, early: bool) -> None:
        """`early`: what comes before the first mark belongs to the command too."""
        self._begin, self._end = b"\0<%s\0" % nonce, b"\0>%s " % nonce
        self._early = early
        self._open = False
        self._unread = bytearray()
        self.kept = bytearray()
        self.lost = 0
        self.code = -1
        """The exit code; -1 until the end mark was seen."""
        self.folder = ""
        """The shell's folder at the end."""

    @property
    def over(self) -> bool:
        """Whether the end mark was seen."""
        return self.code >= 0

    def feed(self, data: bytes) -> None:
        """Take in what came."""
        if self.over:
            return
        held = self._unread
        held += data
        if not self._open:
            at = held.find(self._begin)
            if at < 0:
                self._early_part(len(held) - len(self._begin))
                return
            self._early_part(at)
            del held[: len(self._begin)]
            self._open = True
        at = held.find(self._end)
        stop = held.find(b"\0", at + len(self._end)) if at >= 0 else -1
        if stop >= 0:
            code, _, folder = bytes(held[at + len(self._end) : stop]).partition(b" ")
            self.code, self.folder = int(code), folder.decode("utf-8", "surrogateescape")
            self._take(at)
            held.clear()
        elif at >= 0:
            self._take(at)
        else:
            self._take(len(held) - len(self._end))

    def rest(self) -> None:
        """No more will come: what is held back is part of it."""
        if not self.over and (self._open or self._early):
            self._take(len(self._unread))

    def text(self) -> str:
        """What was kept."""
        return self.kept.decode("utf-8", "replace")

    def _early_part(self, count: int) -> None:
        if self._early:
            self._take(count)
        elif count > 0:
            del self._unread[:count]

    def _take(self, count: int) -> None:
        if count <= 0:
            return
        room = KEPT - len(self.kept)
        self.kept += self._unread[: min(count, room)]
        if count > room:
            dropped = bytes(self._unread[room:count])
            self.lost += len(dropped) - len(_NOT_BEFORE_LETTERS.findall(dropped))
        del self._unread[:count]


class Shell:
    """The lasting shell of one user in one container.

    Raises SandboxError if the container is lost. A shell that ended, or that could not be brought back from a command
    without end, is started anew at the next command, with nothing of its state.
    """

    def __init__(self, start: Callable[[bool], Started], killer: Killer) -> None:
        """`start`: starts COMMAND in the container; True if it did not come up the first time."""
        self._start, self._killer = start, killer
        self._stream: Stream | None = None
        self._started: Started | None = None
        self._history: list[str] = []
        self._inner = 0
        """The shell's own number."""
        self._code = 0

    @property
    def number(self) -> int:
        """The number of its process inside the container."""
        return self._inner

    def open(self) -> None:
        """Start the shell, if it does not run."""
        for again in (False, True):
            if self._stream is None:
                self._started = self._start(again)
                self._greet(self._started.stream)
        if self._stream is None:
            raise SandboxError("the shell did not start")

    def run(
        self,
        command: str,
        seconds: float,
        others: Sequence[tuple[Other, Callable[[], None]]] = (),
        tick: Callable[[float], None] = lambda _: None,
        *,
        noted: bool = True,
    ) -> Ran:
        """Run a command line, for at most so long.

        Meanwhile each of `others` that has something to say is heard by the function beside it; `tick` is told first
        how many seconds have passed since the beginning. `noted`: the command goes into the shell's history.
        """
        self.open()
        stream = self._stream
        assert stream is not None
        nonce = unguessable(8).encode()
        out, err = Capture(nonce, early=True), Capture(nonce, early=False)
        if noted and len(self._history) < MAX_HISTORY:
            self._history.append(command)
        present = self._killer.present()
        start = monotonic()
        self._hear(stream.read(), out, err)
        self._hear(stream.write(_framed(command, nonce, self._code, noted=noted), max(seconds, 10.0)), out, err)
        while not (out.over and err.over):
            left = start + seconds - monotonic()
            if left <= 0 or stream.over:
                break
            waiting: list[Stream | Other] = [stream, *(other for other, _ in others)]
            ready = select.select(waiting, [], [], 0 if any(w.ready for w in waiting) else left)[0]
            for other, hear in others:
                if other in ready or other.ready:
                    tick(monotonic() - start)
                    hear()
            self._hear(stream.read(), out, err)
        passed = min(monotonic() - start, seconds)
        if stream.over:
            return self._ended(out, err, passed)
        if out.over and err.over:
            self._code = out.code
            return Ran(out.text(), _calm(err.text()), out.code, (out.lost, err.lost), passed, folder=out.folder)
        return self._late(stream, out, err, present, passed)

    def state(self) -> str:
        """A script that gives another shell the variables, functions, options and folder of this one.

        It is empty if the shell does not run, or does not answer.
        """
        if self._stream is None:
            return ""
        code = self._code
        ran = self.run(_SAVE, SAVE_SECONDS, noted=False)
        self._code = code
        if ran.late or ran.left or any(ran.lost):
            return ""
        noted = "".join(f"builtin history -s -- {_quoted(line).decode()}\n" for line in self._history)
        return noted + _FIXED.sub("", ran.stdout)

    def restore(self, state: str) -> None:
        """Take over what `state` gave."""
        self.run(state, SAVE_SECONDS, noted=False)
        self._code = 0

    def close(self) -> None:
        """Hang up; a second call does nothing."""
        if self._stream is not None:
            self._stream.close()
        self._stream = None

    def _greet(self, stream: Stream) -> None:
        nonce = unguessable(8).encode()
        found = Capture(nonce, early=False)
        greeting = (
            b"set +m +H +o emacs +o vi +o history; history -d -1; unset HISTFILE; "
            b"builtin printf '\\0<%s\\0%%d\\0>%s 0\\0' $$\n" % (nonce, nonce)
        )  # fmt: skip
        try:
            stream.write(greeting)
        except SandboxError:
            if not stream.over:
                raise
            # It ended at once, as for a user who is not there any more.
            stream.close()
            return
        late = monotonic() + START_SECONDS
        while not found.over:
            if stream.over or not stream.wait(late - monotonic()):
                stream.close()
                return
            for kind, data in stream.read():
                if kind == STDOUT:
                    found.feed(data)
        self._stream, self._inner, self._code = stream, int(found.text()), 0

    def _hear(self, came: list[tuple[int, bytes]], out: Capture, err: Capture) -> None:
        for kind, data in came:
            if kind == STDOUT:
                out.feed(data)
            elif kind == STDERR:
                err.feed(data)

    def _ended(self, out: Capture, err: Capture, passed: float) -> Ran:
        out.rest()
        err.rest()
        assert self._started is not None
        code = self._started.code()
        self.close()
        said = _calm(err.text())
        if said.endswith(("exit\n", "logout\n")):
            said = said.removesuffix("exit\n").removesuffix("logout\n")
        return Ran(out.text(), said, code, (out.lost, err.lost), passed, left=True)

    # -- a command that does not end ----------------------------------------------------------------------------------

    def _late(self, stream: Stream, out: Capture, err: Capture, before: dict[int, int], passed: float) -> Ran:
        out.rest()
        err.rest()
        shell = next((pid for pid, inner in before.items() if inner == self._inner), 0)
        back = any(self._interrupted(stream, before, shell, n) for n in range(ROUNDS))
        if not back:
            self._only(SIGKILL, shell)
            self.close()
        self._code = 130
        return Ran(out.text(), _calm(err.text()), 124, (out.lost, err.lost), passed, late=True, left=not back)

    def _interrupted(self, stream: Stream, before: dict[int, int], shell: int, again: int) -> bool:
        """Interrupt what runs, the first time in the gentle way; whether the shell took a further command."""
        self._only(SIGINT, shell)
        self._killer.signal(SIGKILL if again else SIGINT, before)
        nonce = unguessable(8).encode()
        found = Capture(nonce, early=False)
        came = stream.write(b"\nbuiltin printf '\\0<%s\\0\\0>%s 0\\0'\n" % (nonce, nonce))
        late = monotonic() + PATIENCE
        while not found.over and not stream.over:
            for kind, data in came:
                if kind == STDOUT:
                    found.feed(data)
            if not found.over and not stream.wait(late - monotonic()):
                break
            came = [] if found.over else stream.read()
        # What ignores an interrupt, or went on in the background, does not outlive the command either.
        self._killer.signal(SIGKILL, before)
        return found.over

    def _only(self, number: int, pid: int) -> None:
        """Send a signal to one process."""
        if pid:
            self._killer.signal(number, [other for other in self._killer.present() if other != pid])


_SAVE = (
    "builtin declare -p; builtin declare -f; builtin alias -p; builtin shopt -p; builtin set +o; builtin umask -p; "
    "builtin trap -p; builtin printf 'builtin cd -- %q\\n' \"$PWD\""
)
"""Writes a shell's state as a script."""
_FIXED = re.compile(
    r"^(?:declare -\w+ (?:BASHOPTS|BASH_VERSINFO|EUID|PPID|SHELLOPTS|UID)=.*|set [+-]o (?:emacs|vi|history))\n",
    re.MULTILINE,
)
"""What no shell lets be set, and what would have it read its commands in another way."""


def _framed(command: str, nonce: bytes, code: int, *, noted: bool) -> bytes:
    """The line that has the shell run a command. What the shell itself has to say of the line goes to /dev/null.

    `code` is that of the command before, for `$?`. `noted`: whether the command goes into the history.
    """
    text = _quoted(command)
    before = b"(builtin exit %d)" % code if code else b"builtin :"
    note = b"builtin history -s -- %s; " % text if noted else b""
    return (
        b"\n{ builtin printf '\\0<%(n)s\\0' >&253; builtin printf '\\0<%(n)s\\0' >&254; %(h)s%(r)s; "
        b"builtin eval -- %(c)s </dev/null >&253 2>&254 253>&- 254>&-; "
        b"builtin printf '\\0>%(n)s %%d %%s\\0' $? \"$PWD\" >&253; builtin printf '\\0>%(n)s 0\\0' >&254; "
        b"} 253>&1 254>&2 >/dev/null 2>&1\n"
    ) % {b"n": nonce, b"c": text, b"h": note, b"r": before}  # fmt: skip


def _quoted(text: str) -> bytes:
    """A text as one word of bash on one line."""
    data = text.encode("utf-8", "replace")
    return b"$'" + _QUOTED.sub(lambda m: b"\\x%02x" % m[0][0], data) + b"'"


def _calm(text: str) -> str:
    """Without what an interactive shell has to say of the terminal that it does not have."""
    return _NOISE.sub("", text) if "tcsetattr" in text else text
