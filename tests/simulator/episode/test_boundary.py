from __future__ import annotations

from typing import Any, NoReturn

import pytest

from fauxcorp.episode.boundary import guard
from fauxcorp.errors import EpisodeOver, SandboxError, ToolError


def fail(error: BaseException) -> NoReturn:
    raise error


def test_a_value_passes() -> None:
    outcome = guard(lambda: 42)
    assert (outcome.value, outcome.fault) == (42, None)


@pytest.mark.parametrize(
    "error", [KeyError("k"), ValueError(""), RecursionError(), MemoryError(), ZeroDivisionError("x"), OSError(2, "no")]
)
def test_what_nobody_meant_becomes_a_fault(error: Exception) -> None:
    fault = guard(lambda: fail(error)).fault
    assert fault is not None
    assert fault.kind == type(error).__name__
    assert fault.place.startswith("test_boundary.py:")
    assert "/" not in fault.place
    assert "Traceback" in fault.trace


@pytest.mark.parametrize(
    "error", [ToolError("t"), SandboxError("s"), EpisodeOver("o"), KeyboardInterrupt(), SystemExit(1)]
)
def test_our_own_errors_and_interrupts_pass(error: BaseException) -> None:
    with pytest.raises(type(error)):
        guard(lambda: fail(error))


def test_long_messages_and_traces_are_cut() -> None:
    def deep(n: int) -> Any:
        return deep(n - 1) if n else fail(ValueError("x" * 10_000_000))

    fault = guard(lambda: deep(300)).fault
    assert fault is not None
    assert len(fault.message) <= 2000
    assert len(fault.trace) <= 8000
