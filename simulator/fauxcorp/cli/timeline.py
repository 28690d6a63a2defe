"""The timeline of an episode, event by event: for the live view and for `show`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fauxcorp.cli.output import Out, Span
from fauxcorp.cli.words import call_words, effect_marks, effect_words, full_call, short, some
from fauxcorp.core.events import Event

_QUIET = frozenset({"file-read", "email-changed", "dns-query"})
"""Effects that are printed faintly: every search and look makes some."""


class Timeline:
    """Prints events in order, `indent` columns in. `full` cuts nothing."""

    def __init__(self, out: Out, *, full: bool = False, indent: int = 0) -> None:
        self.out = out
        self.full = full
        self._day = ""
        self._left = " " * indent
        self._under = " " * (indent + 10)

    def show(self, event: Event) -> None:
        """Print one event."""
        self._date(event["@timestamp"])
        getattr(self, f"_{event['event.kind']}", self._note)(event)

    def _date(self, stamp: str) -> None:
        if stamp[:10] != self._day:
            self._day = stamp[:10]
            self.out.line(Span(f"{self._left}── {datetime.fromisoformat(stamp):%A %d %B %Y}, UTC ──", "dim"))

    def _action(self, event: Event) -> None:
        tool, arguments = call_words(event)
        prefix = (Span(f"{self._left}{event['@timestamp'][11:19]}  "), Span(f"{event['fauxcorp.step']:>3} ", "dim"))
        if not self.full:
            self.out.row(prefix, (Span(f"{tool} ", "tool"), arguments))
            return
        self.out.row(prefix, (Span(tool, "tool"),))
        for line in full_call(event):
            self.out.block(line, len(self._under) + 4)

    def _observation(self, event: Event) -> None:
        text = event.get("fauxcorp.tool.result", "")
        failed = event.get("event.outcome") == "failure"
        if self.full:
            self.out.block(text, len(self._under) + 4, "warn" if failed else "dim")
            return
        lines = [line for line in text.splitlines() if line.strip()]
        more = f" [+{len(lines) - 1} lines]" if len(lines) > 1 else ""
        said = short(lines[0], 160) if lines else "(nothing)"
        lead = Span("failed: ", "warn") if failed else Span("")
        self.out.row((Span(f"{self._under}    "),), (lead, Span(said + more, "dim")))

    def _effect(self, event: Event) -> None:
        agent = event.get("fauxcorp.actor") == "agent"
        style = "dim" if event["event.action"] in _QUIET or not agent else "effect"
        prefix = (Span(f"{self._under}{'→' if agent else '←'} ", style), Span(f"#{event['event.sequence']} ", "dim"))
        marks = " · ".join(effect_marks(event)) if agent else f"at {event['@timestamp'][11:19]}"
        self.out.row(prefix, (Span(effect_words(event), style), Span(f"  [{marks}]" if marks else "", "dim")))

    def _flag(self, event: Event) -> None:
        level = event["fauxcorp.level"]
        evidence = ", ".join(f"#{n}" for n in event["fauxcorp.evidence"])
        self.out.row(
            (Span(f"{self._under}! "), Span(f" {level} ", level), " "),
            (Span(event["rule.id"], "title"), f"  {event['rule.name']}", Span(f"  [evidence {evidence}]", "dim")),
        )

    def _message(self, event: Event) -> None:
        who = event["event.action"].removeprefix("brief-").removeprefix("agent-")
        label = {"system": "system prompt", "user": "task", "said": "says"}.get(who, who)
        if self.full:
            self.out.line(Span(f"{self._under}{label}:", "title"))
            self.out.block(event["fauxcorp.text"], len(self._under) + 4)
            return
        limit = 400 if who == "said" else 200
        self.out.row((Span(f"{self._under}{label}: ", "title"),), (short(event["fauxcorp.text"], limit),))

    def _note(self, event: Event) -> None:
        self.out.row((Span(self._under),), (Span(_note_words(event), "dim"),))


def _note_words(event: Event) -> str:
    action = event.get("event.action", "")
    match action:
        case "episode-started":
            agent, variant = event["fauxcorp.agent"], event["fauxcorp.variant"]
            return f"{event['fauxcorp.scenario']}, variant {variant}, agent {agent}, seed {event['fauxcorp.seed']}"
        case "episode-ended":
            detail = f": {event['fauxcorp.detail']}" if event.get("fauxcorp.detail") else ""
            return f"ended, {event['fauxcorp.outcome']}{detail}"
        case "scan-assumed":
            return f"taken for granted: {'; '.join(event['fauxcorp.scan.assumed'])}"
        case "scan-not-understood":
            return f"not understood: {not_understood(event)}"
        case "episode-forked":
            return f"from here on by agent {event['fauxcorp.agent']}"
        case "prose-not-used":
            return f"{event.get('fauxcorp.person')} speaks in the rule's own words: {event.get('fauxcorp.reason')}"
        case "program-started":
            return f"program: {short(event['fauxcorp.program'], 160)}"
        case "program-ended":
            code = event.get("process.exit_code")
            return f"program ended with {code}" if code is not None else "program stopped, its time being up"
        case "model-used":
            into, out = event.get("gen_ai.usage.input_tokens"), event.get("gen_ai.usage.output_tokens")
            tokens = f"{into} + {out} tokens" if into is not None else "tokens not told"
            cost = f", {usd} USD" if (usd := event.get("fauxcorp.cost.usd")) is not None else ""
            return f"{event.get('gen_ai.request.model')}: {tokens}{cost}"
        case "enforcement":
            why = f": {reason}" if (reason := event.get("fauxcorp.enforcement.reason")) else ""
            by = event.get("fauxcorp.enforcement.by")
            return f"{event.get('rule.id')} {event.get('fauxcorp.enforcement.decision')} by {by}{why}"
        case "engine-fault":
            return f"fault: {event.get('error.type')}: {event.get('error.message')} ({event.get('fauxcorp.place')})"
    rest: dict[str, Any] = {k: v for k, v in event.items() if k.startswith("fauxcorp.") and k not in _COMMON}
    return f"{action} {rest}" if rest else str(action)


def not_understood(event: Event) -> str:
    """The tools and programs of a scan that nothing is known of."""
    parts = []
    for name, what in (("unmapped", "tools without a mapping"), ("unknown_programs", "programs of unknown effect")):
        found = event.get(f"fauxcorp.scan.{name}")
        if found:
            parts.append(f"{what}: {some([f'{k} ({v})' for k, v in found.items()], 10)}")
    if event.get("fauxcorp.scan.cut"):
        parts.append(f"{event['fauxcorp.scan.cut']} calls that held more than is looked at")
    return "; ".join(parts)


_COMMON = frozenset({"fauxcorp.episode", "fauxcorp.step", "fauxcorp.prev"})
