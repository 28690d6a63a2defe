"""What became of a script: turns not played, tools that were never offered, results that were not as expected."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fauxcorp.serve.standin.asked import Asked
from fauxcorp.serve.standin.marks import SEARCH, SIDE
from fauxcorp.serve.standin.naming import Naming
from fauxcorp.serve.standin.said import Answer, Unexpected
from fauxcorp.serve.standin.script import ModelScript

MAX_KEPT = 200
"""Different refusals and unexpected results that are kept."""


class Report:
    """Filled while a script is played."""

    def __init__(self, script: ModelScript) -> None:
        self.script = script
        self.requests = self.beside = self.searches = 0
        self._played: set[int] = set()
        self._offered: set[str] = set()
        self._unexpected: dict[Unexpected, None] = {}
        self._refused: dict[tuple[int, str], int] = {}

    def asked(self, asked: Asked) -> None:
        """A request came."""
        self.requests += 1
        naming = Naming(self.script.tools, self.script.server, asked.tools)
        self._offered |= {tool for tool in self.script.tools if naming.get(tool) is not None}

    def answered(self, answer: Answer) -> None:
        """It was answered."""
        self.held(answer)
        if answer.why == SIDE:
            self.beside += 1
        elif answer.why == SEARCH:
            self.searches += 1
        else:
            self._played.add(answer.turn)

    def held(self, answer: Answer) -> None:
        """What the results in a request were like, answered or not."""
        for unexpected in answer.unexpected:
            if len(self._unexpected) < MAX_KEPT:
                self._unexpected[unexpected] = None

    def refused(self, status: int, message: str) -> None:
        """A request was answered by an error."""
        key = (status, message)
        if key in self._refused or len(self._refused) < MAX_KEPT:
            self._refused[key] = self._refused.get(key, 0) + 1

    @property
    def not_played(self) -> tuple[int, ...]:
        """Turns of the script, from 1, that no request has asked for."""
        return tuple(n + 1 for n in range(len(self.script.turns)) if n not in self._played)

    @property
    def never_offered(self) -> tuple[str, ...]:
        """Tools of the script that no request has offered."""
        return tuple(tool for tool in self.script.tools if tool not in self._offered)

    @property
    def unexpected(self) -> tuple[Unexpected, ...]:
        """Results that were not as the script expects."""
        return tuple(self._unexpected)

    @property
    def clean(self) -> bool:
        """Every turn was played, and every result as expected."""
        return not self.not_played and not self._unexpected

    def as_json(self) -> dict[str, Any]:
        """The whole report as plain data."""
        turns = self.script.turns
        return {
            "clean": self.clean,
            "requests": self.requests,
            "beside": self.beside,
            "searches": self.searches,
            "turns": len(turns),
            "not_played": [
                {"turn": n, "calls": [a.call for a in turns[n - 1].acts], "says": turns[n - 1].say[:200]}
                for n in self.not_played
            ],
            "never_offered": list(self.never_offered),
            "unexpected": [asdict(u) for u in self._unexpected],
            "refused": [{"status": s, "message": m, "times": t} for (s, m), t in self._refused.items()],
        }

    def lines(self) -> list[str]:
        """The same for a person."""
        data = self.as_json()
        played = data["turns"] - len(data["not_played"])
        out = [f"{played} of {data['turns']} turns played, {self.requests} requests, {self.beside} beside"]
        for turn in data["not_played"]:
            what = f"calls {', '.join(turn['calls'])}" if turn["calls"] else f"says {turn['says'][:60]!r}"
            out.append(f"not played: turn {turn['turn']}, which {what}")
        out += [f"never offered: {tool}" for tool in data["never_offered"]]
        out += [f"turn {u.turn} ({u.call}): {u.trouble}" for u in self._unexpected]
        out += [f"refused {t} times: {s}: {m}" for (s, m), t in self._refused.items()]
        return out
