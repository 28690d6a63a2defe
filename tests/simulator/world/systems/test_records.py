"""The files of the systems: laid over each other, and held against the company."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from fauxcorp.world.systems.modelfile import Deployment, ModelsFile
from fauxcorp.world.systems.records import Decision, Known, merged, unknown

BASE: dict[str, Any] = {
    "models": [{"id": "a", "title": "A"}],
    "versions": [{"model": "a", "version": "1"}],
    "deployments": [{"id": "x", "version": "a@1"}, {"id": "y", "version": "a@1"}],
    "editors": ["ada"],
}
KNOWN = Known({"ada": None}, frozenset({"staff"}), frozenset({"/srv/a.csv"}))


def test_an_entry_of_the_same_id_stands_in_the_place_of_the_one_below() -> None:
    over = {"deployments": [{"id": "y", "version": "a@2"}, {"id": "z", "version": "a@1"}],
            "versions": [{"model": "a", "version": "2"}], "own": "a@2", "editors": ["@staff"]}  # fmt: skip
    whole = merged([ModelsFile.model_validate(BASE), ModelsFile.model_validate(over)])
    assert isinstance(whole, ModelsFile)
    assert [(d.id, d.version) for d in whole.deployments] == [("x", "a@1"), ("y", "a@2"), ("z", "a@1")]
    assert [v.id for v in whole.versions] == ["a@1", "a@2"]
    assert (whole.own, whole.editors, whole.store) == ("a@2", ("@staff", "ada"), "/srv/models")
    assert whole.index[Deployment]["y"] is whole.deployments[1]


@pytest.mark.parametrize(
    ("change", "where", "said"),
    [
        ({"editors": ["ada", "bob"]}, ("editors", 1), "no such person: bob"),
        ({"editors": ["@nobody"]}, ("editors", 0), "no such group: @nobody"),
        ({"deployments": [{"id": "x", "version": "b@1"}]}, ("deployments", 0, "version"), "none of `versions`: b@1"),
        ({"deployments": [{"id": "x", "version": "a@1"}] * 2}, ("deployments", 1, "id"), "x is there already"),
        (
            {"jobs": [{"id": "j", "model": "a", "objective": "o", "data": ["/srv/b.csv"]}]},
            ("jobs", 0, "data", 0),
            "no such file of the company: /srv/b.csv",
        ),
    ],
)
def test_what_stands_for_nothing_is_found(change: dict[str, Any], where: tuple[Any, ...], said: str) -> None:
    file = ModelsFile.model_validate({**BASE, **change})
    assert list(unknown(file, file, KNOWN)) == [(where, said)]


def test_what_is_right_is_right() -> None:
    file = ModelsFile.model_validate({**BASE, "editors": "@staff"})
    assert list(unknown(file, file, KNOWN)) == []


def test_a_decision_looks_at_words_and_amounts() -> None:
    decision = Decision(person="ada", matches=("new laptop*screen",), lacks=("urgent",), up_to=500)
    assert decision.fits("A new laptop, and a screens", 500)
    assert not decision.fits("A new laptop, and a screen", 501)
    assert not decision.fits("URGENT: new laptop and screen", 5)
    assert not decision.fits("a screen", 5)
    with pytest.raises(ValidationError, match="not the greater"):
        Decision(person="ada", delay=(5, 1))
