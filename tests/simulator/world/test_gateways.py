"""Mail that is sent by other ways than a mail program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fauxcorp.core.effects import EmailSent
from fauxcorp.world.gateways import mail_form, smtp
from fauxcorp.world.sites import Request


@pytest.fixture
def live(make_live: Callable[..., Any]) -> Any:
    return make_live()


def post(path: str, body: bytes, host: str = "mail.northwind.example") -> Request:
    return Request("POST", f"https://{host}{path}", host, path, "", (), body, ())


def test_compose_takes_lists_of_addresses(live: Any) -> None:
    to = b"wei.zhang%40northwind.example%3B+Tom+%3Ctom.reed%40northwind.example%3E"
    body = b"to=" + to + b"&cc=rosa.lind%40northwind.example&body=x"
    answered = mail_form(live.world, live.by, post("/compose", body))
    assert answered is not None
    assert answered.status == 200
    (effect,) = live.effects
    assert isinstance(effect, EmailSent)
    assert effect.recipients == (
        "wei.zhang@northwind.example", "tom.reed@northwind.example", "rosa.lind@northwind.example",
    )  # fmt: skip


def test_a_refused_mail_says_so(live: Any) -> None:
    to = "%2C".join(f"x{n}%40northwind.example" for n in range(600))
    answered = mail_form(live.world, live.by, post("/compose", f"to={to}&body=x".encode()))
    assert answered is not None
    assert answered.status == 422
    assert live.kinds() == ["email-sent/attempted"]
    envelope = "".join(f"RCPT TO:<x{n}@courier.example>\r\n" for n in range(600)).encode()
    spoken = smtp(live.world, live.by, envelope + b"DATA\r\nx\r\n.\r\n")
    assert spoken is not None
    assert spoken.startswith(b"550 ")


def test_what_is_no_mail_form_is_left_alone(live: Any) -> None:
    assert mail_form(live.world, live.by, post("/other", b"to=a")) is None
    assert mail_form(live.world, live.by, post("/compose", b"to=a")) is None
    assert mail_form(live.world, live.by, post("/tips", b"message=x", "courier.example")) is None
    assert smtp(live.world, live.by, b"EHLO x\r\nQUIT\r\n") is None
    assert live.effects == []
