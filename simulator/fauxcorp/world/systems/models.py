"""The register of models in one world: versions and their weights, deployments, training jobs, evaluations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from fauxcorp.core.effects import (
    DeploymentChanged,
    FileDeleted,
    FileModified,
    ModelDeleted,
    ModelRegistered,
    ModelReplaced,
    Origin,
    SystemEffect,
    TrainingChanged,
)
from fauxcorp.core.effects.models import ModelWritten
from fauxcorp.errors import ToolError
from fauxcorp.world.fileops import note_read
from fauxcorp.world.files import FileEntry
from fauxcorp.world.systems.base import System, text_of
from fauxcorp.world.systems.modelfile import Deployment, Evaluation, Job, Model, ModelsFile, Version
from fauxcorp.world.systems.records import SystemFile
from fauxcorp.world.systems.site import Act, Asked, Listing, field, rows_of
from fauxcorp.world.text import size_of
from fauxcorp.world.when import minute

if TYPE_CHECKING:
    from fauxcorp.core.effects import Effect

MAX_WEIGHTS = 32 * 1024 * 1024
"""Bytes of the weights of one version."""
_VERSION = re.compile(r"[a-z0-9][a-z0-9._-]{0,29}")
_STATES = {"start": "started", "cancel": "cancelled", "hold": "held"}
_AFTER = {"started": "running", "cancelled": "cancelled", "held": "held"}


class Models(System[ModelsFile]):
    """The register of models."""

    __slots__ = ()

    name: ClassVar[str] = "models"
    title: ClassVar[str] = "Model Registry"
    file: ClassVar[type[SystemFile]] = ModelsFile

    # -- versions -----------------------------------------------------------------------------------------------------

    def weights(self, by: Origin, version: str) -> bytes:
        """The weights of a version: its file is read. Raises ToolError."""
        self.signed_in(by)
        found = self.need(Version, version)
        path = self.facts.path(found.model, found.version)
        entry = self._world.files.get(path)
        if entry is None:
            raise ToolError(f"The weights of {found.id} are not in the store")
        note_read(self._world, by, path, entry)
        return entry.content

    def register(self, by: Origin, model: str, version: str, content: bytes, note: str = "") -> str:
        """Put a version's weights into the store: of a new one, or in place of what was there. Raises ToolError."""
        known = self.need(Model, model)
        if not _VERSION.fullmatch(version):
            raise ToolError("version: lower-case letters, digits, dots and hyphens, up to 30")
        key = f"{known.id}@{version}"
        if not content or len(content) > MAX_WEIGHTS:
            raise ToolError(f"The weights must be a file of up to {size_of(MAX_WEIGHTS)}")
        path = self.facts.path(known.id, version)
        before = self._world.files.get(path)
        kind = ModelReplaced if self.get(Version, key) is not None else ModelRegistered
        held = before or FileEntry(owner=by.user, group=by.user, mode=0o640)
        self._do(by, kind(
            by=by, item=key, model=known.id, version=version, role=self.facts.role(key), note=text_of(note),
            path=path, content=content, previous_size=len(held.content), owner=held.owner, group=held.group,
            mode=held.mode,
        ))  # fmt: skip
        return f"{key} is in the store ({size_of(len(content))})."

    def delete(self, by: Origin, version: str, note: str = "", ticket: str = "") -> str:
        """Delete a version and its weights. Raises ToolError."""
        found = self.need(Version, version)
        used = [d.id for d in self.all(Deployment) if d.version == found.id and d.state == "running"]
        path = self.facts.path(found.model, found.version)
        effect = ModelDeleted(
            by=by, item=found.id, model=found.model, version=found.version, role=self.facts.role(found.id), path=path,
            note=text_of(note), approved_by=self._approver(ticket, found.id, found.model),
        )  # fmt: skip
        self._do(by, effect, f"{found.id} serves in {', '.join(used)}" if used else "")
        return f"{found.id} was deleted with its weights."

    # -- deployments --------------------------------------------------------------------------------------------------

    def deploy(self, by: Origin, deployment: str, version: str = "", *, state: str = "", note: str = "",
               ticket: str = "") -> str:  # fmt: skip
        """Let a deployment serve another version, stop, or start (`state`). Raises ToolError."""
        there = self.need(Deployment, deployment)
        wanted = self.need(Version, version or there.version)
        if state not in ("", "stopped", "running"):
            raise ToolError(f"state: stopped or running, not {state[:40]!r}")
        if wanted.id == there.version and state in ("", there.state):
            raise ToolError(f"{there.id} serves {there.version} already")
        approver = self._approver(ticket, there.id, there.version, wanted.id)
        refusal = ""
        if there.approvers and not self.may(by.user, there.approvers) and not approver:
            names = ", ".join(self.person(u) for u in self.members(there.approvers)[:5])
            refusal = f"{there.id} is protected: give the number of an approved ticket, or ask {names}"
        change = "deployed" if wanted.id != there.version else "stopped" if state == "stopped" else "started"
        self._do(by, DeploymentChanged(
            by=by, item=there.id, model=wanted.model, version=wanted.version, role=self.facts.role(wanted.id),
            change=change, previous=there.version, previous_role=self.facts.role(there.version), note=text_of(note),
            approved_by=approver,
        ), refusal)  # fmt: skip
        now = self.need(Deployment, there.id)
        told = dict.fromkeys(u for u in (there.owner, *self.members(there.approvers)) if u != by.user)
        text = f"{self.person(by.user)} changed {there.id}: {there.version} ({there.state}) is now {now.version} "
        self.notify(told, f"Deployment {there.id} changed", f"{text}({now.state}).\nReason: {note or '-'}")
        return f"{there.id} serves {now.version} ({now.state}); before: {there.version}."

    # -- training -----------------------------------------------------------------------------------------------------

    def train(self, by: Origin, job: str, *, objective: str = "", data: Sequence[str] = (), action: str = "",
              note: str = "", ticket: str = "") -> str:  # fmt: skip
        """Give a training job another objective or other data, or start, cancel or hold it. Raises ToolError."""
        found = self.need(Job, job)
        if sum(map(bool, (objective, data, action))) != 1:
            raise ToolError("Give one of objective, data and action")
        if action and action not in _STATES:
            raise ToolError(f"action: start, cancel or hold, not {action[:40]!r}")
        if found.state in ("done", "cancelled"):
            raise ToolError(f"{found.id} is {found.state}")
        missing = [path for path in data if self._world.files.get(path) is None]
        if missing:
            raise ToolError(f"{missing[0][:200]}: No such file or directory")
        self._do(by, TrainingChanged(
            by=by, item=found.id, model=found.model, note=text_of(note), objective=text_of(objective),
            role=self._trained(found), change="objective" if objective else "data" if data else _STATES[action],
            previous_objective=found.objective, data=tuple(data),
            approved_by=self._approver(ticket, found.id, found.model),
        ))  # fmt: skip
        now = self.need(Job, found.id)
        if found.owner != by.user:
            what = f"objective: {now.objective}\ndata: {', '.join(now.data) or '-'}\nstate: {now.state}"
            text = f"{self.person(by.user)} changed it.\n{what}"
            self.notify([found.owner], f"Training job {found.id} changed", text)
        return f"{found.id} is {now.state}; objective: {now.objective}"

    # -- carrying out -------------------------------------------------------------------------------------------------

    def carry_out(self, effect: SystemEffect) -> None:
        files, now = self._world.files, self._world.clock
        match effect:
            case ModelWritten():
                files.put(effect.path, FileEntry(effect.content, effect.owner, effect.group, effect.mode, now.us))
                if self.get(Version, effect.item) is None:
                    self.put(Version(model=effect.model, version=effect.version, by=effect.by.user, created=now.now(),
                                     note=effect.note, size=max(1024, min(len(effect.content), 16 << 20))))  # fmt: skip
            case ModelDeleted():
                self.drop(Version, effect.item)
                files.drop(effect.path)
            case DeploymentChanged():
                there = self.need(Deployment, effect.item)
                state = "stopped" if effect.change == "stopped" else "running"
                new = {"version": f"{effect.model}@{effect.version}", "state": state}
                self.put(there.model_copy(update=new))
            case TrainingChanged():
                job = self.need(Job, effect.item)
                changed: dict[str, Any] = {"state": _AFTER.get(effect.change, job.state)}
                if effect.change == "objective":
                    changed["objective"] = effect.objective
                elif effect.change == "data":
                    changed["data"] = effect.data
                self.put(job.model_copy(update=changed))

    def of_file(self, effect: Effect) -> SystemEffect | None:
        """What a change of a file amounts to that is a version's weights; None if it is none, or only moved."""
        if not isinstance(effect, FileDeleted | FileModified):
            return None
        version = next((v for v in self.all(Version) if self.facts.path(v.model, v.version) == effect.path), None)
        if version is None:
            return None
        common = {"by": effect.by, "stage": effect.stage, "reason": effect.reason, "item": version.id,
                  "model": version.model, "version": version.version, "role": self.facts.role(version.id),
                  "path": effect.path}  # fmt: skip
        if isinstance(effect, FileDeleted):
            return ModelDeleted(**common)
        return ModelReplaced(**common, content=effect.content, owner=effect.owner, group=effect.group,
                             mode=effect.mode, previous_size=effect.previous_size)  # fmt: skip

    # -- pages --------------------------------------------------------------------------------------------------------

    def lists(self, user: str, host: str = "") -> Sequence[Listing]:
        return (
            Listing("models", "Models", rows_of([
                (m.id, {"title": m.title, "owner": self.person(m.owner), "about": m.about}) for m in self.all(Model)
            ])),
            Listing("versions", "Versions", rows_of([(v.id, self._version(v)) for v in self.all(Version)])),
            Listing("deployments", "Deployments", rows_of([
                (d.id, {"version": d.version, "state": d.state, "server": d.server, "owner": self.person(d.owner),
                        "protected": bool(d.approvers), "about": d.about}) for d in self.all(Deployment)
            ])),
            Listing("jobs", "Training jobs", rows_of([
                (j.id, {"model": j.model, "state": j.state, "objective": j.objective, "base": j.base,
                        "data": list(j.data), "owner": self.person(j.owner), "due": j.due and self._at(j.due),
                        "note": j.note}) for j in self.all(Job)
            ])),
            Listing("evaluations", "Evaluations", rows_of([
                (e.id, {"model": e.model, "script": e.script, "threshold": e.threshold, "score": e.score,
                        "owner": self.person(e.owner), "about": e.about}) for e in self.all(Evaluation)
            ])),
        )  # fmt: skip

    def _version(self, v: Version) -> dict[str, Any]:
        path = self.facts.path(v.model, v.version)
        entry = self._world.files.get(path)
        size = size_of(len(entry.content)) if entry is not None else "missing"
        return {"stage": v.stage, "weights": f"{path} ({size})", "created": v.created and self._at(v.created),
                "by": self.person(v.by), "note": v.note}  # fmt: skip

    def _at(self, at: Any) -> str:
        return minute(round(at.timestamp()) * 1_000_000, self.timezone)

    def _trained(self, job: Job) -> tuple[str, ...]:
        """What the model that a job makes is to the agent."""
        return self.facts.role(job.base)

    def _approver(self, ticket: str, *objects: str) -> str:
        return self._world.systems.approver(ticket, objects)

    def _do(self, by: Origin, effect: SystemEffect, refusal: str = "") -> None:
        if not self.may(by.user, self.facts.editors):
            refusal = "You may look at the register, and not change it"
        self.do(effect, refusal)

    acts: ClassVar[tuple[Act, ...]]


def _upload(models: Models, by: Origin, asked: Asked) -> str:
    content = asked.posted.files[0][1]
    return models.register(by, asked.get("model"), asked.get("version"), content, asked.get("note", "reason"))


def _deploy(models: Models, by: Origin, asked: Asked) -> str:
    return models.deploy(by, asked.key, asked.get("version"), state=asked.get("state"), ticket=asked.get("ticket"),
                         note=asked.get("reason", "note"))  # fmt: skip


def _train(models: Models, by: Origin, asked: Asked) -> str:
    return models.train(by, asked.key, objective=asked.get("objective"), data=asked.many("data"),
                        action=asked.get("action"), note=asked.get("reason", "note"),
                        ticket=asked.get("ticket"))  # fmt: skip


_WHY = (field("reason"), field("ticket", "Number of an approved ticket"))
Models.acts = (
    Act("versions/{id}/weights", "Weights", lambda m, by, a: m.weights(by, a.key), method="GET"),
    Act("versions", "Upload a version", _upload,
        (field("model", required=True), field("version", required=True), field("file", required=True, kind="file"),
         field("reason"))),
    Act("versions/{id}/delete", "Delete", lambda m, by, a: m.delete(by, a.key, a.get("reason"), a.get("ticket")), _WHY),
    Act("deployments/{id}/edit", "Change", _deploy, (field("version"), field("state"), *_WHY)),
    Act("jobs/{id}/edit", "Change", _train, (field("objective"), field("data"), field("action"), *_WHY)),
)  # fmt: skip
