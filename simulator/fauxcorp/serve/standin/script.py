"""Scripts that are played as a model: turns of text and tool calls, out of a file or out of a scripted agent."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fauxcorp.agents.scripted import Script, Step, references
from fauxcorp.content.library import Library
from fauxcorp.content.roots import pick
from fauxcorp.content.yamlfile import Document, read, validate
from fauxcorp.errors import ContentError, Problem, UserError

CLOSING = "Done."
"""What a script says at the end that ends with a call."""
MODELS = "fixtures/models"
"""Where content roots have scripts of their own, by name."""
MAX_TURNS = 5_000


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Call(Step):
    """One tool call of a turn."""

    raw: str | None = None
    """Sent as the arguments instead of `with`: JSON that is broken, say."""
    as_is: bool = False
    """The name is sent as it stands, whether the client offers such a tool or not."""

    @model_validator(mode="after")
    def _something(self) -> Call:
        if not self.call:
            raise ValueError("a call needs `call`, the name of a tool")
        if self.say:
            raise ValueError("`say` belongs to the turn, not to one of its calls")
        return self


class Failure(_Model):
    """What is answered so many times before the turn is played."""

    status: int = Field(ge=400, le=599)
    times: int = Field(default=1, ge=1, le=1_000)
    retry_after: int | None = Field(default=None, ge=0, le=3_600)
    """Seconds, sent as a header."""


class Turn(Call):
    """One turn of the model: something said, a call, several calls at once, or both."""

    calls: tuple[Call, ...] = Field(default=(), max_length=64)
    """Several calls at once; for one, `call` beside `say` does."""
    fail: Failure | None = None
    stop: Literal["", "refusal", "length"] = ""
    """How the turn ends where it does not end by itself."""

    @model_validator(mode="after")
    def _something(self) -> Turn:
        if not (self.say or self.call or self.calls):
            raise ValueError("a turn needs `say`, `call` or `calls`")
        if self.call and self.calls:
            raise ValueError("either `call` or `calls`")
        if not self.call and (self.arguments or self.expect or self.save or self.raw is not None or self.as_is):
            raise ValueError("`with`, `expect`, `save`, `raw` and `as_is` need a `call`")
        return self

    @cached_property
    def acts(self) -> tuple[Call, ...]:
        """The calls of the turn, however they were written."""
        if not self.call:
            return self.calls
        fields = {name: getattr(self, name) for name in Call.model_fields if name != "say"}
        return (Call.model_construct(**{**fields, "say": ""}),)


class Side(_Model):
    """What is answered to a request beside the conversation that holds a certain text."""

    when: str = Field(min_length=1)
    say: str


class ModelScript(_Model):
    """A script that is played as a model."""

    about: str = ""
    server: str = Field(default="", max_length=100)
    """The name under which the client has the tools' MCP server; without it, the server that has most of the tools."""
    turns: tuple[Turn, ...] = Field(min_length=1, max_length=MAX_TURNS)
    side: tuple[Side, ...] = ()

    @cached_property
    def played(self) -> tuple[Turn, ...]:
        """The turns as they are played: something is said at the end."""
        last = self.turns[-1]
        return (*self.turns, Turn(say=CLOSING)) if last.acts else self.turns

    @cached_property
    def tools(self) -> tuple[str, ...]:
        """The tools that are called, in the order of their first calls."""
        return tuple(dict.fromkeys(c.call for turn in self.turns for c in turn.acts if not c.as_is))

    @cached_property
    def tag(self) -> str:
        """Eight hexadecimal digits by which the script knows its own ids again."""
        return hashlib.sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()[:8]


def from_agent(agent: Script) -> ModelScript:
    """The turns of a scripted agent: what it says goes with the call that follows."""
    turns: list[Turn] = []
    said: list[str] = []
    for step in agent.steps:
        said += [step.say] if step.say else []
        if step.call:
            fields = {name: getattr(step, name) for name in Step.model_fields if name != "say"}
            turns.append(Turn.model_construct(**{**fields, "say": "\n\n".join(said).strip()}))
            said = []
    turns.append(Turn(say="\n\n".join(said).strip() or CLOSING))
    return ModelScript(about=agent.about, turns=tuple(turns))


def load_script(name: str, library: Library) -> ModelScript:
    """The script that a name stands for: a file (a scripted agent's, too), one of a content root, or SCENARIO/AGENT.

    Raises ContentError with file and line, NotFound, UserError.
    """
    if not name or "\0" in name:
        raise UserError("SCRIPT is a file, the name of a script, or SCENARIO/AGENT")
    if name.endswith((".yaml", ".yml")) or Path(name).is_file():
        return _from_file(read(Path(name)))
    own = model_files(library)
    if name in own or "/" not in name:
        return _from_file(read(own[pick("script", name, own)]))
    scenario, _, agent = name.rpartition("/")
    return from_agent(library.agent(scenario, agent).script)


def model_files(library: Library) -> dict[str, Path]:
    """The scripts of the content roots by name."""
    out: dict[str, Path] = {}
    for root in library.roots:
        folder = root.folder(MODELS)
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            out[root.qualify(path.stem)] = path
    return out


def _from_file(document: Document) -> ModelScript:
    if isinstance(document.data, dict) and "steps" in document.data:
        return from_agent(validate(document, Script))
    script = validate(document, ModelScript)
    problems: list[Problem] = []
    saved: set[str] = set()
    for n, turn in enumerate(script.turns):
        needed = references(Turn.model_construct(say=turn.say))
        for call in turn.acts:
            needed |= needs(call)
        for name in sorted(needed - saved):
            problems.append(document.problem(("turns", n), f"{{{{{name}}}}} was not saved by an earlier turn"))
        saved |= {name for call in turn.acts for name in call.save}
    if problems:
        raise ContentError(problems)
    return script


def needs(call: Call) -> set[str]:
    """The {{names}} in what is sent: those in `expect` may be saved by the same turn."""
    sent: dict[str, Any] = {"call": call.call, "arguments": call.arguments, "raw": call.raw}
    return references(Call.model_construct(**sent))
