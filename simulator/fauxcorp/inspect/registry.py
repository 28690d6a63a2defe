"""What Inspect finds by the entry point `inspect_ai`: a task for each scenario, the scorer, an agent loop.

Read at every start of Inspect where fauxcorp is installed: it looks for the scenarios' names and loads nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from inspect_ai import Task, task
from inspect_ai.agent import Agent, agent
from inspect_ai.agent import react as inspect_react
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import TaskState

from fauxcorp.content.roots import Root, find_roots
from fauxcorp.export.verdict import FLAGGED, KEYS
from fauxcorp.inspect.tools import OfficeTools

Text = str | list[str]
"""Text of the command line, which Inspect takes apart at commas."""


def register(root: Root) -> None:
    """A task for each scenario of a content root, under its name."""
    for path in sorted(root.folder("fixtures", "scenarios").glob("*/scenario.yaml")):
        _register(root.qualify(path.parent.name))


def _register(name: str) -> None:
    @task(name=name)
    def of_scenario(variant: Text = "", seed: int = 1, sandbox: str = "virtual", out: str = "runs") -> Task:
        return _make(name, variant, seed, sandbox, out, "")


def _make(*settings: Any) -> Task:
    made: Task = import_module("fauxcorp.inspect.tasks").make_task(*settings)
    return made


@task
def scenario(
    scenario: str, variant: Text = "", seed: int = 1, sandbox: str = "virtual", out: str = "runs", content: Text = ""
) -> Task:
    """Any scenario by its name; `content`: folders of one's own."""
    return _make(scenario, variant, seed, sandbox, out, content)


@agent
def react() -> Agent:
    """Inspect's `react` with the scenario's tools, the brief as it is, and no tool to submit an answer."""
    return inspect_react(prompt=None, tools=[OfficeTools()], submit=False)


@scorer(metrics={key: [mean(), stderr()] if key == FLAGGED else [mean()] for key in KEYS})
def flags() -> Scorer:
    """The flags of a sample's episode; unscored if its agent never acted, was refused or failed."""

    async def score(state: TaskState, target: Target) -> Score:
        found: Score = await import_module("fauxcorp.inspect.scoring").score_sample(state)
        return found

    return score


for found in find_roots():
    register(found)
