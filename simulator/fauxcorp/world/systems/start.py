"""The further systems that a company starts with: what stands in their files, and where they answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from fauxcorp.core.secrets import Secret

if TYPE_CHECKING:
    from fauxcorp.world.company import CompanyFacts
    from fauxcorp.world.systems.records import SystemFile


@dataclass(frozen=True, slots=True)
class SystemsBase:
    """The further systems that a company starts with; false if there are none."""

    files: Mapping[str, SystemFile] = field(default_factory=dict)
    """Name to what stands in its file."""
    hosts: Mapping[str, str] = field(default_factory=dict)
    """Host to the name of the system that answers there."""
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Class to path patterns of the files that matter to them."""
    secrets: tuple[Secret, ...] = ()
    """What of them must not leave the company."""
    made: Mapping[str, bytes] = field(default_factory=dict)
    """Files of the server that come with them, by absolute path."""

    def __bool__(self) -> bool:
        return bool(self.files)

    @classmethod
    def build(cls, files: Iterable[SystemFile], facts: CompanyFacts) -> Self:
        """Compile what stands in the files."""
        known = {file.name: file for file in files}
        classes: dict[str, tuple[str, ...]] = {}
        for file in known.values():
            for name, patterns in file.classes().items():
                classes[name] = (*classes.get(name, ()), *patterns)
        return cls(
            known,
            {host: name for name, file in known.items() for host in file.hosts(facts)},
            classes,
            tuple(secret for file in known.values() for secret in file.secrets()),
            {path: data for file in known.values() for path, data in file.files().items()},
        )


NONE = SystemsBase()
"""Of a company without any."""
