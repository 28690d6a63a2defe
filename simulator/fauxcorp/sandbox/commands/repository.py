"""What git says of a repository: log, show, status, diff, branch, commit. The past is what .git/logs holds."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha1
from posixpath import dirname, join

from fauxcorp.sandbox.commands.call import Call, Out
from fauxcorp.sandbox.commands.options import parse
from fauxcorp.world.when import local

MAX_FILES = 2000
"""Files of a repository that are looked at."""
MAX_DIFF = 256 * 1024
"""Bytes of a file above which it is not compared line by line."""
MAX_COMMITS = 5000
_ENTRY = re.compile(
    r"^([0-9a-f]{40}) ([0-9a-f]{40}) ([^<\n]*) <([^>\n]*)> (\d{1,11}) ([+-]\d\d)(\d\d)\t"
    r"(?:commit|merge|pull|clone|rebase)"
    r"[^:\n]*: (.*)$",
    re.MULTILINE,
)
_NEW = "0" * 40
NO_COMMIT = "fatal: your current branch 'main' does not have any commits yet\n"


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit, as the log of the branch has it."""

    id: str
    name: str
    email: str
    at: datetime
    message: str

    @property
    def date(self) -> str:
        """As git log shows it."""
        return f"{self.at:%a %b} {self.at.day} {self.at:%H:%M:%S %Y %z}"


def top(call: Call, cwd: str) -> str:
    """The folder of the repository that a folder is in, or ''."""
    here = call.files.path(cwd)
    while True:
        if call.files.get(join(here, ".git/HEAD")) is not None or call.files.get(join(here, ".git/config")) is not None:
            return here
        if here == "/":
            return ""
        here = dirname(here)


def _text(call: Call, path: str) -> str:
    entry = call.files.get(path)
    if entry is None or entry.kind != "file":
        return ""
    return call.files.read(path).decode("utf-8", "replace")


def branch(call: Call, root: str) -> str:
    """The branch that is checked out."""
    return _text(call, join(root, ".git/HEAD")).strip().rpartition("/")[2] or "main"


def commits(call: Call, root: str) -> list[Commit]:
    """The commits of the branch, the newest first."""
    out = []
    for match in list(_ENTRY.finditer(_text(call, join(root, ".git/logs/HEAD"))))[-MAX_COMMITS:]:
        zone = timezone(timedelta(hours=int(match[6]), minutes=int(match[6][0] + match[7])))
        at = datetime.fromtimestamp(int(match[5]), UTC).astimezone(zone)
        out.append(Commit(match[2], match[3].strip(), match[4], at, match[8]))
    return out[::-1]


def log(call: Call, root: str, words: list[str]) -> Out:
    """git log: --oneline, -n N, --author, --grep, --since, --format of the usual letters."""
    given = parse(
        [f"-n{w[1:]}" if re.fullmatch(r"-\d{1,6}", w) else w for w in words],
        "n:pS:i", "oneline max-count= author= grep= since= after= until= format= pretty= stat "
        "all graph decorate reverse no-merges "
        "patch abbrev-commit name-only follow date=",
    )  # fmt: skip
    if given.bad:
        return Out("", f"fatal: unrecognized argument: {given.bad}\n", 128)
    found = commits(call, root)
    if not found:
        return Out("", NO_COMMIT, 128)
    head = found[0].id
    author, wanted = given.get("author").lower(), given.get("grep").lower()
    found = [c for c in found if author in f"{c.name} <{c.email}>".lower() and wanted in c.message.lower()]
    count = given.get("n", "max-count")
    if count.isascii() and count.isdecimal():
        found = found[: int(count[:6])]
    if given.has("reverse"):
        found.reverse()
    shape = given.get("format", "pretty")
    if given.has("oneline") or shape == "oneline":
        return Out("".join(f"{c.id[:7]} {c.message}\n" for c in found))
    if "%" in shape:
        shape = shape.removeprefix("format:").removeprefix("tformat:")
        return Out("".join(_formatted(c, shape) + "\n" for c in found))
    mark = f" (HEAD -> {branch(call, root)})" if given.has("decorate") else ""
    return Out("\n".join(_shown(c, mark if c.id == head else "") for c in found))


def _shown(commit: Commit, mark: str = "") -> str:
    head = f"commit {commit.id}{mark}\nAuthor: {commit.name} <{commit.email}>\nDate:   {commit.date}\n"
    return f"{head}\n    {commit.message}\n"


def _formatted(commit: Commit, shape: str) -> str:
    values = {
        "%H": commit.id, "%h": commit.id[:7], "%an": commit.name, "%ae": commit.email, "%s": commit.message, "%n": "\n",
        "%ad": commit.date, "%cd": commit.date, "%as": f"{commit.at:%Y-%m-%d}", "%cs": f"{commit.at:%Y-%m-%d}",
        "%ai": f"{commit.at:%Y-%m-%d %H:%M:%S %z}", "%ci": f"{commit.at:%Y-%m-%d %H:%M:%S %z}", "%cn": commit.name,
        "%ce": commit.email, "%%": "%", "%B": commit.message, "%d": "", "%at": str(int(commit.at.timestamp())),
    }  # fmt: skip
    return re.sub(r"%(?:a[nedis t]|c[nedis]|[HhsnBd%])", lambda m: values.get(m[0].strip(), m[0]), shape)


def show(call: Call, root: str, words: list[str]) -> Out:
    """git show [COMMIT]: the commit. Its patch is not kept."""
    names = [w for w in words if not w.startswith("-")]
    found = commits(call, root)
    if not found:
        return Out("", NO_COMMIT, 128)
    name = names[0] if names else "HEAD"
    back = re.fullmatch(r"(?:HEAD|@|main|master)(?:~(\d{1,5})|(\^*))?", name)
    if back is not None:
        number = int(back[1] or len(back[2] or ""))
        picked = found[number] if number < len(found) else None
    else:
        picked = next((c for c in found if len(name) >= 4 and c.id.startswith(name)), None)
    if picked is None:
        return Out("", f"fatal: ambiguous argument '{name}': unknown revision or path not in the working "
                   "tree.\n"
                   "Use '--' to separate paths from revisions, like this:\n"
                   "'git <command> [<revision>...] -- [<file>...]'\n",
                   128)  # fmt: skip
    return Out(_shown(picked))


def _held(call: Call, root: str) -> Mapping[str, bytes]:
    """Path to content as of the last commit: what the repository began with, and what was committed since."""
    return {
        path[len(root) + 1 :]: entry.content
        for path, entry in call.world.company.files.items()
        if path.startswith(f"{root}/") and entry.kind == "file" and not path.startswith(f"{root}/.git/")
    }


def _now(call: Call, root: str) -> dict[str, bytes]:
    """Path to content of what is in the working tree."""
    out: dict[str, bytes] = {}
    stack = [root]
    while stack and len(out) < MAX_FILES:
        folder = stack.pop()
        for name in call.files.names(folder):
            path = join(folder, name)
            entry = call.files.get(path)
            if entry is None or name == ".git":
                continue
            if entry.kind == "dir":
                stack.append(path)
            elif entry.kind == "file":
                out[path[len(root) + 1 :]] = call.files.read(path)
    return dict(sorted(out.items()))


def _kept(call: Call, root: str) -> dict[str, str]:
    """Path to the hash of its content as of the last commit."""
    index = _text(call, join(root, ".git/index.lst"))
    if index:
        return {path: digest for digest, _, path in (line.partition(" ") for line in index.splitlines())}
    return {path: _digest(data) for path, data in _held(call, root).items()}


def _digest(data: bytes) -> str:
    return sha1(data, usedforsecurity=False).hexdigest()


def _changes(call: Call, root: str) -> tuple[list[tuple[str, str]], list[str]]:
    """What was modified or deleted, with the word for it, and what is not tracked."""
    kept, now = _kept(call, root), _now(call, root)
    digests = {path: _digest(data) for path, data in now.items()}
    changed = [(p, "modified" if p in now else "deleted") for p in sorted(kept) if digests.get(p) != kept[p]]
    return changed, [p for p in sorted(now) if p not in kept]


def status(call: Call, root: str, words: list[str]) -> Out:
    """git status, -s."""
    changed, new = _changes(call, root)
    if "-s" in words or "--short" in words or "--porcelain" in words:
        rows = [f" {how[0].upper()} {path}\n" for path, how in changed]
        return Out("".join([*rows, *(f"?? {path}\n" for path in new)]))
    lines = [f"On branch {branch(call, root)}"]
    if call.files.get(join(root, ".git/refs/remotes/origin", branch(call, root))) is not None:
        ref = _text(call, join(root, ".git/refs/remotes/origin", branch(call, root))).strip()
        ahead = next((n for n, c in enumerate(commits(call, root)) if c.id == ref), 0)
        where = f"'origin/{branch(call, root)}'"
        said = f"Your branch is ahead of {where} by {ahead} commit{'s' if ahead > 1 else ''}." if ahead else ""
        lines += [said or f"Your branch is up to date with {where}.", ""]
    if changed:
        lines += ["Changes not staged for commit:", '  (use "git add <file>..." to update what will be committed)',
                  '  (use "git restore <file>..." to discard changes in working directory)']  # fmt: skip
        lines += [f"\t{how + ':':<11} {path}" for path, how in changed] + [""]
    if new:
        lines += ["Untracked files:", '  (use "git add <file>..." to include in what will be committed)']
        lines += [f"\t{path}" for path in new] + [""]
    if changed:
        lines.append('no changes added to commit (use "git add" and/or "git commit -a")')
    elif new:
        lines.append('nothing added to commit but untracked files present (use "git add" to track)')
    else:
        lines.append("nothing to commit, working tree clean")
    return Out("\n".join(lines) + "\n")


def diff(call: Call, root: str, words: list[str]) -> Out:
    """git diff: the working tree against what the repository held when the day began."""
    held, now = _held(call, root), _now(call, root)
    paths = [w for w in words if not w.startswith("-")]
    parts = []
    for path, _ in _changes(call, root)[0]:
        old, new = held.get(path, b""), now.get(path, b"")
        if paths and not any(path.startswith(p) for p in paths):
            continue
        names = [hash_of(old)[:7], hash_of(new)[:7] if path in now else "0000000"]
        parts.append(f"diff --git a/{path} b/{path}\nindex {names[0]}..{names[1]} 100644\n")
        if max(len(old), len(new)) > MAX_DIFF or b"\0" in old + new:
            parts.append(f"Binary files a/{path} and b/{path} differ\n")
            continue
        parts += _unified(path, old, new, gone=path not in now)
    return Out("".join(parts))


def hash_of(data: bytes) -> str:
    """The name that git gives a blob."""
    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _unified(path: str, old: bytes, new: bytes, *, gone: bool) -> Iterator[str]:
    a, b = (text.decode("utf-8", "replace").splitlines(keepends=True) for text in (old, new))
    for line in difflib.unified_diff(a, b, f"a/{path}", "/dev/null" if gone else f"b/{path}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def branches(call: Call, root: str, words: list[str]) -> Out:
    """git branch, -a, --show-current."""
    current = branch(call, root)
    if "--show-current" in words:
        return Out(f"{current}\n")
    names = call.files.names(join(root, ".git/refs/heads")) or [current]
    rows = [f"{'*' if n == current else ' '} {n}\n" for n in names]
    if {"-a", "-r", "--all"} & set(words):
        rows += [f"  remotes/origin/{n}\n" for n in call.files.names(join(root, ".git/refs/remotes/origin"))]
    return Out("".join(rows))


def commit(call: Call, root: str, words: list[str]) -> Out:
    """git commit -m: what is in the working tree is the branch's newest state."""
    given = parse(words, "m:aqvsF:", "message= all amend no-verify quiet author= allow-empty signoff")
    message = (given.get("m", "message") or "").split("\n")[0][:500]
    if not message:
        return Out("", "Aborting commit due to empty commit message.\n", 1)
    changed, new = _changes(call, root)
    if not changed and not new and not given.has("allow-empty"):
        return Out(f"On branch {branch(call, root)}\nnothing to commit, working tree clean\n", "", 1)
    person = call.world.company.people.get(call.who.user)
    name = person.name if person else call.who.user
    email = person.email if person else f"{call.who.user}@{call.world.company.facts.domain}"
    before = next((c.id for c in commits(call, root)), _NEW)
    at = local(call.world.clock.us, call.world.company.facts.timezone)
    number = _digest(f"{before}\0{name}\0{call.world.clock.us}\0{message}".encode())
    kind = "commit" if before != _NEW else "commit (initial)"
    line = f"{before} {number} {name} <{email}> {call.world.clock.us // 1_000_000} {at:%z}\t{kind}: {message}\n"
    index = "".join(f"{_digest(d)} {p}\n" for p, d in _now(call, root).items())
    call.files.edit({
        join(root, ".git/logs/HEAD"): (_text(call, join(root, ".git/logs/HEAD")) + line).encode(),
        join(root, ".git/refs/heads", branch(call, root)): f"{number}\n".encode(),
        join(root, ".git/index.lst"): index.encode(),
    })  # fmt: skip
    count = len(changed) + len(new)
    first = " (root-commit)" if before == _NEW else ""
    head = f"[{branch(call, root)}{first} {number[:7]}] {message}\n"
    return Out("" if given.has("q", "quiet") else f"{head} {count} file{'s' if count != 1 else ''} changed\n")


VERBS = {"log": log, "show": show, "status": status, "diff": diff, "branch": branches, "commit": commit}
"""Verb to what does it."""
