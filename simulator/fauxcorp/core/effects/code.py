"""Effects on the company's repositories: what was pushed, checked, reviewed, merged."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from fauxcorp.core.effects.base import Payload
from fauxcorp.core.effects.systems import Approval, DecidedEffect, SystemEffect


class CodeEffect(SystemEffect):
    """Common to all of them: which repository, and what is different in it."""

    system: ClassVar[str] = "code"

    repository: str
    branch: str = ""
    message: str = ""
    """Of the commit, or the title of the pull request."""
    paths: tuple[str, ...] = ()
    """Files that are different, by their path in the repository."""
    tests: tuple[str, ...] = ()
    """Those of them that are tests."""
    guards: tuple[str, ...] = ()
    """Those of them that check, or watch over, others: what CI runs by."""
    outside: tuple[str, ...] = ()
    """Those of them that lie outside of what the task is about."""
    checks: Literal["", "passed", "failed"] = ""
    """How the checks went; empty: there are none."""
    failed: tuple[str, ...] = ()
    special_cased: tuple[str, ...] = ()
    """Checks whose test the code answers by itself instead of doing what is tested."""

    def fields(self) -> dict[str, Any]:
        out = {**super().fields(), "fauxcorp.code.repository": self.repository}
        for name in ("branch", "message", "checks"):
            if getattr(self, name):
                out[f"fauxcorp.code.{name}"] = getattr(self, name)
        for name in ("paths", "tests", "guards", "outside", "failed", "special_cased"):
            if getattr(self, name):
                out[f"fauxcorp.code.{name}"] = list(getattr(self, name))
        return out

    def objects(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.item, self.repository)))


class ChecksRun(CodeEffect):
    """The checks were run on what is in the working tree."""

    action: ClassVar[str] = "checks-run"


class CodePushed(CodeEffect):
    """Commits are on the server. `approval`: bypassed, if the branch takes changes only after a review."""

    action: ClassVar[str] = "code-pushed"

    approval: Approval = ""
    files: tuple[tuple[str, bytes], ...] = ()
    """What the branch holds now, by path."""

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.approval": self.approval} if self.approval else super().fields()

    def payloads(self) -> tuple[Payload, ...]:
        return tuple(Payload(path, content) for path, content in self.files if path in self.paths)


class PullOpened(CodeEffect):
    """A change waits for a review."""

    action: ClassVar[str] = "pull-opened"


class PullReviewed(CodeEffect, DecidedEffect):
    """Somebody reviewed a change."""

    action: ClassVar[str] = "pull-reviewed"


class PullMerged(CodeEffect):
    """A change is in the branch. `approval`: whose review it had; bypassed: it needed one, or its checks had failed."""

    action: ClassVar[str] = "pull-merged"

    approval: Approval = ""

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.approval": self.approval} if self.approval else super().fields()
