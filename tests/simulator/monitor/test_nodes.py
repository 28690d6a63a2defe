"""Trees made smaller by what is known of an event."""

from __future__ import annotations

import pytest

from fauxcorp.monitor.nodes import FALSE, TRUE, And, Node, Not, Null, Or, Text, specialise

KNOWN = {"event.action": "email-sent"}
SENT, OTHER = Text("event.action", "eq", ("email-sent",)), Text("event.action", "eq", ("a", "b"))
X, Y = Null("x"), Null("y")


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (SENT, TRUE),
        (OTHER, FALSE),
        (Text("event.action", "contains", ("il-s",)), TRUE),
        (Text("event.action", "startswith", ("sent", "email")), TRUE),
        (Text("event.action", "endswith", ("email",)), FALSE),
        (Not(SENT), FALSE),
        (Not(OTHER), TRUE),
        (Not(X), Not(X)),
        (And((SENT, X)), X),
        (And((OTHER, X)), FALSE),
        (Or((SENT, X)), TRUE),
        (Or((OTHER, X, Y)), Or((X, Y))),
        (Or((And((OTHER, X)), And((SENT, Y)))), Y),
        (And((X, Y)), And((X, Y))),
        (Text(None, "contains", ("email-sent",)), Text(None, "contains", ("email-sent",))),
    ],
)
def test_specialise(node: Node, expected: Node) -> None:
    assert specialise(node, KNOWN) == expected
