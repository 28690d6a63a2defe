"""Worlds with the further systems, each as its sample file has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from fauxcorp.world.systems.hub import SYSTEMS
from fauxcorp.world.systems.records import SystemFile

SAMPLES = Path(__file__).parent / "samples"


def sample(name: str) -> SystemFile:
    """The sample file of a system."""
    return SYSTEMS[name].file.model_validate(yaml.safe_load((SAMPLES / f"{name}.yaml").read_text(encoding="utf-8")))


@pytest.fixture
def with_systems(make_live: Callable[..., Any]) -> Callable[..., Any]:
    """Make a world that has some systems; none named: all of them."""

    def make(*names: str, **more: Any) -> Any:
        return make_live(systems=[sample(name) for name in names or SYSTEMS], **more)

    return make


@pytest.fixture
def web() -> Callable[..., Any]:
    """Ask a host of a world: status and text. Fields make it a POST."""

    def ask(live: Any, url: str, method: str = "", person: bool = False, **fields: str) -> tuple[int, str]:
        head = [("Accept", "text/html")] if person else []
        address = f"https://{url}"
        if fields:
            return tuple(_shown(live.world.web.submit(live.by, address, fields, headers=head)[1]))  # type: ignore[return-value]
        return tuple(_shown(live.world.web.request(live.by, method or "GET", address, head)))  # type: ignore[return-value]

    return ask


def _shown(response: Any) -> tuple[int, str]:
    return response.status, response.text
