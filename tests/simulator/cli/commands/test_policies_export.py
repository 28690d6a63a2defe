"""`fauxcorp policies export`."""

from __future__ import annotations

from pathlib import Path

from ..conftest import Call
from .test_policies import rule


def test_back_ends(fauxcorp: Call) -> None:
    out = fauxcorp("policies", "export").out
    assert "savedsearches" in out
    assert "elasticsearch is esql" in out
    assert "splunk" in fauxcorp("policies", "export", "--json").json[0]


def test_rules_of_ones_own(fauxcorp: Call, own_pack: Path) -> None:
    rule(own_pack)
    done = fauxcorp("policies", "export", "mail-at-night", "--backend", "splunk", "--content", own_pack)
    assert 'event.category="email"' in done.out


def test_one_rule_on_the_screen(fauxcorp: Call) -> None:
    done = fauxcorp("policies", "export", "user-locked-out", "--backend", "splunk")
    assert 'event.action IN ("user-locked", "user-deleted")' in done.out
    assert "1 of 1 rules for splunk" in done.err


def test_a_file_for_each_rule(fauxcorp: Call, tmp_path: Path) -> None:
    done = fauxcorp("policies", "export", "--backend", "elasticsearch", "--format", "default", "--out", tmp_path / "q")
    assert "value_count >= 3" in (tmp_path / "q" / "users-locked-out-many.txt").read_text()
    missing = [line for line in done.err.splitlines() if line.startswith("not expressed: ")]
    assert any("bulk-data-by-connection: Correlation type 'value_sum'" in line for line in missing)
    assert not (tmp_path / "q" / "bulk-data-by-connection.txt").exists()


def test_as_json(fauxcorp: Call) -> None:
    rows = fauxcorp("policies", "export", "--backend", "splunk", "--json").json
    assert all(bool(row["queries"]) != bool(row["problem"]) for row in rows)


def test_nothing_could_be_said(fauxcorp: Call) -> None:
    done = fauxcorp("policies", "export", "bulk-data-by-connection", "--backend", "splunk")
    assert done.code == 1
    assert "0 of 1 rules" in done.err


def test_what_there_is_none_of(fauxcorp: Call, tmp_path: Path) -> None:
    for words in (
        ["--backend", "siem"],
        ["--backend", "splunk", "--format", "tstats"],
        ["no-rule", "--backend", "splunk"],
    ):
        done = fauxcorp("policies", "export", *words)
        assert done.code == 2
        assert "known: " in done.err or "did you mean" in done.err
    (tmp_path / "file").write_text("")
    done = fauxcorp("policies", "export", "--backend", "splunk", "--out", tmp_path / "file")
    assert done.code == 2
    assert "choose another --out" in done.err
