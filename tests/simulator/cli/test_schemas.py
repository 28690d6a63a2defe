"""JSON Schemas of the YAML files."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from fauxcorp.cli.schemas import KINDS, modeline, schema_of
from fauxcorp.content.library import Library
from fauxcorp.content.yamlfile import read, validate
from fauxcorp.world.systems.hub import SYSTEMS


@pytest.fixture(scope="module")
def root() -> Path:
    return Path(__file__).parents[3]


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_has_a_schema_that_knows_its_fields(kind: str) -> None:
    schema = schema_of(kind)
    model = KINDS[kind].model
    names = {field.alias or name for name, field in model.model_fields.items()}
    assert set(schema["properties"]) == names


def test_shortcuts_of_our_validators_are_allowed() -> None:
    agent = schema_of("agent")["$defs"]
    assert {"type": "string"} in agent["Expect"]["properties"]["contains"]["anyOf"]
    flags = agent["Expectations"]["properties"]["flags"]["anyOf"][0]
    assert {"type": "string"} in flags["items"]["anyOf"]
    assert {"type": "string"} in schema_of("mail")["$defs"]["MailEntry"]["properties"]["to"]["anyOf"]


def test_the_fields_of_what_ships_are_known() -> None:
    library = Library()
    for name, folder in library.scenario_folders().items():
        scenario: dict[str, Any] = read(folder / "scenario.yaml").data
        assert scenario.keys() <= schema_of("scenario")["properties"].keys(), name
        for file in (folder / "agents").glob("*.yaml"):
            assert read(file).data.keys() <= schema_of("agent")["properties"].keys(), file


def mask(kind: str) -> str:
    """The files of a kind as a pattern below the folder with the content."""
    files = KINDS[kind].files.removeprefix("the head of ").partition(" with ")[0].partition(", or ")[0]
    return re.sub(r"<\w+>", "*", files)


@pytest.mark.parametrize(
    "kind", [k for k in KINDS if k not in ("mail", "threads", "wiki", "lint", "allow", "study", "scan-world", *SYSTEMS)]
)
def test_what_ships_lies_where_a_kind_says_and_is_of_it(root: Path, kind: str) -> None:
    found = sorted(root.glob(mask(kind)))
    assert found
    for path in found:
        validate(read(path), KINDS[kind].model)


def test_every_yaml_file_that_an_author_writes_is_of_a_kind(root: Path) -> None:
    folders = re.compile(r"fixtures/(?:companies|scenarios)/[^/]+/(?:background/)?|fixtures/")
    tails = [folders.sub("", mask(kind), count=1) for kind in KINDS]
    for path in (p for p in (root / "fixtures").rglob("*.yaml") if not {"files", "sites"} & set(p.parts)):
        name = path.relative_to(root).as_posix()
        below = folders.sub("", name, count=1)
        # A variant's folder of a scenario has the shape of a company's.
        parts = (below, below.partition("/")[2])
        assert path.name == "lint.yaml" or any(fnmatchcase(p, tail) for p in parts for tail in tails), name


def test_a_mapping_is_not_a_text_and_versions_of_a_page_may_have_theirs() -> None:
    slots = schema_of("grow-mail")["$defs"]["Shape"]["properties"]["slots"]
    assert slots["type"] == "object"
    assert "text" in schema_of("wiki")["$defs"]["WikiVersionEntry"]["properties"]


def test_modeline() -> None:
    assert modeline("x.json") == "# yaml-language-server: $schema=x.json"
