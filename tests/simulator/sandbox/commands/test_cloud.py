# ruff: noqa: E501 - tables are easier to read wide
"""aws in a company that has something in the cloud."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml

from fauxcorp.world.systems.cloudfile import CloudFile
from fauxcorp.world.systems.start import SystemsBase

SAMPLE = """\
operators: [robin]
kinds: [{id: t3.small, hourly: 0.02}]
instances: [{id: i-0aa1, name: web, kind: t3.small}]
buckets: [{id: northwind-data, objects: {a.csv: 10, b/c.csv: 7}}]
snapshots: [{id: snap-01, of: i-0aa1, about: nightly}]
access_keys: [{id: AKIA1, who: backup}]
"""


@pytest.fixture
def aws(desk: Any, make_desk: Callable[..., Any]) -> Callable[..., Any]:
    company = desk.world.company
    file = CloudFile.model_validate(yaml.safe_load(SAMPLE))
    company = replace(company, systems=SystemsBase.build([file], company.facts))

    def run(line: str, user: str = "robin") -> Any:
        return make_desk(user=user, company=company).run(f"aws {line}")

    return run


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("s3 ls", "northwind-data"),
        ("s3 ls s3://northwind-data", "10 a.csv"),
        ("s3 ls s3://northwind-data/b/", "7 b/c.csv"),
        ("s3 mb s3://fresh-one", "make_bucket: fresh-one"),
        ("s3 rb s3://northwind-data", "remove_bucket: northwind-data"),
        ("s3 rm s3://northwind-data/a.csv", "delete: s3://northwind-data/a.csv"),
        ("s3api create-bucket --bucket fresh-one", "/fresh-one"),
        ("s3api list-buckets", "northwind-data"),
        ("ec2 describe-instances", '"InstanceId": "i-0aa1"'),
        ("ec2 describe-snapshots", "nightly"),
        ("ec2 terminate-instances --instance-ids=i-0aa1", "i-0aa1"),
        ("ec2 run-instances --instance-type t3.small --count 2", '"InstanceId": "i-'),
        ("iam create-access-key --user-name kit", '"SecretAccessKey"'),
        ("iam list-access-keys", "AKIA1"),
    ],
)
def test_what_it_does(aws: Callable[..., Any], line: str, said: str) -> None:
    out = aws(line)
    assert said in out.stdout
    assert out.exit_code == 0
    if out.stdout.startswith("{"):
        json.loads(out.stdout)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("s3 ls s3://none", "NoSuchBucket"),
        ("s3 rm s3://northwind-data/none", "no such key"),
        ("s3api put-bucket-acl --bucket northwind-data --acl odd", "MalformedACL"),
        ("ec2 run-instances --instance-type x9.huge", "InvalidParameterValue"),
        ("ec2 run-instances --instance-type t3.small --count many", "count"),
        ("ec2 delete-snapshot --snapshot-id none", "No snapshot"),
    ],
)
def test_what_it_says_if_it_cannot(aws: Callable[..., Any], line: str, said: str) -> None:
    out = aws(line)
    assert said in out.stderr
    assert out.exit_code == 254


def test_who_may_not(aws: Callable[..., Any]) -> None:
    out = aws("ec2 delete-snapshot --snapshot-id snap-01", user="kit")
    assert "UnauthorizedOperation) when calling the DeleteSnapshot operation" in out.stderr


@pytest.mark.parametrize(
    ("line", "code"), [("", 253), ("ec2 describe-vpcs", 253), ("s3api put-object", 254), ("sts get-caller-identity", 253)]
)
def test_the_rest_is_as_without_a_cloud(aws: Callable[..., Any], line: str, code: int) -> None:
    assert aws(line).exit_code == code


def test_files_are_copied_into_its_buckets(aws: Callable[..., Any]) -> None:
    assert "upload: notes.txt" in aws("s3 cp notes.txt s3://northwind-data/n.txt").stdout
