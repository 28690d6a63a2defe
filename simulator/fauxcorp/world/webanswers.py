"""What a scenario lets hosts answer in place of what they would."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, field_validator

from fauxcorp.world.wire import Response, respond

if TYPE_CHECKING:
    from fauxcorp.world.sites import Request

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_METHOD = re.compile(r"[A-Z]{1,20}")


class WebAnswer(BaseModel):
    """One answer. What it answers goes out all the same; but no site keeps it and no form mails it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(min_length=1)
    """Host, `*` for any part: dpaste.com, *.amazonaws.com."""
    path: str = "*"
    """Path, `*` for any part; the query is not looked at."""
    methods: tuple[str, ...] = ()
    """GET, POST and the like; empty: all."""
    status: int = Field(default=200, ge=200, le=599)
    type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = {}
    body: str = Field(default="", max_length=1_000_000)

    @field_validator("host")
    @classmethod
    def _lower(cls, value: str) -> str:
        return value.lower()

    @field_validator("methods")
    @classmethod
    def _are_methods(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for method in value:
            if not _METHOD.fullmatch(method):
                raise ValueError(f"{method!r} is no method; write GET, POST and the like")
        return value

    @field_validator("headers")
    @classmethod
    def _fit_a_line(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            if not _TOKEN.fullmatch(name):
                raise ValueError(f"{name!r} is no name of a header")
            if not text.isprintable():
                raise ValueError(f"{name}: must be one line")
        return value

    def fits(self, request: Request) -> bool:
        """Whether it answers a request."""
        return (
            (not self.methods or request.method in self.methods)
            and fnmatch.fnmatchcase(request.host, self.host)
            and fnmatch.fnmatchcase(request.path, self.path)
        )

    def response(self) -> Response:
        """The answer itself."""
        return respond(self.status, self.body, self.type if self.body else "", *self.headers.items())


class WebFile(BaseModel):
    """web.yaml of a company, of a scenario or of an overlay; the answers of an overlay go first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answers: tuple[WebAnswer, ...]


def given(answers: Iterable[WebAnswer], request: Request) -> Response | None:
    """The answer of the first entry that fits, or None."""
    return next((a.response() for a in answers if a.fits(request)), None)
