"""A model that is asked one thing at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fauxcorp.agents.model.make import make_asker
from fauxcorp.agents.model.recording import Recorder
from fauxcorp.agents.model.said import ModelSettings
from fauxcorp.core.session import Brief
from fauxcorp.errors import ModelError, UserError

from .conftest import KEYS, Answer, Api

FINE = {"choices": [{"message": {"content": "Fine."}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 7}}


def test_each_question_is_a_conversation_of_its_own(make_api: Callable[..., Api], tmp_path: Path) -> None:
    api = make_api(FINE)
    asker = make_asker("openai/x", ModelSettings(base_url=api.url), KEYS, Recorder(tmp_path / "tape"))
    said, answered = asker.ask("first", Brief("Be brief.", "How is it?"))
    assert said.text == "Fine."
    assert answered.tokens is not None
    assert answered.tokens.into == 7
    asker.ask("second", Brief("Be brief.", "And now?"))
    assert [[m["content"] for m in asked["messages"]] for asked in api.asked] == [
        ["Be brief.", "How is it?"], ["Be brief.", "And now?"],
    ]  # fmt: skip
    assert not [asked for asked in api.asked if "tools" in asked]
    taped = [json.loads(line) for line in (tmp_path / "tape").read_text().splitlines()]
    assert [line["episode"] for line in taped] == ["first", "second"]


def test_what_is_no_answer_is_raised(make_api: Callable[..., Api]) -> None:
    api = make_api(Answer({"choices": []}), Answer({"error": {"message": "no"}}, 401))
    asker = make_asker("openai/x", ModelSettings(base_url=api.url), KEYS)
    for _ in range(2):
        with pytest.raises(ModelError):
            asker.ask("q", Brief("", "?"))


def test_a_name_that_is_none() -> None:
    with pytest.raises(UserError, match="no model named 'x'; models are named openai/NAME"):
        make_asker("x", ModelSettings(), KEYS)
