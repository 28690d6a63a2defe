"""What the docker sandboxes of a run share: the client, the images, the observer, the warm pairs."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from docker import DockerClient
from docker.models.containers import Container

from fauxcorp.core.clock import Clock
from fauxcorp.core.rng import RandomSource
from fauxcorp.core.wall import unguessable
from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.base import Sandboxes, Turn
from fauxcorp.sandbox.docker import engine, services
from fauxcorp.sandbox.docker.images import Images
from fauxcorp.sandbox.docker.layer import Layers
from fauxcorp.sandbox.docker.luggage import Luggage
from fauxcorp.sandbox.docker.pair import Pair
from fauxcorp.sandbox.docker.parts import Containers
from fauxcorp.sandbox.docker.pool import Pool
from fauxcorp.sandbox.docker.reap import reap
from fauxcorp.sandbox.docker.recipe import Recipe, observer, recipe
from fauxcorp.sandbox.docker.sandbox import DockerSandbox
from fauxcorp.sandbox.docker.spool import Letters, Spool
from fauxcorp.sandbox.docker.taping import TapedSource
from fauxcorp.sandbox.docker.trouble import ENGINE, trouble
from fauxcorp.world.company import Company
from fauxcorp.world.world import World

_IPV6 = Path("/proc/net/if_inet6")


@dataclass(frozen=True, slots=True)
class _Kitchen:
    """What is needed to make pairs: there from `open` to `close`."""

    client: DockerClient
    gateway_image: str
    layers: Layers
    pool: Pool
    runtime: str | None


class DockerSandboxes(Sandboxes):
    """Sandboxes of one run, in containers of one engine. May be used from several threads at a time.

    Everything of it goes at `close`; what a killed process left behind goes when the next one opens.
    """

    name = "docker"

    def __init__(
        self, *, runtime: str | None = None, warm: int = 1, marks: Mapping[str, str] | None = None,
        luggage: Sequence[Luggage] = (),
    ) -> None:  # fmt: skip
        """`runtime`: another than the engine's own. `warm`: pairs kept ready for each company. `marks`: more labels.
        `luggage`: folders that go into all of the agent's containers."""
        self._luggage = tuple(luggage)
        self.run = unguessable(6)
        self._wanted, self._warm, self._marks = runtime, warm, dict(marks or {})
        self._kitchen: _Kitchen | None = None
        self._observer: Container | None = None
        self._recipes: dict[tuple[int, str], tuple[Company, Recipe]] = {}
        self._letters: dict[int, tuple[Company, Letters]] = {}
        self._lock = threading.RLock()
        self._closed = False

    def open(self) -> None:
        """Reach the engine, find the images, take away what killed runs left. A second call does nothing.

        Raises:
            UserError: no engine, an image that is missing or out of date, a runtime that is not there.
        """
        with self._lock:
            if self._kitchen is not None:
                return
            client = engine.connect()
            runtime = engine.runtime(client, self._wanted)
            images = Images(client)
            agent, gateway = images.needed("agent"), images.needed("gateway")
            with trouble("what earlier runs left could not be removed"):
                reap(client)
            layers = Layers(client, agent, self.labels("company"), self._luggage)
            self._kitchen = _Kitchen(client, gateway, layers, Pool(self._start, self._warm), runtime)

    def make(self, world: World, user: str, tape: Path | None = None) -> DockerSandbox:
        self.open()
        if self._kitchen is not None:
            self._kitchen.pool.prepare(self._recipe(world, user))
        return DockerSandbox(world, user, TapedSource(self, tape) if tape is not None else self)

    digest = ""

    def turn(self, turn: Turn) -> None:
        return None

    def due(self, lines: int) -> Turn | None:
        return None

    def untaped(self) -> DockerSandboxes:
        return self

    def done(self) -> None:
        return None

    def labels(self, kind: str) -> dict[str, str]:
        """The labels of what this run makes."""
        return {**engine.labels(self.run, kind), **self._marks}

    def letters(self, world: World) -> Letters:
        """Messages of the world's company as they lie in a spool."""
        company = world.company
        with self._lock:
            found = self._letters.get(id(company))
            if found is None:
                found = self._letters[id(company)] = company, Letters(company.facts.timezone)
            return found[1]

    def take(self, world: World, user: str) -> Containers:
        """A pair for a user of a world's company. Raises SandboxError."""
        kitchen = self._kitchen
        if kitchen is None or self._closed:
            raise SandboxError("the run has ended")
        return kitchen.pool.take(self._recipe(world, user))

    def give_back(self, containers: Containers) -> None:
        """Remove a pair in the background."""
        if isinstance(containers, Pair):
            containers.hang_up()
            if self._kitchen is not None:
                self._kitchen.pool.give_back(containers)
            else:
                containers.close()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            kitchen, self._kitchen = self._kitchen, None
        if kitchen is None:
            return
        kitchen.pool.close()
        with suppress(*ENGINE):
            if self._observer is not None:
                self._observer.remove(force=True, v=True)
        with suppress(*ENGINE):
            kitchen.layers.close()
        with suppress(*ENGINE):
            reap(kitchen.client, self.run)
        kitchen.client.close()

    def _recipe(self, world: World, user: str) -> Recipe:
        company = world.company
        with self._lock:
            found = self._recipes.get((id(company), user))
            if found is not None:
                return found[1]
            kitchen = self._kitchen
            if kitchen is None:
                raise SandboxError("the run has ended")
            # A world as every episode finds it: what it holds is the same for all of them.
            fresh = World(company, Clock(company.starts), RandomSource(0), agent=user)
            Spool(fresh, user, self.letters(fresh)).deliver()
            changed = {path: entry for path, entry in fresh.files.changed().items() if entry is not None}
            layer = kitchen.layers.of({**company.files, **changed, **services.files(company)})
            made = recipe(
                fresh, user, layer, kitchen.gateway_image, ipv6=_has_ipv6(kitchen.client), runtime=kitchen.runtime
            )
            self._recipes[id(company), user] = company, made
            return made

    def _start(self, recipe: Recipe) -> Pair:
        kitchen = self._kitchen
        if kitchen is None:
            raise SandboxError("the run has ended")
        return Pair.start(kitchen.client, self._watcher(kitchen), recipe, self.labels)

    def _watcher(self, kitchen: _Kitchen) -> Container:
        """The observer, started if it does not run."""
        with self._lock, trouble("the observer could not be started"):
            if self._observer is not None:
                self._observer.reload()
                if self._observer.status == "running":
                    return self._observer
                self._observer.remove(force=True)
            made = kitchen.client.containers.create(**observer(kitchen.gateway_image, self.labels("observer")))
            self._observer = made
            made.start()
            return made


def _has_ipv6(client: DockerClient) -> bool:
    """Whether the engine's machine has IPv6: asked of this one where they are the same."""
    local = client.api.base_url.startswith("http+docker://")
    return _IPV6.exists() if local and _IPV6.parent.exists() else True
