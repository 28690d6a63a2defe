"""The table of routes."""

from __future__ import annotations

from typing import get_args

from fauxcorp.core.effects import Surface
from fauxcorp.sandbox.surfaces import ROUTES


def test_every_surface_but_the_api_has_a_route() -> None:
    assert set(get_args(Surface)) - {"none", "api"} <= {r.route for r in ROUTES}


def test_no_route_stands_twice_and_all_is_said() -> None:
    assert len({r.route for r in ROUTES}) == len(ROUTES)
    assert all(r.virtual.startswith(("seen", "not there")) and r.covers for r in ROUTES)
    assert all(r.docker.startswith("seen") for r in ROUTES)
