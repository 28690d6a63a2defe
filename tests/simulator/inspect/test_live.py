"""Episodes of samples while they go on."""

from __future__ import annotations

from inspect_ai.event import InfoEvent, ToolEvent
from inspect_ai.model import ChatMessageTool
from inspect_ai.solver import Generate, Solver, TaskState, solver

from fauxcorp.inspect.live import LIVE

from .conftest import RING, Evaluate, calls, in_turn, says


def test_calls_that_inspect_refuses_are_in_the_log_in_their_order(evaluate: Evaluate) -> None:
    wrong = calls(RING, ("ring_bell", {"times": "x"}), ("nothing", {}), ("ring_closed", {}))
    done = evaluate(in_turn(wrong, calls(RING, problem="Not JSON."), says("Done.")))
    events = done.run.events(done.run.episodes[0])
    tried = [e for e in events if e["event.kind"] == "action"]
    acts = [(e["fauxcorp.tool.name"], e.get("fauxcorp.tool.refused", "")) for e in tried]
    assert [name for name, _ in acts] == ["ring_bell", "ring_bell", "nothing", "ring_closed", "ring_bell"]
    assert acts[0][1] == acts[3][1] == ""
    assert "'x' is not of type 'integer'" in acts[1][1]
    assert (acts[2][1], acts[4][1]) == ("Tool nothing not found", "Not JSON.")
    assert done.log.samples is not None
    shown = [e.error.message for e in done.log.samples[0].events if isinstance(e, ToolEvent) and e.error]
    assert shown == [acts[1][1], acts[2][1], "The front desk is closed", acts[4][1]]


def test_a_fault_of_the_engine_is_an_error_and_no_score(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(calls(("break_bell", {})), says("Done.")))
    assert done.outcomes == {done.run.episodes[0]: "error"}
    assert done.log.results is not None
    assert (done.log.results.scores[0].scored_samples, done.log.results.scores[0].unscored_samples) == (0, 1)


def test_two_samples_at_a_time_keep_apart(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(calls(RING), calls(RING), says("Done.")), {"variant": "all"}, epochs=2, max_samples=4)
    run = done.run
    assert len(run.episodes) == 8
    for name in run.episodes:
        events = run.events(name)
        assert {e["fauxcorp.episode"] for e in events} == {events[0]["fauxcorp.episode"]}
        assert [e["event.action"] for e in events].count("tool-call") == 2
    assert done.log.samples is not None
    for sample in done.log.samples:
        assert [e.source for e in sample.events if isinstance(e, InfoEvent)].count("medium flag") == 1


@solver
def looks_in() -> Solver:
    """Sees the episode that goes on."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        (live,) = LIVE.values()
        assert live.sample == state.uuid
        assert live.folder.is_absolute()
        assert live.folder.is_dir()
        state = await generate(state)
        assert isinstance(state.messages[-2], ChatMessageTool)
        return state

    return solve


def test_it_is_found_by_its_log_while_it_goes_on(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(calls(RING), says("Done.")), solver=looks_in())
    assert done.log.status == "success"
    assert LIVE == {}
