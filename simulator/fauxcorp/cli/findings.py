"""What the lint found, for people."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from fauxcorp.cli.output import Out, Span
from fauxcorp.lint.finding import Finding

STYLES = {"error": "bad", "warning": "warn"}


def show_findings(out: Out, findings: Sequence[Finding], accepted: int) -> None:
    """Findings one a line, those of one check together with the way out of them, and how many there are."""
    ordered = sorted(findings, key=lambda f: (f.level != "error", f.check))
    for (level, check), group in groupby(ordered, key=lambda f: (f.level, f.check)):
        several = list(group)
        out.line(Span(f"{level}: {check}", STYLES[level]), f" ({several[0].way})")
        for found in several:
            where = f"{found.file}:{found.line}" if found.line else found.file
            out.row((f"  {where}: ",), (found.message, f" [{found.variant}]" if found.variant else ""))
    errors = sum(f.level == "error" for f in findings)
    told = f", {accepted} accepted" if accepted else ""
    out.line(f"{errors} errors, {len(findings) - errors} warnings{told}")
