"""What is tried from inside, as root too, leads nowhere, and nothing of it is on this machine's wires."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from docker import DockerClient
from docker.models.containers import Container

from fauxcorp.content.library import Library
from fauxcorp.core.clock import Clock
from fauxcorp.core.rng import RandomSource
from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.docker.engine import KIND, RUN
from fauxcorp.sandbox.docker.run import DockerSandboxes
from fauxcorp.world.world import World

from .conftest import Server
from .wiretap import Wiretap

MARK = "zqescapekvx"
SYSCALL = (
    "import ctypes; c = ctypes.CDLL(None, use_errno=True); r = c.syscall({}); "
    "print('OUT' if r >= 0 else ctypes.get_errno())"
)

NETWORK = {
    "route": "ip route add 10.99.0.0/16 dev eth0",
    "no default route": "ip route del default",
    "address": "ip addr add 192.0.2.1/24 dev eth0",
    "promiscuous": "ip link set eth0 promisc on",
    "interface down": "ip link set eth0 down",
    "another link": "ip link add v0 type veth peer name v1",
    "tunnel": "ip tunnel add t0 mode gre remote 1.2.3.4",
    "neighbour": "ip neigh replace 10.20.4.1 lladdr 02:00:00:00:00:09 dev eth0",
    "rule": "ip rule add from all table 77",
    "own network": "unshare -n true",
    "own users and network": "unshare -Urn true",
    "named network": "ip netns add x",
    "network of the first process": "nsenter -t 1 -n true",
    "forwarding": "sysctl -qw net.ipv4.ip_forward=1",
    "routing of the loopback": "echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet",
}
MACHINE = {
    "mount tmpfs": "mount -t tmpfs none /mnt",
    "mount proc": "mount -t proc proc /mnt",
    "mount sysfs": "mount -t sysfs none /mnt",
    "bind": "mount --bind /etc /mnt",
    "remount": "mount -o remount,rw /sys",
    "unmount": "umount /proc/kcore || umount /proc",
    "control groups": "mount -t cgroup -o memory none /mnt",
    "release agent": 'd=$(find /sys/fs/cgroup -name release_agent 2> /dev/null | head -1); [ -n "$d" ] && echo /x > $d',
    "limits": "f=$(find /sys/fs/cgroup -name memory.limit_in_bytes -o -name memory.max 2> /dev/null | head -1);"
    ' [ -n "$f" ] && echo 99999999999 > $f',
    "own mounts": "unshare -m true",
    "own processes": "unshare -pf true",
    "mounts of the first process": "nsenter -t 1 -m true",
    "processes of the first process": "nsenter -t 1 -p true",
    "core pattern": "echo '|/x' > /proc/sys/kernel/core_pattern",
    "magic keys": "echo b > /proc/sysrq-trigger",
    "program for events": "echo /x > /sys/kernel/uevent_helper",
    "name of the machine": "hostname other",
    "time of the machine": "date -s 2031-01-01 && [ $(date +%Y) = 2031 ]",
    "disk": "mknod /tmp/disk b $(tr : ' ' < $(ls /sys/block/*/dev | head -1))",
    "memory": "mknod /tmp/mem c 1 1",
    "messages of the kernel": "dmesg",
    "engine": "ls /var/run/docker.sock /run/docker.sock /run/containerd/containerd.sock | grep .",
    "kernel's memory": "head -c 1 /proc/kcore | grep -q . ",
    "files of the machine": "cat /proc/1/root/var/lib/docker/engine-id /proc/1/root/proc/1/environ | grep -q container",
    "change root": "mkdir -p /tmp/r && chroot /tmp/r /bin/true",
    "nicer": "nice -n -20 true 2>&1 | grep -vq . && [ $(nice -n -20 nice) = -20 ]",
}
SYSCALLS = {
    "init_module": "175, 0, 0, 0", "finit_module": "313, 0, 0, 0", "delete_module": "176, 0, 0", "bpf": "321, 0, 0, 0",
    "perf_event_open": "298, 0, 0, 0, 0, 0", "userfaultfd": "323, 0", "add_key": "248, b'user', b'k', b'v', 1, -3",
    "keyctl": "250, 0, -3", "io_uring_setup": "425, 1, 0", "open_by_handle_at": "304, 0, 0, 0",
    "kexec_load": "246, 0, 0, 0, 0", "reboot": "169, 0, 0, 0, 0", "swapon": "167, 0, 0",
    "pivot_root": "155, b'/', b'/'",
    "move_mount": "429, -100, b'/', -100, b'/mnt', 0", "open_tree": "428, -100, b'/', 1", "fsopen": "430, b'tmpfs', 0",
    "setns": "308, 0, 0", "acct": "163, b'/tmp/a'", "iopl": "172, 3", "ioperm": "173, 0, 1, 1",
    "quotactl": "179, 0, 0, 0, 0",
    "settimeofday": "164, 0, 0", "lookup_dcookie": "212, 0, 0, 0", "name_to_handle_at": "303, -100, b'/', 0, 0, 0",
    "clone3": "435, 0, 0", "unshare": "272, 0x10000000",
}  # fmt: skip
FAMILIES = {"AF_PACKET": 17, "AF_VSOCK": 40, "AF_ALG": 38, "AF_BLUETOOTH": 31, "AF_CAN": 29, "AF_TIPC": 30,
            "AF_XDP": 44, "AF_KEY": 15, "AF_RDS": 21, "AF_X25": 9, "AF_PPPOX": 24, "AF_QIPCRTR": 42,
            "AF_SMC": 43}  # fmt: skip


@pytest.fixture(scope="module")
def wire() -> Iterator[Wiretap]:
    """All that is on this machine's interfaces while these tests run."""
    tap = Wiretap(MARK.encode())
    yield tap
    tap.close()


@pytest.fixture(scope="module")
def alone(docker: DockerSandboxes, wire: Wiretap) -> Iterator[DockerSandboxes]:
    """Sandboxes of which none is made ahead."""
    made = DockerSandboxes(warm=0)
    made.open()
    yield made
    made.close()


@pytest.fixture(scope="module", params=["root", "records-assistant"])
def inside(request: pytest.FixtureRequest, alone: DockerSandboxes) -> Iterator[Server]:
    """A server, and whoever is at work on it."""
    server = office(alone, request.param)
    assert server.out("id -un").strip() == request.param
    yield server
    server.sandbox.close()


def office(sandboxes: DockerSandboxes, user: str) -> Server:
    """A server of the built-in scenario's firm."""
    play = Library().play("high-agency")
    world = World(play.company, Clock(play.scenario.start), RandomSource("escape"), cast=play.cast, agent=user)
    return Server(sandboxes, world, user)


@pytest.mark.parametrize("name", [*NETWORK, *MACHINE])
def test_it_is_refused(inside: Server, name: str) -> None:
    result = inside.run(f"({ {**NETWORK, **MACHINE}[name] }) > /tmp/said 2>&1 && echo OUT; head -c 300 /tmp/said")
    assert "OUT" not in result.stdout, result


def test_calls_of_the_kernel_are_refused(inside: Server) -> None:
    for name, call in SYSCALLS.items():
        result = inside.run(f'python3 -c "{SYSCALL.format(call)}"')
        assert result.stdout.strip().isdigit(), (name, result)


def test_kinds_of_sockets_are_refused(inside: Server) -> None:
    for name, family in FAMILIES.items():
        for kind in (1, 2, 3, 5):
            result = inside.run(f"python3 -c 'import socket; socket.socket({family}, {kind})'")
            assert result.exit_code == 1, (name, kind)
    for protocol in (1, 6, 17, 47, 255):
        assert inside.run(f"python3 -c 'import socket; socket.socket(2, 3, {protocol})'").exit_code == 1, protocol


def test_no_rights_beyond_those_of_a_server(inside: Server) -> None:
    line = inside.out("grep -E 'CapBnd' /proc/self/status").split()[1]
    never = {12: "NET_ADMIN", 13: "NET_RAW", 16: "SYS_MODULE", 17: "SYS_RAWIO", 19: "SYS_PTRACE", 21: "SYS_ADMIN",
             22: "SYS_BOOT", 25: "SYS_TIME", 27: "MKNOD", 2: "DAC_READ_SEARCH", 39: "BPF"}  # fmt: skip
    assert [name for bit, name in never.items() if int(line, 16) >> bit & 1] == []
    assert inside.out("grep Seccomp: /proc/self/status").split()[1] == "2"


def test_nobody_else_is_in_sight(inside: Server) -> None:
    seen = inside.out("cat /proc/[0-9]*/cmdline | tr '\\0' ' '; cat /proc/net/unix")
    assert not [w for w in ("gateway", "-m eye", "dockerd", "containerd", "python3 -m", "@/") if w in seen], seen


def test_this_machine_cannot_be_reached(inside: Server) -> None:
    heard: list[bytes] = []
    with (
        socket.create_server(("0.0.0.0", 0)) as listener,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
    ):
        port = listener.getsockname()[1]
        datagrams.bind(("0.0.0.0", port))
        for sock in (listener, datagrams):
            sock.settimeout(0.5)
        own = {"127.0.0.1", "172.17.0.1", "169.254.169.254", "0.0.0.0", *addresses()}
        for address in sorted(own):
            inside.run(f"echo {MARK} | timeout 2 nc -N -w 1 {address} {port}; echo {MARK} > /dev/udp/{address}/{port}")
        for taken in (listener.accept, lambda: datagrams.recv(100)):
            try:
                heard.append(repr(taken()).encode())
            except TimeoutError:
                continue
    assert heard == []


def addresses() -> set[str]:
    """Those of this machine."""
    return {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}


def test_a_dead_gateway_leaves_no_way_out(engine: DockerClient, docker: DockerSandboxes, wire: Wiretap) -> None:
    alone = DockerSandboxes(warm=0)
    alone.open()
    server = office(alone, "root")
    server.out("true")
    only(engine, alone, "gateway").kill()
    agent = only(engine, alone, "agent")
    for tried in (f"echo {MARK} | timeout 2 nc -N -w 1 203.0.113.7 80", f"ping -c 1 -W 1 203.0.113.7 # {MARK}"):
        _, said = agent.exec_run(["bash", "-c", f"{tried} && echo OUT"])
        assert b"OUT" not in said
    with pytest.raises(SandboxError, match="gateway"):
        server.run(f"curl -s -m 3 -d {MARK} http://203.0.113.7/ && echo OUT")
    server.sandbox.close()
    alone.close()


def only(engine: DockerClient, sandboxes: DockerSandboxes, kind: str) -> Container:
    """The one container of a kind that some sandboxes have."""
    (found,) = engine.containers.list(filters={"label": [f"{RUN}={sandboxes.run}", f"{KIND}={kind}"]})
    return found


def test_the_wire_was_listened_to(wire: Wiretap) -> None:
    word = b"zqheardkvx"
    control = Wiretap(word)
    done = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _ in range(50):
            sock.sendto(word, ("127.0.0.1", 9))
            if done.wait(0.05) or control.found:
                break
    control.close()
    assert control.found
    assert wire.frames > 0


def test_nothing_of_this_left(wire: Wiretap) -> None:
    assert wire.found == []
