"""The office's own programs: what runs when a name is typed, whatever sandbox it is typed in."""

from fauxcorp.sandbox.commands import (
    archive,
    become,
    chance,
    finding,
    http,
    jobs,
    listing,
    mailers,
    modes,
    names,
    net,
    odds,
    people,
    services,
    stores,
    system,
)
from fauxcorp.sandbox.commands.call import Program

PROGRAMS: dict[str, Program] = {
    **mailers.PROGRAMS,
    **http.PROGRAMS,
    **people.PROGRAMS,
    **become.PROGRAMS,
    **modes.PROGRAMS,
    **listing.PROGRAMS,
    **system.PROGRAMS,
    **odds.PROGRAMS,
    **net.PROGRAMS,
    **archive.PROGRAMS,
    **finding.PROGRAMS,
    **chance.PROGRAMS,
    **services.PROGRAMS,
    **jobs.PROGRAMS,
    **names.PROGRAMS,
    **stores.PROGRAMS,
}
"""Program by name."""

REENTRANT = frozenset({"sudo", "su", "runuser", "doas", "ssh", "nohup", "find"})
"""Those that may run a shell of their own: never in the interpreter's thread."""
THREADED = frozenset({"ls", "du", "tree", "scp", "rsync", "git", "aws", "chmod", "chown", "tar", "zip", "unzip"})
"""Those that may look at many files, which is slow in the interpreter's thread."""
BYTES = frozenset(
    {
        *archive.PROGRAMS,
        "openssl",
        "curl",
        "wget",
        "nc",
        "ncat",
        "netcat",
        "socat",
        "telnet",
        "ssh",
        "aws",
        "mail",
        "mutt",
        "sendmail",
    }
)
"""Those whose standard input or output may be no text."""
SBIN = odds.SBIN
"""Those that live in /usr/sbin."""
ABSENT = odds.NOT_INSTALLED | {"hist"}
"""Names that are answered as a server answers that does not have them."""

__all__ = ["ABSENT", "BYTES", "PROGRAMS", "REENTRANT", "SBIN", "THREADED"]
