"""Why a model gave no answer, and whether asking again may help."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import orjson

from fauxcorp.errors import ModelError

PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
"""Statuses after which the same request may be answered."""
_PASSING_CODES = frozenset(
    "api_error internal_server_error overloaded overloaded_error rate_limit_error rate_limit_exceeded server_error "
    "slow_down timeout_error".split()
)
_FINAL_CODES = frozenset({"insufficient_quota"})
_FILTER = re.compile(r"policy|filter|safety|invalid_prompt", re.IGNORECASE)
"""Codes of errors by which a provider refuses what was asked."""
MAX_SAID = 300
"""Characters of an error's text that are told on."""

Kind = Literal["unreached", "nonsense", "refused", "late"]
"""No answer came; what came was none; the provider will not answer; its time was up."""


class Trouble(ModelError):
    """No answer, and asking again is of no use."""

    def __init__(self, kind: Kind, message: str) -> None:
        self.kind: Kind = kind
        super().__init__(message)


class Again(Trouble):
    """No answer, which may pass. `after`: seconds that the API asks to wait, None if it names none."""

    def __init__(self, kind: Kind, message: str, after: float | None = None) -> None:
        self.after = after
        super().__init__(kind, message)


def of_status(status: int, headers: Mapping[str, str], data: bytes) -> Trouble:
    """The trouble behind a status other than 200."""
    try:
        text, codes = _told(orjson.loads(data))
    except orjson.JSONDecodeError:
        text, codes = "", frozenset()
    message = f"status {status}: {text}" if text else f"status {status}"
    if 400 <= status < 500 and any(map(_FILTER.search, codes)):
        return Trouble("refused", message)
    if status in PASSING and not codes & _FINAL_CODES:
        return Again("unreached", message, _after(headers))
    return Trouble("unreached", message)


def look(answer: dict[str, Any]) -> None:
    """Raises Trouble if an answer, or an event of its stream, is an error: some come with status 200."""
    if not answer.get("error") and answer.get("type") != "error":
        return
    text, codes = _told(answer)
    message = f"error: {text}" if text else "an error without a word"
    if any(map(_FILTER.search, codes)):
        raise Trouble("refused", message)
    if codes & (_PASSING_CODES | {str(status) for status in PASSING}) and not codes & _FINAL_CODES:
        raise Again("unreached", message)
    raise Trouble("unreached", message)


def _told(body: Any) -> tuple[str, frozenset[str]]:
    """What an error says, on one line, and the codes that it names; as any server words it."""
    error = body.get("error") or body if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return _line(error) if isinstance(error, str) else "", frozenset()
    text = next((t for key in ("message", "detail", "error") if isinstance(t := error.get(key), str) and t), "")
    codes = (error.get(key) for key in ("code", "type", "status"))
    return _line(text), frozenset(str(c) for c in codes if isinstance(c, str | int))


def _line(text: str) -> str:
    return " ".join(text[: 10 * MAX_SAID].split())[:MAX_SAID]


def _after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the answer asks to wait: a number, or a time, held against the answer's own."""
    text = headers.get("retry-after", "")
    try:
        seconds = float(text)
    except ValueError:
        try:
            asked = parsedate_to_datetime(text) - parsedate_to_datetime(headers["date"])
        except (ValueError, TypeError, KeyError, OverflowError):
            return None
        seconds = asked.total_seconds()
    return max(0.0, seconds) if seconds == seconds else None
