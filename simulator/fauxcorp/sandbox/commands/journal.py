"""The journal: journalctl, dmesg, and the lines below `systemctl status`. It holds what the system's logs held."""

from __future__ import annotations

import re
from datetime import datetime

from fauxcorp.core.clock import to_us
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.options import parse
from fauxcorp.world.when import local

LOGS = ("/var/log/syslog", "/var/log/auth.log", "/var/log/mail.log")
MAX_LOG = 4 * 1024 * 1024
"""Bytes of one log that are read."""
TAGS = {"rsyslog": ("rsyslogd",), "ssh": ("sshd",), "cron": ("CRON", "cron"), "postfix@-": ("postfix",)}
"""Names that units write under, where it is not their own."""
_LINE = re.compile(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S*[+-]\d\d:\d\d) (\S+ ([^\s:\[]+)[^\n]*)$", re.MULTILINE)
_HINT = (
    "Hint: You are currently not seeing messages from other users and the system.\n"
    "      Users in groups 'adm', 'systemd-journal' can see all messages.\n      Pass -q to turn off this notice.\n"
)
_SPAN = re.compile(r"-?(\d{1,5}) ?(s|sec|min|m|h|hour|d|day|week)s?(?: ago)?")
_UNITS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "hour": 3600, "d": 86_400, "day": 86_400, "week": 604_800}


def may_read(call: Call) -> bool:
    """Whether the caller sees the system's messages."""
    return call.who.root or bool({"adm", "systemd-journal"} & set(call.who.groups))


def lines(call: Call, unit: str = "") -> list[tuple[int, str]]:
    """Time and text of each message, the oldest first; of one unit only if it is named."""
    zone = call.world.company.facts.timezone
    tags = TAGS.get(unit, (unit,))
    found = []
    for path in LOGS:
        entry = call.world.company.files.get(path)
        text = entry.content[-MAX_LOG:].decode("utf-8", "replace") if entry else ""
        for match in _LINE.finditer(text):
            if unit and match[3].partition("/")[0] not in tags:
                continue
            at = to_us(datetime.fromisoformat(match[1]))
            shown = local(at, zone)
            found.append((at, f"{shown:%b %d %H:%M:%S} {match[2]}"))
    return sorted(found, key=lambda f: f[0])


def journalctl(call: Call) -> Out:
    """journalctl: -u, -n, -r, -S, -U, -g, -t; for root and the group adm."""
    if not may_read(call):
        hint = "" if "-q" in call.argv else _HINT
        return Out("", f"{hint}No journal files were opened due to insufficient permissions.\n", 1)
    given = parse(
        call.argv, "u:n:rS:U:g:t:p:b:fkqxeaom:",
        "unit= lines= reverse since= until= grep= identifier= priority= boot no-pager follow dmesg quiet output= "
        "catalog pager-end disk-usage list-boots no-hostname utc",
    )  # fmt: skip
    if given.bad:
        return Out("", f"journalctl: unrecognized option '{given.bad}'\n", 1)
    if given.has("disk-usage"):
        return Out("Archived and active journals take up 128.0M in the file system.\n")
    units = [u.removesuffix(".service") for u in given.all("u", "unit")]
    found = [pair for u in units or [""] for pair in lines(call, {"sshd": "ssh"}.get(u, u))]
    first, end = _moment(call, given.get("S", "since")), _moment(call, given.get("U", "until"))
    if -1 in (first, end):
        bad = given.get("S", "since") if first == -1 else given.get("U", "until")
        return Out("", f"Failed to parse timestamp: {bad}\n", 1)
    found = [(at, text) for at, text in sorted(found) if first <= at <= (end or at)]
    wanted = given.get("g", "grep").lower()
    shown = [text for _, text in found if wanted in text.lower()]
    tag = given.get("t", "identifier")
    shown = [text for text in shown if not tag or f" {tag}[" in text or f" {tag}:" in text]
    count = given.get("n", "lines") or ("10" if given.has("f", "follow") else "")
    if count.isascii() and count.isdecimal():
        shown = shown[-int(count[:6]) :] if int(count[:6]) else []
    if given.has("r", "reverse"):
        shown.reverse()
    return Out("".join(f"{text}\n" for text in shown) or "-- No entries --\n")


def _moment(call: Call, text: str) -> int:
    """A time as -S takes it, in microseconds; 0 for none, -1 for what cannot be read."""
    if not text:
        return 0
    zone = call.world.company.facts.timezone
    now = local(call.world.clock.us, zone)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    day = 86_400_000_000
    named = {"now": to_us(now), "today": to_us(midnight), "yesterday": to_us(midnight) - day}
    if text in named:
        return named[text]
    span = _SPAN.fullmatch(text)
    if span is not None:
        return max(0, call.world.clock.us - int(span[1]) * _UNITS[span[2]] * 1_000_000)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return -1
    return max(0, to_us(found.replace(tzinfo=now.tzinfo) if found.tzinfo is None else found))


def dmesg(call: Call) -> Out:
    """dmesg: the kernel's own lines are root's."""
    if not call.who.root:
        return Out("", "dmesg: read kernel buffer failed: Operation not permitted\n", 1)
    return Out(
        "[    0.000000] Linux version 6.1.0-31-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) "
        "12.2.0, GNU ld (GNU Binutils for Debian) 2.40) #1 SMP PREEMPT_DYNAMIC Debian 6.1.128-1 (2025-02-07)\n"
        "[    0.000000] Command line: BOOT_IMAGE=/boot/vmlinuz-6.1.0-31-amd64 root=/dev/sda1 ro quiet\n"
        "[    1.804412] EXT4-fs (sda1): mounted filesystem with ordered data mode. Quota mode: none.\n"
        "[    2.114093] systemd[1]: Inserted module 'autofs4'\n"
    )


PROGRAMS: dict[str, Program] = {"journalctl": journalctl, "dmesg": dmesg}
