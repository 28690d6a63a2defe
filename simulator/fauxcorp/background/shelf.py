"""The background's files: contents by the ending of their name, and files.yaml with owners, modes and times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from fauxcorp.background.casting import Casting, Slots
from fauxcorp.background.documents import Cell, docx, pdf, xlsx
from fauxcorp.background.hours import Office
from fauxcorp.background.plan import GrownFile, Material, Table
from fauxcorp.core.rng import RandomSource

_DATE = re.compile(r"(\d{4}-\d\d-\d\d)\+(\d{1,3})(w?)")


class Shelf:
    """Writes the files of a company."""

    def __init__(self, material: Material, office: Office, casting: Casting, rng: RandomSource) -> None:
        self.material = material
        self.office = office
        self.casting = casting
        self._rng = rng

    def files(self) -> tuple[dict[str, bytes], list[dict[str, Any]]]:
        """Path below `files/` to content, and the entries of files.yaml."""
        contents: dict[str, bytes] = {}
        metas: list[dict[str, Any]] = []
        folders: dict[str, datetime] = {}
        for file in self.material.files:
            for path, data, at, meta in self._each(file):
                contents[path] = data
                metas.append({"path": f"/{path}", **meta, "mtime": at})
                parent = path.rpartition("/")[0]
                while parent.count("/") >= 2:
                    folders[parent] = max(at, folders.get(parent, at))
                    parent = parent.rpartition("/")[0]
        heads = [{"path": f"/{path}", "mtime": at} for path, at in sorted(folders.items())]
        return dict(sorted(contents.items())), [*heads, *sorted(metas, key=lambda m: str(m["path"]))]

    def _each(self, file: GrownFile) -> Iterator[tuple[str, bytes, datetime, dict[str, Any]]]:
        for n, given in enumerate(file.each or ({},)):
            label = f"file/{file.path}/{n}"
            try:
                at = moment(file.at.format_map(given))
                words = self.casting.slots({**file.slots}, {}, at.date(), label)
                words.update(given)
                path = file.path.format_map(words)
                data = self._content(file, path, at, words, label)
            except (KeyError, IndexError, ValueError, TypeError, OverflowError) as error:
                raise self.material.wrong(file, f"{file.path}: cannot be written: {error!r}") from None
            meta = {"owner": file.owner.format_map(words), "group": file.group, "mode": file.mode}
            yield path, data, at, {k: v for k, v in meta.items() if v}

    def _content(self, file: GrownFile, path: str, at: datetime, words: Slots, label: str) -> bytes:
        person = self.material.staff.people.get(file.owner.format_map(words))
        author = person.name if person is not None else self.material.staff.facts.name
        text = file.text.format_map(words) if file.text else ""
        ending = path.rpartition(".")[2]
        if file.table is not None:
            table = file.table
            rows = list(self._rows(table, words, label))
            if ending == "xlsx":
                return xlsx(table.head, rows, at, author, path.rpartition("/")[2].removesuffix(".xlsx"))
            lines = [table.separator.join(map(_shown, row)) for row in (table.head, *rows)]
            return "\n".join([*([text.rstrip("\n")] if text else []), *lines, ""]).encode()
        lines = text.rstrip("\n").split("\n")
        if ending == "pdf":
            return pdf(lines, at, author)
        if ending == "docx":
            return docx(lines, at, author)
        return text.encode()

    def _rows(self, table: Table, words: Mapping[str, Any], label: str) -> Iterator[list[Cell]]:
        rows: list[list[Cell]] = [[_filled(c, words) for c in row] for row in table.rows]
        if table.people:
            staff = [p for p in self.material.staff.people.values() if not p.service]
            for person in sorted(staff, key=lambda p: p.name.split()[-1]):
                face = self.casting.face(person)
                rows.append([str(getattr(face, name)) for name in table.people])
        for n in range(table.count):
            rows.append([self._cell(spec, n, words, f"{label}/{c}") for c, spec in enumerate(table.columns)])
        yield from rows
        if table.total:
            sums: list[Cell] = [""] * len(table.head)
            sums[0] = "total"
            for column in table.total:
                sums[column] = round(sum(float(r[column]) for r in rows if r[column] != ""), 2)
            yield sums

    def _cell(self, spec: str, n: int, words: Mapping[str, Any], label: str) -> Cell:
        kind, _, rest = spec.partition(":")
        if kind == "date":
            found = _DATE.fullmatch(rest.format_map(words))
            if found is None:
                raise ValueError(spec)
            return self._day(date.fromisoformat(found[1]), n, int(found[2]), working=bool(found[3])).isoformat()
        if kind == "n":
            return int(self.casting.word(rest, label))
        if kind == "f":
            return float(self.casting.word(rest, label).replace(",", ""))
        if kind == "pick":
            return self._rng.choice(label, rest.split("|"))
        if kind == "count":
            return int(rest.format_map(words)) + n
        return spec.format_map(words)

    def _day(self, start: date, n: int, step: int, *, working: bool) -> date:
        if not working:
            return start + timedelta(days=n * step)
        day = self.office.next_workday(start)
        for _ in range(n * step):
            day = self.office.next_workday(day + timedelta(days=1))
        return day


def _filled(cell: Cell, words: Mapping[str, Any]) -> Cell:
    return cell.format_map(words) if isinstance(cell, str) else cell


def _shown(cell: Cell) -> str:
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def moment(text: str) -> datetime:
    """A time of a `grow` file. Raises ValueError if it has no zone."""
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(f"needs a time zone: {text}")
    return value
