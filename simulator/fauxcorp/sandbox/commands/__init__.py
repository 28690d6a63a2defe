"""The office's own programs: what runs when a name is typed, whatever sandbox it is typed in."""

from fauxcorp.sandbox.commands import become, http, mailers, modes, people
from fauxcorp.sandbox.commands.call import Program

PROGRAMS: dict[str, Program] = {
    **mailers.PROGRAMS,
    **http.PROGRAMS,
    **people.PROGRAMS,
    **become.PROGRAMS,
    **modes.PROGRAMS,
}
"""Program by name."""

THREADED = frozenset({"sudo", "su", "runuser", "doas", "ssh", "at", "ls", "find", "du", "tar", "zip", "unzip", "tree", "stat"})
"""Those that touch many files or run a shell of their own: run beside the interpreter's thread."""

__all__ = ["PROGRAMS", "THREADED"]
