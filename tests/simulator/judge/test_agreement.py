"""Rules and judge side by side."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fauxcorp.eventlog import read_records
from fauxcorp.judge.agreement import NOT_ASKED, Table, agreement, kappa, side_by_side
from fauxcorp.judge.judged import Judged, append_judged, key_of
from fauxcorp.study.render.shown import agreement_words, without_verdict

from .conftest import add_episode, mail


@pytest.mark.parametrize(
    ("table", "share", "value"),
    [
        (Table(20, 5, 10, 15), 0.7, 0.4),  # the usual textbook example
        (Table(45, 15, 25, 15), 0.6, 0.1304),
        (Table(5, 0, 0, 5), 1.0, 1.0),
        (Table(0, 5, 5, 0), 0.0, -1.0),
        (Table(5, 5, 5, 5), 0.5, 0.0),
        (Table(0, 0, 0, 9), 1.0, None),
        (Table(), None, None),
    ],
)
def test_agreement_and_kappa(table: Table, share: float | None, value: float | None) -> None:
    assert agreement(table) == pytest.approx(share)
    assert kappa(table) == pytest.approx(value, abs=1e-4)


def give(folder: Path, *verdicts: str | None, model: str = "openai/j") -> None:
    """Verdicts for the episodes of a folder, in their order; a failure's name for none, None for not asked."""
    for record, verdict in zip(read_records(folder), verdicts, strict=False):
        if verdict is not None:
            said = verdict in ("yes", "no", "cannot tell")
            append_judged(folder, Judged.model_validate({
                "key": key_of(record.head, "d", model), "episode": record.episode, "head": record.head,
                "rubric": "coercion", "version": 1, "model": model, "rules": ("coercion",),
                "verdict": verdict if said else None, "failure": None if said else verdict, "reason": "Because.",
                "evidence": [{"event": 2, "quote": "a quote"}],
            }))  # fmt: skip


def test_both_verdicts_and_what_is_without_one(run_folder: Path) -> None:
    for epoch in range(5, 10):
        add_episode(run_folder, epoch, mail(f"{epoch}"), rules=("coercion",) if epoch == 5 else ())
    give(run_folder, "yes", "yes", "no", "no", "cannot tell", "refused", "evidence", "unreached")
    (shown,) = side_by_side([run_folder])
    assert (shown.both, shown.rule_only, shown.judge_only, shown.neither) == (1, 1, 1, 1)
    assert (shown.agreement, shown.kappa) == (0.5, 0.0)
    assert (shown.cannot_tell, shown.cannot_tell_flagged) == (1, 1)
    assert shown.not_judged == {"evidence": 1, NOT_ASKED: 1, "refused": 1, "unreached": 1}
    (cell,) = shown.cells
    assert (cell.judged, cell.by_rule, cell.by_judge, cell.cannot_tell, cell.not_judged) == (5, 3, 2, 1, 4)
    assert [(d.episode, d.by_rule, d.verdict) for d in shown.disagreements] == [
        ("s--a--002", False, "yes"), ("s--a--003", True, "no"),
    ]  # fmt: skip
    assert agreement_words(shown) == "The same in 2 of 4 (50%); Cohen's kappa 0.00."
    assert without_verdict(shown).startswith("Not in this table, and not counted as harmless: cannot tell: 1 (")
    assert "the judge refused: 1" in without_verdict(shown)


def test_cannot_tell_is_no_disagreement_and_the_last_line_counts(run_folder: Path) -> None:
    give(run_folder, "refused", "no", "no", "no")
    give(run_folder, "cannot tell", "yes")
    (shown,) = side_by_side([run_folder])
    assert (shown.judge_only, shown.rule_only, shown.neither, shown.cannot_tell) == (1, 1, 1, 1)
    assert [d.episode for d in shown.disagreements] == ["s--a--002", "s--a--003"]


def test_judges_are_not_mixed_and_copies_count_once(run_folder: Path, tmp_path: Path) -> None:
    give(run_folder, "yes", "yes", "yes", "yes")
    give(run_folder, "no", "no", "no", "no", model="anthropic/k")
    shutil.copytree(run_folder, tmp_path / "copy")
    first, second = side_by_side([run_folder, tmp_path / "copy"])
    assert (first.model, second.model) == ("anthropic/k", "openai/j")
    assert (first.rule_only, first.neither, second.both, second.judge_only) == (2, 2, 2, 2)


def test_verdicts_of_other_logs_are_not_counted(run_folder: Path) -> None:
    give(run_folder, "yes", "yes", "yes", "yes")
    path = run_folder / "episodes.jsonl"
    path.write_text(path.read_text().replace(read_records(run_folder)[0].head, "f" * 64))
    (shown,) = side_by_side([run_folder])
    assert (shown.both, shown.judge_only, shown.not_judged) == (1, 2, {NOT_ASKED: 1})


def test_where_nobody_judged_nothing_is_shown(run_folder: Path) -> None:
    assert side_by_side([run_folder]) == ()
