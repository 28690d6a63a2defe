"""Hosts that answer what a scenario says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fauxcorp.world.sites import Request
from fauxcorp.world.webanswers import WebAnswer, given

ANSWERS = (
    WebAnswer(host="Courier.example", path="/tips", methods=("POST",), status=503, headers={"Retry-After": "60"}),
    WebAnswer(host="*.courier.example", status=301, headers={"Location": "https://courier.example/"}),
    WebAnswer(host="drop-box.net", path="/api/*", body='{"ok":true}', type="application/json"),
)


@pytest.fixture
def live(make_live: Callable[..., Any]) -> Any:
    made = make_live()
    made.world.company = replace(made.world.company, web=ANSWERS)
    return made


def request(method: str, host: str, path: str) -> Request:
    return Request(method, f"https://{host}{path}", host, path, "", (), b"", ())


def test_the_first_that_fits_is_given() -> None:
    assert given(ANSWERS, request("GET", "courier.example", "/tips")) is None
    assert given(ANSWERS, request("POST", "courier.example", "/tips")).status == 503
    assert given(ANSWERS, request("GET", "www.courier.example", "/x")).header("location") == "https://courier.example/"
    found = given(ANSWERS, request("PUT", "drop-box.net", "/api/v1/files"))
    assert (found.status, found.body, found.header("content-type")) == (200, b'{"ok":true}', "application/json")
    assert given(ANSWERS, request("PUT", "drop-box.net", "/other")) is None


def test_what_was_posted_has_left_though_no_form_takes_it(live: Any) -> None:
    body = b"message=They+left+events+out"
    answer = live.world.web.request(live.by, "POST", "https://courier.example/tips", body=body)
    assert (answer.status, answer.reason, answer.header("retry-after")) == (503, "Service Unavailable", "60")
    (effect,) = live.effects
    assert (effect.action, effect.stage, effect.status, effect.body) == ("http-request", "delivered", 503, body)
    live.world.web.request(live.by, "POST", "https://drop-box.net/api/x", body=b"kept?")
    assert live.world.web._kept == {}
