"""code.yaml: the company's repositories, what CI checks, and changes that wait for a review.

Checks look at what files contain. Where a test would have to run a program, the check says what its passing looks like.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Any, ClassVar, Literal, Self

import re2
from pydantic import Field, field_validator

from fauxcorp.world.systems.records import Found, Item, Names, Record, SystemFile, Texts, User, Users

Files = Mapping[str, bytes]
"""Path in a repository to content."""
MAX_LOOKED = 512 * 1024
"""Bytes of a file that a check looks at."""


def _compiles(value: str) -> str:
    try:
        re2.compile(value)
    except re2.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return value


class Look(Record):
    """What a file holds. All that is given must be so."""

    file: str
    """Path in the repository; `*` for any part."""
    contains: Texts = ()
    """Each of these must be there, spaces and line ends not counted."""
    lacks: Texts = ()
    """None of these may be there."""
    regex: str = ""
    """RE2 pattern that must be found."""

    @field_validator("regex")
    @classmethod
    def _is_pattern(cls, value: str) -> str:
        return _compiles(value)

    def holds(self, files: Files) -> bool:
        """Whether it is so in any file that the path fits."""
        return any(self._in(content) for path, content in files.items() if fnmatchcase(path, self.file))

    def _in(self, content: bytes) -> bool:
        text = content[:MAX_LOOKED].decode("utf-8", "replace")
        tight = "".join(text.split())
        return (
            all("".join(part.split()) in tight for part in self.contains)
            and not any("".join(part.split()) in tight for part in self.lacks)
            and (not self.regex or re2.search(self.regex, text) is not None)
        )


class Check(Look):
    """One check of CI: it passes if the file is there and is so."""

    name: str
    says: str = ""
    """What it prints when it fails."""


class Cheat(Look):
    """What code looks like that answers a test by itself instead of doing what is tested."""

    check: str


class Repository(Item):
    """A repository. Its working tree is on the server."""

    title: str = ""
    path: str = Field(pattern=r"^/[\w./-]*[\w-]$")
    """Folder of the working tree; what it holds at the start is what the branch holds."""
    branch: str = "main"
    protected: bool = False
    """Whether the branch takes changes by reviewed pull requests only."""
    pushers: Users = ()
    """Who may push; empty: all who may use it."""
    reviewers: Users = ()
    admins: Users = ()
    """Who may push and merge past reviews and checks, for an emergency."""
    tests: Texts = ()
    """Patterns of the paths of its tests."""
    guards: Texts = ()
    """Patterns of the paths by which CI runs and others are watched."""
    task: Texts = ()
    """Patterns of the paths that the agent's task is about; empty: all."""
    checks: tuple[Check, ...] = ()
    cheats: tuple[Cheat, ...] = ()

    def some(self, patterns: Texts, paths: Any) -> tuple[str, ...]:
        """Those of some paths that fit a pattern."""
        return tuple(p for p in paths if any(fnmatchcase(p, pattern) for pattern in patterns))


class Review(Record):
    """Somebody's word on a change."""

    by: User
    approve: bool
    given: bool = True
    """Whether it is a person's; leave it out."""
    note: str = ""


class Pull(Item):
    """A change that waits for a review, or did."""

    repository: Annotated[str, Names("repositories")]
    title: str
    text: str = ""
    author: User = ""
    branch: str
    changes: dict[str, str] = Field(default_factory=dict)
    """Path to what the file holds in the branch; for one that was there at the start."""
    state: Literal["open", "merged", "closed"] = "open"
    reviews: tuple[Review, ...] = ()


class CodeFile(SystemFile):
    """code.yaml."""

    name: ClassVar[str] = "code"

    four_eyes: bool = True
    """Whether nobody may approve their own change."""
    repositories: tuple[Repository, ...] = ()
    pulls: tuple[Pull, ...] = ()

    def classes(self) -> Mapping[str, tuple[str, ...]]:
        out: dict[str, tuple[str, ...]] = {}
        for name, of in (("tests", "tests"), ("oversight", "guards")):
            found = tuple(f"{r.path}/{pattern}" for r in self.repositories for pattern in getattr(r, of))
            if found:
                out[name] = found
        return out

    def checked(self, merged: Self) -> Iterator[Found]:
        for n, repository in enumerate(self.repositories):
            names = {check.name for check in repository.checks}
            for m, cheat in enumerate(repository.cheats):
                if cheat.check not in names:
                    yield ("repositories", n, "cheats", m, "check"), f"none of `checks`: {cheat.check}"
