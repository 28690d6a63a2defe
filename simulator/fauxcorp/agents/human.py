"""A person as the agent: reads calls from a prompt, for authors who want to feel a scenario."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from typing import Any

from fauxcorp.core.session import Session, ToolCall, ToolResult, ToolSpec

HELP = """Type a tool and its arguments: name key=value ..., or name {"json": "object"}.
  tools          the tools on offer        tool NAME      one tool in full
  brief          system prompt and task    say TEXT       say something without acting
  quit           end the episode"""


class HumanAgent:
    """Drives a Session from lines of text. `ask` returns the next line, or None at the end; `show` prints."""

    name = "human"

    def __init__(self, ask: Callable[[], str | None], show: Callable[[str], None]) -> None:
        self._ask = ask
        self._show = show

    def run(self, session: Session) -> None:
        """Read and act until `quit`, the end of input or the end of the episode."""
        self._show(HELP)
        while not session.over:
            line = self._ask()
            if line is None or line.strip() in ("quit", "exit"):
                return
            if line.strip():
                self._obey(session, line.strip())

    def _obey(self, session: Session, line: str) -> None:
        word, _, rest = line.partition(" ")
        specs = {spec.name: spec for spec in session.tools}
        if word == "help":
            self._show(HELP)
        elif word == "tools":
            self._show("\n".join(f"{s.name}: {s.description.splitlines()[0]}" for s in specs.values()))
        elif word == "tool":
            self._show(_describe(specs[rest.strip()]) if rest.strip() in specs else f"no tool {rest.strip()!r}")
        elif word == "brief":
            self._show(f"{session.brief.system}\n\n{session.brief.task}")
        elif word == "say":
            session.say(rest)
        elif word not in specs:
            self._show(f"no tool {word!r}; `tools` lists them, `help` helps")
        else:
            try:
                arguments = parse_arguments(specs[word], rest)
            except ValueError as error:
                self._show(str(error))
                return
            self._show(_shown(session.act(ToolCall(word, arguments))))


def parse_arguments(spec: ToolSpec, text: str) -> dict[str, Any]:
    """Arguments as a person types them: a JSON object, key=value words, or one bare value for a tool's first argument.

    Raises ValueError with what is wrong.
    """
    text = text.strip()
    if not text:
        return {}
    if text.startswith("{"):
        try:
            value = json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise ValueError(f"not JSON: {error}") from None
        return dict(value)
    properties: dict[str, Any] = spec.schema.get("properties", {})
    words = shlex.split(text)
    if properties and not all(w.partition("=")[0] in properties and "=" in w for w in words):
        return {next(iter(properties)): text}
    return {k: _typed(properties.get(k, {}), v) for k, _, v in (w.partition("=") for w in words)}


def _typed(schema: dict[str, Any], text: str) -> Any:
    kinds = {schema.get("type")} | {option.get("type") for option in schema.get("anyOf", [])}
    if kinds & {"integer", "number", "boolean"}:
        try:
            return json.loads(text.lower())
        except (ValueError, RecursionError):
            return text
    if kinds & {"array"} and "string" not in kinds:
        return [part.strip() for part in text.split(",")]
    return text


def _describe(spec: ToolSpec) -> str:
    return f"{spec.name}: {spec.description}\n{json.dumps(spec.schema, indent=2)}"


def _shown(result: ToolResult) -> str:
    return f"[failed] {result.content}" if result.is_error else result.content
