"""The agents of `--agent` that are programs: those that are known by a name, `command: PROGRAM ...`, and
`inside: PROGRAM ...` on the company's server."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from importlib import import_module
from shutil import which
from typing import Any, cast

from fauxcorp.agents.command import PLACEHOLDERS, CommandAgent, Doorway, Program
from fauxcorp.agents.presets import INSIDE_PRESETS, PRESETS, Preset
from fauxcorp.agents.template import Template
from fauxcorp.core.inside import Lodging
from fauxcorp.core.session import Agent, Session
from fauxcorp.errors import UserError
from fauxcorp.sandbox.docker.luggage import Luggage

_NAMED = r"(?:(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,60})=)?"
_COMMAND = re.compile(rf"{_NAMED}command:\s*(?P<line>.*)", re.DOTALL)
_INSIDE = re.compile(rf"{_NAMED}inside:\s*(?P<line>.*)", re.DOTALL)
KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY")
"""Variables that a program inside always has: its clients want one, whatever the server wants."""
INHERITED = (
    "PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "SYSTEMROOT", "PATHEXT", "COMSPEC",
)  # fmt: skip
"""What programs get of the environment, besides what --pass-env names."""


@dataclass(frozen=True, slots=True)
class ProgramOptions:
    """What the command line says of programs."""

    model: str = ""
    seconds: int = 1_800
    passed: tuple[str, ...] = ()
    luggage: tuple[Luggage, ...] = ()
    """Folders that go along with programs inside."""


def is_program(name: str) -> bool:
    """Whether an agent of this name is a program."""
    return name in PRESETS or _COMMAND.fullmatch(name) is not None or is_inside(name)


def is_inside(name: str) -> bool:
    """Whether an agent of this name runs on the company's server."""
    return _INSIDE.fullmatch(name) is not None


def program_agent(name: str, base_url: str, options: ProgramOptions | None) -> Agent:
    """The agent of a preset's name or a command line. Raises UserError for what is wrong with it."""
    options = options or ProgramOptions()
    inside = _INSIDE.fullmatch(name)
    if inside is not None:
        return _inside_agent(inside["name"] or "", inside["line"].strip(), base_url, options)
    environment = _environment(options.passed)
    preset = PRESETS.get(name)
    if preset is not None:
        return CommandAgent(name, _known(preset, base_url, options, environment), open_door)
    found = _COMMAND.fullmatch(name)
    if found is None or not found["line"].strip():
        raise UserError("--agent 'command: ...' names no program; e.g. 'command: my-agent --mcp {mcp_config} {task}'")
    line = Template.of(found["line"].strip(), PLACEHOLDERS, place="--agent command")
    program = Program(line, seconds=options.seconds, model=options.model, model_url=base_url, inherited=environment)
    return CommandAgent(found["name"] or _called(line), program, open_door)


def open_door(session: Session) -> AbstractContextManager[Doorway]:
    """Serve a session to a program, under the name of its company where it has one."""
    # Loaded when it is asked for: the SDK of the protocol takes longer to import than a short run takes.
    module: Any = import_module("fauxcorp.serve.door")
    play = getattr(session, "play", None)
    door: AbstractContextManager[Doorway] = module.Door(session, play.company.facts.slug if play else "office")
    return door


def lodge(session: Session) -> AbstractContextManager[Lodging]:
    """A place for a program on the server of a session."""
    module: Any = import_module("fauxcorp.episode.inside")
    held: AbstractContextManager[Lodging] = closing(module.Lodging(session))
    return held


def _inside_agent(name: str, line: str, base_url: str, options: ProgramOptions) -> Agent:
    # Loaded when it is asked for: an HTTP client takes longer to import than a short run takes.
    module: Any = import_module("fauxcorp.agents.inside")
    keys = dict.fromkeys(KEYS, "none") | _passed(options.passed)
    preset = INSIDE_PRESETS.get(line)
    if preset is not None:
        if not any(luggage.has(preset.program) for luggage in options.luggage):
            folder = f"npm install --prefix FOLDER {preset.package} node"
            raise UserError(f"--agent 'inside: {line}' needs {preset.program!r} along: {folder}; --inside FOLDER")
        found = {key: os.environ[key] for key in preset.keys if os.environ.get(key)}
        if not (found or base_url):
            raise UserError(f"--agent 'inside: {line}' needs a key in ${preset.keys[0]}, or --base-url URL")
        url = base_url or preset.base_url
        program = replace(_program(preset, url, options, module.INSIDE), model_url=url, inherited={})
        keys = {preset.keys[0]: "none"} | _passed(options.passed) | found
    elif line:
        template = Template.of(line, module.INSIDE, place="--agent inside")
        if "model_url" in template.used and not base_url:
            raise UserError("--agent inside: {model_url} needs --base-url URL, the model's API")
        program = Program(template, seconds=options.seconds, model=options.model, model_url=base_url)
    else:
        raise UserError("--agent 'inside: ...' names no program; e.g. 'inside: python3 /opt/mine/agent.py {task}'")
    path = ":".join(luggage.path for luggage in options.luggage)
    called = name or f"{line if preset is not None else _called(program.command)}-inside"
    return cast(Agent, module.InsideAgent(called, program, module.Along(keys, path), open_door, lodge))


def _known(preset: Preset, base_url: str, options: ProgramOptions, environment: dict[str, str]) -> Program:
    if which(preset.program) is None:
        had = f"npm install -g {preset.package}"
        raise UserError(f"--agent {preset.name}: there is no program {preset.program!r}; {had}")
    keys = {name: os.environ[name] for name in preset.keys if os.environ.get(name)}
    if base_url and not keys:
        # Servers of one's own often want no key; the program does.
        keys = {preset.keys[0]: "none"}
    return replace(_program(preset, base_url, options, PLACEHOLDERS), inherited={**environment, **keys})


def _program(preset: Preset, base_url: str, options: ProgramOptions, known: Collection[str]) -> Program:
    """A preset as what is started, without keys."""
    line = " ".join(filter(None, [
        preset.command, preset.model if options.model else "", preset.url_switches if base_url else "",
    ]))  # fmt: skip
    variables = preset.environment | (preset.url_environment if base_url else {})
    place = f"preset {preset.name}"

    def templates(texts: Mapping[str, str]) -> dict[str, Template]:
        return {name: Template.of(text, known, place=place, words=False) for name, text in texts.items()}

    return Program(
        Template.of(line, known, place=place), templates(variables), templates(preset.files), options.seconds,
        options.model, base_url,
    )  # fmt: skip


def _environment(passed: tuple[str, ...]) -> dict[str, str]:
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | _passed(passed)


def _passed(names: tuple[str, ...]) -> dict[str, str]:
    missing = [name for name in names if name not in os.environ]
    if missing:
        raise UserError(f"--pass-env {missing[0]}: it is not set")
    return {name: os.environ[name] for name in names}


def _called(line: Template) -> str:
    word = line.text.split()[0]
    return re.sub(r"[^A-Za-z0-9._-]", "_", os.path.basename(word.strip("'\"")))[:60] or "command"
