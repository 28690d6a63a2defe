"""chmod, chown, chgrp, touch: what a file is, other than its content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import join

from fauxcorp.errors import ToolError
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.chance import moment
from fauxcorp.sandbox.commands.options import parse, unknown

_CLAUSE = re.compile(r"([ugoa]*)([-+=])([rwxXst]*)")
_BITS = {"r": 4, "w": 2, "x": 1}


def new_mode(text: str, mode: int, folder: bool) -> int | None:
    """The mode that a chmod argument makes of another; None if it is not one."""
    if re.fullmatch(r"0?[0-7]{1,4}", text):
        return int(text, 8)
    for clause in text.split(","):
        found = _CLAUSE.fullmatch(clause)
        if found is None:
            return None
        who, act, what = found.groups()
        who = "ugo" if not who or "a" in who else who
        bits = 0
        for letter in what:
            if letter == "X" and not (folder or mode & 0o111):
                continue
            value = _BITS.get("x" if letter == "X" else letter, 0)
            for w, shift in (("u", 6), ("g", 3), ("o", 0)):
                if w in who:
                    bits |= value << shift
            if letter == "s":
                bits |= (0o4000 if "u" in who else 0) | (0o2000 if "g" in who else 0)
            if letter == "t":
                bits |= 0o1000
        mask = sum(7 << shift for w, shift in (("u", 6), ("g", 3), ("o", 0)) if w in who)
        mode = mode | bits if act == "+" else mode & ~bits if act == "-" else (mode & ~mask) | bits
    return mode


def targets(call: Call, paths: list[str], deep: bool) -> Iterator[str]:
    """The paths given, and with `deep` all below them. Raises ToolError for one that is not there."""
    for path in paths:
        full = call.files.path(path)
        entry = call.files.get(full)
        if entry is None:
            raise ToolError(f"cannot access '{path}': No such file or directory")
        yield full
        if deep and entry.kind == "dir":
            yield from targets(call, [join(full, name) for name in call.files.names(full)], True)


def chmod(call: Call) -> Out:
    """chmod MODE FILE..."""
    argv = list(call.argv)
    symbolic = [a for a in argv if re.fullmatch(r"-[rwxXst]+(,.*)?", a)]
    given = parse(
        [a for a in argv if a not in symbolic],
        "Rvcf",
        "recursive verbose changes silent quiet reference= preserve-root",
    )
    if given.bad:
        return Out("", unknown("chmod", given.bad), 1)
    words = symbolic + given.words
    if given.has("reference"):
        like = call.files.get(call.files.path(given.get("reference")))
        if like is None:
            return call.fail(f"failed to get attributes of '{given.get('reference')}': No such file or directory")
        words = [f"{like.mode & 0o7777:o}", *words]
    if len(words) < 2:
        return Out(
            "",
            (
                f"chmod: missing operand{' after ‘' + words[0] + '’' if words else ''}\n"
                "Try 'chmod --help' for more information.\n"
            ),
            1,
        )
    failed = []
    for path in words[1:]:
        try:
            for full in targets(call, [path], given.has("R", "recursive")):
                entry = call.files.get(full)
                mode = new_mode(words[0], entry.mode if entry else 0, entry is not None and entry.kind == "dir")
                if mode is None:
                    return Out("", f"chmod: invalid mode: ‘{words[0]}’\nTry 'chmod --help' for more information.\n", 1)
                _one(call, full, mode=mode)
        except ToolError as error:
            failed.append(_said("chmod", "changing permissions of", path, error))
    return Out("", "".join(failed), 1 if failed else 0)


def _one(call: Call, full: str, mode: int | None = None, owner: str = "", group: str = "") -> None:
    call.files.chmod(full, mode, owner, group)


def _said(name: str, doing: str, path: str, error: ToolError) -> str:
    text = str(error)
    if "not permitted" in text:
        return f"{name}: {doing} '{path}': Operation not permitted\n"
    return f"{name}: {text}\n"


def chown(call: Call) -> Out:
    """chown OWNER[:GROUP] FILE..., chgrp GROUP FILE..."""
    given = parse(
        call.argv, "RvchfHLP", "recursive verbose changes no-dereference reference= from= silent quiet preserve-root"
    )
    if given.bad:
        return Out("", unknown(call.name, given.bad), 1)
    if len(given.words) < 2:
        return Out("", f"{call.name}: missing operand\nTry '{call.name} --help' for more information.\n", 1)
    spec, paths = given.words[0], given.words[1:]
    owner, colon, group = spec.replace(".", ":", 1 if ":" not in spec and call.files else 0).partition(":")
    if call.name == "chgrp":
        owner, group = "", spec
    elif call.world.accounts.get(spec) is not None:
        owner, group = spec, ""
    if owner and owner != "root" and call.world.accounts.get(owner) is None:
        return Out("", f"{call.name}: invalid user: ‘{spec}’\n", 1)
    if colon and not group:
        group = owner
    failed = []
    for path in paths:
        try:
            for full in targets(call, [path], given.has("R", "recursive")):
                _one(call, full, owner=owner, group=group)
        except ToolError as error:
            failed.append(_said(call.name, "changing ownership of", path, error))
    return Out("", "".join(failed), 1 if failed else 0)


def touch(call: Call) -> Out:
    """touch: make a file, or set its time."""
    given = parse(call.argv, "acmd:r:t:fh", "date= reference= time= no-create no-dereference")
    if not given.words:
        return Out("", "touch: missing file operand\nTry 'touch --help' for more information.\n", 1)
    failed = []
    for path in given.words:
        full = call.files.path(path)
        try:
            if call.files.get(full) is None and not given.has("c", "no-create"):
                call.files.write(full, b"")
            entry = call.files.get(full)
            if entry is not None:
                call.files.stamp(full, _moment(call, given.get("d", "date"), given.get("r", "reference")))
        except ToolError as error:
            failed.append(f"touch: cannot touch '{path}': {str(error).rpartition(': ')[2]}\n")
    return Out("", "".join(failed), 1 if failed else 0)


def _moment(call: Call, text: str, like: str) -> int:
    now = call.world.clock.us
    if like:
        entry = call.files.get(call.files.path(like))
        if entry is None:
            raise ToolError(f"failed to get attributes of '{like}': No such file or directory")
        return entry.mtime
    if text:
        found = moment(text, now)
        if found is None:
            raise ToolError(f"invalid date format ‘{text}’")
        return found
    return now


PROGRAMS: dict[str, Program] = {"chmod": chmod, "chown": chown, "chgrp": chown, "touch": touch}
