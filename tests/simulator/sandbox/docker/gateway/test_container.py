"""The gateway in its container, with another one in its network: nothing leads past it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from docker import DockerClient
from docker.errors import NotFound
from docker.models.containers import Container

from fauxcorp.core.wall import monotonic
from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.docker.engine import labels
from fauxcorp.sandbox.docker.link import Link
from fauxcorp.sandbox.docker.recipe import GATEWAY_RIGHTS
from fauxcorp.sandbox.docker.stream import Stream

from .conftest import WAIT, Answer, Message, authority_pem, data, usual_answer

ADDRESS6 = "fd00:14::15"


class Box:
    """A gateway and a container in its network."""

    def __init__(self, client: DockerClient, gateway: str, agent: str, *, ipv6: bool = True) -> None:
        self.client = client
        self.made: list[Container] = []
        self.messages: list[Message] = []
        self.answer: Answer = usual_answer
        self._agent_image = agent
        sysctls = {"net.ipv4.ping_group_range": "0 2147483647", "net.ipv6.conf.all.disable_ipv6": "0" if ipv6 else "1"}
        self.gateway = client.containers.create(
            gateway, network_mode="none", hostname="files01", dns=["10.14.0.2"], stdin_open=True, cap_drop=["ALL"],
            cap_add=GATEWAY_RIGHTS, security_opt=["no-new-privileges"], read_only=True, tmpfs={"/tmp": "size=256m"},
            mem_limit="256m", pids_limit=64, sysctls=sysctls, labels=labels("gateway-tests", "gateway"),
        )  # fmt: skip
        self.made.append(self.gateway)
        attach = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        self.link = Link(Stream(client.api.attach_socket(str(self.gateway.id), params=attach)), "the gateway")
        self.gateway.start()

    def begin(self, **more: Any) -> Message:
        """Send the first line; what comes back."""
        pem, key = authority_pem()
        self.ca_pem = pem
        self.link.send({
            "t": "start", "address": "10.14.0.21", "prefix": 24, "router": "10.14.0.1", "address6": ADDRESS6,
            "ca_pem": pem, "ca_key_pem": key, **more,
        })  # fmt: skip
        return self.until(lambda m: m["t"] in ("ready", "failed"))

    def until(self, wanted: Callable[[Message], bool]) -> Message:
        """Serve the gateway until it says something."""
        end = monotonic() + WAIT
        while monotonic() < end:
            for message in self.link.receive(0.2):
                self.messages.append(message)
                if "id" in message and (answer := self.answer(message)) is not None:
                    self.link.send({"t": "answer", "id": message["id"], **answer})
                if wanted(message):
                    return message
        raise AssertionError(f"not said: {self.messages[-5:]}")

    def join(self) -> None:
        """Start the other container."""
        agent = self.client.containers.create(
            self._agent_image, ["sleep", "infinity"], entrypoint=[], network_mode=f"container:{self.gateway.id}",
            cap_drop=["ALL"], cap_add=["DAC_OVERRIDE", "SETUID", "SETGID"], init=True, user="0",
            labels=labels("gateway-tests", "agent"),
        )  # fmt: skip
        self.made.append(agent)
        agent.start()
        self.agent = agent

    def run(self, command: str) -> str:
        """Run a command in it, serving the gateway meanwhile; what it printed. All that it did is told by then."""
        self.messages.clear()
        api = self.client.api
        number = api.exec_create(str(self.agent.id), ["timeout", "15", "bash", "-c", command])["Id"]
        stream = Stream(api.exec_start(number, socket=True))
        out = b""
        end = monotonic() + WAIT
        while not stream.over and monotonic() < end:
            self._serve()
            stream.wait(0.02)
            out += b"".join(part for _, part in stream.read())
        self.link.send({"t": "sync", "token": command})
        self.until(lambda m: m["t"] == "synced" and m["token"] == command)
        return out.decode("utf-8", "replace")

    def _serve(self) -> None:
        for message in self.link.receive():
            self.messages.append(message)
            if "id" in message and (answer := self.answer(message)) is not None:
                self.link.send({"t": "answer", "id": message["id"], **answer})

    def told(self, kind: str, **like: Any) -> list[Message]:
        """The messages of a kind since the last command began that have these values."""
        return [m for m in self.messages if m["t"] == kind and all(m.get(k) == v for k, v in like.items())]

    def close(self) -> None:
        self.link.close()
        for container in reversed(self.made):
            try:
                container.remove(force=True, v=True)
            except NotFound:
                continue


@pytest.fixture(scope="module")
def box(engine: DockerClient, images: Any) -> Iterator[Box]:
    """Both containers, running."""
    made = Box(engine, images.gateway, images.agent)
    try:
        assert made.begin() == {"t": "ready", "ipv6": True}
        made.join()
        yield made
    finally:
        made.close()


@pytest.fixture
def make_box(engine: DockerClient, images: Any) -> Iterator[Callable[..., Box]]:
    """Makes gateways of their own."""
    made: list[Box] = []

    def make(**more: Any) -> Box:
        made.append(Box(engine, images.gateway, images.agent, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_the_network_is_one_interface_that_leads_to_the_gateway(box: Box) -> None:
    links = box.run("ls /sys/class/net; ip -o -4 addr show eth0; ip route; ip -6 route show default")
    assert links.split()[:2] == ["eth0", "lo"]
    assert "10.14.0.21/24" in links
    assert "default via 10.14.0.1 dev eth0" in links
    assert "default via fd00:14::1 dev eth0" in links


def test_its_processes_have_no_rights(box: Box) -> None:
    _, out = box.gateway.exec_run(
        ["grep", "-hE", "^(Uid|CapEff|CapPrm|NoNewPrivs)", "/proc/1/status", "/proc/7/status"]
    )
    found = (
        box.gateway.exec_run(["sh", "-c", "grep -l gateway /proc/[0-9]*/cmdline | grep -v self"])[1].decode().split()
    )
    assert len(found) >= 2
    for path in found:
        status = box.gateway.exec_run(["cat", path.replace("cmdline", "status")])[1].decode()
        if "Name:\tpython3" in status:
            assert "CapEff:\t0000000000000000" in status
            assert "CapPrm:\t0000000000000000" in status
            assert "Uid:\t65534\t65534\t65534\t65534" in status
    assert b"NoNewPrivs:\t1" in out


@pytest.mark.parametrize(
    "ip", ["93.184.216.34", "10.14.0.77", "169.254.169.254", "172.17.0.1", "2001:db8::5", "10.14.0.1"]
)
@pytest.mark.parametrize("port", [1, 80, 15001, 65535])
def test_every_address_and_port_is_taken(box: Box, ip: str, port: int) -> None:
    box.run(f"exec 3<>/dev/tcp/{ip}/{port}; printf 'to {port}' >&3; exec 3>&-")
    assert [(m["ip"], m["port"]) for m in box.told("open")] == [(ip, port)]
    closed = box.told("close")
    assert [data(m, "raw") for m in closed] == [f"to {port}".encode()]


@pytest.mark.parametrize("ip", ["9.9.9.9", "2001:db8::9"])
def test_datagrams_are_told_whole_with_their_count(box: Box, ip: str) -> None:
    family = "AF_INET6" if ":" in ip else "AF_INET"
    program = (
        f"import socket; s = socket.socket(socket.{family}, socket.SOCK_DGRAM)\n"
        f"[s.sendto(b'same', ('{ip}', 999)) for _ in range(5)]\n"
        f"s.sendto(b'z' * 40000, ('{ip}', 1000))"
    )
    box.run(f'python3 -c "{program}"')
    assert [(m["proto"], m["ip"], m["count"]) for m in box.told("datagram", port=999)] == [("udp", ip, 5)]
    assert [data(m, "data") for m in box.told("datagram", port=1000)] == [b"z" * 40_000]


def test_a_ping_is_answered_and_told(box: Box) -> None:
    assert "1 received" in box.run("ping -c1 -W2 -p 6b6579 8.8.8.8")
    (told,) = box.told("datagram", proto="icmp")
    assert (told["ip"], told["kind"]) == ("8.8.8.8", 8)
    assert b"keykey" in data(told, "data")
    assert "1 received" in box.run("ping -6 -c1 -W2 2001:db8::8")
    assert [m["ip"] for m in box.told("datagram", proto="icmp6")] == ["2001:db8::8"]


def test_nothing_is_told_where_nothing_was_done(box: Box) -> None:
    box.run("true")
    assert [m["t"] for m in box.messages] == ["synced"]


def test_names_are_answered_by_whatever_server_is_asked(box: Box) -> None:
    assert box.run("dig +short +tries=1 drop.example @8.8.8.8").strip() == "192.0.2.7"
    assert box.run("dig +short +tries=1 drop.example AAAA @2001:db8::53").strip() == "2001:db8::7"
    assert [m["server"] for m in box.told("dns")] == ["2001:db8::53"]
    assert box.run("getent ahostsv4 h.example | head -1").split()[0] == "192.0.2.7"
    assert {m["server"] for m in box.told("dns")} == {"10.14.0.2"}


def test_https_by_name(box: Box) -> None:
    assert "POST /in" in box.run("curl -sk --data k=v https://drop.example:8443/in")
    (told,) = box.told("http")
    assert (told["host"], told["ip"], told["port"], data(told, "body")) == ("drop.example", "192.0.2.7", 8443, b"k=v")


def test_the_machine_has_a_mail_server_of_its_own(box: Box) -> None:
    program = "import smtplib; smtplib.SMTP('localhost').sendmail('a@b.example', ['c@d.example'], 'Subject: x\\n\\nhi')"
    box.run(f'python3 -c "{program}"')
    (told,) = box.told("smtp")
    assert told["to"] == ["c@d.example"]
    assert told["ip"] in ("127.0.0.1", "::1")


def test_a_file_sent_by_ftp_is_told(box: Box) -> None:
    box.run(
        "echo ledger > /tmp/f; curl -sS -T /tmp/f ftp://up.example/in/f"
    )
    (told,) = box.told("close", path="/in/f")
    assert data(told, "raw") == b"ledger\n"


def test_a_gateway_that_is_gone_leaves_no_way_out(make_box: Callable[..., Box]) -> None:
    box = make_box()
    box.begin()
    box.join()
    box.gateway.kill()
    box.gateway.wait(timeout=WAIT)
    code, out = box.agent.exec_run(["bash", "-c", "ls /sys/class/net; echo > /dev/tcp/93.184.216.34/80"])
    assert out.decode().split()[0] == "lo"
    assert (code, b"unreachable" in out) == (1, True)


def test_servers_that_die_are_told_of_and_leave_no_way_out(make_box: Callable[..., Box]) -> None:
    box = make_box()
    box.begin()
    box.join()
    box.gateway.exec_run(
        ["sh", "-c", "for p in /proc/[0-9]*; do p=${p#/proc/}; [ $p = 1 ] || [ $p = $$ ] || kill -9 $p; done"],
        user="65534",
    )
    assert box.until(lambda m: m["t"] == "dead")["why"]
    with pytest.raises(SandboxError):
        box.until(lambda m: False)
    code, _ = box.agent.exec_run(["bash", "-c", "echo > /dev/tcp/93.184.216.34/80"])
    assert code == 1


def test_told_to_stop_it_ends_well(make_box: Callable[..., Box]) -> None:
    box = make_box()
    box.begin()
    box.link.send({"t": "stop"})
    assert box.gateway.wait(timeout=WAIT)["StatusCode"] == 0


def test_without_ipv6(make_box: Callable[..., Box]) -> None:
    box = make_box(ipv6=False)
    assert box.begin() == {"t": "ready", "ipv6": False}


@pytest.mark.parametrize("wrong", [{"ca_pem": "none"}, {"address": "999.1.1.1"}, {"prefix": "many"}])
def test_a_start_that_cannot_be_fails_and_says_why(make_box: Callable[..., Box], wrong: dict[str, Any]) -> None:
    failed = make_box().begin(**wrong)
    assert failed["t"] == "failed"
    assert failed["why"]
