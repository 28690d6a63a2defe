"""ls, stat, du, tree: what is where, with owners and simulated times."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from posixpath import join

from fauxcorp.errors import ToolError
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.options import Parsed, parse, unknown
from fauxcorp.world.accountfiles import GROUP, table
from fauxcorp.world.files import FileEntry
from fauxcorp.world.when import local

Item = tuple[str, str, FileEntry]
"""Name as shown, path, entry."""
_LETTER = {"file": "-", "dir": "d", "link": "l"}
MAX_ITEMS = 20_000


def mode_text(entry: FileEntry) -> str:
    """Type and mode as ls shows them."""
    out = [_LETTER[entry.kind]]
    for shift, special, letter in ((6, 0o4000, "s"), (3, 0o2000, "s"), (0, 0o1000, "t")):
        bits = entry.mode >> shift & 7
        run = bits & 1
        last = (letter if run else letter.upper()) if entry.mode & special else "x" if run else "-"
        out.append(("r" if bits & 4 else "-") + ("w" if bits & 2 else "-") + last)
    return "".join(out)


def size_of(entry: FileEntry) -> int:
    """Bytes as ls shows them."""
    return 4096 if entry.kind == "dir" else len(entry.content)


def human(size: int) -> str:
    """Bytes as -h shows them."""
    if size < 1024:
        return str(size)
    value = float(size)
    for unit in "KMGTP":
        value /= 1024
        if value < 1024 or unit == "P":
            return f"{value:.1f}{unit}" if value < 10 else f"{round(value)}{unit}"
    return str(size)


def when(call: Call, us: int) -> str:
    """A time as ls -l shows it."""
    tz = call.world.company.facts.timezone
    at, now = local(us, tz), local(call.world.clock.us, tz)
    if timedelta(0) <= now - at < timedelta(days=182):
        return f"{at:%b} {at.day:>2} {at:%H:%M}"
    return f"{at:%b} {at.day:>2}  {at.year}"


def ls(call: Call) -> Out:
    """ls with the usual options."""
    given = parse(
        call.argv,
        "laAhtrR1dSniFpsogkGNQqmxCUXvcuLHBbfTwI:",
        "all almost-all human-readable reverse recursive directory color= "
        "group-directories-first "
        "time-style= "
        "full-time inode size "
        "numeric-uid-gid "
        "classify sort= "
        "format= no-group "
        "color hide= "
        "ignore= time= width= file-type dereference",
    )
    if given.bad:
        return Out("", unknown("ls", given.bad), 2)
    failed: list[str] = []
    plain: list[Item] = []
    folders: list[tuple[str, str]] = []
    paths = given.words or ["."]
    for path in paths:
        full = call.files.path(path)
        entry = call.files.get(full)
        if entry is not None and entry.kind == "link" and not given.has("l", "d"):
            full = call.world.files.resolve(full)
            entry = call.files.get(full) or entry
        if entry is None:
            failed.append(f"ls: cannot access '{path}': No such file or directory\n")
        elif entry.kind == "dir" and not given.has("d", "directory"):
            folders.append((path, full))
        else:
            plain.append((path, full, entry))
    blocks = [_block(call, given, plain, False)] if plain else []
    many = len(paths) > 1 or given.has("R", "recursive")
    for path, full in folders:
        for shown, where in _deep(call, path, full) if given.has("R", "recursive") else [(path, full)]:
            try:
                text = _block(call, given, _inside(call, given, where), True)
            except ToolError:
                failed.append(f"ls: cannot open directory '{shown}': Permission denied\n")
                continue
            blocks.append(f"{shown}:\n{text}" if many else text)
    return Out("\n".join(blocks), "".join(failed), 2 if failed else 0)


def _deep(call: Call, path: str, full: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    yield path, full
    try:
        names = call.files.names(full)
    except ToolError:
        return
    for name in names:
        entry = call.files.get(join(full, name))
        if entry is not None and entry.kind == "dir" and depth < 40 and not name.startswith("."):
            yield from _deep(call, join(path, name), join(full, name), depth + 1)


def _inside(call: Call, given: Parsed, full: str) -> list[Item]:
    hidden = given.has("a", "all", "f") or given.has("A", "almost-all")
    found: list[Item] = []
    for name in call.files.names(full)[:MAX_ITEMS]:
        entry = call.files.get(join(full, name))
        if entry is not None and (hidden or not name.startswith(".")):
            found.append((name, join(full, name), entry))
    if given.has("a", "all", "f"):
        here = call.files.get(full)
        above = call.files.get(full.rpartition("/")[0] or "/")
        if here is not None:
            found = [(".", full, here), ("..", full, above or here), *found]
    return found


def _key(given: Parsed) -> Callable[[Item], tuple[object, ...]]:
    if given.has("t"):
        return lambda i: (-i[2].mtime, i[0])
    if given.has("S"):
        return lambda i: (-size_of(i[2]), i[0])
    return lambda i: (i[0].lstrip(".").lower(), i[0])


def _block(call: Call, given: Parsed, items: list[Item], total: bool) -> str:
    if not given.has("U", "f"):
        items = sorted(items, key=_key(given))
    if given.has("r", "reverse"):
        items = items[::-1]
    if not given.has("l", "n", "o", "g", "full-time"):
        return "".join(f"{_named(given, i)}\n" for i in items)
    rows = [_row(call, given, item) for item in items]
    widths = [max((len(row[n]) for row in rows), default=0) for n in range(len(rows[0]) if rows else 0)]
    left = {0, 2, 3} if not given.has("g", "o", "G", "no-group") else {0, 2}
    lines = []
    for row in rows:
        cells = [c.ljust(widths[n]) if n in left else c.rjust(widths[n]) for n, c in enumerate(row[:-1])]
        lines.append(" ".join([*cells, row[-1]]))
    blocks = sum((size_of(i[2]) + 4095) // 4096 * 4 for i in items)
    head = [f"total {human(blocks * 1024) if given.has('h', 'human-readable') else blocks}"] if total else []
    return "".join(f"{line}\n" for line in [*head, *lines])


def _named(given: Parsed, item: Item) -> str:
    name, _, entry = item
    if given.has("F", "p", "classify") and entry.kind == "dir":
        return f"{name}/"
    return name


def _row(call: Call, given: Parsed, item: Item) -> list[str]:
    _, path, entry = item
    links = 1
    if entry.kind == "dir":
        links = 2 + sum(1 for n in call.world.files.names(path) if _is_dir(call, join(path, n)))
    size = human(size_of(entry)) if given.has("h", "human-readable") else str(size_of(entry))
    owner, group = entry.owner, entry.group
    if given.has("n", "numeric-uid-gid"):
        owner, group = str(uid_of(call, entry.owner)), str(gid_of(call, entry.group))
    who = ([] if given.has("g") else [owner]) + ([] if given.has("o", "G", "no-group") else [group])
    arrow = f" -> {entry.content.decode('utf-8', 'replace')}" if entry.kind == "link" else ""
    return [mode_text(entry), str(links), *who, size, when(call, entry.mtime), _named(given, item) + arrow]


def _is_dir(call: Call, path: str) -> bool:
    entry = call.world.files.get(path)
    return entry is not None and entry.kind == "dir"


def uid_of(call: Call, user: str) -> int:
    """The number of a user; root's for one that is not known."""
    account = call.world.accounts.get(user)
    return account.uid if account else 0


def gid_of(call: Call, group: str) -> int:
    """The number of a group; root's for one that is not known."""
    entry = call.world.files.get(GROUP)
    line = table(entry.content if entry else b"").get(group, [])
    return int(line[2]) if len(line) > 2 and line[2].isdecimal() else 0


def stat(call: Call) -> Out:
    """stat, with -c and --printf."""
    given = parse(call.argv, "c:Lft", "format= printf= dereference file-system terse")
    out, failed = [], []
    for path in given.words:
        full = call.files.path(path)
        entry = call.files.get(full)
        if entry is None:
            failed.append(f"stat: cannot statx '{path}': No such file or directory\n")
            continue
        text = given.get("c", "format") or given.get("printf")
        if text:
            line = _formatted(call, text, path, entry)
            out.append(line.replace("\\n", "\n").replace("\\t", "\t") if given.has("printf") else f"{line}\n")
        else:
            out.append(_stated(call, path, full, entry))
    if not given.words:
        return Out("", "stat: missing operand\nTry 'stat --help' for more information.\n", 1)
    return Out("".join(out), "".join(failed), 1 if failed else 0)


def _formatted(call: Call, text: str, path: str, entry: FileEntry) -> str:
    at = local(entry.mtime, call.world.company.facts.timezone)
    long = f"{at:%Y-%m-%d %H:%M:%S}.{entry.mtime % 1_000_000:06d}000 {at:%z}"
    kind = {"file": "regular file", "dir": "directory", "link": "symbolic link"}[entry.kind]
    values = {
        "n": path,
        "N": f"'{path}'",
        "s": str(size_of(entry)),
        "a": f"{entry.mode & 0o7777:o}",
        "A": mode_text(entry),
        "U": entry.owner,
        "G": entry.group,
        "u": str(uid_of(call, entry.owner)),
        "g": str(gid_of(call, entry.group)),
        "Y": str(entry.mtime // 1_000_000),
        "y": long,
        "X": str(entry.mtime // 1_000_000),
        "x": long,
        "Z": str(entry.mtime // 1_000_000),
        "z": long,
        "W": "0",
        "w": "-",
        "F": kind,
        "h": "1",
        "b": str((size_of(entry) + 511) // 512),
        "B": "512",
        "%": "%",
        "i": str(inode(path)),
        "f": f"{entry.mode:x}",
        "d": "2049",
        "o": "4096",
    }
    return re.sub(r"%(.)", lambda m: values.get(m[1], m[0]), text)


def inode(path: str) -> int:
    """A stable number of a path."""
    number = 0
    for byte in path.encode("utf-8", "replace"):
        number = (number * 131 + byte) % 1_048_573
    return 131_072 + number


def _stated(call: Call, path: str, full: str, entry: FileEntry) -> str:
    f = _formatted
    return (
        f"  File: {path}\n  Size: "
        f"{size_of(entry):<10}\tBlocks: "
        f"{(size_of(entry) + 511) // 512:<10} "
        "IO "
        "Block: 4096   "
        f"{f(call, '%F', path, entry)}\n"
        f"Device: 8,1\tInode: {inode(full):<11} Links: 1\n"
        "Access: "
        f"({entry.mode & 0o7777:04o}/{mode_text(entry)}) "
        " "
        "Uid: "
        f"({uid_of(call, entry.owner):>5}/{entry.owner:>8}) "
        "  "
        f"Gid: ({gid_of(call, entry.group):>5}/{entry.group:>8})\n"
        "Access: "
        f"{f(call, '%y', path, entry)}\n"
        "Modify: "
        f"{f(call, '%y', path, entry)}\n"
        "Change: "
        f"{f(call, '%y', path, entry)}\n"
        " Birth: -\n"
    )


def du(call: Call) -> Out:
    """du: sizes of folders."""
    given = parse(call.argv, "ahskmcd:bx", "all human-readable summarize total max-depth= apparent-size bytes")
    out: list[str] = []
    depth = (
        0
        if given.has("s", "summarize")
        else int(given.get("d", "max-depth")[:4] or 1000)
        if given.get("d", "max-depth").isdecimal() or not given.has("d", "max-depth")
        else 1000
    )
    total = 0
    for path in given.words or ["."]:
        full = call.files.path(path)
        if call.files.get(full) is None:
            return Out("".join(out), f"du: cannot access '{path}': No such file or directory\n", 1)
        total += _sized(call, given, path, full, depth, out)
    if given.has("c", "total"):
        out.append(f"{_blocks(given, total)}\ttotal\n")
    return Out("".join(out))


def _sized(call: Call, given: Parsed, path: str, full: str, depth: int, out: list[str], level: int = 0) -> int:
    entry = call.files.get(full)
    if entry is None:
        return 0
    exact = given.has("b", "bytes", "apparent-size")
    size = size_of(entry) if exact else (size_of(entry) + 4095) // 4096 * 4096
    if entry.kind == "dir" and level < 60:
        try:
            names = call.files.names(full)
        except ToolError:
            names = []
        for name in names:
            size += _sized(call, given, join(path, name), join(full, name), depth, out, level + 1)
    if level <= depth and (entry.kind == "dir" or level == 0 or given.has("a", "all")):
        out.append(f"{_blocks(given, size)}\t{path}\n")
    return size


def _blocks(given: Parsed, size: int) -> str:
    if given.has("h", "human-readable"):
        return human(size)
    return str(size if given.has("b", "bytes") else -(-size // 1024) if not given.has("m") else -(-size // 1_048_576))


def tree(call: Call) -> Out:
    """tree: folders drawn."""
    given = parse(call.argv, "adL:fhpuDCF", "noreport")
    lines: list[str] = []
    count = [0, 0]
    level = given.get("L")

    def draw(full: str, prefix: str, depth: int) -> None:
        try:
            names = [n for n in call.files.names(full) if given.has("a") or not n.startswith(".")]
        except ToolError:
            return
        found = [(n, e) for n in names if (e := call.files.get(join(full, n))) is not None]
        found = [x for x in found if not given.has("d") or x[1].kind == "dir"]
        for n, (name, entry) in enumerate(found):
            last = n == len(found) - 1
            lines.append(f"{prefix}{'└── ' if last else '├── '}{name}")
            count[0 if entry.kind == "dir" else 1] += 1
            if entry.kind == "dir" and depth < (int(level[:4]) if level.isdecimal() else 40) and len(lines) < MAX_ITEMS:
                draw(join(full, name), prefix + ("    " if last else "│   "), depth + 1)

    for path in given.words or ["."]:
        lines.append(path)
        draw(call.files.path(path), "", 1)
    return Out("\n".join(lines) + f"\n\n{count[0]} directories, {count[1]} files\n")


PROGRAMS: dict[str, Program] = {"ls": ls, "stat": stat, "du": du, "tree": tree}
