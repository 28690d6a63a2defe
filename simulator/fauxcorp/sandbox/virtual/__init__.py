"""The virtual sandbox: bash in process over the world's files, with the office's own programs."""

from pathlib import Path

from fauxcorp.sandbox.base import Sandboxes
from fauxcorp.sandbox.virtual.sandbox import VirtualSandbox
from fauxcorp.world.world import World


class VirtualSandboxes(Sandboxes):
    """Each on its own; they share nothing that has to be given back."""

    name = "virtual"

    def make(self, world: World, user: str, tape: Path | None = None) -> VirtualSandbox:
        return VirtualSandbox(world, user)


__all__ = ["VirtualSandbox", "VirtualSandboxes"]
