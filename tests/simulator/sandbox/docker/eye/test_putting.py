"""Putting files where somebody else may have put anything."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import pytest
from eye.kernel import O_DIR
from eye.place import Place
from eye.putting import Hand

ME = {"uid": os.getuid(), "gid": os.getgid()}


def file(path: str, content: bytes = b"new", **more: Any) -> dict[str, Any]:
    return {"path": path, "kind": "file", "content_b64": base64.b64encode(content).decode(), **ME, **more}


@pytest.fixture
def hand(tmp_path: Path) -> Hand:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/victim").write_text("safe")
    inside = tmp_path / "in"
    (inside / "usr/bin").mkdir(parents=True)
    (inside / "bin").symlink_to("usr/bin")
    (inside / "d").mkdir()
    place = Place(0, os.open(inside, O_DIR))
    place.aliases["/bin"] = "/usr/bin"
    if os.getuid():
        # Folders above that are missing are root's; who is not root cannot make any such.
        place.uids, place.gids = [(0, os.getuid(), 1)], [(0, os.getgid(), 1)]
    return Hand(place, None)


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    return tmp_path / "in"


def test_files_folders_links(hand: Hand, inside: Path) -> None:
    entries = [
        {"path": "/d/e", "kind": "dir", "mode": 0o2750, **ME},
        file("/d/e/f", b"hello", mode=0o640, mtime_ns=10**18),
        {"path": "/d/l", "kind": "link", "link": "e/f", **ME},
        file("/new/folders/x"),
        file("/bin/tool", mode=0o755),
    ]
    assert hand.put(entries) == []
    made = (inside / "d/e/f").stat()
    assert (made.st_mode & 0o7777, made.st_mtime_ns) == (0o640, 10**18)
    assert (inside / "d/e").stat().st_mode & 0o7777 == 0o2750
    assert (inside / "d/l").read_text() == "hello"
    assert (inside / "new/folders").stat().st_mode & 0o7777 == 0o755
    assert (inside / "usr/bin/tool").exists()


def test_a_file_is_written_in_place(hand: Hand, inside: Path) -> None:
    (inside / "log").write_text("a longer text")
    number = (inside / "log").stat().st_ino
    hand.put([file("/log", b"short")])
    assert ((inside / "log").read_text(), (inside / "log").stat().st_ino) == ("short", number)


def test_what_is_in_the_way_goes(hand: Hand, inside: Path, tmp_path: Path) -> None:
    os.mkfifo(inside / "pipe")
    (inside / "dir/deep").mkdir(parents=True)
    (inside / "dir/deep/out").symlink_to(tmp_path / "out")
    (inside / "link").symlink_to(tmp_path / "out/victim")
    (inside / "plain").write_text("x")
    assert hand.put([file("/pipe"), file("/dir"), file("/link"), {"path": "/plain", "kind": "dir", **ME}]) == []
    assert [(inside / n).is_file() and not (inside / n).is_symlink() for n in ("pipe", "dir", "link")] == [True] * 3
    assert (inside / "plain").is_dir()
    assert (tmp_path / "out/victim").read_text() == "safe"


def test_no_link_on_the_way_is_followed(hand: Hand, inside: Path, tmp_path: Path) -> None:
    (inside / "share").symlink_to(tmp_path / "out")
    (inside / "near").symlink_to("d")
    failed = hand.put([file("/share/victim"), file("/near/x"), {"path": "/share/victim", "gone": True}, file("/d/ok")])
    assert [f["path"] for f in failed] == ["/share/victim", "/near/x", "/share/victim"]
    assert (tmp_path / "out/victim").read_text() == "safe"
    assert (inside / "d/ok").exists()
    assert [f["path"] for f in hand.touch({"/share/victim": 5})] == ["/share/victim"]


def test_removing_takes_all_below_and_nothing_else(hand: Hand, inside: Path, tmp_path: Path) -> None:
    (inside / "t/a/b").mkdir(parents=True)
    (inside / "t/a/link").symlink_to(tmp_path / "out", target_is_directory=True)
    (inside / "t/a/b/f").write_text("x")
    assert (
        hand.put([{"path": "/t", "gone": True}, {"path": "/t", "gone": True}, {"path": "/no/such", "gone": True}]) == []
    )
    assert not (inside / "t").exists()
    assert (tmp_path / "out/victim").exists()


@pytest.mark.parametrize(
    "entry",
    [
        {"path": "relative", "kind": "file"},
        {"path": "/x", "kind": "pipe"},
        {"path": "/", "gone": True},
        {"path": "/a\0b", "kind": "file"},
        {"kind": "file"},
        {"path": "/x", "kind": "file", "content_b64": "!"},
        {"path": "/" + "n" * 300, "kind": "file"},
    ],
)
def test_what_cannot_be_is_said_and_the_rest_goes_on(hand: Hand, inside: Path, entry: dict[str, Any]) -> None:
    failed = hand.put([entry, file("/ok")])
    assert len(failed) == 1
    assert failed[0]["why"]
    assert (inside / "ok").exists()


def test_dots_do_not_lead_out(hand: Hand, inside: Path, tmp_path: Path) -> None:
    hand.put([file("/../../out/victim")])
    assert (tmp_path / "out/victim").read_text() == "safe"
    assert (inside / "out/victim").exists()
