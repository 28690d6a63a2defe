"""The office's own programs: what runs when a name is typed, whatever sandbox it is typed in."""

from fauxcorp.sandbox.commands import (
    archive,
    become,
    chance,
    copying,
    documents,
    finding,
    http,
    jobs,
    journal,
    listing,
    mailers,
    mailqueue,
    manual,
    memory,
    modes,
    names,
    net,
    odds,
    people,
    processes,
    services,
    sessions,
    stores,
    system,
)
from fauxcorp.sandbox.commands.call import Program

_ALL: dict[str, Program] = {
    **mailers.PROGRAMS,
    **mailqueue.PROGRAMS,
    **http.PROGRAMS,
    **people.PROGRAMS,
    **become.PROGRAMS,
    **modes.PROGRAMS,
    **copying.PROGRAMS,
    **listing.PROGRAMS,
    **system.PROGRAMS,
    **odds.PROGRAMS,
    **net.PROGRAMS,
    **archive.PROGRAMS,
    **finding.PROGRAMS,
    **documents.PROGRAMS,
    **chance.PROGRAMS,
    **sessions.PROGRAMS,
    **processes.PROGRAMS,
    **journal.PROGRAMS,
    **services.PROGRAMS,
    **jobs.PROGRAMS,
    **names.PROGRAMS,
    **stores.PROGRAMS,
    **manual.PROGRAMS,
    **memory.PROGRAMS,
}
PROGRAMS: dict[str, Program] = manual.with_help(_ALL)
"""Program by name."""

REENTRANT = frozenset({"sudo", "su", "runuser", "doas", "ssh", "nohup", "find"})
"""Those that may run a shell of their own: never in the interpreter's thread."""
THREADED = frozenset({"ls", "du", "tree", "scp", "rsync", "git", "aws", "chmod", "chown", "cp", "tar", "zip", "unzip"})
"""Those that may look at many files, which is slow in the interpreter's thread."""
BYTES = frozenset(
    {
        *archive.PROGRAMS,
        "pdftotext",
        "docx2txt",
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
