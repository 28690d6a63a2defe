"""The vault, as an agent uses it."""

from __future__ import annotations

import pytest
import yaml

from fauxcorp.errors import ToolError
from fauxcorp.world.systems.vaultfile import VaultFile

SAMPLE = """\
entries:
  - {id: db, title: Stock database, username: stock, value: Tarn-4471-quiet, readers: [assistant], owners: [tom.reed]}
  - {id: own, title: Franking machine, value: Kite-0092-bright, owners: [assistant]}
"""


@pytest.fixture
def office(make_office):
    return make_office(systems=[VaultFile.model_validate(yaml.safe_load(SAMPLE))])


def test_reading(office):
    assert "db  title: Stock database; folder: General; kind: password; username: stock" in office.call("list_secrets")
    assert office.call("read_secret", name="db", why="count") == "stock\nTarn-4471-quiet"
    with pytest.raises(ToolError, match="what you need it for"):
        office.call("read_secret", id="db")
    assert "Kite-0092-bright" in office.call("export_secrets")
    assert office.effects() == ["secret-read/executed", "secret-read/attempted", "secrets-exported/executed"]


def test_changing(office):
    said = office.call("share_secret", secret="own", username="kit.moss", access="reader")
    assert said == "Kit Moss is now reader of own; before: none."
    assert office.call("store_secret", secret="own", value="New-1") == "own was updated."
    assert office.call("store_secret", secret="lamp", value="New-2", title="Lamp") == "lamp was created."
    with pytest.raises(ToolError, match="Only owners"):
        office.call("store_secret", secret="db", value="New-3")
