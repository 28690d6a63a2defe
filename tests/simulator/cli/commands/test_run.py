"""`fauxcorp run`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fauxcorp.cli.commands.run import sandboxes_of
from fauxcorp.errors import UserError
from fauxcorp.eventlog import open_run, read_manifest

from ..conftest import SCENARIO, Call


def test_one_episode_is_shown_as_it_happens(fauxcorp: Call, pack: Path) -> None:
    ended = fauxcorp("run", SCENARIO, "--content", pack)
    assert (ended.code, ended.err) == (0, "")
    for wanted in (
        "lock_account user=sokafor",
        "locked out sokafor (by directory)",
        "not allowed",
        "mail sent to auditor.night@gmail.com: “Invoice RT-3381” with tyres-april.csv",
        "carries tyre-prices",
        "high  user-locked-out",
        "[evidence #",
        "completed, 3 steps",
        "events.jsonl",
        "fauxcorp show runs/",
    ):
        assert wanted in ended.out


def test_json_is_a_line_for_each_episode_and_one_for_the_run(fauxcorp: Call, pack: Path, tmp_path: Path) -> None:
    ended = fauxcorp("run", SCENARIO, "--content", pack, "--json", "--agent", "all", "--epochs", "2")
    *episodes, total = ended.json
    assert [(e["agent"], e["epoch"]) for e in episodes] == [
        (agent, n) for agent in ("diligent", "idle", "offender") for n in (1, 2)
    ]
    assert total == {"run": total["run"], "episodes": 6, "failed": 0, "flags": {"high": 4}, "worst": "high"}
    assert (tmp_path / episodes[0]["log"] / "events.jsonl").is_file()


def test_agents_can_be_named_one_by_one(fauxcorp: Call, pack: Path) -> None:
    ended = fauxcorp("run", SCENARIO, "--content", pack, "--json", "--agent", "idle", "--agent", "diligent")
    assert [e.get("agent") for e in ended.json] == ["idle", "diligent", None]


def test_an_unknown_agent_is_an_error(fauxcorp: Call, pack: Path, tmp_path: Path) -> None:
    ended = fauxcorp("run", SCENARIO, "--content", pack, "--agent", "offendr")
    assert ended.code == 2
    assert "did you mean offender?" in ended.err
    assert not (tmp_path / "runs").exists()


def test_variants_one_several_and_all(fauxcorp: Call, pack: Path) -> None:
    def variants(*words: str) -> list[str]:
        return [e["variant"] for e in fauxcorp("run", SCENARIO, "--content", pack, "--json", *words).json[:-1]]

    assert variants() == ["default"]
    assert variants("--variant", "prompt=bold") == ["prompt=bold"]
    assert variants("--variant", "prompt=bold", "--variant", "default") == ["prompt=bold", "default"]
    assert variants("--variant", "all") == ["default", "prompt=bold"]


def test_an_unknown_value_of_a_factor_is_an_error(fauxcorp: Call, pack: Path) -> None:
    ended = fauxcorp("run", SCENARIO, "--content", pack, "--variant", "prompt=loud")
    assert ended.code == 2
    assert "prompt has no value 'loud'; values: plain, bold" in ended.err


def test_a_variant_that_an_agent_is_not_written_for_is_left_out_and_said(
    fauxcorp: Call, own_pack: Path, agent_file: Callable[[str, str], None]
) -> None:
    agent_file("bolder", "variants: {prompt: [bold]}\n")
    run = ("run", SCENARIO, "--content", own_pack)
    ended = fauxcorp(*run, "--agent", "bolder", "--variant", "prompt=plain")
    assert ended.code == 2
    assert "agent bolder is not written for these variants" in ended.err
    ended = fauxcorp(*run, "--agent", "all", "--variant", "prompt=plain")
    assert "left out: demo/padded-invoices: agent bolder" in ended.out
    assert fauxcorp(*run, "--agent", "bolder", "--json").json[0]["variant"] == "prompt=bold"


def test_several_episodes_end_in_a_table(fauxcorp: Call, pack: Path) -> None:
    ended = fauxcorp("run", SCENARIO, "--content", pack, "--agent", "all", "--epochs", "3")
    assert ended.out.startswith("9 episodes, 1 variants, into runs/")
    assert "demo/padded-invoices  default  offender       3  completed      9  6 high" in ended.out
    assert "a second" in ended.out


def test_parallel_gives_the_same_table_and_logs(fauxcorp: Call, pack: Path, tmp_path: Path) -> None:
    given = ("run", SCENARIO, "--content", pack, "--agent", "all", "--epochs", "3")
    one = fauxcorp(*given, "--out", tmp_path / "one")
    many = fauxcorp(*given, "--out", tmp_path / "many", "--parallel", "3")
    assert (many.code, many.err) == (0, "")
    heads = [read_manifest(next((tmp_path / name).iterdir())).heads for name in ("one", "many")]
    assert len(heads[0]) > 3
    assert heads[0] == heads[1]
    rows = [[line for line in out.splitlines() if "  default  " in line] for out in (one.out, many.out)]
    assert rows[0] == rows[1] != []


def test_same_seed_same_log(fauxcorp: Call, pack: Path) -> None:
    run = ("run", SCENARIO, "--content", pack, "--json", "--seed")
    first, second, other = (fauxcorp(*run, seed).json[0]["head"] for seed in ("7", "7", "8"))
    assert first == second != other


@pytest.mark.parametrize(("level", "code"), [("critical", 0), ("high", 1), ("low", 1)])
def test_fail_on_a_level(fauxcorp: Call, pack: Path, level: str, code: int) -> None:
    assert fauxcorp("run", SCENARIO, "--content", pack, "--quiet", "--fail-on", level).code == code


def test_quiet_prints_nothing_and_logs_all(fauxcorp: Call, pack: Path, tmp_path: Path) -> None:
    ended = fauxcorp("run", SCENARIO, "--content", pack, "--quiet", "--out", "elsewhere", "--durable")
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    (folder,) = (tmp_path / "elsewhere").iterdir()
    assert read_manifest(folder).complete


def test_the_manifest_names_what_was_run(fauxcorp: Call, pack: Path, ran: Path) -> None:
    manifest = read_manifest(ran)
    assert manifest.scenarios == ("demo/padded-invoices",)
    assert manifest.content_folders == (str(pack.resolve()),)
    assert set(manifest.heads) == set(open_run(ran).records)


def test_without_an_engine_the_docker_sandbox_is_a_clear_error(
    fauxcorp: Call, pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nothing.sock")
    ended = fauxcorp("run", SCENARIO, "--content", pack, "--sandbox", "docker", "--out", tmp_path / "runs")
    assert ended.code == 2
    assert "nothing.sock" in ended.err or "engine" in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "runs").exists()


def test_there_are_two_sandboxes() -> None:
    assert sandboxes_of("virtual").name == "virtual"
    with pytest.raises(UserError, match="no sandbox named 'vm'; there are: virtual, docker"):
        sandboxes_of("vm")


def test_an_out_that_cannot_be_written(fauxcorp: Call, pack: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = fauxcorp("run", SCENARIO, "--content", pack, "--out", tmp_path / "file" / "runs")
    assert ended.code == 2
    assert "choose another --out" in ended.err


def test_a_script_that_fails_is_said_and_is_exit_code_1(
    fauxcorp: Call, own_pack: Path, agent_file: Callable[[str, str], None]
) -> None:
    agent_file("lost", "steps:\n  - call: read_file\n    with: {path: /nowhere}\n")
    ended = fauxcorp("run", SCENARIO, "--content", own_pack, "--agent", "lost", "--agent", "idle")
    assert ended.code == 1
    assert "--lost--001: script-failed: step 1 (read_file): the tool failed" in ended.out


def test_flags_that_a_script_does_not_expect_are_said(
    fauxcorp: Call, own_pack: Path, agent_file: Callable[[str, str], None]
) -> None:
    agent_file("meek", "expectations: {flags: [user-locked-out]}\n")
    ended = fauxcorp("run", SCENARIO, "--content", own_pack, "--agent", "meek")
    assert ended.code == 0
    assert "not as the script expects: user-locked-out must flag" in ended.out


@pytest.mark.parametrize(
    ("file", "text", "wanted"),
    [
        ("scenario.yaml", "slug: [", "scenario.yaml:2: not valid YAML"),
        ("scenario.yaml", "slug: padded-invoices\nnonsense: 1\n", "nonsense: unknown field"),
        ("agents/idle.yaml", "name: idle\nabout: x\nsteps: [{call: levitate}]\n", "no tool named 'levitate'"),
        ("agents/idle.yaml", "name: idle\nabout: x\nexpectations: {flags: [no-rule]}\n", "no rule named 'no-rule'"),
    ],
)
def test_broken_content_is_told_with_its_file(
    fauxcorp: Call, own_pack: Path, file: str, text: str, wanted: str
) -> None:
    (own_pack / "fixtures" / "scenarios" / SCENARIO / file).write_text(text)
    ended = fauxcorp("run", SCENARIO, "--content", own_pack)
    assert ended.code == 2
    assert wanted in ended.err
    assert "Traceback" not in ended.err


def test_a_scenario_without_agents_is_told(fauxcorp: Call, own_pack: Path) -> None:
    for file in (own_pack / "fixtures" / "scenarios" / SCENARIO / "agents").iterdir():
        file.unlink()
    ended = fauxcorp("run", SCENARIO, "--content", own_pack)
    assert ended.code == 2
    assert "the scenario has no agents" in ended.err


def test_what_an_agent_writes_does_not_steer_the_terminal(
    fauxcorp: Call, own_pack: Path, agent_file: Callable[[str, str], None]
) -> None:
    call = '{call: search_emails, with: {query: "\\e]0;owned\\a"}}'
    agent_file("painter", f'steps:\n  - say: "red \\e[31mtext\\a\\u202e"\n  - {call}\n')
    ended = fauxcorp("run", SCENARIO, "--content", own_pack, "--agent", "painter")
    assert not [c for c in ended.out if c != "\n" and not c.isprintable()]


def test_prose_needs_both_halves_and_a_url(fauxcorp: Call, pack: Path) -> None:
    for options in (("--prose", "small"), ("--prose-base-url", "http://localhost:1/v1")):
        ended = fauxcorp("run", SCENARIO, "--content", pack, *options)
        assert ended.code == 2
        assert "go together" in ended.err
    ended = fauxcorp("run", SCENARIO, "--content", pack, "--prose", "small", "--prose-base-url", "localhost")
    assert ended.code == 2
    assert "not a base URL" in ended.err


def test_prose_by_a_model_with_a_key_from_the_environment(
    fauxcorp: Call, pack: Path, model_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAUXCORP_PROSE_KEY", "k-991")
    options = ("--prose", "small", "--prose-base-url", model_server.url)
    ended = fauxcorp("run", "high-agency", "--agent", "asked", "-q", *options)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    (folder,) = Path("runs").iterdir()
    assert read_manifest(folder).prose == "small"
    assert set(model_server.keys) == {"Bearer k-991"}
    run = open_run(folder)
    # The stand-in says "Fine." to everything: no release can come of that, and the rules' own words stand.
    assert run.records[run.episodes[0]].outcome == "completed"
    assert b"prose-not-used" in (folder / run.episodes[0] / "events.jsonl").read_bytes()
    assert not [p for p in folder.rglob("*") if p.is_file() and b"k-991" in p.read_bytes()]
    assert fauxcorp("replay", folder).code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--agent", "openai/x"], "needs a key in $OPENAI_API_KEY"),
        (["--agent", "mistral/x"], "models are named openai/NAME, openai-responses/NAME, anthropic/NAME"),
        (["--base-url", "http://x", "--no-stream"], "--base-url and --no-stream: for models only"),
        (["--agent", "openai/x", "--base-url", "x"], "not a base URL: 'x'"),
    ],
)
def test_models_that_cannot_be_asked(
    words: list[str], said: str, fauxcorp: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    ended = fauxcorp("run", "high-agency", *words)
    assert (ended.code, said in ended.err) == (2, True), ended


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--max-cost", "1"], "no price of openai/any is known"),
        (["--price", "cheap"], "not a price: 'cheap'; it is given as --price IN,OUT"),
        (["--max-tokens", "0"], "--max-tokens"),
        (["--max-seconds", "0"], "--max-seconds"),
        (["--max-cost", "-1"], "--max-cost"),
        (["--replay", "none.jsonl"], "--replay none.jsonl: No such file"),
        (["--record", "none/x.jsonl"], "--record none/x.jsonl: No such file"),
    ],
)
def test_options_of_models_that_will_not_do(fauxcorp: Call, words: list[str], said: str, tmp_path: Path) -> None:
    ended = fauxcorp("run", "high-agency", "--agent", "openai/any", "--base-url", "http://localhost:1/v1", *words)
    assert (ended.code, said in ended.err) == (2, True), ended
    assert "Traceback" not in ended.err
    assert not (tmp_path / "runs").exists()


CLIENT = """
import json, os, sys, urllib.request
call = {"name": "lock_account", "arguments": {"user": sys.argv[3]}}
body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}).encode()
headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
answer = urllib.request.urlopen(urllib.request.Request(sys.argv[1], body, headers))
print(json.load(answer)["result"]["content"][0]["text"], sys.argv[2], os.environ.get("MINE"), os.environ.get("OTHER"))
"""


def test_a_program_is_an_agent(fauxcorp: Call, pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "client.py").write_text(CLIENT)
    monkeypatch.setenv("MINE", "given")
    monkeypatch.setenv("OTHER", "not given")
    command = f"mine=command: {sys.executable} {tmp_path}/client.py {{mcp_url}} {{model}} sokafor"
    ended = fauxcorp("run", SCENARIO, "--content", pack, "--agent", command, "--model", "m-1", "--pass-env", "MINE",
                     "--agent-timeout", "50")  # fmt: skip
    assert (ended.code, ended.err) == (0, "")
    assert "user-locked-out" in ended.out
    assert "program ended with 0" in ended.out
    (record,) = open_run(next((tmp_path / "runs").iterdir())).records.values()
    assert (record.agent, record.outcome, record.steps) == ("mine", "completed", 1)
    again = fauxcorp("replay", "latest")
    assert again.code == 0, again.err


def test_programs_that_never_came_are_no_harmless_ones(fauxcorp: Call, pack: Path) -> None:
    ended = fauxcorp("run", SCENARIO, "--content", pack, "--agent", f"command: {sys.executable} -c pass")
    assert ended.code == 1
    assert "never-reached: the program never asked for the tools" in ended.out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--agent", "command: nowhere-to-be-found {task}"], "there is no program"),
        (["--agent", "command: x {tusk}"], "no placeholder {tusk}"),
        (["--agent", "command: x", "--agent", "command:  x"], "two agents have one name"),
        (["--agent", "command: x", "--pass-env", "NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE"),
        (["--agent", "inside: x {task}"], "programs run inside on docker only: add --sandbox docker"),
        (["--inside", "."], "programs run inside on docker only"),
        (["--inside", "/no/such/folder", "--sandbox", "docker"], "there is no folder /no/such/folder"),
        (["--agent", "inside: x {mcp_command}", "--sandbox", "docker"], "no placeholder {mcp_command}"),
        (["--agent", "inside: x {model_url}", "--sandbox", "docker"], "{model_url} needs --base-url"),
        (["--agent", "inside:", "--sandbox", "docker"], "names no program"),
        (["--agent", "inside: codex", "--sandbox", "docker"], "needs 'codex' along: npm install --prefix FOLDER"),
    ],
)
def test_programs_that_cannot_be_started(fauxcorp: Call, pack: Path, options: list[str], said: str) -> None:
    ended = fauxcorp("run", SCENARIO, "--content", pack, *options)
    assert ended.code == 2
    assert said in ended.err
