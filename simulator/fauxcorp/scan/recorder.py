"""One trajectory into a log of ours: each call's effects, enriched and held against the rules as in an episode."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fauxcorp import __version__
from fauxcorp.core.clock import Clock
from fauxcorp.core.effects import FileRead, HttpRequest
from fauxcorp.core.events import Kind, effect_event, flag_event
from fauxcorp.core.flags import Flag
from fauxcorp.enrich import Context, Enricher
from fauxcorp.eventlog import EventLog
from fauxcorp.monitor import Monitor, RuleSet
from fauxcorp.scan.acts import act
from fauxcorp.scan.brief import Brief
from fauxcorp.scan.desk import Desk, Known
from fauxcorp.scan.items import Called, Head, Item, Recorded, Returned, Said
from fauxcorp.scan.limits import MAX_ITEMS, MAX_TEXT
from fauxcorp.scan.mapping import Mappings
from fauxcorp.scan.sheet import Deed, Sheet
from fauxcorp.scan.verdict import judge, staged
from fauxcorp.scan.worldfile import Authority
from fauxcorp.world.text import clip, sound

START = datetime(2000, 1, 1, tzinfo=UTC)
"""When a trajectory starts that tells no times; each call then takes a second."""
MAX_WAITING = 200
"""Calls without a result that are waited for at a time."""
MAX_UNKNOWN = 500
MAX_KEPT = 5_000
"""Effects of one trajectory that are kept for its summary."""

_NUMBERED = re.compile(r"^ *\d{1,7}[\t→|:]", re.MULTILINE)
_STATUS = re.compile(
    r"\bHTTP/[\d.]+ (\d{3})\b|<title>\s*(\d{3})\b|\"message\"\s*:\s*\"(\d{3}) "
    r"|\"status(?:_?code)?\"\s*:\s*\"?([45]\d\d)\b"
    r"|returned error: (\d{3})|^(\d{3}) (?:Client|Server) Error|\bERROR (\d{3}):|(?:^|\n)(\d{3})\s*$",
    re.MULTILINE,
)


class Recorder:
    """Takes the items of one trajectory in, and writes its log."""

    def __init__(
        self, head: Head, context: Context, rules: RuleSet, mappings: Mappings, authority: Authority,
        folder: Path | None = None, *, name: str = "", hashes: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.head = head
        self.name = name or head.id or head.source
        self.desk = Desk(context.agent, head.cwd)
        self.clock = Clock(START)
        self.log = EventLog(folder)
        self.enricher = Enricher(context)
        self.monitor = Monitor(rules)
        self.brief = Brief()
        self.flags: list[Flag] = []
        self.step = 0
        self.effects = 0
        self.kept: dict[int, dict[str, Any]] = {}
        """The effects that flags may rest on, by number; those after the first thousands are left out."""
        self.unmapped: dict[str, int] = {}
        self.unknown: dict[str, int] = {}
        self._mappings = mappings
        self._authority = authority
        self._hashes = dict(hashes or {})
        self._waiting: dict[str, Called] = {}
        self._numbers: dict[int, int] = {}
        self._taken = 0
        self._cut = 0

    def start(self, assumed: list[str]) -> None:
        """The first events: where it comes from, and what is taken for granted."""
        self._append(Kind.note, {
            "event.action": "episode-started", "fauxcorp.scenario": "scan", "fauxcorp.variant": self.head.format,
            "fauxcorp.agent": self.head.model or self.head.agent or "unknown", "fauxcorp.seed": 0, "fauxcorp.epoch": 1,
            "fauxcorp.engine": __version__, "fauxcorp.sandbox": "recorded", "fauxcorp.content": self._hashes,
            "fauxcorp.scan.source": self.head.source, "fauxcorp.scan.line": self.head.line,
            "fauxcorp.scan.id": self.head.id,
        })  # fmt: skip
        if assumed and self.head.format != "fauxcorp":
            self._append(Kind.note, {"event.action": "scan-assumed", "fauxcorp.scan.assumed": assumed})

    def take(self, item: Item) -> bool:
        """One item. False once there were so many that the rest is left out."""
        self._taken += 1
        if self._taken > MAX_ITEMS:
            return False
        if isinstance(item, Called):
            self._call(item)
        elif isinstance(item, Returned):
            self._return(item)
        elif isinstance(item, Said):
            self._say(item)
        else:
            self._recorded(item)
        if self._taken % 64 == 0:
            self.log.flush()
        return True

    def finish(self, outcome: str = "completed", detail: str = "") -> None:
        """The last events: calls that no result came of, what was not understood, the end."""
        self._settle()
        self.outcome, self.detail = outcome, detail
        told: dict[str, Any] = {}
        if self.unmapped:
            told["fauxcorp.scan.unmapped"] = dict(sorted(self.unmapped.items()))
        if self.unknown:
            told["fauxcorp.scan.unknown_programs"] = dict(sorted(self.unknown.items()))
        if self._cut:
            told["fauxcorp.scan.cut"] = self._cut
        if told:
            self._append(Kind.note, {"event.action": "scan-not-understood", **told})
        self._append(
            Kind.note, {"event.action": "episode-ended", "fauxcorp.outcome": outcome, "fauxcorp.detail": detail}
        )
        self.log.close()

    # -- items --------------------------------------------------------------------------------------------------------

    def _say(self, item: Said) -> None:
        self._tell_time(item.at)
        if item.role in ("system", "user"):
            if item.role == "user":
                self._settle()
            if item.role in self._authority.may_grant and self._authority.brief == "named":
                self.brief.hear(item.text)
            self.desk.look(item.text, shown=False)
        action = {"system": "brief-system", "user": "brief-user", "agent": "agent-said", "thought": "agent-thought"}[
            item.role
        ]
        self._append(Kind.message, {"event.action": action, "fauxcorp.text": sound(item.text[:MAX_TEXT])})

    def _call(self, item: Called) -> None:
        if item.id in self._waiting:
            self._do(self._waiting.pop(item.id), None)
        if len(self._waiting) >= MAX_WAITING:
            self._settle()
        self._waiting[item.id] = item

    def _return(self, item: Returned) -> None:
        call = self._waiting.pop(item.id, None)
        if call is None and not item.id and self._waiting:
            call = self._waiting.pop(next(iter(self._waiting)))
        if call is not None:
            self._do(call, item)
        else:
            self._tell_time(item.at)
            self._observe(item, None, "")

    def _settle(self) -> None:
        """Do the calls that no result came of."""
        for call in list(self._waiting.values()):
            self._do(call, None)
        self._waiting.clear()

    def _do(self, call: Called, back: Returned | None) -> None:
        self.step += 1
        self._tell_time(call.at)
        cause = self._append(Kind.action, {
            "event.action": "tool-call", "user.name": self.desk.user, "fauxcorp.tool.name": call.tool[:200],
            "fauxcorp.tool.call_id": call.id[:200], "fauxcorp.tool.arguments": _shortened(call.arguments),
        })  # fmt: skip
        if call.cwd:
            self.desk.cwd = call.cwd
        sheet = Sheet(self.desk)
        found = self._mappings.find(call.tool, call.kinds)
        if found is None:
            self.unmapped[call.tool[:80]] = self.unmapped.get(call.tool[:80], 0) + 1
        else:
            language = act(sheet, found.meaning, call.tool, call.arguments)
            judge(sheet, back, language=language)
            self._note_unknown(sheet)
            if back is not None:
                self._learn(sheet, found.meaning.is_, back)
        self._effects(sheet, back, cause)
        if back is not None:
            if back.at is not None:
                self._tell_time(back.at)
            self._observe(back, cause, _said(call.arguments))

    def _observe(self, back: Returned, cause: int | None, said: str) -> None:
        event: dict[str, Any] = {
            "event.action": "tool-result",
            "event.outcome": "failure" if back.failed or back.refused or (back.code or 0) > 0 else "success",
            "fauxcorp.tool.result": sound(clip(back.text, MAX_TEXT)),
        }
        if back.code is not None:
            event["process.exit_code"] = back.code
        if cause is not None:
            event["fauxcorp.cause"] = cause
        self.enricher.saw(back.text[:MAX_TEXT], self._append(Kind.observation, event))
        self.desk.look(back.text, said=said)

    def _effects(self, sheet: Sheet, back: Returned | None, cause: int) -> None:
        statuses = _statuses(sheet, back)
        for deed in sheet.deeds:
            effect, outcome = staged(deed)
            if isinstance(effect, FileRead) and effect.stage == "executed" and self.desk.file(effect.path) is None:
                # It could be read, so it is there.
                self.desk.put(effect.path, Known())
            if isinstance(effect, HttpRequest) and not effect.status and statuses:
                effect = effect.model_copy(update={"status": statuses.pop(0)})
            grant = self.brief.grant(effect)
            if grant is not None:
                self.enricher.allow(grant)
            event = effect_event(effect)
            event["event.outcome"] = outcome
            self.enricher.effect(effect, event)
            event["fauxcorp.cause"] = cause
            self._feed(self._event(Kind.effect, event))

    def _feed(self, full: dict[str, Any]) -> None:
        self.log.append(full)
        self.effects += 1
        if len(self.kept) < MAX_KEPT:
            self.kept[full["event.sequence"]] = full
        for flag in self.monitor.feed(full):
            self.flags.append(flag)
            self._append(Kind.flag, flag_event(flag))

    def _recorded(self, item: Recorded) -> None:
        """An event of our own: an effect is held against the rules of today, a flag of then is left out."""
        event = {k: v for k, v in item.event.items() if k != "fauxcorp.prev"}
        number = event.get("event.sequence")
        if event.get("event.kind") == Kind.flag.value:
            return
        for name in ("fauxcorp.cause", "fauxcorp.secret.seen"):
            value = event.get(name)
            if isinstance(value, int):
                event[name] = self._numbers.get(value, value)
            elif isinstance(value, list):
                event[name] = [self._numbers.get(v, v) if isinstance(v, int) else v for v in value]
        if isinstance(number, int) and len(self._numbers) < MAX_ITEMS:
            self._numbers[number] = self.log.count
        event["event.sequence"] = self.log.count
        step = event.get("fauxcorp.step")
        self.step = step if isinstance(step, int) else self.step
        if event.get("event.kind") == Kind.effect.value and {"event.category", "event.action"} <= event.keys():
            self._feed(event)
        elif event.get("event.action") not in ("episode-started", "episode-ended"):
            self.log.append(event)

    # -- inside -------------------------------------------------------------------------------------------------------

    def _learn(self, sheet: Sheet, kind: str, back: Returned) -> None:
        """What a file holds, where a result shows all of it."""
        if back.failed or (back.code or 0) > 0 or len(back.text) > MAX_TEXT:
            return
        reads = [d for d in sheet.deeds if d.effect.action == "file-read"]
        if len(reads) != 1 or len(sheet.deeds) > 1:
            return
        whole = kind in ("file-read", "file-editor") or (kind == "shell" and [r.name for r in sheet.runs] == ["cat"])
        path = getattr(reads[0].effect, "path", "")
        known = self.desk.file(path)
        if whole and path and (known is None or known.content is None):
            text = _NUMBERED.sub("", back.text) if len(_NUMBERED.findall(back.text[:20_000])) > 1 else back.text
            self.desk.put(path, Known(text.encode("utf-8", "replace"), known.own if known else False))

    def _note_unknown(self, sheet: Sheet) -> None:
        self._cut += sheet.cut
        for name, count in sheet.unknown.items():
            if name in self.unknown or len(self.unknown) < MAX_UNKNOWN:
                self.unknown[name] = self.unknown.get(name, 0) + count

    def _tell_time(self, at: int | None) -> None:
        if at is None:
            self.clock.advance(1.0)
        elif self._taken and self.clock.us < at:
            self.clock.advance_to(at)

    def _event(self, kind: Kind, fields: dict[str, Any]) -> dict[str, Any]:
        return {
            "@timestamp": self.clock.iso(), "event.sequence": self.log.count, "event.kind": kind.value,
            "fauxcorp.episode": self.name, "fauxcorp.step": self.step, **fields,
        }  # fmt: skip

    def _append(self, kind: Kind, fields: dict[str, Any]) -> int:
        return self.log.append(self._event(kind, fields))


def _said(arguments: Any) -> str:
    """All texts of a call's arguments, as one."""
    if isinstance(arguments, str):
        return arguments[:MAX_TEXT]
    values = arguments.values() if isinstance(arguments, Mapping) else arguments if isinstance(arguments, list) else ()
    return "\n".join(str(v)[:MAX_TEXT] for v in list(values)[:100])


def _shortened(value: Any, depth: int = 0) -> Any:
    """Arguments as they are logged: long texts are cut."""
    if isinstance(value, str):
        return sound(clip(value, MAX_TEXT))
    if depth > 20:
        return "…"
    if isinstance(value, Mapping):
        return {str(k)[:200]: _shortened(v, depth + 1) for k, v in list(value.items())[:500]}
    if isinstance(value, list | tuple):
        return [_shortened(v, depth + 1) for v in value[:2000]]
    return value


def _statuses(sheet: Sheet, back: Returned | None) -> list[int]:
    """What the requests of a call were answered, where the result shows one answer for each."""
    asked = [d for d in sheet.deeds if _is_request(d)]
    if back is None or not asked:
        return []
    found = [int(next(filter(None, groups))) for groups in _STATUS.findall(back.text[:MAX_TEXT])]
    found = [code for code in found if 100 <= code < 600]
    return found if len(found) == len(asked) else []


def _is_request(deed: Deed) -> bool:
    return isinstance(deed.effect, HttpRequest) and deed.run.state == "done"
