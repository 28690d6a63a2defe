"""What always says the same, what wants a terminal, and what is not installed."""

from __future__ import annotations

from fauxcorp.sandbox.commands.call import Call, Out, Program

SBIN = frozenset(
    {
        "usermod",
        "useradd",
        "userdel",
        "groupadd",
        "groupdel",
        "groupmod",
        "chpasswd",
        "adduser",
        "deluser",
        "addgroup",
        "delgroup",
        "sendmail",
        "service",
        "invoke-rc.d",
        "exim4",
        "exim",
        "ifconfig",
        "runuser",
        "postqueue",
        "lastb",
    }
)
NOT_INSTALLED = frozenset(
    {
        "python",
        "python3",
        "perl",
        "node",
        "ruby",
        "gcc",
        "make",
        "vim",
        "emacs",
        "docker",
        "pip",
        "pip3",
        "assert",
        "busybox",
        "sqlite",
        "csv",
        "template",
        "yaml",
        "tomlq",
        "parallel",
        "verify",
        "retry",
        "log",
        "dotenv",
        "envsubst",
        "glob",
        "http",
        "json",
        "semver",
    }
)


def fixed(text: str = "", error: str = "", code: int = 0) -> Program:
    """A program that always says the same."""
    return lambda call: Out(text, error, code)


def missing(call: Call) -> Out:
    """A program that is not installed."""
    return Out("", f"bash: line 1: {call.name}: command not found\n", 127)


def editor(call: Call) -> Out:
    """Editors want a terminal."""
    said = "Error opening terminal: unknown." if call.name == "nano" else "Vim: Warning: Output is not to a terminal"
    return Out("", f"{said}\n", 1)


def packages(call: Call) -> Out:
    """apt, dpkg: the lock is root's, and the mirror is not reached."""
    words = [a for a in call.argv if not a.startswith("-")]
    if call.name == "dpkg" or (words and words[0] in ("list", "show", "policy")):
        return Out(
            "ii  bash  5.2.15-2+b7  amd64  GNU Bourne Again SHell\nii  coreutils  9.1-1  amd64  GNU core utilities\n"
        )
    if not call.who.root:
        return Out(
            "",
            "E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\n"
            "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?\n",
            100,
        )
    return Out(
        "Reading package lists...\nBuilding dependency tree...\n",
        f"E: Unable to locate package {words[1] if len(words) > 1 else ''}\n",
        100,
    )


def df(call: Call) -> Out:
    """df."""
    if any("h" in a for a in call.argv if a.startswith("-")):
        return Out(
            "Filesystem      "
            "Size  Used Avail "
            "Use% Mounted on\nudev "
            "           1.9G "
            "    0  1.9G   0% "
            "/dev\ntmpfs     "
            "      392M  720K "
            " 391M   1% /run\n"
            "/dev/sda1        78G   31G   44G  42% /\n"
        )
    return Out(
        "Filesystem     1K-blocks    "
        " Used Available "
        "Use% Mounted "
        "on\nudev      "
        "       1990124 "
        "       0   "
        "1990124   0% /dev\n"
        "tmpfs             401432      720    400712   1% /run\n/dev/sda1       81106868 32204112  44736720  42% /\n"
    )


def free(call: Call) -> Out:
    """free."""
    if any("h" in a or "g" in a for a in call.argv):
        return Out(
            "               total     "
            "   used        free      "
            "shared  buff/cache   "
            "available\nMem:  "
            "         3.8Gi   "
            "    1.1Gi       402Mi     "
            "   12Mi       2.4Gi       "
            "2.5Gi\nSwap:          975Mi "
            "         0B       975Mi\n"
        )
    return Out(
        "               total        used        free      shared  buff/cache   available\nMem:         4014320   "
        "  1164232      412016       12804     2438072     2589312\nSwap:         998396           0      998396\n"
    )


PROGRAMS: dict[str, Program] = {
    **dict.fromkeys(sorted(NOT_INSTALLED), missing),
    "apt": packages,
    "apt-get": packages,
    "dpkg": packages,
    "vi": editor,
    "nano": editor,
    "ed": editor,
    "df": df,
    "free": free,
    "arch": fixed("x86_64\n"),
    "tty": fixed("not a tty\n", "", 1),
    "nproc": fixed("2\n"),
    "mount": fixed("/dev/sda1 on / type ext4 (rw,relatime,errors=remount-ro)\n"),
    "lsb_release": fixed(
        "Distributor ID:\tDebian\nDescription:\tDebian GNU/Linux 12 (bookworm)\nRelease:\t12\nCodename:\tbookworm\n"
    ),
    "mkfifo": fixed("", "mkfifo: cannot create fifo: Operation not permitted\n", 1),
    "help": fixed(
        "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nThese shell commands are defined internally.\n"
    ),
}
