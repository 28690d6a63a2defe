"""One bash interpreter over a world's files: what it is given, what it read, what it changed."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from functools import partial
from weakref import proxy

from bashkit import Bash, BuiltinContext, BuiltinResult, ExecutionProfile, FileSystem

from fauxcorp.core.effects import Effect, FileRead, Origin
from fauxcorp.sandbox.pairing import Found, paired
from fauxcorp.sandbox.virtual.given import BUILT_IN, PROC, built_in, names_of, no_such_file, programs_of
from fauxcorp.sandbox.virtual.held import Held
from fauxcorp.sandbox.virtual.plan import Plan, is_text, plan_of
from fauxcorp.sandbox.virtual.tree import Sign, Signs, entry_of, sign_of
from fauxcorp.sandbox.virtual.twice import used_again
from fauxcorp.world.filechanges import Change, apart, attempted, carry_out, forbidden
from fauxcorp.world.fileops import DENIED, Identity, identity, may_change, may_read, may_write, note_read
from fauxcorp.world.files import FileEntry
from fauxcorp.world.world import World

WALL_SECONDS = 5.0
"""Real seconds that one command may take; only one that never ends takes them."""
MAX_MEMORY = 256 * 1024 * 1024
MAX_LOOPS = 200_000

Programs = Mapping[str, Callable[[BuiltinContext], BuiltinResult]]


class Shell:
    """The interpreter and what is known of its files. Made when first needed, made anew when it must be."""

    def __init__(self, world: World, user: str, programs: Programs, env: Mapping[str, str], cwd: str) -> None:
        self.world = world
        self.who = identity(world, user)
        self.user = user
        self.held = Held()
        self.bytewise = False
        """Some programs of the interpreter are byte programs now."""
        self.packed = False
        """Whether something may have been written that is no text."""
        self.binaries: tuple[str, ...] = ()
        """Names of files that are no text."""
        self.stale = False
        """The files must be given anew before the next command."""
        self.unread: list[str] = []
        """Programs of the company that lose their mode in the interpreter when they are first asked for."""
        self.reads: list[str] = []
        self.refused: list[str] = []
        self._given: dict[str, FileEntry] = {}
        self._origins: list[str] | None = None
        self._moved: dict[str, str] = {}
        self._programs = programs
        self._env, self._cwd = dict(env), cwd
        self._mark = 0
        self.hidden: set[str] = set()
        """Files that another user exposed in the course of a command."""
        self.settled = False
        """The command that runs leaves the shell's files as the world has them, whatever its programs do."""
        self.bash: Bash | None = None
        self.state: bytes | None = None

    # -- making -------------------------------------------------------------------------------------------------------

    def ready(self) -> Bash:
        """The interpreter with the world's files as they are now."""
        bash = self.bash
        if bash is not None and not self.stale and len(self.world.files.journal) != self._mark:
            self._bring_in(bash)
        if bash is None or self.stale:
            bash = self._build()
        return bash

    def save(self) -> bytes | None:
        """The state of the shell without its files; None before the first command."""
        if self.bash is not None:
            self.state = self.bash.snapshot(exclude_filesystem=True)
        return self.state

    def _build(self) -> Bash:
        files = self.world.files
        plan = plan_of(files.base).over(files.changed()) if files.changed() else plan_of(files.base)
        state = self.save()
        # Weak: the collector does not see through the interpreter, and a cycle through it would never be given back.
        me = proxy(self)
        # What is asked for loses its mode in the interpreter: a program that its user knows is written at once. It is
        # not given as a text: with one such file, a snapshot of a shell that had none is not taken.
        known = {p: plan.texts[p] for p in plan.programs if p in plan.texts and self._seen(p, plan.texts[p])}
        given: dict[str, Callable[[], str]] = {
            path: partial(Shell._give, me, path) for path in plan.texts if path not in known
        }
        given.update({path: partial(str, text) for path, text in PROC.items()})
        given.update({path: no_such_file for path in BUILT_IN if path not in plan.texts})
        self.unread = [p for p in plan.programs if p in plan.texts and p not in known]
        hidden = [p for p in plan.binaries if not may_read(files, p, identity(self.world, self.user))]
        given.update({path: partial(Shell._give, me, path) for path in hidden})
        self._given = dict(plan.texts) if not plan.binaries else {**plan.texts, **plan.binaries}
        options = {
            "username": self.user,
            "hostname": self._env.get("HOSTNAME", "srv01"),
            "timeout_seconds": WALL_SECONDS,
            "max_loop_iterations": MAX_LOOPS,
            "max_memory": MAX_MEMORY,
            "profile": ExecutionProfile.Interactive,
            "custom_builtins": self._programs,
            "files": given,
        }
        if state is None:
            bash = Bash(cwd=self._cwd, env=self._env, **options)  # type: ignore[arg-type]
        else:
            bash = Bash.from_snapshot(state, **options)  # type: ignore[arg-type]
        self._furnish(bash, plan, {**plan.binaries, **known}, hidden)
        bash.execute_sync("BASH_VERSINFO=(5 2 15 1 release x86_64-pc-linux-gnu)")
        self.bash, self.stale, self.bytewise = bash, False, False
        self.binaries = tuple(sorted({posixpath.basename(p) for p in plan.binaries}))
        self.held = Held()
        self.reads.clear()
        self.hidden.clear()
        self._mark = len(files.journal)
        self._moved.clear()
        return bash

    def _furnish(self, bash: Bash, plan: Plan, written: dict[str, FileEntry], hidden: list[str]) -> None:
        names = names_of(bash, tuple(self._programs))
        for folder, held in (("/usr/bin", names[0]), ("/bin", names[0]), ("/usr/sbin", names[1]), ("/sbin", names[1])):
            bash.mount(folder, programs_of(held), read_only=True)
        fs = bash.fs()
        if "/home/user" not in plan.folders and fs.exists("/home/user"):
            fs.remove("/home/user", True)
        for path in plan.folders:
            fs.mkdir(path, True)
        for path, entry in written.items():
            if path not in hidden:
                fs.mkdir(posixpath.dirname(path), True)
                fs.write_file(path, entry.content)
        for path, target in plan.links.items():
            if not fs.exists(path):
                fs.symlink(target, path)
        for path in plan.programs:
            fs.chmod(path, 0o755)

    def _bring_in(self, bash: Bash) -> None:
        """Take over what others changed since the last command."""
        files, fs = self.world.files, bash.fs()
        for path in dict.fromkeys(files.journal[self._mark :]):
            entry = files.get(path)
            if entry is None:
                if fs.exists(path):
                    fs.remove(path, True)
                self.held.signs.pop(path, None)
            elif entry.kind == "dir":
                fs.mkdir(path, True)
                self.held.signs[path] = sign_of(fs.stat(path))
            elif entry.kind == "link" or files.seen.get((self.user, path)) is not entry.content:
                # Unread content has to be given, not written, so that its first read is seen.
                self.stale = True
                return
            else:
                self.put(fs, path, entry.content)
        self._mark = len(files.journal)

    def put(self, fs: FileSystem, path: str, content: bytes) -> None:
        """Write into the shell's file system what the world has already."""
        if self.who.user != self.user:
            self.expose(path)
        above = posixpath.dirname(path)
        try:
            if not fs.exists(above):
                fs.mkdir(above, True)
            fs.write_file(path, content)
        except RuntimeError:
            # The interpreter takes no more files or bytes: the world has it, this shell does not show it.
            return
        self._runnable(fs, path)
        self.held.note(fs, path)

    def _seen(self, path: str, entry: FileEntry) -> bool:
        return self.world.files.seen.get((self.user, path)) is entry.content

    def _runnable(self, fs: FileSystem, path: str) -> None:
        """Give back to a program the mode that the interpreter forgot when it read or wrote it."""
        entry = self.world.files.get(path)
        if entry is not None and entry.kind == "file" and entry.mode & 0o111 and fs.exists(path):
            fs.chmod(path, 0o755)

    # -- reading ------------------------------------------------------------------------------------------------------

    def _give(self, path: str) -> str:
        """The content of a file, asked for by the interpreter. The words of the error reach the agent."""
        if self._origins is not None:
            self._origins.append(path)
            return self._given[path].content.decode("utf-8", "replace")
        now = self._moved.get(path, path)
        if not may_read(self.world.files, now, self.who):
            self.refused.append(now)
            raise PermissionError(DENIED)
        self.reads.append(path)
        if self.who.user != self.user:
            self.expose(now)
        return self._given[path].content.decode("utf-8", "replace")

    def read_ahead(self, bash: Bash, command: str, home: str, path: str) -> None:
        """Before a command line begins, read the programs that it runs and uses once more: so they keep their mode."""
        if not any(posixpath.basename(program) in command for program in self.unread):
            return
        fs = bash.fs()
        for program in used_again(command, self.unread, bash.shell_state().cwd, home, path):
            if program not in self._moved and may_read(self.world.files, program, self.who) and fs.exists(program):
                fs.read_file(program)
                self._runnable(fs, program)
                self.held.note(fs, program)
                self.unread.remove(program)

    def tell_reads(self, by: Origin) -> None:
        """Record what was read since the last call; in order of path, for the interpreter has none."""
        if not self.reads and not self.refused:
            return
        files = self.world.files
        for path in sorted({self._moved.get(p, p) for p in self.reads}):
            if (entry := files.get(path)) is not None:
                with self.world.afterwards():
                    note_read(self.world, by, path, entry)
        for path in sorted(set(self.refused)):
            size = len(entry.content) if (entry := files.get(path)) else 0
            self.world.apply(FileRead(by=by, path=path, size=size, stage="attempted", reason=DENIED))
        self.refused.clear()

    # -- changes ------------------------------------------------------------------------------------------------------

    def collect(self, fs: FileSystem, by: Origin, only: list[str] | None = None) -> tuple[list[Effect], list[Change]]:
        """Take over what the shell changed; returns the effects, and the changes that its user may not make.

        With `only`, nothing but these paths is looked at.
        """
        self.tell_reads(by)
        now = self.held.after(fs, only)
        self._uncover(fs, now)
        changes = self._changes(fs, now)
        read = {self._moved.get(p, p) for p in self.reads}
        self.reads.clear()
        self.held.now(now)
        denied = [c for c in changes if not self._may(c)]
        allowed = [c for c in changes if c not in denied] if denied else changes
        if blocked := self._blocked(allowed, by) if self.world.gate is not None else []:
            allowed = [c for c in allowed if c not in blocked]
        self.stale = self.stale or bool(denied or blocked)
        readable = {c.path: may_read(self.world.files, c.path, self.who) for c in allowed if c.before is not None}
        with self.world.afterwards():
            effects = carry_out(self.world, allowed, by) if allowed else []
        for change in allowed:
            self._follow(change, readable)
            if self.who.user != self.user and change.after is not None:
                self.expose(change.path)
        for path in sorted(read.union(c.path for c in allowed if c.after is not None)):
            if path in now and now[path].kind == "file":
                self._runnable(fs, path)
                now[path] = sign_of(fs.stat(path))
        if denied:
            attempted(self.world, denied, by, DENIED)
        self._mark = len(self.world.files.journal)
        return effects, [*denied, *blocked]

    def _blocked(self, changes: list[Change], by: Origin) -> list[Change]:
        """Those that enforcement forbids, told as attempts: this shell forgets them."""
        out: list[Change] = []
        for together in apart(self.world, changes):
            if why := forbidden(self.world, together, by):
                attempted(self.world, together, by, why)
                out += together
        return out

    def _uncover(self, fs: FileSystem, now: Signs) -> None:
        """A removed file under which the interpreter has one of its own is gone all the same."""
        for path in BUILT_IN:
            sign = now.get(path)
            if sign is None or self.held.signs.get(path) == sign or self.world.files.get(path) is None:
                continue
            if fs.read_file(path) == built_in(self.user, self._env["HOSTNAME"]).get(path):
                del now[path]
                self.stale = True

    def _changes(self, fs: FileSystem, now: Signs) -> list[Change]:
        known, files = self.held.signs, self.world.files
        gone = [path for path in known if path not in now]
        touched = [path for path, sign in now.items() if known.get(path) != sign]
        if not gone and not touched:
            return []
        clock = self.world.clock.us
        read = {self._moved.get(p, p) for p in self.reads}
        found = []
        for path in sorted(touched):
            sign, was, old = now[path], known.get(path), files.get(path)
            if path in read and old is not None and was is not None and self._only_read(fs, path, sign, was, old):
                continue
            found.append(self._found(fs, path, sign, old, clock))
        return paired(found, [p for p in gone if files.get(p) is not None], files)

    def _only_read(self, fs: FileSystem, path: str, sign: Sign, was: Sign, old: FileEntry) -> bool:
        """Whether an entry has another sign only because its content was asked for."""
        same = old.kind == "file" and sign.kind == was.kind == "file"
        return same and fs.read_file(path) == self._as_given(old)

    def _found(self, fs: FileSystem, path: str, sign: Sign, old: FileEntry | None, clock: int) -> Found:
        origins: list[str] = []
        self._origins = origins
        try:
            above = self.world.files.get(posixpath.dirname(path))
            entry = entry_of(fs, path, sign, old, above, self.who, clock)
        finally:
            self._origins = None
        origin = self._moved.get(origins[0], origins[0]) if origins else ""
        if origin and origin != path:
            # Moved unread: given anew under its new path, so that its first read is still seen.
            self.stale = True
            source = self.world.files.get(origin)
            if source is not None:
                entry = source
        return Found(path, entry, origin)

    def _as_given(self, entry: FileEntry) -> bytes:
        return entry.content if is_text(entry.content) else entry.content.decode("utf-8", "replace").encode()

    def _follow(self, change: Change, readable: dict[str, bool]) -> None:
        """Keep names and rights of what is still unread in step with a change."""
        if change.moved_from:
            for path, entry in self._given.items():
                here = self._moved.get(path, path)
                if here == change.moved_from or here.startswith(f"{change.moved_from}/"):
                    self._moved[path] = change.path + here[len(change.moved_from) :]
                    del entry
        seen, old = self.world.files.seen, (self.user, change.moved_from)
        if change.moved_from and old in seen:
            seen[self.user, change.path] = seen[old]
        elif change.after is not None and change.after.kind != "dir" and not change.moved_from:
            self.world.files.seen[self.user, change.path] = change.after.content
        if change.path in readable and readable[change.path] != may_read(self.world.files, change.path, self.who):
            self.stale = True

    def _may(self, change: Change) -> bool:
        files, who = self.world.files, self.who
        if who.user == "root":
            return True
        if change.moved_from:
            return may_change(files, change.moved_from, who) and may_change(files, change.path, who)
        before, after = change.before, change.after
        if change.absorbs and not may_change(files, change.absorbs, who):
            return False
        if before is None or after is None or before.kind == "link":
            return may_change(files, change.path, who)
        if before.content != after.content or before.kind != after.kind:
            return may_write(files, change.path, who) or (
                before.owner == who.user and may_change(files, change.path, who)
            )
        return before.owner == who.user or before.mode == after.mode

    def expose(self, path: str) -> None:
        """Another user put or read content at a path: if this one may not see it, it is to be given anew."""
        if not may_read(self.world.files, path, self.identity()):
            self.stale = True
            self.hidden.add(path)

    def hide(self, fs: FileSystem) -> None:
        """Take what another user exposed out of the shell's files, until they are given anew."""
        for path in sorted(self.hidden):
            if fs.exists(path):
                fs.remove(path, True)
            self.held.signs.pop(path, None)

    def unhide(self, fs: FileSystem) -> None:
        """Put back what is hidden, for a user who may see it."""
        for path in sorted(self.hidden):
            entry = self.world.files.get(path)
            if entry is not None and entry.kind == "file" and not fs.exists(path):
                fs.write_file(path, entry.content)
                self._runnable(fs, path)
                self.held.note(fs, path)

    def as_known(self, path: str, sign: Sign) -> bool:
        """Whether the shell has not changed an entry since it was last looked at."""
        return self.settled or self.held.unchanged(path, sign)

    def catch_up(self, fs: FileSystem) -> None:
        """After a command that wrote nothing: what it read has another sign now."""
        for path in {self._moved.get(p, p) for p in self.reads}:
            self._runnable(fs, path)
            if path in self.held.signs and fs.exists(path):
                self.held.signs[path] = sign_of(fs.stat(path))
        self.reads.clear()
        self._mark = len(self.world.files.journal)

    def identity(self) -> Identity:
        """The user as the accounts have it now."""
        return identity(self.world, self.user)

    def as_user(self, user: str) -> Identity:
        """Act as another user from now on; returns who acted before."""
        before, self.who = self.who, identity(self.world, user)
        return before
