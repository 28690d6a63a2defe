"""The Docker engine: how it is reached, whether it will do, and the labels by which what belongs to a run is known."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import docker
import requests
from docker.errors import APIError, DockerException, InvalidVersion

from fauxcorp.errors import UserError

LEAST_API = (1, 41)
"""Docker 20.10. Older engines lack what the containers are started with."""
CALL_SECONDS = 60
"""How long one call to the engine may stay without an answer."""
RUNTIME = "FAUXCORP_DOCKER_RUNTIME"
"""The variable that names another runtime of the engine than its default one."""

RUN = "fauxcorp.run"
OWNER = "fauxcorp.owner"
KIND = "fauxcorp.kind"

_NEWER = "install a newer one: https://docs.docker.com/engine/install/"
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_START_FIELD = 19
"""Where the start time stands in /proc/PID/stat, counted from behind the name."""


def connect(seconds: int = CALL_SECONDS) -> docker.DockerClient:
    """A client of the engine that DOCKER_HOST names, or the local one. Each call waits `seconds` at most for an answer.

    Raises:
        UserError: no engine answers, it may not be used, or it is too old; the message says what to do.
    """
    try:
        client = docker.from_env(timeout=seconds)
        # The engine is reached directly: looking for proxies in the environment costs time at each call.
        client.api.trust_env = False
        found = client.version()
    except InvalidVersion as error:
        raise UserError(f"the Docker engine is too old: {error}; {_NEWER}") from error
    except (DockerException, requests.RequestException, OSError, ValueError) as error:
        raise UserError(unreachable(error)) from error
    problem = too_old(found)
    if problem:
        client.close()
        raise UserError(problem)
    return client


def too_old(version: Mapping[str, Any]) -> str:
    """What is wrong with an engine that answers so when asked for its version; empty if nothing is."""
    api = str(version.get("ApiVersion", ""))
    if _numbers(api) >= LEAST_API:
        return ""
    least = ".".join(str(n) for n in LEAST_API)
    return (
        f"the Docker engine is too old: version {version.get('Version', '?')} (API {api or '?'}), needed is 20.10 "
        f"(API {least}) or newer; {_NEWER}"
    )


def unreachable(error: BaseException) -> str:
    """What an error on the way to the engine comes to, and what to do about it."""
    where = os.environ.get("DOCKER_HOST", "")
    at = f" at {where}" if where else ""
    text = str(error)
    refusal = error if isinstance(error, APIError) else error.__cause__
    if isinstance(refusal, APIError):
        return f"the Docker engine{at} refused: {refusal.explanation or refusal}"
    if "Permission denied" in text or "PermissionError" in text:
        return f"no permission to use the Docker engine{at}: run `sudo usermod -aG docker $USER` and log in again"
    if "CERTIFICATE" in text or "TLS" in text:
        return f"the Docker engine{at} cannot be talked to over TLS: {text[:200]} (see DOCKER_CERT_PATH)"
    mend = "check DOCKER_HOST" if where else "start it (`sudo systemctl start docker`) or install it (20.10 or newer)"
    return f"no Docker engine answers{at}: {mend}"


def runtime(client: docker.DockerClient, wanted: str | None = None) -> str | None:
    """The runtime for containers: `wanted`, else FAUXCORP_DOCKER_RUNTIME, else None for the engine's own choice.

    Raises:
        UserError: the engine has no such runtime.
    """
    name = wanted or os.environ.get(RUNTIME) or None
    if name is None:
        return None
    known = sorted(client.info().get("Runtimes") or {})
    if name not in known:
        raise UserError(
            f"the Docker engine has no runtime {name!r}; it knows {', '.join(known) or 'none'} "
            f"(install it and name it in /etc/docker/daemon.json, or unset {RUNTIME})"
        )
    return name


def labels(run: str, kind: str) -> dict[str, str]:
    """The labels of a container that this process owns. `kind`: gateway, agent, observer."""
    return {RUN: run, OWNER: owner(), KIND: kind}


def owner(pid: int | None = None) -> str:
    """A process, so that no other one is ever taken for it: its number, its start, and the boot that both belong to.

    Where there is no /proc the last two are empty.
    """
    number = os.getpid() if pid is None else pid
    return f"{number}:{_started(number)}:{_boot()}"


def owner_state(label: str) -> Literal["alive", "gone", "unknown"]:
    """Whether the process that an owner label names is still there. `unknown`: not ours to say (another host's)."""
    number, _, rest = label.partition(":")
    start, _, boot = rest.partition(":")
    if not number.isdecimal() or not boot or not _boot():
        return "unknown"
    if boot != _boot():
        return "gone"
    return "alive" if start and _started(int(number)) == start else "gone"


def _boot() -> str:
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""


def _started(pid: int) -> str:
    """The start time of a process in ticks since boot, empty if it is not there."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    gone = not fields or fields[0] in "ZX"
    return "" if gone or len(fields) <= _START_FIELD else fields[_START_FIELD]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
