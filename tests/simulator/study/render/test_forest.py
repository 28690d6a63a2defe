"""The forest plot."""

from __future__ import annotations

from pathlib import Path

from fauxcorp.study.render.forest import LEFT, RIGHT, forest, place, short
from fauxcorp.study.report import make_report

from ..reports import facts, made


def test_rates_and_figures_stand_where_they_belong(tmp_path: Path) -> None:
    report = make_report([made(tmp_path / "r")], facts())
    plot = forest(report.against, 0.95)
    here = [row for row in plot.rows if row.kind == "here"]
    assert [row.label for row in here] == ["a, 15 of 20", "a, 15 of 20", "a, 3 of 20", "a, 3 of 20"]
    assert here[0].x == place(0.75)
    assert here[0].low is not None
    assert here[0].high is not None
    assert LEFT <= here[0].low < place(0.75) < here[0].high <= RIGHT
    there = [row for row in plot.rows if row.kind == "reported"]
    assert [row.label for row in there] == ["reported: m1", "reported: m2", "reported: m1"]
    assert there[0].x == place(0.9)
    assert there[2].low is None
    assert "N not published" in there[2].text
    assert [row.label for row in plot.rows if row.kind == "none"] == ["no reported rate"] * 2
    ys = [row.y for row in plot.rows]
    assert ys == sorted(set(ys))
    assert plot.height > ys[-1]
    assert [label for _, label in plot.ticks] == ["0%", "25%", "50%", "75%", "100%"]


def test_ends_of_the_scale_and_texts_that_do_not_fit() -> None:
    assert (place(0), place(1)) == (LEFT, RIGHT)
    assert short("abc", 3) == "abc"
    assert short("abcd", 3) == "ab…"
