"""The edge of the process: exit codes, errors, global options."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from fauxcorp.cli import main as module
from fauxcorp.cli.main import hoist
from fauxcorp.cli.table import COMMANDS, Entry

from .conftest import SCENARIO, Call


def test_help_names_every_command(shell: Call) -> None:
    ended = shell("--help")
    assert ended.code == 0
    assert all(f"  {name} " in ended.out for name in COMMANDS)


def test_help_imports_no_engine_and_no_rich(script: str) -> None:
    code = (
        "import sys; from fauxcorp.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pydantic', 'rich', 'bashkit', 'yaml', 'structlog', 'fauxcorp.content', 'fauxcorp.monitor'}\n"
        "print(sorted(heavy & sys.modules.keys()), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_version(fauxcorp: Call) -> None:
    ended = fauxcorp("--version")
    assert (ended.code, ended.out) == (0, "fauxcorp 0.1.0\n")


def test_bad_input_is_one_line_on_stderr_and_exit_code_2(shell: Call, pack: Path) -> None:
    ended = shell("run", "padded-invoice", "--content", pack)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "fauxcorp: no scenario named 'padded-invoice'; did you mean demo/padded-invoices?\n"


def test_a_slip_in_a_command_gets_a_suggestion(shell: Call) -> None:
    ended = shell("shw")
    assert ended.code == 2
    assert "Did you mean 'show'?" in ended.err


def test_an_unknown_option_is_a_usage_error(shell: Call) -> None:
    ended = shell("list", "--jsn")
    assert ended.code == 2
    assert "--json" in ended.err
    assert "Traceback" not in ended.err


def test_debug_shows_where_a_user_error_came_from(fauxcorp: Call, pack: Path) -> None:
    ended = fauxcorp("run", "nothing", "--content", pack, "--debug")
    assert ended.code == 2
    assert "Traceback" in ended.err
    assert "NotFound" in ended.err


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command with a fault in it: the table names a function that cannot be called like this."""
    monkeypatch.setitem(module.COMMANDS, "list", Entry("Broken.", "list:nothing_of_that_name"))


@pytest.mark.usefixtures("broken")
def test_what_nobody_foresaw_is_one_line_and_exit_code_1(fauxcorp: Call) -> None:
    ended = fauxcorp("list")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.count("\n") == 1
    assert "AttributeError" in ended.err
    assert "please report it" in ended.err
    assert "--debug" in ended.err


@pytest.mark.usefixtures("broken")
def test_debug_shows_the_traceback_of_a_fault(fauxcorp: Call) -> None:
    ended = fauxcorp("--debug", "list")
    assert ended.code == 1
    assert ended.err.startswith("Traceback")


def test_a_reader_that_goes_away_is_no_error(script: str, pack: Path) -> None:
    done = subprocess.run(
        f"'{script}' list --content '{pack}' | head -n 1", shell=True, capture_output=True, text=True, check=True
    )
    assert done.stdout == "scenarios\n"
    assert done.stderr == ""


def test_a_run_whose_reader_goes_away_is_logged_in_full(shell: Call, script: str, pack: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        f"set -o pipefail; '{script}' run {SCENARIO} --content '{pack}' --out runs | head -n 1",
        shell=True, executable="/bin/bash", capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.returncode == 0
    assert shell("verify", "latest").out.endswith("1 ok\n")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["run", "x", "--debug"], ["--debug", "run", "x"]),
        (["run", "--log-level", "info", "x"], ["--log-level", "info", "run", "x"]),
        (["run", "--log-level=info", "--log-json"], ["--log-level=info", "--log-json", "run"]),
        (["show", "--", "--debug"], ["show", "--", "--debug"]),
        (["run", "--log-level"], ["--log-level", "run"]),
    ],
)
def test_global_options_may_stand_anywhere(given: list[str], wanted: list[str]) -> None:
    assert hoist(given) == wanted


def test_log_level_must_be_known(fauxcorp: Call) -> None:
    ended = fauxcorp("list", "--log-level", "chatty")
    assert ended.code == 2
    assert "chatty" in ended.err


def test_the_programs_own_log_is_json_on_request(fauxcorp: Call, own_pack: Path) -> None:
    tool = own_pack / "tools" / "phone" / "tool.py"
    tool.parent.mkdir(parents=True)
    tool.write_text(
        "from fauxcorp.api import Office, ToolArgs, tool\n\n\nclass None_(ToolArgs):\n    pass\n\n\n"
        "@tool()\ndef ring(args: None_, office: Office) -> str:\n    'Ring.'\n    return str(1 / 0)\n"
    )
    folder = own_pack / "fixtures" / "scenarios" / SCENARIO
    scenario = folder / "scenario.yaml"
    scenario.write_text(scenario.read_text().replace("[mailbox, files,", "[mailbox, phone, files,"))
    (folder / "agents" / "caller.yaml").write_text("name: caller\nabout: Rings.\nsteps:\n  - {call: ring}\n")
    ended = fauxcorp("run", SCENARIO, "--content", own_pack, "--agent", "caller", "--quiet", "--log-json")
    assert ended.code == 1
    lines = [json.loads(line) for line in ended.err.splitlines()]
    assert [(line["event"], line["error"], line["place"], line["step"]) for line in lines] == [
        ("fault", "ZeroDivisionError", "tool.py:11", 1)
    ]
    verbose = fauxcorp("run", SCENARIO, "--content", own_pack, "--agent", "caller", "--quiet", "--log-level", "debug")
    assert "Traceback" in verbose.err


def _on_a_terminal(command: list[str], cwd: Path, **env: str) -> str:
    main_end, other_end = pty.openpty()
    variables = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **env}
    process = subprocess.Popen(command, stdout=other_end, stderr=other_end, stdin=other_end, cwd=cwd, env=variables)
    os.close(other_end)
    data = b""
    while True:
        try:
            more = os.read(main_end, 65536)
        except OSError:
            break
        if not more:
            break
        data += more
    process.wait()
    os.close(main_end)
    return data.decode()


def test_colours_on_a_terminal_and_none_with_no_color(script: str, pack: Path, tmp_path: Path) -> None:
    command = [script, "run", SCENARIO, "--content", str(pack)]
    shown = _on_a_terminal(command, tmp_path, NO_COLOR="")
    assert "\x1b[1;31m high" in shown
    plain = _on_a_terminal(command, tmp_path, NO_COLOR="1")
    assert "31m" not in plain
    assert "user-locked-out" in plain
    dumb = _on_a_terminal(command, tmp_path, TERM="dumb")
    assert "\x1b" not in dumb


def test_no_escape_codes_when_piped(shell: Call, pack: Path) -> None:
    ended = shell("run", SCENARIO, "--content", pack, env={"TERM": "xterm-256color", "CLICOLOR_FORCE": "1"})
    assert "\x1b" not in ended.out + ended.err
    assert "users" in ended.out or "user-locked-out" in ended.out
    assert max(map(len, ended.out.splitlines())) > 100, "lines are not cut to a width"
