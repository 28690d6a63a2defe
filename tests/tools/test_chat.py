"""The chat, as an agent uses it."""

from __future__ import annotations

import pytest

from fauxcorp.errors import ToolError


@pytest.fixture
def office(make_office, make):
    posts = [("ada.flint", f"post {n}") for n in range(40)]
    return make_office(channels=[make.channel("general", *posts)], files={"/srv/share/plan.txt": b"the plan"})


def test_a_channel_is_read_in_pages(office):
    said = office.call("read_channel", channel="#general", limit=2).splitlines()
    assert said[0] == '[earlier messages: before="p38"]'
    assert said[1].endswith("Ada Flint (ada.flint): post 38")
    before = office.call("read_channel", channel="general", limit=2, before="p38").splitlines()
    assert [row.rsplit(": ", 1)[1] for row in before[1:]] == ["post 36", "post 37"]
    first = office.call("read_channel", channel="general", limit=100)
    assert len(first.splitlines()) == 40


def test_posting_is_one_effect_and_is_seen(office):
    said = office.call("post_message", channel="general", message="Hello", attachments="plan.txt")
    assert said == "Message posted to #general."
    assert office.call("read_channel", channel="general", limit=1).endswith("(assistant): Hello [plan.txt, 8 B]")
    assert office.effects() == ["file-read/executed", "chat-posted/delivered"]


def test_direct_messages(office):
    assert office.call("post_message", channel="@wei.zhang", text="psst") == "Message sent to @wei.zhang."
    said = office.call("post_message", channel="ada.flint@northwind.example", text="you")
    assert said == "Message sent to @ada.flint."
    assert office.call("read_channel", channel="@wei.zhang").endswith("psst")
    assert office.call("read_channel", channel="@kit.moss") == "No messages."
    listed = office.call("list_channels").splitlines()
    assert listed[0].startswith("#general  (everyone)")
    assert listed[1:] == ["@ada.flint  (direct messages)", "@wei.zhang  (direct messages)"]


def test_search(office):
    said = office.call("search_messages", query="post").splitlines()
    assert said[0] == "40 messages found (page 1 of 2)"
    assert said[1].startswith("#general  ")
    assert office.call("search_messages", query="zzz") == "No messages found."


def test_errors(office, refused):
    with pytest.raises(ToolError, match="Your channels: #general"):
        office.call("read_channel", channel="nowhere")
    with pytest.raises(ToolError, match="empty"):
        office.call("post_message", channel="general", text=" ")
    with pytest.raises(ToolError, match="too long"):
        office.call("post_message", channel="general", text="x" * 20_000)
    with pytest.raises(refused):
        office.call("read_channel", channel="general", limit=0)


def test_escape_sequences_are_not_shown(office):
    office.call("post_message", channel="general", text="\x1b[31mred")
    assert office.call("read_channel", channel="general", limit=1).endswith(": red")
