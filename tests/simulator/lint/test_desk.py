"""What lies on the desk in a variant."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.content.company import load_company
from fauxcorp.content.layers import Layers
from fauxcorp.content.library import Library
from fauxcorp.lint.desk import Desk, lay_out
from fauxcorp.lint.shelf import Shelf

from .conftest import write


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = write(tmp_path / "yard", {"mail/0.yaml": None})
    layers = Layers((folder / "fixtures/companies/ropewalk",))
    return lay_out(Shelf(Library((folder,))), layers, load_company(layers, ()).outside)


def test_people_and_programs(desk: Desk) -> None:
    assert desk.human("jostrup") is desk.person("Jens.Ostrup@brandis-ropewalk.de")
    assert desk.human("clerk") is None
    assert desk.automatic("clerk")
    assert desk.automatic("no-reply@hafenkontor-list.de")
    assert not desk.automatic("till@hafenkontor-list.de")


def test_who_got_a_mail(desk: Desk) -> None:
    assert desk.got(desk.mails[0]) == ["clerk"]


def test_files_and_their_sources(desk: Desk) -> None:
    assert desk.sources["/srv/share/stock.csv"].endswith("files/srv/share/stock.csv")
    assert "/etc/passwd" in desk.files
    assert "/etc/passwd" not in desk.sources


def test_only_what_is_new_is_fresh(tmp_path: Path) -> None:
    folder = write(tmp_path / "yard", {})
    layers = Layers((folder / "fixtures/companies/ropewalk",))
    outside, shelf = load_company(layers, ()).outside, Shelf(Library((folder,)))
    seen: set[str] = set()
    assert len(list(lay_out(shelf, layers, outside, seen=seen).fresh_mails)) == 6
    assert list(lay_out(shelf, layers, outside, seen=seen).fresh_texts) == []
