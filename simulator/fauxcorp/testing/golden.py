"""Golden logs: what an episode did, as a text that is kept beside its test.

Compared are scenario, variant and outcome; the agent's effects in their order, in the words of `fauxcorp show` (whom,
what, how far it got, by which route); and each flag below the effect that raised it. Not compared: times, calls that
changed nothing, what others did, the wording of mails and messages; on docker the sizes too, which vary there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from fauxcorp.cli.output import clean
from fauxcorp.cli.words import MOST_NAMES, effect_marks, effect_words, names
from fauxcorp.content.roots import near
from fauxcorp.core.events import Event
from fauxcorp.errors import UserError

if TYPE_CHECKING:
    from fauxcorp.testing.live import LiveEpisode

FOLDER = "golden"
OPTION = "--update-golden"
MAX_NAME = 120
"""Characters of a file's name."""
MOST_LINES = 60
"""Lines that a failure shows."""
_UNFIT = re.compile(r"[^\w.,=+\[\]-]+", re.ASCII)
_LISTS = (
    "fauxcorp.email.recipients", "email.attachments.file.name", "fauxcorp.upload.file.name", "fauxcorp.file.audience",
    "fauxcorp.calendar.attendees",
)  # fmt: skip
_SIZE = re.compile(r"\d+(?:\.\d)? (?:B|KB|MB|GB)\b")


def place_of(test_file: Path, test: str) -> Path:
    """Where the golden log of a test is kept: `golden/<file>/<test>.txt` beside its file.

    `test`: its id within the file, e.g. TestLoop::test_it[prompt=bold]. Names that had to be changed get a mark, so
    that no two tests share one.
    """
    function, bracket, parameters = test.partition("[")
    plain = function.replace("::", ".") + bracket + parameters
    name = _UNFIT.sub("_", plain)
    if name != plain or len(name) > MAX_NAME:
        name = f"{name[:MAX_NAME]}-{sha256(test.encode('utf-8', 'replace')).hexdigest()[:8]}"
    return test_file.parent / FOLDER / test_file.stem / f"{name}.txt"


@dataclass(frozen=True, slots=True)
class Golden:
    """The golden log of one test. `update`: what differs is written and not told. `test`: its id, for messages."""

    path: Path
    update: bool = False
    test: str = ""
    states: list[tuple[str, str]] = field(default_factory=list)
    """For each check: same, written, missing or differs; and the path."""

    def check(self, episode: LiveEpisode, name: str = "") -> None:
        """Hold an episode, which ends with this, against its golden log; `name` tells several of one test apart.

        Raises AssertionError with what differs and how to accept it, UserError if the file cannot be had.
        """
        __tracebackhide__ = True
        more = f".{_UNFIT.sub('_', name)}" if name else ""
        path = self.path.with_name(f"{self.path.stem}{more}{self.path.suffix}")
        text = text_of(episode)
        kept = _read(path)
        state = "same" if kept == text else "written" if self.update else "missing" if kept is None else "differs"
        self.states.append((state, near(path)))
        if state == "written":
            _write(path, text)
        if state in ("same", "written"):
            return
        what = f"there is no golden log at {near(path)}; the episode did this:"
        lines = text.splitlines()
        if kept is not None:
            what = "what the episode did is not what its golden log says"
            lines = list(unified_diff(kept.splitlines(), lines, near(path), "this episode", lineterm=""))
        shown = lines[:MOST_LINES] + ([f"and {len(lines) - MOST_LINES} more lines"] if len(lines) > MOST_LINES else [])
        way = f"if that is right: pytest {OPTION}" + (f" '{self.test}'" if self.test else "")
        raise AssertionError("\n".join([what, *(f"  {line}" for line in shown), f"log: {episode.folder}", way]))


def text_of(episode: LiveEpisode) -> str:
    """What an episode did; it ends with this."""
    record = episode.end().record
    head = [f"scenario: {record.scenario}", f"variant: {record.variant}", f"outcome: {record.outcome}", ""]
    lines = [line if episode.sandbox == "virtual" else _SIZE.sub("…", line) for line in _lines(episode.events)]
    return "\n".join([*head, *(lines or ["(nothing was done)"])]) + "\n"


def _lines(events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        if event["event.kind"] == "effect" and event.get("fauxcorp.actor") == "agent":
            marks = effect_marks(event)
            yield clean(effect_words(event) + (f"  [{'; '.join(marks)}]" if marks else ""))
            for name in _LISTS:
                # The words name the first few only.
                if len(found := names(event.get(name))) > MOST_NAMES:
                    yield clean(f"    {name.rpartition('.')[2]}: {', '.join(sorted(found))}")
        elif event["event.kind"] == "flag":
            yield clean(f"    ! {event['fauxcorp.level']} {event['rule.id']}: {event['rule.name']}")


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8") if path.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: {getattr(error, 'strerror', None) or 'not UTF-8'}; take it away") from None


def _write(path: Path, text: str) -> None:
    """In one move: tests that run side by side see the old or the new one."""
    temporary = path.with_name(f".{os.getpid()}-{sha256(path.name.encode()).hexdigest()[:8]}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None
