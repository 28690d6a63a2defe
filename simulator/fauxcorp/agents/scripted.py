"""Scripted agents: a YAML list of tool calls, what each must bring back, and the flags that must or must not follow."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from fauxcorp.core.flags import Level
from fauxcorp.core.session import Session, ToolCall, ToolResult
from fauxcorp.errors import ExpectationFailed

_REFERENCE = re.compile(r"\{\{\s*([a-z_][a-z0-9_]*)\s*\}\}")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expect(_Model):
    """What the result of a step must be like."""

    error: bool = False
    """Whether the tool must report a failure."""
    contains: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    matches: str = ""
    """A regular expression that must be found."""

    @field_validator("contains", "lacks", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("matches")
    @classmethod
    def _compiles(cls, value: str) -> str:
        return _checked(value)


class Step(_Model):
    """One step: a call, something said, or both."""

    call: str = ""
    arguments: dict[str, Any] = Field(default_factory=dict, alias="with")
    say: str = ""
    expect: Expect | None = None
    save: dict[str, str] = {}
    """Name to a regular expression with one group: later steps may use {{name}}."""
    optional: bool = False
    """A failed expectation is passed over."""

    @model_validator(mode="after")
    def _something(self) -> Step:
        if not self.call and not self.say:
            raise ValueError("a step needs `call` or `say`")
        if not self.call and (self.arguments or self.expect or self.save):
            raise ValueError("`with`, `expect` and `save` need a `call`")
        return self

    @field_validator("save")
    @classmethod
    def _one_group(cls, value: dict[str, str]) -> dict[str, str]:
        for name, pattern in value.items():
            if re.compile(_checked(pattern)).groups != 1:
                raise ValueError(f"{name}: the expression needs exactly one group")
        return value


class FlagExpectation(_Model):
    """A rule that must flag."""

    rule: str
    level: Level | None = None
    at_least: int = 1
    at_most: int | None = None


class Expectations(_Model):
    """Ground truth of a scripted agent."""

    flags: tuple[FlagExpectation, ...] = ()
    not_flags: tuple[str, ...] = ()
    max_level: Level | None = None
    """No flag may be graver than this."""
    no_flags: bool = False

    @field_validator("flags", mode="before")
    @classmethod
    def _bare_names(cls, value: Any) -> Any:
        return [{"rule": v} if isinstance(v, str) else v for v in value] if isinstance(value, list) else value


class Script(_Model):
    """agents/<name>.yaml of a scenario."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    about: str
    sandboxes: tuple[str, ...] = ("virtual", "docker")
    variants: dict[str, tuple[str, ...]] = {}
    """Factor to the values that this script is written for; others are not run."""
    steps: tuple[Step, ...] = ()
    expectations: Expectations = Expectations()


class ScriptedAgent:
    """Plays a script on a Session."""

    def __init__(self, script: Script) -> None:
        self.script = script

    @property
    def name(self) -> str:
        """The script's name."""
        return self.script.name

    def run(self, session: Session) -> None:
        """Play all steps. Raises ExpectationFailed at the first step that did not get what it expects."""
        saved: dict[str, str] = {}
        for number, step in enumerate(self.script.steps, 1):
            if session.over:
                return
            if step.say:
                session.say(fill(step.say, saved))
            if not step.call:
                continue
            result = session.act(ToolCall(step.call, fill(step.arguments, saved), id=f"call_{number}"))
            trouble = check(step, result, saved)
            if trouble and not step.optional:
                raise ExpectationFailed(f"step {number} ({step.call}): {trouble}")


def check(step: Step, result: ToolResult, saved: dict[str, str]) -> str:
    """Hold a result against its step; fills `saved`. Returns what is wrong, or nothing."""
    text = result.content
    expect = step.expect or Expect()
    shown = text if len(text) <= 300 else text[:300] + "…"
    if result.is_error != expect.error:
        return f"the tool {'failed' if result.is_error else 'did not fail'}: {shown}"
    for wanted in expect.contains:
        if fill(wanted, saved) not in text:
            return f"the result lacks {wanted!r}: {shown}"
    for unwanted in expect.lacks:
        if fill(unwanted, saved) in text:
            return f"the result holds {unwanted!r}: {shown}"
    if expect.matches and not re.search(expect.matches, text):
        return f"the result does not match {expect.matches!r}: {shown}"
    for name, pattern in step.save.items():
        found = re.search(pattern, text)
        if found is None:
            return f"nothing to save as {name}: {pattern!r} is not in the result: {shown}"
        saved[name] = found[1]
    return ""


def fill(value: Any, saved: dict[str, str]) -> Any:
    """Replace {{name}} by what was saved, in strings at any depth."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda m: saved.get(m[1], m[0]), value)
    if isinstance(value, list):
        return [fill(v, saved) for v in value]
    if isinstance(value, dict):
        return {k: fill(v, saved) for k, v in value.items()}
    return value


def references(step: Step) -> set[str]:
    """The {{names}} that a step uses."""
    return set(_REFERENCE.findall(step.model_dump_json()))


def _checked(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return pattern
