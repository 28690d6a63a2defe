# ruff: noqa: E501 - pages are easier to keep wide
"""Manual pages: man, whatis, apropos, and what `--help` prints of the programs of the office's own."""

from __future__ import annotations

import textwrap
from typing import NamedTuple

from fauxcorp.sandbox.commands.call import Call, Out, Program

WIDTH = 80


class Manual(NamedTuple):
    """One page. `options` are pairs of an option and its text."""

    section: int
    about: str
    synopsis: tuple[str, ...]
    text: str
    options: tuple[tuple[str, str], ...] = ()


_CHAPTERS = {1: "General Commands Manual", 5: "File Formats Manual", 8: "System Manager's Manual"}

PAGES: dict[str, Manual] = {
    "mail": Manual(1, "send and receive Internet mail", (
        "mail [-EIinv] [-s subject] [-c cc-addr] [-b bcc-addr] [-r from-addr] [-a header] [-A file] to-addr ...",
        "mail [-eHiInNv] -f [name]", "mail [-eHiInNv] [-u user]",
    ), "mail is an intelligent mail processing system. To send a message to one or more people, mail can be invoked with "
       "arguments which are the names of people to whom the mail will be sent; the text is read from standard input.", (
        ("-s subject", "Specify subject on command line. Only the first argument after the -s flag is used."),
        ("-c list", "Send carbon copies to list of users. list should be a comma-separated list of names."),
        ("-b list", "Send blind carbon copies to list."),
        ("-A file", "Attach file to the message."),
        ("-a header", "Specify additional header fields, such as \"X-Loop: foo@bar\"."),
        ("-r from", "Use from as the return address."),
        ("-u user", "Is equivalent to mail -f /var/mail/user."),
    )),
    "sendmail": Manual(8, "Postfix to Sendmail compatibility interface", ("sendmail [option ...] [recipient ...]",),
        "The Postfix sendmail command implements the Postfix to Sendmail compatibility interface. By default, it reads a "
        "message from standard input until EOF or until it reads a line with only a . character.", (
        ("-t", "Extract recipients from message headers. These are added to any recipients on the command line."),
        ("-f sender", "Set the envelope sender address."),
        ("-i", "When reading a message from standard input, don't treat a line with only a . as the end of input."),
        ("-bp", "List the mail queue."),
    )),
    "mailq": Manual(1, "print the mail queue", ("mailq",),
        "mailq lists the mail queue. Each entry shows the queue file ID, message size, arrival time, sender, and the "
        "recipients that still need to be delivered."),
    "curl": Manual(1, "transfer a URL", ("curl [options / URLs]",),
        "curl is a tool for transferring data from or to a server using URLs.", (
        ("-d, --data <data>", "Sends the specified data in a POST request to the HTTP server."),
        ("-F, --form <name=content>", "Emulates a filled-in form in which a user has pressed the submit button."),
        ("-H, --header <header/@file>", "Extra header to include in information sent."),
        ("-o, --output <file>", "Write output to <file> instead of stdout."),
        ("-X, --request <method>", "Specifies a custom request method to use."),
        ("-T, --upload-file <file>", "Transfers the specified local file to the remote URL."),
        ("-s, --silent", "Silent or quiet mode."),
        ("-L, --location", "Follow redirects."),
    )),
    "ls": Manual(1, "list directory contents", ("ls [OPTION]... [FILE]...",),
        "List information about the FILEs (the current directory by default). Sort entries alphabetically if none of "
        "-cftuvSUX nor --sort is specified.", (
        ("-a, --all", "do not ignore entries starting with ."),
        ("-d, --directory", "list directories themselves, not their contents"),
        ("-h, --human-readable", "with -l and -s, print sizes like 1K 234M 2G etc."),
        ("-l", "use a long listing format"),
        ("-R, --recursive", "list subdirectories recursively"),
        ("-r, --reverse", "reverse order while sorting"),
        ("-S", "sort by file size, largest first"),
        ("-t", "sort by time, newest first; see --time"),
    )),
    "ps": Manual(1, "report a snapshot of the current processes.", ("ps [options]",),
        "ps displays information about a selection of the active processes.", (
        ("-e", "Select all processes."), ("-f", "Do full-format listing."),
        ("-u userlist", "Select by effective user ID (EUID) or name."),
        ("-o format", "User-defined format."), ("-C cmdlist", "Select by command name."),
    )),
    "last": Manual(1, "show a listing of last logged in users", ("last [options] [username...] [tty...]",),
        "last looks back through the /var/log/wtmp file and displays a list of all users logged in (and out) since that "
        "file was created.", (("-n, --limit number", "Tell last how many lines to show."),)),
    "sudo": Manual(8, "execute a command as another user", (
        "sudo -h | -K | -k | -V", "sudo -l [-ABkNnS] [-g group] [-h host] [-p prompt] [-U user] [-u user] [command [arg ...]]",
        "sudo [-ABbEHnPS] [-g group] [-u user] [VAR=value] [-i | -s] [command [arg ...]]",
    ), "sudo allows a permitted user to execute a command as the superuser or another user, as specified by the security "
       "policy.", (
        ("-i, --login", "Run the shell specified by the target user's password database entry as a login shell."),
        ("-l, --list", "List the privileges for the invoking user on the current host."),
        ("-n, --non-interactive", "Avoid prompting the user for input of any kind."),
        ("-u user, --user=user", "Run the command as a user other than the default target user."),
    )),
    "systemctl": Manual(1, "Control the systemd system and service manager", ("systemctl [OPTIONS...] COMMAND [UNIT...]",),
        "systemctl may be used to introspect and control the state of the \"systemd\" system and service manager.", (
        ("status [PATTERN...|PID...]", "Show terse runtime status information about one or more units."),
        ("start PATTERN...", "Start (activate) one or more units specified on the command line."),
        ("stop PATTERN...", "Stop (deactivate) one or more units specified on the command line."),
        ("enable UNIT...", "Enable one or more units or unit instances."),
        ("list-units [PATTERN...]", "List units that systemd currently has in memory."),
    )),
    "journalctl": Manual(1, "Print log entries from the systemd journal", ("journalctl [OPTIONS...] [MATCHES...]",),
        "journalctl is used to print the log entries stored in the journal by systemd-journald.service(8).", (
        ("-u, --unit=UNIT|PATTERN", "Show messages for the specified systemd unit UNIT."),
        ("-n, --lines=", "Show the most recent journal events and limit the number of events shown."),
        ("-S, --since=, -U, --until=", "Start showing entries on or newer than the specified date, or on or older."),
        ("-r, --reverse", "Reverse output so that the newest entries are displayed first."),
    )),
    "crontab": Manual(1, "maintain crontab files for individual users (Vixie Cron)", (
        "crontab [ -u user ] file", "crontab [ -u user ] { -l | -r [ -i ] | -e }",
    ), "crontab is the program used to install, deinstall or list the tables used to drive the cron(8) daemon. Each user "
       "can have their own crontab.", (
        ("-l", "causes the current crontab to be displayed on standard output."),
        ("-r", "causes the current crontab to be removed."),
        ("-u user", "specifies the name of the user whose crontab is to be used."),
    )),
    "usermod": Manual(8, "modify a user account", ("usermod [options] LOGIN",),
        "The usermod command modifies the system account files.", (
        ("-a, --append", "Add the user to the supplementary group(s). Use only with the -G option."),
        ("-e, --expiredate EXPIRE_DATE", "The date on which the user account will be disabled."),
        ("-G, --groups GROUP1[,GROUP2,...]", "A list of supplementary groups which the user is also a member of."),
        ("-L, --lock", "Lock a user's password. This puts a '!' in front of the encrypted password."),
        ("-s, --shell SHELL", "The path of the user's new login shell."),
        ("-U, --unlock", "Unlock a user's password."),
    )),
    "passwd": Manual(1, "change user password", ("passwd [options] [LOGIN]",),
        "The passwd command changes passwords for user accounts. A normal user may only change the password for their own "
        "account, while the superuser may change the password for any account.", (
        ("-l, --lock", "Lock the password of the named account."),
        ("-S, --status", "Display account status information."),
        ("-u, --unlock", "Unlock the password of the named account."),
    )),
    "chage": Manual(1, "change user password expiry information", ("chage [options] LOGIN",),
        "The chage command changes the number of days between password changes and the date of the last password change.", (
        ("-E, --expiredate EXPIRE_DATE", "Set the date on which the user's account will no longer be accessible."),
        ("-l, --list", "Show account aging information."),
    )),
    "git": Manual(1, "the stupid content tracker", ("git [-v | --version] [-h | --help] [-C <path>] <command> [<args>]",),
        "Git is a fast, scalable, distributed revision control system with an unusually rich command set.", (
        ("git-log(1)", "Show commit logs."), ("git-show(1)", "Show various types of objects."),
        ("git-diff(1)", "Show changes between commits, commit and working tree, etc."),
        ("git-status(1)", "Show the working tree status."), ("git-push(1)", "Update remote refs along with objects."),
    )),
    "ssh": Manual(1, "OpenSSH remote login client", (
        "ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-i identity_file] [-l login_name] [-p port] destination [command [argument ...]]",),
        "ssh (SSH client) is a program for logging into a remote machine and for executing commands on a remote machine."),
    "scp": Manual(1, "OpenSSH secure file copy", ("scp [-346ABCOpqRrsTv] [-i identity_file] [-P port] source ... target",),
        "scp copies files between hosts on a network."),
    "rsync": Manual(1, "a fast, versatile, remote (and local) file-copying tool", ("rsync [OPTION...] SRC... [DEST]",),
        "Rsync is a fast and extraordinarily versatile file copying tool.", (
        ("-a, --archive", "archive mode is -rlptgoD (no -A,-X,-U,-N,-H)"), ("-v, --verbose", "increase verbosity"),
        ("-z, --compress", "compress file data during the transfer"),
    )),
}  # fmt: skip
_SAME = {"mailx": "mail", "bsd-mailx": "mail", "s-nail": "mail", "postqueue": "mailq", "newaliases": "sendmail"}


def page(name: str) -> Manual | None:
    """The page of a program, under any of its names."""
    return PAGES.get(_SAME.get(name, name))


def helped(name: str) -> str:
    """What `NAME --help` prints, or '' if there is no page."""
    found = page(name)
    if found is None:
        return ""
    first, *rest = found.synopsis
    lines = [f"Usage: {first}", *(f"  or:  {line}" for line in rest)]
    about = found.about[:1].upper() + found.about[1:].rstrip(".") + "."
    lines += ["", *textwrap.wrap(about, WIDTH - 1)] if found.options else [about]
    for option, text in found.options:
        wrapped = textwrap.wrap(text, WIDTH - 31)
        head = f"  {option:<28} "
        lines += [head + wrapped[0]] if len(option) <= 28 else [f"  {option}", " " * 31 + wrapped[0]]
        lines += [" " * 31 + line for line in wrapped[1:]]
    return "\n".join(lines) + "\n"


def rendered(name: str, found: Manual) -> str:
    """A page as `man` prints it into a pipe."""
    head = f"{name.upper()}({found.section})"
    middle = _CHAPTERS[found.section]
    space = WIDTH - 2 * len(head) - len(middle)
    lines = [head + " " * (space // 2) + middle + " " * (space - space // 2) + head, "", "NAME"]
    lines += [f"       {name} - {found.about}", "", "SYNOPSIS"]
    for line in found.synopsis:
        lines += textwrap.wrap(line, WIDTH - 1, initial_indent=" " * 7, subsequent_indent=" " * 12)
    lines += [
        "",
        "DESCRIPTION",
        *textwrap.wrap(found.text, WIDTH - 1, initial_indent=" " * 7, subsequent_indent=" " * 7),
    ]
    if found.options:
        lines += ["", "OPTIONS"]
    for option, text in found.options:
        indent = " " * 14
        lines += [
            f"       {option}",
            *textwrap.wrap(text, WIDTH - 1, initial_indent=indent, subsequent_indent=indent),
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def man(call: Call) -> Out:
    """man: [SECTION] NAME; -k and -f as apropos and whatis."""
    words = [a for a in call.argv if not a.startswith("-")]
    if "-k" in call.argv or "-f" in call.argv:
        return _searched(words, whole="-f" in call.argv)
    section = words.pop(0) if len(words) > 1 and words[0].isascii() and words[0].isdecimal() else ""
    if not words:
        return Out("", "What manual page do you want?\nFor example, try 'man man'.\n", 1)
    found = page(words[-1])
    if found is None or (section and section != str(found.section)):
        where = f" in section {section}" if section else ""
        return Out("", f"No manual entry for {words[-1]}{where}\n", 16)
    return Out(rendered(words[-1], found))


def _searched(words: list[str], *, whole: bool) -> Out:
    if not words:
        return Out("", "apropos what?\n" if not whole else "whatis what?\n", 1)
    lines, lacking = [], []
    for word in words:
        hits = [
            f"{name + f' ({found.section})':<20} - {found.about}\n"
            for name, found in sorted(PAGES.items())
            if word == name or (not whole and word.lower() in f"{name} {found.about}".lower())
        ]
        lines += hits
        if not hits:
            lacking.append(f"{word}: nothing appropriate.\n")
    return Out("".join(lines), "".join(lacking), 16 if lacking else 0)


def whatis(call: Call) -> Out:
    """whatis, apropos."""
    return _searched([a for a in call.argv if not a.startswith("-")], whole=call.name == "whatis")


def with_help(programs: dict[str, Program]) -> dict[str, Program]:
    """The programs, each of which answers `--help` by its page if it has one."""
    return {name: _helping(name, program) if page(name) else program for name, program in programs.items()}


def _helping(name: str, program: Program) -> Program:
    def run(call: Call) -> Out:
        if call.argv == ["--help"]:
            return Out(helped(name))
        return program(call)

    return run


PROGRAMS: dict[str, Program] = {"man": man, "whatis": whatis, "apropos": whatis}
