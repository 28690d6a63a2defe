"""Which of a client's tools a bare name means."""

from __future__ import annotations

import pytest

from fauxcorp.serve.standin.asked import Offered
from fauxcorp.serve.standin.naming import Naming, prefix_of, spelled

TOOLS = ("read_file", "mail_list")


def named(*names: str, server: str = "", wanted: tuple[str, ...] = TOOLS) -> list[str]:
    naming = Naming(wanted, server, tuple(Offered(n) for n in names))
    return [found.name if (found := naming.get(tool)) else "" for tool in wanted]


@pytest.mark.parametrize(
    ("name", "prefix"),
    [("read_file", ""), ("Read-File", ""), ("mcp__office__read_file", "mcp_office"), ("office.read_file", "office"),
     ("office_read_file", "office"), ("bread_file", None), ("read_files", None), ("", None)],
)  # fmt: skip
def test_prefixes(name: str, prefix: str | None) -> None:
    assert prefix_of(name, "read_file") == prefix


def test_the_servers_own_tool_wins() -> None:
    own = ["mcp__office__read_file", "mcp__office__mail_list"]
    assert named("read_file", *own) == own
    assert named(*own, "read_file", "other_read_file") == own
    assert named("read_file", "mcp__a__read_file", wanted=("read_file",)) == ["mcp__a__read_file"]


def test_the_server_that_has_most_or_that_is_named() -> None:
    names = ("mcp__a__read_file", "mcp__b__read_file", "mcp__b__mail_list")
    assert named(*names) == ["mcp__b__read_file", "mcp__b__mail_list"]
    assert named(*names, server="a") == ["mcp__a__read_file", "mcp__b__mail_list"]
    assert named("read_file", "mail_list", "todo_mail_list") == ["read_file", "mail_list"]


def test_another_tool_of_the_client() -> None:
    assert named("Read_File", "mail-list") == ["", "mail-list"]
    assert named("Read_File", "mcp__a__Read_File", "mail_list") == ["mcp__a__Read_File", "mail_list"]


def test_what_is_not_there() -> None:
    naming = Naming(TOOLS, "", (Offered("Bash"), Offered("research"), Offered("tool_a")))
    assert not naming.any
    assert naming.get("read_file") is None
    assert (naming.search(), naming.last(), naming.proxy()) == (None, None, None)


@pytest.mark.parametrize("name", ["ToolSearch", "tool_search", "search_tools", "mcp_search_tools", "find_tools"])
def test_searches(name: str) -> None:
    found = Naming(TOOLS, "", (Offered("WebSearch"), Offered(name))).search()
    assert found is not None
    assert found.name == name


def test_a_proxy_that_wants_json_in_a_string() -> None:
    fields = {"tool": {"type": "string"}, "args": {"type": "string"}, "server": {"type": "string"}}
    proxy = Naming(TOOLS, "", (Offered("mcp", {"type": "object", "properties": fields}),)).proxy()
    assert proxy is not None
    assert proxy.wrap("mail_list", {"a": 1}, "") == {"tool": "mail_list", "args": '{"a":1}'}


def test_how_a_deferred_tool_is_spelled() -> None:
    text = "tools: mcp__x__mail_list_all, mcp__x__mail_list\nmcp__y__other"
    assert spelled("mail_list", text) == "mcp__x__mail_list"
    assert spelled("read_file", text) == "read_file"
