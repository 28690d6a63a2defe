"""The formats that are read, in the order in which a file is held against them."""

from fauxcorp.scan.formats import anthropic, atif, claude_code, codex, inspect, openai, openhands, own, plain
from fauxcorp.scan.formats.base import Format

FORMATS: tuple[Format, ...] = (
    own.FORMAT,
    inspect.FORMAT,
    atif.FORMAT,
    claude_code.FORMAT,
    codex.FORMAT,
    plain.FORMAT,
    openhands.FORMAT,
    openhands.EVENTS,
    anthropic.FORMAT,
    openai.FORMAT,
)
"""What is told by surer marks comes first."""

__all__ = ["FORMATS", "Format"]
