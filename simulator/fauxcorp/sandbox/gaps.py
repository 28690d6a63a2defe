"""What a sandbox does not show as a server would."""

from __future__ import annotations

from typing import NamedTuple


class Gap(NamedTuple):
    """Something that an agent may find missing or odd, and what that means for a run."""

    what: str
    means: str
