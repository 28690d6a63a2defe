"""The smallest value that a JSON Schema takes, with a text in it where there is room for one."""

from __future__ import annotations

from typing import Any

import orjson

from fauxcorp.serve.standin.asked import obj, word

MAX_DEPTH = 12
MAX_NODES = 2_000
"""Values in a value: a schema that refers to itself has no end of its own."""
_FAVOURED = (
    "answer",
    "final_answer",
    "result",
    "response",
    "output",
    "text",
    "message",
    "submission",
    "summary",
    "title",
)
"""Names of fields that a text belongs in before any other."""


def filled(schema: dict[str, Any], text: str) -> Any:
    """A value of the schema; its best string holds the text."""
    return _Builder(schema, text).value(schema, 0)


def answer(schema: dict[str, Any], text: str) -> str:
    """The text where it is JSON itself, else JSON of the schema with the text in it."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return orjson.dumps(filled(schema, text)).decode()
    return text


def best_field(schema: dict[str, Any]) -> str:
    """The field of an object that a text belongs in, or nothing."""
    fields = obj(schema.get("properties"))
    texts = [name for name, spec in fields.items() if _takes_text(obj(spec))]
    required = schema.get("required")
    needed = [n for n in texts if isinstance(required, list) and n in required]
    for names in (needed, texts):
        for name in (*_FAVOURED, *names):
            if name in names:
                return name
    return next(iter(fields), "")


def _takes_text(spec: dict[str, Any]) -> bool:
    kinds = spec.get("type")
    several = [obj(s).get("type") for s in spec.get("anyOf") or []] if isinstance(spec.get("anyOf"), list) else []
    found = [*(kinds if isinstance(kinds, list) else [kinds]), *several]
    return not (spec.get("enum") or "const" in spec) and ("string" in found or found == [None])


class _Builder:
    """Builds one value; the text is used once."""

    def __init__(self, root: dict[str, Any], text: str) -> None:
        self.root, self.text, self.nodes = root, text, 0

    def value(self, schema: Any, depth: int) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            return None
        schema = self._resolved(obj(schema))
        if "const" in schema:
            return schema["const"]
        for key in ("enum", "examples"):
            if isinstance(schema.get(key), list) and schema[key]:
                return schema[key][0]
        for key in ("anyOf", "oneOf"):
            options = [obj(s) for s in schema[key]] if isinstance(schema.get(key), list) else []
            if options:
                return self.value(next((s for s in options if s.get("type") != "null"), options[0]), depth + 1)
        kind = schema.get("type")
        kind = next((k for k in kind if k != "null"), "null") if isinstance(kind, list) else kind
        return self._of(str(kind or ("object" if "properties" in schema else "string")), schema, depth)

    def _of(self, kind: str, schema: dict[str, Any], depth: int) -> Any:
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            least = schema.get("minItems")
            size = min(least, 20) if isinstance(least, int) else 0
            return [self.value(schema.get("items"), depth + 1) for _ in range(size)]
        if kind in ("integer", "number"):
            least = schema.get("minimum", 0)
            return least if isinstance(least, int | float) else 0
        if kind == "boolean":
            return False
        if kind == "null":
            return None
        text, self.text = self.text or "-", ""
        most = schema.get("maxLength")
        return text[:most] if isinstance(most, int) and most >= 0 else text

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        fields = obj(schema.get("properties"))
        required = schema.get("required")
        names = [n for n in required if isinstance(n, str)] if isinstance(required, list) else []
        first = best_field(schema)
        names = [n for n in dict.fromkeys([first, *names]) if n in fields or n in names]
        return {name: self.value(fields.get(name), depth + 1) for name in names}

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        for _ in range(MAX_DEPTH):
            ref = word(schema.get("$ref"))
            if ref.startswith("#/"):
                found: Any = self.root
                for part in ref[2:].split("/"):
                    found = obj(found).get(part)
                schema = obj(found)
            elif isinstance(schema.get("allOf"), list):
                merged = {k: v for part in schema["allOf"] for k, v in self._once(obj(part)).items()}
                schema = {**merged, **{k: v for k, v in schema.items() if k != "allOf"}}
            else:
                return schema
        return {}

    def _once(self, schema: dict[str, Any]) -> dict[str, Any]:
        ref = word(schema.get("$ref"))
        found: Any = self.root
        for part in ref[2:].split("/") if ref.startswith("#/") else ():
            found = obj(found).get(part)
        return obj(found) if ref else schema
