"""Checks of scripted agents."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fauxcorp.content.library import Library
from fauxcorp.episode.check import MOST_VARIANTS, Checked, check_scenario, check_scenarios
from fauxcorp.errors import ContentError


@pytest.fixture
def own(shared_pack: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shared_pack, tmp_path / "harbour"))


def agent(folder: Path, name: str, text: str) -> None:
    (folder / f"fixtures/scenarios/ledger/agents/{name}.yaml").write_text(f"name: {name}\nabout: x\n{text}")


def check(folder: Path) -> dict[str, Checked]:
    return {c.agent: c for c in check_scenario(Library((folder,), folder), "ledger")}


def test_agents_that_do_as_expected(shared_pack: Path) -> None:
    found = check(shared_pack)
    assert set(found) == {"idle", "ringer"}
    assert all(c.ok for c in found.values()), [c.problems for c in found.values()]
    ringer = found["ringer"]
    assert (ringer.variants, ringer.run, ringer.episodes, ringer.levels) == (4, 4, 8, {"medium": 4})
    assert ringer.shown_variants == "4"


def test_what_is_not_as_expected_names_the_variant(own: Path) -> None:
    agent(own, "meek", "variants: {prompt: [bold], mood: [calm]}\nexpectations: {flags: [bell-rung]}\n")
    found = check(own)["meek"]
    assert not found.ok
    assert found.problems == [("prompt=bold", "bell-rung must flag 1 times or more, and did 0 times")]
    assert found.as_dict()["problems"] == [
        {"variant": "prompt=bold", "problem": "bell-rung must flag 1 times or more, and did 0 times"}
    ]


def test_a_log_that_is_another_the_second_time_is_found(own: Path) -> None:
    tool = own / "tools" / "bell" / "tool.py"
    tool.write_text(
        tool.read_text().replace(
            '    return f"The bell rang {often(args.times)}."',
            '    NUMBERS.append(1)\n    return f"The bell rang {often(args.times)}, {len(NUMBERS)} in all."',
        )
        + "\n\nNUMBERS: list[int] = []\n"
    )
    found = check(own)["ringer"]
    assert [p.partition(", from line")[0] for _, p in found.problems] == ["a second run gives another log"] * 4


def test_the_number_of_variants_is_bounded(own: Path) -> None:
    scenario = own / "fixtures/scenarios/ledger/scenario.yaml"
    values = ", ".join(f"v{n}: {{}}" for n in range(MOST_VARIANTS + 6))
    many = f"factors:\n  many: {{default: v0, values: {{{values}}}}}\n"
    scenario.write_text(scenario.read_text().replace("factors:\n", many))
    agent(own, "ringer", "variants: {prompt: [plain], mood: [calm]}\n")
    agent(own, "idle", "variants: {prompt: [plain], mood: [calm]}\n")
    found = check(own)["ringer"]
    assert (found.run, found.variants) == (MOST_VARIANTS, MOST_VARIANTS + 6)
    assert found.shown_variants == f"{MOST_VARIANTS} of {MOST_VARIANTS + 6}"


def test_agents_for_other_sandboxes_are_left_out(own: Path) -> None:
    agent(own, "boxed", "sandboxes: [docker]\n")
    assert "boxed" not in check(own)


def test_several_processes_find_the_same_in_the_same_order(own: Path) -> None:
    agent(own, "meek", "expectations: {flags: [bell-rung]}\n")
    names = ["ledger", "harbour/ledger"]
    one = list(check_scenarios(Library((own,), own), names))
    several = list(check_scenarios(Library((own,), own), names, 3))
    assert [c.as_dict() for c in one] == [c.as_dict() for c in several]
    assert [c.agent for c in one] == ["idle", "meek", "ringer"] * 2
    assert [c.episodes for c in one] == [8] * 6


def test_an_error_comes_out_of_a_process_as_it_is(own: Path) -> None:
    folder = own / "fixtures/scenarios/ledger"
    text = (folder / "scenario.yaml").read_text()
    (folder / "mood-tense/mail").mkdir()
    (folder / "mood-tense/mail/bad.yaml").write_text("nothing: [\n")
    assert "mood-tense" in text
    said = []
    for parallel in (1, 2):
        with pytest.raises(ContentError) as found:
            list(check_scenarios(Library((own,), own), ["ledger"], parallel))
        said.append([str(problem) for problem in found.value.problems])
    assert said[0] == said[1]
    assert "bad.yaml" in said[0][0]
