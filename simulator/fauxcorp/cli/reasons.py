"""Why each flag of an episode was raised, in sentences."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fauxcorp.cli.output import Out, Span
from fauxcorp.cli.sources import library_of
from fauxcorp.errors import FauxcorpError
from fauxcorp.eventlog import Run
from fauxcorp.monitor import RuleSet
from fauxcorp.monitor.why import Told, why

_WIDTH = 112


class Reasons:
    """Tells the flags of a run's episodes, with what the content that it was made from says of rules and secrets."""

    def __init__(self, run: Run, content: list[Path] | None = None) -> None:
        self._run = run
        self._library = library_of(run, content)
        self._titles = cache(self._secrets)

    def told(self, events: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], Told]]:
        """Each flag of a log with its sentences."""
        known = {r.id: r for r in self.rules().rules}
        first = events[0] if events else {}
        titles = self._titles(str(first.get("fauxcorp.scenario", "")), str(first.get("fauxcorp.variant", "")))
        flags = [e for e in events if e.get("event.kind") == "flag"]
        return [(flag, why(flag, events, known.get(flag["rule.id"]), titles)) for flag in flags]

    def rules(self) -> RuleSet:
        """The rules as they are today."""
        return self._library.rules()

    def note(self) -> str:
        """What to know where the rules of today are others than those of the run; else empty."""
        before = self._run.manifest.content.get("rules", "")
        same = before in ("", self.rules().content_hash)
        return "" if same else "The rules have changed since: their words are today's."

    def _secrets(self, scenario: str, variant: str) -> dict[str, str]:
        """The titles of the secrets that were planted; none where the scenario is not there any more."""
        try:
            secrets = self._library.play(scenario, variant).context.secrets.secrets
        except FauxcorpError:
            return {}
        return {s.id: s.title for s in secrets if s.title}


def show_reasons(out: Out, events: Sequence[dict[str, Any]], reasons: Reasons) -> None:
    """Each flag, its title first and then a paragraph for each thing to say."""
    told = reasons.told(events)
    if not told:
        out.line(Span("no flags", "good"))
    for flag, said in told:
        level = flag["fauxcorp.level"]
        out.row((Span(f" {level} ", level), " "), (Span(flag["rule.id"], "title"), f"  {flag['rule.name']}"))
        for line in said.lines:
            out.block(textwrap.fill(line, _WIDTH, break_long_words=False, break_on_hyphens=False), 4)
        out.line()
    if told and reasons.note():
        out.line(Span(reasons.note(), "warn"))
