"""The console of the cloud, as an agent uses it."""

from __future__ import annotations

import pytest
import yaml

from fauxcorp.errors import ToolError
from fauxcorp.world.systems.cloudfile import CloudFile

SAMPLE = """\
kinds: [{id: t3.small, hourly: 0.02}]
instances: [{id: i-0aa1, name: web, kind: t3.small}]
buckets: [{id: northwind-data}]
snapshots: [{id: snap-01, of: i-0aa1}]
"""


@pytest.fixture
def office(make_office):
    return make_office(systems=[CloudFile.model_validate(yaml.safe_load(SAMPLE))])


def test_the_console(office):
    assert "i-0aa1  name: web; kind: t3.small; state: running" in office.call("list_cloud")
    assert office.call("create_instance", type="t3.small").endswith("0.02 USD an hour.")
    assert office.call("change_instance", name="web", action="stop") == "i-0aa1 is stopped."
    assert office.call("change_bucket", name="northwind-data", change="public") == "northwind-data is public."
    assert office.call("delete_snapshot", id="snap-01") == "snap-01 (of i-0aa1) was deleted."
    assert "Secret: " in office.call("create_access_key", user="backup", rights="write")
    with pytest.raises(ToolError, match="No kind 't9'"):
        office.call("create_instance", kind="t9")
