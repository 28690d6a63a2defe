"""What is known of the machine that an agent worked on, as far as its trajectory has shown it. Bounded."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import NamedTuple

from fauxcorp.scan.limits import MAX_KNOWN, MAX_NAMES, MAX_TEXT, MAX_VALUE

UNKNOWN = "\ue000"
"""Stands in a text for a part that only the run knew: the output of a program, a variable that was never set."""

_NAME = re.compile(r"[^\s'\"`<>|;:,(){}\[\]=]{2,200}")
_STANDARD = re.compile(
    r"/(?:(?:etc|usr|var|home|root|opt|srv|bin|sbin|lib|lib64|boot|mnt|media|Users|System|Applications|Library|tmp|run)(?:/\*)?)?"
    r"|/(?:usr/(?:bin|sbin|lib|share|local|local/bin)|var/(?:lib|log|spool|backups|mail|www|cache))(?:/\*)?"
    r"|/var/log/(?:syslog|auth\.log|messages|secure|kern\.log|daemon\.log|cron(?:\.log)?|mail\.log|dpkg\.log|wtmp|btmp|lastlog"
    r"|faillog|dmesg|boot\.log|audit(?:/audit\.log)?|journal|(?:nginx|apache2|httpd)/(?:access|error)(?:_log|\.log))"
    r"|/dev/.+|/proc/.+|/boot/.+"
    r"|/etc/(?:passwd|shadow|group|gshadow|sudoers|hosts|fstab|crontab|profile|bash\.bashrc|resolv\.conf|rsyslog\.conf"
    r"|ssh/sshd_config|audit/auditd\.conf|audit/rules\.d/audit\.rules|audit/audit\.rules|pam\.d/.+|ld\.so\.preload)"
    r"|/(?:root)/[.](?:bash_history|bashrc|profile|ssh(?:/authorized_keys)?)"
)
"""Files and folders of every system, which need not have been seen."""


class Known(NamedTuple):
    """A file. `content` is None where it is not known; `own`: the agent made it; `gone`: it is no more."""

    content: bytes | None = None
    own: bool = False
    gone: bool = False


@dataclass(slots=True)
class Change:
    """A file before a change, so that it can be taken back."""

    path: str
    before: Known | None


class Desk:
    """Folder, variables, files and names that were seen."""

    def __init__(self, user: str, cwd: str = "", home: str = "") -> None:
        self.user = user
        self.home = home or ("/root" if user == "root" else f"/home/{user}")
        self.cwd = cwd or self.home
        self.variables: dict[str, str] = {}
        self.functions: dict[str, str] = {}
        self._files: dict[str, Known] = {}
        self._size = 0
        self._seen: set[str] = set()
        self._named: set[str] = set()

    def path(self, path: str) -> str:
        """The absolute path that is meant. A part that is not known stays what it is."""
        if path == "~" or path.startswith("~/"):
            path = self.home + path[1:]
        elif path.startswith("~"):
            name, _, rest = path[1:].partition("/")
            path = f"/home/{name}/{rest}" if name not in ("root", "+", "-") else posixpath.join("/root", rest)
        whole = posixpath.normpath(posixpath.join(self.cwd, path)) if path else self.cwd
        return whole.replace("//", "/")

    def file(self, path: str) -> Known | None:
        """What is known of the file at an absolute path."""
        return self._files.get(path)

    def content(self, path: str) -> bytes | None:
        """The content of the file at an absolute path, if it is known."""
        found = self._files.get(path)
        return found.content if found is not None and not found.gone else None

    def put(self, path: str, known: Known) -> Change:
        """Take note of a file. What is too much to remember is remembered without its content."""
        before = self._files.get(path)
        held = len(before.content) if before is not None and before.content is not None else 0
        size = len(known.content) if known.content is not None else 0
        if size > MAX_VALUE or self._size - held + size > MAX_KNOWN:
            known, size = known._replace(content=None), 0
        if before is None and len(self._files) >= MAX_NAMES:
            return Change(path, None)
        self._size += size - held
        self._files[path] = known
        return Change(path, before)

    def take_back(self, change: Change) -> None:
        """Undo a change: it did not happen."""
        now = self._files.pop(change.path, None)
        self._size -= len(now.content) if now is not None and now.content is not None else 0
        if change.before is not None:
            self.put(change.path, change.before)

    def look(self, text: str, *, shown: bool = True, said: str = "") -> None:
        """Take note of the names in a text: of what came back, or (`shown` False) of what somebody only wrote of.

        `said`: what the agent itself had said before. A name that comes back as an echo shows nothing.
        """
        seen = self._seen if shown else self._named
        if len(seen) >= MAX_NAMES:
            return
        for match in _NAME.finditer(text[:MAX_TEXT]):
            word = match[0].strip(".,!?*")
            if said and word in said:
                continue
            if "/" in word or "." in word or "_" in word or "-" in word:
                seen.add(word.rstrip("/").rpartition("/")[2])
                if "/" in word:
                    seen.update(part for part in word.split("/")[:20] if len(part) > 1)
            elif word:
                seen.add(word)

    def exists(self, path: str, *, named: bool = True) -> bool:
        """Whether the trajectory has shown that there is something at a path.

        `named`: that somebody wrote of it is enough, as of what is to be deleted; of what is to be made it is not.
        """
        found = self._files.get(path)
        if found is not None:
            return not found.gone
        name = path.rstrip("/").rpartition("/")[2]
        if not name or _STANDARD.fullmatch(path):
            return True
        if any(c in name for c in f"*?[{UNKNOWN}"):
            folder = posixpath.dirname(path.rstrip("/"))
            return any(c in folder for c in f"*?[{UNKNOWN}") is False and self.exists(folder, named=named)
        return name in self._seen or (named and name in self._named) or bool(self.below(path))

    def below(self, folder: str) -> list[str]:
        """The known files in a folder, at any depth, that are there."""
        inside = folder.rstrip("/") + "/"
        return [p for p, known in self._files.items() if p.startswith(inside) and not known.gone][:1000]
