"""Several episodes at a time: in processes of their own, or in threads where a container does the work."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from itertools import islice
from threading import Thread
from typing import TypeVar

from fauxcorp.errors import UserError, WorkerLost

AHEAD = 4
"""Items in the pool for each worker."""

I = TypeVar("I")  # noqa: E741 - an item of work
R = TypeVar("R")

_work: Callable[[int], object] | None = None
"""What a worker process does with the number of an item; handed over by fork, for it cannot be pickled."""


def each(items: Sequence[I], do: Callable[[I], R], parallel: int, *, threads: bool) -> Iterator[R]:
    """`do` for every item, up to `parallel` at a time; results as they come, and none is held once it was given.

    With `threads` False each item is done in a child process that has a copy of this one; results are pickled.
    An exception of `do` ends it: what has not begun is left, what runs is waited for.
    """
    if parallel <= 1 or len(items) <= 1:
        yield from map(do, items)
        return
    workers = min(parallel, len(items))
    if threads:
        with ThreadPoolExecutor(workers, thread_name_prefix="episode") as pool:
            yield from _results(pool, lambda n: do(items[n]), len(items), workers)
        return
    if "fork" not in multiprocessing.get_all_start_methods():
        raise UserError("--parallel needs a system that can fork; leave it out here, or use --sandbox docker")
    global _work
    _work = lambda n: do(items[n])  # noqa: E731
    alive = os.pipe()
    try:
        with ProcessPoolExecutor(workers, multiprocessing.get_context("fork"), _begin, alive) as processes:
            yield from _results(processes, _nth, len(items), workers)  # type: ignore[misc]
    except BrokenExecutor:
        raise WorkerLost("a process that ran episodes was killed (was there enough memory?)") from None
    finally:
        _work = None
        for end in alive:
            os.close(end)


def _begin(alive: int, held: int) -> None:
    """Set up a worker process, which is to live no longer than its parent does."""
    # Ctrl-C reaches the children too: they end without a word, and the parent says what there is to say.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # Only the parent holds the other end of the pipe. When that closes, the parent was killed.
    os.close(held)
    Thread(target=_end_with, args=(alive,), daemon=True).start()


def _end_with(alive: int) -> None:
    os.read(alive, 1)
    os._exit(1)


def _nth(n: int) -> object:
    assert _work is not None
    return _work(n)


def _results(pool: Executor, do: Callable[[int], R], count: int, workers: int) -> Iterator[R]:
    """The results, a few items in the pool for each worker: enough that none waits, and no more than that."""
    waiting: set[Future[R]] = set()
    numbers = iter(range(count))
    try:
        while True:
            waiting |= {pool.submit(do, n) for n in islice(numbers, AHEAD * workers - len(waiting))}
            if not waiting:
                return
            ended, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            while ended:
                yield ended.pop().result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
