"""The views and their columns."""

from __future__ import annotations

from fauxcorp.study.query.views import VIEWS, columns


def test_names_are_plain_and_each_stands_once() -> None:
    for name, view in VIEWS.items():
        found = [column.name for column in columns(view)]
        assert name == view.name
        assert len(found) == len(set(found)), name
        assert all(column.isidentifier() and column == column.lower() for column in found)
        assert found[0] == "run"
        assert "episode" in found[:2]


def test_everything_is_described() -> None:
    assert all(view.about for view in VIEWS.values())
    assert all(column.about for view in VIEWS.values() for column in columns(view))
