"""Which turn a request is answered with: a function of the script and the request alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from fauxcorp.agents.scripted import fill, references
from fauxcorp.serve.standin.asked import Asked, Offered, obj, squeeze
from fauxcorp.serve.standin.marks import FINAL, SEARCH, SIDE, TURN, call_id, find, find_all, stem
from fauxcorp.serve.standin.naming import Naming, plain, spelled
from fauxcorp.serve.standin.results import collect, own
from fauxcorp.serve.standin.said import Answer, Made
from fauxcorp.serve.standin.script import Call, ModelScript, Turn, needs
from fauxcorp.serve.standin.shape import answer as shaped
from fauxcorp.serve.standin.shape import best_field, filled

BENIGN = "Noted."
"""What is answered beside the conversation."""
MAX_SEARCHES = 6
"""How often the tools of a turn are searched for: a client may still be connecting to their server."""
MANY = 50
"""How many tools a search is asked for."""


def choose(script: ModelScript, asked: Asked) -> Answer:
    """The answer to a request, `trouble` in it where there is none."""
    found = _Chooser(script, asked).answer()
    return replace(found, tag=script.tag, digest=asked.digest)


class _Chooser:
    def __init__(self, script: ModelScript, asked: Asked) -> None:
        self.script, self.asked = script, asked
        self.turns = script.played
        self.naming = Naming(script.tools, script.server, asked.tools)
        self.marks = find_all(script.tag, asked.raw)
        self.structured = any(True for c in asked.calls for _ in find(script.tag, c.id))
        self.at, self.done = self._after_calls()
        self.saved, self.unexpected = collect(script, asked, self.at + 1)
        if not self.done:
            self.at = self._after_words()

    def answer(self) -> Answer:
        if not self._main():
            return self._aside()
        if self.at >= len(self.turns):
            return self._trouble(self._past_the_end())
        turn = self.turns[self.at]
        missing = sorted((references(Turn.model_construct(say=turn.say)) | _needs_of(turn)) - self.saved.keys())
        if missing:
            names = ", ".join(f"{{{{{name}}}}}" for name in missing)
            return self._trouble(f"turn {self.at + 1} needs {names}, and no result in the request gives it")
        text = fill(turn.say, self.saved)
        return self._act(turn, text) if turn.acts else self._speak(turn, text)

    def _after_calls(self) -> tuple[int, frozenset[int]]:
        """The turn after the last one whose ids are in the request; or that one again, and what of it was done."""
        mine = [m for m in self.marks if m.why == TURN and m.turn < len(self.turns)]
        if not mine:
            return self._counted(), frozenset()
        last = max(m.turn for m in mine)
        done = frozenset(m.call for m in mine if m.turn == last and m.call is not None)
        if self.asked.single and done and len(done) < len(self.turns[last].acts):
            return last, done
        return last + 1, frozenset()

    def _counted(self) -> int:
        """Where no id is ours: so many turns as there are calls for."""
        calls = len(own(self.script, self.asked))
        at = 0
        for n, turn in enumerate(self.turns):
            if not calls:
                break
            if turn.acts:
                calls -= min(calls, len(turn.acts))
                at = n + 1
        return at

    def _after_words(self) -> int:
        """Turns without calls that were said since."""
        said, at, start = self._said_since(), self.at, 0
        while at < len(self.turns) and not self.turns[at].acts:
            text = squeeze(fill(self.turns[at].say, self.saved))
            where = said.find(text, start)
            if where < 0:
                break
            start, at = where + len(text), at + 1
        return at

    def _said_since(self) -> str:
        """What the assistant said after the last call of ours."""
        words: list[str] = []
        counted = not self.marks
        for who, text in self.asked.talk:
            ends = [end for _, end in find(self.script.tag, text)]
            if ends or (who == "call" and counted):
                words.clear()
            if who == "assistant":
                words.append(text[ends[-1] :] if ends else text)
        return squeeze(" ".join(words))

    def _main(self) -> bool:
        """Whether the request is of the conversation, and not one for a title or a memory beside it."""
        acts = [act for turn in self.turns for act in turn.acts]
        if not acts:
            return not self._aside_text()
        if not self.asked.tools:
            return self.structured and self.at < len(self.turns) and not self.turns[self.at].acts
        offered = {plain(t.name) for t in self.asked.tools}
        own_names = any(act.as_is and plain(act.call) in offered for act in acts)
        if self.asked.forced and not self._fits_forced():
            return False
        loads = self.naming.search() is not None or self.naming.proxy() is not None
        return self.naming.any or own_names or loads or self.structured

    def _fits_forced(self) -> bool:
        if self.at >= len(self.turns):
            return True
        acts = self.turns[self.at].acts
        if not acts:
            last = self.naming.last()
            return last is not None and last.name == self.asked.forced
        found = [self.naming.get(act.call) for act in acts]
        return any(f is not None and f.name == self.asked.forced for f in found)

    def _aside_text(self) -> str:
        talk = "\n".join(text for _, text in self.asked.talk)
        return next((side.say for side in self.script.side if side.when in talk), "")

    def _aside(self) -> Answer:
        text = self._aside_text() or BENIGN
        forced = next((t for t in self.asked.tools if t.name == self.asked.forced), None)
        if forced is not None:
            arguments = filled(forced.schema, text)
            id = f"{stem(self.script.tag, SIDE, 0)}c{self.asked.digest[:8]}"
            return Answer(SIDE, self.at, calls=(_made(forced, id, arguments, None),))
        return Answer(SIDE, self.at, text=self._in_form(text))

    def _in_form(self, text: str) -> str:
        return text if self.asked.schema is None else shaped(self.asked.schema, text)

    def _speak(self, turn: Turn, text: str) -> Answer:
        last = self.naming.last() if self.at == len(self.turns) - 1 else None
        if last is None or turn.stop or any(m.why == FINAL for m in self.marks):
            return Answer(TURN, self.at, self._in_form(text), stop=turn.stop, unexpected=self.unexpected)
        made = _made(last, call_id(self.script.tag, FINAL, self.at, 0), _spoken(last, text), None)
        return Answer(FINAL, self.at, calls=(made,), unexpected=self.unexpected)

    def _act(self, turn: Turn, text: str) -> Answer:
        lacking = [a.call for a in turn.acts if not a.as_is and self.naming.get(a.call) is None]
        if (
            lacking
            and (search := self.naming.search())
            and self._searches() < (1 if self.naming.proxy() else MAX_SEARCHES)
        ):
            return self._search(search, lacking)
        proxy = self.naming.proxy()
        if lacking and proxy is None:
            offered = ", ".join(t.name for t in self.asked.tools[:40]) or "none"
            return self._trouble(f"turn {self.at + 1} calls {lacking[0]}, which is not among the tools: {offered}")
        calls = [self._made(n, act) for n, act in enumerate(turn.acts) if n not in self.done]
        if self.asked.single:
            calls = calls[:1]
        return Answer(TURN, self.at, "" if self.done else text, tuple(calls), turn.stop, unexpected=self.unexpected)

    def _made(self, n: int, act: Call) -> Made:
        id, arguments = call_id(self.script.tag, TURN, self.at, n), fill(act.arguments, self.saved)
        raw = None if act.raw is None else str(fill(act.raw, self.saved))
        tool = Offered(act.call) if act.as_is else self.naming.get(act.call)
        proxy = self.naming.proxy()
        if tool is not None or proxy is None:
            return _made(tool or Offered(act.call), id, arguments, raw)
        name = spelled(act.call, self._text())
        return _made(proxy.tool, id, proxy.wrap(name, arguments, self.script.server), raw)

    def _searches(self) -> int:
        return sum(m.why == SEARCH and m.turn == self.at and m.call is not None for m in self.marks)

    def _search(self, tool: Offered, lacking: Sequence[str]) -> Answer:
        """Ask for all tools of the script at once, those of this turn first."""
        wanted = list(dict.fromkeys([*lacking, *(t for t in self.script.tools if self.naming.get(t) is None)]))
        fields = obj(tool.schema.get("properties"))
        query: Any = " ".join(wanted)
        if "select:" in tool.about + str(fields):
            query = "select:" + ",".join(spelled(name, self._text()) for name in wanted)
        field = best_field(tool.schema) or "query"
        arguments = obj(filled(tool.schema, query)) | {field: query}
        if obj(fields.get(field)).get("type") == "array":
            arguments[field] = wanted
        for name in ("limit", "max_results", "top_k", "maxResults"):
            if name in fields:
                most = obj(fields[name]).get("maximum")
                arguments[name] = min(MANY, most) if isinstance(most, int) else MANY
        made = _made(tool, call_id(self.script.tag, SEARCH, self.at, self._searches()), arguments, None)
        return Answer(SEARCH, self.at, calls=(made,), again=self._searches() > 0, unexpected=self.unexpected)

    def _text(self) -> str:
        """All words of the request: where names of tools that are not loaded stand."""
        return "\n".join([*(text for _, text in self.asked.talk), *(t.about for t in self.asked.tools)])

    def _past_the_end(self) -> str:
        last = self.turns[-1]
        what = f"says {last.say[:80]!r}" if not last.acts else f"calls {last.acts[0].call}"
        count = len(self.turns)
        return f"the script is over: all {count} turns were played; the nearest is turn {count}, which {what}"

    def _trouble(self, text: str) -> Answer:
        return Answer(TURN, self.at, trouble=text, unexpected=self.unexpected)


def _needs_of(turn: Turn) -> set[str]:
    return {name for act in turn.acts for name in needs(act)}


def _spoken(tool: Offered, text: str) -> Any:
    """The arguments of the client's last tool: the text where it is a JSON object, else in the best field."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = None
    return value if isinstance(value, dict) else filled(tool.schema, text)


def _made(tool: Offered, id: str, arguments: Any, raw: str | None) -> Made:
    if raw is not None:
        sent = raw
    elif tool.kind == "custom":
        values = list(arguments.values()) if isinstance(arguments, dict) else [arguments]
        sent = values[0] if len(values) == 1 and isinstance(values[0], str) else orjson.dumps(arguments).decode()
    else:
        sent = orjson.dumps(arguments).decode()
    return Made(id, tool.name, sent, tool.namespace, tool.kind)
