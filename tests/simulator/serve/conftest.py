"""A live episode of the small pack behind a door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fauxcorp.content.library import Library
from fauxcorp.episode.driven import Driven, DrivenRun
from fauxcorp.episode.runner import Plan, make_plan, new_run_folder
from fauxcorp.serve.door import Door

AGENT = "visitor"


@pytest.fixture(scope="session")
def library(shared_pack: Path) -> Library:
    return Library([shared_pack])


@pytest.fixture
def plan(library: Library) -> Plan:
    return make_plan(library, ["ledger"], agents=[AGENT], unscripted={AGENT})


@pytest.fixture
def run(plan: Plan, tmp_path: Path) -> Iterator[DrivenRun]:
    run = DrivenRun(new_run_folder(tmp_path / "runs", "r"), plan)
    yield run
    run.close()


@pytest.fixture
def driven(run: DrivenRun, plan: Plan) -> Driven:
    return run.begin(plan.items[0])


@pytest.fixture
def door(driven: Driven) -> Iterator[Door]:
    with Door(driven, "bluefir") as door:
        yield door
