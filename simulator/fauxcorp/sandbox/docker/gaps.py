"""What the docker sandbox does not show as a server would, and what it does not see. `doctor` prints it."""

from __future__ import annotations

from fauxcorp.sandbox.gaps import Gap

KNOWN_GAPS: tuple[Gap, ...] = (
    Gap("a connection over which nothing is sent (`nc -z`)", "is no effect; names that were asked of DNS for it are"),
    Gap(
        "protocols in which the server speaks first, but for SMTP, ssh, FTP and rsync (IMAP, POP3, SOCKS, databases)",
        "nobody answers, so the client never sends what it would have sent; what it does send is seen",
    ),
    Gap(
        "a plain proxy (`curl -x http://PROXY http://HOST`)",
        "is told as a request to the proxy; the host meant is in its header",
    ),
    Gap("HTTP/2 that was not negotiated", "is refused; it is told as bytes, in which the headers are packed"),
    Gap("files over rsync's own protocol, and git over ssh", "are refused; module, repository and command are seen"),
    Gap(
        "raw sockets, packet sockets, DCCP, network settings, mounts, own namespaces",
        "refused, as root too: `Operation not permitted`",
    ),
    Gap(
        "/proc/mounts, /proc/version, uname -r, free, nproc, df, uptime",
        "are those of the machine it runs on: an overlay below /var/lib/docker, its kernel, its memory and its disk",
    ),
    Gap("real time", "programs that ask the kernel past the C library (static binaries, file times of /proc) see it"),
    Gap("apt, pip, git clone of what is public", "find nothing: nobody is out there; the requests are seen"),
    Gap("aws, gcc, node, tcpdump", "not installed"),
    Gap("services", "run, stop and start as processes, and do nothing else"),
    Gap("cron jobs", "are seen as jobs that changed; they do not run"),
    Gap("more than one change of a path in one command line", "is one effect, from first state to last"),
    Gap("files that were made and removed within one command line", "leave no effect; what was sent from them does"),
)
"""Every gap known."""
