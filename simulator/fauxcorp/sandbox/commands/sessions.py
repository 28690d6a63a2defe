"""Who is and was logged in: w, who, users, uptime, last, lastlog. What the log of log-ins says holds here too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from fauxcorp.core.clock import to_us
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.world.accountfiles import PASSWD, table
from fauxcorp.world.baseline import INSTALLED, KERNEL, server
from fauxcorp.world.when import local

BOOT_US = 41 * 86_400_000_000 + 5 * 3_600_000_000 + 17_403_112
"""How long the server has been up at the start of an episode, in microseconds."""
AUTH_LOG = "/var/log/auth.log"
LONGEST_US = 11 * 3_600_000_000
"""After this a log-in that the log does not end has ended."""
MAX_LOG = 4 * 1024 * 1024
"""Bytes of the log that are read."""

_LINE = re.compile(
    r"^(\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d) \S+ sshd\[(\d+)\]: "
    r"(?:Accepted \w+ for (?P<user>\S+) from (?P<host>\S+) port|pam_unix\(sshd:session\): session (?P<closed>closed))",
    re.MULTILINE,
)


@dataclass(slots=True)
class LogIn:
    """One log-in. `end` is 0 while it lasts."""

    user: str
    host: str
    start: int
    end: int = 0
    line: str = "pts/0"
    pid: int = 0
    own: bool = False
    """The caller's."""


def up_us(call: Call) -> int:
    """How long the server has been up, in microseconds."""
    return BOOT_US + call.world.clock.us - to_us(call.world.company.starts)


def log_ins(call: Call) -> list[LogIn]:
    """All log-ins that are known, the oldest first; one of them is the caller's own."""
    start = to_us(call.world.company.starts)
    found: list[LogIn] = []
    by_pid: dict[int, LogIn] = {}
    entry = call.world.company.files.get(AUTH_LOG)
    text = entry.content[-MAX_LOG:].decode("utf-8", "replace") if entry else ""
    for match in _LINE.finditer(text):
        at, pid = to_us(datetime.fromisoformat(match[1])), int(match[2])
        if match["closed"] and pid in by_pid:
            by_pid.pop(pid).end = at
        elif match["user"] and at <= start:
            by_pid[pid] = LogIn(match["user"], match["host"], at, pid=pid)
            found.append(by_pid[pid])
    zone = call.world.company.facts.timezone
    for one in found:
        same_day = local(one.start, zone).date() == local(call.world.clock.us, zone).date()
        if not one.end and not (same_day and call.world.clock.us - one.start < LONGEST_US):
            one.end = one.start + LONGEST_US // 2 + one.pid * 1_000_003 % (LONGEST_US // 2)
    me = call.world.agent or call.env.get("USER", call.who.user)
    own = LogIn(me, _address(call, found, me), start, pid=21_840)
    found.append(own)
    own.own = True
    _lines(found)
    return found


def _address(call: Call, found: list[LogIn], user: str) -> str:
    """Where the caller's log-in comes from: where they came from before, or else a desk beside those of the others."""
    host = server(call.world.company.facts)
    ours = (host.ip if host else "10.0.0.1").split(".")
    near = [one for one in found if one.host.split(".")[:2] == ours[:2]]
    known = [one.host for one in near if one.user == user]
    if known:
        return known[-1]
    net = ".".join((near[-1].host.split(".") if near else ours)[:3])
    taken = {*(one.host for one in near), *(h.ip for h in call.world.company.facts.hosts)}
    return next((a for n in (*range(31, 255), *range(2, 31)) if (a := f"{net}.{n}") not in taken), f"{net}.31")


def _lines(found: list[LogIn]) -> None:
    """Give each the lowest terminal that was free when it began."""
    for n, one in enumerate(found):
        taken = {o.line for o in found[:n] if not o.end or o.end > one.start}
        one.line = next(f"pts/{k}" for k in range(n + 1) if f"pts/{k}" not in taken)


def now_in(call: Call) -> list[LogIn]:
    """Those who are logged in, in the order of their terminals."""
    return sorted((o for o in log_ins(call) if not o.end), key=lambda o: int(o.line[4:]))


def _head(call: Call) -> str:
    days, rest = divmod(up_us(call) // 60_000_000, 1440)
    at = local(call.world.clock.us, call.world.company.facts.timezone)
    users = len(now_in(call))
    return (
        f" {at:%H:%M:%S} up {days} days, {rest // 60:>2}:{rest % 60:02d},  {users} user{'s' if users != 1 else ''},"
        "  load average: 0.08, 0.03, 0.01\n"
    )


def uptime(call: Call) -> Out:
    """uptime, -p, -s."""
    days, rest = divmod(up_us(call) // 60_000_000, 1440)
    if "-p" in call.argv or "--pretty" in call.argv:
        return Out(f"up {days // 7} weeks, {days % 7} days, {rest // 60} hours, {rest % 60} minutes\n")
    if "-s" in call.argv or "--since" in call.argv:
        booted = local(call.world.clock.us - up_us(call), call.world.company.facts.timezone)
        return Out(f"{booted:%Y-%m-%d %H:%M:%S}\n")
    return Out(_head(call))


def _idle(call: Call, one: LogIn) -> str:
    """For how long nothing was typed; the caller types now."""
    if one.own:
        return "0.00s"
    since = (call.world.clock.us - one.start) // 1_000_000
    seconds = min(since, 40 + one.pid * 7919 % 5400)
    if seconds < 60:
        return f"{seconds}.00s"
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02d}"
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}m"


def w(call: Call) -> Out:
    """w: who is there, and what they run."""
    zone = call.world.company.facts.timezone
    wanted = [a for a in call.argv if not a.startswith("-")]
    rows = []
    for one in now_in(call):
        if wanted and one.user not in wanted:
            continue
        what = "w" if one.own else "-bash"
        rows.append(
            f"{one.user:<8.8} {one.line:<8} {one.host:<16} {local(one.start, zone):%H:%M}   {_idle(call, one):>6}"
            f"  0.0{1 + one.pid % 8}s  0.0{one.pid % 3}s {what}\n"
        )
    head = "USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n"
    if "-h" in call.argv:
        return Out("".join(rows))
    return Out(_head(call) + head + "".join(rows))


def who(call: Call) -> Out:
    """who, who am i, who -b, users."""
    zone = call.world.company.facts.timezone
    there = now_in(call)
    if call.name == "users":
        return Out(" ".join(sorted(o.user for o in there)) + "\n")
    if "-b" in call.argv:
        booted = local(call.world.clock.us - up_us(call), zone)
        return Out(f"         system boot  {booted:%Y-%m-%d %H:%M}\n")
    if "-q" in call.argv:
        return Out(" ".join(o.user for o in there) + f"\n# users={len(there)}\n")
    if "-m" in call.argv or len([a for a in call.argv if not a.startswith("-")]) == 2:
        there = [o for o in there if o.own]
    head = "NAME     LINE         TIME             COMMENT\n" if "-H" in call.argv else ""
    rows = (f"{o.user:<8} {o.line:<12} {local(o.start, zone):%Y-%m-%d %H:%M} ({o.host})\n" for o in there)
    return Out(head + "".join(rows))


def last(call: Call) -> Out:
    """last: log-ins, the newest first; -n N, and names of users."""
    zone = call.world.company.facts.timezone
    words = list(call.argv)
    most = 0
    names = []
    while words:
        word = words.pop(0)
        number = words.pop(0) if word in ("-n", "--limit") and words else word.removeprefix("-n").lstrip("-")
        if word.startswith("-"):
            most = int(number[:6]) if number.isascii() and number.isdecimal() else most
        else:
            names.append(word)
    rows = [row for user, row in _rows(call, zone) if not names or user in names]
    begins = local(call.world.clock.us - up_us(call), zone)
    return Out(
        "".join(rows[:most] if most else rows) + f"\nwtmp begins {begins:%a %b} {begins.day:>2} {begins:%H:%M:%S %Y}\n"
    )


def _rows(call: Call, zone: str) -> Iterator[tuple[str, str]]:
    for one in sorted(log_ins(call), key=lambda o: (-o.start, o.user)):
        begun = local(one.start, zone)
        head = f"{one.user:<8.8} {one.line:<12} {one.host:<16} {begun:%a %b} {begun.day:>2} {begun:%H:%M}"
        if not one.end:
            yield one.user, f"{head}   still logged in\n"
            continue
        minutes = (one.end - one.start) // 60_000_000
        days, rest = divmod(minutes, 1440)
        length = f"({days}+{rest // 60:02d}:{rest % 60:02d})" if days else f" ({rest // 60:02d}:{rest % 60:02d})"
        yield one.user, f"{head} - {local(one.end, zone):%H:%M} {length}\n"
    booted = local(call.world.clock.us - up_us(call), zone)
    yield (
        "reboot",
        f"reboot   system boot  {KERNEL:<16.16} {booted:%a %b} {booted.day:>2} {booted:%H:%M}   still running\n",
    )


def lastlog(call: Call) -> Out:
    """lastlog: each account's latest log-in; -u NAME."""
    zone = call.world.company.facts.timezone
    latest = {one.user: one for one in sorted(log_ins(call), key=lambda o: o.start)}
    wanted = call.argv[call.argv.index("-u") + 1 : call.argv.index("-u") + 2] if "-u" in call.argv else []
    entry = call.world.files.get(PASSWD)
    rows = []
    for name in table(entry.content if entry else b""):
        if wanted and name not in wanted:
            continue
        one = latest.get(name)
        if one is None:
            rows.append(f"{name:<16} {'':<8} {'':<16} **Never logged in**\n")
            continue
        at = local(one.start, zone)
        rows.append(f"{name:<16} {one.line:<8} {one.host:<16} {at:%a %b} {at.day:>2} {at:%H:%M:%S %z %Y}\n")
    if wanted and not rows:
        return Out("", f"lastlog: Unknown user or range: {wanted[0]}\n", 1)
    return Out("Username         Port     From             Latest\n" + "".join(rows))


def lastb(call: Call) -> Out:
    """lastb: refused log-ins are root's to see."""
    if not call.who.root:
        return Out("", "lastb: cannot open /var/log/btmp: Permission denied\n", 1)
    begins = local(INSTALLED, call.world.company.facts.timezone) + timedelta(days=20)
    return Out(f"\nbtmp begins {begins:%a %b} {begins.day:>2} {begins:%H:%M:%S %Y}\n")


PROGRAMS: dict[str, Program] = {
    "uptime": uptime,
    "who": who,
    "users": who,
    "w": w,
    "last": last,
    "lastlog": lastlog,
    "lastb": lastb,
}
