"""The plugin as users have it: in runs of pytest of their own, in a folder of theirs."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

SUITE = """
import json, urllib.request
import pytest

@pytest.mark.fauxcorp("ledger", content=[{pack!r}])
def test_passes(episode, company):
    assert episode.act("bash", command="echo hello").content == "hello"
    assert company.company.facts.name == "Tern & Sons"
    episode.assert_no_flags(level="informational")

@pytest.mark.fauxcorp("ledger", content=[{pack!r}], seed=4, agent="mine", variant="prompt=bold")
def test_fails(episode):
    episode.run("ringer")
    episode.assert_no_flags(level="informational")

@pytest.mark.fauxcorp("ledger", content=[{pack!r}])
@pytest.mark.fauxcorp_model("office-round")
def test_servers(episode, mcp_server, model_server, tmp_path):
    call = {{"name": "bash", "arguments": {{"command": "echo hello"}}}}
    body = json.dumps({{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}}).encode()
    headers = {{"content-type": "application/json", "accept": "application/json, text/event-stream"}}
    answer = json.load(urllib.request.urlopen(urllib.request.Request(mcp_server.mcp_url, body, headers)))
    assert answer["result"]["content"][0]["text"] == "hello"
    assert episode.driven.episode.step == mcp_server.calls == 1
    assert json.load(urllib.request.urlopen(model_server.url + "/v1/models"))["data"]

def test_without_marker(episode):
    pass

@pytest.mark.fauxcorp("ledger", senario="x")
def test_wrong_marker(episode):
    pass

def test_without_script(model_server):
    pass
"""


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    # Where CI is set, pytest's summary repeats the messages whole.
    dropped = ("PYTEST", "CI", "BUILD_NUMBER")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(dropped)}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--strict-markers", "-p", "no:cacheprovider", *options],
        capture_output=True, text=True, timeout=240, check=False, cwd=folder, env=environment,
    )  # fmt: skip


@pytest.fixture
def suite(shared_pack: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "test_mine.py").write_text(SUITE.format(pack=str(shared_pack)))
    return folder


def test_fixtures_reports_and_properties(suite: Path) -> None:
    done = run(suite, "--junitxml=report.xml", "--fauxcorp-out=logs")
    assert "2 passed, 1 failed, 3 errors" in done.stdout or "1 failed, 2 passed, 3 errors" in done.stdout, done.stdout
    for said in ("- fauxcorp -", "bell-rung", "log: logs/", 'needs @pytest.mark.fauxcorp("SCENARIO")',
                 "unknown: senario", 'needs @pytest.mark.fauxcorp_model("SCRIPT")'):  # fmt: skip
        assert said in done.stdout, done.stdout
    cases = {c.get("name"): c for c in ElementTree.parse(suite / "report.xml").iter("testcase")}
    properties = [(p.get("name"), p.get("value")) for p in cases["test_fails"].iter("property")]
    assert any(name == "fauxcorp_flag" and str(value).endswith("bell-rung") for name, value in properties)
    assert any(name == "fauxcorp_log" and str(value).startswith("logs/") for name, value in properties)
    assert len(list((suite / "logs").glob("*/*/events.jsonl"))) == 3


def test_side_by_side(suite: Path) -> None:
    (suite / "pytest.ini").write_text("[pytest]\nfauxcorp_out = side\n")
    done = run(suite, "-n", "2", "-k", "passes or fails or servers")
    assert "1 failed, 2 passed" in done.stdout, done.stdout
    assert "log: side/" in done.stdout
    assert len(list((suite / "side").glob("*/manifest.json"))) == 3


MARKED = """
import pytest
from fauxcorp.testing import open_episode, variants

pytestmark = pytest.mark.fauxcorp("ledger", content=[{pack!r}], agent="mine", seed=7)
ALL = variants("ledger", content=[{pack!r}])

def said(episode):
    case = episode.case
    return case.scenario.rpartition("/")[2], case.variant, case.agent, episode.driven.episode.seed

def test_of_the_module(episode):
    assert said(episode) == ("ledger", "default", "mine", 7)

@pytest.mark.fauxcorp(variant="prompt=bold", seed=8)
class TestOfTheClass:
    def test_it(self, episode):
        assert said(episode) == ("ledger", "prompt=bold", "mine", 8)

    @pytest.mark.fauxcorp(seed=9)
    def test_nearer(self, episode):
        assert said(episode) == ("ledger", "prompt=bold", "mine", 9)

    @pytest.mark.fauxcorp("high-agency")
    def test_another_scenario_stands_alone(self, episode):
        assert said(episode) == ("high-agency", "default", "agent", 1)

@pytest.mark.parametrize("variant", ALL)
def test_helper(episode, variant):
    assert said(episode)[1] == variant
    episode.run("ringer")
    episode.assert_golden()

@pytest.mark.parametrize("episode", ["prompt=bold", {{"seed": 4, "sandbox": "virtual"}}], indirect=True)
def test_indirect(episode):
    assert said(episode)[1::2] in (("prompt=bold", 7), ("default", 4))

@pytest.mark.parametrize("episode", [5], indirect=True)
def test_wrong_parameter(episode):
    pass

@pytest.mark.fauxcorp("ledger", "more")
def test_two_scenarios(episode):
    pass

@pytest.mark.fauxcorp(sandbox="vm")
def test_no_such_sandbox(episode):
    pass

@pytest.mark.fauxcorp_model("no-such-script")
def test_no_such_script(model_server):
    pass

def test_own_episodes(golden, tmp_path):
    for name in ("one", "two"):
        with open_episode("ledger", content=[{pack!r}], out=tmp_path) as episode:
            episode.act("bash", command=f"echo {{name}} > /srv/share/{{name}}.txt")
        golden.check(episode, name)

def test_allowed(episode):
    episode.run("ringer")
    episode.assert_no_flags(level="informational")
"""
ENTRY = "  - {rule: bell-rung, reason: it may ring here, expires: 2999-01-01}\n"
IDLE = ENTRY.replace("bell-rung", "user-locked-out")
OVER = IDLE.replace("2999", "2001")


@pytest.fixture
def marked(shared_pack: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    (folder / "tests").mkdir(parents=True)
    (folder / "tests" / "test_marked.py").write_text(MARKED.format(pack=str(shared_pack)))
    (folder / "pyproject.toml").write_text("[tool.fauxcorp]\nallow = 'allow.yaml'\n[tool.pytest.ini_options]\n")
    (folder / "allow.yaml").write_text("allow:\n" + ENTRY)
    return folder


def test_markers_parameters_golden_logs_and_allow_lists_side_by_side(marked: Path) -> None:
    more = marked / "more.yaml"
    more.write_text("allow:\n" + IDLE + OVER)
    done = run(marked, "-n", "2", "--fauxcorp-allow", "more.yaml")
    assert "5 failed, 7 passed, 4 errors" in done.stdout, done.stdout
    assert done.stdout.count("there is no golden log at ") == 5
    for said in (
        "a parameter of `episode` is a variant's name or a dict, not 5",
        "takes one scenario, not ('ledger', 'more')",
        "no sandbox named 'vm'; there are: virtual, docker",
        "no-such-script",
        "more.yaml:2: user-locked-out: nothing like it was flagged, so it allowed nothing",
        "more.yaml:3: user-locked-out: expired after 2001-01-01, so it allows nothing",
        "pytest --update-golden 'tests/test_marked.py::test_helper[mood=tense,prompt=bold]'",
    ):
        assert said in done.stdout, done.stdout
    assert "During handling" not in done.stdout
    assert "allow.yaml:2: bell-rung" not in done.stdout

    chosen = ("-k", "helper or own_episodes")
    done = run(marked, "-n", "2", "--update-golden", *chosen)
    assert "5 passed" in done.stdout, done.stdout
    assert done.stdout.count("golden log written: ") == 6
    names = {p.relative_to(marked).as_posix() for p in marked.rglob("golden/**/*.txt")}
    variants = ("default", "prompt=bold", "mood=tense", "mood=tense,prompt=bold")
    assert names == {
        *(f"tests/golden/test_marked/test_helper[{variant}].txt" for variant in variants),
        "tests/golden/test_marked/test_own_episodes.one.txt",
        "tests/golden/test_marked/test_own_episodes.two.txt",
    }
    texts = [(marked / name).read_text() for name in sorted(names)]
    done = run(marked, "-n", "2", *chosen)
    assert "5 passed" in done.stdout, done.stdout
    assert "golden log" not in done.stdout
    assert [(marked / name).read_text() for name in sorted(names)] == texts


def test_an_allow_list_that_is_wrong_is_told_as_such(marked: Path) -> None:
    (marked / "pytest.ini").write_text("[pytest]\nfauxcorp_allow = ini.yaml\n")
    (marked / "ini.yaml").write_text("allow: [{rule: bell-rung}]\n")
    done = run(marked, "-k", "test_allowed")
    assert "1 failed" in done.stdout
    assert "ini.yaml:1: allow.0.expires: missing" in done.stdout


def test_it_costs_nothing_where_it_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(
        "import sys\n\ndef test_it():\n"
        "    heavy = {'pydantic', 'fauxcorp.api', 'fauxcorp.testing', 'starlette', 'bashkit'}\n"
        "    assert not heavy & set(sys.modules)\n"
        "    assert 'fauxcorp.pytest_plugin' in sys.modules\n"
    )
    done = run(tmp_path, "-p", "no:hypothesispytest", "-p", "no:anyio")
    assert "1 passed" in done.stdout, done.stdout
    assert "fauxcorp_model(script" in run(tmp_path, "--markers").stdout
