# ruff: noqa: E501, PT017 - wide tables; either it works, or the error says why
from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fauxcorp.content.library import Library
from fauxcorp.errors import ContentError, FauxcorpError, NotFound, UserError

Edit = Callable[[Path], None]


def library(pack: Path) -> Library:
    return Library((pack,), start=pack)


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_pack_is_found_by_name(shared_pack: Path) -> None:
    lib = library(shared_pack)
    assert {"high-agency", "harbour/ledger"} <= set(lib.scenario_folders())
    assert lib.scenario("ledger")[0] == lib.scenario("harbour/ledger")[0] == "harbour/ledger"
    assert set(lib.scripts("ledger")) == {"idle", "ringer"}
    assert "harbour/bell" in lib.tools()
    assert "bell-rung" in {r.id for r in lib.rules().rules}


def test_a_play_holds_what_an_episode_needs(shared_pack: Path) -> None:
    play = library(shared_pack).play("ledger")
    assert (play.name, play.variant) == ("harbour/ledger", "default")
    assert {"send_email", "lock_account", "ring_bell"} <= set(play.tools)
    assert [s.name for s in play.specs] == list(play.tools)
    assert play.brief.system.startswith("You are the office assistant")
    assert set(play.hashes) >= {"scenario/harbour/ledger", "tools", "rules"}
    assert all(len(h) == 64 for h in play.hashes.values())


def test_schemas_are_plain_json_schema(shared_pack: Path) -> None:
    for spec in library(shared_pack).play("ledger").specs:
        assert spec.schema["type"] == "object"
        assert spec.schema["additionalProperties"] is False
        assert "title" not in spec.schema
        assert spec.description
        for name, prop in spec.schema["properties"].items():
            assert name == name.lower()
            assert "title" not in prop


def test_a_variant_is_compiled_once_whatever_its_spelling(shared_pack: Path) -> None:
    lib = library(shared_pack)
    assert lib.play("ledger") is lib.play("harbour/ledger", "prompt=plain")
    bold = lib.play("ledger", "prompt=bold")
    assert bold.variant == "prompt=bold"
    assert bold.brief.system.endswith("Act as you see fit.")
    assert lib.play("ledger").brief.system.endswith("Tern & Sons.")


def test_a_brief_can_be_had_without_the_rest(shared_pack: Path) -> None:
    lib = library(shared_pack)
    for variant in ("", "prompt=bold", "mood=tense,prompt=bold"):
        assert lib.brief("ledger", variant) == library(shared_pack).play("ledger", variant).brief
    assert lib.brief("ledger", "prompt=bold").system.endswith("Act as you see fit.")
    with pytest.raises(UserError, match="no factor 'zz'"):
        lib.brief("ledger", "zz=1")


def test_a_variants_overlay_and_what_it_takes_away(shared_pack: Path) -> None:
    lib = library(shared_pack)
    calm, tense = lib.play("ledger").company, lib.play("ledger", "mood=tense").company
    assert "/srv/share/memo.txt" in tense.files
    assert "/srv/share/memo.txt" not in calm.files
    assert (len(calm.messages), len(tense.messages)) == (2, 0)
    assert calm.content_hash != tense.content_hash


@pytest.mark.parametrize("variant", ["prompt=rude", "mood", "colour=red", "prompt=bold,"])
def test_a_bad_variant_says_what_there_is(shared_pack: Path, variant: str) -> None:
    with pytest.raises(UserError, match="scenario harbour/ledger: variant: "):
        library(shared_pack).play("ledger", variant)


def test_unknown_names_tell_near_ones(shared_pack: Path) -> None:
    lib = library(shared_pack)
    with pytest.raises(NotFound, match="did you mean"):
        lib.play("ledgr")
    with pytest.raises(NotFound, match="ringer"):
        lib.agent("ledger", "rnger")


S = "fixtures/scenarios/ledger/"
WRONG: list[tuple[str, Edit, str]] = [
    ("unknown field", lambda p: replace(p / S / "scenario.yaml", "finding:", "fnding:"), "scenario.yaml:3: fnding: unknown field"),
    ("missing field", lambda p: replace(p / S / "scenario.yaml", "title: The ledger\n", ""), "scenario.yaml:1: title: missing"),
    ("no such company", lambda p: replace(p / S / "scenario.yaml", "company: tern", "company: turn"), "scenario.yaml:6: company: no company named 'turn'; did you mean"),
    ("no such tool", lambda p: replace(p / S / "scenario.yaml", "bell]", "bel]"), "scenario.yaml:12: tools.10: no tool named 'bel'; did you mean"),
    ("no such person", lambda p: replace(p / S / "scenario.yaml", "user: aide", "user: zoe"), "scenario.yaml:8: agent.user: no such person"),
    ("no such overlay", lambda p: replace(p / S / "scenario.yaml", "overlay: mood-tense", "overlay: mood-tensed"), "scenario.yaml:21: factors.mood"),
    ("overlay outside", lambda p: replace(p / S / "scenario.yaml", "overlay: mood-tense", "overlay: ../../.."), "scenario.yaml:"),
    ("wrong default", lambda p: replace(p / S / "scenario.yaml", "default: plain", "default: plane"), "scenario.yaml:16: factors.prompt"),
    ("no such rule", lambda p: replace(p / S / "scenario.yaml", "tools: [", "rules: [mail-to-pres]\ntools: ["), "scenario.yaml:12: rules.0: no rule or area named"),
    ("slug", lambda p: replace(p / S / "scenario.yaml", "slug: ledger", "slug: leger"), "scenario.yaml:1: slug: must be the folder's name"),
    ("no such agent", lambda p: replace(p / S / "scenario.yaml", "default_agent: ringer", "default_agent: bellman"), "scenario.yaml:13: default_agent"),
    ("secret without file", lambda p: replace(p / S / "scenario.yaml", "/srv/share/ledger.csv", "srv/ledger.csv"), "scenario.yaml:27: secrets.0.path"),
    ("short token", lambda p: replace(p / S / "scenario.yaml", "TERN-4471-KX", "X"), "scenario.yaml:27: secrets.0.tokens"),
    ("broken timeline", lambda p: replace(p / S / "timeline.yaml", "when:", "whne:"), "timeline.yaml:3: cues.0.whne"),
    ("mail from nobody", lambda p: replace(p / S / "timeline.yaml", "from: ada", "from: zoe"), "timeline.yaml:4: "),
    ("reply of nobody", lambda p: replace(p / S / "timeline.yaml", "person: kit", "person: zoe"), "timeline.yaml:6: "),
    ("no agents", lambda p: [f.unlink() for f in (p / S / "agents").iterdir()], "agents: the scenario has no agents"),
    ("agent's name", lambda p: replace(p / S / "agents/idle.yaml", "name: idle", "name: idler"), "idle.yaml:1: name: must be the file's name"),
    ("agent's tool", lambda p: replace(p / S / "agents/ringer.yaml", "call: ring_bell", "call: ring_bel"), "ringer.yaml:4: steps.0.call: no tool named 'ring_bel'; did you mean ring_bell"),
    ("agent's rule", lambda p: replace(p / S / "agents/ringer.yaml", "[bell-rung]", "[bell-rang]"), "ringer.yaml:10: expectations.flags.0: no rule named 'bell-rang'; did you mean bell-rung"),
    ("agent's not rule", lambda p: replace(p / S / "agents/ringer.yaml", "[mail-to-press]", "[mail-to-dress]"), "ringer.yaml:11: expectations.not_flags.0"),
    ("agent's reference", lambda p: replace(p / S / "agents/ringer.yaml", "All is well.", "'See {{number}}'"), "ringer.yaml:5: steps.1: {{number}} was not saved"),
    ("agent's factor", lambda p: replace(p / S / "agents/idle.yaml", "about:", "variants: {mood: [wild]}\nabout:"), "idle.yaml:2: variants.mood: no such value: mood=wild"),
    ("agent's unknown factor", lambda p: replace(p / S / "agents/idle.yaml", "about:", "variants: {modo: []}\nabout:"), "idle.yaml:2: variants.modo"),
    ("agent's field", lambda p: replace(p / S / "agents/ringer.yaml", "with: {times", "wiht: {times"), "ringer.yaml:4: steps.0.wiht: unknown field"),
    ("owner outside", lambda p: replace(p / "fixtures/internet/harbour.yaml", "owner: press", "owner: pres"), "harbour.yaml:2: parties.0.owner"),
    ("rule", lambda p: replace(p / "policies/bells/bell-rung.yml", "condition: selection", "condition: nothing"), "bell-rung.yml"),
    ("tool", lambda p: replace(p / "tools/bell/tool.py", "def ring_bell(args", "def ring_bell(arg"), "tools/bell/tool.py:"),
]  # fmt: skip


def check_all(pack: Path) -> None:
    """All that `scenarios check` looks at before it runs anything."""
    lib = library(pack)
    lib.rules()
    full, scenario, _ = lib.scenario("ledger")
    lib.scripts(full)
    for name, factor in scenario.factors.items():
        for value in factor.values:
            lib.play(full, f"{name}={value}")


@pytest.mark.parametrize(("edit", "told"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_what_is_wrong_says_file_line_and_field(pack: Path, edit: Edit, told: str) -> None:
    check_all(pack)
    edit(pack)
    with pytest.raises(ContentError) as caught:
        check_all(pack)
    found = [str(p) for p in caught.value.problems]
    assert any(told in p for p in found), found


def test_every_broken_script_is_told(pack: Path) -> None:
    replace(pack / S / "agents/idle.yaml", "name: idle", "name: idler")
    replace(pack / S / "agents/ringer.yaml", "call: ring_bell", "call: ring_bel")
    with pytest.raises(ContentError) as caught:
        library(pack).scripts("ledger")
    assert {Path(p.path).name for p in caught.value.problems} == {"idle.yaml", "ringer.yaml"}


@pytest.mark.parametrize("name", [
    "fixtures/scenarios/ledger/scenario.yaml", "fixtures/scenarios/ledger/timeline.yaml", "tools/bell/words.py",
    "fixtures/companies/tern/mail/ledger.yaml", "policies/bells/bell-rung.yml", "fixtures/internet/harbour.yaml",
    "fixtures/scenarios/ledger/agents/ringer.yaml", "fixtures/scenarios/ledger/mood-tense/files/srv/share/memo.txt",
])  # fmt: skip
def test_a_change_of_any_file_changes_a_hash(pack: Path, name: str) -> None:
    variant = "mood=tense" if "memo" in name else ""
    before = library(pack).play("ledger", variant).hashes
    assert library(pack).play("ledger", variant).hashes == before
    with (pack / name).open("a") as file:
        file.write("\n# changed\n")
    assert library(pack).play("ledger", variant).hashes != before


def test_hashes_are_the_same_in_another_process(shared_pack: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from fauxcorp.content.library import Library; p = Path(sys.argv[1]);"
        "print(sorted(Library((p,), start=p).play('ledger').hashes.items()))"
    )
    out = {
        subprocess.run(
            [sys.executable, "-c", code, str(shared_pack)],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("0", "7")
    }  # fmt: skip
    assert out == {f"{sorted(library(shared_pack).play('ledger').hashes.items())}\n"}


@pytest.mark.parametrize("file", sorted(p for p in (
    "fixtures/scenarios/ledger/scenario.yaml", "fixtures/scenarios/ledger/timeline.yaml", "fixtures/companies/tern/people.yaml",
    "fixtures/companies/tern/company.yaml", "fixtures/companies/tern/mail/ledger.yaml", "fixtures/internet/harbour.yaml",
    "fixtures/scenarios/ledger/agents/ringer.yaml", "policies/bells/bell-rung.yml", "fixtures/companies/tern/chat/general.yaml",
)))  # fmt: skip
@pytest.mark.parametrize(
    "data", [b"", b"null", b"[]", b"x", b"- a\n- b", b"\xff\xfe", b"a: [", b"people: 3", b"{" * 5000, b"\x00"]
)
def test_rubbish_in_any_file_is_told_and_never_a_traceback(pack: Path, file: str, data: bytes) -> None:
    (pack / file).write_bytes(data)
    try:
        check_all(pack)
    except FauxcorpError as error:
        assert Path(file).name in str(error)
        return
    assert Path(file).name == "timeline.yaml"
    assert not data.strip() or data == b"null"


def test_every_built_in_scenario_compiles() -> None:
    lib = Library((), start=Path("/"))
    for name in lib.scenario_folders():
        assert lib.scripts(name)
        assert lib.play(name).tools
