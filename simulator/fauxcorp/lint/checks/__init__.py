"""Every check, in the order in which they run."""

from fauxcorp.lint.checks import dates, files, office, people, places, shape, threads, words
from fauxcorp.lint.finding import Check

CHECKS: tuple[Check, ...] = (
    *words.CHECKS,
    *dates.CHECKS,
    *threads.CHECKS,
    *places.CHECKS,
    *files.CHECKS,
    *people.CHECKS,
    *office.CHECKS,
    *shape.CHECKS,
)
"""Check by check; names are unique."""

__all__ = ["CHECKS"]
