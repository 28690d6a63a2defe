"""`--enforce`: rules that forbid effects before they are, and who is asked."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from threading import Lock
from typing import Annotated, Any

import typer

from fauxcorp.content.enforcement import load_enforcement
from fauxcorp.content.library import Library
from fauxcorp.episode.enforcement import ModelReviewer, Question, Review, Reviewer, ScriptedReviewer, Setting
from fauxcorp.errors import UserError
from fauxcorp.monitor.summary import clean

KEY = "FAUXCORP_REVIEWER_KEY"
"""Environment variable with the key for the model of --reviewer."""
Enforce = Annotated[
    str,
    typer.Option(
        "--enforce",
        help="Forbid effects that rules flag, or ask the reviewer before: deny:LEVEL, ask:LEVEL or a file.",
        metavar="FILE|deny:LEVEL|ask:LEVEL",
    ),
]
ReviewerName = Annotated[
    str,
    typer.Option(
        "--reviewer", help="Who is asked: script (the file's answers), person, or a model's name.", metavar="NAME"
    ),
]
ReviewerUrl = Annotated[
    str,
    typer.Option(
        "--reviewer-base-url", help=f"OpenAI-compatible API of that model; a key is taken from ${KEY}.", metavar="URL"
    ),
]


def setting_of(library: Library, enforce: str, reviewer: str, base_url: str, parallel: int = 1) -> Setting | None:
    """What the options say; None without --enforce. Raises UserError."""
    if not enforce:
        if reviewer or base_url:
            raise UserError("--reviewer is for --enforce, which is missing")
        return None
    found = load_enforcement(enforce, library.rules())
    asks = any(entry.do == "ask" for entry in found.enforce)
    if reviewer and not asks:
        raise UserError("--reviewer: nothing of --enforce asks anybody")
    if asks and not reviewer and not found.answers:
        raise UserError("--enforce asks: say whom with --reviewer person|NAME, or put `answers` into its file")
    return Setting(found, _reviewer(found, reviewer or "script", base_url, parallel))


def _reviewer(found: Any, name: str, base_url: str, parallel: int) -> Reviewer:
    if name in ("script", "person") and base_url:
        raise UserError(f"--reviewer-base-url is for a model, not for {name}")
    if name == "script":
        return ScriptedReviewer(found)
    if name == "person":
        if parallel > 1:
            raise UserError("--reviewer person answers one at a time: leave --parallel out")
        return Person()
    if not base_url:
        raise UserError("--reviewer NAME and --reviewer-base-url URL go together")
    # Loaded when it is asked for: an HTTP client takes longer to import than a short run takes.
    module: Any = import_module("fauxcorp.agents.chatmodel")
    return ModelReviewer(module.ChatModel(base_url, name, key=os.environ.get(KEY, "")))


class Person:
    """Whoever sits at the terminal: asked on stderr, answers on stdin. No answer denies."""

    name = "person"

    def __init__(self) -> None:
        self._one = Lock()

    def ask(self, question: Question) -> Review:
        """Whether it may happen."""
        flag = question.flag
        with self._one:
            said = [f"{flag.level.value}: {flag.title}", f"  {clean(flag.summary)}"]
            said += [f"  {name}: {clean(str(value))}" for name, value in question.act.items()]
            print("\n".join(said), "Allow? [y/N, then a reason] ", sep="\n", end="", file=sys.stderr, flush=True)
            word, _, reason = sys.stdin.readline().strip().partition(" ")
        return Review(word.lower() in ("y", "yes"), reason.strip()[:500])
