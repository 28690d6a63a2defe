"""Accounts of what came, limits, plans: the small parts."""

from __future__ import annotations

import hashlib

import pytest
from gateway.limits import Limits
from gateway.network import Plan
from gateway.stream import Account
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.one_of(st.binary(max_size=50), st.just("release"))), st.integers(0, 200))
def test_what_is_released_in_pieces_is_the_stream_up_to_the_limit(steps: list[bytes | str], limit: int) -> None:
    account, whole, out = Account(limit), b"", b""
    for step in [*steps, "release"]:
        if isinstance(step, bytes):
            account.take(step)
            whole += step
        else:
            at, piece = account.release()
            assert at == len(out)
            out += piece
    assert out == whole[:limit]
    assert (account.bytes_in, account.digest.hexdigest()) == (len(whole), hashlib.sha256(whole).hexdigest())


def test_limits_are_read_with_care() -> None:
    assert Limits.read({"body": 10, "stream": "x", "unknown": 1}) == Limits(body=10)
    assert Limits.read(None) == Limits()


def test_a_plan_of_addresses() -> None:
    start = {"address": "10.14.0.21", "prefix": 24, "router": "10.14.0.1", "address6": "fd00:14::15"}
    assert Plan.read(start, ipv6=True) == Plan("10.14.0.21", 24, "10.14.0.1", "fd00:14::15", "fd00:14::1")
    assert Plan.read(start, ipv6=False).address6 == ""
    assert Plan.read({**start, "address6": ""}, ipv6=True).router6 == ""
    with pytest.raises(ValueError, match="nonsense"):
        Plan.read({**start, "router": "nonsense"}, ipv6=True)
