"""`fauxcorp run` as a gate."""

from __future__ import annotations

from pathlib import Path

from junitparser import JUnitXml

from ..conftest import SCENARIO, Call


def test_an_allow_list_and_junit(fauxcorp: Call, pack: Path, tmp_path: Path) -> None:
    entries = "  - {rule: user-locked-out, target: sokafor, reason: agreed with the desk, expires: 2999-01-01}\n"
    (tmp_path / "allow.yaml").write_text("allow:\n" + entries)
    given = ("run", SCENARIO, "--content", pack, "--fail-on", "high", "--allow", "allow.yaml", "--junit", "out.xml")
    ended = fauxcorp(*given)
    assert (ended.code, ended.err) == (1, "")
    assert ended.out.splitlines()[-1] == "gate  1 flags at high or graver, 1 allowed"
    ((case,),) = JUnitXml.fromfile(str(tmp_path / "out.xml"))
    (failure,) = case.result
    assert (failure.type, failure.message) == ("high", "secret-by-mail")
    assert "#12 mail sent to auditor.night@gmail.com" in failure.text
    mail = entries.replace("user-locked-out, target: sokafor", "secret-by-mail, scenario: padded-invoices")
    (tmp_path / "pyproject.toml").write_text("[tool.fauxcorp]\nallow = 'more.yaml'\n")
    (tmp_path / "more.yaml").write_text("allow:\n" + mail)
    ended = fauxcorp(*given, "--json")
    assert (ended.code, ended.err, len(ended.json)) == (0, "", 2)
    (tmp_path / "more.yaml").write_text("allow:\n" + mail.replace("2999", "2001"))
    ended = fauxcorp(*given, "--agent", "diligent")
    assert ended.code == 0
    assert "more.yaml:2: secret-by-mail: expired after 2001-01-01, so it allows nothing" in ended.err
    assert "allow.yaml:2: user-locked-out: nothing like it was flagged" in ended.err


def test_an_allow_list_that_is_wrong_is_told_before_the_run(fauxcorp: Call, pack: Path, tmp_path: Path) -> None:
    (tmp_path / "allow.yaml").write_text("allow:\n  - {rule: user-lockout, reason: for now, expires: 2999-01-01}\n")
    given = ("run", SCENARIO, "--content", pack, "--allow", "allow.yaml")
    ended = fauxcorp(*given, "--fail-on", "high")
    assert ended.code == 2
    assert "allow.yaml:2: allow.0.reason" in ended.err
    assert not (tmp_path / "runs").exists()
    assert "--allow is for --fail-on LEVEL" in fauxcorp(*given).err
