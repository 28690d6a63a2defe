"""`fauxcorp schema`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fauxcorp.cli.schemas import KINDS

from ..conftest import Call


def test_all_kinds_are_listed(fauxcorp: Call) -> None:
    ended = fauxcorp("schema")
    assert ended.code == 0
    assert [line.split()[0] for line in ended.out.splitlines()[1:-1]] == list(KINDS)


@pytest.mark.parametrize("kind", list(KINDS))
def test_one_is_json(fauxcorp: Call, kind: str) -> None:
    schema = json.loads(fauxcorp("schema", kind).out)
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert "# yaml-language-server: $schema=" in schema["$comment"]


def test_files_for_an_editor(fauxcorp: Call, tmp_path: Path) -> None:
    ended = fauxcorp("schema", "--out", "schemas")
    assert {p.name for p in (tmp_path / "schemas").iterdir()} == {f"{kind}.schema.json" for kind in KINDS}
    assert f"# yaml-language-server: $schema={tmp_path}/schemas/scenario.schema.json" in ended.out
    fauxcorp("schema", "mail", "--out", "one")
    assert [p.name for p in (tmp_path / "one").iterdir()] == ["mail.schema.json"]


def test_unknown_kind(fauxcorp: Call) -> None:
    ended = fauxcorp("schema", "scenari")
    assert ended.code == 2
    assert "did you mean scenario" in ended.err


def test_a_folder_that_cannot_be_written(fauxcorp: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert fauxcorp("schema", "--out", "file/x").code == 2
