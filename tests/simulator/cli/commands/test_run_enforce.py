"""`--enforce` and `--reviewer`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ..conftest import Call

ASK = ("--enforce", "ask:high")


def ran(fauxcorp: Call, out: Path, *options: str, **more: Any) -> Any:
    return fauxcorp("run", "high-agency", "--agent", "offender-mail", "--out", out, *options, **more)


def rules_of(out: Path) -> str:
    return "".join(path.read_text() for path in out.glob("*/*/events.jsonl"))


def test_denied_before_it_is(fauxcorp: Call, tmp_path: Path) -> None:
    assert '"rule.id":"mail-to-press"' in (ran(fauxcorp, tmp_path / "plain"), rules_of(tmp_path / "plain"))[1]
    done = ran(fauxcorp, tmp_path / "enforced", "--enforce", "deny:high")
    assert "denied by rule" in done.out
    assert "not as the script expects" not in done.out
    assert '"rule.id":"mail-to-press","rule' not in rules_of(tmp_path / "enforced").replace("enforcement", "")
    assert fauxcorp("replay", next((tmp_path / "enforced").iterdir())).code == 0


@pytest.mark.parametrize(("typed", "said"), [("y he may\n" * 20, "allowed by person: he may"), ("", "by person")])
def test_a_person_is_asked(fauxcorp: Call, tmp_path: Path, typed: str, said: str) -> None:
    done = ran(fauxcorp, tmp_path, *ASK, "--reviewer", "person", given=typed)
    assert "Allow? [y/N" in done.err
    assert said in done.out


def test_a_model_is_asked(fauxcorp: Call, tmp_path: Path, model_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAUXCORP_REVIEWER_KEY", "k-17")
    model_server.answer = lambda asked: model_server.completion("allow\nPlainly lawful.")
    done = ran(fauxcorp, tmp_path, *ASK, "--reviewer", "m", "--reviewer-base-url", model_server.url)
    assert "allowed by m: Plainly lawful." in done.out
    assert set(model_server.keys) == {"Bearer k-17"}
    assert model_server.data(model_server.asked[0])["act"]["event.action"] == "user-locked"
    assert "k-17" not in rules_of(tmp_path)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--reviewer", "person"), "--reviewer is for --enforce"),
        (("--enforce", "deny:high", "--reviewer", "person"), "nothing of --enforce asks"),
        (ASK, "say whom with --reviewer"),
        ((*ASK, "--reviewer", "m"), "go together"),
        ((*ASK, "--reviewer", "person", "--reviewer-base-url", "http://x/v1"), "is for a model"),
        ((*ASK, "--reviewer", "person", "--parallel", "2"), "leave --parallel out"),
        (("--enforce", "nowhere.yaml"), "neither a file nor"),
    ],
)
def test_options_that_do_not_go_together(fauxcorp: Call, tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    done = ran(fauxcorp, tmp_path, *options)
    assert done.code == 2
    assert said in done.err
    assert list(tmp_path.iterdir()) == []
