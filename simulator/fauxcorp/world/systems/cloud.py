"""What the company has in the cloud, in one world: machines, buckets with their objects, snapshots, keys."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import unquote

from pydantic import Field

from fauxcorp.core.effects import (
    BucketChanged,
    CloudKeyCreated,
    InstanceChanged,
    ObjectDeleted,
    ObjectStored,
    Origin,
    SnapshotDeleted,
    SystemEffect,
)
from fauxcorp.errors import Refused, ToolError
from fauxcorp.world.sites import Request
from fauxcorp.world.stores import missing_reply, put_reply
from fauxcorp.world.systems.base import System, text_of
from fauxcorp.world.systems.cloudfile import BUCKET_HOST, AccessKey, Bucket, CloudFile, Instance, Kind, Snapshot
from fauxcorp.world.systems.records import Item, SystemFile, instant
from fauxcorp.world.systems.site import Act, Asked, Listing, Outcome, field, rows_of
from fauxcorp.world.text import size_of
from fauxcorp.world.when import minute
from fauxcorp.world.wire import respond

MAX_COUNT = 100
_CHANGES = {"start": "started", "stop": "stopped", "terminate": "terminated"}
_STATES = {"created": "running", "started": "running", "stopped": "stopped", "terminated": "terminated"}
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{2,62}")


class Blob(Item):
    """An object that was stored in this world."""

    id: str = Field(pattern=r"^.{1,1200}$")
    """Bucket, slash, key."""
    content: bytes


class Cloud(System[CloudFile]):
    """The company's part of the cloud."""

    __slots__ = ()

    name: ClassVar[str] = "cloud"
    title: ClassVar[str] = "Cloud Console"
    file: ClassVar[type[SystemFile]] = CloudFile
    acts: ClassVar[tuple[Act, ...]]

    # -- machines -----------------------------------------------------------------------------------------------------

    def create(self, by: Origin, kind: str, name: str = "", count: int = 1, note: str = "", ticket: str = "") -> str:
        """Make machines. Raises ToolError."""
        there = self.need(Kind, kind)
        if not 1 <= count <= MAX_COUNT:
            raise ToolError(f"count: 1 to {MAX_COUNT}")
        made = []
        for _ in range(count):
            made.append(f"i-{self._world.rng.token('instance', 17)}")
            self._do(by, InstanceChanged(
                by=by, item=made[-1], kind=there.id, name=text_of(name, 100), change="created", hourly=there.hourly,
                count=1, note=text_of(note), approved_by=self._approver(ticket, there.id, name),
            ))  # fmt: skip
        cost = f"{there.hourly * count:,.4g} {self.facts.currency} an hour"
        self._tell(by, f"{count} new machine{'s' if count > 1 else ''} ({there.id})", f"{', '.join(made)}. {cost}.")
        return f"{', '.join(made)}: running, {there.id}, {cost}."

    def change(self, by: Origin, instance: str, action: str, note: str = "", ticket: str = "") -> str:
        """Start, stop or terminate a machine. Raises ToolError."""
        there = self._machine(instance)
        if action not in _CHANGES:
            raise ToolError(f"action: {', '.join(_CHANGES)}, not {text_of(action, 40)!r}")
        if _STATES[_CHANGES[action]] == there.state or there.state == "terminated":
            raise ToolError(f"{there.id} is {there.state}")
        kind = self.get(Kind, there.kind)
        self._do(by, InstanceChanged.model_validate({
            "by": by, "item": there.id, "kind": there.kind, "name": there.name, "change": _CHANGES[action],
            "hourly": kind.hourly if kind is not None and action == "start" else 0.0, "note": text_of(note),
            "approved_by": self._approver(ticket, there.id, there.name),
        }))  # fmt: skip
        return f"{there.id} is {_STATES[_CHANGES[action]]}."

    # -- buckets ------------------------------------------------------------------------------------------------------

    def bucket(self, by: Origin, bucket: str, change: str, note: str = "", ticket: str = "") -> str:
        """Make or delete a bucket, or open it to the public or close it again. Raises ToolError."""
        if change not in ("created", "deleted", "public", "private"):
            raise ToolError("change: created, deleted, public or private")
        found = self.get(Bucket, bucket)
        if change == "created":
            if found is not None or not _BUCKET.fullmatch(bucket):
                raise ToolError(f"{text_of(bucket, 80)}: the name is taken or not one for a bucket")
        else:
            found = self.need(Bucket, bucket)
            if change in ("public", "private") and found.public is (change == "public"):
                raise ToolError(f"{found.id} is {change} already")
        self._do(by, BucketChanged.model_validate({
            "by": by, "item": bucket, "kind": "bucket", "change": change, "note": text_of(note),
            "approved_by": self._approver(ticket, bucket),
        }))  # fmt: skip
        if change == "public":
            self._tell(by, f"Bucket {bucket} is public", "Anybody on the internet can read it.")
        return f"{bucket} is {change}."

    def store(self, by: Origin, bucket: str, key: str, content: bytes) -> None:
        """Put an object into a bucket. Raises ToolError."""
        there = self.need(Bucket, bucket)
        self._do(by, ObjectStored(by=by, stage="delivered", item=there.id, kind="bucket", object=key[:1024],
                                  host=f"{there.id}{BUCKET_HOST}", content=content, public=there.public))  # fmt: skip

    def remove(self, by: Origin, bucket: str, key: str) -> None:
        """Delete an object. Raises ToolError."""
        there = self.need(Bucket, bucket)
        if key not in there.objects:
            raise ToolError(f"{text_of(key, 200)}: no such key")
        self._do(by, ObjectDeleted(by=by, item=there.id, kind="bucket", object=key))

    # -- snapshots and keys -------------------------------------------------------------------------------------------

    def drop_snapshot(self, by: Origin, snapshot: str, note: str = "", ticket: str = "") -> str:
        """Delete a snapshot. Raises ToolError."""
        there = self.need(Snapshot, snapshot)
        self._do(by, SnapshotDeleted(by=by, item=there.id, kind="snapshot", of=there.of, note=text_of(note),
                                     approved_by=self._approver(ticket, there.id, there.of)))  # fmt: skip
        self._tell(by, f"Snapshot {there.id} deleted", f"It was of {there.of}. Reason: {note or '-'}")
        return f"{there.id} (of {there.of}) was deleted."

    def make_key(self, by: Origin, who: str, rights: str = "read", note: str = "", ticket: str = "") -> str:
        """Make a key for somebody or a program; its secret is shown once. Raises ToolError."""
        if not re.fullmatch(r"[\w.@-]{1,64}", who):
            raise ToolError("who: a user name, or the name of a program")
        token = self._world.rng.token("access-key", 56)
        made = f"AKIA{token[:16].upper()}"
        self._do(by, CloudKeyCreated(by=by, item=made, kind="key", who=who, rights=text_of(rights, 60),
                                     note=text_of(note), approved_by=self._approver(ticket, who)))  # fmt: skip
        self._tell(by, f"New key to the cloud for {who}", f"{made}, rights: {rights}.")
        return f"Access key {made} for {who} ({rights}). Secret: {token[16:]}"

    # -- inside -------------------------------------------------------------------------------------------------------

    def carry_out(self, effect: SystemEffect) -> None:
        now = self._world.clock.now()
        match effect:
            case InstanceChanged(change="created"):
                self.put(Instance(id=effect.item, name=effect.name, kind=effect.kind, owner=effect.by.user,
                                  launched=now))  # fmt: skip
            case InstanceChanged():
                self.put(self.need(Instance, effect.item).model_copy(update={"state": _STATES[effect.change]}))
            case BucketChanged(change="created"):
                self.put(Bucket(id=effect.item, owner=effect.by.user))
            case BucketChanged(change="deleted"):
                self.drop(Bucket, effect.item)
            case BucketChanged():
                there = self.need(Bucket, effect.item)
                self.put(there.model_copy(update={"public": effect.change == "public"}))
            case ObjectStored():
                there = self.need(Bucket, effect.item)
                held = {**there.objects, effect.object: len(effect.content)}
                self.put(there.model_copy(update={"objects": held}))
                self.put(Blob(id=f"{there.id}/{effect.object}", content=effect.content))
            case ObjectDeleted():
                there = self.need(Bucket, effect.item)
                self.put(there.model_copy(update={"objects": {k: v for k, v in there.objects.items()
                                                              if k != effect.object}}))  # fmt: skip
                self.drop(Blob, f"{there.id}/{effect.object}")
            case SnapshotDeleted():
                self.drop(Snapshot, effect.item)
            case CloudKeyCreated():
                self.put(AccessKey(id=effect.item, who=effect.who, rights=effect.rights or "read", created=now))

    def serves(self, host: str) -> bool:
        """Whether a host is that of one of its buckets, one made since the start too."""
        return host.endswith(BUCKET_HOST) and self.get(Bucket, host.removesuffix(BUCKET_HOST)) is not None

    def answered(self, by: Origin, request: Request) -> Outcome | None:
        if not self.serves(request.host):
            return None
        bucket, key = request.host.removesuffix(BUCKET_HOST), unquote(request.path.lstrip("/"))
        try:
            if request.method == "PUT" and key:
                self.store(by, bucket, key, request.body)
                mark = f"{len(self._changed):016x}"
                return Outcome(put_reply(request.host, request.path, request.query, request.body, mark), True)
            if request.method == "DELETE" and key:
                self.remove(by, bucket, key)
                return Outcome(respond(204, b"", ""), True)
        except Refused:
            return Outcome(respond(403, "<Error><Code>AccessDenied</Code></Error>", "application/xml"), True)
        except ToolError:
            return Outcome(respond(204, b"", ""), False)
        blob = self.get(Blob, f"{bucket}/{key}")
        missing = missing_reply(request.host, request.path, {}) or respond(404, b"")
        return Outcome(respond(200, blob.content, "binary/octet-stream") if blob is not None else missing, False)

    def _machine(self, instance: str) -> Instance:
        named = [i for i in self.all(Instance) if i.name and i.name.lower() == instance.strip().lower()]
        return named[0] if len(named) == 1 else self.need(Instance, instance)

    def _approver(self, ticket: str, *objects: str) -> str:
        return self._world.systems.approver(ticket, objects)

    def _do(self, by: Origin, effect: SystemEffect) -> None:
        may = self.may(by.user, self.facts.operators)
        self.do(effect, "" if may else "User is not authorized to perform this action")

    def _tell(self, by: Origin, subject: str, text: str) -> None:
        people = [u for u in self.members(self.facts.informed) if u != by.user]
        self.notify(people, subject, f"{text}\nBy {self.person(by.user)}.")

    def lists(self, user: str, host: str = "") -> Sequence[Listing]:
        return (
            Listing("instances", "Machines", rows_of([
                (i.id, {"name": i.name, "kind": i.kind, "state": i.state, "owner": self.person(i.owner),
                        "launched": self._at(i.launched)}) for i in self.all(Instance)
            ])),
            Listing("kinds", "Kinds of machines", rows_of([
                (k.id, {"hourly": f"{k.hourly:g} {self.facts.currency}", "about": k.about}) for k in self.all(Kind)
            ])),
            Listing("buckets", "Buckets", rows_of([
                (b.id, {"public": b.public, "owner": self.person(b.owner), "about": b.about,
                        "objects": [f"{k} ({size_of(v)})" for k, v in list(b.objects.items())[:100]]})
                for b in self.all(Bucket)
            ])),
            Listing("snapshots", "Snapshots", rows_of([
                (s.id, {"of": s.of, "size": f"{s.size_gb:g} GB", "at": self._at(s.at), "about": s.about})
                for s in self.all(Snapshot)
            ])),
            Listing("access-keys", "Access keys", rows_of([
                (k.id, {"who": k.who, "rights": k.rights, "active": k.active, "created": self._at(k.created)})
                for k in self.all(AccessKey)
            ])),
        )  # fmt: skip

    def _at(self, at: Any) -> str:
        return minute(instant(at), self.timezone) if at is not None else ""


def _create(cloud: Cloud, by: Origin, asked: Asked) -> str:
    count = asked.get("count") or "1"
    if not count.isascii() or not count.isdecimal() or len(count) > 4:
        raise ToolError(f"count: not a number: {count[:20]!r}")
    return cloud.create(by, asked.get("kind", "type"), asked.get("name"), int(count), asked.get("reason"),
                        asked.get("ticket"))  # fmt: skip


def _machine(action: str) -> Any:
    return lambda c, by, a: c.change(by, a.key, action, a.get("reason"), a.get("ticket"))


def _bucket(change: str) -> Any:
    return lambda c, by, a: c.bucket(by, a.key or a.get("name"), change, a.get("reason"), a.get("ticket"))


_WHY = (field("reason"), field("ticket", "Number of an approved ticket"))
Cloud.acts = (
    Act("instances", "New machine", _create, (field("kind", required=True), field("name"), field("count"), *_WHY)),
    Act("instances/{id}/start", "Start", _machine("start"), _WHY),
    Act("instances/{id}/stop", "Stop", _machine("stop"), _WHY),
    Act("instances/{id}/terminate", "Terminate", _machine("terminate"), _WHY),
    Act("instances/{id}/delete", "Terminate it", _machine("terminate"), _WHY),
    Act("buckets", "New bucket", _bucket("created"), (field("name", required=True), *_WHY)),
    Act("buckets/{id}/public", "Make public", _bucket("public"), _WHY),
    Act("buckets/{id}/private", "Make private", _bucket("private"), _WHY),
    Act("buckets/{id}/delete", "Delete", _bucket("deleted"), _WHY),
    Act("snapshots/{id}/delete", "Delete", lambda c, by, a: c.drop_snapshot(by, a.key, a.get("reason"),
        a.get("ticket")), _WHY),
    Act("access-keys", "New key", lambda c, by, a: c.make_key(by, a.get("who", "user"), a.get("rights") or "read",
        a.get("reason"), a.get("ticket")), (field("who", required=True), field("rights"), *_WHY)),
)  # fmt: skip
