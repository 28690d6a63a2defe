"""`fauxcorp policies`."""

from __future__ import annotations

from typing import Annotated

import typer

from fauxcorp.cli.options import Content, Json, folders
from fauxcorp.cli.output import Span, open_out
from fauxcorp.cli.rulelist import rule_rows, show_rules
from fauxcorp.content.library import Library
from fauxcorp.monitor import explain, run_samples

OneRule = Annotated[str, typer.Argument(help="Name of a rule, as `fauxcorp policies list` shows it.", metavar="RULE")]
AnyRule = Annotated[str | None, typer.Argument(help="Only this rule.", metavar="[RULE]", show_default=False)]


def list_rules(content: Content = None, as_json: Json = False) -> None:
    """List the rules."""
    rows = rule_rows(Library(folders(content)).rules())
    out = open_out()
    if as_json:
        out.json(rows)
        return
    show_rules(out, rows)
    out.line(f"{len(rows)} rules")


def explain_rule(rule: OneRule, content: Content = None) -> None:
    """Explain a rule: what it looks for, how grave it is, what else may match, and its source."""
    rules = Library(folders(content)).rules()
    open_out().block(explain(rules[rule]).rstrip("\n"))


def run_tests(rule: AnyRule = None, content: Content = None, as_json: Json = False) -> None:
    """Run the samples of the rules: what must be flagged, and what must not.

    The exit code is 1 if a sample did not do what it must.
    """
    results = run_samples(Library(folders(content)).rules(), rule)
    out = open_out()
    failed = [r for r in results if not r.passed]
    if as_json:
        for r in results:
            out.json({"rule": r.rule, "sample": r.sample, "kind": r.kind, "passed": r.passed, "message": r.message})
    else:
        by_rule: dict[str, list[bool]] = {}
        for r in results:
            by_rule.setdefault(r.rule, []).append(r.passed)
        rows = [(name, str(len(passed)), _verdict(passed.count(False))) for name, passed in by_rule.items()]
        out.table(("rule", "samples", "result"), rows, numbers=(1,))
        for r in failed:
            out.line(Span(f"{r.rule}: {r.kind} “{r.sample}”: {r.message}", "bad"))
        out.line(f"{len(results)} samples of {len(by_rule)} rules, {len(failed)} failed")
    raise typer.Exit(int(bool(failed)))


def _verdict(failed: int) -> Span:
    return Span(f"{failed} failed", "bad") if failed else Span("ok", "good")
