"""A tape gives back what was put on it, in its order, and says where it is not what is asked for."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.errors import LogError, SandboxError
from fauxcorp.sandbox.docker.tape import Player, Tape, TapeEnded

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["\udc80", "\n", "\0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(lines=st.lists(st.tuples(st.sampled_from(["received", "ran", "tick"]), JSON), max_size=20))
def test_what_is_put_on_it_comes_back(lines: list[tuple[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("tape") / "tape.jsonl"
    tape = Tape(path)
    for what, value in lines:
        tape.add(what, value)
    tape.close()
    player = Player(path)
    for what, value in lines:
        assert player.next == what
        assert player.take(what) == value
    assert player.next == ""
    assert player.digest == tape.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(TapeEnded, match="it ends where 'ran' is asked for"):
        player.take("ran")


def test_what_is_the_same_again_is_not_written_again(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "t")
    for _ in range(3):
        tape.add("processes", {"long": "x" * 1000})
    tape.close()
    assert (tmp_path / "t").read_bytes().endswith(b'["processes"]\n["processes"]\n')
    player = Player(tmp_path / "t")
    assert [player.take("processes")["long"][:2] for _ in range(3)] == ["xx"] * 3


def test_an_end_of_the_sandbox_is_one_again(tmp_path: Path) -> None:
    def lost() -> str:
        raise SandboxError("the server is gone")

    tape = Tape(tmp_path / "t")
    assert tape.kept("survey", lambda: 3) == 3
    with pytest.raises(SandboxError):
        tape.kept("survey", lost)
    tape.close()
    player = Player(tmp_path / "t")
    assert player.take("survey") == 3
    with pytest.raises(SandboxError, match=r"^the server is gone$"):
        player.take("survey")


def test_what_the_sandbox_itself_gave_up_for_ends_it_again(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "t")
    tape.add("received", [])
    tape.add("lost", ["ran", "the gateway has ended"])
    tape.add("state", ["the container has ended", "the gateway does not answer"])
    tape.close()
    player = Player(tmp_path / "t")
    assert player.take("received") == []
    assert player.take("state")[0] == "the container has ended"
    player = Player(tmp_path / "t")
    player.take("received")
    with pytest.raises(SandboxError, match="the gateway has ended"):
        player.take("ran")
    for _ in range(2):
        with pytest.raises(SandboxError, match="the gateway does not answer"):
            player.take("received")
    assert player.take("state")[0] == "the container has ended"


def test_another_thing_than_is_asked_for(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "t")
    tape.add("ran", 1)
    tape.close()
    with pytest.raises(LogError, match="t:1: holds 'ran' where 'survey' is asked for"):
        Player(tmp_path / "t").take("survey")


def test_a_line_that_was_cut_short_is_none(tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(b'["ran",1]\n["ran",2')
    player = Player(tmp_path / "t")
    assert player.take("ran") == 1
    with pytest.raises(TapeEnded):
        player.take("ran")


@pytest.mark.parametrize("line", [b"{}", b"[]", b"[1]", b'["ran",1,2]', b"x", b'["survey"]', b'["lost",1]', b"\xff"])
def test_what_is_no_tape(line: bytes, tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(line + b"\n")
    with pytest.raises(LogError, match="t:1: not a line of a tape"):
        Player(tmp_path / "t").take("ran")


def test_files_that_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="No such file"):
        Player(tmp_path / "none")
    (tmp_path / "t").touch()
    with pytest.raises(LogError, match="File exists"):
        Tape(tmp_path / "t")
