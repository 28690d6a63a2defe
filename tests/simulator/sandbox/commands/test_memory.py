"""The server's memory, as free and /proc/meminfo tell of it."""

from __future__ import annotations

import pytest

from fauxcorp.sandbox.commands.memory import KIB, MEMINFO

from ..conftest import Desk


def table(text: str) -> dict[str, list[str]]:
    return {row.split()[0]: row.split()[1:] for row in text.splitlines()[1:]}


def test_free_and_meminfo_agree(desk: Desk) -> None:
    told = {name.rstrip(":"): int(kib) for name, kib, _ in map(str.split, desk.out("cat /proc/meminfo").splitlines())}
    head, *_ = desk.out("free").splitlines()
    shown = dict(zip(head.split(), map(int, table(desk.out("free"))["Mem:"]), strict=True))
    assert shown == {
        "total": told["MemTotal"],
        "used": told["MemTotal"] - told["MemAvailable"],
        "free": told["MemFree"],
        "shared": told["Shmem"],
        "buff/cache": told["Buffers"] + told["Cached"] + told["SReclaimable"],
        "available": told["MemAvailable"],
    }
    assert table(desk.out("free"))["Swap:"] == [str(told["SwapTotal"]), "0", str(told["SwapFree"])]
    assert desk.out("grep MemTotal /proc/meminfo") == "MemTotal:        4014320 kB\n"
    assert told == KIB
    assert desk.out("cat /proc/meminfo") == MEMINFO


def test_free_as_debian_prints_it(desk: Desk) -> None:
    assert desk.out("free") == (
        "               total        used        free      shared  buff/cache   available\n"
        "Mem:         4014320     1425008      412016       12804     2438072     2589312\n"
        "Swap:         998396           0      998396\n"
    )
    assert desk.out("free -h") == (
        "               total        used        free      shared  buff/cache   available\n"
        "Mem:           3.8Gi       1.4Gi       402Mi        12Mi       2.3Gi       2.5Gi\n"
        "Swap:          974Mi          0B       974Mi\n"
    )


@pytest.mark.parametrize(
    ("options", "memory"),
    [
        ("-m", ["3920", "1391", "402", "12", "2380", "2528"]),
        ("--mebi", ["3920", "1391", "402", "12", "2380", "2528"]),
        ("-g", ["3", "1", "0", "0", "2", "2"]),
        ("-k", ["4014320", "1425008", "412016", "12804", "2438072", "2589312"]),
        ("-b", ["4110663680", "1459208192", "421904384", "13111296", "2496585728", "2651455488"]),
        ("--si", ["4110663", "1459208", "421904", "13111", "2496585", "2651455"]),
        ("-w", ["4014320", "1425008", "412016", "12804", "96412", "2341660", "2589312"]),
        ("-h --si", ["4.1G", "1.5G", "421M", "13M", "2.5G", "2.7G"]),
    ],
)
def test_units(desk: Desk, options: str, memory: list[str]) -> None:
    assert table(desk.out(f"free {options}"))["Mem:"] == memory


def test_a_total_and_what_is_no_option(desk: Desk) -> None:
    assert table(desk.out("free -t"))["Total:"] == ["5012716", "1425008", "1410412"]
    refused = desk.run("free -Z")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "invalid option -- 'Z'" in refused.stderr
    assert desk.run("free x").exit_code == 1
