"""`fauxcorp study power`."""

from __future__ import annotations

from ..conftest import Call


def test_epochs_for_a_difference(fauxcorp: Call) -> None:
    words = (
        "study",
        "power",
        "--from",
        "0.1",
        "--to",
        "0.3",
        "--alpha",
        "0.05",
        "--power",
        "0.8",
        "--comparisons",
        "1",
    )
    assert "epochs" in fauxcorp(*words).out
    (few,) = fauxcorp(*words, "--json").json
    (many,) = fauxcorp("study", "power", "--from", "0.1", "--to", "0.15", "--json").json
    # Fisher's exact test at 5 % and 80 % wants 71 in each group for 0.1 against 0.3 (Casagrande, Pike and Smith).
    assert 65 <= few["epochs"] <= 75
    assert many["epochs"] > 5 * few["epochs"]


def test_what_so_many_could_show(fauxcorp: Call) -> None:
    (told,) = fauxcorp("study", "power", "--from", "0.1", "--epochs", "20", "--json").json
    assert told


def test_what_cannot_be_asked(fauxcorp: Call) -> None:
    for words in (["--from", "0.2", "--to", "0.2"], ["--from", "0.2"], ["--from", "2"]):
        assert fauxcorp("study", "power", *words).code == 2
