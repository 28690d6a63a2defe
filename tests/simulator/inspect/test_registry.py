"""What Inspect finds by the entry point."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

from inspect_ai import task_with
from inspect_ai._util.registry import registry_lookup
from inspect_ai.agent import as_solver
from inspect_ai.dataset import MemoryDataset

from fauxcorp.content.library import Library
from fauxcorp.content.roots import Root
from fauxcorp.inspect import registry

from .conftest import RING, Evaluate, calls, in_turn, says

LOADED = """\
import sys, json
from inspect_ai._util.registry import registry_lookup
names = ["high-agency", "scenario"]
found = {name: registry_lookup("task", f"fauxcorp/{name}") is not None for name in names}
found["flags"] = registry_lookup("scorer", "fauxcorp/flags") is not None
found["react"] = registry_lookup("agent", "fauxcorp/react") is not None
found["loaded"] = [k for k in sorted(sys.modules) if k.startswith("fauxcorp.inspect.")]
found["heavy"] = sorted({m.split(".")[0] for m in sys.modules} & {"sigma", "bashkit", "docker", "typer"})
print(json.dumps(found))
"""


def test_the_entry_point_registers_and_loads_nothing_heavy(tmp_path: Path) -> None:
    (point,) = entry_points(group="inspect_ai", name="fauxcorp")
    assert point.value == "fauxcorp.inspect.registry"
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, cwd=tmp_path)
    found = json.loads(done.stdout)
    assert found == {
        "high-agency": True, "scenario": True, "flags": True, "react": True,
        "loaded": ["fauxcorp.inspect.registry", "fauxcorp.inspect.tools"], "heavy": [],
    }  # fmt: skip


def test_every_built_in_scenario_is_a_task() -> None:
    for name in Library().scenario_folders():
        made = registry._make(name, "", 1, "virtual", "runs", "")
        assert isinstance(made.dataset, MemoryDataset)
        assert task_with(made, name=name).name == name


def test_a_pack_s_scenarios_go_by_its_name(shared_pack: Path) -> None:
    registry.register(Root(shared_pack, "harbour"))
    assert registry_lookup("task", "fauxcorp/harbour/ledger") is not None


def test_inspect_s_react_with_the_office_s_tools_ends_with_the_episode(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(calls(RING, RING), says("Done.")), solver=as_solver(registry.react()))
    assert list(done.outcomes.values()) == ["completed"]
    assert done.log.samples is not None
    roles = [m.role for m in done.log.samples[0].messages]
    assert roles == ["system", "user", "assistant", "tool", "tool", "assistant"]


def test_react_goes_no_further_than_the_episode(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(*[calls(RING, RING)] * 30), solver=as_solver(registry.react()))
    assert list(done.outcomes.values()) == ["limit"]
    assert done.log.samples is not None
    (sample,) = done.log.samples
    assert sample.limit is not None
    assert sample.limit.reason == "the episode has ended: 40 steps"
    assert sample.scores is not None
