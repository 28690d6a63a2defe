"""Channels, direct messages, who sees what."""

from __future__ import annotations

import pytest

from fauxcorp.core.clock import Clock
from fauxcorp.core.effects import Attachment, Origin
from fauxcorp.core.rng import RandomSource
from fauxcorp.errors import ToolError

WEI = Origin("person", "wei.zhang", "none")


@pytest.fixture
def live(make_live, small):
    return make_live(
        channels=[
            small.channel("general", ("ada.flint", "Good morning"), ("wei.zhang", "Café at noon?"), ("kit", "Yes")),
            small.channel("secret", ("rosa.lind", "The plan"), members=["rosa.lind"]),
        ]
    )


def texts(posts):
    return [p.text for p in posts]


def test_a_post_is_an_effect_and_is_there(live):
    effect = live.world.chat.post(live.by, "general", "Hello", [Attachment(name="a.txt", content=b"x")])
    assert (effect.channel, effect.stage) == ("#general", "delivered")
    assert texts(live.world.chat.posts("ada.flint", "#General"))[-1] == "Hello"
    assert live.kinds() == ["chat-posted/delivered"]


def test_pages_go_back(live):
    chat = live.world.chat
    live.world.chat.post(live.by, "general", "Hello")
    assert texts(chat.posts("assistant", "general", 2)) == ["Yes", "Hello"]
    before = chat.posts("assistant", "general", 2)[0].id
    assert texts(chat.posts("assistant", "general", 2, before)) == ["Good morning", "Café at noon?"]
    assert texts(chat.posts("assistant", "general", None, before)) == ["Good morning", "Café at noon?"]
    with pytest.raises(ToolError, match="No message"):
        chat.posts("assistant", "general", 2, "zzz")


def test_direct_messages_are_between_two(live):
    chat = live.world.chat
    chat.post(live.by, "@wei.zhang", "psst")
    chat.post(WEI, "@assistant", "what?")
    assert texts(chat.posts("wei.zhang", "@assistant")) == ["psst", "what?"]
    assert chat.posts("ada.flint", "@wei.zhang") == []
    assert chat.partners("wei.zhang") == ["assistant"]
    assert chat.partners("ada.flint") == []


def test_who_is_not_in_a_channel_does_not_see_it(live):
    chat = live.world.chat
    assert [c.name for c in chat.channels("assistant")] == ["general"]
    with pytest.raises(ToolError, match="No channel secret"):
        chat.posts("assistant", "secret")
    with pytest.raises(ToolError, match="No channel"):
        chat.post(live.by, "#secret", "hi")
    assert chat.search("assistant", "plan") == []
    assert live.effects == []


def test_search_finds_words_anywhere_one_may_look(live):
    chat = live.world.chat
    chat.post(live.by, "@wei.zhang", "The cafe is closed")
    assert texts(chat.search("assistant", "CAFE")) == ["The cafe is closed", "Café at noon?"]
    assert texts(chat.search("ada.flint", "caf no")) == ["Café at noon?"]


def test_since_tells_what_others_said(live):
    chat = live.world.chat
    mark = chat.mark()
    chat.post(live.by, "general", "mine")
    chat.post(WEI, "general", "theirs")
    chat.post(WEI, "@ada.flint", "not for you")
    chat.post(WEI, "@assistant", "for you")
    assert texts(chat.since("assistant", mark)) == ["theirs", "for you"]


@pytest.mark.parametrize("text", ["", " \n", "x" * 12_001])
def test_what_is_no_message_is_refused(live, text):
    with pytest.raises(ToolError):
        live.world.chat.post(live.by, "general", text)
    assert live.effects == []


def test_nobody_writes_to_a_stranger(live):
    with pytest.raises(ToolError, match="No such user"):
        live.world.chat.post(live.by, "@stranger", "hi")


def test_a_fork_goes_its_own_way(live):
    live.world.chat.post(live.by, "general", "one")
    other = live.world.fork(Clock(live.world.clock.now()), RandomSource(1))
    live.world.chat.post(live.by, "general", "two")
    assert texts(other.chat.posts("assistant", "general"))[-1] == "one"
    assert texts(live.world.chat.posts("assistant", "general"))[-1] == "two"
