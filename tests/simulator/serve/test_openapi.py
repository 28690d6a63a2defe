from __future__ import annotations

from openapi_spec_validator import validate

from fauxcorp.serve.api import CALLS
from fauxcorp.serve.openapi import document


def test_it_is_an_openapi_document_of_every_call() -> None:
    described = document()
    validate(described)
    assert {(m.upper(), p) for p, calls in described["paths"].items() for m in calls} == {
        (c.method, c.path) for c in CALLS
    }
    names = [call["operationId"] for calls in described["paths"].values() for call in calls.values()]
    assert len(set(names)) == len(names)
    act = described["paths"]["/episodes/{id}/act"]["post"]
    assert act["security"] == [{"agent": []}]
    assert act["requestBody"]["required"]
    assert described["paths"]["/episodes"]["post"]["security"] == [{"control": []}]
