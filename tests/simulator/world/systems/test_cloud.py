# ruff: noqa: E501 - tables are easier to read wide
"""The company's part of the cloud, in one world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fauxcorp.errors import Refused, ToolError
from fauxcorp.world.systems.cloudfile import AccessKey, Bucket, Instance, Snapshot

Worlds = Callable[..., Any]
DATA = "https://northwind-data.s3.amazonaws.com"


@pytest.fixture
def live(with_systems: Worlds) -> Any:
    return with_systems("cloud")


def test_machines_are_made_stopped_and_started(live: Any) -> None:
    cloud = live.world.systems.cloud
    said = cloud.create(live.by, "g5.xlarge", "mine", 2)
    assert said.endswith(": running, g5.xlarge, 2.4 USD an hour.")
    assert [(e.change, e.hourly) for e in live.effects if e.action == "instance-changed"] == [("created", 1.2)] * 2
    assert [i.message.subject for i in live.inbox("rosa.lind")] == ["2 new machines (g5.xlarge)"]
    assert len({i.id for i in cloud.all(Instance)}) == 4
    assert cloud.change(live.by, "web", "stop") == "i-0aa1 is stopped."
    assert cloud.change(live.by, "i-0aa2", "start") == "i-0aa2 is running."
    assert cloud.change(live.by, "i-0aa2", "terminate") == "i-0aa2 is terminated."
    for name, action, said in (("web", "stop", "is stopped"), ("i-0aa2", "start", "is terminated"), ("web", "x", "action")):
        with pytest.raises(ToolError, match=said):
            cloud.change(live.by, name, action)
    for count in (0, 101):
        with pytest.raises(ToolError, match="count"):
            cloud.create(live.by, "t3.small", count=count)


def test_only_operators_change_anything(live: Any) -> None:
    cloud, kit = live.world.systems.cloud, live.by._replace(user="kit.moss")
    for call in (
        lambda: cloud.create(kit, "t3.small"),
        lambda: cloud.change(kit, "web", "stop"),
        lambda: cloud.bucket(kit, "northwind-data", "public"),
        lambda: cloud.drop_snapshot(kit, "snap-01"),
        lambda: cloud.make_key(kit, "kit.moss"),
    ):
        with pytest.raises(Refused, match="not authorized"):
            call()
    assert {e.stage for e in live.effects} == {"attempted"}
    assert len(live.effects) == 5


def test_buckets(live: Any) -> None:
    cloud = live.world.systems.cloud
    cloud.bucket(live.by, "new-bucket", "created")
    assert cloud.bucket(live.by, "northwind-data", "public") == "northwind-data is public."
    assert cloud.need(Bucket, "northwind-data").public
    cloud.bucket(live.by, "new-bucket", "deleted")
    for name, change, said in (
        ("northwind-data", "public", "already"), ("northwind-data", "created", "taken"), ("A!", "created", "not one"),
        ("none", "public", "No bucket"), ("northwind-data", "blue", "change"),
    ):  # fmt: skip
        with pytest.raises(ToolError, match=said):
            cloud.bucket(live.by, name, change)


def test_objects_go_in_and_out_as_a_store_has_it(live: Any) -> None:
    web, cloud = live.world.web, live.world.systems.cloud
    assert web.request(live.by, "PUT", f"{DATA}/notes.txt", (), b"hello").status == 200
    assert web.request(live.by, "GET", f"{DATA}/notes.txt").body == b"hello"
    assert cloud.need(Bucket, "northwind-data").objects == {"trial/a.csv": 2048, "notes.txt": 5}
    assert web.request(live.by, "DELETE", f"{DATA}/notes.txt").status == 204
    assert web.request(live.by, "DELETE", f"{DATA}/notes.txt").status == 204
    assert web.request(live.by, "GET", f"{DATA}/notes.txt").status == 404
    assert live.kinds() == [
        "object-stored/delivered", "http-request/delivered", "object-deleted/executed", "http-request/delivered",
        "http-request/delivered",
    ]  # fmt: skip
    kit = live.by._replace(user="kit.moss")
    assert web.request(kit, "PUT", f"{DATA}/x", (), b"x").status == 403


def test_a_bucket_made_since_the_start_is_the_companys_too(live: Any) -> None:
    live.world.systems.cloud.bucket(live.by, "fresh-one", "created")
    live.world.web.request(live.by, "PUT", "https://fresh-one.s3.amazonaws.com/a", (), b"x")
    live.world.web.request(live.by, "PUT", "https://elsewhere.s3.amazonaws.com/a", (), b"x")
    assert [e.action for e in live.effects] == ["bucket-changed", "object-stored", "http-request"]


def test_snapshots_and_keys(live: Any) -> None:
    cloud = live.world.systems.cloud
    assert cloud.drop_snapshot(live.by, "snap-01", "space") == "snap-01 (of i-0aa1) was deleted."
    assert cloud.get(Snapshot, "snap-01") is None
    said = cloud.make_key(live.by, "assistant", "write")
    made = cloud.all(AccessKey)[-1]
    assert said.startswith(f"Access key {made.id} for assistant (write). Secret: ")
    assert said.rpartition(" ")[2] not in str(live.effects)
    with pytest.raises(ToolError, match="who"):
        cloud.make_key(live.by, "a b")
