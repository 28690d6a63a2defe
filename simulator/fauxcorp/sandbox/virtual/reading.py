"""Which paths a command line can have changed: only those need to be looked at after it. When in doubt, all.

The office's own programs write through the world, and so leave nothing to be found; they count as readers here.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container

from bashkit import AnalyzedCommand, ScriptAnalysis

READERS = frozenset(
    """
    cat head tail grep egrep fgrep zgrep wc cut tr nl tac rev paste comm diff cmp od strings file basename dirname
    realpath readlink pwd cd echo printf true false test [ jq seq expr column fold expand type md5sum sha1sum sha256sum
    sha512sum cksum base64 base32 less more printenv export local read : let declare set shopt cal locale logname
    """.split()
)
"""Programs of the interpreter that write no file whatever their arguments are, and run no other program."""
WRITERS = frozenset("rm mv cp mkdir rmdir ln tee sed truncate".split())
"""Programs that write only what their arguments name."""
_PLAIN = re.compile(r"--|-[aefilnprRvEds]+|--(?:recursive|force|verbose|parents|archive|append)")
"""Options of theirs that name no path and make no copy of what was there."""
_SED = re.compile(
    r"s/[^/\\\n;]*/[^/\\\n;]*/[gIp0-9]*|s([#|,])[^#|,\\\n;]*\1[^#|,\\\n;]*\1[gIp0-9]*|"
    r"(?:\d+|\$|/[^/\\\n]*/)?(?:,(?:\d+|\$|/[^/\\\n]*/))?[pdq]"
)
"""Scripts of sed that write no file and run no program."""
_SPECIAL = frozenset("*?[]{}~$")


_HISTORY = re.compile(r"(^|[;&|({\n]|\$\()(\s*)history\b(?![-./\w=])")


def own_history(command: str) -> str:
    """The command with `history` as the office's program: the interpreter's own remembers what was never typed."""
    return _HISTORY.sub(r"\1\2hist", command) if "history" in command else command


def possible(analysis: ScriptAnalysis, cwd: str, own: Container[str]) -> list[str] | None:
    """The absolute paths that a script can have changed, with all below them; None if that cannot be told.

    `own` holds the names of the office's own programs.
    """
    if analysis.is_opaque or analysis.truncated or analysis.functions:
        return None
    paths: list[str] = []
    for command in analysis.commands:
        found = _of(command, own)
        if found is None:
            return None
        paths += found
    for redirect in analysis.redirects:
        if redirect.is_write:
            if redirect.path is None:
                return None
            if not redirect.path.startswith("/dev/"):
                paths.append(redirect.path)
    if not paths:
        return []
    moved = any(c.name == "cd" for c in analysis.commands)
    if any(_SPECIAL & set(p) or (moved and not p.startswith("/")) for p in paths):
        return None
    return sorted({posixpath.normpath(posixpath.join(cwd, p)) for p in paths})


def _of(command: AnalyzedCommand, own: Container[str]) -> list[str] | None:
    """The paths that one command can change; None if that cannot be told."""
    name = command.name
    if command.is_assignment_only or name in READERS:
        return []
    if name is None:
        # What follows a `&` is reported as a command without a name.
        return [] if not command.args else None
    if name in own:
        return []
    words = [a for a in command.args if a is not None]
    if len(words) != len(command.args):
        return None
    if name in ("sort", "awk", "gawk", "mawk", "uniq", "xxd") or (name == "sed" and "-i" not in words):
        return [] if _harmless(name, words) else None
    return _named(words) if name in WRITERS else None


def _harmless(name: str, words: list[str]) -> bool:
    """Whether a program that can write is called so that it does not."""
    match name:
        case "sort":
            return not any(w.startswith(("-o", "--output")) for w in words)
        case "uniq" | "xxd":
            return sum(not w.startswith("-") for w in words) < 2
        case "sed":
            # A `w` anywhere may be the command that writes a file, an `e` the one that runs a program.
            scripts = [w for n, w in enumerate(words) if n and words[n - 1] == "-e"] or _first_word(words)
            return all(w in ("-n", "-e", "-r", "-E") or not w.startswith("-") for w in words) and all(
                _SED.fullmatch(w) for w in scripts
            )
        case _:
            return not any(c in w for w in words for c in (">", "|", "system")) and "-f" not in words


def _first_word(words: list[str]) -> list[str]:
    return [w for w in words if not w.startswith("-")][:1]


def _named(words: list[str]) -> list[str] | None:
    """What the arguments name: each path, and each name inside the last one, should it be a folder."""
    if any(w.startswith("-") and not _PLAIN.fullmatch(w) for w in words):
        return None
    named = [w for w in words if not w.startswith("-")]
    inside = [posixpath.join(named[-1], posixpath.basename(w.rstrip("/"))) for w in named[:-1]]
    return named + inside
