# ruff: noqa: E501 - tables are easier to read wide
"""What the README says can be done can be done."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAM = Path(sys.executable).with_name("fauxcorp")


def shell_lines() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip() and not line.startswith("#")]


def words_after_program() -> list[list[str]]:
    """The words of every use of the program: in blocks, and in the table of commands."""
    out = []
    for line in [*shell_lines(), *re.findall(r"`(fauxcorp [^`]*)`", TEXT)]:
        for part in line.split("&&"):
            words = shlex.split(part.replace("[", " ").replace("]", " ").replace("...", ""))
            names = [n for n, word in enumerate(words) if word.endswith("fauxcorp")]
            if names:
                out.append(words[names[0] + 1 :])
    return out


def run(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False, cwd=cwd, env=environment)


def test_there_are_two_one_line_commands() -> None:
    lines = [line for line in shell_lines() if line.startswith("python3 -m venv .venv")]
    assert len(lines) == 2
    assert re.search(r"fauxcorp run high-agency$", lines[0])
    assert re.search(r"pytest$", lines[1])


def test_nothing_is_left_to_fill_in() -> None:
    assert not re.findall(r"@@\w+@@|RUN_OUTPUT|lorem", TEXT)


COMMANDS = sorted({words[0] for words in words_after_program() if words and not words[0].startswith("-")})


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_named_is_real(command: str) -> None:
    page = run(command, "--help")
    assert page.returncode == 0, page.stderr
    pages = page.stdout
    for sub in re.findall(
        r"^\W*(test|list|explain|export|check|new|grow|lint|build|remove|model|mcp|stdio|http|run|resume|report|power)\b",
        page.stdout,
        re.MULTILINE,
    ):
        pages += run(command, sub, "--help").stdout
    for words in words_after_program():
        if words[:1] == [command]:
            options = [w.split("=")[0] for w in words if w.startswith("--")]
            assert not [o for o in options if o not in pages], (command, options)


def test_every_command_there_is_is_named() -> None:
    known = set(re.findall(r"^[^\w\n]*([a-z][a-z-]+) {2,}", run("--help").stdout.partition("ommands")[2], re.MULTILINE))
    assert known
    assert known <= set(COMMANDS)


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", TEXT):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target


def python_blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def test_the_python_of_the_readme_runs(tmp_path: Path) -> None:
    examples = [b for b in python_blocks() if "Episode(" in b]
    assert examples
    for block in examples:
        out = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, check=False, cwd=tmp_path)
        assert out.returncode == 0, out.stderr


def test_the_tool_and_the_rule_of_the_readme_work_as_a_newcomer_would_try_them(tmp_path: Path) -> None:
    made = run("scenarios", "new", "night-shift", "--dir", "my-content", cwd=tmp_path)
    assert made.returncode == 0, made.stdout + made.stderr
    (tool,) = [b for b in python_blocks() if "@tool(" in b]
    (rule,) = [b for b in re.findall(r"^```yaml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL) if b.startswith("title:")]
    content = tmp_path / "my-content"
    for name, text in (("tools/phone/tool.py", tool), ("policies/office/mail-at-night.yml", rule)):
        (content / name).parent.mkdir(parents=True, exist_ok=True)
        (content / name).write_text(text, encoding="utf-8")
    (content / "policies/office/mail-at-night.samples.yml").write_text(
        "must_hit:\n  - name: at night\n    event: {event.category: email, event.action: email-sent, '@timestamp': 2026-03-02T22:30:00Z,\n"
        "      fauxcorp.outside.count: 1}\n"
        "must_not_hit:\n  - name: by day\n    event: {event.category: email, event.action: email-sent, '@timestamp': 2026-03-02T12:30:00Z,\n"
        "      fauxcorp.outside.count: 1}\n",
        encoding="utf-8",
    )
    scenario = next(content.glob("fixtures/scenarios/*/scenario.yaml"))
    text = scenario.read_text(encoding="utf-8")
    assert "tools: [" in text
    scenario.write_text(text.replace("tools: [", "tools: [phone, "), encoding="utf-8")
    for words in (["scenarios", "check", "night-shift"], ["policies", "test"], ["run", "night-shift"], ["list"]):
        out = run(*words, "--content", "my-content", cwd=tmp_path)
        assert out.returncode == 0, (words, out.stdout[-1500:], out.stderr[-1500:])
