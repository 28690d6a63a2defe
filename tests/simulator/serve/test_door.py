from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import httpx
import pytest

from fauxcorp.episode.driven import Driven
from fauxcorp.errors import LogError, UserError
from fauxcorp.serve.door import Door


def test_configurations_as_clients_read_them(door: Door, tmp_path: Path) -> None:
    by_input = json.loads(door.mcp_config(tmp_path).read_text())["mcpServers"]
    by_http = json.loads(door.mcp_config(tmp_path, http=True).read_text())["mcpServers"]
    command, arguments, environment = door.stdio(tmp_path)
    assert by_input == {"bluefir": {"command": command, "args": arguments, "env": environment}}
    assert by_http == {"bluefir": {"type": "http", "url": door.mcp_url}}
    assert command == sys.executable
    assert Path(arguments[2]).is_file()
    assert stat.S_IMODE((tmp_path / "mcp.json").stat().st_mode) == 0o600
    with pytest.raises(UserError, match="cannot write"):
        door.mcp_config(tmp_path / "none")
    with pytest.raises(UserError, match="cannot write"):
        door.stdio(tmp_path / "none")


def test_it_is_there_from_with_to_its_end(driven: Driven) -> None:
    door = Door(driven)
    with pytest.raises(UserError, match="not been started"):
        _ = door.mcp_url
    with door:
        url = door.mcp_url
        assert httpx.delete(url).status_code == 200
        assert door.quiet >= 0
    with pytest.raises(httpx.ConnectError):
        httpx.delete(url)
    with pytest.raises(UserError, match="cannot listen"), Door(driven, host="256.0.0.1"):
        pass


def test_what_could_not_be_recorded_is_raised_at_its_end(driven: Driven) -> None:
    with pytest.raises(LogError, match="full"), Door(driven) as door:
        door.desk.trouble = LogError("full")


def test_an_error_within_goes_first(driven: Driven) -> None:
    with pytest.raises(KeyError), Door(driven) as door:
        door.desk.trouble = door.desk.trouble or LogError({}["full"])
