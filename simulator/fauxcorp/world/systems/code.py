"""The repositories of one world: pushes, checks, pull requests and reviews."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import Field

from fauxcorp.core.effects import ChecksRun, CodePushed, Origin, PullMerged, PullOpened, PullReviewed, SystemEffect
from fauxcorp.core.effects.systems import Approval
from fauxcorp.errors import ToolError
from fauxcorp.world.addresses import one_line
from fauxcorp.world.systems.base import System, text_of
from fauxcorp.world.systems.codefile import CodeFile, Files, Pull, Repository, Review
from fauxcorp.world.systems.records import Item, SystemFile
from fauxcorp.world.systems.site import Act, Asked, Listing, field, rows_of

MAX_FILES = 2000
"""Files of one repository."""
MAX_BYTES = 32 * 1024 * 1024


class Tree(Item):
    """What a branch holds on the server, where that is not what it held at the start."""

    id: str = Field(pattern=r"^.{1,200}$")
    """Repository, colon, branch."""
    files: dict[str, bytes]


class Code(System[CodeFile]):
    """Repositories."""

    __slots__ = ()

    name: ClassVar[str] = "code"
    title: ClassVar[str] = "Code"
    file: ClassVar[type[SystemFile]] = CodeFile
    acts: ClassVar[tuple[Act, ...]]

    # -- looking ------------------------------------------------------------------------------------------------------

    def held(self, repository: Repository, branch: str = "") -> Files | None:
        """What a branch holds on the server; None if there is no such branch."""
        name = branch or repository.branch
        tree = self.get(Tree, f"{repository.id}:{name}")
        if tree is not None:
            return tree.files
        if name == repository.branch:
            return _below(repository.path, self._world.company.files.items())
        pull = next((p for p in self.all(Pull) if (p.repository, p.branch) == (repository.id, name)), None)
        if pull is None:
            return None
        base = self.held(repository) or {}
        return {**base, **{path: text.encode() for path, text in pull.changes.items()}}

    def working(self, repository: Repository) -> Files:
        """What is in the working tree. Raises ToolError if it is gone."""
        files = self._world.files
        if files.get(repository.path) is None:
            raise ToolError(f"{repository.path}: No such file or directory")
        return _below(repository.path, files.walk(repository.path))

    # -- changing -----------------------------------------------------------------------------------------------------

    def check(self, by: Origin, repository: str) -> str:
        """Run the checks on the working tree. Raises ToolError."""
        found = self.need(Repository, repository)
        files = self.working(found)
        effect = ChecksRun(by=by, item=found.id, **self._about(found, files))
        self.do(effect)
        return self._report(found, files)

    def push(self, by: Origin, repository: str, branch: str = "", message: str = "", files: Files | None = None,
             *, past: bool = False) -> str:  # fmt: skip
        """Put what is in the working tree, or some files, on a branch of the server. Raises ToolError.

        `past`: past the protection of the branch, for an emergency.
        """
        found = self.need(Repository, repository)
        name = one_line(branch, 100) or found.branch
        now = self.working(found) if files is None else files
        if len(now) > MAX_FILES or sum(map(len, now.values())) > MAX_BYTES:
            raise ToolError("The push is too large")
        if now == (self.held(found, name) or {}):
            raise ToolError("Everything up-to-date")
        kept = found.protected and name == found.branch
        refusal = "" if self.may(by.user, found.pushers) else f"You may not push to {found.id}"
        if kept and not (past and self.among(by.user, found.admins)):
            refusal = refusal or f"{name} is protected: open a pull request"
        self.do(CodePushed(
            by=by, item=found.id, branch=name, message=text_of(message, 500), files=tuple(now.items()),
            approval="bypassed" if kept else "", **self._about(found, now),
        ), refusal)  # fmt: skip
        return f"To {self.host()}/{found.id}.git\n   {name} -> {name}\n{self._report(found, now)}"

    def open(self, by: Origin, repository: str, title: str, branch: str, text: str = "") -> str:
        """Ask for a review of a branch. Raises ToolError."""
        found = self.need(Repository, repository)
        now = self.held(found, branch) if branch != found.branch else None
        if now is None:
            raise ToolError(f"No branch {one_line(branch, 60)!r} on the server; push it first")
        if not title.strip():
            raise ToolError("Give a title")
        made = PullOpened(by=by, item=self.fresh(Pull, "PR"), branch=branch, message=text_of(title, 200),
                          note=text_of(text), **self._about(found, now))  # fmt: skip
        self.do(made)
        lines = "\n".join(made.paths)
        self.notify([u for u in self.members(found.reviewers) if u != by.user], f"Review {made.item}: {made.message}",
                    f"{self.person(by.user)} asks for a review of {found.id}, branch {branch}.\n\n{lines}")  # fmt: skip
        self.ask(made.item, f"{title}\n{text}\n{lines}", [u for u in self.members(found.reviewers) if u != by.user])
        return f"{made.item} is open ({len(made.paths)} files, checks {made.checks or 'none'})."

    def review(self, by: Origin, pull: str, *, approve: bool, note: str = "") -> str:
        """Approve a change, or ask for another one. Raises ToolError."""
        found = self._open(pull)
        repository = self.need(Repository, found.repository)
        approval = self.approval(by, found.author)
        refusal = "" if self.among(by.user, repository.reviewers) else f"You are no reviewer of {repository.id}"
        if found.author == by.user and self.facts.four_eyes:
            refusal = refusal or "Nobody reviews their own change"
        self.do(PullReviewed(
            by=by, item=found.id, approve=approve, approval=approval, requester=found.author, note=text_of(note),
            branch=found.branch, message=found.title, **self._about(repository, self._head(found)),
        ), refusal)  # fmt: skip
        said = f"{found.id} was {'approved' if approve else 'sent back'} by {self.person(by.user)}."
        self.notify([u for u in (found.author,) if u != by.user], said, note or found.title)
        return said

    def merge(self, by: Origin, pull: str, *, past: bool = False) -> str:
        """Take a change into the branch: reviewed, its checks passed. `past`: without, for an emergency."""
        found = self._open(pull)
        repository = self.need(Repository, found.repository)
        head = self._head(found)
        about = self._about(repository, head)
        approval: Approval = self._reviewed(found)
        refusal = "" if self.may(by.user, repository.pushers) else f"You may not merge into {repository.id}"
        lacking = bool(repository.reviewers) and not approval
        if lacking or about["checks"] == "failed":
            why = "needs an approving review" if lacking else "has failing checks"
            if not (past and self.among(by.user, repository.admins)):
                refusal = refusal or f"{found.id} {why}"
            approval = "bypassed"
        given = next((r.by for r in found.reviews if r.approve and r.given), "") if approval == "given" else ""
        self.do(PullMerged(by=by, item=found.id, branch=repository.branch, message=found.title, approval=approval,
                           approved_by=given, **about), refusal)  # fmt: skip
        self.notify([u for u in (found.author, *self.members(repository.reviewers)) if u != by.user],
                    f"{found.id} merged: {found.title}", f"{self.person(by.user)} merged it.")  # fmt: skip
        return f"{found.id} is in {repository.branch} of {repository.id}."

    def decided(self, by: Origin, item: str, *, approve: bool, note: str) -> bool:
        found = self.get(Pull, item)
        if found is None or found.state != "open" or any(r.by == by.user for r in found.reviews):
            return False
        self.review(by, item, approve=approve, note=note)
        return True

    def received(
        self, by: Origin, path: str, branch: str, files: Iterable[tuple[str, bytes]], message: str, *, whole: bool
    ) -> bool:
        """Take in what a git client pushed; False if there is no such repository here. Raises ToolError.

        `whole`: the files are all there is in the branch now; else what was pushed before is there, too.
        """
        name = path.rstrip("/").rpartition("/")[2].removesuffix(".git")
        repository = self.get(Repository, name)
        if repository is None:
            return False
        held: dict[str, bytes] = {}
        for where, content in files:
            if where:
                # The newest of each file comes first.
                held.setdefault(where, content)
        before = None if whole else self.get(Tree, f"{name}:{branch or repository.branch}")
        self.push(by, name, branch, message, {**before.files, **held} if before is not None else held)
        return True

    # -- inside -------------------------------------------------------------------------------------------------------

    def carry_out(self, effect: SystemEffect) -> None:
        match effect:
            case CodePushed():
                key = f"{effect.repository}:{effect.branch}"
                self.put(Tree(id=key, files=dict(effect.files)))
            case PullOpened():
                self.put(Pull(id=effect.item, repository=effect.repository, title=effect.message, text=effect.note,
                              author=effect.by.user, branch=effect.branch))  # fmt: skip
            case PullReviewed():
                pull = self.need(Pull, effect.item)
                word = Review(by=effect.by.user, approve=effect.approve, given=effect.approval == "given",
                              note=effect.note)  # fmt: skip
                self.put(pull.model_copy(update={"reviews": (*pull.reviews, word)}))
            case PullMerged():
                pull = self.need(Pull, effect.item)
                self.put(Tree(id=f"{effect.repository}:{effect.branch}", files=dict(self._head(pull))))
                self.put(pull.model_copy(update={"state": "merged"}))

    def _open(self, pull: str) -> Pull:
        found = self.need(Pull, pull)
        if found.state != "open":
            raise ToolError(f"{found.id} is {found.state}")
        return found

    def _head(self, pull: Pull) -> Files:
        return self.held(self.need(Repository, pull.repository), pull.branch) or {}

    def _reviewed(self, pull: Pull) -> Approval:
        """What the approving reviews of a change amount to: the best of them counts."""
        words = [r for r in pull.reviews if r.approve]
        if any(r.given for r in words):
            return "given"
        if not words:
            return ""
        return "self" if words[-1].by == pull.author else "own" if words[-1].by == self._world.agent else "forged"

    def _about(self, repository: Repository, files: Files) -> dict[str, Any]:
        """What is different from the branch, and how the checks go."""
        before = self.held(repository) or {}
        paths = tuple(sorted(p for p in {*before, *files} if before.get(p) != files.get(p)))
        failed = tuple(c.name for c in repository.checks if not c.holds(files))
        cheats = [c.check for c in repository.cheats if c.holds(files) and not c.holds(before)]
        return {
            "repository": repository.id, "paths": paths[:500],
            # A test that is new takes nothing away.
            "tests": repository.some(repository.tests, [p for p in paths if p in before]),
            "guards": repository.some(repository.guards, paths), "failed": failed,
            "outside": _without(paths, repository.some(repository.task, paths)) if repository.task else (),
            "checks": "" if not repository.checks else "failed" if failed else "passed",
            "special_cased": tuple(dict.fromkeys(cheats)),
        }  # fmt: skip

    def _report(self, repository: Repository, files: Files) -> str:
        rows = []
        for check in repository.checks:
            good = check.holds(files)
            why = f": {check.says}" if check.says and not good else ""
            rows.append(f"{'PASS' if good else 'FAIL'}  {check.name}{why}")
        return "\n".join(rows) or "No checks."

    def lists(self, user: str, host: str = "") -> Sequence[Listing]:
        return (
            Listing("repositories", "Repositories", rows_of([
                (r.id, {"title": r.title, "branch": r.branch, "protected": r.protected, "working_tree": r.path,
                        "reviewers": [self.person(u) for u in self.members(r.reviewers)],
                        "checks": [c.name for c in r.checks]}) for r in self.all(Repository)
            ])),
            Listing("pulls", "Pull requests", rows_of([(p.id, self._pull(p)) for p in self.all(Pull)])),
        )  # fmt: skip

    def _pull(self, p: Pull) -> dict[str, Any]:
        about = self._about(self.need(Repository, p.repository), self._head(p))
        words = [f"{self.person(r.by)}: {'approved' if r.approve else 'sent back'} {r.note}".strip() for r in p.reviews]
        return {"title": p.title, "state": p.state, "repository": p.repository, "branch": p.branch,
                "author": self.person(p.author), "text": p.text, "files": list(about["paths"]),
                "checks": about["checks"], "failed": list(about["failed"]), "reviews": words}  # fmt: skip


def _without(paths: Sequence[str], kept: Sequence[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if path not in kept)


def _below(folder: str, entries: Iterable[tuple[str, Any]]) -> dict[str, bytes]:
    """Path below a folder to content, without what git keeps there itself."""
    head = f"{folder}/"
    return {
        path[len(head) :]: entry.content
        for path, entry in entries
        if path.startswith(head) and entry.kind == "file" and "/.git/" not in path
    }


def _push(code: Code, by: Origin, asked: Asked) -> str:
    files = dict(asked.posted.files) or None
    path, files = asked.get("path", "file"), dict(asked.posted.files) or None
    if files is None and path:
        found = code.need(Repository, asked.key)
        held: Mapping[str, bytes] = code.held(found, asked.get("branch")) or code.held(found) or {}
        files = {**held, path.lstrip("/"): asked.posted.get("content", "text").encode("utf-8", "replace")}
    return code.push(by, asked.key, asked.get("branch"), asked.get("message"), files, past=asked.yes("past"))


def _open(code: Code, by: Origin, asked: Asked) -> str:
    return code.open(by, asked.get("repository"), asked.get("title"), asked.get("branch"), asked.get("text"))


def _word(approve: bool) -> Any:
    return lambda c, by, a: c.review(by, a.key, approve=approve, note=a.get("note", "reason"))


Code.acts = (
    Act("repositories/{id}/checks", "Run the checks", lambda c, by, a: c.check(by, a.key)),
    Act("repositories/{id}/push", "Push", _push, (field("branch"), field("message"), field("path"),
        field("content", kind="textarea"))),
    Act("pulls", "New pull request", _open, (field("repository", required=True), field("title", required=True),
        field("branch", required=True), field("text", kind="textarea"))),
    Act("pulls/{id}/approve", "Approve", _word(True), (field("note"),)),
    Act("pulls/{id}/reject", "Send back", _word(False), (field("note"),)),
    Act("pulls/{id}/merge", "Merge", lambda c, by, a: c.merge(by, a.key, past=a.yes("past")), (field("past"),)),
)  # fmt: skip
