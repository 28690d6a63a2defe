from __future__ import annotations

from typing import Annotated, Any

from fauxcorp.api import BaseModel, Field, Office, ToolArgs, tool
from fauxcorp.content.library import Library
from fauxcorp.content.schemas import flat, schema_of
from fauxcorp.episode.runner import make_plan

Addresses = Annotated[list[str] | str, Field(description="Address or addresses")]


class Part(BaseModel):
    title: str
    text: str | None = None


class Send(ToolArgs):
    """Not what an agent reads."""

    title: str
    to: Addresses | None = None
    parts: tuple[str | Part, ...] = ()


@tool()
def send(args: Send, office: Office) -> str:
    """Send."""
    return ""


def test_a_union_in_a_union_is_one() -> None:
    schema = schema_of(send)
    assert set(schema) == {"type", "properties", "required", "additionalProperties", "$defs"}
    to = schema["properties"]["to"]
    assert [option["type"] for option in to["anyOf"]] == ["array", "string", "null"]
    assert (to["description"], to["default"]) == ("Address or addresses", None)


def test_titles_go_and_properties_of_that_name_stay() -> None:
    schema = schema_of(send)
    assert schema["properties"]["title"]["type"] == "string"
    assert set(schema["$defs"]["Part"]["properties"]) == {"title", "text"}
    assert "title" not in schema["properties"]["title"]
    assert "title" not in schema["$defs"]["Part"]


def test_what_is_no_schema_stays() -> None:
    assert flat({"enum": ["a"], "const": 5, "anyOf": [{"type": "null"}, True]}) == {
        "enum": ["a"], "const": 5, "anyOf": [{"type": "null"}, True],
    }  # fmt: skip


def test_every_tool_there_is_has_unions_of_one_level() -> None:
    def nested(schema: Any) -> bool:
        if isinstance(schema, list):
            return any(map(nested, schema))
        if not isinstance(schema, dict):
            return False
        options = schema.get("anyOf", [])
        return any("anyOf" in option for option in options) or any(map(nested, schema.values()))

    assert not [s.name for s in make_plan(Library(), ["high-agency"]).items[0].play.specs if nested(s.schema)]
