"""Keeps the interpreter from running over the stack of the process."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from bashkit import Bash

T = TypeVar("T")

STACK = 1024 * 1024 * 1024
"""Bytes of stack for what may call itself without end. Reserved, not taken: it is used as deep as a script goes, and
the time limit of a command ends that at some thousand levels, of about 100 KiB each."""

_PLAIN = re.compile(r"\b(?:builtin|command)\s+(?=eval\b)")


def deeply(call: Callable[[], T]) -> Future[T]:
    """Run something where recursion meets a limit of the interpreter before the end of the stack; waits for its end."""
    before = threading.stack_size(STACK)
    try:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(call)
    finally:
        threading.stack_size(before)


def tamed(bash: Bash, command: str) -> str:
    """The command with an eval that cannot call itself without end.

    The interpreter's own has no limit of depth; as a function it has that of functions.
    """
    bash.execute_sync('eval() { builtin eval "$@"; }')
    return _PLAIN.sub("", command)
