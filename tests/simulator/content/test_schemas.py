"""JSON Schemas of the YAML files."""

from __future__ import annotations

from typing import Any

import pytest

from fauxcorp.content.library import Library
from fauxcorp.content.schemas import KINDS, modeline, schema_of
from fauxcorp.content.yamlfile import read


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


def test_modeline() -> None:
    assert modeline("x.json") == "# yaml-language-server: $schema=x.json"
