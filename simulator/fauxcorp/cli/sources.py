"""The content that a recorded run was made from."""

from __future__ import annotations

from pathlib import Path

from fauxcorp.content.library import Library
from fauxcorp.eventlog import Run


def library_of(run: Run, content: list[Path] | None) -> Library:
    """The library that a run was made from: the folders that are given, else those that its manifest names."""
    named = [Path(text) for text in run.manifest.content_folders]
    return Library(tuple(content or [path for path in named if path.is_dir()]))
