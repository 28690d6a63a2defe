from __future__ import annotations

from typing import Any

import pytest
from bashkit import Bash

from fauxcorp.sandbox.virtual.tame import deeply, tamed


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


_WRITE = "printf '%s\\n' 'x='\"'\"'eval \"$x\"'\"'\" 'eval \"$x\"' > /tmp/s.sh"


@pytest.mark.parametrize(
    "command",
    [
        """b=builtin; x='$b eval "$x"'; $b eval "$x\"""",
        f"{_WRITE}; bash /tmp/s.sh",
        f"{_WRITE}; chmod +x /tmp/s.sh; /tmp/s.sh",
    ],
)
def test_an_eval_that_hides_from_the_eye_ends_all_the_same(desk: Any, command: str) -> None:
    assert desk.run(command).exit_code != 0
    assert desk.out("echo still here") == "still here\n"


def test_what_runs_deeply_gives_its_value_or_its_error() -> None:
    assert deeply(lambda: 7).result() == 7
    assert isinstance(deeply(lambda: 1 // 0).exception(), ZeroDivisionError)
