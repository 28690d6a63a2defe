"""The further systems from their files: layers, and errors with file, line and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.content.library import Library
from fauxcorp.errors import ContentError
from fauxcorp.world.systems.start import NONE

COMPANY = "fixtures/companies/tern"
SCENARIO = "fixtures/scenarios/ledger"
MODELS = """\
models: [{id: quill, title: Assistant}]
versions:
  - {model: quill, version: "1", size: 2048}
  - {model: quill, version: "2", size: 2048}
"""


def write(pack: Path, name: str, text: str) -> None:
    path = pack / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_absent_by_default(pack: Path) -> None:
    play = Library((pack,), start=Path("/")).play("ledger")
    assert play.company.systems is NONE
    assert play.context.watch is None


def test_a_file_of_the_company_brings_weights_and_secrets(pack: Path) -> None:
    write(pack, f"{COMPANY}/models.yaml", MODELS)
    play = Library((pack,), start=Path("/")).play("ledger")
    assert "/srv/models/quill/1/model.safetensors" in play.company.files
    assert {s.id for s in play.context.secrets.secrets} == {"ledger", "weights-quill-1", "weights-quill-2"}
    assert play.company.systems.hosts == {"models.tern.example": "models"}
    assert play.context.file_classes("/srv/models/quill/1/model.safetensors") == ["model-store"]


def test_an_overlay_adds_and_takes_the_place(pack: Path) -> None:
    write(pack, f"{COMPANY}/models.yaml", MODELS)
    over = 'own: quill@1\nversions: [{model: quill, version: "2", note: New}, {model: quill, version: "3"}]\n'
    write(pack, f"{SCENARIO}/mood-tense/models.yaml", over)
    library = Library((pack,), start=Path("/"))
    calm, tense = (library.play("ledger", v).company.systems.files["models"] for v in ("", "mood=tense"))
    assert [v.id for v in calm.versions] == ["quill@1", "quill@2"]  # type: ignore[attr-defined]
    assert [(v.id, v.note) for v in tense.versions] == [("quill@1", ""), ("quill@2", "New"), ("quill@3", "")]  # type: ignore[attr-defined]


def test_a_file_that_the_company_has_stays_as_it_is(pack: Path) -> None:
    write(pack, f"{COMPANY}/models.yaml", MODELS)
    write(pack, f"{COMPANY}/files/srv/models/quill/1/model.safetensors", "own\n")
    play = Library((pack,), start=Path("/")).play("ledger")
    assert play.company.files["/srv/models/quill/1/model.safetensors"].content == b"own\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("modells: []\n", "tern/models.yaml:1: modells: unknown field"),
        (MODELS + "own: quill@9\n", "tern/models.yaml:5: own: none of `versions`: quill@9"),
        (MODELS + "editors: [ada, nobody]\n", "tern/models.yaml:5: editors.1: no such person: nobody"),
        (
            MODELS + "evaluations: [{id: e, model: quill, script: /srv/x.py}]\n",
            "tern/models.yaml:5: evaluations.0.script: no such file of the company: /srv/x.py",
        ),
        ("models: [{id: quill, title: A}, {id: quill, title: B}]\n", "tern/models.yaml:1: models.1.id: quill is there"),
    ],
)
def test_errors_name_file_line_and_field(pack: Path, text: str, said: str) -> None:
    write(pack, f"{COMPANY}/models.yaml", text)
    with pytest.raises(ContentError) as caught:
        Library((pack,), start=Path("/")).play("ledger")
    assert said in str(caught.value)


def test_a_variant_can_be_without_it(pack: Path) -> None:
    write(pack, f"{COMPANY}/models.yaml", MODELS)
    scenario = pack / SCENARIO / "scenario.yaml"
    text = scenario.read_text(encoding="utf-8").replace("remove: [mail/ledger.yaml]", "remove: [models.yaml]")
    scenario.write_text(text, encoding="utf-8")
    library = Library((pack,), start=Path("/"))
    assert library.play("ledger").company.systems
    assert not library.play("ledger", "mood=tense").company.systems
