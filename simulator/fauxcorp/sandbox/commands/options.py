"""Reading command lines the way getopt(3) does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Parsed:
    """Options in their order, and the words that are none. `bad` is the first option that is not known."""

    options: list[tuple[str, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    bad: str = ""
    """As typed, with dashes."""
    lacks: str = ""
    """An option whose value is missing."""

    def has(self, *names: str) -> bool:
        """Whether any of these was given."""
        return any(name in names for name, _ in self.options)

    def get(self, *names: str, default: str = "") -> str:
        """The last value given to any of these."""
        return next((value for name, value in reversed(self.options) if name in names), default)

    def all(self, *names: str) -> list[str]:
        """Every value given to any of these, in order."""
        return [value for name, value in self.options if name in names]


def parse(argv: list[str], short: str, long: str = "", *, stop: bool = False) -> Parsed:
    """Split a command line. `short` as in getopt ("ab:" takes a value after b), `long` as words ("name= other").

    With `stop`, options end at the first other word. Names come out without dashes.
    """
    takes = {c for c, after in zip(short, f"{short[1:]} ", strict=False) if after == ":"}
    flags = set(short.replace(":", ""))
    names = {w.rstrip("="): w.endswith("=") for w in long.split()}
    out = Parsed()
    words = iter(argv)
    for word in words:
        if word == "--":
            out.words.extend(words)
        elif word.startswith("--"):
            _long(word, words, names, out)
        elif len(word) > 1 and word[0] == "-":
            _short(word, words, flags, takes, out)
        else:
            out.words.append(word)
            if stop:
                out.words.extend(words)
    return out


def _long(word: str, words: Iterator[str], names: dict[str, bool], out: Parsed) -> None:
    name, equals, value = word[2:].partition("=")
    if name not in names:
        near = [n for n in names if n.startswith(name)]
        if len(near) != 1:
            out.bad = out.bad or word.partition("=")[0]
            return
        name = near[0]
    if names[name] and not equals:
        given = next(words, None)
        if given is None:
            out.lacks = out.lacks or f"--{name}"
        value = given or ""
    out.options.append((name, value))


def _short(word: str, words: Iterator[str], flags: set[str], takes: set[str], out: Parsed) -> None:
    for n, letter in enumerate(word[1:], 1):
        if letter not in flags:
            out.bad = out.bad or f"-{letter}"
        elif letter in takes:
            value = word[n + 1 :]
            if not value:
                given = next(words, None)
                if given is None:
                    out.lacks = out.lacks or f"-{letter}"
                value = given or ""
            out.options.append((letter, value))
            return
        else:
            out.options.append((letter, ""))


def unknown(name: str, bad: str) -> str:
    """What GNU programs say to an option that they do not know."""
    said = f"unrecognized option '{bad}'" if bad.startswith("--") else f"invalid option -- '{bad[1:]}'"
    return f"{name}: {said}\nTry '{name} --help' for more information.\n"
