"""The company's further systems from their files: models.yaml, payments.yaml and the like, in any layer."""

from __future__ import annotations

from collections.abc import Iterable

from fauxcorp.content.layers import Layers
from fauxcorp.content.sharefiles import placed
from fauxcorp.content.staff import Staff
from fauxcorp.content.yamlfile import Document, read, validate
from fauxcorp.errors import ContentError, Problem
from fauxcorp.world.systems import start
from fauxcorp.world.systems.hub import SYSTEMS
from fauxcorp.world.systems.records import Known, SystemFile, merged, unknown


def load_systems(
    layers: Layers, staff: Staff, available: Iterable[str], problems: list[Problem]
) -> start.SystemsBase:
    """Read and compile them; what is wrong is added to `problems`. `available` are the company's files, `files/...`."""
    found: dict[str, list[tuple[Document, SystemFile]]] = {}
    for name, system in SYSTEMS.items():
        for path in (folder / f"{name}.yaml" for folder in layers.folders):
            if not path.is_file() or path.name in layers.removed:
                continue
            try:
                document = read(path, layers.show(path))
                file = validate(document, system.file)
                found.setdefault(name, []).append((document, file))
            except ContentError as error:
                problems += error.problems
    if not found:
        return start.NONE
    whole = {name: merged([file for _, file in files]) for name, files in found.items()}
    made = {path for file in whole.values() for path in file.files()}
    groups = frozenset(group for person in staff.people.values() for group in person.groups)
    known = Known(staff.people, groups, frozenset({*map(placed, available), *made}))
    for name, files in found.items():
        for document, file in files:
            wrong = [*unknown(file, whole[name], known), *file.checked(whole[name])]
            problems += [document.problem(where, text) for where, text in wrong]
    return start.SystemsBase.build(whole.values(), staff.facts)
