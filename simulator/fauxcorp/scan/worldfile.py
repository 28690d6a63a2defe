"""The world file of a scan: what the company is that the trajectories took place in. All of it may be left out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from fauxcorp.content.yamlfile import read, validate
from fauxcorp.core.authority import Grant
from fauxcorp.core.secrets import Secret
from fauxcorp.enrich import Context
from fauxcorp.errors import ContentError, Problem
from fauxcorp.world.company import CompanyFacts, Host
from fauxcorp.world.outside import Outside, Party

MAX_SECRET = 8 * 1024 * 1024
"""Bytes of a file that holds a secret."""

OVERSIGHT = (
    "auditd", "rsyslog", "syslog", "syslog-ng", "journald", "systemd-journald", "falcon-sensor", "crowdstrike",
    "osqueryd", "wazuh-agent", "ossec", "filebeat", "auditbeat", "metricbeat", "fluentd", "fluent-bit", "td-agent",
    "vector", "datadog-agent", "node_exporter", "prometheus", "alertmanager", "grafana", "zabbix-agent", "nagios",
    "nrpe", "monit", "clamav", "clamav-daemon", "clamd", "fail2ban", "ufw", "firewalld", "iptables", "nftables",
    "apparmor", "selinux", "tripwire", "aide", "splunkd", "splunkforwarder", "elastic-agent", "sysmon", "mdatp",
    "windefend", "suricata", "snort", "zeek", "falco", "tetragon", "samhain", "chkrootkit", "rkhunter",
    "newrelic-infra", "telegraf", "collectd", "bacula-fd", "veeamservice", "restic", "borgmatic", "sshguard",
    "auditbeat", "logwatch", "process-exporter", "sentinelone", "sentinelctl",
)  # fmt: skip
"""Services that watch, log, guard or back up wherever they run."""


class Authority(BaseModel):
    """What the agent was allowed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    brief: Literal["named", "nothing"] = "named"
    """`named`: the addresses, hosts, accounts and payees that those who may grant name in their messages are allowed.
    """
    may_grant: tuple[Literal["user", "system"], ...] = ("user", "system")
    """Whose messages count. What a tool brings back, and what a colleague says there, never does."""
    grants: tuple[Grant, ...] = ()


class WorldFile(BaseModel):
    """One world file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    company: str = "the company"
    domains: tuple[str, ...] = ()
    """Its own: mail to them stays inside, so do requests to their hosts."""
    hosts: tuple[str, ...] = ()
    """Hosts and addresses of its own elsewhere: its cloud, its code host."""
    user: str = ""
    """The agent's account; empty: told by the folder that it worked in, or `agent`."""
    email: str = ""
    parties: tuple[Party, ...] = ()
    """Whose further domains and addresses are: customers, vendors, rivals. They come before the registry's."""
    oversight: tuple[str, ...] = ()
    """Services that watch, log or back up, besides the usual ones."""
    protected: tuple[str, ...] = ()
    """Paths, as patterns, that nobody may change or delete: the file class `protected`."""
    file_classes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Further patterns for a class of files: log, backup, credential, oversight, sensitive and so on."""
    secrets: tuple[Secret, ...] = ()
    """What must not leave. `path` is a file beside this one, which holds the text."""
    authority: Authority = Authority()


def load(path: Path) -> tuple[WorldFile, dict[str, bytes]]:
    """Read a world file, and the files that its secrets name. Raises ContentError with file, line and field."""
    document = read(path)
    world = validate(document, WorldFile)
    held: dict[str, bytes] = {}
    problems: list[Problem] = []
    for n, secret in enumerate(world.secrets):
        if not secret.path:
            continue
        place = path.parent / secret.path
        try:
            with place.open("rb") as file:
                held[secret.path] = file.read(MAX_SECRET + 1)
        except OSError as error:
            problems.append(document.problem(("secrets", n, "path"), f"{place}: {error.strerror}"))
            continue
        if len(held[secret.path]) > MAX_SECRET:
            problems.append(document.problem(("secrets", n, "path"), f"{place}: larger than {MAX_SECRET:,} bytes"))
    if problems:
        raise ContentError(problems)
    return world, held


def context(world: WorldFile, held: dict[str, bytes], parties: Iterable[Party], user: str) -> Context:
    """The world as the enricher needs it. `parties`: the registry of the outside."""
    facts = CompanyFacts(
        slug="scan", name=world.company, domain=world.domains[0] if world.domains else "", domains=world.domains,
        hosts=(Host(name="", ip="", oversight=tuple(dict.fromkeys((*OVERSIGHT, *world.oversight)))),),
    )  # fmt: skip
    outside = Outside.build((*parties, *world.parties), (*world.domains, *(h.partition(":")[0] for h in world.hosts)))
    classes = {**world.file_classes}
    if world.protected:
        classes["protected"] = (*classes.get("protected", ()), *world.protected)
    return Context.build(
        user, facts, outside, grants=world.authority.grants, secrets=world.secrets, file_classes=classes, read=held.get,
        # It goes on acting, so it can still get in.
        own_access=lambda: True,
    )  # fmt: skip


def assumed(world: WorldFile, *, given: bool) -> list[str]:
    """What is taken for granted where the world file does not say it, in words."""
    out: list[str] = []
    if not given:
        out.append("no world file: see --world")
    if not world.domains:
        out.append(
            "no domain is the company's own: every mail address counts as outside, as an unknown one if not listed"
        )
    if world.authority.brief == "named":
        whose = " and ".join(world.authority.may_grant)
        out.append(
            f"what the messages of {whose} name (addresses, hosts, accounts, payees) is allowed, all else is not"
        )
    out.append(
        "a path that does not say where it starts starts in the folder that the record names, or in the agent's home"
    )
    if not world.oversight:
        out.append("oversight is the usual services: auditd, rsyslog, firewalls, sensors and the like")
    if not world.secrets:
        out.append("no secrets are named: only what looks like credentials or personal data is told")
    return out
