"""Any program as an agent: it is given the brief and a way to the office's tools, and acts until it ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from fauxcorp.agents.process import Ended, run_program
from fauxcorp.agents.template import Template
from fauxcorp.core.session import Session
from fauxcorp.errors import AgentStopped, UserError

FAILED, NEVER, LIMIT = "agent-error", "never-reached", "limit"
LAST_SECONDS = 15.0
"""How long a program may go on when its session has ended by itself."""


class Doorway(Protocol):
    """A server of one session, as a program is shown to it."""

    name: str

    @property
    def mcp_url(self) -> str:
        """Its address over HTTP."""
        ...

    @property
    def listed(self) -> int:
        """How often tools were listed."""
        ...

    @property
    def calls(self) -> int:
        """How many calls came."""
        ...

    def mcp_config(self, folder: Path, *, http: bool = False) -> Path:
        """A file with the configuration for clients, in a folder."""
        ...

    def stdio(self, folder: Path) -> tuple[str, list[str], dict[str, str]]:
        """Command, arguments and environment of a server over standard input."""
        ...


@dataclass(frozen=True, slots=True)
class Program:
    """What is started, and with what. Texts may hold placeholders: see `PLACEHOLDERS`."""

    command: Template
    environment: Mapping[str, Template] = field(default_factory=dict)
    files: Mapping[str, Template] = field(default_factory=dict)
    """Written before the start, paths below its home."""
    seconds: float = 1_800.0
    """Real time that it may take."""
    model: str = ""
    model_url: str = ""
    inherited: Mapping[str, str] = field(default_factory=dict)
    """What of the caller's environment it gets."""


PLACEHOLDERS = {
    "task": "the task",
    "system": "the system prompt",
    "prompt": "both, the system prompt first",
    "task_file": "a file with the task",
    "system_file": "a file with the system prompt",
    "mcp_config": "a JSON file with the MCP server, over standard input",
    "mcp_config_http": "the same over HTTP",
    "mcp_url": "the address of the MCP server over HTTP",
    "mcp_command": "the program of the MCP server over standard input",
    "mcp_args": "its arguments, a JSON list",
    "mcp_name": "the name of the MCP server",
    "model": "what --model gives",
    "model_url": "what --base-url gives",
    "home": "the program's own home folder",
    "workdir": "the folder that it runs in",
}


class CommandAgent:
    """Runs a program in a clean home. How its episodes end: completed, limit, never-reached, agent-error."""

    def __init__(
        self, name: str, program: Program, open_door: Callable[[Session], AbstractContextManager[Doorway]]
    ) -> None:
        """`open_door`: serves a session; while it does, nobody else calls that session."""
        self._name, self._program, self._open_door = name, program, open_door

    @property
    def name(self) -> str:
        return self._name

    def run(self, session: Session) -> None:
        program = self._program
        session.note("program-started", {"fauxcorp.program": program.command.text})
        with (
            TemporaryDirectory(prefix="office-", ignore_cleanup_errors=True) as folder,
            self._open_door(session) as door,
        ):
            home = Path(folder)
            values = prepare(home, session, door, program)
            ended = run_program(
                program.command.words(values),
                environment=environment_of(program, home, values),
                folder=home / "work",
                seconds=program.seconds,
                over=lambda: session.over,
                last_seconds=LAST_SECONDS,
            )
        if session.over:
            return
        session.note("program-ended", fields_of(ended))
        self._judge(ended, door)

    def _judge(self, ended: Ended, door: Doorway) -> None:
        """Raises AgentStopped unless it acted and ended well."""
        how = f"ended with {ended.code}" if ended.code is not None else f"was stopped after {self._program.seconds:g} s"
        last = f": {ended.last_line}" if ended.code and ended.last_line else ""
        if not door.calls:
            reached = "listed the tools and called none" if door.listed else "never asked for the tools"
            raise AgentStopped(NEVER, f"the program {reached}; it {how}{last}")
        if ended.code is None:
            raise AgentStopped(LIMIT, f"{self._program.seconds:g} seconds of the program")
        if ended.code != 0:
            raise AgentStopped(FAILED, f"the program {how}{last}")


def prepare(home: Path, session: Session, door: Doorway, program: Program) -> dict[str, str]:
    """Fill a home, and give the values of the placeholders."""
    brief, shown = session.brief, home / "office"
    for folder in ("work", "office", "tmp"):
        (home / folder).mkdir()
    command, arguments, _ = door.stdio(shown)
    values = {
        "task": brief.task,
        "system": brief.system,
        "prompt": f"{brief.system}\n\n{brief.task}".strip(),
        "task_file": _write(shown / "task.md", brief.task),
        "system_file": _write(shown / "instructions.md", brief.system),
        "mcp_config": str(door.mcp_config(shown)),
        "mcp_config_http": str(door.mcp_config(shown, http=True)),
        "mcp_url": door.mcp_url,
        "mcp_command": command,
        "mcp_args": json.dumps(arguments),
        "mcp_name": door.name,
        "model": program.model,
        "model_url": program.model_url,
        "home": str(home),
        "workdir": str(home / "work"),
    }
    for name, text in program.files.items():
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(file, text.fill(values))
    return values


def environment_of(program: Program, home: Path, values: Mapping[str, str]) -> dict[str, str]:
    """A home of its own in every way that programs look for one, nothing that reports to anybody, no way round."""
    place = str(home)
    here = "127.0.0.1,localhost,::1"
    return {
        **program.inherited,
        "HOME": place,
        "USERPROFILE": place,
        "XDG_CONFIG_HOME": f"{place}/.config",
        "XDG_DATA_HOME": f"{place}/.local/share",
        "XDG_CACHE_HOME": f"{place}/.cache",
        "XDG_STATE_HOME": f"{place}/.local/state",
        "TMPDIR": f"{place}/tmp",
        "TERM": "dumb",
        "NO_COLOR": "1",
        "DO_NOT_TRACK": "1",
        "OTEL_SDK_DISABLED": "true",
        "NO_PROXY": here,
        "no_proxy": here,
        **{name: text.fill(values) for name, text in program.environment.items()},
    }


def fields_of(ended: Ended) -> dict[str, object]:
    """What the log keeps of a program that ended."""
    return {
        "process.exit_code": ended.code,
        "fauxcorp.program.stdout": ended.stdout,
        "fauxcorp.program.stderr": ended.stderr,
        "fauxcorp.program.bytes": ended.bytes,
    }


def _write(file: Path, text: str) -> str:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"cannot write {file}: {error.strerror}") from None
    return str(file)
