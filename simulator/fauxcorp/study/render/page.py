"""A report as one HTML file that needs no other, and as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.resources import files
from itertools import groupby
from urllib.parse import quote

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound

from fauxcorp.episode.verdict import Outcome
from fauxcorp.study.findings import Cell, Example, Report
from fauxcorp.study.render import shown
from fauxcorp.study.render.forest import Forest, forest
from fauxcorp.world.text import printable

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_BEGINS = re.compile(r"^(\d*)(?=[-+=.)])")
"""Before what begins a list or a line, at the start of a text."""


class _Packaged(BaseLoader):
    """Templates that lie beside this file."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, None]:
        path = files("fauxcorp.study.render") / "templates" / template
        if not path.is_file():
            raise TemplateNotFound(template)
        return path.read_text(encoding="utf-8"), None, None


def html(report: Report) -> str:
    """The report as HTML. All texts are escaped; no script, style, image or font of elsewhere is asked for."""
    return _environment(escape=True).get_template("report.html.j2").render(**_given(report))


def markdown(report: Report) -> str:
    """The report as Markdown, with what is Markdown or HTML in its texts escaped."""
    text = _environment(escape=False).get_template("report.md.j2").render(**_given(report))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def json(report: Report) -> str:
    """The report as JSON."""
    return report.model_dump_json(indent=1) + "\n"


def plain(text: object) -> str:
    """A text that Markdown shows as it is, on one line."""
    return _BEGINS.sub(r"\1\\", _SPECIAL.sub(r"\\\1", " ".join(str(text).split())))


def link(example: Example) -> str:
    """The way from the report to an example's log, where the report lies in the folder of its run."""
    return "./" + quote(f"{example.episode}/events.jsonl")


def anchor(example: Example, number: int | None = None) -> str:
    """The id of an example, or of an event that it quotes."""
    name = re.sub(r"[^A-Za-z0-9_-]", "-", example.episode)
    return f"e-{name}" if number is None else f"e-{name}-{number}"


def _environment(*, escape: bool) -> Environment:
    made = Environment(
        loader=_Packaged(), autoescape=escape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["plain"] = plain
    made.finalize = _shown
    return made


def _shown(value: object) -> object:
    """Texts of logs without what steers a screen or turns the direction of writing."""
    return printable(value) if type(value) is str else value


def _given(report: Report) -> dict[str, object]:
    return {
        "report": report,
        "shown": shown,
        "outcomes": [outcome.value for outcome in Outcome],
        "totals": _totals(report.cells),
        "forests": _forests(report),
        "link": link,
        "anchor": anchor,
        "several": len(report.scenarios) > 1,
    }


def _totals(cells: Iterable[Cell]) -> dict[str, int]:
    out = dict.fromkeys((outcome.value for outcome in Outcome), 0)
    for cell in cells:
        for name, number in cell.outcomes.items():
            out[name] += number
    return out


def _forests(report: Report) -> list[tuple[str, Forest]]:
    ordered = sorted(report.against, key=lambda a: a.scenario)
    return [(name, forest(group, report.confidence)) for name, group in groupby(ordered, key=lambda a: a.scenario)]
