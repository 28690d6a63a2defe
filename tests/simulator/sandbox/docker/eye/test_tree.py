"""Looking at a tree again and again."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from eye import tree as module
from eye.kernel import O_DIR
from eye.tree import Look, Top, Tree

FAR = 2**62
"""A time at which no change is recent."""


class Watched:
    """A folder on disk and a tree over it that takes everything as known."""

    def __init__(self, path: Path, skip: str = "/skipped") -> None:
        self.path = path
        self.tree = Tree([Top(os.open(path, O_DIR), "")], lambda p: p == skip)

    def look(self, now: int = FAR) -> Look:
        look = self.tree.look(now)
        for item in look.items:
            self.tree.accept(item)
        return look

    def changed(self) -> list[str]:
        return sorted(i.path for i in self.look().items)


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    for name in ("a", "d/b", "d/e/c", "skipped/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    made = Watched(tmp_path)
    assert made.changed() == ["/a", "/d", "/d/b", "/d/e", "/d/e/c"]
    return made


def test_nothing_changed_is_nothing(watched: Watched) -> None:
    assert watched.look() == Look(bytes=watched.look().bytes)


def test_new_other_gone(watched: Watched) -> None:
    (watched.path / "a").write_text("longer")
    (watched.path / "d/new").write_text("n")
    (watched.path / "d/b").unlink()
    look = watched.look()
    assert sorted((i.path, i.old is None) for i in look.items) == [("/a", False), ("/d/new", True)]
    assert [g.path for g in look.gone] == ["/d/b"]
    assert watched.changed() == []


def test_a_folder_that_goes_takes_what_is_in_it(watched: Watched) -> None:
    os.rename(watched.path / "d", watched.path / "z")
    look = watched.look()
    assert sorted(i.path for i in look.items) == ["/z", "/z/b", "/z/e", "/z/e/c"]
    assert sorted((g.path, g.inner) for g in look.gone) == [
        ("/d", False), ("/d/b", True), ("/d/e", True), ("/d/e/c", True),
    ]  # fmt: skip


def test_a_folder_in_place_of_a_file_and_the_other_way_round(watched: Watched) -> None:
    (watched.path / "a").unlink()
    (watched.path / "a").mkdir()
    (watched.path / "a/in").write_text("x")
    (watched.path / "d/e/c").unlink()
    (watched.path / "d/e").rmdir()
    (watched.path / "d/e").write_text("file")
    look = watched.look()
    assert sorted(i.path for i in look.items) == ["/a", "/a/in", "/d/e"]
    assert sorted(g.path for g in look.gone) == ["/a", "/d/e", "/d/e/c"]
    assert watched.changed() == []


def test_rights_of_a_folder(watched: Watched) -> None:
    (watched.path / "d/e").chmod(0o700)
    assert watched.changed() == ["/d/e"]


def test_what_is_not_accepted_is_found_again(watched: Watched) -> None:
    (watched.path / "new").mkdir()
    (watched.path / "new/x").write_text("x")
    (watched.path / "a").write_text("other")
    for _ in range(3):
        look = watched.tree.look(FAR)
        assert sorted(i.path for i in look.items) == ["/a", "/new", "/new/x"]
        for item in look.items:
            watched.tree.later(item)
    assert watched.changed() == ["/a", "/new", "/new/x"]


def test_a_change_in_the_same_tick_as_a_look_is_read_again(watched: Watched) -> None:
    """Names of a folder that changed just now are read with the next look too, as its time may stay the same."""
    (watched.path / "d/x").write_text("1")
    watched.look(time.time_ns())
    (folder,) = (f for f in watched.tree._tops[0].folders.values() if f.path == "/d")
    assert folder.changed_ns == 0
    time.sleep(0.03)
    watched.look(time.time_ns())
    assert folder.changed_ns > 0


def test_where_a_known_file_is(watched: Watched) -> None:
    item = watched.tree.locate("/d/e/c")
    assert item is not None
    assert item.stat.st_size == 5
    assert watched.tree.locate("/d/e/none") is None
    assert watched.tree.locate("/none/at/all") is None


def test_bounds(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FOLDER", 20)
    for n in range(50):
        (watched.path / f"n{n:02}").write_text("x")
    (watched.path / "d/b").write_text("changed all the same")
    look = watched.look()
    assert look.cut == ["/"]
    assert "/d/b" in [i.path for i in look.items]
    assert len(look.items) <= 21
    assert look.gone == []


def test_a_deep_tree_is_followed_so_far(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_DEPTH", 3)
    (watched.path / "1/2/3/4/5").mkdir(parents=True)
    look = watched.look()
    assert sorted(i.path for i in look.items) == ["/1", "/1/2", "/1/2/3"]
    assert look.cut == ["/1/2/3/4"]


def test_folders_known_before_come_first(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ENTRIES", 30)
    for n in range(40):
        (watched.path / f"junk{n}").mkdir()
        (watched.path / f"junk{n}/x").write_text("x")
    (watched.path / "d/e/c").write_text("what counts")
    look = watched.tree.look(FAR)
    assert "/d/e/c" in [i.path for i in look.items]
    assert look.cut


def test_more_folders_than_can_be_kept_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_OPEN", 2)
    for n in range(10):
        (tmp_path / f"d{n}").mkdir()
        (tmp_path / f"d{n}/f").write_text("x")
    watched = Watched(tmp_path)
    assert len(watched.changed()) == 20
    (tmp_path / "d9/f").write_text("other")
    (tmp_path / "d8/f").unlink()
    look = watched.look()
    assert [i.path for i in look.items] == ["/d9/f"]
    assert [g.path for g in look.gone] == ["/d8/f"]


def test_a_single_file_in_a_folder_that_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/hosts").write_text("a")
    (tmp_path / "share").mkdir()
    root = os.open(tmp_path, O_DIR)
    tree = Tree([Top(os.open(tmp_path / "share", O_DIR), "/share")], lambda _: False, [(Top(root, ""), "/etc/hosts")])
    assert tree.look(FAR).items == []
    (tmp_path / "etc/other").write_text("x")
    (tmp_path / "etc/hosts").write_text("b2")
    (tmp_path / "share/x").write_text("y")
    assert sorted(i.path for i in tree.look(FAR).items) == ["/etc/hosts", "/share/x"]
