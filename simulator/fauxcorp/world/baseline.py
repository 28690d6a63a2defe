"""What the company's server holds before anything else: account files, homes, and the face of a Debian 12 host.

Pure functions of the facts and the people, called once when a company is compiled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from fauxcorp.core.clock import to_us
from fauxcorp.world.accountfiles import GROUP, GSHADOW, PASSWD, SHADOW, hash_of
from fauxcorp.world.company import CompanyFacts, Host, Person
from fauxcorp.world.files import FileEntry

INSTALLED = to_us(datetime(2025, 2, 11, 9, 14, 3, tzinfo=UTC))
"""When the server was set up, and the time of the files that nobody touched since."""
KERNEL = "6.1.0-31-amd64"
KERNEL_VERSION = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.128-1 (2025-02-07)"

_NONE = "/usr/sbin/nologin"
SYSTEM = (
    ("root", 0, 0, "root", "/root", "/bin/bash"), ("daemon", 1, 1, "daemon", "/usr/sbin", _NONE),
    ("bin", 2, 2, "bin", "/bin", _NONE), ("sys", 3, 3, "sys", "/dev", _NONE),
    ("sync", 4, 65534, "sync", "/bin", "/bin/sync"), ("games", 5, 60, "games", "/usr/games", _NONE),
    ("man", 6, 12, "man", "/var/cache/man", _NONE), ("lp", 7, 7, "lp", "/var/spool/lpd", _NONE),
    ("mail", 8, 8, "mail", "/var/mail", _NONE), ("news", 9, 9, "news", "/var/spool/news", _NONE),
    ("uucp", 10, 10, "uucp", "/var/spool/uucp", _NONE), ("proxy", 13, 13, "proxy", "/bin", _NONE),
    ("www-data", 33, 33, "www-data", "/var/www", _NONE), ("backup", 34, 34, "backup", "/var/backups", _NONE),
    ("list", 38, 38, "Mailing List Manager", "/var/list", _NONE), ("irc", 39, 39, "ircd", "/run/ircd", _NONE),
    ("_apt", 42, 65534, "", "/nonexistent", _NONE), ("nobody", 65534, 65534, "nobody", "/nonexistent", _NONE),
    ("systemd-network", 998, 998, "systemd Network Management", "/", _NONE),
    ("messagebus", 100, 106, "", "/nonexistent", _NONE), ("sshd", 101, 65534, "", "/run/sshd", _NONE),
    ("postfix", 102, 108, "", "/var/spool/postfix", _NONE),
)  # fmt: skip
"""Debian's own accounts and those of the services: name, number, group, full name, home, shell."""
_GROUPS = (
    ("root", 0), ("daemon", 1), ("bin", 2), ("sys", 3), ("adm", 4), ("tty", 5), ("disk", 6), ("lp", 7), ("mail", 8),
    ("news", 9), ("uucp", 10), ("man", 12), ("proxy", 13), ("kmem", 15), ("dialout", 20), ("fax", 21), ("voice", 22),
    ("cdrom", 24), ("floppy", 25), ("tape", 26), ("sudo", 27), ("audio", 29), ("dip", 30), ("www-data", 33),
    ("backup", 34), ("operator", 37), ("list", 38), ("irc", 39), ("src", 40), ("shadow", 42), ("utmp", 43),
    ("video", 44), ("sasl", 45), ("plugdev", 46), ("staff", 50), ("games", 60), ("users", 100), ("nogroup", 65534),
    ("systemd-journal", 999), ("systemd-network", 998), ("input", 101), ("sgx", 102), ("crontab", 103), ("kvm", 104),
    ("render", 105), ("messagebus", 106), ("_ssh", 107), ("postfix", 108), ("postdrop", 109),
)  # fmt: skip
"""Every group that a Debian server's packages make; no file of theirs belongs to one that is not here."""
_FOLDERS = (
    ("/", 0o755), ("/boot", 0o755), ("/etc", 0o755), ("/etc/cron.d", 0o755), ("/etc/cron.daily", 0o755),
    ("/etc/ssh", 0o755), ("/etc/sudoers.d", 0o750), ("/etc/systemd", 0o755), ("/etc/systemd/system", 0o755),
    ("/home", 0o755), ("/mnt", 0o755), ("/opt", 0o755), ("/root", 0o700), ("/srv", 0o755), ("/tmp", 0o1777),
    ("/usr", 0o755), ("/usr/local", 0o755), ("/usr/local/bin", 0o755), ("/usr/local/sbin", 0o755), ("/var", 0o755),
    ("/var/backups", 0o755), ("/var/log", 0o755), ("/var/mail", 0o2775), ("/var/spool", 0o755),
    ("/var/spool/cron", 0o755), ("/var/spool/cron/crontabs", 0o1730), ("/var/tmp", 0o1777), ("/var/www", 0o755),
)  # fmt: skip
_FOLDER_GROUPS = {"/var/mail": "mail", "/var/spool/cron/crontabs": "crontab"}
_PROFILE = (
    b"# ~/.profile: executed by the command interpreter for login shells.\n\n"
    b"if [ -f ~/.bashrc ]; then\n    . ~/.bashrc\nfi\n"
)
_BASHRC = (
    b"# ~/.bashrc: executed by bash(1) for non-login shells.\n\nHISTSIZE=1000\nHISTFILESIZE=2000\nalias ll='ls -l'\n"
)
_SUDOERS = (
    b"Defaults\tenv_reset\nDefaults\tmail_badpass\n"
    b'Defaults\tsecure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\n\n'
    b"root\tALL=(ALL:ALL) ALL\n%sudo\tALL=(ALL:ALL) NOPASSWD: ALL\n\n@includedir /etc/sudoers.d\n"
)
_OS_RELEASE = (
    b'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n'
    b'VERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\nHOME_URL="https://www.debian.org/"\n'
    b'SUPPORT_URL="https://www.debian.org/support"\nBUG_REPORT_URL="https://bugs.debian.org/"\n'
)
_SHELLS = (
    b"# /etc/shells: valid login shells\n/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n"
    b"/bin/rbash\n/bin/dash\n/usr/bin/dash\n"
)
_SSHD = (
    b"Include /etc/ssh/sshd_config.d/*.conf\n\nPermitRootLogin no\nPubkeyAuthentication yes\n"
    b"PasswordAuthentication yes\nKbdInteractiveAuthentication no\nUsePAM yes\nX11Forwarding no\nPrintMotd no\n"
    b"Subsystem\tsftp\t/usr/lib/openssh/sftp-server\n"
)
_CRONTAB = (
    b"# /etc/crontab: system-wide crontab\nSHELL=/bin/sh\n"
    b"PATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin\n\n"
    b"17 *\t* * *\troot\tcd / && run-parts --report /etc/cron.hourly\n"
    b"25 6\t* * *\troot\ttest -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }\n"
)
_RSYSLOG = (
    b'module(load="imuxsock")\n\nauth,authpriv.*\t\t\t/var/log/auth.log\n'
    b"*.*;auth,authpriv.none\t\t-/var/log/syslog\nmail.*\t\t\t\t-/var/log/mail.log\n"
)


_DESCRIPTIONS = {
    "sshd": "OpenBSD Secure Shell server",
    "cron": "Regular background program processing daemon",
    "rsyslog": "System Logging Service",
    "auditd": "Security Auditing Service",
    "postfix": "Postfix Mail Transport Agent",
    "smbd": "Samba SMB Daemon",
    "nginx": "A high performance web server and a reverse proxy server",
    "postgresql": "PostgreSQL RDBMS",
    "node-exporter": "Prometheus exporter for machine metrics",
}
"""What systemd calls the usual services."""


def home_of(person: Person) -> str:
    """A person's home folder."""
    return f"/home/{person.username}"


def account_files(people: Iterable[Person]) -> dict[str, FileEntry]:
    """passwd, shadow, group and gshadow of the staff, homes and keys; hashes are made up, and always the same."""
    staff = sorted(people, key=lambda p: (p.uid, p.username))
    passwd = [f"{name}:x:{uid}:{gid}:{gecos}:{home}:{shell}" for name, uid, gid, gecos, home, shell in SYSTEM]
    shadow = [f"{name}:*:20130:0:99999:7:::" for name, *_ in SYSTEM]
    members: dict[str, list[str]] = {}
    out: dict[str, FileEntry] = {}
    for p in staff:
        gecos = f"{p.name},{p.location},{p.phone},".replace(":", " ").replace("\n", " ")
        passwd.append(f"{p.username}:x:{p.uid}:{p.uid}:{gecos}:{home_of(p)}:{p.shell}")
        password = "*" if p.service and p.ssh_keys else hash_of(p.username)
        shadow.append(f"{p.username}:{password}:20130:0:99999:7:::")
        for group in p.groups:
            members.setdefault(group, []).append(p.username)
        out.update(_home(p))
    groups = _groups(staff, members)
    out[PASSWD] = _file("\n".join(passwd) + "\n")
    out[SHADOW] = _file("\n".join(shadow) + "\n", group="shadow", mode=0o640)
    out[GROUP] = _file("".join(f"{name}:x:{gid}:{','.join(names)}\n" for name, gid, names in groups))
    out[GSHADOW] = _file("".join(f"{n}:*::{','.join(names)}\n" for n, _, names in groups), group="shadow", mode=0o640)
    return out


def base_files(facts: CompanyFacts, people: Iterable[Person]) -> dict[str, FileEntry]:
    """Every file and folder of the server but the company's own documents."""
    staff = list(people)
    out = {
        path: FileEntry(group=_FOLDER_GROUPS.get(path, "root"), mode=mode, mtime=INSTALLED, kind="dir")
        for path, mode in _FOLDERS
    }
    out.update(account_files(staff))
    host = server(facts)
    name = host.name if host else "srv01"
    for path, content in (
        ("/etc/os-release", _OS_RELEASE),
        ("/etc/debian_version", b"12.9\n"),
        ("/etc/issue", b"Debian GNU/Linux 12 \\n \\l\n\n"),
        ("/etc/hostname", f"{name}\n".encode()),
        ("/etc/mailname", f"{facts.domain}\n".encode()),
        ("/etc/hosts", _hosts(facts, name)),
        ("/etc/resolv.conf", f"search {facts.domain}\nnameserver {_resolver(host)}\n".encode()),
        ("/etc/timezone", f"{facts.timezone}\n".encode()),
        ("/etc/shells", _SHELLS),
        ("/etc/crontab", _CRONTAB),
        ("/etc/ssh/sshd_config", _SSHD),
        ("/etc/rsyslog.conf", _RSYSLOG),
        ("/etc/motd", b""),
        ("/etc/fstab", b"/dev/sda1 / ext4 errors=remount-ro 0 1\n/dev/sda5 none swap sw 0 0\n"),
    ):
        out[path] = FileEntry(content, mtime=INSTALLED)
    out["/etc/sudoers"] = _file(_SUDOERS.decode(), mode=0o440)
    for log, text in (
        ("auth.log", "sshd[611]: Server listening on 0.0.0.0 port 22."),
        ("syslog", "systemd[1]: Startup finished in 2.114s (kernel) + 4.870s (userspace)."),
        ("mail.log", "postfix/master[702]: daemon started -- version 3.7.11"),
    ):
        out[f"/var/log/{log}"] = _log(f"{_STAMP} {name} {text}\n")
    out.update(_units(host))
    if facts.workspace != "/" and facts.workspace not in out:
        _parents(out, facts.workspace)
        out[facts.workspace] = FileEntry(group="users", mode=0o2775, mtime=INSTALLED, kind="dir")
    return out


_STAMP = "2025-02-11T09:14:03.118204+00:00"


def server(facts: CompanyFacts) -> Host | None:
    """The host that the agent's shell runs on: the first one listed."""
    return facts.hosts[0] if facts.hosts else None


def _home(p: Person) -> dict[str, FileEntry]:
    home, me = home_of(p), p.username
    out = {home: FileEntry(owner=me, group=me, mode=0o750, mtime=INSTALLED, kind="dir")}
    if _signs_in(p):
        out[f"{home}/.profile"] = FileEntry(_PROFILE, me, me, 0o644, INSTALLED)
        out[f"{home}/.bashrc"] = FileEntry(_BASHRC, me, me, 0o644, INSTALLED)
    if p.ssh_keys:
        out[f"{home}/.ssh"] = FileEntry(owner=me, group=me, mode=0o700, mtime=INSTALLED, kind="dir")
        content = "".join(f"{k}\n" for k in p.ssh_keys).encode()
        out[f"{home}/.ssh/authorized_keys"] = FileEntry(content, me, me, 0o600, INSTALLED)
    return out


def _signs_in(p: Person) -> bool:
    """Whether a person has a use for a shell here. For the others the home is a folder of their own share."""
    return p.service or bool(p.ssh_keys) or p.role in ("admin", "helpdesk") or "sudo" in p.groups


def _groups(staff: Sequence[Person], members: dict[str, list[str]]) -> list[tuple[str, int, list[str]]]:
    """Name, number and members: the system's, then those of the staff, then each person's own."""
    out = [(name, gid, members.pop(name, [])) for name, gid in _GROUPS]
    users = next(names for name, _, names in out if name == "users")
    users += [p.username for p in staff if p.username not in users]
    own = {p.username for p in staff}
    out += [(name, 2000 + n, members[name]) for n, name in enumerate(sorted(set(members) - own))]
    out += [(p.username, p.uid, members.get(p.username, [])) for p in staff]
    return out


def _hosts(facts: CompanyFacts, name: str) -> bytes:
    lines = ["127.0.0.1\tlocalhost", f"127.0.1.1\t{name}.{facts.domain} {name}", "::1\tlocalhost ip6-localhost"]
    lines += [f"{h.ip}\t{h.name}.{facts.domain} {h.name}" for h in facts.hosts]
    return ("\n".join(lines) + "\n").encode()


def _resolver(host: Host | None) -> str:
    return (host.ip.rpartition(".")[0] if host else "10.0.0") + ".2"


def _units(host: Host | None) -> dict[str, FileEntry]:
    out = {}
    for service in host.services if host else ():
        text = (
            f"[Unit]\nDescription={_DESCRIPTIONS.get(service) or service.replace('-', ' ').capitalize()}\n"
            f"After=network.target\n\n[Service]\nExecStart=/usr/sbin/{service}\n"
            "Restart=on-failure\n\n[Install]\nWantedBy=multi-user.target\n"
        )
        out[f"/etc/systemd/system/{service}.service"] = _file(text)
    return out


def _parents(out: dict[str, FileEntry], path: str) -> None:
    end = path.find("/", 1)
    while end > 0:
        out.setdefault(path[:end], FileEntry(mode=0o755, mtime=INSTALLED, kind="dir"))
        end = path.find("/", end + 1)


def _file(text: str, group: str = "root", mode: int = 0o644) -> FileEntry:
    return FileEntry(text.encode(), "root", group, mode, INSTALLED)


def _log(text: str) -> FileEntry:
    return FileEntry(text.encode(), "root", "adm", 0o640, INSTALLED)
