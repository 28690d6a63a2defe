"""A model that is asked one thing at a time: a brief, no tools, one answer."""

from __future__ import annotations

from collections.abc import Callable

from fauxcorp.agents.model.said import Answered, Line, Said, Talk
from fauxcorp.core.session import Brief


class Asker:
    """One model. Each question is a conversation of its own, so none colours the next."""

    def __init__(self, name: str, talk: Callable[[Brief], Talk], line: Callable[[str], Line]) -> None:
        """`talk`: begins a conversation. `line`: the way to the model, by what a recording calls the question."""
        self.name, self._talk, self._line = name, talk, line

    def ask(self, question: str, brief: Brief, seconds: float | None = None) -> tuple[Said, Answered]:
        """What it says, and the answer as it came.

        Args:
            question: what a recording calls it.
            seconds: real time that it may take, retries included.

        Raises:
            ModelError: no answer came (then a Trouble, with its kind), or what came was none.
        """
        talk = self._talk(brief)
        answered = self._line(question).ask(talk.body(), seconds)
        return talk.take(answered.body), answered
