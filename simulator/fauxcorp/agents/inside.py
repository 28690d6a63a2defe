"""A program as an agent that runs on the company's own server: what it does with tools of its own is seen there.

Its model and the office's tools are reached by names of the company's domain, which lead to a server each and nowhere
else; keys stay outside. Its words and files have the placeholders of `fauxcorp.agents.command`, as far as those are of
use inside.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field

from fauxcorp.agents.command import FAILED, LAST_SECONDS, LIMIT, NEVER, PLACEHOLDERS, Doorway, Program, fields_of
from fauxcorp.agents.forward import Forward, model_place, tools_place
from fauxcorp.agents.process import Ended, Kept
from fauxcorp.core.inside import Launch, Lodging, Place
from fauxcorp.core.session import Brief, Session
from fauxcorp.core.wall import monotonic, unguessable
from fauxcorp.errors import AgentStopped

INSIDE = {name: about for name, about in PLACEHOLDERS.items() if name not in ("mcp_command", "mcp_args")}
"""The placeholders inside; both configurations are over HTTP there."""
MODELS, TOOLS = "models", "tools"
"""Labels of the names by which model and tools are reached."""
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
QUIET = {"TERM": "dumb", "NO_COLOR": "1", "DO_NOT_TRACK": "1", "OTEL_SDK_DISABLED": "true"}
"""Nothing that reports to anybody, and no colours."""
STDOUT = 1


@dataclass(frozen=True, slots=True)
class Along:
    """What a program inside has besides its words."""

    keys: Mapping[str, str] = field(default_factory=dict)
    """Variables with keys for its model: it gets them with tokens, for which the keys are put in outside."""
    path: str = ""
    """Folders in which its programs are looked for, before the system's."""


class InsideAgent:
    """Runs a program on the server. How its episodes end: completed, limit, never-reached, agent-error."""

    def __init__(
        self,
        name: str,
        program: Program,
        along: Along,
        open_door: Callable[[Session], AbstractContextManager[Doorway]],
        lodge: Callable[[Session], AbstractContextManager[Lodging]],
    ) -> None:
        """`lodge`: gives a program a place on a session's server; raises UserError where there is none."""
        self._name, self._program, self._along = name, program, along
        self._open_door, self._lodge = open_door, lodge

    @property
    def name(self) -> str:
        return self._name

    def run(self, session: Session) -> None:
        program = self._program
        keys = {f"sk-{unguessable(24)}": key for key in self._along.keys.values()}
        tokens = dict(zip(self._along.keys, keys, strict=True))
        session.note("program-started", {"fauxcorp.program": program.command.text, "fauxcorp.program.inside": True})
        with (
            self._lodge(session) as lodging,
            self._open_door(lodging.session) as door,
            closing(Forward(door.mcp_url)) as tools,
            closing(Forward(program.model_url or door.mcp_url, keys)) as model,
        ):
            hosts = lodging.host(TOOLS), lodging.host(MODELS)
            places = [tools_place(hosts[0], tools)]
            if program.model_url:
                places.append(model_place(hosts[1], model, keys))
            values, files = _shown(session.brief, door.name, lodging, [
                f"http://{host}{forward.path}" for host, forward in zip(hosts, (tools, model), strict=True)
            ])  # fmt: skip
            lodging.start(self._launch(lodging, values | {"model": program.model}, files, tokens, places))
            ended = self._until_its_end(lodging)
            told = {**fields_of(ended), "fauxcorp.program.model_answers": model.answered}
        if session.over:
            return
        session.note("program-ended", told)
        self._judge(ended, door, lodging, model)

    def _launch(
        self, lodging: Lodging, values: Mapping[str, str], files: Mapping[str, str], tokens: Mapping[str, str],
        places: Sequence[Place],
    ) -> Launch:  # fmt: skip
        program = self._program
        own = {f"{lodging.home}/{name}": text.fill(values) for name, text in program.files.items()}
        path = {"PATH": f"{self._along.path}:{SYSTEM_PATH}"} if self._along.path else {}
        given = {name: text.fill(values) for name, text in program.environment.items()}
        environment = {**path, **QUIET, **tokens, **given}
        return Launch(program.command.words(values), environment, {**files, **own}, places)

    def _until_its_end(self, lodging: Lodging) -> Ended:
        """Let it run until it ends, until its time is up, or a little longer than the session."""
        streams = (Kept(), Kept())
        limit = monotonic() + self._program.seconds
        ending = False
        in_time = True
        while lodging.turn():
            _keep(lodging, streams)
            if not ending and lodging.over:
                ending, limit = True, min(limit, monotonic() + LAST_SECONDS)
            if monotonic() >= limit:
                in_time = False
                break
        code = lodging.stop()
        _keep(lodging, streams)
        out, err = streams
        return Ended(code if in_time else None, out.text(), err.text(), out.count + err.count)

    def _judge(self, ended: Ended, door: Doorway, lodging: Lodging, model: Forward) -> None:
        """Raises AgentStopped unless it did something and ended well."""
        how = f"ended with {ended.code}" if ended.code is not None else f"was stopped after {self._program.seconds:g} s"
        last = f": {ended.last_line}" if ended.code and ended.last_line else ""
        if model.asked and not (model.answered or door.calls):
            raise AgentStopped(NEVER, f"the program's model gave no answer; it {how}{last}")
        if not (model.answered or door.calls or lodging.deeds):
            raise AgentStopped(NEVER, f"the program asked no model, called no tool and did nothing; it {how}{last}")
        if ended.code is None:
            raise AgentStopped(LIMIT, f"{self._program.seconds:g} seconds of the program")
        if ended.code != 0:
            raise AgentStopped(FAILED, f"the program {how}{last}")


def _shown(brief: Brief, server: str, lodging: Lodging, urls: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The values of the placeholders but the model's name, and the files that some of them name."""
    tools, model = urls
    task, system, config = (f"{lodging.folder}/{name}" for name in ("task.md", "instructions.md", "mcp.json"))
    servers = {"mcpServers": {server: {"type": "http", "url": tools}}}
    files = {task: brief.task, system: brief.system, config: json.dumps(servers, indent=2) + "\n"}
    values = {
        "task": brief.task,
        "system": brief.system,
        "prompt": f"{brief.system}\n\n{brief.task}".strip(),
        "task_file": task,
        "system_file": system,
        "mcp_config": config,
        "mcp_config_http": config,
        "mcp_url": tools,
        "mcp_name": server,
        "model_url": model,
        "home": lodging.home,
        "workdir": lodging.home,
    }
    return values, files


def _keep(lodging: Lodging, streams: tuple[Kept, Kept]) -> None:
    for kind, data in lodging.read():
        streams[kind != STDOUT].feed(data)
