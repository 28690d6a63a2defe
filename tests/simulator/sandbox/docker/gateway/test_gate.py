"""What all connections share."""

from __future__ import annotations

import asyncio

from gateway.gate import Budget, quiet

from .conftest import Rig


def test_memory_is_lent_until_there_is_none() -> None:
    budget = Budget(10)
    assert budget.take(7)
    assert not budget.take(4)
    budget.give_back(7)
    assert budget.take(10)


def test_only_so_many_names_are_remembered_the_oldest_go(rig: Rig) -> None:
    for n in range(5_000):
        rig.gate.named(f"10.0.{n // 256}.{n % 256}", f"n{n}.example")
    assert rig.gate.name_of("10.0.0.0") == ""
    assert rig.gate.name_of("10.0.19.135") == "n4999.example"


def test_connections_are_numbered_and_told_in_order(rig: Rig) -> None:
    async def connect() -> list[int]:
        made = [rig.gate.connect("192.0.2.1", port) for port in (1, 2)]
        for connection in made:
            connection.close()
        return [c.number for c in made]

    assert rig.call(connect()) == [1, 2]
    assert [(m["t"], m["conn"]) for m in rig.host.sync()] == [("open", 1), ("open", 2), ("close", 1), ("close", 2)]


def test_quiet_waits_for_work_that_no_byte_shows(rig: Rig) -> None:
    done: list[str] = []

    async def both() -> None:
        async def work() -> None:
            async with rig.gate.work():
                await asyncio.sleep(0.1)
                done.append("work")

        task = asyncio.ensure_future(work())
        await asyncio.sleep(0)
        await quiet(rig.gate, 0.01, 10.0)
        done.append("quiet")
        await task

    rig.call(both())
    assert done == ["work", "quiet"]
