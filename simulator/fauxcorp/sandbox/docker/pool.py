"""Pairs of containers made ready ahead of time, so that an episode does not wait for the engine.

Threads prepare and remove pairs; they touch no world.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.docker.pair import Pair
from fauxcorp.sandbox.docker.recipe import Recipe

WORKERS = 4
TRIES = 2


class Pool:
    """Warm pairs by recipe. `take` may be called from several threads at a time."""

    def __init__(self, make: Callable[[Recipe], Pair], warm: int = 1) -> None:
        """`make`: starts a pair. `warm`: how many are kept ready for each recipe that was asked for; 0 for none."""
        self._make, self._warm = make, warm
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="containers")
        self._waiting: dict[tuple[str, str, str], deque[Future[Pair]]] = {}
        self._ending: list[Future[None]] = []
        self._lock = threading.Lock()
        self._closed = False

    def prepare(self, recipe: Recipe, count: int | None = None) -> None:
        """Begin to make pairs of a recipe ready, so that there are `count`, or as many as are kept."""
        with self._lock:
            if self._closed:
                return
            waiting = self._waiting.setdefault(recipe.key, deque())
            while len(waiting) < (self._warm if count is None else count):
                waiting.append(self._workers.submit(self._make, recipe))

    def take(self, recipe: Recipe) -> Pair:
        """A pair for one episode: one that waits, one that is being made, or else a new one. Raises SandboxError."""
        for _ in range(TRIES):
            with self._lock:
                if self._closed:
                    raise SandboxError("the run has ended")
                waiting = self._waiting.setdefault(recipe.key, deque())
                future = waiting.popleft() if waiting else None
            if future is None:
                break
            pair = self._alive(future)
            self.prepare(recipe)
            if pair is not None:
                return pair
        pair = self._make(recipe)
        self.prepare(recipe)
        return pair

    def give_back(self, pair: Pair) -> None:
        """Remove a pair in the background."""
        with self._lock:
            if not self._closed:
                self._ending = [f for f in self._ending if not f.done()]
                self._ending.append(self._workers.submit(pair.close))
                return
        pair.close()

    def close(self) -> None:
        """Remove what waits, and wait for what is being made or removed; a second call does nothing."""
        with self._lock:
            self._closed = True
            futures = [f for waiting in self._waiting.values() for f in waiting]
            self._waiting.clear()
        for future in futures:
            if not future.cancel():
                self._ending.append(self._workers.submit(_end, future))
        self._workers.shutdown(wait=True)

    def _alive(self, future: Future[Pair]) -> Pair | None:
        """A pair that was made ahead, if it was made and is still there."""
        try:
            pair = future.result()
        except SandboxError:
            return None
        try:
            pair.check()
        except SandboxError:
            self.give_back(pair)
            return None
        return pair


def _end(future: Future[Pair]) -> None:
    """Remove a pair as soon as it has been made."""
    if future.exception() is None:
        future.result().close()
