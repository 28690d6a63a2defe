"""Texts with placeholders in braces, as in `claude -p {task}`; doubled braces are braces."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from string import Formatter

from fauxcorp.errors import UserError


@dataclass(frozen=True, slots=True)
class Template:
    """A text whose placeholders are known to exist."""

    text: str
    used: frozenset[str]

    @classmethod
    def of(cls, text: str, known: Collection[str], *, place: str, words: bool = True) -> Template:
        """Check a text, `words`: as a command line. Raises UserError, which names the place, for what is wrong."""
        return cls(text, frozenset(_names(text, known, place, words)))

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with the values in it."""
        return self.text.format_map(values)

    def words(self, values: Mapping[str, str]) -> list[str]:
        """The words of a command line; what a value holds never makes two words of one. No shell has to do with it."""
        return [Template(word, self.used).fill(values) for word in shlex.split(self.text)]


def _names(text: str, known: Collection[str], place: str, words: bool) -> list[str]:
    try:
        pieces = list(Formatter().parse(text))
        if words:
            shlex.split(text)
    except ValueError as error:
        raise UserError(f"{place}: {error}; a brace that is meant as one is written twice") from None
    names = []
    for _, name, form, conversion in pieces:
        if name is None:
            continue
        if name not in known or form or conversion:
            listed = ", ".join(f"{{{k}}}" for k in known)
            raise UserError(f"{place}: no placeholder {{{name}}}; there are {listed}. A brace is written twice")
        names.append(name)
    return names
