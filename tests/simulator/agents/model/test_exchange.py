"""Requests are sent again as long as that may help, after the time that the answer asks for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fauxcorp.agents.model import exchange
from fauxcorp.agents.model.exchange import Exchange
from fauxcorp.errors import ModelError, UserError

from .conftest import KEY, Answer, Api

MakeApi = Callable[..., Api]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, without waiting."""
    found: list[float] = []
    monkeypatch.setattr(exchange, "sleep", found.append)
    return found


def to(api: Api, **more: int) -> Exchange:
    return Exchange(api.url, {"Authorization": f"Bearer {KEY}"}, timeout=5, **{"retries": 4, **more})


def test_it_waits_as_it_is_asked_to(make_api: MakeApi, waits: list[float]) -> None:
    dated = (("Date", "Mon, 02 Mar 2026 09:00:00 GMT"), ("Retry-After", "Mon, 02 Mar 2026 09:00:07 GMT"))
    api = make_api(
        Answer("", 429, (("Retry-After", "3"),)), Answer("", 529), Answer("", 500, dated),
        Answer("", 429, (("Retry-After", "99999"),)),
        {"a": 1},
    )  # fmt: skip
    assert to(api).post("/x", {"q": 1}) == {"a": 1}
    assert waits[0] == 3.0
    assert waits[1] == 1.0
    assert waits[3] == 60.0
    assert len(api.asked) == 5
    assert api.headers[0]["authorization"] == f"Bearer {KEY}"


def test_a_time_is_held_against_the_answers_own(waits: list[float]) -> None:
    headers = exchange.httpx.Headers(
        {"date": "Mon, 02 Mar 2026 09:00:00 GMT", "retry-after": "Mon, 02 Mar 2026 09:00:07 GMT"}
    )
    assert exchange._after(headers, 1.0) == 7.0
    assert exchange._after(exchange.httpx.Headers({"retry-after": "soon"}), 1.5) == 1.5


def test_it_gives_up(make_api: MakeApi, waits: list[float]) -> None:
    api = make_api(None)
    with pytest.raises(ModelError, match=r"^no connection \(\w+\), 3 times$"):
        to(api, retries=2).post("/x", {})
    assert waits == [0.5, 1.0]
    with pytest.raises(ModelError, match="no connection"):
        Exchange("http://127.0.0.1:1", {}, timeout=1, retries=0).post("/x", {})


def test_what_asking_again_does_not_mend(make_api: MakeApi, waits: list[float]) -> None:
    api = make_api(Answer({"error": {"message": f"key {KEY}\nis wrong"}}, 401))
    with pytest.raises(ModelError, match=r"^status 401: key \[key\] is wrong$"):
        to(api).post("/x", {})
    assert (len(api.asked), waits) == (1, [])


@pytest.mark.parametrize("url", ["", "x", "ftp://x", "http://u:p@x/", "http://x/?a=1", "http://[", "http:///v1"])
def test_urls_that_will_not_do(url: str) -> None:
    with pytest.raises(UserError, match="not a base URL"):
        Exchange(url, {}, timeout=1, retries=0)


def test_a_key_that_is_no_text() -> None:
    with pytest.raises(UserError, match="not plain text"):
        Exchange("http://x", {"x-api-key": "a\nb"}, timeout=1, retries=0)
