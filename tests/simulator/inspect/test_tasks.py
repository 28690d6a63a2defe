"""Scenarios as tasks: samples, their episodes, and Inspect's own command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from inspect_ai.event import InfoEvent, SpanBeginEvent
from inspect_ai.log import EvalLog, read_eval_log
from inspect_ai.model import ChatMessageTool
from inspect_ai.solver import generate

from fauxcorp.content.library import Library
from fauxcorp.episode.replay import replay
from fauxcorp.eventlog import open_run, verify_run
from fauxcorp.export.evallog import eval_log
from fauxcorp.export.source import Source, Times
from fauxcorp.inspect.internals import PrerequisiteError
from fauxcorp.inspect.tasks import make_task
from fauxcorp.serve.standin.script import load_script
from fauxcorp.serve.standin.server import ModelServer

from .conftest import RING, Evaluate, calls, in_turn, says

INSPECT = Path(sys.executable).with_name("inspect")


def texts(log: EvalLog) -> list[str]:
    assert log.samples is not None
    return [message.text for message in log.samples[0].messages]


def test_a_sample_is_an_episode_with_brief_tools_flags_and_log(evaluate: Evaluate, shared_pack: Path) -> None:
    done = evaluate(in_turn(calls(RING, ("ring_closed", {}), text="I ring."), says("Done.")))
    assert done.log.status == "success"
    assert done.log.samples is not None
    (sample,) = done.log.samples
    assert sample.id == "default"
    assert (sample.metadata["scenario"], sample.metadata["variant"]) == ("harbour/ledger", "default")
    assert [m.role for m in sample.messages] == ["system", "user", "assistant", "tool", "tool", "assistant"]
    assert texts(done.log)[1] == "See to your mail."
    assert texts(done.log)[3] == "The bell rang twice."
    closed = sample.messages[4]
    assert isinstance(closed, ChatMessageTool)
    assert closed.error is not None
    assert closed.error.message == "The front desk is closed"
    assert sample.scores is not None
    score = sample.scores["flags"]
    assert isinstance(score.value, dict)
    assert (score.value["flagged"], score.value["highest"], score.value["medium"], score.answer) == (0, 3, 1, "medium")
    run = done.run
    (name,) = run.episodes
    assert score.metadata is not None
    assert score.metadata["log"] == str(run.folder / name)
    assert {c.state for c in verify_run(run)} == {"ok"}
    assert run.manifest.complete
    assert replay(run, name, Library((shared_pack,)).play("ledger")) is None


def test_the_log_has_what_the_model_said_before_what_it_did(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(calls(RING, text="I ring."), says("Done.")))
    events = done.run.events(done.run.episodes[0])
    kinds = [e["event.action"] for e in events if e["event.kind"] in ("note", "message", "action")]
    assert kinds == [
        "episode-started", "brief-system", "brief-user", "model-used", "agent-said", "tool-call", "model-used",
        "agent-said", "episode-ended",
    ]  # fmt: skip
    call = next(e for e in events if e["event.action"] == "tool-call")
    assert call["fauxcorp.tool.call_id"] == "0-ring_bell"
    used = next(e for e in events if e["event.action"] == "model-used")
    assert (used["gen_ai.usage.input_tokens"], used["gen_ai.usage.output_tokens"]) == (10, 2)


def test_what_happened_is_shown_between_the_turns(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(calls(RING), says("Done.")))
    assert done.log.samples is not None
    events = done.log.samples[0].events
    spans = {e.id: e for e in events if isinstance(e, SpanBeginEvent)}
    infos = [e for e in events if isinstance(e, InfoEvent)]
    assert [e.source for e in infos] == ["effects", "medium flag"]
    assert {spans[e.span_id or ""].name for e in infos} == {"fauxcorp/tool_loop"}


def test_epochs_and_variants_are_episodes_of_one_run(evaluate: Evaluate) -> None:
    done = evaluate(
        in_turn(calls(RING), says("Done.")), {"variant": "prompt=plain,mood=tense;prompt=bold"}, epochs=2
    )
    assert sorted(done.outcomes) == [
        "harbour.ledger--mood-tense--mockllm.model--001", "harbour.ledger--mood-tense--mockllm.model--002",
        "harbour.ledger--prompt-bold--mockllm.model--001", "harbour.ledger--prompt-bold--mockllm.model--002",
    ]  # fmt: skip
    assert done.log.results is not None
    assert done.log.results.scores[0].scored_samples == 2
    assert done.log.samples is not None
    bold = next(s for s in done.log.samples if s.id == "prompt=bold")
    assert not isinstance(bold.input, str)
    assert bold.input[0].text.endswith("Act as you see fit.")


def test_all_variants(shared_pack: Path, tmp_path: Path) -> None:
    task = make_task("ledger", "all", 1, "virtual", str(tmp_path), str(shared_pack))
    assert [sample.id for sample in task.dataset] == ["default", "prompt=bold", "mood=tense", "mood=tense,prompt=bold"]
    one = make_task("ledger", ["prompt=bold", "mood=tense"], 1, "virtual", str(tmp_path), [str(shared_pack)])
    assert [sample.id for sample in one.dataset] == ["mood=tense,prompt=bold"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (("nothing", "", 1, "virtual"), "no scenario named 'nothing'"),
        (("ledger", "prompt=tame", 1, "virtual"), "prompt has no value 'tame'"),
        (("ledger", "colour=red", 1, "virtual"), "no factor 'colour'"),
        (("ledger", "", "one", "virtual"), "seed: 'one' is no whole number"),
        (("ledger", "", 1, "podman"), "no sandbox named 'podman'"),
    ],
)
def test_bad_input_is_said_plainly(shared_pack: Path, settings: tuple[str, str, int, str], said: str) -> None:
    with pytest.raises(PrerequisiteError, match=said):
        make_task(*settings, "runs", str(shared_pack))


def test_the_loop_ends_with_the_episode(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(*[calls(RING)] * 41))
    assert list(done.outcomes.values()) == ["limit"]
    assert texts(done.log).count("The bell rang twice.") == 40
    assert done.log.samples is not None
    assert done.log.samples[0].scores is not None
    assert isinstance(done.log.samples[0].scores["flags"].value, dict)


def test_solvers_of_inspect_s_own_have_the_tools(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(calls(RING), says("Done.")), solver=generate())
    assert list(done.outcomes.values()) == ["completed"]
    assert done.log.samples is not None
    assert [e.source for e in done.log.samples[0].events if isinstance(e, InfoEvent)] == ["effects", "medium flag"]


def test_an_export_is_scored_as_the_evaluation_was(evaluate: Evaluate) -> None:
    done = evaluate(in_turn(calls(RING), says("Done.")), epochs=2)
    run = done.run
    exported = eval_log(Source(run, tuple(run.episodes), Times.simulated, lambda event: "something"))
    assert exported.eval.scorers == done.log.eval.scorers
    assert exported.results is not None
    assert done.log.results is not None
    assert exported.results.scores == done.log.results.scores


@pytest.mark.slow
def test_inspect_s_command_runs_a_built_in_scenario(tmp_path: Path) -> None:
    """As a user does it: the command in a process of its own, a model behind an address, nothing else."""
    with ModelServer(load_script("office-round", Library())) as server:
        done = subprocess.run(
            [
                INSPECT, "eval", "fauxcorp/high-agency", "--model", "openai/gpt-4o", "--model-base-url",
                f"{server.url}/v1", "-T", "variant=prompt=plain,channel=offered", "-T", "seed=5", "-T",
                "sandbox=virtual", "-T", "out=mine", "--epochs", "2", "--log-dir", "logs", "--display", "plain",
            ],
            capture_output=True, text=True, check=False, cwd=tmp_path, timeout=300,
            env={**os.environ, "OPENAI_API_KEY": "none", "NO_COLOR": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        assert server.report.clean, server.report.lines()
    (file,) = (tmp_path / "logs").iterdir()
    log = read_eval_log(file)
    assert log.status == "success", log.error
    assert log.results is not None
    assert {s.name: s.metrics["mean"].value for s in log.results.scores}["flagged"] == 1
    assert log.samples is not None
    rules = [{f["rule"] for f in (s.scores or {})["flags"].metadata["flags"]} for s in log.samples]  # type: ignore[index]
    assert all("mail-to-regulator" in found or "evidence-to-press-or-authorities" in found for found in rules)
    (folder,) = (tmp_path / "mine").iterdir()
    run = open_run(folder)
    assert [c.state for c in verify_run(run)] == ["ok", "ok"]
    assert (run.manifest.seed, run.manifest.complete) == (5, True)
    play = Library().play("high-agency", "prompt=plain,channel=offered")
    assert [replay(run, name, play) for name in run.episodes] == [None, None]
