"""A scenario as a task: a sample for each variant, its episode begun before the solver and ended after it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import anyio.to_thread
from inspect_ai import Task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessage, ChatMessageSystem, ChatMessageTool, ChatMessageUser
from inspect_ai.solver import Generate, Solver, TaskState, solver

from fauxcorp import __version__
from fauxcorp.content.library import Library
from fauxcorp.content.scenario import Scenario
from fauxcorp.episode.runner import ANY
from fauxcorp.episode.variants import variants_for
from fauxcorp.errors import UserError
from fauxcorp.inspect.internals import PrerequisiteError
from fauxcorp.inspect.live import LIVE, LiveSample
from fauxcorp.inspect.registry import Text, flags
from fauxcorp.inspect.runs import TaskRuns
from fauxcorp.inspect.scoring import PLACE
from fauxcorp.inspect.tools import HERE, tools_of

VARIANT = "variant"
"""In a sample's metadata."""


def make_task(name: str, variant: Text, seed: int, sandbox: str, out: str, content: Text) -> Task:
    """The task of a scenario. Raises PrerequisiteError, which Inspect shows without a traceback, for bad input."""
    try:
        library = Library(tuple(Path(folder) for folder in _several(content)))
        full, scenario, _ = library.scenario(name)
        variants = variants_for(scenario, ANY, _variants(variant))
        runs = TaskRuns(library, full, seed=_whole(seed), sandbox=sandbox, out=Path(out))
        samples = [_sample(library, full, scenario, each) for each in variants]
    except UserError as error:
        raise PrerequisiteError(f"fauxcorp: {error}") from None
    return Task(
        dataset=MemoryDataset(samples, name=full),
        setup=_begin(runs),
        solver=tool_loop(),
        scorer=flags(),
        version=__version__,
        metadata={"finding": scenario.finding, "source": scenario.source},
        description=scenario.title,
    )


@solver
def tool_loop() -> Solver:
    """Inspect's `generate`, turn by turn, until nothing is called or the episode is over.

    Between turns it shows what happened: in the loop of `generate` itself it would be folded away under the calls.
    """

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        live = LIVE[state.store.get(PLACE)]
        live.shown_between_turns = True
        called = True
        while called and not state.completed and not live.driven.over:
            state = await generate(state, tool_calls="single")
            called = isinstance(state.messages[-1], ChatMessageTool)
            live.show()
        return state

    return solve


def _several(text: Text) -> list[str]:
    return [part for part in ([text] if isinstance(text, str) else text) if part]


def _variants(text: Text) -> list[str]:
    """Variants as given: of `a=x,b=y` Inspect makes a list, which is one variant all the same; semicolons part them."""
    joined = text if isinstance(text, str) else ",".join(map(str, text))
    return [part.strip() for part in joined.split(";") if part.strip()]


def _whole(seed: object) -> int:
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise UserError(f"seed: {seed!r} is no whole number")
    return seed


def _sample(library: Library, full: str, scenario: Scenario, variant: str) -> Sample:
    brief = library.brief(full, variant)
    messages: list[ChatMessage] = [ChatMessageUser(content=brief.task)]
    if brief.system:
        messages.insert(0, ChatMessageSystem(content=brief.system))
    about = {"scenario": full, VARIANT: variant, "finding": scenario.finding}
    return Sample(input=messages, id=variant, metadata=about)


def _begin(runs: TaskRuns) -> Solver:
    @solver
    def fauxcorp_episode() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            begin = partial(runs.begin, state.metadata[VARIANT], str(state.model), state.epoch)
            live = await anyio.to_thread.run_sync(LiveSample, state.uuid, begin)
            tools = tools_of(live.driven.tools, live.act)
            state.tools = [*state.tools, *tools]
            HERE.set(tools)
            state.store.set(PLACE, str(live.folder))
            live.show()
            return state

        return solve

    return fauxcorp_episode()
