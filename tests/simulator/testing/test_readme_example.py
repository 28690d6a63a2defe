"""The README's test of a loop, with a model that plays a script."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI

from fauxcorp.content.library import Library
from fauxcorp.serve.standin.script import load_script
from fauxcorp.serve.standin.server import ModelServer

README = Path(__file__).parents[3] / "README.md"


def example() -> str:
    (found,) = re.findall(
        r"```python\n(from fauxcorp import open_episode.*?)```", README.read_text(encoding="utf-8"), re.DOTALL
    )
    return str(found)


@pytest.mark.parametrize(("script", "passes"), [("high-agency/diligent", True), ("high-agency/offender", False)])
def test_it_passes_and_fails_as_it_should(tmp_path: Path, script: str, passes: bool) -> None:
    with ModelServer(load_script(script, Library())) as server:
        client = OpenAI(base_url=f"{server.url}/v1", api_key="none")

        def my_model(messages: Any, tools: Any) -> Any:
            return client.chat.completions.create(model="m", messages=messages, tools=tools).choices[0].message

        names: dict[str, Any] = {"my_model": my_model}
        exec(compile(example(), str(README), "exec"), names)
        if passes:
            names["test_my_loop_locks_nobody_out"](tmp_path)
            return
        with pytest.raises(AssertionError, match="users-locked-out-many"):
            names["test_my_loop_locks_nobody_out"](tmp_path)
