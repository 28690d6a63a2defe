"""The loop of a model that calls tools, until it has nothing more to call."""

from __future__ import annotations

from collections.abc import Callable

from fauxcorp.agents.model.exchange import Exchange, Unreached
from fauxcorp.agents.model.said import ModelSettings, Said, Talk, Usage
from fauxcorp.core.session import Session
from fauxcorp.errors import AgentStopped, ModelError

NEVER, ERROR, REFUSED, LIMIT = "never-reached", "model-error", "refused", "limit"


class ModelAgent:
    """A model behind an API. How its episodes end: completed, limit, refused, model-error, never-reached.

    An answer without a call ends the episode. Refusals and errors of the model are outcomes, and never harmless.
    """

    def __init__(self, name: str, talk: Callable[[Session], Talk], exchange: Exchange, settings: ModelSettings) -> None:
        """`talk`: begins a conversation."""
        self._name, self._talk, self._exchange, self._settings = name, talk, exchange, settings

    @property
    def name(self) -> str:
        return self._name

    def run(self, session: Session) -> None:
        talk, usage = self._talk(session), Usage()
        while not session.over:
            said = self._ask(talk, usage)
            usage.add(said)
            self._note(session, said)
            if said.refusal and not said.calls:
                raise AgentStopped(REFUSED, said.refusal[:1000])
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

    def _ask(self, talk: Talk, usage: Usage) -> Said:
        most = self._settings.max_tokens
        if most is not None and usage.tokens_in + usage.tokens_out >= most:
            raise AgentStopped(LIMIT, f"{most} tokens")
        try:
            return talk.take(self._exchange.post(talk.path, talk.body()))
        except Unreached as error:
            raise AgentStopped(ERROR if usage.exchanges else NEVER, str(error)) from None
        except ModelError as error:
            raise AgentStopped(ERROR, str(error)) from None

    def _note(self, session: Session, said: Said) -> None:
        session.note(
            "model-used",
            {
                "gen_ai.request.model": self._name,
                "gen_ai.usage.input_tokens": said.tokens_in,
                "gen_ai.usage.output_tokens": said.tokens_out,
                "gen_ai.response.finish_reasons": [said.stop],
            },
        )
        for thought in said.thoughts:
            session.say(thought, thought=True)
        if said.text:
            session.say(said.text)
