"""A gateway, an agent's container in its network, and the observer's eye on it: what one episode runs in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from docker import DockerClient
from docker.errors import NotFound
from docker.models.containers import Container

from fauxcorp.core.clock import to_us
from fauxcorp.core.effects import Origin
from fauxcorp.core.inside import Launch
from fauxcorp.core.wall import monotonic
from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.docker.authority import BUNDLE, Authority
from fauxcorp.sandbox.docker.clock import IGNORED as OF_THE_CLOCK
from fauxcorp.sandbox.docker.clock import ContainerClock
from fauxcorp.sandbox.docker.eye import IGNORED, Eye, Placed
from fauxcorp.sandbox.docker.guest import Guest
from fauxcorp.sandbox.docker.link import Link
from fauxcorp.sandbox.docker.recipe import Recipe
from fauxcorp.sandbox.docker.services import Services
from fauxcorp.sandbox.docker.shell import COMMAND, Shell, Started
from fauxcorp.sandbox.docker.stream import Stream
from fauxcorp.sandbox.docker.trouble import ENGINE, trouble
from fauxcorp.sandbox.docker.wiring import KIND, Wiring
from fauxcorp.world.files import FileEntry

READY_SECONDS = 30.0
OVERLAID = ("/etc/hosts", "/etc/hostname", "/etc/resolv.conf")
"""Files of the company that the engine mounts its own over."""
_ATTACH = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}


class Killer:
    """Ends processes of an agent's container, by the eye on it."""

    def __init__(self, eye: Eye, services: Services) -> None:
        self._eye, self._services = eye, services

    def present(self) -> dict[int, int]:
        """The container's processes but its first: number on the host, and number inside."""
        return {p.pid: p.inner for p in self._eye.processes()}

    def signal(self, number: int, keep: Iterable[int]) -> None:
        """Send a signal to all of them but those to keep and the server's own."""
        self._eye.kill(None, {*keep, *self._services.own(self._eye.processes())}, number)


class Pair:
    """The containers of one episode, started. Raises SandboxError for whatever goes wrong with them."""

    def __init__(self, client: DockerClient, recipe: Recipe, gateway: Container, agent: Container) -> None:
        self._client, self.recipe = client, recipe
        self._gateway, self._agent = gateway, agent
        self.gateway: Link
        self.eye: Eye
        self._shell: Shell
        self._services = Services(recipe.company, Origin("timeline", "", "shell"))
        self._connections: list[Link | Shell | Guest] = []

    @classmethod
    def start(
        cls, client: DockerClient, observer: Container, recipe: Recipe, labels: Callable[[str], Mapping[str, str]]
    ) -> Pair:
        """Create and start both containers; nothing of them is left if that fails.

        `labels`: gives those of a container of a kind.
        """
        made: list[Container] = []
        pair: Pair | None = None
        done = False
        try:
            with trouble("the containers could not be started"):
                made.append(_created(client, recipe.gateway(labels("gateway"))))
                gateway = made[0]
                made.append(_created(client, recipe.agent(str(gateway.id), labels("agent"))))
                pair = cls(client, recipe, gateway, made[1])
                pair._open(observer)
            done = True
            return pair
        finally:
            if not done:
                if pair is not None:
                    pair.hang_up()
                _remove(made)

    @property
    def files(self) -> Mapping[str, FileEntry]:
        """The company's files that the server started with."""
        return self.recipe.layer.files

    @property
    def shell(self) -> Shell:
        """The user's shell."""
        return self._shell

    def launch(self, launch: Launch) -> Guest:
        """Start a program of the agent's beside the shell. Once only."""
        wiring = Wiring(self.recipe.placed(launch.places), self.gateway.send)
        self.gateway.divert(KIND, wiring.take)
        wiring.open()
        environment = {**self.recipe.environment, **launch.environment}
        with trouble("the program could not be started"):
            held, number = _exec(
                self._client, str(self._agent.id), list(launch.words), user=self.recipe.user,
                environment=environment, workdir=self.recipe.home,
            )  # fmt: skip
        stream = Stream(held)
        stream.end_input()
        guest = Guest(stream, lambda: self._ended(number), self._end, self.gateway, wiring)
        self._connections.insert(0, guest)
        return guest

    def check(self) -> None:
        """Raise SandboxError unless both containers and the eye are there."""
        self.eye.mark()
        self.gateway.receive()

    def lost(self, why: str = "") -> str:
        """What became of the container that does not run any more; empty if both do. `why`: the error that was met."""
        for name, container in (("server", self._agent), ("gateway", self._gateway)):
            try:
                container.reload()
            except NotFound:
                return f"the container of the {name} was removed"
            except ENGINE as error:
                return f"the engine does not answer: {error}"
            if container.status != "running":
                state = container.attrs.get("State", {})
                why = "out of memory" if state.get("OOMKilled") else f"exit code {state.get('ExitCode')}"
                return f"the container of the {name} has ended: {why}"
        return ""

    def hang_up(self) -> None:
        """Close the connections to the containers; they are still there."""
        for held in self._connections:
            held.close()

    def close(self) -> None:
        """Remove the containers; a second call does nothing. An engine that is gone cannot be asked for that."""
        self.hang_up()
        _remove([self._agent, self._gateway])

    # -- starting -----------------------------------------------------------------------------------------------------

    def _open(self, observer: Container) -> None:
        api, recipe = self._client.api, self.recipe
        self.gateway = Link(Stream(api.attach_socket(str(self._gateway.id), params=_ATTACH)), "the gateway")
        self._connections.append(self.gateway)
        self._gateway.start()
        company = recipe.company
        authority = Authority.make(company.facts.name, company.starts)
        self.gateway.send(recipe.start_line(authority.pem, authority.key_pem))
        # The agent's container joins the network while it is still being made.
        self._agent.start()
        self.eye = self._watch(observer)
        self._trust(authority)
        ContainerClock(self.eye).follow(to_us(company.starts))
        self._shell = Shell(self._log_in, Killer(self.eye, self._services))
        self._connections.append(self._shell)
        self._shell.open()
        self._services.start(self.eye.processes)
        self._wait()
        # From here on what changes is told: what was done to make it ready is not.
        self.eye.start([*IGNORED, *OF_THE_CLOCK])

    def _watch(self, observer: Container) -> Eye:
        self._agent.reload()
        number = int(self._agent.attrs["State"]["Pid"])
        if not number:
            raise SandboxError(self.lost() or "the server did not start")
        command = ["python3", "-m", "eye", str(number), *OVERLAID]
        link = Link(Stream(_exec(self._client, str(observer.id), command)[0]), "the observer")
        self._connections.append(link)
        return Eye(link)

    def _trust(self, authority: Authority) -> None:
        """Have the server's programs trust the authority, as `update-ca-certificates` would."""
        folder, own = "/etc/ssl/certs", f"/usr/local/share/ca-certificates/{authority.name}.crt"
        pem = authority.pem.encode()
        when = to_us(self.recipe.company.starts) - 30 * 86_400_000_000
        link = f"{authority.name}.pem"
        self.eye.put([
            Placed(own, FileEntry(pem, mtime=when)),
            Placed(BUNDLE, FileEntry(self.recipe.layer.bundle + pem, mtime=when)),
            Placed(f"{folder}/{link}", _link(own, when)),
            Placed(f"{folder}/{authority.subject_hash}.0", _link(link, when)),
            Placed("/.dockerenv", None),
            *(Placed(path, entry) for path in OVERLAID if (entry := self.files.get(path)) is not None),
        ])  # fmt: skip

    def _wait(self) -> None:
        """Wait until the gateway serves."""
        late = monotonic() + READY_SECONDS
        while monotonic() < late:
            for message in self.gateway.receive(late - monotonic()):
                if message.get("t") == "ready":
                    return
                if message.get("t") in ("failed", "dead"):
                    raise SandboxError(f"the gateway did not start: {str(message.get('why'))[:500]}")
        raise SandboxError("the gateway did not start in time")

    def _log_in(self, again: bool) -> Started:
        recipe = self.recipe
        user = recipe.user
        if again:
            # The account may be gone from the account files, while who is logged in stays so; or there was no room for
            # one more process.
            self.eye.kill(keep=self._services.own(self.eye.processes()))
            user = f"{recipe.uid}:{recipe.uid}"
        environment = dict(recipe.environment)
        with trouble(f"no shell can be had for {recipe.user}"):
            held, number = _exec(
                self._client, str(self._agent.id), COMMAND, user=user, environment=environment, workdir=recipe.home
            )
        return Started(Stream(held), lambda: self._exit_code(number))

    def _ended(self, number: str) -> int | None:
        """The exit code of what an exec started; None while it runs."""
        with trouble("the program is lost"):
            found = self._client.api.exec_inspect(number)
        return None if found["Running"] else found["ExitCode"]

    def _end(self, number: int) -> None:
        """Send a signal to all processes of the agent's but the shell."""
        there = self.eye.processes()
        shell = [p.pid for p in there if p.inner == self._shell.number]
        Killer(self.eye, self._services).signal(number, shell)

    def _exit_code(self, number: str) -> int:
        with trouble("the shell is lost"):
            code = self._client.api.exec_inspect(number)["ExitCode"]
        lost = self.lost() if code is None or code > 128 else ""
        if lost:
            raise SandboxError(lost)
        return 1 if code is None else int(code)


def _link(target: str, when: int) -> FileEntry:
    return FileEntry(target.encode(), "root", "root", 0o777, when, "link")


def _created(client: DockerClient, arguments: Mapping[str, Any]) -> Container:
    return client.containers.create(**arguments)


def _exec(client: DockerClient, container: str, command: list[str], **more: Any) -> tuple[Any, str]:
    number = client.api.exec_create(container, command, stdin=True, stdout=True, stderr=True, **more)["Id"]
    return client.api.exec_start(number, socket=True), number


def _remove(containers: Sequence[Container]) -> None:
    # The one that joins the other's network goes first.
    for container in sorted(containers, key=lambda c: c.labels.get("fauxcorp.kind", "") != "agent"):
        with suppress(*ENGINE):
            container.remove(force=True, v=True)
