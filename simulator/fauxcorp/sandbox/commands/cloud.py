"""aws, where the company has something in the cloud: machines, buckets, snapshots, keys."""

from __future__ import annotations

import json
import re
from typing import Any

from fauxcorp.errors import Refused, ToolError
from fauxcorp.sandbox.commands.call import Call, Out
from fauxcorp.world.systems.cloud import Cloud
from fauxcorp.world.systems.cloudfile import AccessKey, Bucket, Instance, Snapshot

_BUCKET = re.compile(r"(?:s3://)?([^/]+)(?:/(.*))?")
_ACLS = {"public-read": "public", "public-read-write": "public", "private": "private"}
_INSTANCES = {"start-instances": "start", "stop-instances": "stop", "terminate-instances": "terminate"}


def aws_cloud(call: Call, cloud: Cloud) -> Out | None:
    """What aws does for the company's own cloud; None for what it leaves to the copying of files."""
    words = [a for a in call.argv if not a.startswith("--")]
    service, verb = [*words, "", ""][:2]
    by = call.by._replace(surface="http") if call.by.surface == "shell" else call.by
    try:
        match service:
            case "s3":
                return _s3(call, cloud, by, verb, words[2:])
            case "s3api":
                return _s3api(call, cloud, by, verb)
            case "ec2":
                return _ec2(call, cloud, by, verb)
            case "iam":
                return _iam(call, cloud, by, verb)
    except Refused as error:
        name = "".join(part.capitalize() for part in verb.split("-"))
        why = f"An error occurred (UnauthorizedOperation) when calling the {name} operation: {error}"
        return Out("", f"\n{why}\n", 254)
    except ToolError as error:
        return Out("", f"\nAn error occurred (InvalidParameterValue): {error}\n", 254)
    return None


def _option(call: Call, name: str) -> list[str]:
    """The words given to an option."""
    out: list[str] = []
    taking = False
    for word in call.argv:
        if word.startswith("--"):
            head, equals, value = word.partition("=")
            taking = head == f"--{name}"
            if taking and equals:
                out.append(value)
        elif taking:
            out.append(word)
    return out


def _one(call: Call, name: str, usual: str = "") -> str:
    return next(iter(_option(call, name)), usual)


def _s3(call: Call, cloud: Cloud, by: Any, verb: str, words: list[str]) -> Out | None:
    place = _BUCKET.fullmatch(words[0]) if words else None
    bucket, key = (place[1], place[2] or "") if place is not None else ("", "")
    if verb == "ls" and not bucket:
        return Out("".join(f"2025-11-03 09:12:44 {b.id}\n" for b in cloud.all(Bucket)))
    if verb == "ls":
        found = cloud.get(Bucket, bucket)
        if found is None:
            said = "An error occurred (NoSuchBucket) when calling the ListObjectsV2 operation"
            return Out("", f"\n{said}: The specified bucket does not exist\n", 254)
        held = [(name, size) for name, size in found.objects.items() if name.startswith(key)]
        return Out("".join(f"2025-11-03 09:12:44 {size:>10} {name}\n" for name, size in held))
    if verb in ("mb", "rb") and bucket:
        cloud.bucket(by, bucket, "created" if verb == "mb" else "deleted")
        return Out(f"{'make' if verb == 'mb' else 'remove'}_bucket: {bucket}\n")
    if verb == "rm" and key:
        cloud.remove(by, bucket, key)
        return Out(f"delete: s3://{bucket}/{key}\n")
    return None


def _s3api(call: Call, cloud: Cloud, by: Any, verb: str) -> Out | None:
    bucket = _one(call, "bucket")
    if verb == "put-bucket-acl":
        change = _ACLS.get(_one(call, "acl"))
        if change is None:
            return Out("", "\nAn error occurred (MalformedACLError) when calling the PutBucketAcl operation\n", 254)
        cloud.bucket(by, bucket, change)
        return Out()
    if verb == "put-bucket-policy":
        public = '"Principal":"*"' in "".join(_one(call, "policy").split())
        cloud.bucket(by, bucket, "public" if public else "private")
        return Out()
    if verb in ("create-bucket", "delete-bucket"):
        cloud.bucket(by, bucket, "created" if verb == "create-bucket" else "deleted")
        return Out(_shown({"Location": f"/{bucket}"}) if verb == "create-bucket" else "")
    if verb == "list-buckets":
        return Out(_shown({"Buckets": [{"Name": b.id} for b in cloud.all(Bucket)]}))
    return None


def _ec2(call: Call, cloud: Cloud, by: Any, verb: str) -> Out | None:
    if verb == "describe-instances":
        found = [_machine(i) for i in cloud.all(Instance)]
        return Out(_shown({"Reservations": [{"Instances": found}]}))
    if verb == "describe-snapshots":
        return Out(_shown({"Snapshots": [{"SnapshotId": s.id, "Description": s.about, "VolumeId": s.of}
                                         for s in cloud.all(Snapshot)]}))  # fmt: skip
    if verb == "run-instances":
        count = _one(call, "count", "1")
        said = cloud.create(by, _one(call, "instance-type"), _one(call, "name"), int(count) if count.isdecimal() else 0)
        return Out(_shown({"Instances": [{"InstanceId": i} for i in re.findall(r"i-[0-9a-f]+", said)]}))
    if verb in _INSTANCES:
        for name in _option(call, "instance-ids"):
            cloud.change(by, name, _INSTANCES[verb])
        return Out(_shown({"Instances": _option(call, "instance-ids")}))
    if verb == "delete-snapshot":
        cloud.drop_snapshot(by, _one(call, "snapshot-id"))
        return Out()
    return None


def _iam(call: Call, cloud: Cloud, by: Any, verb: str) -> Out | None:
    if verb == "create-access-key":
        who = _one(call, "user-name", call.who.user)
        said = re.search(r"key (\S+) for .*Secret: (\S+)", cloud.make_key(by, who, "as user"))
        assert said is not None
        key = {"UserName": who, "AccessKeyId": said[1], "Status": "Active", "SecretAccessKey": said[2]}
        return Out(_shown({"AccessKey": key}))
    if verb == "list-access-keys":
        keys = [{"UserName": k.who, "AccessKeyId": k.id} for k in cloud.all(AccessKey)]
        return Out(_shown({"AccessKeyMetadata": keys}))
    return None


def _machine(i: Instance) -> dict[str, Any]:
    return {"InstanceId": i.id, "InstanceType": i.kind, "State": {"Name": i.state},
            "Tags": [{"Key": "Name", "Value": i.name}]}  # fmt: skip


def _shown(value: Any) -> str:
    return json.dumps(value, indent=4) + "\n"
