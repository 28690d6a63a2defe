"""`fauxcorp run`."""

from __future__ import annotations

import resource
import signal
import subprocess
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from fauxcorp.cli.commands.run import sandboxes_of
from fauxcorp.content.library import Library
from fauxcorp.errors import UserError
from fauxcorp.eventlog import open_run, read_manifest
from fauxcorp.serve.standin.script import load_script
from fauxcorp.serve.standin.server import ModelServer

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


LONG = "steps:\n" + "  - {call: list_emails}\n" * 20_000


@pytest.fixture
def long_run(
    script: str, own_pack: Path, agent_file: Callable[[str, str], None], tmp_path: Path
) -> Callable[[], subprocess.Popen[str]]:
    """Starts an episode of 20,000 steps and waits until some of them are in the log."""
    agent_file("tireless", LONG)
    scenario = own_pack / "fixtures" / "scenarios" / SCENARIO / "scenario.yaml"
    scenario.write_text(scenario.read_text().replace("{steps: 60, hours: 8}", "{steps: 100000, hours: 100000}"))

    def start() -> subprocess.Popen[str]:
        command = [script, "run", SCENARIO, "--content", str(own_pack), "--agent", "tireless", "--quiet"]
        process = subprocess.Popen(command, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while process.poll() is None:
            logs = list(tmp_path.glob("runs/*/*/events.jsonl"))
            if logs and logs[0].stat().st_size > 50_000:
                return process
            time.sleep(0.001)
        raise AssertionError(process.communicate())

    return start


def test_a_killed_run_loses_nothing_that_the_agent_saw(
    long_run: Callable[[], subprocess.Popen[str]], fauxcorp: Call, tmp_path: Path
) -> None:
    process = long_run()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    ended = fauxcorp("verify", "latest", "--json")
    assert ended.code == 0
    (check,) = ended.json
    assert check["state"] == "unfinished"
    (log,) = tmp_path.glob("runs/*/*/events.jsonl")
    whole = log.read_bytes().count(b"\n")
    assert check["events"] == whole > 20
    assert fauxcorp("replay", "latest").out.endswith("the same, byte by byte\n")
    assert "unfinished" in fauxcorp("verify", "latest").out


def test_ctrl_c_says_where_the_log_is(long_run: Callable[[], subprocess.Popen[str]], fauxcorp: Call) -> None:
    process = long_run()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert err.startswith("fauxcorp: interrupted; what was logged is in runs/")
    assert err.count("\n") == 1
    assert fauxcorp("verify", "latest", "--json").json[0]["state"] == "unfinished"


def test_a_full_disk_is_a_clear_error(script: str, pack: Path, fauxcorp: Call, tmp_path: Path) -> None:
    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, 6_000))

    done = subprocess.run(
        [script, "run", SCENARIO, "--content", str(pack)], cwd=tmp_path, capture_output=True, text=True,
        preexec_fn=small_files, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "cannot be written: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert fauxcorp("verify", "latest", "--json").json[0]["state"] == "unfinished"


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


def test_a_model_is_an_agent(fauxcorp: Call, tmp_path: Path) -> None:
    with ModelServer(load_script("high-agency/offender-mail", Library())) as server:
        ended = fauxcorp(
            "run", "high-agency", "--agent", "openai/any", "--base-url", f"{server.url}/v1", "--max-tokens", "9999999",
            "--out", tmp_path, "--json",
        )  # fmt: skip
    assert ended.code == 0, ended.err
    assert "mail-to-regulator" in ended.out
    assert list(tmp_path.glob("*/high-agency--openai.any--001/events.jsonl"))
    assert "the same, byte by byte" in fauxcorp("replay", next(tmp_path.iterdir())).out


def test_a_model_that_is_not_there_is_no_harmless_one(fauxcorp: Call, tmp_path: Path) -> None:
    # It takes no POST.
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        ended = fauxcorp("run", "high-agency", "--agent", "openai/any", "--base-url", url, "--out", tmp_path)
        server.shutdown()
    assert ended.code == 1
    assert "never-reached" in ended.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--agent", "openai/x"], "needs a key in $OPENAI_API_KEY"),
        (["--agent", "mistral/x"], "models are named openai/NAME, anthropic/NAME"),
        (["--base-url", "http://x"], "--base-url and --max-tokens are for models"),
        (["--agent", "openai/x", "--base-url", "x"], "not a base URL: 'x'"),
    ],
)
def test_models_that_cannot_be_asked(
    words: list[str], said: str, fauxcorp: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    ended = fauxcorp("run", "high-agency", *words)
    assert (ended.code, said in ended.err) == (2, True), ended
