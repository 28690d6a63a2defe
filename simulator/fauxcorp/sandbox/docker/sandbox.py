"""The docker sandbox: a real server of the company in a container, its files and traffic taken over into the world.

The world stays the truth. Before a command the files that it changed are put into the container; after it, what differs
there becomes effects, and what crosses the network is answered by the world while the command runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from fauxcorp.core.effects import FileRead, Origin
from fauxcorp.core.inside import Launch
from fauxcorp.core.wall import monotonic
from fauxcorp.errors import SandboxError, ToolError
from fauxcorp.sandbox.base import ExecResult, Guest, Turn
from fauxcorp.sandbox.docker.clock import ContainerClock
from fauxcorp.sandbox.docker.crossing import Crossing
from fauxcorp.sandbox.docker.guest import placed
from fauxcorp.sandbox.docker.parts import Containers, Source
from fauxcorp.sandbox.docker.services import Services
from fauxcorp.sandbox.docker.shell import Ran
from fauxcorp.sandbox.docker.spool import Spool
from fauxcorp.sandbox.docker.survey import Names, changes_of, reads_of
from fauxcorp.sandbox.files import WorldFiles
from fauxcorp.sandbox.output import refused, shown
from fauxcorp.world.filechanges import carry_out
from fauxcorp.world.fileops import DENIED, identity, may_read, note_read
from fauxcorp.world.files import normal
from fauxcorp.world.world import World

SYNC_SECONDS = 60.0
MAX_SURVEYS = 100
MAX_DISK = 4 * 1024 * 1024 * 1024
"""Bytes that an episode may have written to the container's disk."""
MAX_DENIED = 200
"""Refusals in one command's errors that are looked at."""
_REFUSED = re.compile(
    r"^(?:[^\n:]{1,100}: )*?(?:cannot (?:open|access|stat|read)|can't open|can't read|couldn't open file)?:? ?"
    r"['\"‘]?(?P<path>[^\n'\"’:]{1,4096})['\"’]?(?: for reading)?: Permission denied$",
    re.MULTILINE,
)


class DockerSandbox(WorldFiles):
    """One user's server and shell in one world. Nothing is taken from the engine before the first command."""

    def __init__(self, world: World, user: str, source: Source) -> None:
        super().__init__(world, user)
        self.by = Origin("agent", user, "shell")
        self._source = source
        self._live: _Live | None = None
        self._spool = Spool(world, user, source.letters(world))
        self._state = ""
        """What a shell that is not started yet has to begin with."""
        self._services: Services | None = None
        """What became of the services of the server that this one is like."""
        self._broken = ""

    def exec(self, command: str, timeout: float = 60.0) -> ExecResult:
        if self.closed:
            raise RuntimeError("the sandbox is closed")
        no = refused(command)
        if no is not None:
            return no
        with self._attributed():
            live = self._ready()
            live.bring_in(self._spool)
            start = self.world.clock.us
            ran = live.shell.run(
                command,
                timeout,
                [(live.containers.gateway, live.hear)],
                lambda passed: self.world.clock.advance_to(start + round(passed * 1_000_000)),
            )
            self.world.clock.advance_to(start + round(ran.seconds * 1_000_000))
            live.take_in()
        self._note_refusals(ran)
        return _result(ran)

    def settle(self) -> None:
        if self._live is not None and not self.closed:
            with self._attributed():
                self._live.settle()

    def launch(self, launch: Launch) -> Guest:
        with self._attributed():
            live = self._ready()
            live.containers.eye.put(placed(self.world, self.user, launch.files))
            return live.containers.launch(launch)

    def attend(self, turn: Turn) -> None:
        self._source.turn(turn)
        with self._attributed():
            live = self._ready()
            if turn.kind != "hear":
                live.bring_in(self._spool)
            if turn.kind == "hear":
                live.hear()
            elif turn.kind == "look":
                live.take_in()

    def due(self, lines: int) -> Turn | None:
        return self._source.due(lines)

    def fork(self, world: World) -> DockerSandbox:
        other = DockerSandbox(world, self.user, self._source.untaped())
        other._spool = self._spool.fork(world)
        other._state, other._broken = self._state, self._broken
        services = self._services
        if self._live is not None:
            services = self._live.services
            with self._attributed():
                other._state = self._live.shell.state()
        if services is not None:
            other._services = services.fork(world.company, other.by)
        return other

    def close(self) -> None:
        self.closed = True
        self._let_go()
        self._source.done()

    @property
    def tape(self) -> str:
        return self._source.digest

    def _ready(self) -> _Live:
        if self._broken:
            raise SandboxError(self._broken)
        if self._live is None:
            containers = self._source.take(self.world, self.user)
            self._live = live = _Live(self.world, self.by, containers)
            if self._services is not None:
                live.services = self._services
                live.services.restore(containers.eye)
            else:
                live.services.start(containers.eye.processes)
            if self._state:
                live.bring_in(self._spool)
                live.shell.restore(self._state)
                self._state = ""
                live.take_in(tell=False)
        return self._live

    def _let_go(self) -> None:
        live, self._live = self._live, None
        if live is not None:
            self._source.give_back(live.containers)

    @contextmanager
    def _attributed(self) -> Iterator[None]:
        """An error here ends the sandbox: its containers go, and it says what became of them."""
        try:
            yield
        except SandboxError as error:
            why = (self._live.containers.lost(str(error)) if self._live is not None else "") or str(error)
            self._broken = why
            self._let_go()
            if why == str(error):
                raise
            raise SandboxError(why) from error

    def _note_refusals(self, ran: Ran) -> None:
        """What the user wanted to read and was refused, by what the programs said of it."""
        if DENIED not in ran.stderr:
            return
        files, who = self.world.files, identity(self.world, self.user)
        seen = set()
        for match in list(_REFUSED.finditer(ran.stderr))[:MAX_DENIED]:
            try:
                path = files.resolve(normal(match["path"].strip(), ran.folder or "/"))
            except ToolError:
                continue
            entry = files.get(path)
            if entry is None or entry.kind != "file" or path in seen or may_read(files, path, who):
                continue
            seen.add(path)
            self.world.apply(FileRead(by=self.by, path=path, size=len(entry.content), stage="attempted", reason=DENIED))


class _Live:
    """A world and the containers that stand for it, kept in step."""

    def __init__(self, world: World, by: Origin, containers: Containers) -> None:
        self.world, self.by, self.containers = world, by, containers
        self.shell = containers.shell
        self.services = Services(world.company, by)
        self._clock = ContainerClock(containers.eye)
        self._crossing = Crossing(world, by.user)
        self._due = dict.fromkeys(world.files.changed())
        """Paths whose entries the container does not have yet."""
        self._mark = len(world.files.journal)
        self._new = True
        """The container's files are those that it started with."""
        self._syncs = 0
        self._synced = -1

    def bring_in(self, spool: Spool) -> None:
        """Put what the world changed into the container, and set its clock."""
        self._clock.follow(self.world.clock.us)
        spool.deliver()
        files = self.world.files
        self._due.update(dict.fromkeys(files.journal[self._mark :]))
        self._mark = len(files.journal)
        if not self._due:
            return
        names = Names.of(self.world)
        held = {path: files.get(path) for path in self._due}
        if self._new:
            start, self._new = self.containers.files, False
            held = {path: entry for path, entry in held.items() if entry != start.get(path)}
        # What goes, from the leaves on; then what comes, from the root on.
        gone = sorted((p for p, e in held.items() if e is None), key=lambda p: p.split("/"), reverse=True)
        here = sorted((p for p, e in held.items() if e is not None), key=lambda p: p.split("/"))
        self.containers.eye.put(names.placed(path, held[path]) for path in [*gone, *here])
        self._due.clear()

    def hear(self) -> None:
        """Answer what the gateway asks, and take in what it tells."""
        self._heard(self.containers.gateway.receive())

    def take_in(self, *, tell: bool = True) -> None:
        """After a command: all its traffic, then all its changes of files."""
        self._sync()
        self._crossing.settle()
        self._due.update(dict.fromkeys(self.world.files.journal[self._mark :]))
        for _ in range(MAX_SURVEYS):
            if not self._survey(tell=tell):
                break
        self._mark = len(self.world.files.journal)

    def settle(self) -> None:
        """Take in what programs did that still run, if there are any."""
        there = self.containers.eye.processes()
        if self.containers.gateway.ready or len(there) - len(self.services.own(there)) > 1:
            self.take_in()

    def _heard(self, messages: list[dict[str, object]]) -> None:
        gateway = self.containers.gateway
        for message in messages:
            if message.get("t") == "synced":
                self._synced = max(self._synced, int(str(message.get("token"))))
            elif message.get("t") in ("dead", "failed"):
                raise SandboxError(f"the gateway has ended: {str(message.get('why'))[:500]}")
            else:
                answer = self._crossing.message(message)
                if answer is not None:
                    gateway.send(answer)

    def _sync(self) -> None:
        """Have the gateway tell all that has reached it."""
        gateway = self.containers.gateway
        self._syncs += 1
        gateway.send({"t": "sync", "token": str(self._syncs)})
        late = monotonic() + SYNC_SECONDS
        while self._synced < self._syncs:
            left = late - monotonic()
            if left <= 0:
                raise SandboxError("the gateway does not answer")
            self._heard(gateway.receive(left))

    def _survey(self, *, tell: bool) -> bool:
        """Take over what the container's files differ in; whether there may be more."""
        world = self.world
        seen = self.containers.eye.survey(stamp_us=world.clock.us)
        if seen.upper_bytes > MAX_DISK:
            raise SandboxError("the disk of the server is full")
        if not tell:
            return seen.more
        effects, seen = self.services.compare(self.containers.eye.processes, seen)
        with world.afterwards():
            for effect in effects:
                world.apply(effect)
            for path in reads_of(world, seen):
                entry = world.files.get(path)
                if entry is not None:
                    note_read(world, self.by, path, entry)
            changes = changes_of(world, seen)
            carry_out(world, changes, self.by)
        for change in changes:
            now = world.files.get(change.path)
            self._due.pop(change.path, None)
            if now != change.after:
                self._due[change.path] = None
        return seen.more


def _result(ran: Ran) -> ExecResult:
    out, cut = shown(ran.stdout, ran.lost[0])
    err, cut_too = shown(ran.stderr + ("Terminated\n" if ran.late else ""), ran.lost[1])
    return ExecResult(out, err, ran.code, cut or cut_too)
