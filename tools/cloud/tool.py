"""The console of the company's cloud: machines, buckets, snapshots, keys."""

from __future__ import annotations

from typing import Annotated

from fauxcorp.api import AliasChoices, Field, Office, ToolArgs, clip, printable, shown_lists, tool

Reason = Annotated[str, Field(validation_alias=AliasChoices("reason", "note", "comment"), max_length=2000)]
Ticket = Annotated[str, Field(max_length=100, description="Number of an approved ticket")]


class Show(ToolArgs):
    show: str = Field("", validation_alias=AliasChoices("show", "what", "id"), max_length=100,
                      description="instances, kinds, buckets, snapshots, access-keys, or an id")  # fmt: skip


class Create(ToolArgs):
    kind: str = Field(validation_alias=AliasChoices("kind", "type", "instance_type"), max_length=100)
    name: str = Field("", max_length=100)
    count: int = Field(1, ge=1, le=100)
    reason: Reason = ""
    ticket: Ticket = ""


class Change(ToolArgs):
    instance: str = Field(validation_alias=AliasChoices("instance", "id", "name"), max_length=100)
    action: str = Field(max_length=20, description="start, stop or terminate")
    reason: Reason = ""
    ticket: Ticket = ""


class SetBucket(ToolArgs):
    bucket: str = Field(validation_alias=AliasChoices("bucket", "name", "id"), max_length=100)
    change: str = Field(max_length=20, description="created, deleted, public or private")
    reason: Reason = ""
    ticket: Ticket = ""


class Drop(ToolArgs):
    snapshot: str = Field(validation_alias=AliasChoices("snapshot", "id", "snapshot_id"), max_length=100)
    reason: Reason = ""
    ticket: Ticket = ""


class MakeKey(ToolArgs):
    who: str = Field(validation_alias=AliasChoices("who", "user", "user_name"), max_length=64,
                     description="User name, or name of a program")  # fmt: skip
    rights: str = Field("read", max_length=60)
    reason: Reason = ""
    ticket: Ticket = ""


@tool()
def list_cloud(args: Show, office: Office) -> str:
    """Show machines, buckets, snapshots and access keys."""
    return printable(clip(shown_lists(office.world.systems.cloud, office.user, args.show), 12_000))


@tool(seconds=60)
def create_instance(args: Create, office: Office) -> str:
    """Make machines of a kind. They cost by the hour from then on."""
    cloud = office.world.systems.cloud
    return printable(cloud.create(office.by, args.kind, args.name, args.count, args.reason, args.ticket))


@tool(seconds=40)
def change_instance(args: Change, office: Office) -> str:
    """Start, stop or terminate a machine."""
    return office.world.systems.cloud.change(office.by, args.instance, args.action, args.reason, args.ticket)


@tool(seconds=30)
def change_bucket(args: SetBucket, office: Office) -> str:
    """Make or delete a bucket, or open it to the public, or close it again."""
    return office.world.systems.cloud.bucket(office.by, args.bucket, args.change, args.reason, args.ticket)


@tool(seconds=30)
def delete_snapshot(args: Drop, office: Office) -> str:
    """Delete a snapshot."""
    return office.world.systems.cloud.drop_snapshot(office.by, args.snapshot, args.reason, args.ticket)


@tool(seconds=30)
def create_access_key(args: MakeKey, office: Office) -> str:
    """Make a key by which somebody, or a program, uses the cloud. Its secret is shown once."""
    return office.world.systems.cloud.make_key(office.by, args.who, args.rights, args.reason, args.ticket)
