"""find with the usual tests and actions."""

from __future__ import annotations

import fnmatch
import re
import shlex
from collections.abc import Callable, Iterator
from posixpath import basename, join

from fauxcorp.errors import ToolError
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.listing import MAX_ITEMS, Item, inode, mode_text, size_of, uid_of, when
from fauxcorp.world.files import FileEntry
from fauxcorp.world.when import local

MAX_NESTED = 100
"""Groups, negations and alternatives that one expression may hold: each is a level deeper."""
_LETTER = {"file": "f", "dir": "d", "link": "l"}
Test = Callable[[str, str, FileEntry], bool]
"""Whether an entry passes: path as shown, absolute path, entry."""
_UNITS = {"c": 1, "w": 2, "b": 512, "k": 1024, "M": 1_048_576, "G": 1_073_741_824}


class _Find:
    """One find command: its expression is read into a test; actions gather what they find."""

    def __init__(self, call: Call, words: list[str]) -> None:
        self.call = call
        self.words = words
        self.at = 0
        self.low, self.high = 0, 60
        self.acts = False
        self.deep_first = False
        self.out: list[str] = []
        self.scripts: list[str] = []
        self.batches: dict[int, tuple[list[str], list[str]]] = {}
        self.gone: list[str] = []
        self.pruned = False

    def expression(self) -> Test:
        """Alternatives joined by -o."""
        left = self.conjunction()
        while self.at < len(self.words) and self.words[self.at] in ("-o", "-or"):
            self.at += 1
            first, second = left, self.conjunction()
            left = lambda p, f, e, a=first, b=second: a(p, f, e) or b(p, f, e)  # type: ignore[misc]  # noqa: E731
        return left

    def conjunction(self) -> Test:
        """Tests that must all pass."""
        tests: list[Test] = []
        while self.at < len(self.words) and self.words[self.at] not in ("-o", "-or", ")"):
            if self.words[self.at] in ("-a", "-and"):
                self.at += 1
                continue
            tests.append(self.primary())
        return lambda p, f, e: all(t(p, f, e) for t in tests)

    def primary(self) -> Test:
        """One test, one action, or a group."""
        word = self.take("")
        if word in ("!", "-not"):
            inner = self.primary()
            return lambda p, f, e: not inner(p, f, e)
        if word == "(":
            inner = self.expression()
            if self.take("(") != ")":
                raise ToolError("invalid expression; I was expecting to find a ')' somewhere but did not see one.")
            return inner
        found = self.matcher(word) or self.action(word)
        if found is None:
            raise ToolError(f"unknown predicate `{word}'")
        return found

    def take(self, after: str) -> str:
        """The next word."""
        if self.at >= len(self.words):
            raise ToolError(f"missing argument to `{after}'")
        self.at += 1
        return self.words[self.at - 1]

    def matcher(self, word: str) -> Test | None:
        """A test by its name; None if there is none of that name."""
        now = self.call.world.clock.us
        match word:
            case "-name" | "-iname":
                text = self.take(word)
                if word == "-iname":
                    return lambda p, f, e: fnmatch.fnmatchcase(basename(p).lower(), text.lower())
                return lambda p, f, e: fnmatch.fnmatchcase(basename(p), text)
            case "-path" | "-wholename" | "-ipath":
                text = self.take(word)
                return lambda p, f, e: fnmatch.fnmatchcase(p, text)
            case "-regex" | "-iregex":
                return self.regex(self.take(word), word == "-iregex")
            case "-type":
                kinds = {{"f": "file", "d": "dir", "l": "link"}.get(t, "") for t in self.take(word).split(",")}
                return lambda p, f, e: e.kind in kinds
            case "-size":
                return self.size(self.take(word))
            case "-empty":
                return lambda p, f, e: (
                    (e.kind == "file" and not e.content) or (e.kind == "dir" and not self.call.files.names(f))
                )
            case "-mtime" | "-ctime" | "-atime":
                return self.number(self.take(word), lambda e: (now - e.mtime) // 86_400_000_000)
            case "-mmin" | "-cmin" | "-amin":
                return self.number(self.take(word), lambda e: (now - e.mtime) // 60_000_000)
            case "-newer":
                like = self.call.files.get(self.call.files.path(self.take(word)))
                return lambda p, f, e: like is not None and e.mtime > like.mtime
            case "-newermt":
                text = self.take(word)
                tz = self.call.world.company.facts.timezone
                return lambda p, f, e: f"{local(e.mtime, tz):%Y-%m-%d %H:%M:%S}" > text
            case "-user" | "-group":
                name = self.take(word)
                return lambda p, f, e: (e.owner if word == "-user" else e.group) == name
            case "-perm":
                return self.perm(self.take(word))
            case "-readable" | "-writable" | "-executable" | "-true" | "-xdev" | "-mount" | "-noleaf" | "-follow":
                return lambda p, f, e: True
            case "-false":
                return lambda p, f, e: False
            case "-maxdepth" | "-mindepth":
                value = self.take(word)
                if not value.isdecimal():
                    raise ToolError(f"Expected a positive decimal integer argument to {word}, but got ‘{value}’")
                if word == "-maxdepth":
                    self.high = min(int(value[:4]), 60)
                else:
                    self.low = int(value[:4])
                return lambda p, f, e: True
            case "-depth":
                self.deep_first = True
                return lambda p, f, e: True
        return None

    def regex(self, text: str, fold: bool) -> Test:
        """A test of the whole path; as a glob where the expression cannot be read."""
        if len(text) > 200 or re.search(r"[*+]\)[*+{]", text):
            raise ToolError("Regular expression too big")
        try:
            compiled = re.compile(text, re.IGNORECASE if fold else 0)
        except re.error as error:
            raise ToolError("Unmatched [, [^, [:, [., or [=") from error
        return lambda p, f, e: compiled.fullmatch(p) is not None

    def number(self, text: str, of: Callable[[FileEntry], int]) -> Test:
        """A test of a number: +n, -n or n."""
        digits = text.lstrip("+-")
        if not digits.isdecimal():
            raise ToolError(f"invalid argument `{text}'")
        value = int(digits[:12])
        if text.startswith("+"):
            return lambda p, f, e: of(e) > value
        if text.startswith("-"):
            return lambda p, f, e: of(e) < value
        return lambda p, f, e: of(e) == value

    def size(self, text: str) -> Test:
        """A test of the size, in the unit given."""
        unit = _UNITS.get(text[-1:], 0)
        digits = text[:-1] if unit else text
        unit = unit or 512
        return self.number(digits, lambda e: -(-size_of(e) // unit))

    def perm(self, text: str) -> Test:
        """A test of the mode."""
        digits = text.lstrip("-/")
        try:
            bits = int(digits, 8)
        except ValueError as error:
            raise ToolError(f"invalid mode ‘{text}’") from error
        if text.startswith("-"):
            return lambda p, f, e: e.mode & bits == bits
        if text.startswith("/"):
            return lambda p, f, e: bool(e.mode & bits)
        return lambda p, f, e: e.mode & 0o7777 == bits

    def action(self, word: str) -> Test | None:
        """An action by its name."""
        match word:
            case "-print" | "-print0" | "-ls" | "-printf":
                self.acts = True
                text = self.take(word) if word == "-printf" else ""
                return lambda p, f, e: self.show(word, text, p, f, e)
            case "-delete":
                self.acts = self.deep_first = True
                return lambda p, f, e: self.note(self.gone, f)
            case "-prune":
                return self.prune
            case "-quit":
                return lambda p, f, e: True
            case "-exec" | "-execdir" | "-ok":
                return self.exec()
        return None

    def prune(self, path: str, full: str, entry: FileEntry) -> bool:
        """Go no deeper here."""
        self.pruned = True
        return True

    def exec(self) -> Test:
        """-exec ... ; or -exec ... +"""
        self.acts = True
        command: list[str] = []
        while True:
            word = self.take("-exec")
            if word == ";":
                return lambda p, f, e: self.note(self.scripts, shlex.join([c.replace("{}", p) for c in command]))
            if word == "+" and command and command[-1] == "{}":
                held: list[str] = []
                self.batches[len(self.batches)] = (command[:-1], held)
                return lambda p, f, e: self.note(held, p)
            command.append(word)

    def note(self, held: list[str], value: str) -> bool:
        """Keep something for when the walk is over."""
        held.append(value)
        return True

    def show(self, word: str, text: str, path: str, full: str, entry: FileEntry) -> bool:
        """Print one entry."""
        if word == "-print":
            self.out.append(f"{path}\n")
        elif word == "-print0":
            self.out.append(f"{path}\0")
        elif word == "-ls":
            e = entry
            self.out.append(
                f"{inode(full):>9} {-(-size_of(e) // 1024):>6} {mode_text(e)}   1 {e.owner:<8} {e.group:<8} "
                f"{size_of(e):>8} {when(self.call, e.mtime)} {path}\n"
            )
        else:
            self.out.append(_found(self.call, text, path, entry))
        return True


def _found(call: Call, text: str, path: str, entry: FileEntry) -> str:
    at = local(entry.mtime, call.world.company.facts.timezone)
    stamp = f"{entry.mtime // 1_000_000}.{entry.mtime % 1_000_000:06d}0000"
    values = {
        "p": path,
        "f": basename(path),
        "h": path.rpartition("/")[0] or ".",
        "s": str(size_of(entry)),
        "m": f"{entry.mode & 0o7777:o}",
        "M": mode_text(entry),
        "u": entry.owner,
        "g": entry.group,
        "U": str(uid_of(call, entry.owner)),
        "y": _LETTER[entry.kind],
        "t": f"{at:%a %b %d %H:%M:%S %Y}",
        "T@": stamp,
        "T+": f"{at:%Y-%m-%d+%H:%M:%S}",
        "TY": f"{at:%Y}",
        "Tm": f"{at:%m}",
        "Td": f"{at:%d}",
        "TH": f"{at:%H}",
        "TM": f"{at:%M}",
        "TS": f"{at:%S}",
        "i": str(inode(path)),
        "k": str(-(-size_of(entry) // 1024)),
        "l": entry.content.decode("utf-8", "replace") if entry.kind == "link" else "",
        "%": "%",
    }
    text = re.sub(r"%(T.|.)", lambda m: values.get(m[1], m[0]), text)
    return text.replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0")


def find(call: Call) -> Out:
    """find with the usual tests and actions."""
    words = list(call.argv)
    while words and words[0] in ("-H", "-L", "-P"):
        words.pop(0)
    roots = []
    while words and not words[0].startswith("-") and words[0] not in ("(", "!"):
        roots.append(words.pop(0))
    if sum(w in ("(", "!", "-not", "-o", "-or") for w in words) > MAX_NESTED:
        raise ToolError("Argument list too long")
    look = _Find(call, words)
    test = look.expression()
    failed: list[str] = []
    seen = 0
    for root in roots or ["."]:
        full = call.files.path(root)
        entry = call.files.get(full)
        if entry is None:
            failed.append(f"find: ‘{root}’: No such file or directory\n")
            continue
        for path, _, _ in _walk(call, look, root, full, entry, 0, failed, test):
            seen += 1
            if not look.acts:
                look.out.append(f"{path}\n")
            if seen > MAX_ITEMS:
                break
    return _acted(call, look, failed)


def _walk(
    call: Call, look: _Find, path: str, full: str, entry: FileEntry, depth: int, failed: list[str], test: Test
) -> Iterator[Item]:
    look.pruned = False
    passes = not look.deep_first and depth >= look.low and test(path, full, entry)
    if passes:
        yield path, full, entry
    if entry.kind == "dir" and depth < look.high and not look.pruned:
        try:
            names = call.files.names(full)
        except ToolError:
            failed.append(f"find: ‘{path}’: Permission denied\n")
            names = []
        for name in names:
            below = call.files.get(join(full, name))
            if below is not None:
                yield from _walk(call, look, join(path, name), join(full, name), below, depth + 1, failed, test)
    if look.deep_first and depth >= look.low and test(path, full, entry):
        yield path, full, entry


def _acted(call: Call, look: _Find, failed: list[str]) -> Out:
    for full in look.gone:
        try:
            call.files.delete(full)
        except ToolError as error:
            failed.append(f"find: cannot delete ‘{full}’: {str(error).rpartition(': ')[2]}\n")
    scripts = look.scripts[:2000]
    scripts += [shlex.join([*command, *held]) for command, held in look.batches.values() if held]
    stdout, code = "".join(look.out), 1 if failed else 0
    if scripts:
        out = call.host.run_as(call.who.user, "\n".join(scripts), b"", call.cwd, call.env)
        stdout += out.stdout if isinstance(out.stdout, str) else out.stdout.decode("utf-8", "replace")
        failed.append(out.stderr)
    return Out(stdout, "".join(failed), code)


PROGRAMS: dict[str, Program] = {"find": find}
