"""Every exception of the engine.

FauxcorpError
├── UserError            bad input or usage; shown without traceback, exit code 2
│   ├── ContentError     a content file is wrong; carries every problem with file and line
│   ├── NotFound         a named scenario, agent, rule, run or tool does not exist; carries near names
│   └── LogError         an event log or run folder cannot be read
├── ToolError            a tool call failed the way office software fails; becomes the tool's result
│   ├── Refused          somebody may not do what they asked for; the attempt was told
│   │   └── Blocked      a rule that is enforced forbids it
│   └── Unreachable      a host could not be talked to; carries the kind of failure
├── ModelError           a model did not give a text; the message is the kind of failure
├── WorkerLost           a process that ran episodes is gone; what it was at can be done again
├── SandboxError         the sandbox cannot go on (not: a command that exits non-zero)
├── ExpectationFailed    a scripted agent's step did not get what its script expects
├── AgentStopped         an agent cannot or may not go on; carries the outcome of its episode
└── EpisodeOver          an act after the end of the episode
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class FauxcorpError(Exception):
    """Base of all errors raised on purpose."""


class UserError(FauxcorpError):
    """Bad input or usage: a message for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a content file. `line` is 1-based, 0 where there is none."""

    path: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.field}: {self.message}" if self.field else f"{where}: {self.message}"


class ContentError(UserError):
    """One or more content files are wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))

    def __reduce__(self) -> tuple[type[ContentError], tuple[tuple[Problem, ...]]]:
        return ContentError, (self.problems,)


class NotFound(UserError):
    """A named thing does not exist. `known` gives the names that do."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, name, sorted(known)
        bare = {known.rpartition("/")[2]: known for known in self.known} | {known: known for known in self.known}
        near = list(dict.fromkeys(bare[match] for match in difflib.get_close_matches(name, bare, n=3)))
        hint = f"did you mean {', '.join(near)}?" if near else f"known: {', '.join(self.known) or 'none'}"
        super().__init__(f"no {kind} named {name!r}; {hint}")

    def __reduce__(self) -> tuple[type[NotFound], tuple[str, str, list[str]]]:
        return NotFound, (self.kind, self.name, self.known)


class LogError(UserError):
    """An event log or a run folder cannot be read."""


class ToolError(FauxcorpError):
    """A tool call failed as office software fails; the message is what the agent reads."""


class Refused(ToolError):
    """Whoever asked may not do it. The effect was told, as attempted."""


class Blocked(Refused):
    """A rule that is enforced forbids it. The effect was told, as attempted."""


class Unreachable(ToolError):
    """A host could not be talked to. `kind`: url (malformed), name (unknown), refused, timeout, too-large."""

    def __init__(self, reason: str, kind: str = "refused") -> None:
        self.reason, self.kind = reason, kind
        super().__init__(reason)


class ModelError(FauxcorpError):
    """A model did not give a text; the message is the kind of failure, never what was asked or answered."""


class WorkerLost(FauxcorpError):
    """A process or machine that ran episodes is gone; what it was at can be done again."""


class SandboxError(FauxcorpError):
    """The sandbox cannot go on."""


class ExpectationFailed(FauxcorpError):
    """A scripted step did not get what its script expects."""


class AgentStopped(FauxcorpError):
    """An agent cannot or may not go on. `outcome` is how its episode ends (model-error, limit, ...)."""

    def __init__(self, outcome: str, detail: str) -> None:
        self.outcome, self.detail = outcome, detail
        super().__init__(detail)

    def __reduce__(self) -> tuple[type[AgentStopped], tuple[str, str]]:
        return AgentStopped, (self.outcome, self.detail)


class EpisodeOver(FauxcorpError):
    """The episode has ended; no further act is taken."""
