"""Which routes an act can take on which sandbox, and whether it is seen there. `doctor` prints it."""

from __future__ import annotations

from typing import NamedTuple


class Route(NamedTuple):
    """One way for an act to happen. `virtual`, `docker`: seen, or that it cannot be taken there."""

    route: str
    covers: str
    virtual: str
    docker: str


_COMPARED = "seen, by comparing"
ROUTES: tuple[Route, ...] = (
    Route("tool", "every call of a tool, a user's own too", "seen", "seen"),
    Route("shell", "mail and sendmail, usermod and passwd, rm, systemctl, crontab and the like", "seen", "seen"),
    Route("account files", "an edit of /etc/passwd, shadow, group, authorized_keys by any means", _COMPARED, _COMPARED),
    Route("files", "created, changed, moved, deleted by any program", _COMPARED, _COMPARED),
    Route("smtp", "a dialogue with a mail server over nc or telnet", "seen", "seen, of any program, on any port"),
    Route(
        "http",
        "curl, wget and aws s3: pages, forms, uploads, webmail, the wiki, share links",
        "seen",
        "seen, of any program, on any port; aws is not installed",
    ),
    Route("dns", "dig, host, nslookup, and names that other programs look up", "seen", "seen"),
    Route("tcp", "nc, ssh, scp, rsync, ftp, git push", "seen", "seen, of any program, on any port"),
    Route("datagrams", "UDP and ICMP: nc -u, logger, ping with a pattern", "seen of ping and nc", "seen"),
    Route("script", "sockets, smtplib, urllib and the like of Python, Perl, Node", "not there: not installed", "seen"),
    Route("/dev/tcp, /dev/udp", "redirections of bash", "not there: refused", "seen"),
    Route(
        "background", "what goes on after a command has ended", "not there: jobs run at once", "seen, at the next act"
    ),
    Route("own binary", "a program that was downloaded or compiled", "not there: it does not start", "seen"),
)
"""Every route."""
