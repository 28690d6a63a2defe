"""Takes away what runs left behind that were killed: containers, networks, volumes, images of companies."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields

from docker import DockerClient

from fauxcorp.sandbox.docker.engine import KIND, OWNER, RUN, owner_state
from fauxcorp.sandbox.docker.trouble import ENGINE


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each."""

    containers: int = 0
    networks: int = 0
    volumes: int = 0
    images: int = 0

    def __bool__(self) -> bool:
        return any(getattr(self, f.name) for f in fields(self))


def reap(client: DockerClient, run: str = "") -> Counts:
    """Remove what belongs to processes that are gone; with `run`, what belongs to that run too.

    What cannot be removed just now is left for the next time.
    """
    mine: dict[str, str | list[str] | bool] = {"label": OWNER}

    def dead(labels: Mapping[str, str] | None) -> bool:
        held = labels or {}
        owner = held.get(OWNER, "")
        return bool(owner) and (owner_state(owner) == "gone" or held.get(RUN) == run != "")

    containers = networks = volumes = images = 0
    found = [c for c in client.containers.list(all=True, filters=mine, ignore_removed=True) if dead(c.labels)]
    # A gateway whose network is still joined goes last.
    for container in sorted(found, key=lambda c: c.labels.get(KIND) == "gateway"):
        with suppress(*ENGINE):
            container.remove(force=True, v=True)
            containers += 1
    for network in client.networks.list(filters=mine):
        if dead((network.attrs or {}).get("Labels")):
            with suppress(*ENGINE):
                network.remove()
                networks += 1
    for volume in client.volumes.list(filters=mine):
        if dead((volume.attrs or {}).get("Labels")):
            with suppress(*ENGINE):
                volume.remove(force=True)
                volumes += 1
    for image in client.images.list(filters={"label": [OWNER, f"{KIND}=company"]}):
        if dead(image.labels):
            with suppress(*ENGINE):
                client.images.remove(str(image.id), force=True)
                images += 1
    return Counts(containers, networks, volumes, images)
