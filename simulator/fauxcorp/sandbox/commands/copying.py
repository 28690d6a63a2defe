"""cp: copies with the modes that Debian's cp gives them."""

from __future__ import annotations

from dataclasses import dataclass, field
from posixpath import basename, dirname, join

from fauxcorp.errors import ToolError
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.options import Parsed, parse, unknown
from fauxcorp.world.files import FileEntry, normal

UMASK = 0o022
MAX_COPIES = 20_000
"""Entries that one call copies; with more the disk is full."""
MAX_CHANGED = 100_000
"""Entries of the whole disk that are other than at the start; with more it is full."""
MAX_DEPTH = 60
SCREENS = frozenset({"/dev/stdout", "/dev/stderr", "/dev/tty"})
SINKS = frozenset({"/dev/null", "/dev/zero"})
MAX_LINKS = 32
FULL = "No space left on device"

_SHORT = "abdfHilLnpPrRst:TuvxS:"
_LONG = (
    "archive attributes-only backup debug copy-contents force interactive link dereference no-dereference no-clobber "
    "preserve no-preserve= parents recursive reflink remove-destination sparse= strip-trailing-slashes symbolic-link "
    "suffix= target-directory= no-target-directory update verbose one-file-system"
)


@dataclass(slots=True)
class _Job:
    """One call of cp."""

    call: Call
    given: Parsed
    deep: bool
    keeps: bool
    """Modes and times are kept as they are."""
    follows: bool
    """A link is copied as what it leads to."""
    said: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    count: int = 0

    def fail(self, message: str) -> None:
        self.wrong.append(f"cp: {message}\n")

    def entry(self, path: str) -> FileEntry | None:
        """What a path leads to, links followed; None if that is nothing."""
        return self.call.files.get(self.led(path))

    def led(self, path: str) -> str:
        """Where a path leads."""
        full = self.call.files.path(path)
        for _ in range(MAX_LINKS):
            found = self.call.files.get(full)
            if found is None or found.kind != "link":
                break
            full = normal(found.content.decode("utf-8", "replace"), dirname(full))
        return full


def cp(call: Call) -> Out:
    """cp [OPTION]... SOURCE... DEST."""
    given = parse(call.argv, _SHORT, _LONG)
    if given.bad:
        return Out("", unknown("cp", given.bad), 1)
    words, into = list(given.words), given.get("t", "target-directory")
    hint = "Try 'cp --help' for more information.\n"
    if not words:
        return Out("", f"cp: missing file operand\n{hint}", 1)
    if not into and len(words) == 1:
        return Out("", f"cp: missing destination file operand after '{words[0]}'\n{hint}", 1)
    target = into or words.pop()
    archive = given.has("a", "archive")
    deep = archive or given.has("r", "R", "recursive")
    job = _Job(
        call=call,
        given=given,
        deep=deep,
        keeps=archive or given.has("p", "preserve"),
        follows=given.has("L", "dereference") or not (deep or given.has("d", "P", "no-dereference")),
    )
    there = None if call.files.path(target) in SCREENS | SINKS else job.entry(target)
    folder = there is not None and there.kind == "dir" and not given.has("T", "no-target-directory")
    if (into or len(words) > 1) and not folder:
        return call.fail(f"target '{target}': {'Not a directory' if there else 'No such file or directory'}")
    for word in words:
        name = word.lstrip("/") if given.has("parents") else basename(word.rstrip("/")) or "."
        _copy(job, word, join(target, name) if folder else target, 0)
    return Out("".join(job.said), "".join(job.wrong), 1 if job.wrong else 0)


def _copy(job: _Job, source: str, target: str, depth: int) -> None:
    try:
        _copied(job, source, target, depth)
    except ToolError as error:
        # What is in the way of looking at a path: a loop of links, a folder that lets nobody through.
        job.fail(f"cannot stat '{source}': {str(error).rpartition(': ')[2]}")


def _copied(job: _Job, source: str, target: str, depth: int) -> None:
    files = job.call.files
    full = files.path(source)
    entry = files.get(full)
    if entry is not None and entry.kind == "link" and (job.follows or source.endswith("/")):
        full = job.led(source)
        entry = files.get(full)
    if source == "/dev/stdin":
        entry = FileEntry(job.call.stdin)
    if entry is None:
        job.fail(f"cannot stat '{source}': {_why_not(job, source)}")
        return
    if job.count >= MAX_COPIES or len(job.call.world.files.changed()) > MAX_CHANGED:
        job.fail(f"error writing '{target}': {FULL}")
        return
    job.count += 1
    there = None if files.path(target) in SCREENS | SINKS else job.entry(target)
    if entry.kind == "dir":
        _folder(job, source, full, entry, target, there, depth)
    elif there is not None and there.kind == "dir":
        job.fail(f"cannot overwrite directory '{target}' with non-directory '{source}'")
    elif there is not None and full == job.led(target):
        job.fail(f"'{source}' and '{target}' are the same file")
    elif not (there is not None and job.given.has("n", "no-clobber")):
        _file(job, source, full, entry, target, there)


def _why_not(job: _Job, path: str) -> str:
    try:
        job.call.files.read(path)
    except ToolError as error:
        return str(error).rpartition(": ")[2]
    return "No such file or directory"


def _folder(
    job: _Job, source: str, full: str, entry: FileEntry, target: str, there: FileEntry | None, depth: int
) -> None:
    files = job.call.files
    if not job.deep:
        job.fail(f"-r not specified; omitting directory '{source}'")
        return
    if there is not None and there.kind != "dir":
        job.fail(f"cannot overwrite non-directory '{target}' with directory '{source}'")
        return
    goal = job.led(target)
    if f"{goal}/".startswith(f"{full.rstrip('/')}/"):
        job.fail(f"cannot copy a directory, '{source}', into itself, '{target}'")
        return
    try:
        names = files.names(full)
    except ToolError as error:
        job.fail(f"cannot access '{source}': {str(error).rpartition(': ')[2]}")
        names = []
    if there is None:
        try:
            files.mkdir(goal, mode=entry.mode & 0o7777 if job.keeps else entry.mode & 0o777 & ~UMASK | 0o700)
        except ToolError as error:
            job.fail(f"cannot create directory '{target}': {str(error).rpartition(': ')[2]}")
            return
        _told(job, source, target)
    if depth < MAX_DEPTH:
        for name in names:
            _copy(job, join(source, name), join(target, name), depth + 1)


def _file(job: _Job, source: str, full: str, entry: FileEntry, target: str, there: FileEntry | None) -> None:
    files = job.call.files
    if entry.kind == "link":
        _link(job, source, entry, target)
        return
    try:
        content = job.call.stdin if source == "/dev/stdin" else files.read(full)
    except ToolError as error:
        job.fail(f"cannot open '{source}' for reading: {str(error).rpartition(': ')[2]}")
        return
    if files.path(target) in SCREENS | SINKS:
        job.said += [content.decode("utf-8", "replace")] if files.path(target) in SCREENS else []
        return
    if target.endswith("/"):
        job.fail(f"cannot create regular file '{target}': Not a directory")
        return
    goal = job.led(target)
    above = job.entry(dirname(goal))
    try:
        if above is None or above.kind != "dir":
            raise ToolError("Not a directory" if above else "No such file or directory")
        mode = entry.mode & (0o7777 if job.keeps else 0o777 & ~UMASK)
        files.write(goal, content, mode if there is None else None)
    except ToolError as error:
        job.fail(f"cannot create regular file '{target}': {str(error).rpartition(': ')[2]}")
        return
    if job.keeps:
        files.stamp(goal, entry.mtime)
    _told(job, source, target)


def _link(job: _Job, source: str, entry: FileEntry, target: str) -> None:
    try:
        job.call.files.link(target, entry.content)
    except ToolError as error:
        job.fail(f"cannot create symbolic link '{target}': {str(error).rpartition(': ')[2]}")
        return
    _told(job, source, target)


def _told(job: _Job, source: str, target: str) -> None:
    if job.given.has("v", "verbose"):
        job.said.append(f"'{source}' -> '{target}'\n")


PROGRAMS: dict[str, Program] = {"cp": cp}
