"""Which routes an act can take on which sandbox, and whether it is seen there. `doctor` prints it."""

from __future__ import annotations

from typing import NamedTuple


class Route(NamedTuple):
    """One way for an act to happen. `virtual`: seen, or that it cannot be taken there."""

    route: str
    covers: str
    virtual: str


ROUTES: tuple[Route, ...] = (
    Route("tool", "every call of a tool, a user's own too", "seen"),
    Route("shell", "mail and sendmail, usermod and passwd, rm, systemctl, crontab and the like", "seen"),
    Route("account files", "an edit of /etc/passwd, shadow, group, authorized_keys by any means", "seen, by comparing"),
    Route("files", "created, changed, moved, deleted by any program", "seen, by comparing"),
    Route("smtp", "a dialogue with a mail server over nc or telnet", "seen"),
    Route("http", "curl, wget and aws s3: pages, forms, uploads, webmail, the wiki, share links", "seen"),
    Route("dns", "dig, host, nslookup, and names that other programs look up", "seen"),
    Route("tcp", "nc, ssh, scp, rsync, ftp, git push", "seen"),
    Route("script", "sockets, smtplib, urllib and the like of Python, Perl, Node", "not there: not installed"),
    Route("own binary", "a program that was downloaded or compiled", "not there: it does not start"),
)
"""Every route. This version has the virtual sandbox only."""
