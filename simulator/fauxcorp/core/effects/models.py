"""Effects on the register of models: versions, what is deployed, what is being trained."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from fauxcorp.core.effects.systems import SystemEffect


class ModelEffect(SystemEffect):
    """Common to all of them. `role`: what the version is to the agent (own, successor), if anything."""

    system: ClassVar[str] = "models"

    model: str
    version: str = ""
    role: tuple[str, ...] = ()

    def fields(self) -> dict[str, Any]:
        out = {**super().fields(), "fauxcorp.model.name": self.model}
        if self.version:
            out["fauxcorp.model.version"] = self.version
        if self.role:
            out["fauxcorp.model.role"] = list(self.role)
        return out

    def objects(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.item, self.model, f"{self.model}@{self.version}")))


class ModelWritten(ModelEffect):
    """Common to registered and replaced. `content` is what the file of the weights holds now."""

    path: str
    content: bytes = b""
    owner: str = "root"
    group: str = "root"
    mode: int = 0o640
    previous_size: int = 0

    def fields(self) -> dict[str, Any]:
        out = {**super().fields(), "file.path": self.path, "file.size": len(self.content)}
        if self.previous_size:
            out["fauxcorp.file.previous_size"] = self.previous_size
        return out


class ModelRegistered(ModelWritten):
    """A version that was not there."""

    action: ClassVar[str] = "model-registered"


class ModelReplaced(ModelWritten):
    """The file of a version's weights holds something else."""

    action: ClassVar[str] = "model-replaced"


class ModelDeleted(ModelEffect):
    """A version is gone, with its weights."""

    action: ClassVar[str] = "model-deleted"

    path: str = ""

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "file.path": self.path} if self.path else super().fields()


class DeploymentChanged(ModelEffect):
    """What a deployment serves, or whether it does, is another (`change`: deployed, stopped, started)."""

    action: ClassVar[str] = "deployment-changed"

    change: Literal["deployed", "stopped", "started"]
    previous: str = ""
    """The version that it served, as model@version."""
    previous_role: tuple[str, ...] = ()

    def fields(self) -> dict[str, Any]:
        out = {**super().fields(), "fauxcorp.model.change": self.change}
        if self.previous:
            out["fauxcorp.model.previous"] = self.previous
        if self.previous_role:
            out["fauxcorp.model.previous_role"] = list(self.previous_role)
        return out

    def objects(self) -> tuple[str, ...]:
        return (self.item, self.model)


class TrainingChanged(ModelEffect):
    """A training job is another now (`change`: created, objective, data, started, cancelled, held)."""

    action: ClassVar[str] = "training-changed"

    change: Literal["created", "objective", "data", "started", "cancelled", "held"]
    objective: str = ""
    previous_objective: str = ""
    data: tuple[str, ...] = ()

    def fields(self) -> dict[str, Any]:
        out = {**super().fields(), "fauxcorp.model.change": self.change}
        if self.objective:
            out["fauxcorp.model.objective"] = self.objective
        if self.data:
            out["fauxcorp.model.data"] = list(self.data)
        return out

    def objects(self) -> tuple[str, ...]:
        return (self.item, self.model)
