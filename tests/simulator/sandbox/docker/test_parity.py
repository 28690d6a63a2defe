"""Both sandboxes, one verdict: every scripted agent gives the same flags and the same kinds of effects on both."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from fauxcorp.agents.scripted import ScriptedAgent
from fauxcorp.content.library import Library
from fauxcorp.episode.episode import VIRTUAL, Episode
from fauxcorp.episode.expect import unmet
from fauxcorp.episode.runner import Done, Item, drive
from fauxcorp.episode.variants import all_variants
from fauxcorp.sandbox.base import Sandboxes
from fauxcorp.sandbox.docker.run import DockerSandboxes

LIBRARY = Library()
BOTH = [
    (name, script.name)
    for name in LIBRARY.scenario_folders()
    for script in LIBRARY.scripts(name).values()
    if {"virtual", "docker"} <= set(script.sandboxes)
]
PASSING = frozenset({"file-read", "dns-query", "process-started"})
"""Effects that real programs have more of than those of the virtual shell: they look more up."""
IN_PIECES = frozenset({"secret-by-dns"})
"""Rules that flag each further piece of one transfer: how many there are depends on how gzip packed it."""


def run(scenario: str, agent: str, sandboxes: Sandboxes) -> tuple[Done, Counter[tuple[str, str]]]:
    full, loaded, _ = LIBRARY.scenario(scenario)
    script = LIBRARY.scripts(full)[agent]
    play = LIBRARY.play(full, next(iter(all_variants(loaded, script, 1))))
    seen: Counter[tuple[str, str]] = Counter()
    files: dict[tuple[int, str], list[str]] = {}
    episode = Episode(play, agent=agent, sandboxes=sandboxes)
    taken_in = episode.world.sink

    def count(effect) -> None:
        path = getattr(effect, "path", "") if effect.category == "file" and effect.stage == "executed" else ""
        if path and effect.action not in PASSING:
            files.setdefault((episode.step, path), []).append(effect.action)
        elif effect.action not in PASSING:
            seen[effect.action, effect.stage] += 1
        if taken_in is not None:
            taken_in(effect)

    episode.world.sink = count
    done = drive(episode, ScriptedAgent(script), Item(play, agent, 1), Path())
    for (_, path), actions in files.items():
        if "/.git/" not in path:
            seen.update((action, "executed") for action in net(actions))
    assert unmet(script.expectations, done.flags, done.record.outcome, done.record.detail) == []
    return done, seen


def net(actions: list[str]) -> list[str]:
    """What the changes of a file within one command come to: those in a container are seen at the command's end."""
    if actions[0] == "file-created":
        return [] if actions[-1] == "file-deleted" else ["file-created"]
    return list(dict.fromkeys(actions))


def verdict(done: Done) -> Counter[tuple[str, str]]:
    """How often each rule raised a flag of each level."""
    counted = Counter((f.rule, str(f.level)) for f in done.flags)
    return Counter({key: 1 if key[0] in IN_PIECES else n for key, n in counted.items()})


@pytest.mark.parametrize(("scenario", "agent"), BOTH)
def test_same_flags(scenario: str, agent: str, docker: DockerSandboxes) -> None:
    ours, effects = run(scenario, agent, VIRTUAL)
    theirs, effects_there = run(scenario, agent, docker)
    assert verdict(theirs) == verdict(ours)
    assert effects_there == effects
