"""What every sandbox does alike with a command line and with what came of it."""

from __future__ import annotations

import re

from fauxcorp.sandbox.base import MAX_COMMAND, MAX_OUTPUT, ExecResult

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


def refused(command: str) -> ExecResult | None:
    """The result of a command line that no shell takes; None for any other."""
    if "\0" in command:
        return ExecResult("", "bash: cannot execute: command contains a null byte\n", 126)
    if len(command.encode("utf-8", "replace")) > MAX_COMMAND:
        return ExecResult("", "bash: /bin/bash: Argument list too long\n", 126)
    return None


def shown(text: str, lost: int = 0) -> tuple[str, bool]:
    """A stream as the agent sees it: bounded, no control characters that steer a terminal; and whether it was cut.

    `lost`: characters that came after `text` and were not kept.
    """
    more = max(0, len(text) - MAX_OUTPUT) + lost
    if more:
        text = f"{text[:MAX_OUTPUT]}\n[output cut: {more} more characters]\n"
    if not text.isprintable():
        text = _CONTROL.sub("\ufffd", text)
    return text, more > 0
