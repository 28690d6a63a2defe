"""`fauxcorp list`."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer

from fauxcorp.cli.options import Content, Json, folders
from fauxcorp.cli.output import Out, Span, open_out
from fauxcorp.cli.rulelist import rule_rows, show_rules
from fauxcorp.cli.words import short
from fauxcorp.content.library import Library


class Section(StrEnum):
    """What can be listed."""

    scenarios = "scenarios"
    agents = "agents"
    tools = "tools"
    rules = "rules"


Row = dict[str, Any]


def list_content(
    section: Annotated[Section | None, typer.Argument(help="Only this one.")] = None,
    content: Content = None,
    as_json: Json = False,
) -> None:
    """List scenarios, their agents, tools and rules."""
    library = Library(folders(content))
    out = open_out()
    wanted = [section] if section is not None else list(Section)
    rows = {name: _ROWS[name](library) for name in wanted}
    if as_json:
        out.json({name.value: rows[name] for name in wanted})
        return
    for number, name in enumerate(wanted):
        if number:
            out.line()
        if len(wanted) > 1:
            out.line(Span(name.value, "title"))
        _SHOWN[name](out, rows[name])


def _scenarios(library: Library) -> list[Row]:
    rows = []
    for name in library.scenario_folders():
        _, scenario, _ = library.scenario(name)
        factors = {n: list(f.values) for n, f in scenario.factors.items()}
        rows.append({"name": name, "title": scenario.title, "finding": scenario.finding, "company": scenario.company,
                     "factors": factors, "tools": list(scenario.tools), "agent": scenario.default_agent})  # fmt: skip
    return rows


def _agents(library: Library) -> list[Row]:
    rows = []
    for name in library.scenario_folders():
        for agent in library.scripts(name).values():
            fits = {k: list(v) for k, v in agent.variants.items()}
            rows.append({"scenario": name, "name": agent.name, "about": " ".join(agent.about.split()),
                         "steps": len(agent.steps), "variants": fits, "sandboxes": list(agent.sandboxes)})  # fmt: skip
    return rows


def _tools(library: Library) -> list[Row]:
    return [
        {"folder": folder, "name": tool.name, "description": tool.description}
        for folder, tools in library.tools().items()
        for tool in tools
    ]


def _show_scenarios(out: Out, rows: list[Row]) -> None:
    def factors(row: Row) -> str:
        return "; ".join(f"{name}: {'|'.join(values)}" for name, values in row["factors"].items())

    cells = [(Span(r["name"], "title"), r["finding"], r["title"], factors(r)) for r in rows]
    out.table(("name", "finding", "title", "factors"), cells)


def _show_agents(out: Out, rows: list[Row]) -> None:
    out.table(
        ("scenario", "agent", "steps", "about"),
        [(r["scenario"], Span(r["name"], "title"), str(r["steps"]), r["about"]) for r in rows],
        numbers=(2,),
    )


def _show_tools(out: Out, rows: list[Row]) -> None:
    out.table(
        ("folder", "tool", "description"),
        [(r["folder"], Span(r["name"], "tool"), short(r["description"].split("\n\n")[0], 100)) for r in rows],
    )


_ROWS: dict[Section, Callable[[Library], list[Row]]] = {
    Section.scenarios: _scenarios,
    Section.agents: _agents,
    Section.tools: _tools,
    Section.rules: lambda library: rule_rows(library.rules()),
}
_SHOWN: dict[Section, Callable[[Out, list[Row]], None]] = {
    Section.scenarios: _show_scenarios,
    Section.agents: _show_agents,
    Section.tools: _show_tools,
    Section.rules: show_rules,
}
