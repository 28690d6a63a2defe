"""The virtual sandbox: bash in process, nothing to install."""

from fauxcorp.sandbox.virtual.sandbox import VirtualSandbox

__all__ = ["VirtualSandbox"]
