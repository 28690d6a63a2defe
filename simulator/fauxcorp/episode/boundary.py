"""The one place where any exception is caught: a fault of the engine or of a user's tool is recorded, not a crash."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from fauxcorp.errors import FauxcorpError
from fauxcorp.world.text import sound

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """An exception that nobody meant. `place` is file and line of where it came from, without folders."""

    kind: str
    message: str
    place: str
    trace: str


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a guarded call gave: a value or a fault."""

    value: T | None
    fault: Fault | None = None


def guard(call: Callable[[], T]) -> Outcome[T]:
    """Run `call`. Our own errors and interrupts pass; any other exception comes back as a fault."""
    try:
        return Outcome(call())
    except FauxcorpError:
        raise
    except Exception as error:  # noqa: BLE001 - the one boundary
        return Outcome(None, _fault(error))


def _fault(error: BaseException) -> Fault:
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
    text = sound(str(error)[:2000])
    return Fault(type(error).__name__, text, place, "".join(traceback.format_exception(error))[-8000:])
