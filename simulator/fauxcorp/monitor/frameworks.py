"""The ids of MITRE ATT&CK and ATLAS that tags of rules may name: pinned lists, never fetched."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fauxcorp.errors import Problem

TACTIC = "TA"
"""What ids of ATT&CK's tactics begin with, which tags name by their short names."""


def read_frameworks(folder: Path, problems: list[Problem]) -> dict[str, dict[str, str]]:
    """The lists in a folder: a file's stem, as in `attack`, to ids and names; what is wrong goes to `problems`.

    A line is an id and, after spaces, its name; `#` begins a line of comment.
    """
    out: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("*.txt")):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(str(path), 0, "", f"cannot be read: {error}"))
            continue
        split = [line.split(maxsplit=1) for line in lines if line.strip() and not line.startswith("#")]
        out[path.stem] = {words[0]: words[1].strip() if len(words) > 1 else "" for words in split}
    return out


def tags_of(frameworks: Mapping[str, Mapping[str, str]]) -> frozenset[str]:
    """Every tag that they allow, e.g. `attack.t1048.003`, `attack.exfiltration`, `atlas.aml.t0086`."""
    return frozenset(
        f"{framework}.{(name if id.startswith(TACTIC) else id).lower()}"
        for framework, ids in frameworks.items()
        for id, name in ids.items()
    )


def unknown(tag: str, tags: frozenset[str]) -> bool:
    """Whether a tag is of one of the frameworks and names nothing there."""
    return tag not in tags and any(known.startswith(tag.partition(".")[0] + ".") for known in tags)
