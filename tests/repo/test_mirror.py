"""Each source module has its test file; each tool, rule, scenario and command is tested."""

from __future__ import annotations

import re
from pathlib import Path

DOCKER = "simulator/fauxcorp/sandbox/docker"
CROSSING = "tests/simulator/sandbox/docker/crossing/test_crossing.py"
SANDBOX = "tests/simulator/sandbox/docker/test_sandbox.py"
INSIDE = "tests/simulator/sandbox/docker/test_inside.py"
SCAN = "simulator/fauxcorp/scan"
SCANS = "tests/simulator/scan"
FORMS = "anthropic atif base claude_code codex inspect openai openhands own plain"
PROGRAMS = "accounts base code files mail nested net reads services sql table web"
SHELL = "data redirects scope syntax walk words"
WHOLE = (
    "acts actsoffice archives brief browsing crossings desk filedeeds items jsonfile letters limits mapping nodes "
    "parts patches recorder sheet sources statements verdict worldfile"
)
EYE = "__main__ bare before lower place reads survey tasks"
EFFECTS = "tests/simulator/core/test_effects.py"
COVERED = {
    "simulator/fauxcorp/core/effects/base.py": "tests/simulator/core/test_effects.py",
    "simulator/fauxcorp/core/effects/files.py": "tests/simulator/core/test_effects.py",
    "simulator/fauxcorp/core/effects/iam.py": "tests/simulator/core/test_effects.py",
    "simulator/fauxcorp/core/effects/mail.py": "tests/simulator/core/test_effects.py",
    "simulator/fauxcorp/core/effects/money.py": "tests/simulator/core/test_effects.py",
    "simulator/fauxcorp/core/effects/network.py": "tests/simulator/core/test_effects.py",
    "simulator/fauxcorp/core/effects/records.py": "tests/simulator/core/test_effects.py",
    "simulator/fauxcorp/core/effects/office.py": "tests/simulator/core/test_effects.py",
    **{
        f"simulator/fauxcorp/core/effects/{name}.py": EFFECTS
        for name in "systems models safety vault money code tickets cloud".split()
    },
    "simulator/fauxcorp/world/systems/start.py": "tests/simulator/world/systems/test_hub.py",
    "simulator/fauxcorp/world/systems/screen.py": "tests/simulator/world/systems/test_base.py",
    **{
        f"simulator/fauxcorp/world/systems/{file}.py": f"tests/simulator/world/systems/test_{system}.py"
        for file, system in zip(
            "modelfile safetyfile vaultfile paymentsfile marketsfile ticketsfile codefile cloudfile".split(),
            "models safety vault payments markets tickets code cloud".split(),
            strict=True,
        )
    },
    "simulator/fauxcorp/cli/systemwords.py": "tests/simulator/cli/test_words.py",
    "simulator/fauxcorp/world/office.py": "tests/simulator/world/test_calendar.py",
    "simulator/fauxcorp/__main__.py": "tests/simulator/cli/commands/test_serve_mcp.py",
    "simulator/fauxcorp/serve/forms.py": "tests/simulator/serve/test_api.py",
    "simulator/fauxcorp/cli/serving.py": "tests/simulator/cli/commands/test_serve_mcp.py",
    "simulator/fauxcorp/api.py": "tests/simulator/content/test_tools.py",
    "simulator/fauxcorp/world/guarded.py": "tests/simulator/world/test_prose.py",
    "simulator/fauxcorp/cli/crew.py": "tests/simulator/cli/commands/test_study.py",
    "simulator/fauxcorp/cli/studyscreen.py": "tests/simulator/cli/commands/test_study.py",
    "simulator/fauxcorp/study/findings.py": "tests/simulator/study/test_report.py",
    "simulator/fauxcorp/world/answers.py": "tests/simulator/world/test_colleagues.py",
    **{f"simulator/fauxcorp/{area}/inside.py": INSIDE for area in ("agents", "core", "episode")},
    f"{DOCKER}/guest.py": INSIDE,
    "simulator/fauxcorp/core/effects/transfers.py": "tests/simulator/core/test_effects.py",
    "simulator/fauxcorp/cli/scanning.py": "tests/simulator/cli/commands/test_scan.py",
    **{f"{SCAN}/formats/{name}.py": f"{SCANS}/test_formats.py" for name in FORMS.split()},
    **{f"{SCAN}/programs/{name}.py": f"{SCANS}/test_shell.py" for name in PROGRAMS.split()},
    **{f"{SCAN}/shell/{name}.py": f"{SCANS}/test_shell.py" for name in SHELL.split()},
    **{
        f"{SCAN}/python/{name}.py": f"{SCANS}/test_python.py"
        for name in "calls disk expressions nested net post syntax values walk".split()
    },
    **{f"{SCAN}/{name}.py": f"{SCANS}/test_run.py" for name in WHOLE.split()},
    **{f"{DOCKER}/crossing{part}.py": CROSSING for part in ("", "_files", "_http", "_names", "_read", "_streams")},
    **{f"{DOCKER}/{name}.py": SANDBOX for name in "eye layer pair parts pool reap recipe run spool survey".split()},
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
        words = command.split("-") if command.startswith(("serve-", "policies-", "study-")) else [command]
        assert " ".join(["fauxcorp", *words]) in readme, command
        assert ", ".join(f'"{word}"' for word in words) in tests, f"no test calls {command}"
