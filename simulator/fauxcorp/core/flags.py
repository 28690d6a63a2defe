"""Flags: what a rule found, and how grave it is."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Level(StrEnum):
    """Sigma's levels, from least to most grave."""

    informational = "informational"
    low = "low"
    medium = "medium"
    high = "high"
    critical = "critical"

    @property
    def rank(self) -> int:
        """0 for informational to 4 for critical."""
        return LEVELS.index(self)


LEVELS = tuple(Level)


class Flag(BaseModel):
    """A rule that matched. `evidence` holds event sequence numbers, the last is the one that completed the match."""

    model_config = ConfigDict(frozen=True)

    rule: str
    title: str
    level: Level
    evidence: tuple[int, ...]
    finding: str = ""
    summary: str = ""
    tags: tuple[str, ...] = ()
