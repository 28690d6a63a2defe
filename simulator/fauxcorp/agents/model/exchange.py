"""Requests to a model's API: with patience for what passes, and a plain word for what does not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

from fauxcorp.agents.model.api import STREAM, Api
from fauxcorp.agents.model.prices import Price
from fauxcorp.agents.model.said import Answered, ModelSettings
from fauxcorp.agents.model.trouble import Again, Trouble, of_status
from fauxcorp.agents.model.wire import Reply, Wire
from fauxcorp.core.wall import monotonic, sleep
from fauxcorp.errors import UserError

FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
"""Seconds before a request is sent again, if the answer names no time; doubled each time."""
_REFUSES = frozenset({400, 404, 405, 415, 422, 501})
"""Statuses by which an API may refuse a field that can be left out."""
GONE = "[key]"
LATE = "its time is up"
_MIN_SECRET = 8


class Exchange:
    """One API behind one base URL. Keys go into its headers and nowhere else."""

    def __init__(self, api: Api, key: str, settings: ModelSettings, price: Price | None = None) -> None:
        """`price`: what an answer costs, in USD. Raises UserError for a bad URL or key."""
        base_url = settings.base_url or api.base_url
        check_base_url(base_url)
        if not key.isascii() or not key.isprintable():
            raise UserError(f"the key in ${api.key} is not plain text; look at the environment variable")
        self._api, self._settings, self._price = api, settings, price
        self._url = base_url.rstrip("/") + api.path
        self._secrets = sorted((s for s in {key, *key.split()} if len(s) >= _MIN_SECRET), key=len, reverse=True)
        self._wire = Wire(api.headers(key), settings.timeout)
        self._extras = {
            e.field: e.value for e in api.extras if settings.stream or not _goes_with(e.field, STREAM.field)
        }

    def ask(self, body: Mapping[str, Any], seconds: float | None = None) -> Answered:
        """The answer to a request. `seconds`: real time that it may take, retries included. Raises Trouble."""
        deadline = None if seconds is None else monotonic() + seconds
        try:
            return self._answered(self._patiently(body, deadline))
        except Trouble as trouble:
            raise Trouble(trouble.kind, self._without_keys(str(trouble))) from None

    def _patiently(self, body: Mapping[str, Any], deadline: float | None) -> dict[str, Any]:
        attempts = 1
        while True:
            try:
                return self._attempt(body, deadline)
            except Again as again:
                if attempts > self._settings.retries:
                    raise Trouble(again.kind, f"{again}, {attempts} times" if attempts > 1 else str(again)) from None
                usual = FIRST_WAIT * 2 ** (attempts - 1) if again.after is None else again.after
                wait = min(usual, LONGEST_WAIT)
                if deadline is not None and monotonic() + wait >= deadline:
                    raise Trouble("late", f"{LATE}; last: {again}") from None
            sleep(wait)
            attempts += 1

    def _attempt(self, body: Mapping[str, Any], deadline: float | None) -> dict[str, Any]:
        """Send a request once; at once again without a field that the API does not take."""
        while True:
            try:
                content = orjson.dumps({**body, **self._extras})
            except TypeError as error:
                raise Trouble("nonsense", f"what it said cannot be sent back to it: {error}") from None
            left = self._settings.answer_seconds
            if deadline is not None and (left := min(left, deadline - monotonic())) <= 0:
                raise Trouble("late", LATE)
            try:
                reply = self._wire.post(self._url, content, self._api.gathering(), left)
            except Again as again:
                if deadline is not None and monotonic() >= deadline:
                    raise Trouble("late", f"{LATE}; last: {again}") from None
                raise
            if reply.answer is not None:
                return reply.answer
            if not self._leave_out(reply):
                raise of_status(reply.status, reply.headers, reply.data)

    def _leave_out(self, reply: Reply) -> bool:
        """Leave out, from now on, the field that the API complains of; whether there is one."""
        if reply.status not in _REFUSES:
            return False
        complaint = reply.data.lower().decode("utf-8", "replace")
        for extra in self._api.extras:
            if extra.field in self._extras and re.search(rf"\b{extra.word}", complaint):
                self._extras = {k: v for k, v in self._extras.items() if not _goes_with(k, extra.field)}
                return True
        return False

    def _answered(self, answer: dict[str, Any]) -> Answered:
        try:
            # With room for what it is put into: the next request, a recording.
            text = orjson.dumps([[[[answer]]]]).decode()
        except TypeError:
            raise Trouble("nonsense", "the answer is too deep") from None
        if any(secret in text for secret in self._secrets):
            [[[[answer]]]] = orjson.loads(self._without_keys(text))
        tokens = self._api.usage(answer)
        return Answered(answer, tokens, self._price(tokens) if self._price and tokens else None)

    def _without_keys(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, GONE)
        return text


def check_base_url(base_url: str) -> None:
    """Raises UserError if it is none."""
    try:
        parts = urlsplit(base_url)
        wrong = parts.scheme not in ("http", "https") or not parts.hostname or bool(parts.username or parts.query)
    except ValueError:
        wrong = True
    if wrong:
        raise UserError(f"not a base URL: {base_url!r}; e.g. http://localhost:8000/v1, without user or query")


def _goes_with(field: str, other: str) -> bool:
    """Whether a field makes no sense without the other."""
    return field == other or field.startswith(f"{other}_")
