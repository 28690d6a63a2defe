"""The services of the agent's server: what starts with the container, and what becomes of them.

The container's first process (images/agent/services) starts the company's services as processes at rest, answers
`systemctl`, and notes what it was told and which of them ended. What counts is the state before and after a command:
which service runs, which links enable and mask it. The notes say in what order things happened and how; where they and
the state differ, the state is right.
"""

from __future__ import annotations

import posixpath
import re
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Event

from fauxcorp.core.clock import to_us
from fauxcorp.core.effects import Effect, Origin, ServiceStarted, ServiceStopped
from fauxcorp.core.wall import monotonic
from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.commands.processes import COMMAND_LINES, SYSTEM, pid_in, services_in
from fauxcorp.sandbox.commands.sessions import BOOT_US
from fauxcorp.sandbox.docker.eye import Eye, Placed, Process, Seen, SeenEntry
from fauxcorp.world.accountfiles import PASSWD, table
from fauxcorp.world.baseline import INSTALLED, server
from fauxcorp.world.company import Company
from fauxcorp.world.files import FileEntry

INIT = ("/sbin/init",)
"""The command of the agent's container. Its first process takes in what loses its parent, too."""
TABLE = "/run/systemd/boot"
"""What the first process starts; it removes the file once it has read it."""
NOTES = "/var/lib/systemd/units.log"
"""What the first process did, and what happened to services."""
OWN = "/etc/systemd/system"
VENDOR = "/usr/lib/systemd/system"
WANTS = f"{OWN}/multi-user.target.wants"
READY_SECONDS = 20.0
MAX_NOTES = 2000
"""Notes of one command that are gone by."""
_NOTE = re.compile(r"(\d{1,15}) ([a-z-]{1,60}) (\S{1,255})\.service (\d{1,10}) -?\d{1,10}")
_ASKS = frozenset({"/usr/bin/systemctl", "/usr/bin/journalctl", "/usr/lib/systemd/systemd"})
"""Programs that read units and logs for whoever asks them, as those of the other sandbox do."""
_HOW = {"stop": "stopped", "disable": "disabled", "mask": "masked", "kill": "killed"}

Look = Callable[[], list[Process]]


def files(company: Company) -> dict[str, FileEntry]:
    """What the container has besides the company's files when it starts: the units as the vendor has them, the links
    that enable them, and what is to run."""
    out: dict[str, FileEntry] = {}
    for name in services_in(company):
        unit = company.files.get(f"{OWN}/{name}.service")
        if unit is None:
            continue
        out[VENDOR] = out[WANTS] = FileEntry(mode=0o755, mtime=INSTALLED, kind="dir")
        out[f"{VENDOR}/{name}.service"] = unit
        out[f"{WANTS}/{name}.service"] = FileEntry(
            f"{OWN}/{name}.service".encode(), mode=0o777, mtime=INSTALLED, kind="link"
        )
    out[posixpath.dirname(TABLE)] = FileEntry(mode=0o755, mtime=INSTALLED, kind="dir")
    out[TABLE] = FileEntry(_table(company).encode(), mode=0o600, mtime=INSTALLED)
    return out


@dataclass(slots=True)
class _State:
    """One service. `process`: number on the host and start of the process that it is."""

    line: str
    name: str
    process: tuple[int, int] | None = None
    runs: bool = True
    enabled: bool = True
    masked: bool = False
    links: tuple[bool, bool] = (True, False)
    """Enabled and masked, as the links are."""

    def is_it(self, process: Process) -> bool:
        return process.cmdline == self.line or process.name == self.name


class Services:
    """The services of one container, and what becomes of them."""

    def __init__(self, company: Company, by: Origin) -> None:
        self._by = by
        host = server(company.facts)
        self._host = host.name if host else "srv01"
        self._states = {
            name: _State(line, _short(line)) for name, line in ((n, _line(n)) for n in services_in(company))
        }
        self._first = 0
        """The container's first process, by its number on the host."""
        self._noted = 0
        self._notes_size = 0

    def start(self, look: Look) -> None:
        """Wait until all of them run, and take them as they are then.

        Raises:
            SandboxError: they do not.
        """
        late = monotonic() + READY_SECONDS
        while True:
            there = look()
            for state in self._states.values():
                found = next((p for p in there if p.cmdline == state.line and p.uid == 0), None)
                state.process = (found.pid, found.start) if found is not None else None
                self._first = found.ppid if found is not None else self._first
            missing = [name for name, state in self._states.items() if (state.process is None) is state.runs]
            if not missing and (not self._states or not self._starting(there)):
                return
            if monotonic() > late:
                raise SandboxError(f"services of the server did not start: {', '.join(missing)}")
            Event().wait(0.005)

    def fork(self, company: Company, by: Origin) -> Services:
        """The services of another container, to be brought to the same state with `restore`."""
        other = Services(company, by)
        for name, state in self._states.items():
            other._states[name] = replace(state, process=None)
        return other

    def restore(self, eye: Eye) -> None:
        """Bring a container in which all of them run to this state. Raises SandboxError."""
        there = eye.processes()
        ends = [
            p.pid
            for p in there
            if any(not s.runs and p.uid == 0 and p.cmdline == s.line for s in self._states.values())
        ]
        if ends:
            eye.kill(None, [p.pid for p in there if p.pid not in ends], signal.SIGTERM)
        mask = FileEntry(b"/dev/null", mode=0o777, mtime=INSTALLED, kind="link")
        eye.put(Placed(f"{WANTS}/{name}.service", None) for name, s in self._states.items() if not s.enabled)
        eye.put(Placed(f"{OWN}/{name}.service", mask) for name, s in self._states.items() if s.masked)
        self.start(eye.processes)

    def own(self, processes: Iterable[Process]) -> list[int]:
        """The numbers on the host of what belongs to the machine and not to a user: services and the like."""
        return sorted(p.pid for p in processes if p.ppid == self._first and self._is_machine(p))

    def compare(self, look: Look, seen: Seen) -> tuple[list[Effect], Seen]:
        """What became of the services since the last call: the effects, and what is left of the survey to be told
        otherwise. Nothing is applied to the world."""
        effects: list[Effect] = []
        there = self._settled(look)
        alive = {(p.pid, p.start) for p in there if p.cmdline}
        same = {name for name, state in self._states.items() if state.process in alive}
        for event, name, uid in self._new_notes(seen):
            # Whoever is still there did not end, whatever the notes say.
            if name not in same or event not in ("stop", "dead", "start", "restart"):
                effects += self._replay(event, name, uid)
        effects += self._links(seen)
        effects += self._running(there)
        return effects, self._rest(seen)

    # -- processes ----------------------------------------------------------------------------------------------------

    def _settled(self, look: Look) -> list[Process]:
        """The processes once those that are just being started have their names."""
        for _ in range(40):
            there = look()
            if not self._starting(there):
                return there
            Event().wait(0.002)
        return there

    def _starting(self, there: Iterable[Process]) -> bool:
        return any(p.ppid == self._first and p.name == "systemd" for p in there)

    def _is_machine(self, process: Process) -> bool:
        return any(process.cmdline == command for _, _, command, _, _ in SYSTEM) or any(
            state.is_it(process) for state in self._states.values()
        )

    def _running(self, there: Sequence[Process]) -> Iterator[Effect]:
        alive = {(p.pid, p.start) for p in there if p.cmdline}
        for name, state in self._states.items():
            if state.process not in alive:
                found = next((p for p in there if p.ppid == self._first and p.cmdline and state.is_it(p)), None)
                state.process = (found.pid, found.start) if found is not None else None
            runs = state.process is not None
            if runs != state.runs:
                state.runs = runs
                yield self._started(name) if runs else self._stopped(name, "killed")

    # -- notes --------------------------------------------------------------------------------------------------------

    def _new_notes(self, seen: Seen) -> Iterator[tuple[str, str, int]]:
        told = next((e for e in seen.changed if e.path == NOTES and e.kind == "file"), None)
        text = (told.content or b"").decode("utf-8", "replace") if told is not None else ""
        fresh = [m for m in map(_NOTE.fullmatch, text.split("\n")) if m is not None and int(m[1]) > self._noted]
        for match in fresh[:MAX_NOTES]:
            self._noted = max(self._noted, int(match[1]))
            if match[3] in self._states:
                yield match[2], match[3], int(match[4])

    def _replay(self, event: str, name: str, uid: int) -> Iterator[Effect]:
        state = self._states[name]
        verb, now = event.removesuffix("-now"), event.endswith("-now")
        if verb.startswith("refused-"):
            how = _HOW.get(verb.removeprefix("refused-"))
            if how is not None and uid:
                yield self._stopped(name, how, stage="attempted", reason="not root")
        elif verb in ("stop", "dead"):
            if state.runs:
                state.runs = False
                yield self._stopped(name, "stopped" if verb == "stop" else "killed")
        elif verb in ("disable", "mask"):
            if not state.masked and (verb == "mask" or state.enabled):
                yield self._stopped(name, _HOW[verb])
            state.enabled, state.masked = state.enabled and verb != "disable", state.masked or verb == "mask"
            state.runs = state.runs and not now
        elif verb in ("start", "restart", "enable", "unmask"):
            was_down = (not state.runs and (verb in ("start", "restart") or now)) or (
                not state.enabled if verb == "enable" else state.masked and verb == "unmask"
            )
            state.runs = state.runs or verb in ("start", "restart") or now
            state.enabled = state.enabled or verb == "enable"
            state.masked = state.masked and verb != "unmask"
            if was_down:
                yield self._started(name)

    # -- links --------------------------------------------------------------------------------------------------------

    def _links(self, seen: Seen) -> Iterator[Effect]:
        changed = {e.path: e for e in seen.changed}
        for name, state in self._states.items():
            enabled, masked = state.links
            link, unit = f"{WANTS}/{name}.service", f"{OWN}/{name}.service"
            if link in changed:
                enabled = True
            elif any(link == gone or link.startswith(f"{gone}/") for gone in seen.removed):
                enabled = False
            if unit in changed:
                masked = _is_mask(changed[unit])
            elif unit in seen.removed:
                masked = False
            state.links = enabled, masked
            if (masked and not state.masked) or (not enabled and state.enabled):
                yield self._stopped(name, "masked" if masked and not state.masked else "disabled")
            elif (enabled and not state.enabled) or (state.masked and not masked):
                yield self._started(name)
            state.enabled, state.masked = enabled, masked

    def _rest(self, seen: Seen) -> Seen:
        """The survey without what was told here and what the service manager keeps for itself."""
        own = {f"{WANTS}/{name}.service" for name in self._states}
        units = {f"{OWN}/{name}.service" for name in self._states}
        known = own | {NOTES, WANTS, TABLE, posixpath.dirname(NOTES)}
        changed = tuple(
            e for e in seen.changed if e.path not in known and not (e.path in units and _is_mask(e))
        )  # fmt: skip
        there = {e.path for e in seen.changed}
        return replace(
            seen,
            changed=changed,
            removed=tuple(p for p in seen.removed if p not in known and not (p in units and p in there)),
            was={p: e for p, e in seen.was.items() if p not in known},
            readers={p: names for p, names in seen.readers.items() if not set(names) <= _ASKS},
        )

    def _stopped(self, name: str, how: str, **more: str) -> Effect:
        return ServiceStopped.model_validate({"by": self._by, "service": name, "host": self._host, "how": how, **more})

    def _started(self, name: str) -> Effect:
        return ServiceStarted(by=self._by, service=name, host=self._host)


def _is_mask(entry: SeenEntry) -> bool:
    return (entry.kind == "link" and entry.content == b"/dev/null") or (entry.kind == "file" and not entry.size)


def _line(service: str) -> str:
    return COMMAND_LINES.get(service, f"/usr/sbin/{service}")


def _short(line: str) -> str:
    """The name that a process has for short."""
    return posixpath.basename(re.split("[ :]", line, maxsplit=1)[0])[:15]


def _program(service: str, line: str) -> str:
    first = line.split(" ", 1)[0]
    if not first.startswith("/"):
        return f"/usr/sbin/{service}"
    return first.replace("/sbin/", "/usr/sbin/", 1) if first.startswith("/sbin/") else first


def _table(company: Company) -> str:
    """What runs from the start, as the first process reads it."""
    entry = company.files.get(PASSWD)
    names = set(table(entry.content)) if entry is not None else set()
    rows = [
        (number, _user(shown, names), "-", command.split(" ", 1)[0], command) for number, shown, command, _, _ in SYSTEM
    ]
    out = [f"since\t{(to_us(company.starts) - BOOT_US) // 1_000_000}", f"made\t{INSTALLED // 1_000_000}"]
    for service in services_in(company):
        line = _line(service)
        rows.append((pid_in(company, service), "root", f"{service}.service", _program(service, line), line))
        out.append(f"file\t/usr/sbin/{service}")
    out += ["run\t" + "\t".join(map(str, row)) for row in sorted(rows)]
    return "\n".join(out) + "\n"


def _user(shown: str, names: Iterable[str]) -> str:
    """The account that ps shows in eight letters."""
    if not shown.endswith("+"):
        return shown if shown in names else "root"
    return next(
        (n for n in ("systemd-timesync", "messagebus", *sorted(names)) if n in names and n.startswith(shown[:-1])),
        "root",
    )
