"""The server's memory: free, and what /proc/meminfo says of the same."""

from __future__ import annotations

from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.options import parse, unknown

KIB = {
    "MemTotal": 4_014_320,
    "MemFree": 412_016,
    "MemAvailable": 2_589_312,
    "Buffers": 96_412,
    "Cached": 2_231_180,
    "SwapCached": 0,
    "Active": 1_387_640,
    "Inactive": 1_842_216,
    "SwapTotal": 998_396,
    "SwapFree": 998_396,
    "Dirty": 148,
    "Writeback": 0,
    "Shmem": 12_804,
    "Slab": 168_972,
    "SReclaimable": 110_480,
    "SUnreclaim": 58_492,
    "KernelStack": 3_216,
    "PageTables": 9_408,
}
"""What the kernel counts, in KiB."""
MEMINFO = "".join(f"{f'{name}:':<16}{value:>8} kB\n" for name, value in KIB.items())
"""/proc/meminfo."""

_SHORT = "bkmghltvwVs:c:"
_LONG = "bytes kibi mebi gibi kilo mega giga si human lohi line total wide seconds= count= version committed"
_UNITS = (
    (("b", "bytes"), 1),
    (("k", "kibi"), 1024),
    (("m", "mebi"), 1024**2),
    (("g", "gibi"), 1024**3),
    (("kilo",), 1000),
    (("mega",), 1000**2),
    (("giga",), 1000**3),
)
_COLUMNS = ("total", "used", "free", "shared", "buff/cache", "available")
_WIDE = ("total", "used", "free", "shared", "buffers", "cache", "available")


def free(call: Call) -> Out:
    """free, in the units asked for."""
    given = parse(call.argv, _SHORT, _LONG)
    if given.bad or given.words:
        return Out("", unknown("free", given.bad) if given.bad else "free: unexpected argument\n", 1)
    unit = next((size for names, size in _UNITS if given.has(*names)), 1024)
    human, thousand = given.has("h", "human"), 1000 if given.has("si") else 1024
    wide = given.has("w", "wide")
    rows = [("Mem:", _memory(wide)), ("Swap:", _swap())]
    if given.has("t", "total"):
        rows.append(("Total:", [a + b for a, b in zip(_memory(wide)[:3], _swap(), strict=True)]))
    if unit == 1024 and thousand == 1000:
        unit = 1000
    out = f"{'':8}" + "".join(f"{name:>12}" for name in (_WIDE if wide else _COLUMNS)) + "\n"
    for label, values in rows:
        shown = (_human(v, thousand) if human else str(v * 1024 // unit) for v in values)
        out += f"{label:<8}" + "".join(f"{text:>12}" for text in shown) + "\n"
    return Out(out)


def _memory(wide: bool) -> list[int]:
    cache = KIB["Cached"] + KIB["SReclaimable"]
    kept = [KIB["Buffers"], cache] if wide else [KIB["Buffers"] + cache]
    total, left = KIB["MemTotal"], KIB["MemAvailable"]
    return [total, total - left, KIB["MemFree"], KIB["Shmem"], *kept, left]


def _swap() -> list[int]:
    total, left = KIB["SwapTotal"], KIB["SwapFree"]
    return [total, total - left, left]


def _human(kib: int, thousand: int) -> str:
    """Three digits at most, as `free -h` has them."""
    size, end = float(kib * 1024), "i" if thousand == 1024 else ""
    for letter in ("", "K", "M", "G"):
        if size < thousand or letter == "G":
            break
        size /= thousand
    suffix = f"{letter}{end}" if letter else "B"
    text = f"{size:.1f}"
    return f"{text if letter and len(text) < 4 else int(size)}{suffix}"


PROGRAMS: dict[str, Program] = {"free": free}
