"""ATIF, the Agent Trajectory Interchange Format of Harbor (RFC 0001): one JSON file an episode.

What has no place in ATIF stands in its `extra` objects under `fauxcorp`; `GAPS` names what does not go along.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from fauxcorp.core.clock import iso
from fauxcorp.core.events import ACTION, KIND, Event
from fauxcorp.export.files import new_file, new_folder
from fauxcorp.export.source import Source, Told
from fauxcorp.export.turns import Act, Turn
from fauxcorp.export.verdict import Words, effect_facts, flag_facts

VERSION = "ATIF-v1.7"
"""The oldest version with `extra` on calls and results."""
UNKNOWN = "unknown"
"""The version of the agent, of which a log says nothing."""
GAPS = (
    "an effect goes along as a sentence, with its stage, owner and authority; its other fields, such as the text of a "
    "mail, are in the log only",
    "what tools looked like to the agent: the log has their names",
    "the chain of hashes: `fauxcorp verify` needs the log",
)


def write_atif(source: Source, target: Path, *, force: bool) -> list[Path]:
    """Write every episode to its file in a folder. Raises UserError, LogError."""
    folder = new_folder(target, force=force)
    written = []
    for told in source.tell():
        path = folder / f"{told.name}.json"
        with new_file(path, force=force) as draft:
            draft.write_bytes(orjson.dumps(trajectory(told, source), option=orjson.OPT_INDENT_2))
        written.append(path)
    return written


def trajectory(told: Told, source: Source) -> dict[str, Any]:
    """An episode as an ATIF trajectory."""
    said = told.conversation
    steps = [_step(told, 1, {"source": "system", "message": said.system})] if said.system else []
    steps.append(_step(told, 2, {"source": "user", "message": said.task}))
    steps += [_step(told, turn.began, _turn(turn, source.words)) for turn in said.turns]
    for number, step in enumerate(steps, 1):
        step["step_id"] = number
    return {
        "schema_version": VERSION,
        "session_id": source.id,
        "trajectory_id": f"{source.id}/{told.name}",
        "agent": {
            "name": told.agent or UNKNOWN,
            "version": UNKNOWN,
            **({"model_name": said.model} if said.model else {}),
            "extra": {"tools": said.header["fauxcorp.tools"]},
        },
        "steps": steps,
        "notes": f"Times are {source.times}. Not in this file: {'; '.join(GAPS)}.",
        "final_metrics": _totals(told, len(steps)),
        "extra": {"fauxcorp": _about(told, source)},
    }


def _step(told: Told, sequence: int, fields: dict[str, Any]) -> dict[str, Any]:
    return {"step_id": 0, "timestamp": iso(told.moment(sequence)), **fields}


def _turn(turn: Turn, words: Words) -> dict[str, Any]:
    step: dict[str, Any] = {"source": "agent", "message": turn.text}
    if turn.thoughts:
        step["reasoning_content"] = "\n\n".join(turn.thoughts)
    if turn.acts:
        step["tool_calls"] = [_call(act) for act in turn.acts]
        step["observation"] = {"results": [_result(act, words) for act in turn.acts if act.ended >= 0]}
    if turn.usage is not None:
        step["model_name"] = turn.usage.model
        step["llm_call_count"] = 1
        step["metrics"] = {"prompt_tokens": turn.usage.tokens_in, "completion_tokens": turn.usage.tokens_out}
        step["extra"] = {"finish_reason": turn.usage.stop}
    return step


def _call(act: Act) -> dict[str, Any]:
    marks = {name: True for name, there in (("refused", act.refused), ("arguments_as_text", act.as_text)) if there}
    extra = {"extra": {"fauxcorp": {"event": act.began, **marks}}}
    return {"tool_call_id": act.id, "function_name": act.name, "arguments": act.arguments, **extra}


def _result(act: Act, words: Words) -> dict[str, Any]:
    told = {"event": act.ended, "is_error": act.failed, **_happened(act.happened, words)}
    return {"source_call_id": act.id, "content": act.result, "extra": {"fauxcorp": told}}


def _happened(events: Iterable[Event], words: Words) -> dict[str, Any]:
    """Effects, flags and notes among events, under these names, empty ones left out."""
    out: dict[str, Any] = {"effects": [], "flags": [], "notes": []}
    for event in events:
        if event[KIND] == "effect":
            out["effects"].append(effect_facts(event, words))
        elif event[KIND] == "flag":
            out["flags"].append({"event": event["event.sequence"], **flag_facts(event)})
        else:
            out["notes"].append({"event": event["event.sequence"], "action": event[ACTION]})
    return {name: found for name, found in out.items() if found}


def _totals(told: Told, steps: int) -> dict[str, Any]:
    usages = [turn.usage for turn in told.conversation.turns if turn.usage is not None]
    tokens = {
        "total_prompt_tokens": sum(usage.tokens_in for usage in usages),
        "total_completion_tokens": sum(usage.tokens_out for usage in usages),
    }
    return {**(tokens if usages else {}), "total_steps": steps, "extra": {"tool_calls": told.ending.steps}}


def _about(told: Told, source: Source) -> dict[str, Any]:
    header, verdict = told.conversation.header, told.verdict
    return {
        "engine": header["fauxcorp.engine"],
        "scenario": header["fauxcorp.scenario"],
        "variant": header["fauxcorp.variant"],
        "seed": header["fauxcorp.seed"],
        "epoch": told.epoch,
        "finding": header["fauxcorp.finding"],
        "content": header["fauxcorp.content"],
        "outcome": told.ending.outcome,
        "detail": told.ending.detail,
        "head": told.record.head if told.record else None,
        "scores": dict(verdict.values) if verdict.values is not None else None,
        "not_scored": verdict.reason or None,
        "flags": [{"event": f["event.sequence"], **flag_facts(f)} for f in told.conversation.flags],
        "meanwhile": _happened(told.conversation.meanwhile, source.words),
    }
