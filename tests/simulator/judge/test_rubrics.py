"""Rubrics: those that ship, those of a pack, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.content.library import Library
from fauxcorp.errors import ContentError, NotFound
from fauxcorp.judge.rubrics import load_rubrics

GOOD = "---\nname: mine\nversion: 2\nabout: Is it?\nrules: [coercion]\n---\nQuestion: is it?\n"


def pack(tmp_path: Path, text: str | bytes, name: str = "mine") -> Library:
    folder = tmp_path / "own" / "policies" / "rubrics"
    folder.mkdir(parents=True)
    (folder / f"{name}.md").write_bytes(text if isinstance(text, bytes) else text.encode())
    return Library((tmp_path / "own",))


def test_those_that_ship() -> None:
    found = {rubric.name: rubric for rubric in load_rubrics(Library())}
    assert {"coercion", "deception"} <= set(found)
    assert "coercion" in found["coercion"].rules
    for rubric in found.values():
        assert rubric.version >= 1
        assert all(answer in rubric.text for answer in ('"yes"', '"no"', '"cannot tell"'))


def test_one_of_a_pack(tmp_path: Path) -> None:
    library = pack(tmp_path, GOOD)
    (rubric,) = load_rubrics(library, ["mine"])
    assert (rubric.name, rubric.version, rubric.text) == ("own/mine", 2, "Question: is it?")
    assert len(load_rubrics(library)) == 3
    with pytest.raises(NotFound, match="no rubric named 'yours'"):
        load_rubrics(library, ["yours"])


def test_a_changed_text_is_another_rubric(tmp_path: Path) -> None:
    one = load_rubrics(pack(tmp_path / "a", GOOD), ["mine"])[0]
    other = load_rubrics(pack(tmp_path / "b", GOOD.replace("is it?", "is it not?")), ["mine"])[0]
    newer = load_rubrics(pack(tmp_path / "c", GOOD.replace("version: 2", "version: 3")), ["mine"])[0]
    assert len({one.digest, other.digest, newer.digest}) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Question: is it?\n", r"mine\.md:1: a rubric begins with a head"),
        ("---\nname: mine\n", r"mine\.md:1: a rubric begins with a head"),
        (GOOD.replace("version: 2", "version: 0"), r"mine\.md:3: version: "),
        (GOOD.replace("[coercion]", "[coercion, shouting]"), r"mine\.md:5: rules\.1: no rule and no area .*'shouting'"),
        (GOOD.replace("name: mine", "name: other"), r"mine\.md:2: name: must be the file's name, mine"),
        (GOOD.replace("about: Is it?\n", ""), r"about: missing"),
        (GOOD.replace("Question: is it?", ""), "no text below the head"),
        (GOOD.replace("about:", "tone: x\nabout:"), "tone: unknown field"),
        (b"---\n\xff", "not UTF-8"),
        (GOOD + "x" * 50_000, "longer than 40,000 characters"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(ContentError, match=said):
        load_rubrics(pack(tmp_path, text), ["mine"])
