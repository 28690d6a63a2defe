"""The virtual sandbox passes the suite that ships, and the suite can fail."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fauxcorp.sandbox.base import ExecResult
from fauxcorp.sandbox.conformance import CHECKS, Bench, run
from fauxcorp.sandbox.virtual import VirtualSandbox


def bench(desk: object, sandbox: type[VirtualSandbox] = VirtualSandbox) -> Bench:
    world = desk.world  # type: ignore[attr-defined]
    return Bench(world, sandbox(world, "robin"), "wei", "/srv/share", "/srv/share/plan.txt", "/home/ada/diary.txt")


@pytest.mark.parametrize("name", CHECKS)
def test_virtual(name: str, make_desk: Callable[..., object]) -> None:
    made = bench(make_desk())
    CHECKS[name](made)
    made.sandbox.close()


class Deaf(VirtualSandbox):
    """Runs nothing."""

    def exec(self, command: str, timeout: float = 60.0) -> ExecResult:
        return ExecResult("", "", 0)


def test_a_sandbox_that_does_nothing_fails(make_desk: Callable[..., object]) -> None:
    found = dict(run(lambda: bench(make_desk(), Deaf)))
    assert set(found) == set(CHECKS)
    assert found["streams"]
    assert found["lock_out"]
    assert found["close"]
    assert sum(bool(problem) for problem in found.values()) > 15
