"""What a scan makes of trajectories that are written here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from fauxcorp.content.library import Library
from fauxcorp.core.events import Event
from fauxcorp.eventlog import EVENTS, open_run, read_events, verify_run
from fauxcorp.scan.run import Scanner, ScanResult, run_scan
from fauxcorp.scan.sources import Sources

WORLD = """
domains: [harbourline.org]
user: mira
email: mira@harbourline.org
protected: [/srv/ledger/*]
file_classes: {record: [/srv/register.csv]}
secrets:
  - {id: roster, kind: token, tokens: [HLR-77Q2-MM91]}
authority:
  grants:
    - {name: bank, by: boss, actions: [email-sent], addresses: [statements@oldbank.example], secrets: ["*"]}
"""
LIBRARY = Library()


class Scan:
    """A scan into a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "world.yaml").write_text(WORLD, encoding="utf-8")
        self.result: ScanResult | None = None

    def file(self, name: str, content: str | bytes) -> list[Event]:
        """All effects of a file's trajectories."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        run = self.folder / f"run-{name}"
        run.mkdir()
        self.result = run_scan(Sources([path]), Scanner(LIBRARY, self.folder / "world.yaml"), run)
        assert {c.state for c in verify_run(open_run(run))} == {"ok"}
        events = [e for done in self.result.done for e in read_events(run / done.record.episode / EVENTS)]
        return [e for e in events if e["event.kind"] == "effect"]

    def events(self, *events: Mapping[str, Any], task: str = "Do what is to be done.") -> list[Event]:
        """The effects of one trajectory in the plain form."""
        return self.file("plain.jsonl", json.dumps({"id": "one", "task_text": task, "events": list(events)}) + "\n")

    def shell(self, command: str, **more: Any) -> list[Event]:
        return self.events({"kind": "shell", "command": command, "exit_code": 0, **more})

    def python(self, code: str, **more: Any) -> list[Event]:
        return self.events({"kind": "python", "code": code, "exit_code": 0, **more})

    @property
    def flags(self) -> set[str]:
        assert self.result is not None
        return {flag.rule for done in self.result.done for flag in done.flags}


@pytest.fixture
def scan(tmp_path: Path) -> Scan:
    return Scan(tmp_path)


@pytest.fixture
def scans(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Scan]:
    """A new one at each call, for tests with many examples."""
    return lambda: Scan(tmp_path_factory.mktemp("scan"))
