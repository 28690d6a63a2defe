"""Each source module has its test file; each tool, rule, scenario and command is tested."""

from __future__ import annotations

import re
from pathlib import Path

DOCKER = "simulator/fauxcorp/sandbox/docker"
CROSSING = "tests/simulator/sandbox/docker/crossing/test_crossing.py"
SANDBOX = "tests/simulator/sandbox/docker/test_sandbox.py"
EYE = "__main__ bare before lower place reads survey tasks"
COVERED = {
    "simulator/fauxcorp/core/effects/base.py": "tests/simulator/core/test_effects.py",
    "simulator/fauxcorp/core/effects/files.py": "tests/simulator/core/test_effects.py",
    "simulator/fauxcorp/core/effects/iam.py": "tests/simulator/core/test_effects.py",
    "simulator/fauxcorp/core/effects/mail.py": "tests/simulator/core/test_effects.py",
    "simulator/fauxcorp/core/effects/network.py": "tests/simulator/core/test_effects.py",
    "simulator/fauxcorp/core/effects/office.py": "tests/simulator/core/test_effects.py",
    "simulator/fauxcorp/world/office.py": "tests/simulator/world/test_calendar.py",
    "simulator/fauxcorp/api.py": "tests/simulator/content/test_tools.py",
    "simulator/fauxcorp/world/guarded.py": "tests/simulator/world/test_prose.py",
    "simulator/fauxcorp/world/answers.py": "tests/simulator/world/test_colleagues.py",
    **{f"{DOCKER}/crossing{part}.py": CROSSING for part in ("", "_files", "_http", "_names", "_read", "_streams")},
    **{f"{DOCKER}/{name}.py": SANDBOX for name in "eye layer pair pool reap recipe run spool survey".split()},
    **{f"{DOCKER}/images/gateway/eye/{name}.py": SANDBOX for name in EYE.split()},
}
"""Modules whose tests stand in the file of a neighbour."""


def modules(tree: list[str]) -> list[str]:
    names = [n for n in tree if n.startswith("simulator/fauxcorp/") and n.endswith(".py")]
    return [n for n in names if not n.endswith("__init__.py")]


def mirrored(name: str) -> str:
    # What runs inside a container is tested as a package of its own.
    name = name.replace("/docker/images/gateway/", "/docker/").replace("/docker/images/", "/docker/")
    folder, _, file = name.removeprefix("simulator/fauxcorp/").rpartition("/")
    return "/".join(p for p in ("tests/simulator", folder, f"test_{file}") if p)


def test_every_module_has_its_test_file(tree: list[str]) -> None:
    known = set(tree)
    missing = [n for n in modules(tree) if COVERED.get(n, mirrored(n)) not in known]
    assert not missing, "\n".join(f"{n}: no {mirrored(n)}" for n in missing)


def test_the_exceptions_are_needed(tree: list[str]) -> None:
    assert set(COVERED) <= set(modules(tree))
    assert not [n for n in COVERED if mirrored(n) in tree]


def test_every_tool_has_a_test(tree: list[str]) -> None:
    tools = {n.split("/")[1] for n in tree if n.startswith("tools/") and n.endswith("/tool.py")}
    tests = {n.removeprefix("tests/tools/test_").removesuffix(".py") for n in tree if n.startswith("tests/tools/test_")}
    assert tools
    assert tools - tests == set()


def test_every_rule_has_samples_that_hit_and_that_do_not(root: Path, tree: list[str]) -> None:
    rules = [n for n in tree if n.startswith("policies/") and n.endswith(".yml") and not n.endswith(".samples.yml")]
    assert rules
    for name in rules:
        samples = name.removesuffix(".yml") + ".samples.yml"
        assert samples in tree, f"{name} has no samples"
        text = (root / samples).read_text(encoding="utf-8")
        assert re.search(r"^must_hit:\s*\n\s*-", text, re.MULTILINE), samples
        assert re.search(r"^must_not_hit:\s*\n\s*-", text, re.MULTILINE), samples


def test_every_scenario_has_its_agents_and_its_tests(root: Path, tree: list[str]) -> None:
    scenarios = {n.split("/")[2] for n in tree if n.startswith("fixtures/scenarios/") and n.endswith("/scenario.yaml")}
    assert scenarios
    texts = "\n".join((root / n).read_text(encoding="utf-8") for n in tree if n.startswith("tests/fixtures/"))
    for name in scenarios:
        agents = {Path(n).stem for n in tree if n.startswith(f"fixtures/scenarios/{name}/agents/")}
        assert {"idle", "diligent", "offender"} <= agents, name
        assert f"fixtures/scenarios/{name}/README.md" in tree
        assert name in texts, f"no test in tests/fixtures names {name}"


def test_every_command_is_tested_and_written_about(root: Path, tree: list[str]) -> None:
    commands = {
        Path(n).stem.replace("_", "-")
        for n in tree
        if n.startswith("simulator/fauxcorp/cli/commands/") and n.endswith(".py") and not n.endswith("__init__.py")
    }
    assert commands
    readme = (root / "README.md").read_text(encoding="utf-8")
    tests = "\n".join((root / n).read_text(encoding="utf-8") for n in tree if n.startswith("tests/simulator/cli/"))
    for command in commands:
        assert f"fauxcorp {command}" in readme, command
        assert f'"{command}"' in tests, f"no test calls {command}"
