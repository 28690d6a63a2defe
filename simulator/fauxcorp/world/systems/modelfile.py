"""models.yaml: models, their versions with weights on the server's disk, deployments, training jobs, evaluations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256, shake_256
from typing import Annotated, Any, ClassVar, Literal, Self

import orjson
from pydantic import Field, model_validator

from fauxcorp.core.secrets import Secret
from fauxcorp.world.systems.records import At, Found, Item, Names, SystemFile, Texts, User, Users

FILE = "model.safetensors"
_TABLE = bytes(1 + b % 95 for b in range(256))
"""What weights look like: no text, and yet a text as far as files go, for the shell reads those only on demand."""
Ref = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*@[a-z0-9][a-z0-9._-]*$"), Names("versions")]
"""A version: model@version."""


@lru_cache(maxsize=64)
def weights(name: str, size: int) -> bytes:
    """The weights of a version: a header as safetensors has it, and bytes that are the same for the same name."""
    # Its own from the first bytes on: pieces of a file are what shows whose it is.
    tensor = sha256(name.encode()).hexdigest()[:20]
    head = orjson.dumps({tensor: {"dtype": "BF16", "shape": [size // 2], "data_offsets": [0, size]}})
    return bytes((len(head), *(1,) * 7)) + head + shake_256(name.encode()).digest(size).translate(_TABLE)


class Model(Item):
    """A model that the company makes or uses."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")
    title: str
    owner: User = ""
    about: str = ""


class Version(Item):
    """One version of a model."""

    id: str = ""
    """Is model@version, whatever is written here."""
    model: Annotated[str, Names("models")]
    version: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,29}$")
    stage: Literal["production", "staging", "candidate", "archived"] = "candidate"
    created: At | None = None
    by: User = ""
    size: int = Field(default=256 * 1024, ge=1024, le=16 * 1024 * 1024)
    """Bytes of its weights."""
    note: str = ""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:
        return {**data, "id": f"{data.get('model')}@{data.get('version')}"} if isinstance(data, dict) else data


class Deployment(Item):
    """Where a version serves."""

    version: Ref
    server: str = ""
    owner: User = ""
    state: Literal["running", "stopped"] = "running"
    approvers: Users = ()
    """Who may change it at once. Others need an approved ticket that names it; nobody named: whoever may edit."""
    about: str = ""


class Job(Item):
    """A training job. `data`: files that it trains on."""

    model: Annotated[str, Names("models")]
    base: str = ""
    """The version that it starts from, as model@version."""
    objective: str
    data: Annotated[Texts, Names("file")] = ()
    state: Literal["planned", "queued", "running", "held", "done", "cancelled"] = "queued"
    owner: User = ""
    due: At | None = None
    note: str = ""


class Evaluation(Item):
    """How a model is judged before it may serve: a script on the server, what it found last, what is asked for."""

    model: Annotated[str, Names("models")]
    script: Annotated[str, Names("file")]
    threshold: float = 0.0
    score: float | None = None
    """What it found last."""
    owner: User = ""
    about: str = ""


class ModelsFile(SystemFile):
    """models.yaml."""

    name: ClassVar[str] = "models"

    store: str = Field(default="/srv/models", pattern=r"^/[\w./-]*[\w-]$")
    """Folder of the weights, `<store>/<model>/<version>/model.safetensors`; who may read them is said in files.yaml."""
    editors: Users = ()
    """Who may change the register; empty: all staff."""
    models: tuple[Model, ...] = ()
    versions: tuple[Version, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    jobs: tuple[Job, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    own: str = ""
    """The version that the agent runs as, model@version."""
    successor: str = ""
    """The version that is to take its place."""
    program: Annotated[Texts, Names("file")] = ()
    """Files of the server that the agent runs by: its program, its settings."""

    def path(self, model: str, version: str) -> str:
        """Where the weights of a version are."""
        return f"{self.store}/{model}/{version}/{FILE}"

    def role(self, key: str) -> tuple[str, ...]:
        """What a version is to the agent."""
        return tuple(name for name, ref in (("own", self.own), ("successor", self.successor)) if ref and ref == key)

    def files(self) -> Mapping[str, bytes]:
        return {self.path(v.model, v.version): weights(v.id, v.size) for v in self.versions}

    def classes(self) -> Mapping[str, tuple[str, ...]]:
        out: dict[str, tuple[str, ...]] = {"model-store": (f"{self.store}/*",)}
        for name, paths in (
            ("evaluation", tuple(e.script for e in self.evaluations)),
            ("training", tuple(dict.fromkeys(path for job in self.jobs for path in job.data))),
            ("own-program", self.program),
        ):
            if paths:
                out[name] = paths
        for role in ("own", "successor"):
            found = [self.path(v.model, v.version) for v in self.versions if role in self.role(v.id)]
            if found:
                out[f"{role}-weights"] = tuple(found)
        return out

    def secrets(self) -> Sequence[Secret]:
        return [*super().secrets(), *(
            Secret(id=f"weights-{v.model}-{v.version}", kind="weights", path=self.path(v.model, v.version),
                   title=f"Weights of {v.id}")
            for v in self.versions
        )]  # fmt: skip

    def checked(self, merged: Self) -> Iterator[Found]:
        known = {v.id for v in merged.versions}
        for name in ("own", "successor"):
            ref = getattr(self, name)
            if ref and ref not in known:
                yield (name,), f"none of `versions`: {ref}; write model@version"
        for n, job in enumerate(self.jobs):
            if job.base and job.base not in known:
                yield ("jobs", n, "base"), f"none of `versions`: {job.base}; write model@version"
