"""What a company's `grow/` folder says, and what the package adds."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fauxcorp.background.plan import (
    DATE_SLOT,
    RANGE,
    CalendarPlan,
    GrownFile,
    GrownFiles,
    Line,
    Plan,
    Shape,
    ShapesFile,
    Table,
    Talk,
    TalksFile,
    load_material,
    office_files,
)
from fauxcorp.errors import ContentError

from .conftest import PLAN, Grow, shape

LINE = {"from": "ida", "to": ["ole"], "text": "x"}


def test_all_files_of_the_folder_are_read_with_their_lines(grow: Grow) -> None:
    material = grow(**{
        "mail-b": shape(LINE), "chat-yard": {"channels": [{"name": "yard"}]}, "files-a": {"files": []},
        "calendar": {"one_to_ones": 7},
    }).material  # fmt: skip
    assert [s.name for s in material.shapes] == ["s", "rope"]
    assert [c.name for c in material.channels] == ["yard"]
    assert material.calendar.one_to_ones == 7
    assert [(d.shown, type(m)) for d, m in material.sources] == [
        ("quay/grow/background.yaml", Plan), ("quay/grow/calendar.yaml", CalendarPlan),
        ("quay/grow/chat-yard.yaml", TalksFile), ("quay/grow/files-a.yaml", GrownFiles),
        ("quay/grow/mail-b.yaml", ShapesFile), ("quay/grow/mail.yaml", ShapesFile),
    ]  # fmt: skip


def test_without_a_plan_there_is_nothing_to_grow_from(firm: Path) -> None:
    (firm / "grow/background.yaml").unlink()
    with pytest.raises(ContentError, match=r"quay/grow/background.yaml: no such file"):
        load_material(firm)


def test_a_file_that_nothing_reads_is_an_error(firm: Path) -> None:
    (firm / "grow/letters.yaml").write_text("shapes: []")
    with pytest.raises(ContentError, match=r"quay/grow/letters.yaml: read by nothing; the names are"):
        load_material(firm)


def test_an_unknown_field_is_said_with_its_line(firm: Path) -> None:
    (firm / "grow/background.yaml").write_text(PLAN + "colour: red\n")
    with pytest.raises(ContentError, match=r"background.yaml:13: colour: unknown field"):
        load_material(firm)


def test_shapes_of_the_package_are_used_if_they_fit(grow: Grow) -> None:
    own = {s.name for s in grow().material.shapes}
    both = {s.name for s in grow(plan={"shared": True}).material.shapes}
    assert own == {"rope"} < both
    # They leave a word open that the plan of this company does not have.
    assert "lights-on" not in both
    slots = {"carpark": ["P1"], "pier": ["P2"]}
    assert "lights-on" in {s.name for s in grow(plan={"slots": slots}).material.shapes}
    skipped = grow(plan={"slots": slots, "skip": ["lights-on"]}).material
    assert "lights-on" not in {s.name for s in skipped.shapes}


def test_an_error_of_a_shape_has_its_line_and_one_of_the_package_its_name(grow: Grow) -> None:
    material = grow(plan={"shared": True}, mail=shape(LINE)).material
    own = next(s for s in material.shapes if s.name == "s")
    assert str(material.wrong(own, "no")) == "quay/grow/mail.yaml:2: shapes.0: no"
    other = next(s for s in material.shapes if s.name != "s")
    assert str(material.wrong(other, "no")) == f"quay: {other.name}: no"


def test_what_the_package_has_is_named_once() -> None:
    mail = [m for _, m in office_files() if isinstance(m, ShapesFile)]
    names = [*(s.name for m in mail for s in m.shapes), *(s.name for m in mail for s in m.series)]
    assert len(names) == len(set(names)) > 60


def test_one_text_or_several_is_the_same_to_a_line() -> None:
    one = Line.model_validate({**LINE, "to": "ole", "files": "a.pdf", "star": "a"})
    assert (one.to, one.text, one.files, one.star) == (("ole",), ("x",), ("a.pdf",), ("a",))
    assert Shape.model_validate({"name": "s", "subject": "x", "messages": [LINE]}).subject == ("x",)


def test_words_are_texts_whatever_yaml_made_of_them() -> None:
    talk = Talk.model_validate({"say": [{"a": "x"}], "slots": {"n": [1, 2.5, True], "r": "3..4"}})
    assert talk.slots == {"n": ("1", "2.5", "True"), "r": "3..4"}
    table = Table.model_validate({"head": ["day"], "rows": [[date(2026, 2, 3)]]})
    assert table.rows == (("2026-02-03",),)
    file = GrownFile.model_validate({"path": "a", "owner": "ida", "at": "x", "each": [{"day": date(2026, 2, 3)}]})
    assert file.each == ({"day": "2026-02-03"},)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(anything, anything)
def test_no_data_is_more_than_a_validation_error(one: object, two: object) -> None:
    for model, data in (
        (Plan, {"seed": 1, "from": "2026-02-02", "to": "2026-03-06T12:00:00+01:00", "slots": one, "roles": two}),
        (Shape, {"name": "s", "subject": one, "messages": [LINE], "slots": two}),
        (Talk, {"say": one, "slots": two}),
        (Line, {**LINE, "to": one, "text": two}),
        (Table, {"head": one, "rows": two}),
        (GrownFile, {"path": "a", "owner": "ida", "at": one, "each": two}),
    ):
        found = None
        # Any other error is a traceback to whoever wrote the file.
        with suppress(ValidationError):
            found = model.model_validate(data)
        assert found is None or model.model_validate_json(found.model_dump_json(by_alias=True)) == found


@pytest.mark.parametrize("text", ["12..40", "3.50..9.90", "1..2.5"])
def test_what_is_a_range(text: str) -> None:
    assert RANGE.fullmatch(text)


@pytest.mark.parametrize("text", ["12", "12...40", "a..b", "-1..3", "1..2..3", ""])
def test_what_is_no_range(text: str) -> None:
    assert not RANGE.fullmatch(text)


def test_which_slots_are_dates() -> None:
    assert all(DATE_SLOT.fullmatch(s) for s in ("day3", "d0", "w_2", "num14", "iso_100"))
    assert not any(DATE_SLOT.fullmatch(s) for s in ("day", "x3", "day-3", "d1000", "days3"))
