"""What a check finds, and what a check is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from fauxcorp.lint.desk import Desk

Level = Literal["error", "warning"]


class Hit(NamedTuple):
    """One place that a check objects to."""

    file: str
    line: int
    """1-based; 0 where there is none."""
    message: str


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked for."""

    name: str
    level: Level
    about: str
    way: str
    """A way out for the author."""
    run: Callable[[Desk], Iterator[Hit]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found."""

    check: str
    level: Level
    file: str
    line: int
    message: str
    way: str
    variant: str = ""
    """The first variant that shows it; empty: the default one, or a company by itself."""
    accepted: str = ""
    """The reason for which it is accepted; empty: it is not."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.check}: {self.message}"

    def as_dict(self) -> dict[str, str | int]:
        """For JSON."""
        return {name: getattr(self, name) for name in self.__slots__}
