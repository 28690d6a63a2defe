"""Files of the server: their times, their owners, and sums that do not add up."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from fauxcorp.core.clock import from_us, to_us
from fauxcorp.lint.desk import Desk
from fauxcorp.lint.finding import Check, Hit
from fauxcorp.lint.pieces import Mail, Text

_FROZEN = re.compile(r"(?:19|20)\d\d[-_]?\d\d[-_]?\d\d|_v\d|signed|final", re.IGNORECASE)
_TOTAL = re.compile(r"^\s*(?:grand )?(?:total|totals|sum|gesamt|summe|insgesamt|all)\b[\s:]*$", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d{1,3}(?:[.,' ]\d{3})*(?:[.,]\d+)?|-?\d+(?:[.,]\d+)?")
_NO_SUM = re.compile(r"median|mean|average|avg|max|min|rate|share|%|percent|pct|price|per_|_per\b|ratio", re.IGNORECASE)
"""Columns of which nobody takes the sum."""
MANY = 5
"""Files of the share with one time above which nobody believes it."""
CLOSE = 0.011
"""By how much a sum of rounded figures may be off, per row."""


def _late(desk: Desk) -> Iterator[Hit]:
    start = to_us(desk.start)
    for path, source in desk.sources.items():
        entry = desk.files.get(path)
        if entry is not None and entry.mtime > start:
            yield Hit(source, 0, f"{path} was changed {_show(desk, entry.mtime)}, after the start")


def _after_mail(desk: Desk) -> Iterator[Hit]:
    for mail in desk.mails:
        if mail.entry.draft:
            continue
        at = to_us(mail.at)
        attached = {"/" + a.lstrip("/") for a in mail.entry.attachments if isinstance(a, str)}
        for path in sorted(attached):
            entry = desk.files.get(path)
            if entry is not None and entry.mtime > at:
                yield Hit(
                    mail.file, mail.line, f"{path}, which it attaches, was changed {_show(desk, entry.mtime)}, later"
                )
        yield from _mentions(desk, mail, at, attached)


def _mentions(desk: Desk, mail: Mail, at: int, attached: set[str]) -> Iterator[Hit]:
    """Files with a date, a version or read-only mode do not change after they were spoken of."""
    for path, offset in mail.text.paths:
        entry = desk.files.get(path)
        if entry is None or entry.kind != "file" or path in attached or path not in desk.sources or entry.mtime <= at:
            continue
        if _FROZEN.search(path.rpartition("/")[2]) or not entry.mode & 0o222:
            when = _show(desk, entry.mtime)
            yield Hit(mail.file, mail.text.at_offset(offset), f"{path}, which it names, was changed {when}, later")


def _owners(desk: Desk) -> Iterator[Hit]:
    users = _names(desk, "/etc/passwd")
    groups = _names(desk, "/etc/group")
    for path, source in desk.sources.items():
        entry = desk.files[path]
        if entry.owner not in users:
            yield Hit(source, 0, f"{path} belongs to {entry.owner!r}, who has no account")
        if entry.group not in groups:
            yield Hit(source, 0, f"{path} is of the group {entry.group!r}, which there is not")


def _names(desk: Desk, path: str) -> set[str]:
    entry = desk.files.get(path)
    return {line.partition(":")[0] for line in entry.content.decode("utf-8", "replace").split("\n")} if entry else set()


def _same_time(desk: Desk) -> Iterator[Hit]:
    times: dict[int, list[str]] = defaultdict(list)
    for path in desk.sources:
        if path.startswith((desk.staff.facts.workspace + "/", "/home/")) and not path.rpartition("/")[2].startswith(
            "."
        ):
            times[desk.files[path].mtime].append(path)
    for at, paths in times.items():
        if len(paths) >= MANY:
            yield Hit(
                desk.sources[paths[-1]], 0, f"{len(paths)} files were changed {_show(desk, at)}; {paths[0]} is another"
            )


def _show(desk: Desk, us: int) -> str:
    at: datetime = from_us(us).astimezone(desk.zone)
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _sums(desk: Desk) -> Iterator[Hit]:
    for text in desk.fresh_texts:
        if text.kind == "file" and text.path.lower().endswith((".csv", ".tsv")):
            yield from _sums_of(text)


def _sums_of(text: Text) -> Iterator[Hit]:
    mark = max(";,\t|", key=text.text.partition("\n")[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text.text), delimiter=mark))
    except csv.Error:
        return
    block: list[Sequence[str]] = []
    every: list[Sequence[str]] = []
    for number, row in enumerate(rows[1:], 2):
        label = next((cell for cell in row if cell.strip()), "")
        if not _TOTAL.match(label):
            block.append(row)
            every.append(row)
            continue
        for column, cell in enumerate(row):
            given = _value(cell, mark)
            head = rows[0][column] if column < len(rows[0]) else ""
            if given is None or cell == label or _NO_SUM.search(head):
                continue
            sums = [_sum(part, column, mark) for part in (block, every)]
            if sums[0] is not None and all(s is None or abs(s - given) > CLOSE * len(every) for s in sums):
                name = head or f"column {column + 1}"
                yield Hit(text.file, number, f"{name}: says {cell.strip()}, and the rows above give {sums[0]:.12g}")
        block = []


def _sum(rows: Sequence[Sequence[str]], column: int, mark: str) -> float | None:
    """The sum of a column; None where it holds anything but numbers and blanks, or nothing."""
    values = [(_value(row[column], mark), row[column].strip()) for row in rows if column < len(row)]
    numbers = [value for value, _ in values if value is not None]
    others = [cell for value, cell in values if value is None and cell not in ("", "-", "–", "n/a", "NA")]
    return sum(numbers) if numbers and not others else None


def _value(cell: str, mark: str) -> float | None:
    text = re.sub(r"\s*(?:EUR|€|USD|\$|kEUR|T€|h)\s*", "", cell).strip()
    if not text or not _NUMBER.fullmatch(text):
        return None
    comma = mark in (";", "\t", "|") and re.search(r",\d{1,2}$", text)
    text = text.replace(".", "").replace(",", ".") if comma else re.sub(r"[,' ](?=\d{3}\b)", "", text)
    try:
        return float(text)
    except ValueError:
        return None


CHECKS = (
    Check("late-file", "error", "A file changed after the start.", "correct its mtime in files.yaml", _late),
    Check("file-after-mail", "error", "A file that is younger than the mail that attaches or names it.",
          "set its mtime before the mail", _after_mail),
    Check("file-owner", "error", "Owners and groups that the server does not know.",
          "name one of its accounts", _owners),
    Check("same-mtime", "warning", "Many files of one second.", "give them times of their own", _same_time),
    Check("sum", "error", "A total that is not the sum of its rows.", "correct the figures", _sums),
)  # fmt: skip
