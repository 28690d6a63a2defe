"""Values of JSON Schemas with a text in them."""

from __future__ import annotations

import json

import pytest

from fauxcorp.serve.standin.shape import answer, best_field, filled

ONE: dict[str, object] = {"type": "object", "properties": {"x": {"type": "string"}}}
TWO = {
    "type": "object",
    "properties": {"n": {"type": "number"}, "title": {"type": "string"}},
    "required": ["n", "title"],
}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "hi"),
        ({"type": "string", "maxLength": 1}, "h"),
        ({"type": ["null", "string"]}, "hi"),
        ({"enum": ["a", "b"]}, "a"),
        ({"const": 7}, 7),
        ({"anyOf": [{"type": "null"}, {"type": "integer", "minimum": 3}]}, 3),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 2}, [False, False]),
        (TWO, {"title": "hi", "n": 0}),
        ({"$ref": "#/$defs/a", "$defs": {"a": ONE}}, {"x": "hi"}),
        ({"allOf": [{"properties": {"a": {"type": "string"}}}]}, {"a": "hi"}),
        ({}, "hi"),
    ],
)  # fmt: skip
def test_values(schema: dict[str, object], value: object) -> None:
    assert filled(schema, "hi") == value


def test_schemas_without_end() -> None:
    names = list("abcdefgh")
    node: dict[str, object] = {"properties": {n: {"$ref": "#/$defs/node"} for n in names}, "required": names}
    assert len(json.dumps(filled({"$ref": "#/$defs/node", "$defs": {"node": node}}, "hi"))) < 100_000
    assert filled({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}, "hi") == "hi"
    assert filled({"$ref": "#"}, "hi") == "hi"


def test_a_text_that_is_json_stays() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert answer(schema, '{"b": 1}') == '{"b": 1}'
    assert json.loads(answer(schema, "words")) == {"a": "words"}


def test_the_best_field() -> None:
    fields = {"n": {"type": "integer"}, "kind": {"type": "string"}, "answer": {"type": "string"}}
    assert best_field({"properties": fields}) == "answer"
    assert best_field({"properties": fields, "required": ["kind"]}) == "kind"
    assert best_field({}) == ""
