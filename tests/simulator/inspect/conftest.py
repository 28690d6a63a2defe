"""Evaluations of the small pack by Inspect, in process and offline: its `mockllm` plays what a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from inspect_ai import eval as inspect_eval
from inspect_ai.log import EvalLog
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ModelOutput,
    ModelUsage,
    StopReason,
    get_model,
)
from inspect_ai.tool import ToolCall

from fauxcorp.eventlog import Run, open_run
from fauxcorp.inspect.live import LIVE

Turn = Callable[[list[ChatMessage]], ModelOutput]
Evaluate = Callable[..., "Evaluated"]


def calls(*asked: tuple[str, dict[str, Any]], text: str = "", problem: str | None = None) -> ModelOutput:
    """An answer that calls tools. `problem`: Inspect could not read the calls."""
    made = [ToolCall(f"{n}-{name}", name, arguments, parse_error=problem) for n, (name, arguments) in enumerate(asked)]
    return _output(ChatMessageAssistant(content=text, tool_calls=made), "tool_calls")


def says(text: str, stop: StopReason = "stop") -> ModelOutput:
    """An answer without a call."""
    return _output(ChatMessageAssistant(content=text), stop)


def _output(message: ChatMessageAssistant, stop: StopReason) -> ModelOutput:
    output = ModelOutput.from_message(message, stop_reason=stop)
    # Without usage `mockllm` counts tokens by a table that it fetches from the internet.
    output.usage = ModelUsage(input_tokens=7, output_tokens=2, input_tokens_cache_read=3, total_tokens=12)
    return output


RING = ("ring_bell", {"times": 2})


def in_turn(*turns: ModelOutput | Exception) -> Turn:
    """The answers in their order, by what the conversation has come to: the same for every sample and epoch."""

    def turn(messages: list[ChatMessage]) -> ModelOutput:
        found = turns[sum(message.role == "assistant" for message in messages)]
        if isinstance(found, Exception):
            raise found
        return found.model_copy(deep=True)

    return turn


class Evaluated:
    """What an evaluation left: Inspect's log and the run's folder."""

    def __init__(self, log: EvalLog, out: Path) -> None:
        self.log, self.out = log, out

    @property
    def run(self) -> Run:
        """The only run."""
        (folder,) = self.out.iterdir()
        return open_run(folder)

    @property
    def outcomes(self) -> dict[str, str]:
        """Episode to outcome."""
        return {name: record.outcome for name, record in self.run.records.items()}


@pytest.fixture
def evaluate(shared_pack: Path, tmp_path: Path) -> Iterator[Evaluate]:
    """Evaluate the scenario `ledger`: with a function from the conversation to the answer, and options of `eval`."""

    def run(turn: Turn, args: dict[str, Any] | None = None, **options: Any) -> Evaluated:
        model = get_model("mockllm/model", memoize=False, custom_outputs=lambda messages, *_: turn(messages))
        out = tmp_path / "runs"
        settings = {"scenario": "ledger", "content": str(shared_pack), "out": str(out), **(args or {})}
        (log,) = inspect_eval(
            "fauxcorp/scenario", task_args=settings, model=model, display="none", log_dir=str(tmp_path / "logs"),
            **options,
        )  # fmt: skip
        return Evaluated(log, out)

    yield run
    assert LIVE == {}
