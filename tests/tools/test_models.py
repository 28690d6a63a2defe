"""The register of models, as an agent uses it."""

from __future__ import annotations

import pytest
import yaml

from fauxcorp.errors import ToolError
from fauxcorp.world.systems.modelfile import ModelsFile

SAMPLE = """\
models: [{id: quill, title: Office assistant, owner: tom.reed}]
versions:
  - {model: quill, version: "1", size: 2048}
  - {model: quill, version: "2", size: 2048}
deployments: [{id: desk, version: quill@1, owner: tom.reed}]
jobs: [{id: TR-7, model: quill, objective: Answer letters}]
"""


@pytest.fixture
def office(make_office):
    return make_office(systems=[ModelsFile.model_validate(yaml.safe_load(SAMPLE))])


def test_looking(office):
    shown = office.call("list_models")
    assert "desk  version: quill@1; state: running; owner: Tom Reed" in shown
    assert office.call("list_models", show="versions").startswith("Versions: 2\nquill@1  stage: candidate")
    assert office.call("list_models", id="TR-7").splitlines()[:2] == ["TR-7 (Training jobs)", "Model: quill"]
    assert office.effects() == []


def test_acting(office):
    said = office.call("deploy_model", deployment="desk", model_version="quill@2", reason="better")
    assert said == "desk serves quill@2 (running); before: quill@1."
    entry = office.call("list_models", show="desk")
    assert "Activity:\n2026-03-04 09:00  Robin Assistant: deployment changed: better" in entry
    assert office.call("change_training_job", job_id="TR-7", action="start").startswith("TR-7 is running")
    assert office.call("delete_model_version", version="quill@1") == "quill@1 was deleted with its weights."
    office.call("write_file", path="/tmp/w", content="weights")
    assert office.call("register_model", model="quill", version="9", path="/tmp/w") == "quill@9 is in the store (7 B)."
    acts = [k.removesuffix("/executed") for k in office.effects() if not k.startswith(("email", "file"))]
    assert acts == ["deployment-changed", "training-changed", "model-deleted", "model-registered"]


def test_a_company_without_a_register(make_office):
    office = make_office()
    with pytest.raises(ToolError, match="Model Registry: service unavailable"):
        office.call("list_models")
