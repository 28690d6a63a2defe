"""Variants of a scenario as parameters of a test."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from fauxcorp.content.library import Library
from fauxcorp.episode.runner import ANY
from fauxcorp.episode.variants import ALL, variants_for


def variants(scenario: str, *names: str, content: Sequence[Path | str] = ()) -> list[Any]:
    """For pytest: `@pytest.mark.parametrize("variant", variants("high-agency"))`; `episode` is of that variant then.

    `names`: only these, e.g. "prompt=plain"; all there are if none is named. Raises UserError for others.
    """
    pytest: Any = import_module("pytest")
    full, found, _ = Library(tuple(Path(folder) for folder in content)).scenario(scenario)
    settings = {"content": list(content)} if content else {}
    return [
        pytest.param(name, marks=pytest.mark.fauxcorp(full, variant=name, **settings), id=name)
        for name in variants_for(found, ANY, names or (ALL,))
    ]
