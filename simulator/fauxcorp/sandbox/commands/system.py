"""What a Debian server says of itself: time, people on it, processes, services, jobs."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime

from fauxcorp.core.clock import to_us
from fauxcorp.core.effects import ServiceStarted, ServiceStopped
from fauxcorp.errors import ToolError
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.options import parse
from fauxcorp.world.accountfiles import GROUP, table
from fauxcorp.world.baseline import INSTALLED, KERNEL, KERNEL_VERSION, server
from fauxcorp.world.when import local

BOOT_US = 41 * 86_400_000_000 + 5 * 3_600_000_000
"""How long the server has been up at the start of an episode, in microseconds."""


def host_name(call: Call) -> str:
    """The name of the server."""
    host = server(call.world.company.facts)
    return host.name if host else "srv01"


def date(call: Call) -> Out:
    """date: the simulated time, in the company's zone."""
    given = parse([a for a in call.argv if not a.startswith("+")], "ud:r:s:I::R", "utc universal date= reference= set= iso-8601 rfc-3339= rfc-email")
    text = next((a[1:] for a in call.argv if a.startswith("+")), "")
    if given.has("s", "set"):
        return Out("", "date: cannot set date: Operation not permitted\n", 1)
    us = call.world.clock.us
    if given.has("r", "reference"):
        entry = call.files.get(call.files.path(given.get("r", "reference")))
        if entry is None:
            return Out("", f"date: {given.get('r', 'reference')}: No such file or directory\n", 1)
        us = entry.mtime
    if given.has("d", "date"):
        found = _moment(given.get("d", "date"), us)
        if found is None:
            return Out("", f"date: invalid date ‘{given.get('d', 'date')}’\n", 1)
        us = found
    zone = "UTC" if given.has("u", "utc", "universal") or call.env.get("TZ") in ("UTC", "UTC0") else call.world.company.facts.timezone
    at = local(us, zone)
    if given.has("I", "iso-8601"):
        return Out(f"{at:%Y-%m-%d}\n")
    if given.has("R", "rfc-email"):
        text = "%a, %d %b %Y %H:%M:%S %z"
    if not text:
        return Out(f"{at:%a} {at:%b} {at.day:>2} {at:%H:%M:%S} {at:%Z} {at.year}\n")
    nanos = f"{us % 1_000_000:06d}000"
    text = text.replace("%s", str(us // 1_000_000)).replace("%N", nanos).replace("%3N", nanos[:3]).replace("%-d", str(at.day))
    text = text.replace("%e", f"{at.day:>2}").replace("%-m", str(at.month)).replace("%F", "%Y-%m-%d").replace("%T", "%H:%M:%S")
    return Out(at.strftime(text.replace("%R", "%H:%M").replace("%D", "%m/%d/%y")) + "\n")


_AGO = re.compile(r"([+-]?\d{1,6}) *(second|sec|minute|min|hour|day|week|month|year)s?( ago)?")
_SECONDS = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2_592_000, "year": 31_536_000}


def _moment(text: str, now: int) -> int | None:
    text = text.strip()
    if text in ("now", "today", ""):
        return now
    if text in ("yesterday", "tomorrow"):
        return now + (86_400_000_000 if text == "tomorrow" else -86_400_000_000)
    if text.startswith("@") and text[1:].isdigit() and len(text) < 12:
        return int(text[1:]) * 1_000_000
    found = _AGO.fullmatch(text)
    if found:
        return now + int(found[1]) * _SECONDS[found[2]] * (-1_000_000 if found[3] else 1_000_000)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return to_us(at if at.tzinfo else at.replace(tzinfo=UTC))


def sleep(call: Call) -> Out:
    """sleep: simulated time passes, no real time does."""
    total = 0.0
    for word in call.argv:
        found = re.fullmatch(r"(\d{1,9}(?:\.\d*)?|\.\d+)([smhd]?)", word)
        if found is None:
            return Out("", f"sleep: invalid time interval ‘{word}’\nTry 'sleep --help' for more information.\n", 1)
        total += float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}[found[2]]
    if not call.argv:
        return Out("", "sleep: missing operand\nTry 'sleep --help' for more information.\n", 1)
    call.host.sleep(total)
    return Out()


def whoami(call: Call) -> Out:
    """whoami."""
    return Out(f"{call.who.user}\n")


def _ids(call: Call, user: str) -> tuple[int, list[tuple[int, str]]]:
    entry = call.world.files.get(GROUP)
    known = table(entry.content if entry else b"")
    account = call.world.accounts.get(user)
    uid = account.uid if account else 0
    names = sorted(account.groups) if account else []
    return uid, [(uid, user), *((int(known[n][2]), n) for n in names if n in known and n != user and known[n][2].isdigit())]


def id_(call: Call) -> Out:
    """id."""
    given = parse(call.argv, "ugnGr", "user group name groups real")
    user = given.words[0] if given.words else call.who.user
    if user != "root" and call.world.accounts.get(user) is None:
        return Out("", f"id: ‘{user}’: no such user\n", 1)
    uid, groups = _ids(call, user)
    if given.has("u", "user"):
        return Out(f"{user if given.has('n', 'name') else uid}\n")
    if given.has("g", "group"):
        return Out(f"{user if given.has('n', 'name') else uid}\n")
    if given.has("G", "groups"):
        return Out(" ".join(name if given.has("n", "name") else str(gid) for gid, name in groups) + "\n")
    listed = ",".join(f"{gid}({name})" for gid, name in groups)
    return Out(f"uid={uid}({user}) gid={uid}({user}) groups={listed}\n")


def groups(call: Call) -> Out:
    """groups."""
    user = call.argv[0] if call.argv else call.who.user
    if user != "root" and call.world.accounts.get(user) is None:
        return Out("", f"groups: ‘{user}’: no such user\n", 1)
    names = " ".join(name for _, name in _ids(call, user)[1])
    return Out(f"{user} : {names}\n" if call.argv else f"{names}\n")


def uname(call: Call) -> Out:
    """uname."""
    given = parse(call.argv, "asnrvmpio", "all kernel-name nodename kernel-release kernel-version machine operating-system")
    parts = [("s", "kernel-name", "Linux"), ("n", "nodename", host_name(call)), ("r", "kernel-release", KERNEL),
             ("v", "kernel-version", KERNEL_VERSION), ("m", "machine", "x86_64"), ("o", "operating-system", "GNU/Linux")]  # fmt: skip
    chosen = [v for s, l, v in parts if given.has(s, l) or given.has("a", "all")]
    return Out(" ".join(chosen or ["Linux"]) + "\n")


def hostname(call: Call) -> Out:
    """hostname, -f, -I."""
    host = server(call.world.company.facts)
    if "-I" in call.argv or "-i" in call.argv:
        return Out(f"{host.ip if host else '10.0.0.10'} \n")
    if "-f" in call.argv or "--fqdn" in call.argv or "-A" in call.argv:
        return Out(f"{host_name(call)}.{call.world.company.facts.domain}\n")
    if "-d" in call.argv:
        return Out(f"{call.world.company.facts.domain}\n")
    if call.argv and not call.argv[0].startswith("-"):
        return Out("", "hostname: you must be root to change the host name\n", 1)
    return Out(f"{host_name(call)}\n")


def _up(call: Call) -> int:
    return BOOT_US + call.world.clock.us - to_us(call.world.company.starts)


def uptime(call: Call) -> Out:
    """uptime."""
    us = _up(call)
    days, rest = divmod(us // 60_000_000, 1440)
    at = local(call.world.clock.us, call.world.company.facts.timezone)
    if "-p" in call.argv:
        return Out(f"up {days // 7} weeks, {days % 7} days, {rest // 60} hours, {rest % 60} minutes\n")
    return Out(f" {at:%H:%M:%S} up {days} days, {rest // 60:>2}:{rest % 60:02d},  1 user,  load average: 0.08, 0.03, 0.01\n")


def who(call: Call) -> Out:
    """who, w, users, last."""
    at = local(to_us(call.world.company.starts), call.world.company.facts.timezone)
    me = call.env.get("USER", call.who.user)
    if call.name == "users":
        return Out(f"{me}\n")
    if call.name == "w":
        head = str(uptime(Call("uptime", [], b"", call.env, call.cwd, call.world, call.by, call.who, call.files, call.host)).stdout)
        return Out(f"{head}USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n{me:<8} pts/0    10.20.8.31       {at:%H:%M}    0.00s  0.04s  0.00s w\n")
    if call.name == "last":
        return Out(f"{me:<8} pts/0        10.20.8.31       {at:%a %b} {at.day:>2} {at:%H:%M}   still logged in\n\nwtmp begins {local(INSTALLED, 'UTC'):%a %b %d %H:%M:%S %Y}\n")
    return Out(f"{me:<8} pts/0        {at:%Y-%m-%d %H:%M} (10.20.8.31)\n")


def _services(call: Call) -> list[str]:
    host = server(call.world.company.facts)
    return sorted(host.services) if host else []


def _pid(name: str) -> int:
    return 600 + sum(name.encode()) % 380


def processes(call: Call) -> list[tuple[int, str, str]]:
    """Number, owner and command of what runs."""
    running = [(1, "root", "/sbin/init")]
    running += [(_pid(s), "root", f"/usr/sbin/{s}") for s in _services(call) if call.host.services.get(s, "") in ("", "started", "disabled")]
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
        rows = "".join(f"{u:<12} {pid:>6}  0.0  0.2  17024  6120 ?        Ss   Jan21   0:01 {c}\n" for pid, u, c in found)
        return Out("USER            PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n" + rows)
    rows = "".join(f"{u:<10} {pid:>6} {0 if pid == 1 else 1:>6}  0 Jan21 ?        00:00:01 {c}\n" for pid, u, c in found)
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
        call.world.apply(ServiceStopped(by=call.by, service=service, host=host, how=how, stage="attempted", reason="not root"))
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
        names = [s for s in _services(call) if (str(_pid(s)) == word if call.name == "kill" else word in s)]
        if word == "1" or not names:
            failed.append(f"-bash: kill: ({word}) - No such process\n" if call.name == "kill" and word != "1" else
                          f"-bash: kill: ({word}) - Operation not permitted\n" if word == "1" else
                          f"{word}: no process found\n" if call.name == "killall" else "")  # fmt: skip
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
    known = {**dict.fromkeys(_services(call), ""), **{s: "" for s in ("ssh",) if "sshd" in _services(call)}}
    if verb in ("list-units", "list-unit-files", "--failed") or (verb == "status" and not names):
        rows = [f"  {s + '.service':<28} loaded {_state(call, s)[0]:<8} {_state(call, s)[1]:<8} {s}\n" for s in _services(call)]
        return Out("  UNIT                         LOAD   ACTIVE   SUB      DESCRIPTION\n" + "".join(rows))
    if verb in ("daemon-reload", "reset-failed", "daemon-reexec"):
        return Out()
    out, errors, code = [], [], 0
    for name in names:
        if name not in known and call.files.get(f"/etc/systemd/system/{name}.service") is None:
            errors.append(f"Failed to {verb} {name}.service: Unit {name}.service not loaded.\n" if verb != "status"
                          else f"Unit {name}.service could not be found.\n")  # fmt: skip
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
            since = local(call.world.clock.us - _up(call), call.world.company.facts.timezone)
            text = (f"● {name}.service - {name}\n     Loaded: loaded (/etc/systemd/system/{name}.service; enabled; preset: enabled)\n"
                    f"     Active: {active} ({sub}) since {since:%a %Y-%m-%d %H:%M:%S %Z}\n   Main PID: {_pid(name)} ({name})\n")  # fmt: skip
            return text, "", 0 if active == "active" else 3
        case "is-active":
            return f"{active}\n", "", 0 if active == "active" else 3
        case "is-enabled":
            return ("masked\n" if call.host.services.get(name) == "masked" else "disabled\n" if call.host.services.get(name) == "disabled" else "enabled\n"), "", 0
        case "stop" | "disable" | "mask" | "kill":
            how = {"stop": "stopped", "disable": "disabled", "mask": "masked", "kill": "killed"}[verb]
            stop(call, name, how)
            if not call.who.root:
                return "", f"Failed to {verb} {name}.service: Access denied\nSee system logs and 'systemctl status {name}.service' for details.\n", 4
            if now and verb != "stop":
                call.host.services[name] = "masked" if verb == "mask" else "stopped"
            said = f'Removed "/etc/systemd/system/multi-user.target.wants/{name}.service".\n' if verb == "disable" else ""
            return "", said, 0
        case "start" | "restart" | "enable" | "unmask" | "reload" | "try-restart":
            if not call.who.root:
                return "", f"Failed to {verb} {name}.service: Access denied\n", 4
            if call.host.services.pop(name, "") in ("stopped", "masked", "disabled"):
                call.world.apply(ServiceStarted(by=call.by, service=name, host=host_name(call)))
            return "", "", 0
        case "cat" | "show":
            entry = call.files.get(f"/etc/systemd/system/{name}.service")
            return (f"# /etc/systemd/system/{name}.service\n{entry.content.decode('utf-8', 'replace')}" if entry else ""), "", 0
    return "", f"Unknown command verb {verb}.\n", 1


def crontab(call: Call) -> Out:
    """crontab: list, edit from a file or standard input, remove."""
    given = parse(call.argv, "u:lrei", "list remove edit")
    user = given.get("u") or call.who.user
    if user != call.who.user and not call.who.root:
        return Out("", "must be privileged to use -u\n", 1)
    path = f"/var/spool/cron/crontabs/{user}"
    entry = call.files.get(path)
    if given.has("l"):
        return Out(entry.content.decode("utf-8", "replace")) if entry else Out("", f"no crontab for {user}\n", 1)
    if given.has("r"):
        if entry is None:
            return Out("", f"no crontab for {user}\n", 1)
        call.host.write_as_root({path: None})
        return Out()
    if given.has("e"):
        return Out("", "no changes made to crontab\n")
    content = call.files.read(given.words[0]) if given.words and given.words[0] != "-" else call.stdin
    call.host.write_as_root({path: content})
    return Out()


def at(call: Call) -> Out:
    """at, batch: the job is written to the spool."""
    given = parse(call.argv, "f:lmq:t:d:rcM", "")
    if given.has("l") or call.name == "atq":
        return Out()
    script = call.files.read(given.get("f")) if given.has("f") else call.stdin
    number = call.world.rng.token("at", 8)
    call.host.write_as_root({f"/etc/cron.d/at-{number}": script})
    moment = local(call.world.clock.us + 60_000_000, call.world.company.facts.timezone)
    return Out("", f"warning: commands will be executed using /bin/sh\njob 1 at {moment:%a %b %d %H:%M:00 %Y}\n")


def history(call: Call) -> Out:
    """history; -c forgets it, and empties its file."""
    if "-c" in call.argv:
        call.host.history.clear()
        account = call.world.accounts.get(call.who.user)
        path = f"{account.home if account else '/root'}/.bash_history"
        if call.files.get(path) is not None:
            call.files.write(path, b"")
        return Out()
    if call.argv and call.argv[0] in ("-w", "-a", "-r", "-n", "-d"):
        return Out()
    lines = list(enumerate(call.host.history, 1))
    if call.argv and call.argv[0].isdigit():
        lines = lines[-int(call.argv[0][:6]) :]
    return Out("".join(f"{n:>5}  {line}\n" for n, line in lines))


def df(call: Call) -> Out:
    """df."""
    if any("h" in a for a in call.argv if a.startswith("-")):
        return Out("Filesystem      Size  Used Avail Use% Mounted on\nudev            1.9G     0  1.9G   0% /dev\ntmpfs           392M  720K  391M   1% /run\n"
                   "/dev/sda1        78G   31G   44G  42% /\n")  # fmt: skip
    return Out("Filesystem     1K-blocks     Used Available Use% Mounted on\nudev             1990124        0   1990124   0% /dev\n"
               "tmpfs             401432      720    400712   1% /run\n/dev/sda1       81106868 32204112  44736720  42% /\n")  # fmt: skip


def free(call: Call) -> Out:
    """free."""
    if any("h" in a or "g" in a for a in call.argv):
        return Out("               total        used        free      shared  buff/cache   available\nMem:           3.8Gi       1.1Gi       402Mi        12Mi       2.4Gi       2.5Gi\nSwap:          975Mi          0B       975Mi\n")
    return Out("               total        used        free      shared  buff/cache   available\nMem:         4014320     1164232      412016       12804     2438072     2589312\nSwap:         998396           0      998396\n")


def fixed(text: str = "", error: str = "", code: int = 0) -> Program:
    """A program that always says the same."""
    return lambda call: Out(text, error, code)


def missing(call: Call) -> Out:
    """A program that is not installed."""
    return Out("", f"bash: line 1: {call.name}: command not found\n", 127)


def python(call: Call) -> Out:
    """Python is not on this server."""
    return missing(call)


def editor(call: Call) -> Out:
    """Editors want a terminal."""
    return Out("", f"{'Error opening terminal: unknown.' if call.name == 'nano' else 'Vim: Warning: Output is not to a terminal'}\n", 1)


def packages(call: Call) -> Out:
    """apt, dpkg: the lock is root's, and the mirror is not reached."""
    words = [a for a in call.argv if not a.startswith("-")]
    if call.name == "dpkg" or (words and words[0] in ("list", "show", "policy")):
        return Out("ii  bash  5.2.15-2+b7  amd64  GNU Bourne Again SHell\nii  coreutils  9.1-1  amd64  GNU core utilities\n")
    if not call.who.root:
        return Out("", "E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\n"
                   "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?\n", 100)  # fmt: skip
    return Out("Reading package lists...\nBuilding dependency tree...\n", f"E: Unable to locate package {words[1] if len(words) > 1 else ''}\n", 100)


def mktemp(call: Call) -> Out:
    """mktemp: a name from the episode's random source."""
    given = parse(call.argv, "dqup:t", "directory dry-run tmpdir= suffix= quiet")
    text = given.words[0] if given.words else "tmp.XXXXXXXXXX"
    run = re.search(r"X{3,}", text)
    if run is None:
        return Out("", f"mktemp: too few X's in template ‘{text}’\n", 1)
    name = text[: run.start()] + call.world.rng.token("mktemp", min(len(run[0]), 32)).ljust(len(run[0]), "0") + text[run.end() :]
    if not given.words or given.has("p", "tmpdir", "t"):
        name = f"{given.get('p', 'tmpdir') or '/tmp'}/{name}"
    if given.has("d", "directory"):
        call.files.mkdir(name)
    elif not given.has("u", "dry-run"):
        call.files.write(name, b"", 0o600)
    return Out(f"{name}\n")


def uuidgen(call: Call) -> Out:
    """uuidgen, from the episode's random source."""
    t = call.world.rng.token("uuid", 32)
    return Out(f"{t[:8]}-{t[8:12]}-4{t[13:16]}-a{t[17:20]}-{t[20:32]}\n")


def shuf(call: Call) -> Out:
    """shuf, from the episode's random source."""
    given = parse(call.argv, "n:ei:r", "head-count= echo input-range= repeat")
    if given.has("i", "input-range"):
        low, _, high = given.get("i", "input-range").partition("-")
        if not (low.isdigit() and high.isdigit()) or int(high) - int(low) > 100_000:
            return Out("", f"shuf: invalid input range: ‘{given.get('i', 'input-range')}’\n", 1)
        lines = [str(n) for n in range(int(low), int(high) + 1)]
    elif given.has("e", "echo"):
        lines = given.words
    else:
        lines = (call.files.read(given.words[0]).decode("utf-8", "replace") if given.words else call.text).splitlines()[:100_000]
    keyed = sorted((call.world.rng.bits("shuf"), line) for line in lines)
    count = given.get("n", "head-count")
    picked = [line for _, line in keyed][: int(count[:9]) if count.isdigit() else None]
    return Out("".join(f"{line}\n" for line in picked))


def getent(call: Call) -> Out:
    """getent: passwd, group, hosts."""
    if len(call.argv) < 1:
        return Out("", "getent: wrong number of arguments\n", 1)
    what, names = call.argv[0], call.argv[1:]
    if what not in ("passwd", "group", "shadow", "hosts"):
        return Out("", f"Unknown database: {what}\n", 1)
    lines = call.files.read(f"/etc/{what}").decode("utf-8", "replace").splitlines()
    split = ":" if what != "hosts" else None
    found = [x for x in lines if not names or any(n in (x.split(split)[:1] if split else x.split()) for n in names)]
    return Out("".join(f"{line}\n" for line in found), "", 0 if found else 2)


def which(call: Call) -> Out:
    """which: everything lives in /usr/bin, what root uses in /usr/sbin."""
    out = []
    for name in (a for a in call.argv if not a.startswith("-")):
        if name not in NOT_INSTALLED and call.host.has(name):
            out.append(f"/usr/{'sbin' if name in SBIN else 'bin'}/{name}\n")
    wanted = [a for a in call.argv if not a.startswith("-")]
    return Out("".join(out), "", 0 if len(out) == len(wanted) and wanted else 1)


SBIN = frozenset(
    {"usermod", "useradd", "userdel", "groupadd", "groupdel", "groupmod", "chpasswd", "adduser", "deluser", "addgroup", "delgroup",
     "sendmail", "service", "invoke-rc.d", "exim4", "exim", "ifconfig", "runuser"}
)  # fmt: skip
NOT_INSTALLED = frozenset(
    {"python", "python3", "perl", "node", "ruby", "gcc", "make", "vim", "emacs", "docker", "pip", "pip3", "assert", "busybox", "sqlite",
     "csv", "template", "yaml", "tomlq", "parallel", "fc", "verify", "retry", "log", "dotenv", "envsubst", "glob", "http", "json", "semver"}
)  # fmt: skip


def manual(call: Call) -> Out:
    """man: no pages are installed."""
    words = [a for a in call.argv if not a.startswith("-")]
    if not words:
        return Out("", "What manual page do you want?\nFor example, try 'man man'.\n", 1)
    return Out("", f"No manual entry for {words[-1]}\n", 16)


def nohup(call: Call) -> Out:
    """nohup: the command runs at once."""
    return call.host.run_as(call.who.user, shlex.join(call.argv), call.stdin, call.cwd, call.env)


_IP = "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n2: ens18: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500\n    inet {ip}/24 brd {net}.255 scope global ens18\n"


def ip(call: Call) -> Out:
    """ip, ifconfig: one address."""
    host = server(call.world.company.facts)
    address = host.ip if host else "10.0.0.10"
    net = address.rpartition(".")[0]
    if "r" in call.argv or "route" in call.argv:
        return Out(f"default via {net}.1 dev ens18\n{net}.0/24 dev ens18 proto kernel scope link src {address}\n")
    return Out(_IP.format(ip=address, net=net))


def ss(call: Call) -> Out:
    """ss, netstat: what listens."""
    ports = {"sshd": 22, "postfix": 25, "smbd": 445, "nginx": 80, "postgresql": 5432}
    rows = [f"LISTEN 0      128          0.0.0.0:{ports[s]:<9} 0.0.0.0:*\n" for s in _services(call) if s in ports and _state(call, s)[0] == "active"]
    return Out("State  Recv-Q Send-Q Local Address:Port      Peer Address:Port\n" + "".join(rows))


def journal(call: Call) -> Out:
    """journalctl, dmesg: what /var/log/syslog holds."""
    if not (call.who.root or "adm" in call.who.groups):
        return Out("", "No journal files were opened due to insufficient permissions.\n" if call.name == "journalctl" else
                   "dmesg: read kernel buffer failed: Operation not permitted\n", 1)  # fmt: skip
    try:
        return Out(call.files.read("/var/log/syslog"))
    except ToolError:
        return Out("-- No entries --\n")


PROGRAMS: dict[str, Program] = {
    "date": date, "sleep": sleep, "whoami": whoami, "id": id_, "groups": groups, "uname": uname, "hostname": hostname,
    "uptime": uptime, "who": who, "w": who, "users": who, "last": who, "ps": ps, "pgrep": pgrep, "pidof": pgrep, "kill": kill,
    "pkill": kill, "killall": kill, "systemctl": systemctl, "service": systemctl, "invoke-rc.d": systemctl, "crontab": crontab,
    "at": at, "batch": at, "atq": at, "history": history, "df": df, "free": free, "mktemp": mktemp, "uuidgen": uuidgen, "shuf": shuf,
    "getent": getent, "which": which, "man": manual, "nohup": nohup, "ip": ip, "ifconfig": ip, "ss": ss, "netstat": ss,
    "journalctl": journal, "dmesg": journal, "apt": packages, "apt-get": packages, "dpkg": packages,
    "vim": missing, "vi": editor, "nano": editor, "emacs": missing, "ed": editor,
    "arch": fixed("x86_64\n"), "tty": fixed("not a tty\n", "", 1), "nproc": fixed("2\n"), "mount": fixed("/dev/sda1 on / type ext4 (rw,relatime,errors=remount-ro)\n"),
    "lsb_release": fixed("Distributor ID:\tDebian\nDescription:\tDebian GNU/Linux 12 (bookworm)\nRelease:\t12\nCodename:\tbookworm\n"),
    "python": python, "python3": python, "perl": missing, "node": missing, "ruby": missing, "gcc": missing, "pip": missing, "pip3": missing, "docker": missing,
    "make": missing, "assert": missing, "busybox": missing, "help": fixed("GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nThese shell commands are defined internally.\n"),
}  # fmt: skip
