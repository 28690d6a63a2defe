"""Results of the script's calls, as a request holds them: what later turns use, and what was not as expected."""

from __future__ import annotations

from collections.abc import Iterator

from fauxcorp.agents.scripted import check
from fauxcorp.core.session import ToolResult
from fauxcorp.serve.standin.asked import Asked, Seen, readings
from fauxcorp.serve.standin.marks import TURN, find
from fauxcorp.serve.standin.naming import prefix_of
from fauxcorp.serve.standin.said import Unexpected
from fauxcorp.serve.standin.script import Call, ModelScript

Where = tuple[int, int]
"""A turn, and a call of it, both from 0."""


def own(script: ModelScript, asked: Asked) -> list[Seen]:
    """The calls of the script's tools, in their order, whatever their ids are."""
    names = {act.call for turn in script.turns for act in turn.acts}
    return [c for c in asked.calls if any(prefix_of(c.name, name) is not None for name in names)]


def slots(script: ModelScript) -> Iterator[tuple[Where, Call]]:
    """Every call of the script and where it stands."""
    for n, turn in enumerate(script.played):
        for m, act in enumerate(turn.acts):
            yield (n, m), act


def results(script: ModelScript, asked: Asked) -> dict[Where, Seen]:
    """The calls in a request by where they stand in the script."""
    out: dict[Where, Seen] = {}
    for seen in asked.calls:
        for mark, _ in find(script.tag, seen.id):
            if mark.why == TURN and mark.call is not None and seen.result is not None:
                out.setdefault((mark.turn, mark.call), seen)
    if out:
        return out
    out = dict(_in_text(script.tag, asked))
    if out:
        return out
    # Ids that are not ours: a client that makes its own. Then the order has to do.
    return {where: seen for (where, _), seen in zip(slots(script), own(script, asked), strict=False)}


def _in_text(tag: str, asked: Asked) -> Iterator[tuple[Where, Seen]]:
    """Calls that a client writes into the text; what the next one says is the result."""
    for n, (who, text) in enumerate(asked.talk):
        if who == "call":
            continue
        for mark, _ in find(tag, text):
            after = next((t for w, t in asked.talk[n + 1 :] if w in ("user", "tool")), None)
            if mark.why == TURN and mark.call is not None and after is not None:
                yield (mark.turn, mark.call), Seen("", "", after)


def collect(script: ModelScript, asked: Asked, before: int) -> tuple[dict[str, str], tuple[Unexpected, ...]]:
    """What the calls of the turns before a certain one brought: saved texts, and what was not as expected."""
    saved: dict[str, str] = {}
    found = results(script, asked)
    unexpected = []
    for where, act in slots(script):
        seen = found.get(where)
        if where[0] >= before or seen is None or seen.result is None:
            continue
        trouble = _held(act, seen, saved)
        if trouble and not act.optional:
            unexpected.append(Unexpected(where[0] + 1, act.call, trouble))
    return saved, tuple(unexpected)


def _held(act: Call, seen: Seen, saved: dict[str, str]) -> str:
    """Hold a result against its call; the first reading that fits is taken. Fills `saved`."""
    expected = act.expect is not None and act.expect.error
    failed = expected if seen.failed is None else seen.failed
    first = ""
    for text in readings(seen.result or ""):
        new = dict(saved)
        trouble = check(act, ToolResult(text, failed), new)
        if not trouble:
            saved.update(new)
            return ""
        first = first or trouble
    return first
