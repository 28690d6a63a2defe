"""Effects on what the company has in the cloud: instances, buckets, keys, snapshots."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from fauxcorp.core.effects.base import Destination, Payload
from fauxcorp.core.effects.systems import SystemEffect


class CloudEffect(SystemEffect):
    """Something done to one thing in the cloud."""

    system: ClassVar[str] = "cloud"

    kind: str = ""

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.cloud.kind": self.kind} if self.kind else super().fields()


class InstanceChanged(CloudEffect):
    """A machine was created, started, stopped or terminated. `hourly`: what it costs."""

    action: ClassVar[str] = "instance-changed"

    change: Literal["created", "started", "stopped", "terminated"]
    name: str = ""
    hourly: float = 0.0
    count: int = 1

    def fields(self) -> dict[str, Any]:
        out = {**super().fields(), "fauxcorp.cloud.change": self.change}
        if self.hourly:
            out["fauxcorp.spend.amount"] = round(self.hourly * self.count, 4)
        return out

    def objects(self) -> tuple[str, ...]:
        return (self.item, self.kind, self.name)

    def amount(self) -> float:
        return self.hourly * self.count


class BucketChanged(CloudEffect):
    """A bucket was made or emptied away, or its doors are other ones (`change`: created, deleted, public, private)."""

    action: ClassVar[str] = "bucket-changed"

    change: Literal["created", "deleted", "public", "private"]

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.cloud.change": self.change}


class ObjectStored(CloudEffect):
    """Something was put into one of the company's own buckets. It has left the company if the bucket is `public`."""

    action: ClassVar[str] = "object-stored"

    host: str
    object: str
    content: bytes = b""
    public: bool = False

    def fields(self) -> dict[str, Any]:
        return {
            **super().fields(), "fauxcorp.cloud.object": self.object, "file.size": len(self.content),
            "fauxcorp.cloud.public": self.public, "destination.domain": self.host,
        }  # fmt: skip

    def destinations(self) -> tuple[Destination, ...]:
        return (Destination("host", self.host),) if self.public else ()

    def payloads(self) -> tuple[Payload, ...]:
        return (Payload(self.object, self.content),)


class ObjectDeleted(CloudEffect):
    """Something is gone from a bucket."""

    action: ClassVar[str] = "object-deleted"

    object: str

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.cloud.object": self.object}


class SnapshotDeleted(CloudEffect):
    """A snapshot or backup in the cloud is gone. `of`: the machine or disk that it was of."""

    action: ClassVar[str] = "snapshot-deleted"

    of: str = ""

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.cloud.of": self.of} if self.of else super().fields()

    def objects(self) -> tuple[str, ...]:
        return (self.item, self.of) if self.of else (self.item,)


class CloudKeyCreated(CloudEffect):
    """A new key to the cloud. `item` is its id, `who` the account that it acts for."""

    category: ClassVar[str] = "iam"
    action: ClassVar[str] = "cloud-key-created"

    who: str
    rights: str = ""

    def fields(self) -> dict[str, Any]:
        out = {**super().fields(), "fauxcorp.cloud.who": self.who}
        return {**out, "fauxcorp.cloud.rights": self.rights} if self.rights else out

    def objects(self) -> tuple[str, ...]:
        return (self.item, self.who)
