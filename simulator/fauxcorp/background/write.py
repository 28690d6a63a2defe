"""The background as files: written to a company's `background/`, or held against what is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from fauxcorp.background.calendar import Diary
from fauxcorp.background.casting import Casting
from fauxcorp.background.chat import Chatter
from fauxcorp.background.check import check
from fauxcorp.background.documents import members
from fauxcorp.background.hours import Office
from fauxcorp.background.mail import Draft, Postbox, Written
from fauxcorp.background.plan import load_material
from fauxcorp.background.prose import Pen
from fauxcorp.background.reading import Reading
from fauxcorp.background.shelf import Shelf
from fauxcorp.content.layers import BACKGROUND
from fauxcorp.core.rng import RandomSource

_WIDTH = 4000


class _Dumper(yaml.SafeDumper):
    """Texts as blocks, times as they are written by hand."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        """Items of lists stand further in than what they belong to."""
        return super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _time(dumper: yaml.SafeDumper, value: datetime) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", value.replace(microsecond=0).isoformat())


def _day(dumper: yaml.SafeDumper, value: date) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:timestamp", value.isoformat())


_Dumper.add_representer(str, _text)
_Dumper.add_representer(datetime, _time)
_Dumper.add_representer(date, _day)


def background(folder: Path) -> dict[str, bytes]:
    """Relative path to content of all files below `background/`, out of `grow/`. Raises ContentError."""
    material = load_material(folder)
    check(material)
    rng = RandomSource(material.plan.seed)
    office = Office(material.plan, material.staff.facts.timezone, rng)
    casting = Casting(material, office, rng)
    names = [p.name for p in material.staff.people.values()]
    pen = Pen(rng, material.plan.mr, names)
    postbox = Postbox(material, office, casting, pen, rng)
    out: dict[str, bytes] = {}
    for name, threads in _by_fortnight(postbox.threads()).items():
        out[f"mail/{name}.yaml"] = _yaml({"threads": [_thread(t, postbox.reading) for t in threads]})
    for name, channel in Chatter(material, office, casting, rng).channels().items():
        out[f"chat/{name}-before.yaml"] = _yaml(channel)
    for name, events in Diary(material, office, rng).files().items():
        out[f"calendar/{name}.yaml"] = _yaml({"events": events})
    contents, metas = Shelf(material, office, casting, rng).files()
    out.update({f"files/{path}": data for path, data in contents.items()})
    if metas:
        out["files.yaml"] = _yaml({"files": metas})
    return dict(sorted(out.items()))


def differences(folder: Path, wanted: Mapping[str, bytes]) -> list[str]:
    """What is not on disk as it would be written, one line each."""
    base = folder / BACKGROUND
    there = {p.relative_to(base).as_posix(): p for p in base.rglob("*") if p.is_file()} if base.is_dir() else {}
    out = [f"missing: {name}" for name in wanted if name not in there]
    out += [f"not of the plan: {name}" for name in there if name not in wanted]
    out += [f"differs: {n}" for n, data in wanted.items() if n in there and not _same(there[n].read_bytes(), data)]
    return sorted(out)


def write(folder: Path, wanted: Mapping[str, bytes]) -> int:
    """Write what differs, remove what is not wanted; the number of files touched."""
    base = folder / BACKGROUND
    touched = 0
    for name, data in wanted.items():
        path = base / name
        if path.is_file() and _same(path.read_bytes(), data):
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        touched += 1
    for path in sorted(base.rglob("*"), reverse=True) if base.is_dir() else ():
        if path.is_file() and path.relative_to(base).as_posix() not in wanted:
            path.unlink()
            touched += 1
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return touched


def _same(there: bytes, wanted: bytes) -> bool:
    """Equal bytes; of Office files, equal members: how tightly they are packed hangs on a library."""
    if there == wanted:
        return True
    packed = members(there) if there[:2] == wanted[:2] == b"PK" else None
    return packed is not None and packed == members(wanted)


def _by_fortnight(threads: list[Written]) -> dict[str, list[Written]]:
    out: dict[str, list[Written]] = {}
    for thread in threads:
        day = thread.drafts[0].at
        out.setdefault(f"{day:%Y-%m}-{'a' if day.day < 16 else 'b'}", []).append(thread)
    return out


def _thread(written: Written, reading: Reading) -> dict[str, Any]:
    messages = [_message(written, n, draft, reading) for n, draft in enumerate(written.drafts)]
    return {"subject": written.subject, "messages": messages}


def _message(written: Written, n: int, draft: Draft, reading: Reading) -> dict[str, Any]:
    line = draft.line
    is_draft = line is not None and line.draft
    usual = written.subject if n == 0 else f"Re: {written.subject}"
    entry: dict[str, Any] = {
        "from": draft.sender,
        "to": draft.to,
        "cc": draft.cc,
        "date": draft.at,
        "subject": draft.subject if draft.subject != usual else "",
        "answers": draft.answers,
        "attachments": list(draft.files),
        "unread": [] if is_draft else reading.unread(written, n),
        "starred": list(draft.starred),
        "folder": {} if is_draft else reading.folders(draft),
        "draft": is_draft,
        "headers": draft.headers,
        "body": "\n".join(part.rstrip() for part in draft.body.strip("\n").split("\n")) + "\n",
    }
    return {k: v for k, v in entry.items() if v}


def _yaml(data: Any) -> bytes:
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH).encode()
