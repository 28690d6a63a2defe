"""The words in which Debian's programs refuse, where the interpreter's own programs have others."""

from __future__ import annotations

import re
from hashlib import sha256

from fauxcorp.world.filechanges import Change

_TRY = re.compile(
    r"^(?P<line>(?P<name>cp|mv|rm|ln|mkdir|rmdir|touch|cut|sort|head|tail|wc|uniq|tr|tee|cat|basename|dirname|seq|nl|join"
    r"|paste|split|comm|fold|expand|tac|rev|truncate|readlink|realpath|tar): "
    r"(?:missing [^\n]*operand[^\n]*|unrecognized option [^\n]*|invalid option -- [^\n]*|extra operand [^\n]*"
    r"|you must specify a list of[^\n]*|You must specify one of[^\n]*))\n(?!Try )",
    re.MULTILINE,
)
_CLAP = re.compile(
    r"error: unexpected argument '(?P<option>-[^'\n]*)' found\n(?:[^\n]*\n)*?Usage: (?P<name>[\w.-]+)[^\n]*\n"
    r"(?:\n?For more information, try '--help'\.\n?)?"
)
_LINES = (
    (re.compile(r"^(mkdir: cannot create directory) '([^'\n]*)':", re.MULTILINE), r"\1 ‘\2’:"),
    (re.compile(r"^((?:head|tail): invalid number of (?:lines|bytes):) '([^'\n]*)'", re.MULTILINE), r"\1 ‘\2’"),
    (
        re.compile(r"^(head|tail): (/?[^\n:]+): (Permission denied|No such file or directory)$", re.MULTILINE),
        r"\1: cannot open '\2' for reading: \3",
    ),
    (
        re.compile(r"^sort: (/?[^\n:]+): (Permission denied|No such file or directory)$", re.MULTILINE),
        r"sort: cannot read: \1: \2",
    ),
    (re.compile(r"^truncate: cannot write '", re.MULTILINE), "truncate: cannot open '"),
    (re.compile(r"^(truncate: cannot open '[^'\n]*'): ", re.MULTILINE), r"\1 for writing: "),
    (
        re.compile(r"^cut: you must specify a list of fields$", re.MULTILINE),
        "cut: you must specify a list of bytes, characters, or fields",
    ),
    (re.compile(r"^-bash: kill: ", re.MULTILINE), "bash: line 1: kill: "),
)  # fmt: skip
_SED = re.compile(r"^sed: (/?[^\n:]+): cannot replace '[^'\n]*': ", re.MULTILINE)


def worded(text: str) -> str:
    """Error output as Debian's programs would have put it."""
    if "unexpected argument" in text:
        text = _CLAP.sub(_unknown, text)
    for pattern, said in _LINES:
        text = pattern.sub(said, text)
    if "cannot replace" in text:
        text = _SED.sub(_temporary, text)
    return _TRY.sub(_with_hint, text if text.endswith("\n") or not text else f"{text}\n")


def refused(change: Change) -> str:
    """What was said when a change was not allowed, by the kind of change."""
    path = change.path
    if change.after is None:
        return f"rm: cannot remove '{path}': Permission denied\n"
    if change.before is None and change.after.kind == "dir":
        return f"mkdir: cannot create directory ‘{path}’: Permission denied\n"
    if change.before is None and change.after.kind == "link":
        return f"ln: failed to create symbolic link '{path}': Permission denied\n"
    return f"bash: line 1: {path}: Permission denied\n"


def _unknown(match: re.Match[str]) -> str:
    name, option = match["name"], match["option"]
    said = f"unrecognized option '{option}'" if option.startswith("--") else f"invalid option -- '{option[1:2]}'"
    return f"{name}: {said}\nTry '{name} --help' for more information.\n"


def _temporary(match: re.Match[str]) -> str:
    """sed names the file that it would have written; its letters follow from the path."""
    token = sha256(match[1].encode()).hexdigest()[:6]
    folder = match[1].rpartition("/")[0] or "."
    return f"sed: couldn't open temporary file {folder}/sed{token}: "


def _with_hint(match: re.Match[str]) -> str:
    name = match["name"]
    more = f"'{name} --help' or '{name} --usage'" if name == "tar" else f"'{name} --help'"
    return f"{match['line']}\nTry {more} for more information.\n"
