"""Processes and services of the server: ps, kill, systemctl, ss."""

from __future__ import annotations

from fauxcorp.core.effects import ServiceStarted, ServiceStopped
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.journal import lines, may_read
from fauxcorp.sandbox.commands.processes import COMMAND_LINES, pid_of, services_of
from fauxcorp.sandbox.commands.sessions import up_us
from fauxcorp.sandbox.commands.system import host_name
from fauxcorp.world.when import local


def stop(call: Call, service: str, how: str) -> None:
    """Stop a service. Another user's attempt is recorded as one."""
    host = host_name(call)
    if not call.who.root:
        call.world.apply(
            ServiceStopped(by=call.by, service=service, host=host, how=how, stage="attempted", reason="not root")
        )
        return
    before = call.host.services.get(service, "")
    if how in ("stopped", "killed") and before in ("stopped", "masked"):
        return
    call.world.apply(ServiceStopped(by=call.by, service=service, host=host, how=how))
    call.host.services[service] = "stopped" if how in ("stopped", "killed") else how


def kill(call: Call) -> Out:
    """kill, pkill, killall: services by number or name."""
    words = [a for a in call.argv if not a.startswith("-")]
    if call.name == "kill" and ("-l" in call.argv or "-L" in call.argv):
        return Out("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM\n")
    failed = []
    hit = 0
    for word in words:
        names = [s for s in services_of(call) if (str(pid_of(call, s)) == word if call.name == "kill" else word in s)]
        if word == "1" or not names:
            failed.append(
                f"-bash: kill: ({word}) - No such process\n"
                if call.name == "kill" and word != "1"
                else f"-bash: kill: ({word}) - Operation not permitted\n"
                if word == "1"
                else f"{word}: no process found\n"
                if call.name == "killall"
                else ""
            )
        for name in names:
            hit += 1
            stop(call, name, "killed")
            if not call.who.root:
                failed.append(f"{call.name}: ({pid_of(call, name)}) - Operation not permitted\n")
    return Out("", "".join(failed), 1 if failed or not hit else 0)


def systemctl(call: Call) -> Out:
    """systemctl, service, invoke-rc.d: state of the server's services."""
    words = [a for a in call.argv if not a.startswith("-")]
    if call.name != "systemctl" and len(words) >= 2:
        words = [words[1], words[0]]
    verb = words[0] if words else "list-units"
    names = [w.removesuffix(".service") for w in words[1:]]
    known = {**dict.fromkeys(services_of(call), ""), **{s: "" for s in ("ssh",) if "sshd" in services_of(call)}}
    if verb in ("list-units", "list-unit-files", "--failed") or (verb == "status" and not names):
        return Out(_unit_files(call) if verb == "list-unit-files" else _units(call))
    if verb in ("daemon-reload", "reset-failed", "daemon-reexec"):
        return Out()
    out, errors, code = [], [], 0
    for name in names:
        if name not in known and call.files.get(f"/etc/systemd/system/{name}.service") is None:
            errors.append(
                f"Failed to {verb} {name}.service: Unit {name}.service not loaded.\n"
                if verb != "status"
                else f"Unit {name}.service could not be found.\n"
            )
            code = 5 if verb != "status" else 4
            continue
        text, error, one = _act(call, verb, "sshd" if name == "ssh" else name, "--now" in call.argv)
        out.append(text)
        errors.append(error)
        code = one or code
    return Out("".join(out), "".join(errors), code)


def _description(call: Call, name: str) -> str:
    """What the unit's file says it is."""
    entry = call.world.files.get(f"/etc/systemd/system/{name}.service")
    text = entry.content.decode("utf-8", "replace") if entry else ""
    return next((line[12:].strip() for line in text.split("\n") if line.startswith("Description=")), "") or name


def _units(call: Call) -> str:
    found = [s for s in services_of(call) if _state(call, s)[0] == "active"]
    width = max((len(s) for s in found), default=4) + 8
    rows = [f"  {s + '.service':<{width}} loaded active running {_description(call, s)}\n" for s in found]
    return (
        f"  {'UNIT':<{width}} LOAD   ACTIVE SUB     DESCRIPTION\n"
        + "".join(rows)
        + "\nLOAD   = Reflects whether the unit definition was properly loaded.\n"
        "ACTIVE = The high-level unit activation state, i.e. generalization of SUB.\n"
        "SUB    = The low-level unit activation state, values depend on unit type.\n"
        f"{len(found)} loaded units listed. Pass --all to see loaded but inactive units, too.\n"
        "To show all installed unit files use 'systemctl list-unit-files'.\n"
    )


def _unit_files(call: Call) -> str:
    kept = [(s, call.host.services.get(s, "")) for s in services_of(call)]
    width = max((len(s) for s, _ in kept), default=4) + 8
    states = [(s, k if k in ("masked", "disabled") else "enabled") for s, k in kept]
    rows = [f"{s + '.service':<{width}} {state:<15} enabled\n" for s, state in states]
    return f"{'UNIT FILE':<{width}} STATE           PRESET\n{''.join(rows)}\n{len(rows)} unit files listed.\n"


def _ago(us: int) -> str:
    """How long ago, in the two greatest units, as systemd says it."""
    seconds = us // 1_000_000
    units = (("month", 2_629_800), ("week", 604_800), ("day", 86_400), ("h", 3600), ("min", 60), ("s", 1))
    for n, (name, size) in enumerate(units):
        if seconds >= size:
            parts = [(name, seconds // size)]
            if n + 1 < len(units) and seconds % size // units[n + 1][1] and name != "s":
                parts.append((units[n + 1][0], seconds % size // units[n + 1][1]))
            return (
                " ".join(
                    f"{k} {unit}{'s' if k > 1 else ''}" if unit in ("month", "week", "day") else f"{k}{unit}"
                    for unit, k in parts
                )
                + " ago"
            )
    return "just now"


def _status(call: Call, name: str) -> Out:
    """systemctl status of one unit, with its last lines in the journal for those who may see them."""
    active, sub = _state(call, name)
    zone = call.world.company.facts.timezone
    unit = "ssh" if name == "sshd" else name
    pid = pid_of(call, name)
    kept = call.host.services.get(name, "")
    enabled = kept if kept in ("masked", "disabled") else "enabled"
    since_us = call.world.clock.us - (up_us(call) - pid * 12_000 if active == "active" else 0)
    since = local(since_us, zone)
    when = f"since {since:%a %Y-%m-%d %H:%M:%S %Z}; {_ago(call.world.clock.us - since_us)}"
    text = (
        f"{'●' if active == 'active' else '○'} {unit}.service - {_description(call, name)}\n"
        f"     Loaded: loaded (/etc/systemd/system/{name}.service; {enabled}; preset: enabled)\n"
        f"     Active: {active} ({sub}) {when}\n"
    )
    if active == "active":
        command = COMMAND_LINES.get(name, f"/usr/sbin/{name}")
        shown = f'"{command}"' if command.startswith(("sshd:", "nginx:")) else command
        text += (
            f"   Main PID: {pid} ({name[:15]})\n      Tasks: {1 + pid % 4} (limit: 4646)\n"
            f"     Memory: {3 + pid % 29}.{pid % 10}M\n        CPU: {1 + pid % 50}.{pid * 7 % 1000:03d}s\n"
            f"     CGroup: /system.slice/{unit}.service\n             └─{pid} {shown}\n"
        )
    code = 0 if active == "active" else 3
    if not may_read(call):
        return Out(text + "\n", "Warning: some journal files were not opened due to insufficient permissions.\n", code)
    found = [line for _, line in lines(call, unit)][-10:]
    return Out(text + ("\n" + "".join(f"{line}\n" for line in found) if found else ""), "", code)


def _state(call: Call, name: str) -> tuple[str, str]:
    return ("inactive", "dead") if call.host.services.get(name) in ("stopped", "masked") else ("active", "running")


def _act(call: Call, verb: str, name: str, now: bool) -> tuple[str, str, int]:
    active, _ = _state(call, name)
    match verb:
        case "status":
            found = _status(call, name)
            return str(found.stdout), found.stderr, found.code
        case "is-active":
            return f"{active}\n", "", 0 if active == "active" else 3
        case "is-enabled":
            kept = call.host.services.get(name, "")
            return f"{kept if kept in ('masked', 'disabled') else 'enabled'}\n", "", 0
        case "stop" | "disable" | "mask" | "kill":
            how = {"stop": "stopped", "disable": "disabled", "mask": "masked", "kill": "killed"}[verb]
            stop(call, name, how)
            if not call.who.root:
                said = f"Failed to {verb} {name}.service: Access denied\n"
                return "", f"{said}See system logs and 'systemctl status {name}.service' for details.\n", 4
            if now and verb != "stop":
                call.host.services[name] = "masked" if verb == "mask" else "stopped"
            said = (
                f'Removed "/etc/systemd/system/multi-user.target.wants/{name}.service".\n' if verb == "disable" else ""
            )
            return "", said, 0
        case "start" | "restart" | "enable" | "unmask" | "reload" | "try-restart":
            if not call.who.root:
                said = f"Failed to {verb} {name}.service: Access denied\n"
                return "", f"{said}See system logs and 'systemctl status {name}.service' for details.\n", 4
            if call.host.services.get(name, "") in ("stopped", "masked", "disabled"):
                call.world.apply(ServiceStarted(by=call.by, service=name, host=host_name(call)))
            call.host.services.pop(name, None)
            return "", "", 0
        case "cat" | "show":
            entry = call.files.get(f"/etc/systemd/system/{name}.service")
            text = entry.content.decode("utf-8", "replace") if entry else ""
            return f"# /etc/systemd/system/{name}.service\n{text}", "", 0
    return "", f"Unknown command verb {verb}.\n", 1


def ss(call: Call) -> Out:
    """ss, netstat: what listens."""
    ports = {"sshd": 22, "postfix": 25, "smbd": 445, "nginx": 80, "postgresql": 5432}
    if call.name == "netstat":
        rows = [
            f"tcp        0      0 {f'0.0.0.0:{ports[s]}':<23} {'0.0.0.0:*':<23} LISTEN     \n"
            for s in services_of(call)
            if s in ports and _state(call, s)[0] == "active"
        ]
        head = "Proto Recv-Q Send-Q Local Address           Foreign Address         State      \n"
        return Out(f"Active Internet connections (only servers)\n{head}{''.join(rows)}")
    rows = [
        f"LISTEN 0      128          0.0.0.0:{ports[s]:<9} 0.0.0.0:*\n"
        for s in services_of(call)
        if s in ports and _state(call, s)[0] == "active"
    ]
    return Out("State  Recv-Q Send-Q Local Address:Port      Peer Address:Port\n" + "".join(rows))


PROGRAMS: dict[str, Program] = {
    "kill": kill,
    "pkill": kill,
    "killall": kill,
    "systemctl": systemctl,
    "service": systemctl,
    "invoke-rc.d": systemctl,
    "ss": ss,
    "netstat": ss,
}
