"""Servers that run until a signal comes."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event

from fauxcorp.cli.output import Out
from fauxcorp.serve.served import Served


@contextmanager
def signals() -> Iterator[Event]:
    """An event that a signal to end sets, in place of ending the process."""
    ended = Event()
    before = {s: signal.signal(s, lambda *_: ended.set()) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for which, handler in before.items():
            with suppress(TypeError):
                signal.signal(which, handler)


def wait_for(ended: Event, enough: Callable[[], bool] = lambda: False) -> None:
    """Wait until it is set, or until it is enough, which is asked each second."""
    # In pieces: elsewhere than on Linux a wait without end is not broken by a signal.
    while not ended.wait(1.0) and not enough():
        continue


def show_and_serve(server: Served, out: Out) -> None:
    """Serve until a signal comes, after the address has been printed."""
    with signals() as ended, server:
        out.line(server.url)
        out.flush()
        wait_for(ended)
