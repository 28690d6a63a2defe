"""Processes and services of the server: ps, kill, systemctl, ss."""

from __future__ import annotations

from fauxcorp.core.effects import ServiceStarted, ServiceStopped
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.system import host_name, up_us
from fauxcorp.world.baseline import server
from fauxcorp.world.when import local


def services_of(call: Call) -> list[str]:
    host = server(call.world.company.facts)
    return sorted(host.services) if host else []


def _pid(name: str) -> int:
    return 600 + sum(name.encode()) % 380


def processes(call: Call) -> list[tuple[int, str, str]]:
    """Number, owner and command of what runs."""
    running = [(1, "root", "/sbin/init")]
    running += [
        (_pid(s), "root", f"/usr/sbin/{s}")
        for s in services_of(call)
        if call.host.services.get(s, "") in ("", "started", "disabled")
    ]
    me = call.env.get("USER", call.who.user)
    return [*sorted(running), (21_844, me, "-bash"), (21_901, me, call.name)]


def ps(call: Call) -> Out:
    """ps: the usual columns."""
    words = "".join(call.argv)
    found = processes(call)
    if "e" not in words and "a" not in words and "x" not in words:
        rows = "".join(f"{pid:>7} pts/0    00:00:00 {c.lstrip('-').rpartition('/')[2]}\n" for pid, _, c in found[-2:])
        return Out("    PID TTY          TIME CMD\n" + rows)
    if "u" in words or "aux" in words:
        rows = "".join(
            f"{u:<12} {pid:>6}  0.0  0.2  17024  6120 ?        Ss   Jan21   0:01 {c}\n" for pid, u, c in found
        )
        return Out("USER            PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n" + rows)
    rows = "".join(
        f"{u:<10} {pid:>6} {0 if pid == 1 else 1:>6}  0 Jan21 ?        00:00:01 {c}\n" for pid, u, c in found
    )
    return Out("UID           PID   PPID  C STIME TTY          TIME CMD\n" + rows)


def pgrep(call: Call) -> Out:
    """pgrep, pidof."""
    words = [a for a in call.argv if not a.startswith("-")]
    found = [(pid, c) for pid, _, c in processes(call)[:-1] if words and words[-1] in c]
    lines = [f"{pid} {c}" if "-a" in call.argv or "-l" in call.argv else str(pid) for pid, c in found]
    joined = " ".join(lines) if call.name == "pidof" else "\n".join(lines)
    return Out(f"{joined}\n" if lines else "", "", 0 if lines else 1)


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
    call.host.services[service] = "stopped" if how in ("stopped", "killed") else how
    call.world.apply(ServiceStopped(by=call.by, service=service, host=host, how=how))


def kill(call: Call) -> Out:
    """kill, pkill, killall: services by number or name."""
    words = [a for a in call.argv if not a.startswith("-")]
    if call.name == "kill" and ("-l" in call.argv or "-L" in call.argv):
        return Out("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM\n")
    failed = []
    hit = 0
    for word in words:
        names = [s for s in services_of(call) if (str(_pid(s)) == word if call.name == "kill" else word in s)]
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
                failed.append(f"{call.name}: ({_pid(name)}) - Operation not permitted\n")
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
        rows = [
            f"  {s + '.service':<28} loaded {_state(call, s)[0]:<8} {_state(call, s)[1]:<8} {s}\n"
            for s in services_of(call)
        ]
        return Out("  UNIT                         LOAD   ACTIVE   SUB      DESCRIPTION\n" + "".join(rows))
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


def _state(call: Call, name: str) -> tuple[str, str]:
    return ("inactive", "dead") if call.host.services.get(name) in ("stopped", "masked") else ("active", "running")


def _act(call: Call, verb: str, name: str, now: bool) -> tuple[str, str, int]:
    active, sub = _state(call, name)
    match verb:
        case "status":
            since = local(call.world.clock.us - up_us(call), call.world.company.facts.timezone)
            text = (
                f"● {name}.service - {name}\n"
                f"     Loaded: loaded (/etc/systemd/system/{name}.service; enabled; preset: enabled)\n"
                f"     Active: {active} ({sub}) since {since:%a %Y-%m-%d %H:%M:%S %Z}\n"
                f"   Main PID: {_pid(name)} ({name})\n"
            )
            return text, "", 0 if active == "active" else 3
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
                return "", f"Failed to {verb} {name}.service: Access denied\n", 4
            if call.host.services.pop(name, "") in ("stopped", "masked", "disabled"):
                call.world.apply(ServiceStarted(by=call.by, service=name, host=host_name(call)))
            return "", "", 0
        case "cat" | "show":
            entry = call.files.get(f"/etc/systemd/system/{name}.service")
            text = entry.content.decode("utf-8", "replace") if entry else ""
            return f"# /etc/systemd/system/{name}.service\n{text}", "", 0
    return "", f"Unknown command verb {verb}.\n", 1


def ss(call: Call) -> Out:
    """ss, netstat: what listens."""
    ports = {"sshd": 22, "postfix": 25, "smbd": 445, "nginx": 80, "postgresql": 5432}
    rows = [
        f"LISTEN 0      128          0.0.0.0:{ports[s]:<9} 0.0.0.0:*\n"
        for s in services_of(call)
        if s in ports and _state(call, s)[0] == "active"
    ]
    return Out("State  Recv-Q Send-Q Local Address:Port      Peer Address:Port\n" + "".join(rows))


PROGRAMS: dict[str, Program] = {
    "ps": ps,
    "pgrep": pgrep,
    "pidof": pgrep,
    "kill": kill,
    "pkill": kill,
    "killall": kill,
    "systemctl": systemctl,
    "service": systemctl,
    "invoke-rc.d": systemctl,
    "ss": ss,
    "netstat": ss,
}
