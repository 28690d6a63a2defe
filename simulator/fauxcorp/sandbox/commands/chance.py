"""Time and chance: date, sleep, mktemp, uuidgen, shuf, from the episode's own clock and random source."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from fauxcorp.core.clock import to_us
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.options import parse
from fauxcorp.world.when import local


def date(call: Call) -> Out:
    """date: the simulated time, in the company's zone."""
    given = parse(
        [a for a in call.argv if not a.startswith("+")],
        "ud:r:s:I::R",
        "utc universal date= reference= set= iso-8601 rfc-3339= rfc-email",
    )
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
        found = moment(given.get("d", "date"), us)
        if found is None:
            return Out("", f"date: invalid date ‘{given.get('d', 'date')}’\n", 1)
        us = found
    zone = (
        "UTC"
        if given.has("u", "utc", "universal") or call.env.get("TZ") in ("UTC", "UTC0")
        else call.world.company.facts.timezone
    )
    at = local(us, zone)
    if given.has("I", "iso-8601"):
        return Out(f"{at:%Y-%m-%d}\n")
    if given.has("R", "rfc-email"):
        text = "%a, %d %b %Y %H:%M:%S %z"
    if not text:
        return Out(f"{at:%a} {at:%b} {at.day:>2} {at:%H:%M:%S} {at:%Z} {at.year}\n")
    nanos = f"{us % 1_000_000:06d}000"
    text = (
        text.replace("%s", str(us // 1_000_000))
        .replace("%N", nanos)
        .replace("%3N", nanos[:3])
        .replace("%-d", str(at.day))
    )
    text = (
        text.replace("%e", f"{at.day:>2}")
        .replace("%-m", str(at.month))
        .replace("%F", "%Y-%m-%d")
        .replace("%T", "%H:%M:%S")
    )
    return Out(at.strftime(text.replace("%R", "%H:%M").replace("%D", "%m/%d/%y")) + "\n")


_AGO = re.compile(r"([+-]?\d{1,6}) *(second|sec|minute|min|hour|day|week|month|year)s?( ago)?")
_SECONDS = {
    "second": 1,
    "sec": 1,
    "minute": 60,
    "min": 60,
    "hour": 3600,
    "day": 86400,
    "week": 604800,
    "month": 2_592_000,
    "year": 31_536_000,
}


_FIRST, _LAST = -62_000_000_000_000_000, 253_000_000_000_000_000
"""The years 5 and 9987: what lies between is a date in every zone."""


def moment(text: str, now: int) -> int | None:
    """What `date -d` and `touch -d` are given, in microseconds since 1970; None if it is no date."""
    found = _read(text.strip(), now)
    return found if found is not None and _FIRST < found < _LAST else None


def _read(text: str, now: int) -> int | None:
    if text in ("now", "today", ""):
        return now
    if text in ("yesterday", "tomorrow"):
        return now + (86_400_000_000 if text == "tomorrow" else -86_400_000_000)
    if text.startswith("@") and text[1:].isdecimal() and len(text) < 12:
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


def mktemp(call: Call) -> Out:
    """mktemp: a name from the episode's random source."""
    given = parse(call.argv, "dqup:t", "directory dry-run tmpdir= suffix= quiet")
    text = given.words[0] if given.words else "tmp.XXXXXXXXXX"
    run = re.search(r"X{3,}", text)
    if run is None:
        return Out("", f"mktemp: too few X's in template ‘{text}’\n", 1)
    name = (
        text[: run.start()]
        + call.world.rng.token("mktemp", min(len(run[0]), 32)).ljust(len(run[0]), "0")
        + text[run.end() :]
    )
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
        if (
            not (low.isdecimal() and high.isdecimal())
            or max(len(low), len(high)) > 18
            or int(high) - int(low) > 100_000
        ):
            return Out("", f"shuf: invalid input range: ‘{given.get('i', 'input-range')}’\n", 1)
        lines = [str(n) for n in range(int(low), int(high) + 1)]
    elif given.has("e", "echo"):
        lines = given.words
    else:
        lines = (call.files.read(given.words[0]).decode("utf-8", "replace") if given.words else call.text).splitlines()[
            :100_000
        ]
    keyed = sorted((call.world.rng.bits("shuf"), line) for line in lines)
    count = given.get("n", "head-count")
    picked = [line for _, line in keyed][: int(count[:9]) if count.isdecimal() else None]
    return Out("".join(f"{line}\n" for line in picked))


PROGRAMS: dict[str, Program] = {"date": date, "sleep": sleep, "mktemp": mktemp, "uuidgen": uuidgen, "shuf": shuf}
