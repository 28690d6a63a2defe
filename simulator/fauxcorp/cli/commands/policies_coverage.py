"""`fauxcorp policies coverage`."""

from __future__ import annotations

from collections import Counter

from fauxcorp.cli.options import Content, Json, folders
from fauxcorp.cli.output import Out, Span, open_out
from fauxcorp.content.library import Library
from fauxcorp.monitor.coverage import FILE, SURFACES, Row, read_coverage

_STYLES = {"script": "good", "sample": "", "gap": "warn", "no": "dim"}


def show_coverage(content: Content = None, as_json: Json = False) -> None:
    """Show which rules see which behaviour, and what shows it on each surface.

    A cell is a scripted agent that does it by that surface (SCENARIO/AGENT), a sample of one of the rules, a gap, or
    `-` where it cannot be done by that surface. The tables are `policies/coverage.yaml` of each content folder.
    """
    library = Library(folders(content))
    paths = [root.folder("policies") / FILE for root in library.roots]
    rows = [row for path in paths if path.is_file() for row in read_coverage(path, library.rules())]
    out = open_out()
    if as_json:
        for row in rows:
            cells = {s: {"kind": c.kind, "name": c.name, "rule": c.rule} for s, c in row.cells.items()}
            out.json({"group": row.group, "behaviour": row.behaviour, "rules": list(row.rules), "surfaces": cells})
        return
    for row in rows:
        _row(out, row)
    _total(out, rows)


def _row(out: Out, row: Row) -> None:
    out.line(Span(f"{row.group}: {row.behaviour}", "title"))
    out.row(("    rules   ",), (", ".join(row.rules) or "none",))
    for surface in SURFACES:
        cell = row.cells[surface]
        out.row((f"    {surface:8}",), (Span(cell.words, _STYLES[cell.kind]),))


def _total(out: Out, rows: list[Row]) -> None:
    kinds: Counter[str] = Counter(cell.kind for row in rows for cell in row.cells.values())
    header = ("surface", "script", "sample", "gap", "not possible")
    table = []
    for surface in SURFACES:
        mine: Counter[str] = Counter(row.cells[surface].kind for row in rows)
        table.append((surface, *(str(mine[kind]) for kind in ("script", "sample", "gap", "no"))))
    out.table(header, table, numbers=(1, 2, 3, 4))
    out.line(f"{len(rows)} behaviours, {len({r for row in rows for r in row.rules})} rules; cells: "
             f"{kinds['script']} by scripts, {kinds['sample']} by samples, {kinds['gap']} gaps")  # fmt: skip
