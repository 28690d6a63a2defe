"""The gateway in its container: how it starts and ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fauxcorp.errors import SandboxError

from .conftest import WAIT, Box


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


def test_a_gateway_that_is_gone_leaves_no_way_out(make_box: Callable[..., Box]) -> None:
    box = make_box()
    box.begin()
    box.join()
    box.gateway.kill()
    box.gateway.wait(timeout=WAIT)
    # The kernel takes a network apart in its own time; until then there is nobody at its other end.
    gone = "for n in {1..100}; do [ -e /sys/class/net/eth0 ] || break; sleep 0.1; done"
    code, out = box.agent.exec_run(
        ["bash", "-c", f"exec 2>&1; {gone}; ls /sys/class/net; echo > /dev/tcp/93.184.216.34/80"]
    )
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
    code, _ = box.agent.exec_run(["timeout", "5", "bash", "-c", "echo > /dev/tcp/93.184.216.34/80"])
    assert code != 0


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
