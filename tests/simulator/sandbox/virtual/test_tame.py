from __future__ import annotations

import pytest
from bashkit import Bash

from fauxcorp.sandbox.virtual.tame import tamed


@pytest.mark.parametrize(
    "command",
    [
        'x=\'eval "$x"\'; eval "$x"',
        'x=\'builtin eval "$x"\'; eval "$x"',
        'x=\'command eval "$x"\'; command eval "$x"',
        'x=\'eval "$x"; eval "$x"\'; eval "$x"',
        "f() { eval f; }; eval f",
    ],
)
def test_eval_that_calls_itself_ends(command: str) -> None:
    bash = Bash()
    result = bash.execute_sync(tamed(bash, command))
    assert "depth exceeded" in f"{result.stderr}{result.error}"
    assert bash.execute_sync("echo on").stdout == "on\n"


def test_eval_still_evaluates_here() -> None:
    bash = Bash()
    assert (
        bash.execute_sync(tamed(bash, "eval 'a=1'; eval 'echo $a' 'b'; command eval 'c=2'; echo $c")).stdout
        == "1 b\n2\n"
    )
