"""`fauxcorp doctor`."""

from __future__ import annotations

from dataclasses import asdict

import typer

from fauxcorp.cli.checkup import Finding, check_all
from fauxcorp.cli.options import RUNS, Content, Json, Out, folders
from fauxcorp.cli.output import Out as Screen
from fauxcorp.cli.output import Span, open_out
from fauxcorp.content.library import Library
from fauxcorp.sandbox.docker.gaps import KNOWN_GAPS as OF_DOCKER
from fauxcorp.sandbox.surfaces import ROUTES
from fauxcorp.sandbox.virtual.gaps import KNOWN_GAPS as OF_VIRTUAL

_GAPS = {"virtual": OF_VIRTUAL, "docker": OF_DOCKER}
_STYLES = {"ok": "good", "note": "warn", "fault": "bad"}


def doctor(out: Out = RUNS, content: Content = None, as_json: Json = False) -> None:
    """Check this installation: what is there, what works, how to mend what does not, and what the sandboxes can see.

    The exit code is 1 if something that is needed is broken.
    """
    findings = list(check_all(Library(folders(content)), out))
    screen = open_out()
    if as_json:
        routes = [r._asdict() for r in ROUTES]
        gaps = [{"sandbox": name, **g._asdict()} for name, found in _GAPS.items() for g in found]
        screen.json({"findings": [asdict(f) for f in findings], "routes": routes, "gaps": gaps})
    else:
        _show(screen, findings)
    raise typer.Exit(int(any(f.state == "fault" for f in findings)))


def _show(screen: Screen, findings: list[Finding]) -> None:
    screen.table(("what", "state", "detail"), [(f.what, Span(f.state, _STYLES[f.state]), f.detail) for f in findings])
    for finding in findings:
        if finding.mend:
            screen.row((Span(f"to mend {finding.what}: ", _STYLES[finding.state]),), (finding.mend,))
    screen.line()
    screen.line(Span("By which routes an act is seen", "title"))
    screen.table(("route", "what it covers", "sandbox virtual", "sandbox docker"), ROUTES)
    for name, gaps in _GAPS.items():
        screen.line()
        screen.line(Span(f"What the {name} sandbox does not show as a server would", "title"))
        screen.table(("what", "what comes of it"), gaps)
