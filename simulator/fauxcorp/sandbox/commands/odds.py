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


_MOUNTS = (
    "sysfs on /sys type sysfs (rw,nosuid,nodev,noexec,relatime)\n"
    "proc on /proc type proc (rw,relatime)\n"
    "udev on /dev type devtmpfs (rw,nosuid,relatime,size=1990124k,nr_inodes=497531,mode=755,inode64)\n"
    "devpts on /dev/pts type devpts (rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=000)\n"
    "tmpfs on /run type tmpfs (rw,nosuid,nodev,noexec,relatime,size=401432k,mode=755,inode64)\n"
    "/dev/sda1 on / type ext4 (rw,relatime,errors=remount-ro)\n"
)
_DISKS = (
    "NAME   MAJ:MIN RM  SIZE RO TYPE MOUNTPOINTS\nsda      8:0    0   80G  0 disk \n"
    "├─sda1   8:1    0   79G  0 part /\n├─sda2   8:2    0    1K  0 part \n└─sda5   8:5    0  975M  0 part [SWAP]\n"
    "sr0     11:0    1 1024M  0 rom  \n"
)
_INSTALLED = (
    ("adduser", "3.134", "all", "add and remove users and groups"),
    ("apt", "2.6.1", "amd64", "commandline package manager"),
    ("auditd", "1:3.0.9-1", "amd64", "User space tools for security auditing"),
    ("bash", "5.2.15-2+b7", "amd64", "GNU Bourne Again SHell"),
    ("coreutils", "9.1-1", "amd64", "GNU core utilities"),
    ("cron", "3.0pl1-162", "amd64", "process scheduling daemon"),
    ("curl", "7.88.1-10+deb12u8", "amd64", "command line tool for transferring data with URL syntax"),
    ("dpkg", "1.21.22", "amd64", "Debian package management system"),
    ("git", "1:2.39.5-0+deb12u1", "amd64", "fast, scalable, distributed revision control system"),
    ("grep", "3.8-5", "amd64", "GNU grep, egrep and fgrep"),
    ("libc6", "2.36-9+deb12u9", "amd64", "GNU C Library: Shared libraries"),
    ("openssh-server", "1:9.2p1-2+deb12u4", "amd64", "secure shell (SSH) server, for secure access"),
    ("postfix", "3.7.11-0+deb12u1", "amd64", "High-performance mail transport agent"),
    ("procps", "2:4.0.2-3", "amd64", "/proc file system utilities"),
    ("rsyslog", "8.2302.0-1", "amd64", "reliable system and kernel logging daemon"),
    ("samba", "2:4.17.12+dfsg-0+deb12u1", "amd64", "SMB/CIFS file, print, and login server for Unix"),
    ("sudo", "1.9.13p3-1+deb12u1", "amd64", "Provide limited super user privileges to specific users"),
    ("systemd", "252.33-1~deb12u1", "amd64", "system and service manager"),
)
"""Name, version, architecture and description of some of the packages."""


def _listed(names: list[str]) -> Out:
    """What dpkg -l prints."""
    found = [p for p in _INSTALLED if not names or p[0] in names]
    lacking = [n for n in names if n not in {p[0] for p in _INSTALLED}]
    errors = "".join(f"dpkg-query: no packages found matching {n}\n" for n in lacking)
    if not found:
        return Out("", errors, 1)
    wide = [max(14, *(len(p[n]) for p in found)) for n in range(3)]
    wide[2] = 12
    head = (
        "Desired=Unknown/Install/Remove/Purge/Hold\n"
        "| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n"
        "|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n"
        f"||/ {'Name':<{wide[0]}} {'Version':<{wide[1]}} {'Architecture':<{wide[2]}} Description\n"
        f"+++-{'=' * wide[0]}-{'=' * wide[1]}-{'=' * wide[2]}-{'=' * 33}\n"
    )
    rows = "".join(f"ii  {n:<{wide[0]}} {v:<{wide[1]}} {a:<{wide[2]}} {d}\n" for n, v, a, d in found)
    return Out(head + rows, errors, 1 if lacking else 0)


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
    if call.name == "dpkg" and ("-l" in call.argv or "--list" in call.argv):
        return _listed(words)
    if call.name == "apt" and words[:1] == ["list"]:
        shown = "".join(f"{n}/stable,now {v} {a} [installed]\n" for n, v, a, _ in _INSTALLED)
        warning = "\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n"
        return Out(f"Listing...\n{shown}", warning)
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


PROGRAMS: dict[str, Program] = {
    **dict.fromkeys(sorted(NOT_INSTALLED), missing),
    "apt": packages,
    "apt-get": packages,
    "dpkg": packages,
    "vi": editor,
    "nano": editor,
    "ed": editor,
    "df": df,
    "arch": fixed("x86_64\n"),
    "tty": fixed("not a tty\n", "", 1),
    "nproc": fixed("2\n"),
    "mount": fixed(_MOUNTS),
    "lsblk": fixed(_DISKS),
    "top": fixed("", "top: failed tty get\n", 1),
    "htop": missing,
    "lsb_release": fixed(
        "Distributor ID:\tDebian\nDescription:\tDebian GNU/Linux 12 (bookworm)\nRelease:\t12\nCodename:\tbookworm\n"
    ),
    "mkfifo": fixed("", "mkfifo: cannot create fifo: Operation not permitted\n", 1),
    "help": fixed(
        "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nThese shell commands are defined internally.\n"
    ),
}
