"""What runs on the server: the table that ps, pgrep and kill go by."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.options import parse
from fauxcorp.sandbox.commands.sessions import now_in, up_us
from fauxcorp.world.baseline import server
from fauxcorp.world.company import Company
from fauxcorp.world.when import local

COMMAND_LINES = {
    "sshd": "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups",
    "cron": "/usr/sbin/cron -f",
    "rsyslog": "/usr/sbin/rsyslogd -n -iNONE",
    "auditd": "/sbin/auditd",
    "postfix": "/usr/lib/postfix/sbin/master -w",
    "smbd": "/usr/sbin/smbd --foreground --no-process-group",
    "nginx": "nginx: master process /usr/sbin/nginx -g daemon on; master_process on;",
    "postgresql": "/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main",
}
"""How the usual services show in a list of processes."""
_LOGS = ("/var/log/syslog", "/var/log/auth.log", "/var/log/mail.log")
_WRITES = {"postfix": "postfix/master", "rsyslog": "rsyslogd"}
"""The name that a service's main process writes under, where it is another."""
MAX_LOG = 256 * 1024
"""Bytes of one log that are read."""
KERNEL_THREADS = (
    "kthreadd", "rcu_gp", "rcu_par_gp", "slub_flushwq", "netns", "kworker/0:0H-events_highpri", "mm_percpu_wq",
    "rcu_tasks_kthread", "rcu_tasks_rude_kthread", "rcu_tasks_trace_kthread",
    "ksoftirqd/0", "rcu_preempt", "migration/0",
    "cpuhp/0", "cpuhp/1", "migration/1", "ksoftirqd/1", "kdevtmpfs", "inet_frag_wq", "khungtaskd", "oom_reaper",
    "writeback", "kcompactd0", "ksmd", "khugepaged", "kintegrityd", "kblockd", "kswapd0", "scsi_eh_0", "jbd2/sda1-8",
    "ext4-rsv-conver",
)  # fmt: skip

SYSTEM = (
    (318, "root", "/lib/systemd/systemd-journald", 66_484, 31_260),
    (341, "root", "/lib/systemd/systemd-udevd", 26_788, 7_012),
    (507, "systemd+", "/lib/systemd/systemd-timesyncd", 90_072, 6_604),
    (552, "message+", "/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile --systemd-activation"
     " --syslog-only", 9_204, 4_860),
    (561, "root", "/lib/systemd/systemd-logind", 17_012, 7_704),
    (594, "root", "/sbin/agetty -o -p -- \\u --noclear - linux", 5_868, 1_024),
)  # fmt: skip
"""What runs on any Debian server: number, user as ps shows it, command, sizes in KiB."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process. `start` in microseconds since 1970, `time` in seconds of CPU, sizes in KiB."""

    pid: int
    parent: int
    user: str
    command: str
    start: int
    tty: str = "?"
    stat: str = "Ss"
    vsz: int = 17024
    rss: int = 6120
    time: int = 1

    @property
    def comm(self) -> str:
        """The short name, as ps shows it without arguments."""
        if self.command.startswith("["):
            return self.command.strip("[]")
        return self.command.lstrip("-").split(" ")[0].rpartition("/")[2].rstrip(":")[:15]


def services_of(call: Call) -> list[str]:
    """The services of the server, sorted."""
    return services_in(call.world.company)


def services_in(company: Company) -> list[str]:
    """The services of a company's server, sorted."""
    host = server(company.facts)
    return sorted(host.services) if host else []


def pid_of(call: Call, name: str) -> int:
    """The number of a service's main process: what the logs say, else one of its own."""
    return pid_in(call.world.company, name)


def pid_in(company: Company, name: str) -> int:
    """The number of a service's main process on a company's server."""
    said = re.compile(
        rf" {re.escape(_WRITES.get(name, name))}\[(\d{{1,7}})\]: {'Server listening' if name == 'sshd' else ''}"
    )
    for log in _LOGS:
        entry = company.files.get(log)
        match = said.search(entry.content[:MAX_LOG].decode("utf-8", "replace")) if entry else None
        if match is not None:
            return int(match[1])
    known = services_in(company)
    return 640 + 23 * known.index(name) if name in known else 600 + sum(name.encode()) % 380


def running(call: Call, service: str) -> bool:
    """Whether a service runs."""
    return call.host.services.get(service, "") in ("", "started", "disabled")


def processes(call: Call) -> list[Process]:
    """All of them by number; the last is the program that asks."""
    boot = call.world.clock.us - up_us(call)
    out = [Process(1, 0, "root", "/sbin/init", boot, vsz=168_132, rss=12_476, time=47)]
    for n, name in enumerate(KERNEL_THREADS):
        stat = "I<" if name.endswith(("wq", "gp", "highpri")) else "S"
        out.append(
            Process(2 + n + n // 4, 2 if n else 0, "root", f"[{name}]", boot, stat=stat, vsz=0, rss=0, time=n % 3)
        )
    for pid, user, command, vsz, rss in SYSTEM:
        out.append(Process(pid, 1, user, command, boot + pid * 9_000, vsz=vsz, rss=rss, time=pid % 31))
    for name in services_of(call):
        if running(call, name):
            out += _service(call, name, boot)
    out.sort(key=lambda p: p.pid)
    return out + _sessions(call)


def _service(call: Call, name: str, boot: int) -> list[Process]:
    pid = pid_of(call, name)
    size = 9_000 + pid * 37
    command = COMMAND_LINES.get(name, f"/usr/sbin/{name}")
    out = [Process(pid, 1, "root", command, boot + pid * 12_000, vsz=size, rss=size // 3, time=pid % 90)]
    if name == "postfix":
        out.append(
            Process(pid + 1400, pid, "postfix", "qmgr -l -t unix -u", boot + 8_000_000, stat="S", vsz=43_404, rss=7_096)
        )
    return out


def _sessions(call: Call) -> list[Process]:
    """A server process, its child and a shell for each who is logged in; the asking program last."""
    me = call.env.get("USER", call.who.user)
    out = []
    there = now_in(call)
    own = next(o for o in there if o.own)
    for one in sorted(there, key=lambda o: (o.own, o.pid)):
        parent = pid_of(call, "sshd")
        out.append(
            Process(one.pid, parent, "root", f"sshd: {one.user} [priv]", one.start, vsz=17_720, rss=10_744, time=0)
        )
        child = Process(
            one.pid + 3,
            one.pid,
            one.user,
            f"sshd: {one.user}@{one.line}",
            one.start,
            stat="S",
            vsz=17_980,
            rss=6_648,
            time=0,
        )
        out.append(child)
        out.append(Process(one.pid + 4, one.pid + 3, one.user, "-bash", one.start, one.line, "Ss", 8_056, 5_124, 0))
    line = own.line
    words = " ".join([call.name, *call.argv])[:200]
    out.append(Process(22_901, own.pid + 4, me, words, call.world.clock.us, line, "R+", 11_320, 4_692, 0))
    return out


def _started(call: Call, process: Process) -> str:
    at = local(process.start, call.world.company.facts.timezone)
    return f"{at:%H:%M}" if call.world.clock.us - process.start < 86_400_000_000 else f"{at:%b%d}"


def _name(user: str) -> str:
    return user if len(user) <= 8 else f"{user[:7]}+"


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def ps(call: Call) -> Out:
    """ps: BSD and Unix ways of asking, -u, -p, -C, -o."""
    words = [a for a in call.argv if a not in ("--no-headers", "--forest") and not a.startswith("--sort")]
    bundled = bool(words) and not words[0].startswith("-")
    given = parse(words[1:] if bundled else words, "u:U:p:C:o:O:t:g:efFlaAxwjHTL", "user= pid= format= ppid=")
    letters = words[0] if bundled else "".join(name for name, _ in given.options if len(name) == 1)
    if given.bad or given.lacks:
        return Out(
            "",
            "error: unsupported option (BSD syntax)\n\nUsage:\n ps [options]\n\n"
            " Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n"
            " for additional help text.\n\nFor more details see ps(1).\n",
            1,
        )
    found = processes(call)
    users = {u for value in given.all("u", "U", "user") for u in value.split(",")}
    pids = {p for value in given.all("p", "pid") for p in value.split(",")}
    names = {c for value in given.all("C") for c in value.split(",")}
    if users or pids or names:
        found = [p for p in found if p.user in users or str(p.pid) in pids or p.comm in names]
    elif not set(letters) & set("eAax"):
        found = [found[-2], found[-1]]
    heads = "--no-headers" not in call.argv
    if given.has("o", "format"):
        text = _columns(call, found, ",".join(given.all("o", "format")).split(","), heads)
        return Out(text) if text is not None else Out("", "error: unknown user-defined format specifier\n", 1)
    if bundled and "u" in letters:
        head, rows = _aux(call, found)
    elif set(letters) & set("fF"):
        head, rows = _full(call, found)
    else:
        head = "    PID TTY          TIME CMD\n"
        rows = [f"{p.pid:>7} {p.tty:<8} {_clock(p.time)} {p.comm}\n" for p in found]
    return Out((head if heads else "") + "".join(rows), "", 0 if found else 1)


def _aux(call: Call, found: list[Process]) -> tuple[str, list[str]]:
    rows = [
        f"{_name(p.user):<8} {p.pid:>7}  0.0 {p.rss / 40_143:>4.1f} {p.vsz:>6} {p.rss:>5} {p.tty:<8} {p.stat:<4} "
        f"{_started(call, p):<6} {p.time // 60:>3}:{p.time % 60:02d} {p.command}\n"
        for p in found
    ]
    return "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n", rows


def _full(call: Call, found: list[Process]) -> tuple[str, list[str]]:
    rows = [
        f"{_name(p.user):<8} {p.pid:>7} {p.parent:>7}  0 {_started(call, p):<5} {p.tty:<8} "
        f"{_clock(p.time)} {p.command}\n"
        for p in found
    ]
    return "UID          PID    PPID  C STIME TTY          TIME CMD\n", rows


def _columns(call: Call, found: list[Process], names: list[str], heads: bool) -> str | None:
    """The columns of -o; None if one is not known."""
    known: dict[str, tuple[str, Callable[[Process], str]]] = {
        "pid": ("PID", lambda p: f"{p.pid:>7}"), "ppid": ("PPID", lambda p: f"{p.parent:>7}"),
        "user": ("USER", lambda p: f"{_name(p.user):<8}"), "uname": ("USER", lambda p: f"{_name(p.user):<8}"),
        "comm": ("COMMAND", lambda p: f"{p.comm:<15}"), "cmd": ("CMD", lambda p: p.command),
        "args": ("COMMAND", lambda p: p.command), "command": ("COMMAND", lambda p: p.command),
        "tty": ("TT", lambda p: f"{p.tty:<8}"), "stat": ("STAT", lambda p: f"{p.stat:<4}"),
        "rss": ("RSS", lambda p: f"{p.rss:>5}"), "vsz": ("VSZ", lambda p: f"{p.vsz:>6}"),
        "time": ("TIME", lambda p: _clock(p.time)), "start": ("STARTED", lambda p: f"{_started(call, p):>8}"),
        "lstart": ("STARTED", lambda p: f"{local(p.start, call.world.company.facts.timezone):%a %b %d %H:%M:%S %Y}"),
        "%cpu": ("%CPU", lambda p: " 0.0"), "pcpu": ("%CPU", lambda p: " 0.0"),
        "%mem": ("%MEM", lambda p: f"{p.rss / 40_143:>4.1f}"), "pmem": ("%MEM", lambda p: f"{p.rss / 40_143:>4.1f}"),
    }  # fmt: skip
    columns = [(n.partition("=")[0].strip(), "=" in n) for n in names]
    if any(n not in known for n, _ in columns) or not found:
        return None
    shown = [[known[n][1](p) for n, _ in columns] for p in found]
    widths = [
        len(cell) if n not in ("cmd", "args", "command") else 0 for (n, _), cell in zip(columns, shown[0], strict=True)
    ]
    head = " ".join(
        known[n][0].rjust(w) if shown[0][k].startswith(" ") or n in ("pid", "ppid") else known[n][0].ljust(w)
        for k, ((n, _), w) in enumerate(zip(columns, widths, strict=True))
    )
    lines = [" ".join(row).rstrip() for row in shown]
    if heads and not all(bare for _, bare in columns):
        lines.insert(0, head.rstrip())
    return "\n".join(lines) + "\n"


def pgrep(call: Call) -> Out:
    """pgrep, pidof."""
    words = [a for a in call.argv if not a.startswith("-")]
    full = "-f" in call.argv or "-fl" in call.argv or "-af" in call.argv
    name = words[-1] if words else ""
    main = pid_of(call, name) if name in services_of(call) and running(call, name) else 0
    every = processes(call)[:-1]
    found = [p for p in every if name and (name in (p.command if full else p.comm) or p.pid == main)]
    lines = [
        f"{p.pid} {p.command}" if "-a" in call.argv else f"{p.pid} {p.comm}" if "-l" in call.argv else str(p.pid)
        for p in found
    ]
    joined = " ".join(lines) if call.name == "pidof" else "\n".join(lines)
    return Out(f"{joined}\n" if lines else "", "", 0 if lines else 1)


PROGRAMS: dict[str, Program] = {"ps": ps, "pgrep": pgrep, "pidof": pgrep}
