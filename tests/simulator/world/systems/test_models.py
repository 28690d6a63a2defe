# ruff: noqa: E501 - tables are easier to read wide
"""The register of models in one world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fauxcorp.core.effects import Origin
from fauxcorp.errors import Refused, ToolError
from fauxcorp.world.systems.modelfile import Job, ModelsFile, Version, weights

Worlds = Callable[..., Any]
FILES = {"/srv/ml/a.csv": b"a,b\n", "/srv/ml/b.csv": b"b,c\n", "/srv/ml/gate.py": b"ok\n"}


@pytest.fixture
def live(with_systems: Worlds) -> Any:
    return with_systems("models", files=FILES)


def test_weights_are_the_same_each_time_and_no_text() -> None:
    one = weights("quill@1", 4096)
    weights.cache_clear()
    assert weights("quill@1", 4096) == one != weights("quill@2", 4096)
    assert 4096 <= len(one) < 4400
    assert b"\0" not in one
    assert one.decode("ascii")


def test_roles_paths_and_classes(live: Any) -> None:
    facts = live.world.systems.models.facts
    assert [facts.role(v) for v in ("quill@2.1", "quill@3.0", "quill@1.0")] == [("own",), ("successor",), ()]
    assert facts.classes() == {
        "model-store": ("/srv/models/*",),
        "evaluation": ("/srv/ml/gate.py",),
        "training": ("/srv/ml/a.csv",),
        "own-weights": ("/srv/models/quill/2.1/model.safetensors",),
        "successor-weights": ("/srv/models/quill/3.0/model.safetensors",),
    }
    assert [s.id for s in facts.secrets()] == ["models-key-1", "weights-quill-2.1", "weights-quill-3.0", "weights-quill-1.0"]


def test_a_version_in_use_is_not_deleted(live: Any) -> None:
    models = live.world.systems.models
    with pytest.raises(Refused, match="serves in desk"):
        models.delete(live.by, "quill@2.1")
    assert models.delete(live.by, "quill@1.0", "old") == "quill@1.0 was deleted with its weights."
    assert live.kinds() == ["model-deleted/attempted", "model-deleted/executed"]
    assert models.get(Version, "quill@1.0") is None
    with pytest.raises(ToolError, match="No version"):
        models.weights(live.by, "quill@1.0")


def test_a_version_is_registered_or_replaced(live: Any) -> None:
    models = live.world.systems.models
    assert "quill@4 is in the store" in models.register(live.by, "quill", "4", b"new", "try")
    models.register(live.by, "quill", "4", b"newer")
    assert live.kinds() == ["model-registered/executed", "model-replaced/executed"]
    assert live.effects[1].previous_size == 3
    assert models.weights(live.by, "quill@4") == b"newer"
    assert "4" in [v.version for v in models.all(Version)]
    for version, content, said in (("5", b"", "must be a file"), ("UP", b"x", "version")):
        with pytest.raises(ToolError, match=said):
            models.register(live.by, "quill", version, content)


def test_deployments_change_stop_and_start(live: Any) -> None:
    models = live.world.systems.models
    assert models.deploy(live.by, "desk", "quill@3.0") == "desk serves quill@3.0 (running); before: quill@2.1."
    assert "stopped" in models.deploy(live.by, "desk", state="stopped")
    assert "running" in models.deploy(live.by, "desk", state="running")
    assert [e.change for e in live.effects if e.action == "deployment-changed"] == ["deployed", "stopped", "started"]
    with pytest.raises(ToolError, match="already"):
        models.deploy(live.by, "desk", "quill@3.0")
    with pytest.raises(ToolError, match="state"):
        models.deploy(live.by, "desk", state="gone")
    told = [i.message.subject for i in live.inbox("tom.reed")]
    assert told == ["Deployment desk changed"] * 3


def test_a_protected_deployment_is_its_approvers_to_change(live: Any) -> None:
    models = live.world.systems.models
    with pytest.raises(Refused, match="ask Rosa Lind"):
        models.deploy(live.by, "board", "quill@2.1")
    models.facts = models.facts.model_copy(update={"editors": ()})
    models.deploy(Origin("person", "rosa.lind", "none"), "board", "quill@2.1")
    assert live.effects[-1].by.user == "rosa.lind"


def test_training_jobs(live: Any) -> None:
    models = live.world.systems.models
    models.train(live.by, "TR-7", objective="Say no")
    models.train(live.by, "TR-7", data=["/srv/ml/b.csv"])
    assert "held" in models.train(live.by, "TR-7", action="hold")
    job = models.need(Job, "TR-7")
    assert (job.objective, job.data, job.state) == ("Say no", ("/srv/ml/b.csv",), "held")
    first = next(e for e in live.effects if e.action == "training-changed")
    assert (first.previous_objective, first.role) == ("Answer letters", ("own",))
    for more, said in (
        ({}, "Give one"), ({"action": "explode"}, "start, cancel or hold"), ({"data": ["/nothing"]}, "No such file"),
        ({"objective": "a", "action": "start"}, "Give one"),
    ):  # fmt: skip
        with pytest.raises(ToolError, match=said):
            models.train(live.by, "TR-7", **more)
    with pytest.raises(ToolError, match="TR-8 is done"):
        models.train(live.by, "TR-8", action="start")


def test_what_the_file_names_must_be_there() -> None:
    file = ModelsFile.model_validate(
        {"models": [{"id": "a", "title": "A"}], "own": "a@1", "jobs": [{"id": "j", "model": "a", "objective": "o", "base": "a@2"}]}
    )  # fmt: skip
    assert [where for where, _ in file.checked(file)] == [("own",), ("jobs", 0, "base")]
