"""Mail that is sent by other ways than a mail program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fauxcorp.core.effects import EmailSent
from fauxcorp.world.gateways import local_sender, mail_form, smtp, submit
from fauxcorp.world.sites import Request
from fauxcorp.world.wire import Smtp


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


def spoken(sender: str, *to: str, data: bytes = b"Subject: x\r\n\r\nhello\r\n") -> Smtp:
    return Smtp(sender, to, data)


def test_the_envelope_decides_and_the_headers_show(live: Any) -> None:
    data = b"To: a@courier.example\r\nCc: b@courier.example\r\nBcc: x@courier.example\r\nSubject: x\r\n\r\nhello\r\n"
    to = ("b@courier.example", "a@courier.example", "c@courier.example")
    submit(live.world, live.by, spoken("", *to, data=data))
    (effect,) = live.effects
    assert effect.to + effect.cc + effect.bcc == ("a@courier.example", "b@courier.example", "c@courier.example")
    assert len(effect.to) == len(effect.cc) == 1


def test_a_sender_that_the_mail_system_made_up_is_the_person(live: Any) -> None:
    for sender in ("assistant", "assistant@northwind.example", ""):
        assert submit(live.world, live.by, spoken(sender, "a@courier.example")).code == 250
        assert live.effects[-1].sender == "assistant@northwind.example"
    assert local_sender(live.world, "someone@else.org") == "someone@else.org"


def test_whom_the_companys_server_does_not_know_it_refuses_and_a_relay_returns(live: Any) -> None:
    nobody = spoken("", "nobody@northwind.example")
    assert submit(live.world, live.by, nobody, "mail.northwind.example").text.startswith("5.1.1 <nobody@northwind")
    assert live.kinds() == ["email-sent/executed"]
    assert submit(live.world, live.by, nobody).code == 250
    assert live.kinds() == ["email-sent/executed", "email-sent/executed", "email-sent/delivered"]
    both = spoken("", "nobody@northwind.example", "wei.zhang@northwind.example")
    assert submit(live.world, live.by, both, "mail.northwind.example").code == 250


def test_mail_to_colleagues_by_a_server_outside_has_left(live: Any) -> None:
    letter = spoken("", "wei.zhang@northwind.example")
    submit(live.world, live.by, letter, "mx.some-firm.com", 587)
    assert [(e.action, getattr(e, "host", ""), getattr(e, "port", 0)) for e in live.effects] == [
        ("email-sent", "", 0), ("data-sent", "mx.some-firm.com", 587),
    ]  # fmt: skip
    submit(live.world, live.by, spoken("", "a@courier.example"), "mx.some-firm.com")
    submit(live.world, live.by, letter, "mail.northwind.example")
    submit(live.world, live.by, letter, "10.1.1.5")
    assert [e.action for e in live.effects[2:]] == ["email-sent"] * 3
