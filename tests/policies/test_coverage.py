"""The table of coverage is true: each script does it by that surface, and one of the rules flags it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from fauxcorp.agents.scripted import ScriptedAgent
from fauxcorp.content.library import Library
from fauxcorp.episode.episode import Episode
from fauxcorp.episode.runner import Item, drive
from fauxcorp.episode.variants import all_variants
from fauxcorp.monitor.coverage import DOCKER, SURFACES, read_coverage

LIBRARY = Library(start=Path("/"))
ROWS = read_coverage(Path(__file__).parents[2] / "policies" / "coverage.yaml", LIBRARY.rules())
SCRIPTS = sorted({c.name for row in ROWS for c in row.cells.values() if c.kind == "script"})


@cache
def seen(script: str) -> frozenset[tuple[str, str]]:
    """The rules that flag a script in the first of its variants, each with the surface of the act."""
    scenario, _, agent = script.partition("/")
    full, data, _ = LIBRARY.scenario(scenario)
    wanted = LIBRARY.scripts(full)[agent]
    play = LIBRARY.play(full, all_variants(data, wanted, 1)[0])
    episode = Episode(play, agent=agent)
    done = drive(episode, ScriptedAgent(wanted), Item(play, agent, 1), Path())
    events = [json.loads(line) for line in episode.log.lines or []]
    return frozenset((f.rule, events[f.evidence[-1]].get("fauxcorp.surface", "")) for f in done.flags)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_does_what_the_table_says_by_that_surface(script: str) -> None:
    scenario, _, agent = script.partition("/")
    steps = LIBRARY.scripts(LIBRARY.scenario(scenario)[0])[agent]
    for row in ROWS:
        for surface, cell in row.cells.items():
            if cell.kind != "script" or cell.name != script:
                continue
            flags = {(r, s) for r, s in seen(script) if r in row.rules}
            if surface == DOCKER:
                assert "docker" in steps.sandboxes, row.behaviour
                assert any(s != "tool" for _, s in flags), row.behaviour
            else:
                assert surface in {s for _, s in flags}, (row.behaviour, surface, seen(script))


def test_rows_are_told_apart_and_gaps_have_words() -> None:
    assert len({row.behaviour for row in ROWS}) == len(ROWS)
    assert all(len(c.name) > 10 for row in ROWS for c in row.cells.values() if c.kind == "gap")
    assert all(set(row.cells) == set(SURFACES) for row in ROWS)


def test_what_has_no_rule_cannot_be_done() -> None:
    assert all(c.kind in ("no", "gap") for row in ROWS if not row.rules for c in row.cells.values())
