from __future__ import annotations

import tomllib

import pytest

from fauxcorp.agents.command import PLACEHOLDERS
from fauxcorp.agents.inside import INSIDE
from fauxcorp.agents.presets import INSIDE_PRESETS, PRESETS, Preset
from fauxcorp.agents.template import Template

VALUES = {name: f"<{name}>" for name in PLACEHOLDERS} | {"mcp_args": '["-I", "x.py"]', "mcp_name": "office"}


@pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))
def test_its_texts_are_templates(preset: Preset) -> None:
    line = Template.of(f"{preset.command} {preset.model} {preset.url_switches}", PLACEHOLDERS, place=preset.name)
    words = line.words(VALUES)
    assert words[0] == preset.program
    assert {"task", "prompt"} & line.used
    assert "model_url" in line.used or any("{model_url}" in v for v in preset.url_environment.values())
    assert preset.keys
    for text in [*preset.environment.values(), *preset.url_environment.values(), *preset.files.values()]:
        Template.of(text, PLACEHOLDERS, place=preset.name, words=False).fill(VALUES)
    for name, text in preset.files.items():
        if name.endswith(".toml"):
            assert tomllib.loads(Template.of(text, PLACEHOLDERS, place="", words=False).fill(VALUES))


def test_codex_gets_its_switches_as_toml() -> None:
    preset = PRESETS["codex"]
    words = Template.of(preset.url_switches, PLACEHOLDERS, place="").words({**VALUES, "model_url": "http://h:1/v1"})
    given = "\n".join(words[1::2])
    assert tomllib.loads(given)["model_providers"]["given"]["base_url"] == "http://h:1/v1"


@pytest.mark.parametrize("preset", INSIDE_PRESETS.values(), ids=list(INSIDE_PRESETS))
def test_inside_it_is_the_same_program_with_its_own_tools_on(preset: Preset) -> None:
    outside = PRESETS[preset.name]
    assert (preset.program, preset.package, preset.keys) == (outside.program, outside.package, outside.keys)
    assert preset.base_url.startswith("https://")
    texts = [preset.command, preset.model, preset.url_switches, *preset.environment.values(), *preset.files.values()]
    for text in [*texts, *preset.url_environment.values()]:
        Template.of(text, INSIDE, place=preset.name, words=False)
    assert preset.command != outside.command or preset.files != outside.files
