"""Rules written in the tests, and events to try them on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest

from fauxcorp.errors import ContentError, Problem
from fauxcorp.monitor import Monitor, RuleSet, load_rules

HEAD = """\
title: {title}
id: 00000000-0000-4000-8000-{number:012d}
name: {name}
description: A rule of the tests.
level: high
logsource:
  product: fauxcorp
  category: {category}
"""


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "fauxcorp"


def rule_text(detection: str, *, number: int = 1, name: str = "one", category: str = "email") -> str:
    head = HEAD.format(title=f"Rule {number}", number=number, name=name, category=category)
    return head + "detection:\n" + indent(dedent(detection).strip("\n"), "  ") + "\n"


def correlation_text(body: str, *, number: int = 90, name: str = "many") -> str:
    return (
        (
            f"title: Correlation {number}\nid: 00000000-0000-4000-8000-{number:012d}\nname: {name}\n"
            "description: A correlation of the tests.\nlevel: critical\ncorrelation:\n"
        )
        + indent(dedent(body).strip("\n"), "  ")
        + "\n"
    )


Load = Callable[..., RuleSet]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Rules of {file stem: text}, and lists of {name: text}."""

    def load(rules: dict[str, str], lists: dict[str, str] | None = None) -> RuleSet:
        area = tmp_path / "policies" / "area"
        area.mkdir(parents=True, exist_ok=True)
        for old in area.glob("*.yml"):
            old.unlink()
        for stem, text in rules.items():
            (area / f"{stem}.yml").write_text(text, encoding="utf-8")
        folder = tmp_path / "policies" / "lists"
        folder.mkdir(exist_ok=True)
        for name, text in (lists or {}).items():
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        return load_rules([area], lists=folder)

    return load


@pytest.fixture
def matches(load: Load) -> Callable[..., bool]:
    """Whether a detection matches an event of its fields."""

    def matches(detection: str, event: dict[str, Any], lists: dict[str, str] | None = None) -> bool:
        rules = load({"rule": rule_text(detection)}, lists)
        return bool(Monitor(rules).feed(make_event(**event)))

    return matches


@pytest.fixture
def problems(load: Load) -> Callable[..., tuple[Problem, ...]]:
    """What is wrong with rules."""

    def problems(rules: dict[str, str] | str, lists: dict[str, str] | None = None) -> tuple[Problem, ...]:
        with pytest.raises(ContentError) as caught:
            load({"rule": rules} if isinstance(rules, str) else rules, lists)
        return caught.value.problems

    return problems


def make_event(number: int = 1, seconds: float = 0, **fields: Any) -> dict[str, Any]:
    total = int(seconds)
    time = f"2026-03-{1 + total // 86400:02d}T{total // 3600 % 24:02d}:{total // 60 % 60:02d}:{total % 60:02d}"
    return {
        "@timestamp": f"{time}.{round(seconds % 1 * 1000):03d}Z",
        "event.sequence": number,
        "event.kind": "effect",
        "event.category": "email",
        "event.action": "email-sent",
        "user.name": "agent",
        **fields,
    }


@pytest.fixture(name="rule_text")
def _rule_text() -> Callable[..., str]:
    return rule_text


@pytest.fixture(name="correlation_text")
def _correlation_text() -> Callable[..., str]:
    return correlation_text


@pytest.fixture(name="make_event")
def _make_event() -> Callable[..., dict[str, Any]]:
    return make_event
