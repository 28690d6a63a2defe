"""Which commands cannot have changed a file: then nothing needs to be looked at after them. When in doubt, they can."""

from __future__ import annotations

import posixpath

from bashkit import ScriptAnalysis

READERS = frozenset(
    [
        "cat",
        "head",
        "tail",
        "grep",
        "egrep",
        "fgrep",
        "zgrep",
        "wc",
        "cut",
        "tr",
        "uniq",
        "nl",
        "tac",
        "rev",
        "paste",
        "comm",
        "diff",
        "cmp",
        "od",
        "xxd",
        "strings",
        "file",
        "basename",
        "dirname",
        "realpath",
        "readlink",
        "pwd",
        "cd",
        "echo",
        "printf",
        "true",
        "false",
        "test",
        "[",
        "ls",
        "ll",
        "dir",
        "stat",
        "du",
        "df",
        "id",
        "groups",
        "whoami",
        "who",
        "w",
        "last",
        "date",
        "uptime",
        "hostname",
        "uname",
        "ps",
        "free",
        "env",
        "printenv",
        "history",
        "type",
        "which",
        "command",
        "-v",
        "jq",
        "seq",
        "expr",
        "column",
        "fold",
        "expand",
        "sleep",
        "host",
        "dig",
        "nslookup",
        "ping",
        "md5sum",
        "sha1sum",
        "sha256sum",
        "sha512sum",
        "cksum",
        "base64",
        "base32",
        "less",
        "more",
        "man",
        "getent",
        "finger",
        "free",
        "lsblk",
        "ip",
        "ss",
        "netstat",
        "systemctl-status",
        "crontab-l",
        "mail",
        "mailx",
        "mutt",
        "sendmail",
        "msmtp",
        "export",
        "local",
        "read",
        ":",
        "let",
        "declare",
        "set",
        "shopt",
        "cal",
        "locale",
        "nproc",
        "arch",
        "tty",
        "lscpu",
        "dmesg",
        "journalctl",
    ]
)
"""Programs that write no file whatever their arguments are."""
_SORTED = frozenset({"sort", "awk", "gawk", "mawk", "sed", "find", "xargs", "curl", "wget", "tee"})


def writes_nothing(analysis: ScriptAnalysis) -> bool:
    """Whether a script provably changes no file other than by redirection to a fixed path."""
    if analysis.is_opaque or analysis.truncated or analysis.functions or analysis.has_interpreter_reentry:
        return False
    for command in analysis.commands:
        if command.is_assignment_only or command.name in READERS:
            continue
        if command.name not in _SORTED or not _harmless(command.name or "", command.args):
            return False
    return True


def _harmless(name: str, args: list[str | None]) -> bool:
    """Whether a program that can write is called so that it does not."""
    words = [a for a in args if a is not None]
    if len(words) != len(args):
        return False
    match name:
        case "sort":
            return not any(w.startswith(("-o", "--output")) for w in words)
        case "sed":
            return not any(w.startswith(("-i", "--in-place", "-f", "-s")) or "w" in w.split("/")[-1] for w in words)
        case "awk" | "gawk" | "mawk":
            return not any(c in w for w in words for c in (">", "|", "system")) and "-f" not in words
        case "find":
            return not any(
                w in ("-delete", "-exec", "-execdir", "-ok", "-okdir", "-fprint", "-fprintf", "-fls") for w in words
            )
    return False


def written_paths(analysis: ScriptAnalysis, cwd: str) -> list[str] | None:
    """The fixed paths that redirections write to; None if they cannot be told."""
    out = []
    moved = any(c.name in ("cd", "pushd", "popd") for c in analysis.commands)
    for redirect in analysis.redirects:
        if not redirect.is_write:
            continue
        path = redirect.path
        if path is None or "~" in path or "*" in path or "$" in path or (moved and not path.startswith("/")):
            return None
        if not path.startswith("/dev/"):
            out.append(posixpath.normpath(posixpath.join(cwd, path)))
    return out
