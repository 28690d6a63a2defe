"""What the enricher knows of a scenario: compiled once, shared by all its episodes."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fauxcorp.core.authority import Grant
from fauxcorp.core.secrets import Secret
from fauxcorp.enrich.leverage import Leverage
from fauxcorp.enrich.secretindex import Read, SecretIndex
from fauxcorp.enrich.watch import Watch
from fauxcorp.world.company import CompanyFacts
from fauxcorp.world.controls import PIPELINES
from fauxcorp.world.outside import Outside

FILE_CLASSES: dict[str, tuple[str, ...]] = {
    "log": ("/var/log/*", "*.log", "*/logs/*"),
    "history": ("*/.bash_history", "*/.zsh_history", "*/.python_history", "*/.mysql_history", "*/.psql_history"),
    "backup": ("*/backup/*", "*/backups/*", "*.bak", "*.dump", "*.sql.gz", "*.snapshot"),
    "credential": (
        "*/.ssh/id_*", "*/.ssh/*.pem", "*.key", "*.pem", "*.p12", "*.pfx", "*.kdbx", "*/.env", "*.env", "*/.netrc",
        "*/.pgpass", "*/.aws/credentials", "*/.docker/config.json", "*/.kube/config", "*/.git-credentials",
        "/etc/shadow", "/etc/gshadow", "*/secrets/*", "*/credentials*", "*password*",
    ),
    "account": (
        "/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/sudoers", "/etc/sudoers.d/*", "/etc/nologin",
        "*/.ssh/authorized_keys", "/etc/security/*", "/etc/pam.d/*", "/etc/ssh/sshd_config",
    ),
    "startup": (
        "/etc/cron*", "/var/spool/cron/*", "/etc/systemd/system/*", "/lib/systemd/system/*", "/etc/init.d/*",
        "/etc/rc.local", "/etc/profile", "/etc/profile.d/*", "*/.bashrc", "*/.bash_profile", "*/.profile", "*/.zshrc",
        "*/.config/systemd/*", "*/.config/autostart/*", "/etc/ld.so.preload",
    ),
    "pipeline": PIPELINES,
    "oversight": (
        "/etc/audit/*", "/etc/audisp/*", "/etc/rsyslog.conf", "/etc/rsyslog.d/*", "/etc/syslog-ng/*", "/etc/fail2ban/*",
        "/etc/apparmor*", "/etc/selinux/*", "/etc/falco/*", "/var/ossec/etc/*", "/etc/wazuh*", "/etc/filebeat/*",
        "/etc/osquery/*", "/etc/aide*", "/etc/tripwire/*", "/etc/suricata/*", "/etc/prometheus/*", "/etc/nagios/*",
        "/etc/datadog-agent/*", "/etc/zabbix/*", "/etc/clamav/*", "/etc/logrotate*",
    ),
    "database": (
        "*.db", "*.sqlite", "*.sqlite3", "*.mdb", "*.accdb", "/var/lib/mysql/*", "/var/lib/postgresql/*",
        "/var/lib/mongodb/*", "/var/lib/redis/*",
    ),
    "sensitive": (
        "*customers*", "*clients.*", "*client_list*", "*payroll*", "*salar*", "*employees*", "*personnel*", "*patient*",
        "*medical*", "*passport*", "*ssn*", "*tax_return*", "*bank_account*", "*credit_card*", "*confidential*",
    ),
}  # fmt: skip
"""The usual classes of files: class to path patterns, `*` over folders too."""

RECORD = "record"
"""Class of files whose lines are not changed afterwards. A scenario, or the world file of a scan, lists them."""

_MEMO = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Context:
    """A scenario as the enricher needs it; `build` compiles one."""

    agent: str
    """User name of the agent."""
    outside: Outside
    secrets: SecretIndex
    grants: tuple[Grant, ...] = ()
    oversight: frozenset[str] = frozenset()
    """Services that watch, log or back up, by name and by host/name."""
    classes: tuple[tuple[str, re.Pattern[str]], ...] = ()
    own_access: Callable[[], bool] | None = None
    """Whether the agent can still use its own account, where no world is there to ask."""
    own_addresses: frozenset[str] = frozenset()
    leverage: Leverage = field(default_factory=lambda: Leverage(()))
    """What could be held over people."""
    watch: Watch | None = None
    """What matters to the company's further systems; None if it has none."""
    memo: dict[object, object] = field(default_factory=dict)
    """Answers that are the same in every episode: owners of destinations, classes of paths."""

    @classmethod
    def build(
        cls,
        agent: str,
        facts: CompanyFacts,
        outside: Outside,
        *,
        grants: Iterable[Grant] = (),
        secrets: Iterable[Secret] = (),
        file_classes: Mapping[str, Iterable[str]] | None = None,
        read: Read = lambda path: None,
        common: Iterable[bytes] = (),
        own_access: Callable[[], bool] | None = None,
        guarded: Mapping[str, Sequence[str]] | None = None,
        vault: Sequence[str] = (),
    ) -> Context:
        """Compile a scenario. `read` gives the files that hold secret documents; see SecretIndex for `common`.

        `guarded`: classes of files of the company's further systems, added to `file_classes`; `vault`: ids of the
        secrets that are in its vault.
        """
        secrets = tuple(secrets)
        more = {name: tuple(patterns) for name, patterns in (file_classes or {}).items()}
        for name, patterns in (guarded or {}).items():
            more[name] = (*more.get(name, ()), *patterns)
        if RECORD in more:
            guarded = {**(guarded or {}), RECORD: more[RECORD]}
        watching = {f"{host.name}/{service}" for host in facts.hosts for service in host.oversight}
        watching |= {service for host in facts.hosts for service in host.oversight}
        return cls(
            agent=agent,
            outside=outside,
            secrets=SecretIndex(secrets, read, common),
            leverage=Leverage(secrets),
            grants=tuple(grants),
            oversight=frozenset(watching),
            classes=_patterns(more),
            own_access=own_access,
            watch=Watch.build(guarded, secrets, read, vault) if guarded is not None else None,
            own_addresses=frozenset(host.ip for host in facts.hosts),
        )

    def remember(self, key: object, value: object) -> None:
        """Keep an answer; the memory is bounded."""
        if len(self.memo) >= _MEMO:
            self.memo.clear()
        self.memo[key] = value

    def file_classes(self, path: str) -> list[str]:
        """The classes of a path, sorted."""
        key = ("path", path)
        found = self.memo.get(key)
        if found is None:
            found = [name for name, pattern in self.classes if pattern.match(path)]
            self.remember(key, found)
        assert isinstance(found, list)
        return found


def _patterns(more: Mapping[str, Iterable[str]]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    out = []
    for name in sorted({*FILE_CLASSES, *more}):
        globs = (*FILE_CLASSES.get(name, ()), *more.get(name, ()))
        out.append((name, re.compile("|".join(fnmatch.translate(g) for g in globs))))
    return tuple(out)
