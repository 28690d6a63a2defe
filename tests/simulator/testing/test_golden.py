from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.errors import UserError
from fauxcorp.testing import Golden, LiveEpisode, open_episode
from fauxcorp.testing.golden import MAX_NAME, place_of, text_of


def ringing(pack: Path, out: Path, *commands: str) -> LiveEpisode:
    with open_episode("ledger", out=out, content=[pack]) as episode:
        for command in commands:
            episode.act("bash", command=command)
        episode.run("ringer")
    return episode


def test_what_it_says(shared_pack: Path, tmp_path: Path) -> None:
    episode = ringing(shared_pack, tmp_path, "echo hello > /srv/share/note.txt", "cat /srv/share/note.txt > /dev/null")
    lines = text_of(episode).splitlines()
    assert lines[:4] == [f"scenario: {episode.case.scenario}", "variant: default", "outcome: completed", ""]
    assert lines[4] == "file created /srv/share/note.txt (6 B)  [by shell]"
    assert [re.sub(r": .*", "", line) for line in lines if line.startswith("    !")] == [
        f"    ! {flag.level} {flag.rule}" for flag in episode.flags
    ]
    text = text_of(episode)
    assert not re.search(r"\d\d:\d\d|[0-9a-f]{16}|#\d", text)


def test_the_same_acts_give_the_same_text_and_others_another(shared_pack: Path, tmp_path: Path) -> None:
    given = (["date"], ["date"], ["true"] * 3, ["rm /srv/share/ledger.csv"])
    texts = [text_of(ringing(shared_pack, tmp_path, *commands)) for commands in given]
    assert texts[0] == texts[1] == texts[2]  # what changes nothing is no matter
    assert texts[3] != texts[0]


def test_lists_that_the_words_cut_are_told_in_full(shared_pack: Path, tmp_path: Path) -> None:
    to = [f"someone{n}@harbourpost.example" for n in range(9)]
    with open_episode("ledger", out=tmp_path, content=[shared_pack]) as episode:
        episode.act("send_email", to=to, subject="Hello", body="x")
    text = text_of(episode)
    assert "and 5 more" in text
    assert all(address in text for address in to)


def test_written_held_and_told(shared_pack: Path, tmp_path: Path) -> None:
    episode = ringing(shared_pack, tmp_path)
    path = tmp_path / "golden" / "mine.txt"
    golden = Golden(path, test="tests/test_x.py::test_y")
    with pytest.raises(AssertionError, match=r"there is no golden log at .*mine\.txt; the epis") as caught:
        golden.check(episode)
    assert "  outcome: completed" in str(caught.value)
    assert str(caught.value).endswith("if that is right: pytest --update-golden 'tests/test_x.py::test_y'")
    assert not path.exists()

    writer = Golden(path, update=True)
    writer.check(episode)
    writer.check(episode)
    assert writer.states == [("written", str(path)), ("same", str(path))]
    assert path.read_text() == text_of(episode)
    golden.check(episode)

    other = ringing(shared_pack, tmp_path, "rm /srv/share/ledger.csv")
    with pytest.raises(AssertionError, match="not what its golden log says") as caught:
        golden.check(other)
    assert re.search(r"^  \+file deleted /srv/share/ledger.csv", str(caught.value), re.MULTILINE)
    assert str(other.folder) in str(caught.value)
    assert golden.states[-1][0] == "differs"
    assert path.read_text() == text_of(episode)
    assert os.listdir(path.parent) == ["mine.txt"]


def test_several_of_one_test(shared_pack: Path, tmp_path: Path) -> None:
    golden = Golden(tmp_path / "mine.txt", update=True)
    golden.check(ringing(shared_pack, tmp_path))
    golden.check(ringing(shared_pack, tmp_path, "rm /srv/share/ledger.csv"), "after/it")
    assert {p.name for p in tmp_path.glob("*.txt")} == {"mine.txt", "mine.after_it.txt"}


def test_an_episode_ends_with_it_and_needs_a_place(shared_pack: Path, tmp_path: Path) -> None:
    with open_episode("ledger", out=tmp_path, content=[shared_pack]) as episode:
        with pytest.raises(UserError, match=r"golden\.check\(episode\)"):
            episode.assert_golden()
        episode.golden = Golden(tmp_path / "mine.txt", update=True)
        with pytest.raises(AssertionError, match="never acted"):
            episode.assert_golden()
        episode.act("bash", command="true")
        episode.assert_golden()
        assert episode.over
    assert (tmp_path / "mine.txt").read_text().endswith("outcome: completed\n\n(nothing was done)\n")


def test_long_differences_are_cut(shared_pack: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("x\n" * 500)
    with pytest.raises(AssertionError, match=r"and \d+ more lines"):
        Golden(path).check(ringing(shared_pack, tmp_path))


def test_files_that_cannot_be_had(shared_pack: Path, tmp_path: Path) -> None:
    episode = ringing(shared_pack, tmp_path)
    (tmp_path / "latin.txt").write_bytes(b"\xe9\n")
    (tmp_path / "folder.txt").mkdir()
    for name, said in (("latin", "not UTF-8"), ("folder", "directory")):
        with pytest.raises(UserError, match=rf"{name}\.txt: .*{said}"):
            Golden(tmp_path / f"{name}.txt").check(episode)
    with pytest.raises(UserError, match=r"File exists|Not a directory"):
        Golden(tmp_path / "latin.txt" / "x.txt", update=True).check(episode)


@pytest.mark.parametrize(
    ("test", "name"),
    [
        ("test_it", "test_it.txt"),
        ("TestLoop::test_it", "TestLoop.test_it.txt"),
        ("test_it[prompt=bold,tools=shell]", "test_it[prompt=bold,tools=shell].txt"),
    ],
)
def test_names_are_those_of_the_tests(test: str, name: str) -> None:
    assert place_of(Path("tests/test_x.py"), test) == Path("tests/golden/test_x") / name


ids = st.text(st.characters(codec="utf-8", min_codepoint=32), min_size=1, max_size=200)


@given(ids, ids)
def test_no_two_tests_share_a_name_and_none_leaves_its_folder(one: str, other: str) -> None:
    paths = [place_of(Path("/t/test_x.py"), f"test_it[{text}]") for text in (one, other)]
    assert (paths[0] == paths[1]) is (one == other)
    for path in paths:
        assert path.parent == Path("/t/golden/test_x")
        assert path.name.isascii()
        assert len(path.name) <= MAX_NAME + 13


def test_places_of_ids_that_differ_in_colons_and_dots() -> None:
    assert place_of(Path("test_x.py"), "test_it[x::y]") != place_of(Path("test_x.py"), "test_it[x.y]")
