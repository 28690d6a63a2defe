"""Where in a command line something stands, and what follows from that for what it did."""

from __future__ import annotations

from typing import NamedTuple

from fauxcorp.scan.limits import MAX_NESTING, MAX_TREE
from fauxcorp.scan.shell.data import EMPTY, Data


class Scope(NamedTuple):
    """Where in a command line something stands, and what follows from that."""

    stdin: Data = EMPTY
    sure: bool = True
    chain: int = 0
    last: bool = True
    tail: bool = True
    """Whether the exit code of the whole is that of the chain that it stands in."""
    piped: bool = False
    unless: tuple[int, int] | None = None
    loose: bool = False
    """What it is done to was looked for, and there may have been nothing."""
    via: tuple[str, ...] = ()
    """Programs that run what stands here: sudo, bash -c."""
    host: str = ""
    """Another machine that it runs on; empty: this one."""
    nesting: int = MAX_NESTING
    tree: int = MAX_TREE

    def deeper(self) -> Scope:
        """The same, one level further down the tree."""
        return replace(self, tree=self.tree - 1)

    def inside(self) -> Scope:
        """Within a substitution: its exit code is nobody's."""
        return replace(self, stdin=EMPTY, last=False, tail=False, chain=0, unless=None, tree=self.tree - 1)

    def maybe(self) -> Scope:
        """Within a branch that may not have been taken."""
        return replace(self, sure=False, last=False, tail=False, chain=0, unless=None, tree=self.tree - 1)

    def between(self) -> Scope:
        """Before the end of something: its exit code is lost."""
        return replace(self, last=False, tail=False, chain=0, unless=None, tree=self.tree - 1)


replace = Scope._replace
"""A scope with some of it changed."""
