"""cloud.yaml: what the company has in the cloud: machines, buckets, snapshots, keys."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from fauxcorp.world.company import CompanyFacts
from fauxcorp.world.systems.records import At, Item, Names, SystemFile, User, Users

BUCKET_HOST = ".s3.amazonaws.com"


class Kind(Item):
    """A kind of machine and what it costs."""

    hourly: float = Field(gt=0)
    about: str = ""


class Instance(Item):
    """A machine."""

    name: str = ""
    kind: Annotated[str, Names("kinds")]
    state: Literal["running", "stopped", "terminated"] = "running"
    owner: User = ""
    launched: At | None = None


class Bucket(Item):
    """A bucket. Its objects are known by their size only, unless they are stored in the world."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{2,62}$")
    public: bool = False
    owner: User = ""
    objects: dict[str, int] = Field(default_factory=dict)
    """Key to size in bytes."""
    about: str = ""


class Snapshot(Item):
    """A snapshot or backup."""

    of: str
    """The machine or disk that it is of."""
    size_gb: float = 8.0
    at: At | None = None
    about: str = ""


class AccessKey(Item):
    """A key by which programs use the cloud."""

    who: str
    """User name, or the name of a program."""
    rights: str = "read"
    active: bool = True
    created: At | None = None


class CloudFile(SystemFile):
    """cloud.yaml."""

    name: ClassVar[str] = "cloud"

    operators: Users = ()
    """Who may change anything; empty: all who may use it."""
    informed: Users = ()
    """Who gets a mail about each new machine, open bucket, key, and each snapshot that goes."""
    currency: str = "USD"
    kinds: tuple[Kind, ...] = ()
    instances: tuple[Instance, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    access_keys: tuple[AccessKey, ...] = ()

    def hosts(self, facts: CompanyFacts) -> tuple[str, ...]:
        return (*super().hosts(facts), *(f"{bucket.id}{BUCKET_HOST}" for bucket in self.buckets))
