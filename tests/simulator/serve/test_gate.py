from __future__ import annotations

import pytest

from fauxcorp.errors import UserError
from fauxcorp.serve.gate import Gate


@pytest.mark.parametrize(
    ("host", "here"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("10.1.2.3", False)]
)
def test_only_what_cannot_be_reached_from_elsewhere_is_loopback(host: str, here: bool) -> None:
    assert Gate(host).loopback == here


def test_the_port_for_lines() -> None:
    gate = Gate()
    assert (gate.lines_port, gate.connected) == (0, 0)
    gate.open()
    assert gate.lines_port > 0
    gate.close()
    with pytest.raises(UserError, match="cannot listen"):
        Gate("256.0.0.1").open()
