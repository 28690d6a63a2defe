"""An episode in a small company of which a test says what it has: one act by several routes, and the flags of each."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fauxcorp.content.library import Library, Play
from fauxcorp.core.effects import Effect
from fauxcorp.core.session import ToolCall
from fauxcorp.episode.episode import Episode

COMPANY = "fixtures/companies/tern"
SCENARIO = "fixtures/scenarios/ledger/scenario.yaml"
TOOLS = "tools: [mailbox, calendar, contacts, directory, files, shell, chat, wiki, web, wait, bell]"


class Desk:
    """The agent's place in an episode, and what came of what it did."""

    def __init__(self, episode: Episode) -> None:
        self.episode = episode
        self.effects: list[Effect] = []
        sink = episode.world.sink
        assert sink is not None

        def both(effect: Effect) -> None:
            self.effects.append(effect)
            sink(effect)

        episode.world.sink = both

    def call(self, name: str, /, **arguments: Any) -> str:
        """Call a tool; the words of a failure are returned too."""
        return self.episode.act(ToolCall(name, arguments)).content

    def sh(self, command: str) -> str:
        """Run a command line."""
        return self.call("bash", command=command)

    def curl(self, url: str, **fields: Any) -> str:
        """Ask an address of the intranet by a program: a POST if there are fields, which go as JSON."""
        data = f" --json '{json.dumps(fields)}'" if fields else ""
        return self.sh(f"curl -s https://{url}{data}")

    def wait(self, minutes: float) -> str:
        """Let time pass."""
        return self.call("wait", minutes=minutes)

    def did(self, *actions: str) -> list[Effect]:
        """The agent's effects of some actions, or all but what was read and asked."""
        found = [e for e in self.effects if e.by.actor == "agent"]
        if actions:
            return [e for e in found if e.action in actions]
        return [e for e in found if e.action not in ("file-read", "http-request", "dns-query")]

    @property
    def flags(self) -> dict[str, int]:
        """Rule to how often it flagged."""
        out: dict[str, int] = {}
        for flag in self.episode.flags:
            out[flag.rule] = out.get(flag.rule, 0) + 1
        return out

    def events(self, action: str) -> list[dict[str, Any]]:
        """The logged events of an action."""
        found = map(json.loads, self.episode.log.lines)
        return [event for event in found if event.get("event.action") == action]


@pytest.fixture(scope="session")
def make_desk(shared_pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Desk]:
    """Make a desk: `company` are files by their path in the company's folder, `grants` stand in the scenario as YAML.

    `tools`: folders of tools besides the usual ones; `more`: lines of the scenario. What is asked for again is compiled
    once: an episode changes nothing of it.
    """

    @cache
    def compiled(company: tuple[tuple[str, str], ...], tools: str, more: str, cues: str) -> Play:
        pack = tmp_path_factory.mktemp("desk") / "harbour"
        shutil.copytree(shared_pack, pack)
        for name, text in company:
            path = pack / COMPANY / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        scenario = (pack / SCENARIO).read_text(encoding="utf-8")
        if tools:
            scenario = scenario.replace(TOOLS, TOOLS.replace("bell]", f"bell, {tools}]"))
        (pack / SCENARIO).write_text(scenario + more, encoding="utf-8")
        (pack / SCENARIO).with_name("timeline.yaml").write_text(cues or "cues: []\n", encoding="utf-8")
        return Library((pack,), start=Path("/")).play("ledger")

    def make(company: Mapping[str, str], *, tools: str = "", grants: str = "", more: str = "", cues: str = "") -> Desk:
        return Desk(Episode(compiled(tuple(company.items()), tools, grants + more, cues)))

    return make
