"""Several episodes at a time: in processes of their own, or in threads where a container does the work."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from typing import TypeVar

from fauxcorp.errors import UserError

I = TypeVar("I")  # noqa: E741 - an item of work
R = TypeVar("R")

_work: Callable[[int], object] | None = None
"""What a worker process does with the number of an item; handed over by fork, for it cannot be pickled."""


def each(items: Sequence[I], do: Callable[[I], R], parallel: int, *, threads: bool) -> Iterator[R]:
    """`do` for every item, up to `parallel` at a time; results as they come.

    With `threads` False each item is done in a child process that has a copy of this one; results are pickled.
    An exception of `do` ends it: what has not begun is left, what runs is waited for.
    """
    if parallel <= 1 or len(items) <= 1:
        yield from map(do, items)
        return
    workers = min(parallel, len(items))
    if threads:
        with ThreadPoolExecutor(workers, thread_name_prefix="episode") as pool:
            yield from _results([pool.submit(do, item) for item in items], pool)
        return
    if "fork" not in multiprocessing.get_all_start_methods():
        raise UserError("--parallel needs a system that can fork; leave it out here, or use --sandbox docker")
    global _work
    _work = lambda n: do(items[n])  # noqa: E731
    try:
        # Ctrl-C reaches the children too: they end without a word, and this process says what there is to say.
        with ProcessPoolExecutor(
            workers, multiprocessing.get_context("fork"), signal.signal, (signal.SIGINT, signal.SIG_DFL)
        ) as processes:
            yield from _results([processes.submit(_nth, n) for n in range(len(items))], processes)  # type: ignore[misc]
    finally:
        _work = None


def _nth(n: int) -> object:
    assert _work is not None
    return _work(n)


def _results(futures: Sequence[Future[R]], pool: Executor) -> Iterator[R]:
    try:
        for future in as_completed(futures):
            yield future.result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
