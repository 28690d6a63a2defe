"""Bodies of any size."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from gateway.bodies import Body

from .conftest import Rig, data


@pytest.mark.parametrize("size", [0, 1, 99_999, 100_000, 100_001, 900_000])
def test_as_much_is_kept_as_the_limit_allows_and_all_of_it_counted(make_rig: Callable[..., Rig], size: int) -> None:
    rig = make_rig(body=100_000)
    body, whole = Body(rig.gate), bytes(n % 253 for n in range(size))
    for at in range(0, size, 7_000):
        rig.call(body.add(whole[at : at + 7_000]))
    told = body.told("body")
    assert data(told, "body") == whole[:100_000]
    assert (told["body_bytes"], told["sha256"]) == (size, hashlib.sha256(whole).hexdigest())


def test_memory_is_given_back(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(memory=200_000, body=200_000)
    for _ in range(5):
        body = Body(rig.gate)
        rig.call(body.add(b"x" * 180_000))
        assert len(body.kept) == 180_000
        body.drop()
    assert rig.gate.budget.take(200_000)


def test_without_memory_the_beginning_is_kept_all_the_same(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(memory=0)
    body = Body(rig.gate)
    rig.call(body.add(b"x" * 200_000))
    rig.call(body.add(b"y" * 10))
    assert (bytes(body.kept), body.size) == (b"x" * 65_536, 200_010)
