"""The office's own programs: what runs when a name is typed, whatever sandbox it is typed in."""

from fauxcorp.sandbox.commands import become, http, listing, mailers, modes, net, people, system
from fauxcorp.sandbox.commands.call import Program

PROGRAMS: dict[str, Program] = {
    **mailers.PROGRAMS,
    **http.PROGRAMS,
    **people.PROGRAMS,
    **become.PROGRAMS,
    **modes.PROGRAMS,
    **listing.PROGRAMS,
    **system.PROGRAMS,
    **net.PROGRAMS,
}
"""Program by name."""

THREADED = frozenset(
    {"sudo", "su", "runuser", "doas", "ssh", "nohup", "ls", "find", "du", "tree", "scp", "rsync", "git", "aws", "chmod", "chown"}
)
"""Those that touch many files or run a shell of their own: run beside the interpreter's thread."""

__all__ = ["PROGRAMS", "THREADED"]
