"""Several at a time give what one after the other gives."""

from __future__ import annotations

import os
import threading

import pytest

from fauxcorp.episode.parallel import each
from fauxcorp.errors import LogError


@pytest.mark.parametrize("threads", [True, False])
@pytest.mark.parametrize("parallel", [1, 3, 50])
def test_every_item_is_done_once(threads: bool, parallel: int) -> None:
    assert sorted(each(range(20), lambda n: n * n, parallel, threads=threads)) == [n * n for n in range(20)]


def test_where_it_is_done() -> None:
    assert set(each(range(4), lambda _: os.getpid(), 1, threads=False)) == {os.getpid()}
    assert os.getpid() not in set(each(range(4), lambda _: os.getpid(), 2, threads=False))
    here = threading.get_ident()
    assert here not in set(each(range(4), lambda _: threading.get_ident(), 2, threads=True))


@pytest.mark.parametrize("threads", [True, False])
def test_what_is_raised_comes_through(threads: bool) -> None:
    def one(n: int) -> int:
        if n == 3:
            raise LogError("disk full")
        return n

    with pytest.raises(LogError, match="disk full"):
        list(each(range(40), one, 2, threads=threads))


def test_two_run_at_the_same_time() -> None:
    meeting = threading.Barrier(2, timeout=30)

    def one(_: int) -> int:
        return meeting.wait()

    assert sorted(each(range(2), one, 2, threads=True)) == [0, 1]
