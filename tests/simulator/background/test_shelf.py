"""Files of a company: contents by ending, and owners, modes, times."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook  # type: ignore[import-untyped]
from pypdf import PdfReader

from fauxcorp.background.shelf import Shelf, moment
from fauxcorp.background.write import background, write
from fauxcorp.content.company import load_company
from fauxcorp.content.layers import Layers
from fauxcorp.errors import ContentError

from .conftest import Grow

AT = "2026-02-12T10:00+01:00"
FILE = {"path": "srv/share/yard/ropes.txt", "owner": "jon", "at": AT, "text": "{w} ropes\n", "slots": {"w": ["wet"]}}


def shelf(grow: Grow, *files: dict[str, Any]) -> tuple[dict[str, bytes], list[dict[str, Any]]]:
    parts = grow(files={"files": [{**FILE, **file} for file in files]})
    return Shelf(parts.material, parts.office, parts.casting, parts.rng).files()


def rows(grow: Grow, **table: Any) -> list[list[str]]:
    """A table as a text file, row by row."""
    [data] = shelf(grow, {"text": "", "table": {"head": ["a", "b"], **table}})[0].values()
    return [line.split(";") for line in data.decode().splitlines()]


def test_a_text_is_filled_and_described(grow: Grow) -> None:
    contents, metas = shelf(grow, {"group": "yard", "mode": "0640"})
    assert contents == {"srv/share/yard/ropes.txt": b"wet ropes\n"}
    at = datetime(2026, 2, 12, 10, tzinfo=ZoneInfo("Europe/Berlin"))
    assert metas[-1] == {
        "path": "/srv/share/yard/ropes.txt",
        "owner": "jon",
        "group": "yard",
        "mode": "0640",
        "mtime": at,
    }


def test_a_folder_is_as_old_as_the_newest_in_it(grow: Grow) -> None:
    old = {"path": "srv/share/yard/old/a.txt", "at": "2026-02-20T08:00+01:00"}
    _, metas = shelf(grow, {}, old, {**old, "path": "srv/share/yard/old/b.txt", "at": AT})
    ages = {m["path"]: m["mtime"].day for m in metas if "owner" not in m}
    assert ages == {"/srv/share/yard": 20, "/srv/share/yard/old": 20}


def test_one_entry_may_be_many_files(grow: Grow) -> None:
    contents, metas = shelf(grow, {
        "path": "srv/{who}-{no}.txt", "owner": "{who}", "text": "{no:03d}", "at": "{day}T10:00+01:00",
        "each": [{"who": "ida", "no": 1, "day": date(2026, 2, 3)}, {"who": "jon", "no": 12, "day": date(2026, 2, 4)}],
    })  # fmt: skip
    assert contents == {"srv/ida-1.txt": b"001", "srv/jon-12.txt": b"012"}
    assert [(m["owner"], m["mtime"].day) for m in metas] == [("ida", 3), ("jon", 4)]


def test_the_ending_says_what_kind_of_file_it_is(grow: Grow) -> None:
    table = {"head": ["Rope", "m"], "rows": [["hemp", 7]]}
    contents, _ = shelf(grow, {"path": "srv/a.pdf"}, {"path": "srv/b.docx"}, {"path": "srv/c.xlsx", "table": table})
    assert "wet ropes" in PdfReader(io.BytesIO(contents["srv/a.pdf"])).pages[0].extract_text()
    letter = Document(io.BytesIO(contents["srv/b.docx"]))
    assert ([p.text for p in letter.paragraphs], letter.core_properties.author) == (["wet ropes"], "Jon Voss")
    sheet = load_workbook(io.BytesIO(contents["srv/c.xlsx"])).active
    assert [[c.value for c in row] for row in sheet.rows] == [["Rope", "m"], ["hemp", 7]]


def test_written_rows_come_first_then_people_then_drawn_ones(grow: Grow) -> None:
    found = rows(grow, rows=[["{w}", 1.5]], people=["last", "user"], count=2, columns=["count:7", "{w}!"])[1:]
    assert found[:4] == [["wet", "1.50"], ["Brix", "ole"], ["Rohde", "ida"], ["Voss", "jon"]]
    assert found[4:] == [["7", "wet!"], ["8", "wet!"]]


def test_people_stand_by_last_name_without_services(grow: Grow) -> None:
    assert rows(grow, people=["last", "user"])[1:] == [["Brix", "ole"], ["Rohde", "ida"], ["Voss", "jon"]]


def test_the_kinds_of_columns(grow: Grow) -> None:
    found = rows(
        grow, count=30, columns=["count:100", "n:12..18", "f:1.20..9.80", "pick:x|y", "date:2026-02-19+1w", "{w}"]
    )
    assert [int(r[0]) for r in found[1:]] == list(range(100, 130))
    assert {int(r[1]) for r in found[1:]} <= set(range(12, 19))
    assert all(1.2 <= float(r[2]) <= 9.8 for r in found[1:])
    assert {r[3] for r in found[1:]} == {"x", "y"}
    assert [r[4] for r in found[1:5]] == ["2026-02-19", "2026-02-20", "2026-02-24", "2026-02-25"]
    assert {r[5] for r in found[1:]} == {"wet"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dates(date(2025, 1, 1), date(2027, 1, 1)), st.integers(0, 9), st.integers(1, 12))
def test_dates_go_on_by_days(grow: Grow, start: date, step: int, count: int) -> None:
    found = rows(grow, count=count, columns=[f"date:{start}+{step}", "x"])[1:]
    assert [r[0] for r in found] == [(start + timedelta(days=n * step)).isoformat() for n in range(count)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=9))
def test_the_last_row_is_the_sum(grow: Grow, numbers: list[int]) -> None:
    found = rows(grow, rows=[["x", n] for n in numbers], total=[1])
    assert found[-1] == ["total", f"{sum(numbers):.2f}"]
    assert rows(grow, rows=[["x", n] for n in numbers] + [["y", ""]], total=[1])[-1] == found[-1]


@pytest.mark.parametrize("column", ["n:many", "date:today+1", "date:2026-02-30+1", "count:", "f:x", "{nothing}"])
def test_a_column_that_cannot_be_written_is_an_error_with_its_line(grow: Grow, column: str) -> None:
    with pytest.raises(
        ContentError, match=r"quay/grow/files.yaml:2: files.0: srv/share/yard/ropes.txt: cannot be written"
    ):
        rows(grow, count=1, columns=[column])


def test_a_time_needs_a_zone() -> None:
    assert moment(AT).utcoffset() == timedelta(hours=1)
    with pytest.raises(ValueError, match="needs a time zone"):
        moment("2026-02-12T10:00")


def test_what_is_written_loads(grow: Grow, firm: Path) -> None:
    grow(files={"files": [{**FILE, "mode": "0600"}]})
    write(firm, background(firm))
    entry = load_company(Layers((firm,)), ()).files["/srv/share/yard/ropes.txt"]
    assert (entry.owner, entry.mode & 0o777) == ("jon", 0o600)
