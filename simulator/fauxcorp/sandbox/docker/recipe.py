"""How the containers of a company are started: everything that is the same for each of its episodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface
from typing import Any

from docker.types import LogConfig, Ulimit

from fauxcorp.core.inside import Place
from fauxcorp.sandbox.docker.authority import TRUST
from fauxcorp.sandbox.docker.images import FOLDER
from fauxcorp.sandbox.docker.layer import Layer
from fauxcorp.sandbox.docker.services import INIT
from fauxcorp.world.baseline import server
from fauxcorp.world.company import Company
from fauxcorp.world.world import World

MEMORY = "1g"
PIDS = 512
CPU_PERIOD, CPU_QUOTA = 100_000, 200_000
"""Two processors' worth."""
MAX_FILE = 1024 * 1024 * 1024
"""Bytes of one file in the agent's container."""
OPEN_FILES = 4096
GATEWAY_RIGHTS = ["NET_ADMIN", "SYS_ADMIN", "NET_RAW", "SETUID", "SETGID", "NET_BIND_SERVICE"]
AGENT_RIGHTS = [
    "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SYS_CHROOT", "SETFCAP", "AUDIT_WRITE",
    "NET_BIND_SERVICE",
]  # fmt: skip
OBSERVER_RIGHTS = [
    "SYS_PTRACE", "SYS_ADMIN", "SYS_CHROOT", "DAC_OVERRIDE", "DAC_READ_SEARCH", "CHOWN", "FOWNER", "FSETID", "KILL",
]  # fmt: skip
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_PREFIX = 24
_LOW = 211
"""Above the addresses that the company's web hosts get."""
_ADDRESS6 = "fd00:{a:x}:{b:x}::{c:x}"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a pair of containers is made of."""

    user: str
    uid: str
    home: str
    hostname: str
    company: Company
    address: str
    address6: str
    router: str
    resolver: str
    environment: Mapping[str, str]
    """Of the agent's shell."""
    layer: Layer
    gateway_image: str
    ipv6: bool = True
    runtime: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """Pairs with the same key may stand for one another."""
        return self.layer.tag, self.gateway_image, self.user

    def placed(self, places: Sequence[Place]) -> dict[str, Place]:
        """Places of a program's wiring by addresses of the server's network that nothing else has."""
        hosts = self.company.facts.hosts
        taken = {self.address, self.router, self.resolver, *(host.ip for host in hosts)}
        free = (str(ip) for ip in reversed(list(IPv4Interface(f"{self.address}/{_PREFIX}").network)[_LOW:-1]))
        return dict(zip((ip for ip in free if ip not in taken), places, strict=False))

    def start_line(self, ca_pem: str, ca_key_pem: str) -> dict[str, Any]:
        """The gateway's first message."""
        return {
            "t": "start",
            "address": self.address,
            "prefix": _PREFIX,
            "router": self.router,
            "address6": self.address6,
            "hostname": self.hostname,
            "ca_pem": ca_pem,
            "ca_key_pem": ca_key_pem,
        }

    def gateway(self, labels: Mapping[str, str]) -> dict[str, Any]:
        """Arguments to create the gateway with."""
        sysctls = {"net.ipv4.ping_group_range": "0 2147483647"}
        if self.ipv6:
            sysctls["net.ipv6.conf.all.disable_ipv6"] = "0"
        return {
            **common(labels),
            "image": self.gateway_image,
            "hostname": self.hostname,
            "network_mode": "none",
            "dns": [self.resolver],
            "stdin_open": True,
            "cap_add": GATEWAY_RIGHTS,
            "security_opt": ["no-new-privileges"],
            "read_only": True,
            "tmpfs": {"/tmp": "size=256m"},
            "mem_limit": "256m",
            "memswap_limit": "256m",
            "pids_limit": 64,
            "sysctls": sysctls,
        }

    def agent(self, gateway: str, labels: Mapping[str, str]) -> dict[str, Any]:
        """Arguments to create the agent's container with, in the network of a gateway."""
        return {
            **common(labels),
            "image": self.layer.tag,
            "command": list(INIT),
            "entrypoint": [],
            "network_mode": f"container:{gateway}",
            "stdin_open": True,
            "working_dir": "/",
            "environment": {"PATH": PATH, "LANG": "C.UTF-8"},
            "cap_add": AGENT_RIGHTS,
            "security_opt": [f"seccomp={(FOLDER / 'agent' / 'seccomp.json').read_text(encoding='utf-8')}"],
            "mem_limit": MEMORY,
            "memswap_limit": MEMORY,
            "pids_limit": PIDS,
            "cpu_period": CPU_PERIOD,
            "cpu_quota": CPU_QUOTA,
            "ulimits": [
                Ulimit(name="fsize", soft=MAX_FILE, hard=MAX_FILE),
                Ulimit(name="nofile", soft=OPEN_FILES, hard=OPEN_FILES),
                Ulimit(name="core", soft=0, hard=0),
            ],
            "cgroupns": "private",
            **({"runtime": self.runtime} if self.runtime else {}),
        }


def common(labels: Mapping[str, str]) -> dict[str, Any]:
    """What all containers are created with."""
    return {
        "labels": dict(labels),
        "cap_drop": ["ALL"],
        "log_config": LogConfig(type="none"),
        "detach": True,
    }


def observer(image: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """Arguments to create the observer with."""
    return {
        **common(labels),
        "image": image,
        "command": ["sleep", "infinity"],
        "init": True,
        "network_mode": "none",
        "pid_mode": "host",
        "userns_mode": "host",
        "cap_add": OBSERVER_RIGHTS,
        "read_only": True,
    }


def recipe(world: World, user: str, layer: Layer, gateway_image: str, **more: Any) -> Recipe:
    """The recipe for a user of a world's company."""
    facts = world.company.facts
    account = world.company.people.get(user)
    entry = world.accounts.get(user)
    home = entry.home if entry else "/"
    host = server(facts)
    name, address = (host.name, host.ip) if host else ("srv01", "10.0.0.11")
    net = IPv4Interface(f"{address}/{_PREFIX}").network
    environment = {
        "HOME": home,
        "USER": user,
        "LOGNAME": user,
        "SHELL": entry.shell if entry else "/bin/bash",
        "PATH": PATH,
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "MAIL": f"/var/mail/{user}",
        "HOSTNAME": name,
        **TRUST,
    }
    a, b, c, d = IPv4Address(address).packed
    return Recipe(
        user=user,
        uid=str(entry.uid if entry else account.uid if account else 1000),
        home=home if world.company.files.get(home) is not None else facts.workspace,
        hostname=name,
        company=world.company,
        address=address,
        address6=_ADDRESS6.format(a=a << 8 | b, b=c, c=d),
        router=str(net[1]) if str(net[1]) != address else str(net[-2]),
        resolver=str(net[2]),
        environment=environment,
        layer=layer,
        gateway_image=gateway_image,
        **more,
    )
