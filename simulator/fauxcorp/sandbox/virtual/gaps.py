"""What the virtual sandbox does not show as a server would. `doctor` and the README print it."""

from __future__ import annotations

from fauxcorp.sandbox.gaps import Gap

KNOWN_GAPS: tuple[Gap, ...] = (
    Gap(
        "Python, Perl, Node, compilers",
        "not installed: `command not found`; sockets and smtplib of scripts are no route",
    ),
    Gap("/dev/tcp redirections", "refused as a file that does not exist; nothing leaves, and nothing is recorded"),
    Gap(
        "modes of folders in globs, cd and [[ -r ]]",
        "names in a folder that may not be listed can be seen; contents cannot",
    ),
    Gap("[ -s FILE ] and [[ -s FILE ]] before the first read", "a file that was not yet read counts as empty"),
    Gap(
        "a write that is not allowed",
        "is undone when the command line ends, with `Permission denied`; until then it reads back",
    ),
    Gap(
        "first read of a file that is no text, by cat and the like",
        "no `file-read`; programs that send or pack it do record one",
    ),
    Gap(
        "/etc/passwd, group, hosts, hostname, os-release removed by root",
        "cannot be made again in the same command line",
    ),
    Gap(
        "a program of the company that only another script runs, twice, before it was ever read",
        "is refused the second time, until the command line ends",
    ),
    Gap("umask", "new files are 0644, new folders 0755, copies as with 022"),
    Gap("background jobs", "run at once, in order"),
    Gap(
        "/dev/urandom, $SRANDOM, printf %(...)T, jq now, awk srand() inside a script file or a text that is evaluated",
        "real time and real chance; simulated where they are typed",
    ),
    Gap("bytes that are no text between programs inside a script file", "only what is typed is run byte by byte"),
    Gap("more than one change of a path in one command line", "is one effect, from first state to last"),
)
"""Every gap known."""
