"""What `doctor` looks at, each check by itself."""

from __future__ import annotations

import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from docker import DockerClient

from fauxcorp import __version__
from fauxcorp.content.library import Library
from fauxcorp.content.roots import Root
from fauxcorp.content.tools import load_tools
from fauxcorp.episode.boundary import guard
from fauxcorp.episode.episode import Episode
from fauxcorp.errors import FauxcorpError, UserError
from fauxcorp.monitor.cache import folder as cache_folder
from fauxcorp.sandbox.docker.engine import connect
from fauxcorp.sandbox.docker.images import BUILD, KINDS, Images

LEAST_PYTHON = (3, 11)
LEAST_FREE = 100_000_000
"""Bytes on the disk of the runs folder below which it is worth a word."""

ENGINE_SECONDS = 5
"""How long the Docker engine may take to answer."""
_DOCKER_ONLY = "only `--sandbox docker` needs it"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `fault`: something needed is broken; `note`: good to know."""

    what: str
    state: Literal["ok", "note", "fault"]
    detail: str
    mend: str = ""
    """What to do about it."""


def check_all(library: Library, runs: Path) -> Iterator[Finding]:
    """Every check, in order."""
    yield check_python()
    yield from check_packages()
    for root in library.roots:
        yield check_root(root)
    yield check_content(library)
    yield check_virtual(library)
    yield from check_docker()
    yield check_folder("runs folder", runs, "use --out with a folder that you may write to")
    yield check_cache()


def check_python() -> Finding:
    """The interpreter."""
    text = f"{platform.python_version()} ({platform.python_implementation()}), {sys.executable}"
    if sys.version_info[:2] >= LEAST_PYTHON:
        return Finding("python", "ok", text)
    return Finding("python", "fault", text, "install Python 3.11 or newer and make a new virtual environment with it")


def check_packages() -> Iterator[Finding]:
    """What fauxcorp needs, as its own metadata names it."""
    yield Finding("fauxcorp", "ok", __version__)
    for line in requires("fauxcorp") or ():
        if "extra ==" in line:
            continue
        name = re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]
        try:
            yield Finding(name, "ok", version(name))
        except PackageNotFoundError:
            yield Finding(name, "fault", "not installed", f"pip install '{line.partition(';')[0].strip()}'")


def check_root(root: Root) -> Finding:
    """What one content root holds."""
    name = f"content {root.pack or 'built in'}"
    counted = {
        "companies": len(list(root.folder("fixtures", "companies").glob("*/company.yaml"))),
        "scenarios": len(list(root.folder("fixtures", "scenarios").glob("*/scenario.yaml"))),
        "rules": len([p for p in root.folder("policies").rglob("*.yml") if not p.name.endswith(".samples.yml")]),
    }
    try:
        counted["tools"] = sum(len(tools) for tools in load_tools(root).values())
    except FauxcorpError as error:
        return Finding(name, "fault", str(error), "mend the file that is named")
    text = f"{root.path}: " + ", ".join(f"{number} {what}" for what, number in counted.items())
    if not root.pack and not all(counted.values()):
        return Finding(name, "fault", text, "install fauxcorp again: its own content is not all there")
    return Finding(name, "ok", text)


def check_content(library: Library) -> Finding:
    """Whether everything in the roots can be loaded."""
    try:
        rules = len(library.rules())
        agents = sum(len(library.scripts(name)) for name in library.scenario_folders())
    except FauxcorpError as error:
        return Finding("content loads", "fault", str(error), "mend the file that is named")
    return Finding("content loads", "ok", f"{rules} rules compiled, {agents} scripted agents read")


def check_virtual(library: Library) -> Finding:
    """A real command in the virtual sandbox of a real episode."""
    mend = "pip install --force-reinstall bashkit"
    try:
        outcome = guard(lambda: _command(library))
    except FauxcorpError as error:
        return Finding("sandbox virtual", "fault", str(error), mend)
    if outcome.fault is not None:
        return Finding("sandbox virtual", "fault", f"{outcome.fault.kind}: {outcome.fault.message}", mend)
    said, user = outcome.value or ("", "")
    if said != user:
        return Finding("sandbox virtual", "fault", f"`id -un` gave {said!r}, not {user!r}", mend)
    return Finding("sandbox virtual", "ok", f"`id -un` in an episode gave {said}")


def check_docker() -> Iterator[Finding]:
    """The engine and the images of the docker sandbox. Nothing else needs them, so nothing here is a fault."""
    try:
        client = connect(ENGINE_SECONDS)
    except UserError as error:
        problem, _, mend = str(error).partition(": ")
        yield Finding("docker engine", "note", f"{problem}; {_DOCKER_ONLY}", mend)
        return
    with closing(client):
        yield from _check_images(client)


def _check_images(client: DockerClient) -> Iterator[Finding]:
    found = client.version()
    yield Finding(
        "docker engine", "ok", f"{found['Version']} (API {found['ApiVersion']}), {client.info().get('Driver', '?')}"
    )
    images = Images(client)
    for kind in KINDS:
        try:
            yield Finding(f"image {kind}", "ok", images.needed(kind))
        except UserError as error:
            yield Finding(f"image {kind}", "note", f"{str(error).partition(': ')[0]}; {_DOCKER_ONLY}", f"run `{BUILD}`")


def check_folder(what: str, folder: Path, mend: str) -> Finding:
    """Whether files can be written in a folder, or where it would be made."""
    there = folder.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"x" * 4096)
            file.flush()
        free = shutil.disk_usage(there).free
    except OSError as error:
        return Finding(what, "fault", f"{folder}: {error.strerror}", mend)
    text = f"{folder.absolute()}: can be written, {free / 1e9:,.1f} GB free"
    return Finding(what, "note" if free < LEAST_FREE else "ok", text, mend if free < LEAST_FREE else "")


def check_cache() -> Finding:
    """The folder that compiled rules are kept in; without it a start takes a little longer."""
    folder = cache_folder()
    mend = "set XDG_CACHE_HOME to a folder that you may write to"
    if folder is None:
        return Finding("cache", "note", "there is no home to keep it in, so rules are compiled at each start", mend)
    found = check_folder("cache", folder, mend)
    return Finding("cache", "note", found.detail, mend) if found.state == "fault" else found


def _command(library: Library) -> tuple[str, str]:
    name = next(iter(library.scenario_folders()))
    episode = Episode(library.play(name))
    try:
        return episode.sandbox.exec("id -un").stdout.strip(), episode.user
    finally:
        episode.close()
