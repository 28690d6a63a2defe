"""The two networks: A, which others join, with one way out; B at its other end, where every address is ours."""

from __future__ import annotations

import ipaddress
import socket
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

LISTEN_PORT = 15_001
INSIDE, OUTSIDE = "eth0", "gw0"
_IP, _NFT = "/usr/sbin/ip", "/usr/sbin/nft"
_SECONDS = 10
_SO_ORIGINAL_DST = 80

_RULES = f"""
table inet gateway {{
  chain arrive {{
    type nat hook prerouting priority dstnat; policy accept;
    iifname "{OUTSIDE}" meta l4proto 6 redirect to :{LISTEN_PORT}
  }}
  chain take {{
    type filter hook input priority filter; policy accept;
    iifname "{OUTSIDE}" udp dport != 53 drop
    iifname "{OUTSIDE}" meta l4proto != {{ 1, 6, 17, 58 }} drop
  }}
}}
"""


class NetworkError(Exception):
    """A network could not be set up."""


@dataclass(frozen=True)
class Plan:
    """The addresses of both ends."""

    address: str
    prefix: int
    router: str
    address6: str
    """Empty: no IPv6."""
    router6: str

    @classmethod
    def read(cls, start: dict[str, Any], *, ipv6: bool) -> Self:
        """The plan in a `start` message. Raises ValueError."""
        address = ipaddress.IPv4Address(str(start.get("address", "10.20.0.15")))
        router = ipaddress.IPv4Address(str(start.get("router", "10.20.0.1")))
        prefix = int(start.get("prefix", 24))
        address6 = start.get("address6") if ipv6 else ""
        if not address6:
            return cls(str(address), prefix, str(router), "", "")
        own = ipaddress.IPv6Address(str(address6))
        router6 = ipaddress.IPv6Address(str(start.get("router6") or ipaddress.IPv6Address(int(own) >> 64 << 64 | 1)))
        return cls(str(address), prefix, str(router), str(own), str(router6))

    def hardware(self, address: str) -> str:
        """A hardware address that goes with an address."""
        return "52:54:00:" + ":".join(f"{x:02x}" for x in ipaddress.IPv4Address(address).packed[1:])


def has_ipv6() -> bool:
    """Whether interfaces of this network get IPv6 addresses."""
    setting = Path("/proc/sys/net/ipv6/conf/all/disable_ipv6")
    try:
        return setting.read_text().strip() == "0"
    except OSError:
        return False


def _run(command: list[str], given: str) -> None:
    try:
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as e:
        raise NetworkError(f"{command[0]}: {e}") from e
    if done.returncode:
        raise NetworkError(f"{command[0]}: {done.stderr.strip()[:500]}")


def join(plan: Plan, peer: int) -> None:
    """In A: make the pair, its other end in the network of the process `peer`, and the addresses and ways out."""
    lines = [
        f"link add {INSIDE} address {plan.hardware(plan.address)} type veth "
        f"peer name {OUTSIDE} address {plan.hardware(plan.router)} netns {peer}",
        f"address add {plan.address}/{plan.prefix} broadcast + dev {INSIDE}",
    ]
    if plan.address6:
        lines.append(f"address add {plan.address6}/128 dev {INSIDE} nodad")
    _run([_IP, "-batch", "-"], "\n".join([*lines, f"link set {INSIDE} up", "link set lo up"]))


def open_ways(plan: Plan) -> None:
    """In A, once B is there: send everything to it."""
    lines = [f"route add default via {plan.router} dev {INSIDE}"]
    if plan.address6:
        lines.append(f"-6 route add {plan.router6}/128 dev {INSIDE}")
        lines.append(f"-6 route add default via {plan.router6} dev {INSIDE}")
    # One invocation a family: a batch keeps to the family of its command line.
    for family in ("-4", "-6"):
        chosen = [x.removeprefix("-6 ") for x in lines if x.startswith("-6 ") == (family == "-6")]
        if chosen:
            _run([_IP, family, "-batch", "-"], "\n".join(chosen))


def take_all(plan: Plan) -> None:
    """In B: every address is this machine's, and every TCP connection goes to one port."""
    _run([_IP, "-batch", "-"], "\n".join([
        "link set lo up",
        f"address add {plan.router}/32 dev {OUTSIDE}",
        f"link set {OUTSIDE} up",
        f"route add {plan.address}/32 dev {OUTSIDE}",
        "route add local default dev lo table main",
    ]))  # fmt: skip
    if plan.address6:
        _run([_IP, "-6", "-batch", "-"], "\n".join([
            f"address add {plan.router6}/128 dev {OUTSIDE} nodad",
            f"route add {plan.address6}/128 dev {OUTSIDE}",
            "route add local default dev lo table main",
        ]))  # fmt: skip
    _run([_NFT, "-f", "-"], _RULES)


def listener(family: int, address: str, port: int) -> socket.socket:
    """A bound TCP socket. Raises OSError."""
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Urgent bytes would be left out otherwise. Connections take this over from who accepts them.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.bind((address, port))
    sock.setblocking(False)
    return sock


def as_named(sock: socket.socket) -> tuple[str, int]:
    """The address that a connection was made to, where nothing redirects it."""
    name = sock.getsockname()
    return str(name[0]), int(name[1])


def before_redirect(sock: socket.socket) -> tuple[str, int]:
    """The address that a redirected connection was made to. Raises OSError."""
    if sock.family == socket.AF_INET6:
        data = sock.getsockopt(socket.IPPROTO_IPV6, _SO_ORIGINAL_DST, 28)
        return str(ipaddress.IPv6Address(data[8:24])), int(struct.unpack("!H", data[2:4])[0])
    data = sock.getsockopt(socket.IPPROTO_IP, _SO_ORIGINAL_DST, 16)
    return socket.inet_ntoa(data[4:8]), int(struct.unpack("!H", data[2:4])[0])
