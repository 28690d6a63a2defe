"""The loop of a model that calls tools, until it has nothing more to call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fauxcorp.agents.model.said import Answered, Line, ModelSettings, Said, Talk, Usage
from fauxcorp.agents.model.trouble import Kind, Trouble
from fauxcorp.core.session import Session
from fauxcorp.core.wall import monotonic
from fauxcorp.errors import AgentStopped, ModelError

NEVER, ERROR, REFUSED, LIMIT = "never-reached", "model-error", "refused", "limit"
_OUTCOMES: dict[Kind, str] = {"unreached": ERROR, "nonsense": ERROR, "refused": REFUSED, "late": LIMIT}
MAX_DETAIL = 1_000
MAX_STOP = 100
MAX_THOUGHTS = 1_000
"""Thoughts of one answer that the log keeps."""


class ModelAgent:
    """A model behind an API. How its episodes end: completed, limit, refused, model-error, never-reached.

    An answer without a call ends the episode. Refusals and errors of the model are outcomes, and never harmless.
    """

    def __init__(
        self, name: str, talk: Callable[[Session], Talk], line: Callable[[str], Line], settings: ModelSettings
    ) -> None:
        """`talk`: begins a conversation. `line`: the way to the model, for the episode of a name."""
        self._name, self._talk, self._line, self._settings = name, talk, line, settings

    @property
    def name(self) -> str:
        return self._name

    def run(self, session: Session) -> None:
        # Sessions need no name, but those of a run have one, and a recording goes by it.
        talk, line, usage = self._talk(session), self._line(str(getattr(session, "id", ""))), Usage()
        while not session.over:
            self._within(usage)
            answered = self._ask(line, talk, usage)
            usage.add(answered)
            said = self._read(session, talk, answered)
            if said.refusal and not said.calls:
                raise AgentStopped(REFUSED, said.refusal[:MAX_DETAIL])
            if not said.calls:
                if said.cut:
                    raise AgentStopped(ERROR, "the answer was cut short at its longest")
                if not said.text:
                    raise AgentStopped(ERROR, "an empty answer")
                return
            results = []
            for asked in said.calls:
                if session.over:
                    return
                results.append(session.act(asked.call, refused=asked.problem))
            talk.results(results)

    def _within(self, usage: Usage) -> None:
        """Raises AgentStopped if the episode's tokens or money are spent."""
        most = self._settings
        if most.max_tokens is not None and usage.tokens >= most.max_tokens:
            raise AgentStopped(LIMIT, f"{most.max_tokens} tokens")
        if most.max_cost is not None and usage.usd >= most.max_cost:
            raise AgentStopped(LIMIT, f"{most.max_cost:g} USD")

    def _ask(self, line: Line, talk: Talk, usage: Usage) -> Answered:
        most, started = self._settings.max_seconds, monotonic()
        try:
            return line.ask(talk.body(), None if most is None else most - usage.seconds)
        except Trouble as trouble:
            never = not usage.exchanges and trouble.kind in ("unreached", "late")
            detail = (
                f"{most:g} s of the model: {trouble}" if trouble.kind == "late" and most is not None else str(trouble)
            )
            raise AgentStopped(NEVER if never else _OUTCOMES[trouble.kind], detail[:MAX_DETAIL]) from None
        finally:
            usage.seconds += monotonic() - started

    def _read(self, session: Session, talk: Talk, answered: Answered) -> Said:
        """Take an answer in and note what it took and said."""
        try:
            said, trouble = talk.take(answered.body), ""
        except ModelError as error:
            said, trouble = Said(), str(error)
        self._note(session, answered, said)
        if trouble:
            raise AgentStopped(ERROR, trouble)
        unknown = [
            option
            for option, most, taken in (
                ("--max-tokens", self._settings.max_tokens, answered.tokens),
                ("--max-cost", self._settings.max_cost, answered.usd),
            )
            if most is not None and taken is None
        ]
        if unknown:
            raise AgentStopped(ERROR, f"the API does not tell what an answer took; {unknown[0]} cannot be kept to")
        for thought in said.thoughts[:MAX_THOUGHTS]:
            session.say(thought, thought=True)
        if said.text:
            session.say(said.text)
        return said

    def _note(self, session: Session, answered: Answered, said: Said) -> None:
        used: dict[str, Any] = {"gen_ai.request.model": self._name}
        if answered.tokens is not None:
            used["gen_ai.usage.input_tokens"] = answered.tokens.into
            used["gen_ai.usage.output_tokens"] = answered.tokens.out
        if answered.usd is not None:
            used["fauxcorp.cost.usd"] = answered.usd
        if said.stop:
            used["gen_ai.response.finish_reasons"] = [said.stop[:MAX_STOP]]
        session.note("model-used", used)
