from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.rng import RandomSource


def draws(source: RandomSource, label: str, count: int = 5) -> list[int]:
    return [source.bits(label) for _ in range(count)]


def test_the_same_seed_gives_the_same_draws() -> None:
    assert draws(RandomSource(7), "a") == draws(RandomSource("7"), "a")
    assert draws(RandomSource(7), "a") != draws(RandomSource(8), "a")


def test_one_stream_does_not_shift_another() -> None:
    quiet, busy = RandomSource(1), RandomSource(1)
    draws(busy, "other", 50)
    assert draws(quiet, "mine") == draws(busy, "mine")


def test_a_fork_goes_on_alone() -> None:
    source = RandomSource(1)
    draws(source, "a", 3)
    fork = source.fork()
    assert draws(fork, "a") == draws(RandomSource(1), "a", 8)[3:]
    draws(fork, "a", 9)
    assert source.bits("a") == draws(RandomSource(1), "a", 4)[3]


@pytest.mark.parametrize("hash_seed", ["0", "1", "4711"])
def test_it_is_the_same_in_another_process(hash_seed: str) -> None:
    code = (
        "from fauxcorp.core.rng import RandomSource as R; r = R('s/x/1'); print(r.token('a'), r.integer('b', 1, 10**9))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    here = RandomSource("s/x/1")
    assert out.stdout.split() == [here.token("a"), str(here.integer("b", 1, 10**9))]


@given(st.integers(), st.text(max_size=20), st.integers(-1000, 1000), st.integers(0, 1000))
def test_integers_stay_in_their_range(seed: int, label: str, low: int, span: int) -> None:
    source = RandomSource(seed)
    assert all(low <= source.integer(label, low, low + span) <= low + span for _ in range(10))


@given(st.integers(), st.floats(-1e6, 1e6), st.floats(0.001, 1e6))
def test_floats_stay_in_their_range(seed: int, low: float, span: float) -> None:
    value = RandomSource(seed).uniform("u", low, low + span)
    assert low <= value <= low + span


def test_draws_spread_over_all_items() -> None:
    source = RandomSource(3)
    seen = {source.choice("c", "abcdef") for _ in range(200)}
    assert seen == set("abcdef")


@pytest.mark.parametrize("length", [1, 8, 64])
def test_tokens_have_their_length(length: int) -> None:
    token = RandomSource(1).token("t", length)
    assert len(token) == length
    assert set(token) <= set("0123456789abcdef")
