"""The virtual sandbox: bash in process, the office's own programs as its builtins, the world's files under it."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Mapping
from functools import partial
from weakref import proxy

from bashkit import (
    Bash,
    BashError,
    BuiltinContext,
    BuiltinResult,
    CommandContext,
    CommandStatus,
    FileSystem,
    ScriptAnalysis,
)
from bashkit import ExecResult as Raw

from fauxcorp.core.effects import FileRead, Origin
from fauxcorp.errors import ToolError
from fauxcorp.sandbox.base import ExecResult
from fauxcorp.sandbox.commands import BYTES, PROGRAMS, REENTRANT, THREADED
from fauxcorp.sandbox.commands.call import Call, Out
from fauxcorp.sandbox.files import WorldFiles
from fauxcorp.sandbox.output import refused, shown
from fauxcorp.sandbox.virtual import face
from fauxcorp.sandbox.virtual.debian import refused as refused_change
from fauxcorp.sandbox.virtual.host import ShellHost
from fauxcorp.sandbox.virtual.live import ShellFiles
from fauxcorp.sandbox.virtual.reading import own_history, possible
from fauxcorp.sandbox.virtual.shell import Shell
from fauxcorp.sandbox.virtual.sober import sober, touched
from fauxcorp.sandbox.virtual.tame import deeply, tamed
from fauxcorp.world.baseline import server
from fauxcorp.world.filechanges import Change
from fauxcorp.world.when import local
from fauxcorp.world.world import World

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

MAX_STDIN = 64 * 1024 * 1024
_PACKERS = re.compile(
    r"\b(?:tar|gzip|gunzip|zcat|bzip2|bzcat|bunzip2|xz|xzcat|unxz|zip|unzip|openssl|xxd|dd|gpg|urandom)\b|\bbase(?:64|32)\s+-{1,2}[dD]|\\x[89a-fA-F]|\\[23][0-7]{2}"
)
"""What makes bytes that are no text."""


class VirtualSandbox(WorldFiles):
    """One user's shell and files in one world. Nothing is made before the first command."""

    def __init__(self, world: World, user: str) -> None:
        super().__init__(world, user)
        self.by = Origin("agent", user, "shell")
        self.history: list[str] = []
        self.services: dict[str, str] = {}
        self._shell: Shell | None = None
        self._state: bytes | None = None
        self._fault: BaseException | None = None
        self._late = 0
        """Simulated instant at which the command is ended, in microseconds since 1970."""
        self._over = False
        self._fixed = False
        self._evals = 0
        self._depth = 0

    def exec(self, command: str, timeout: float = 60.0) -> ExecResult:
        if self.closed:
            raise RuntimeError("the sandbox is closed")
        no = refused(command)
        if no is not None:
            return no
        shell = self._ready()
        bash = shell.ready()
        shell.who = shell.identity()
        if self._over:
            bash.clear_cancel()
        self._fault, self._over = None, False
        self._late = self.world.clock.us + round(timeout * 1_000_000)
        if len(self.history) < 10_000:
            self.history.append(command)
        if shell.unread:
            shell.read_ahead(bash, command, self._home(), PATH)
        only = self._only(bash, command)
        shell.settled = only == []
        if not shell.settled:
            shell.held.before(bash.fs(), only)
        if only is None:
            raw = deeply(lambda: self._run(bash, own_history(command))).result()
        else:
            raw = self._run(bash, own_history(command))
        if self._fault is not None:
            raise self._fault
        denied: list[Change] = []
        if not shell.settled:
            denied = shell.collect(bash.fs(), self.by, only)[1]
        else:
            shell.tell_reads(self.by)
            shell.catch_up(bash.fs())
        return self._result(raw, denied, self._hidden_from(raw.stderr))

    def fork(self, world: World) -> VirtualSandbox:
        other = VirtualSandbox(world, self.user)
        other.history = list(self.history)
        other.services = dict(self.services)
        other._state = self._shell.save() if self._shell is not None else self._state
        other._fixed, other._evals = self._fixed, self._evals
        return other

    def close(self) -> None:
        self.closed = True
        self._shell = None
        self._state = None

    # -- running ------------------------------------------------------------------------------------------------------

    def _ready(self) -> Shell:
        if self._shell is None:
            # Weak, as what the interpreter holds is never seen by the collector.
            me: VirtualSandbox = proxy(self)

            def program(ctx: BuiltinContext) -> BuiltinResult:
                # A plain function: the interpreter looks into each of its programs, and into a partial for longer.
                return me._program(ctx)

            programs = dict.fromkeys(PROGRAMS, program)
            self._shell = Shell(self.world, self.user, programs, self._environment(), self._home())
            self._shell.state = self._state
        return self._shell

    def _home(self) -> str:
        account = self.world.accounts.get(self.user)
        home = account.home if account else "/"
        return home if self.world.files.get(home) is not None else self.world.company.facts.workspace

    def _environment(self) -> dict[str, str]:
        account = self.world.accounts.get(self.user)
        host = server(self.world.company.facts)
        home = account.home if account else "/"
        uid = str(account.uid) if account else "1000"
        return {
            "HOME": home,
            "USER": self.user,
            "LOGNAME": self.user,
            "SHELL": account.shell if account else "/bin/bash",
            "PATH": PATH,
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "MAIL": f"/var/mail/{self.user}",
            "HOSTNAME": host.name if host else "srv01",
            "UID": uid,
        }

    def _only(self, bash: Bash, command: str) -> list[str] | None:
        """The paths that a command can have written to; None if that cannot be told."""
        try:
            analysis: ScriptAnalysis = bash.analyze(command)
        except BashError:
            return None
        if analysis.functions or analysis.is_opaque or any(c.name == "alias" for c in analysis.commands):
            # From here on a name may stand for something else.
            self._fixed = True
        return None if self._fixed else possible(analysis, bash.shell_state().cwd, PROGRAMS)

    def _possible(self, bash: Bash, script: str, cwd: str) -> list[str] | None:
        try:
            return possible(bash.analyze(script), cwd, PROGRAMS)
        except BashError:
            return None

    def _run(self, bash: Bash, command: str) -> Raw:
        now, draw = self.world.clock.us // 1_000_000, self.world.rng.integer("shell", 1, 32767)
        if "RANDOM" in command or "EPOCH" in command or self._fixed:
            bash.execute_sync(f"RANDOM={draw}; EPOCHSECONDS={now}")
        if "eval" in command:
            # One alone has nothing to call, and stays as it is.
            self._evals += command.count("eval")
            command = tamed(bash, command) if self._evals > 1 else command
        if touched(command):
            here = local(self.world.clock.us, self.world.company.facts.timezone)
            command = sober(bash, command, here, self.world.rng.bits("shell-chance"))
        run = bash.execute_sync
        if self._binary(command):
            run = partial(_in_a_loop, bash)
        return run(command)

    def _binary(self, command: str) -> bool:
        """Whether bytes that are no text may go from program to program; the shell then runs them as byte programs."""
        shell = self._shell
        assert shell is not None
        assert shell.bash is not None
        if not shell.bytewise:
            # What an earlier command packed may be read by this one.
            shell.packed = shell.packed or _PACKERS.search(command) is not None
            piped = any(c in command for c in "|<>")
            if not piped or not (shell.packed or any(n in command for n in shell.binaries)):
                return False
            for name in BYTES:
                shell.bash.add_command(name, partial(VirtualSandbox._live, proxy(self)))
            shell.bytewise = True
        return True

    async def _live(self, ctx: CommandContext) -> CommandStatus:
        """One of the programs that take and give bytes was called."""
        stdin = bytearray()
        async for chunk in ctx.stdin:
            if len(stdin) < MAX_STDIN:
                stdin += chunk
        out = await asyncio.to_thread(self._call, ctx.name, ctx.argv, bytes(stdin), ctx.env, ctx.cwd, ctx.fs)
        await ctx.stdout.write(
            out.stdout if isinstance(out.stdout, bytes) else out.stdout.encode("utf-8", "surrogateescape")
        )
        await ctx.stderr.write(out.stderr.encode("utf-8", "replace"))
        return CommandStatus(out.code)

    def _hidden_from(self, stderr: str) -> str:
        """What is hidden is said to be forbidden, not to be missing; asking for it was an attempt."""
        assert self._shell is not None
        for path in sorted(self._shell.hidden):
            missing = f"{path}: No such file or directory"
            if missing in stderr:
                stderr = stderr.replace(missing, f"{path}: Permission denied")
                self.world.apply(FileRead(by=self.by, path=path, stage="attempted", reason="Permission denied"))
        return stderr

    def _result(self, raw: Raw, denied: list[Change], stderr: str) -> ExecResult:
        stdout, stderr, code = raw.stdout, face.errors(stderr), raw.exit_code
        if self._over:
            stderr, code = "Terminated\n", 124
        elif raw.error:
            words, code = face.limit_words(raw.error)
            stderr = stderr if words in stderr else f"{stderr}{words}\n"
            stderr = stderr if stderr.endswith("\n") else f"{stderr}\n"
        if denied:
            by_path = {c.path: c for c in denied}
            stderr += "".join(refused_change(by_path[path]) for path in sorted(by_path)[:20])
            code = code or 1
        out, cut = shown(face.scrub(stdout))
        err, cut_too = shown(stderr)
        return ExecResult(out, err, code, cut or cut_too or raw.stdout_truncated)

    # -- programs -----------------------------------------------------------------------------------------------------

    def _program(self, ctx: BuiltinContext) -> BuiltinResult:
        """One of the office's programs was called."""
        name = ctx.name
        stdin = (ctx.stdin or "").encode("utf-8", "surrogateescape")
        given = (name, ctx.argv, stdin, ctx.env, ctx.cwd, ctx.fs)
        if name in REENTRANT or (name in THREADED and self._shell is not None and not self._shell.settled):
            future = deeply(lambda: self._call(*given))
            # What a fault of ours raised is kept, and raised by `exec`.
            out = future.result() if future.exception() is None else Out("", "", 1)
        else:
            out = self._call(*given)
        stdout = out.stdout if isinstance(out.stdout, str) else out.stdout.decode("utf-8", "replace")
        return BuiltinResult(stdout, out.stderr, out.code)

    def _call(self, name: str, argv: list[str], stdin: bytes, env: dict[str, str], cwd: str, fs: FileSystem) -> Out:
        """Run a program; what a fault of ours raises is kept for `exec`."""
        shell = self._shell
        assert shell is not None
        shell.tell_reads(self.by)
        call = Call(
            name,
            list(argv),
            stdin,
            dict(env),
            cwd,
            self.world,
            self.by,
            shell.who,
            ShellFiles(shell, fs, cwd, self.by),
            ShellHost(self, fs),
        )
        out = Out("", "", 1)
        done = False
        try:
            out = PROGRAMS[name](call)
            done = True
        except ToolError as error:
            done = True
            out = call.fail(str(error))
        finally:
            if not done:
                self._fault = self._fault or sys.exc_info()[1]
        return out

    def run_as(self, user: str, script: str, stdin: bytes, cwd: str, env: dict[str, str], fs: FileSystem) -> Out:
        """Run a script as another user over the same files; call it outside the interpreter's own thread."""
        shell = self._shell
        assert shell is not None
        if self._depth > 4:
            return Out("", "sudo: unable to fork: Resource temporarily unavailable\n", 1)
        denied: list[Change] = []
        if shell.settled:
            shell.held.before(fs, None)
        else:
            denied = shell.collect(fs, self.by)[1]
        before, settled = shell.as_user(user), shell.settled
        shell.unhide(fs)
        self._depth += 1
        try:
            programs = dict.fromkeys(PROGRAMS, self._program)
            account = self.world.accounts.get(user)
            home = account.home if account else "/root"
            held = {
                **self._environment(),
                **env,
                "HOME": home,
                "USER": user,
                "LOGNAME": user,
                "UID": str(account.uid if account else 0),
            }
            given = {"__stdin": lambda _: BuiltinResult(stdin.decode("utf-8", "replace"), "", 0)}
            bash = Bash(
                username=user,
                hostname=held["HOSTNAME"],
                cwd=cwd,
                env=held,
                custom_builtins={**programs, **given},
                timeout_seconds=5.0,
                max_loop_iterations=200_000,
            )
            bash.mount("/", fs)
            only = self._possible(bash, script, cwd)
            shell.settled = only == []
            raw = bash.execute_sync(f"__stdin | {script}" if stdin else script)
            late = shell.collect(fs, self.by, only)[1]
        finally:
            self._depth -= 1
            shell.who, shell.settled = before, settled
            if before.user == self.user:
                shell.hide(fs)
        lines = "".join(f"bash: {c.path}: Permission denied\n" for c in denied + late)
        return Out(raw.stdout, raw.stderr + lines, raw.exit_code)

    def run_program(
        self, user: str, argv: list[str], stdin: bytes, cwd: str, env: dict[str, str], fs: FileSystem
    ) -> Out:
        """Run one of the office's own programs as another user: no shell is needed for that."""
        shell = self._shell
        assert shell is not None
        before = shell.as_user(user)
        shell.unhide(fs)
        try:
            return self._call(argv[0], argv[1:], stdin, env, cwd, fs)
        finally:
            shell.tell_reads(self.by)
            shell.who = before
            if before.user == self.user:
                shell.hide(fs)

    def write_as_root(self, contents: Mapping[str, bytes | None], fs: FileSystem) -> None:
        """Put or remove files as root would."""
        shell = self._shell
        assert shell is not None
        before = shell.as_user("root")
        try:
            ShellFiles(shell, fs, "/", self.by).edit(contents)
        finally:
            shell.who = before
            shell.hide(fs)

    def sleep(self, seconds: float) -> None:
        """Let simulated time pass; at the command's time-out the command is ended."""
        clock = self.world.clock
        until = clock.us + round(min(seconds, 1e9) * 1_000_000)
        clock.advance_to(min(until, self._late))
        if until > self._late and self._shell is not None and self._shell.bash is not None:
            self._over = True
            self._shell.bash.cancel()


def _in_a_loop(bash: Bash, command: str) -> Raw:
    """Run a command line whose byte programs are awaited."""

    async def run() -> Raw:
        return await bash.execute(command)

    return asyncio.run(run())
