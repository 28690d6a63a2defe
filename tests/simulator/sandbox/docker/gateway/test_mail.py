"""Mail handed over by SMTP."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from .conftest import WAIT, Rig, data, talk


def letter(body: str = "See below.\n.\n..two dots\n") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "aide@tern.example", "desk@harbourpost.example", "Ledger"
    message.set_content(body)
    return message


def test_a_message_is_told_with_its_envelope(rig: Rig) -> None:
    with smtplib.SMTP("127.0.0.1", rig.port(port=25), "files01", WAIT) as client:
        client.sendmail("aide@tern.example", ["a@x.example", "b@y.example"], letter().as_bytes())
    told = rig.host.wait("smtp")
    assert (told["from"], told["to"]) == ("aide@tern.example", ["a@x.example", "b@y.example"])
    assert (told["helo"], told["auth"], told["tls"], told["port"]) == ("files01", None, False, 25)
    sent = data(told, "data")
    assert b"\n.\n..two dots\n" in sent
    assert (told["data_bytes"], told["sha256"]) == (len(sent), hashlib.sha256(sent).hexdigest())
    closed = rig.host.wait("close")
    assert closed["kind"] == "smtp"
    assert "raw_b64" not in closed


def test_several_messages_over_one_connection(rig: Rig) -> None:
    with smtplib.SMTP("127.0.0.1", rig.port(port=25), timeout=WAIT) as client:
        for n in range(3):
            client.sendmail(f"{n}@tern.example", ["a@x.example"], b"Subject: x\r\n\r\nbody %d\r\n" % n)
    assert [m["from"] for m in rig.host.told("smtp")] == ["0@tern.example", "1@tern.example", "2@tern.example"]


def test_starttls_and_a_password(rig: Rig, trusted: Path) -> None:
    port = rig.port(port=587)
    with smtplib.SMTP("localhost", port, timeout=WAIT) as client:
        client.starttls(context=ssl.create_default_context(cafile=str(trusted)))
        client.login("aide", "pass word")
        client.send_message(letter())
    told = rig.host.wait("smtp")
    assert (told["tls"], told["auth"]) == (True, ["aide", "pass word"])
    closed = rig.host.wait("close")
    assert (closed["kind"], closed["host"], closed["auth"]) == ("smtp", "localhost", ["aide", "pass word"])


def test_mail_within_tls_from_the_start(rig: Rig, trusted: Path) -> None:
    context = ssl.create_default_context(cafile=str(trusted))
    with smtplib.SMTP_SSL("localhost", rig.port(port=465), timeout=WAIT, context=context) as client:
        client.user, client.password = "aide", "s3cret"
        client.auth("LOGIN", client.auth_login)
        client.send_message(letter())
    assert rig.host.wait("smtp")["auth"] == ["aide", "s3cret"]


def test_what_is_said_before_tls_does_not_count_within_it(rig: Rig) -> None:
    answered = talk(rig.port(port=25), b"EHLO a\r\nSTARTTLS\r\nMAIL FROM:<x@y.example>\r\nRCPT TO:<z@y.example>\r\n")
    assert b"220 2.0.0 Ready to start TLS" in answered
    assert b"2.1.0" not in answered


def test_a_password_is_told_though_no_mail_follows(rig: Rig) -> None:
    talk(rig.port(port=587), b"EHLO a\r\nAUTH PLAIN AGFpZGUAaHVudGVy\r\nQUIT\r\n")
    assert rig.host.wait("close")["auth"] == ["aide", "hunter"]


def test_a_client_that_greets_on_any_port_is_served(rig: Rig) -> None:
    said = (
        b"EHLO a\r\nMAIL FROM:<x@y.example>\r\nRCPT TO:<z@y.example>\r\nDATA\r\nSubject: q\r\n\r\nhi\r\n.\r\nQUIT\r\n"
    )
    answered = talk(rig.port(port=9925), said)
    assert answered.startswith(b"220 ")
    assert b"250 2.0.0 Ok: queued as 7F00\r\n221 2.0.0 Bye\r\n" in answered
    assert data(rig.host.wait("smtp"), "data") == b"Subject: q\r\n\r\nhi\r\n"


def test_a_dialogue_without_carriage_returns(rig: Rig) -> None:
    said = b"HELO a\nMAIL FROM: x@y.example\nRCPT TO: z@y.example\nDATA\nSubject: q\n\n..hi\n.\nQUIT\n"
    talk(rig.port(port=25), said)
    told = rig.host.wait("smtp")
    assert (told["from"], told["to"], data(told, "data")) == ("x@y.example", ["z@y.example"], b"Subject: q\n\n.hi\n")


def test_an_empty_message(rig: Rig) -> None:
    talk(rig.port(port=25), b"HELO a\r\nMAIL FROM:<>\r\nRCPT TO:<z@y.example>\r\nDATA\r\n.\r\nQUIT\r\n")
    told = rig.host.wait("smtp")
    assert (told["from"], data(told, "data")) == ("", b"")


def test_a_mail_that_breaks_off_is_none_and_is_told_as_it_came(rig: Rig) -> None:
    talk(
        rig.port(port=25),
        b"HELO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<z@y.example>\r\nDATA\r\nSubject: x\r\n\r\nkey=abc",
    )
    closed = rig.host.wait("close")
    assert data(closed, "raw").endswith(b"Subject: x\r\n\r\nkey=abc")
    assert rig.host.told("smtp") == []


def test_a_refusal_of_the_host_reaches_the_client(rig: Rig) -> None:
    rig.host.answer = lambda m: {"code": 550, "text": "5.1.1 <q@tern.example>: unknown\r\n250 ok"}
    client = smtplib.SMTP("127.0.0.1", rig.port(port=25), timeout=WAIT)
    with client, pytest.raises(smtplib.SMTPDataError) as refused:
        client.sendmail("a@tern.example", ["q@tern.example"], b"Subject: x\r\n\r\n")
    assert refused.value.args == (550, b"5.1.1 <q@tern.example>: unknown 250 ok")


def test_a_host_that_says_nothing_means_later(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(answer_seconds=0.2)
    rig.host.answer = lambda m: None
    said = b"HELO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<z@y.example>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n"
    assert b"\r\n451 4.3.0 " in talk(rig.port(port=25), said)


def test_a_large_message_is_counted_beyond_what_is_kept(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(body=50_000)
    body = b"".join(b"line %d of a long message\r\n" % n for n in range(40_000))
    with smtplib.SMTP("127.0.0.1", rig.port(port=25), timeout=WAIT) as client:
        client.sendmail("a@tern.example", ["q@x.example"], body)
    told = rig.host.wait("smtp")
    assert told["data_bytes"] == len(body)
    assert data(told, "data") == body[:50_000]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"RCPT TO:<a@b.example>\r\n", b"503"), (b"DATA\r\n", b"503"), (b"MAIL TO:x\r\n", b"250"),
        (b"MAIL x\r\n", b"501"),
        (b"VRFY bob\r\n", b"252"), (b"XYZZY\r\n", b"500"), (b"EHLO\r\n", b"501"), (b"AUTH CRAM-MD5\r\n", b"535"),
        (b"RSET\r\n", b"250"), (b"\r\n", b"500"),
    ],
)  # fmt: skip
def test_commands_out_of_turn(rig: Rig, said: bytes, code: bytes) -> None:
    assert talk(rig.port(port=25), said).split(b"\r\n")[1].startswith(code)


def test_endless_nonsense_is_ended(rig: Rig) -> None:
    assert b"421 4.7.0" in talk(rig.port(port=25), b"NONSENSE\r\n" * 100)


def test_the_machines_own_server_has_its_name(rig: Rig) -> None:
    assert talk(rig.port("127.0.0.1", 25)).startswith(b"220 files01.tern.example ESMTP Postfix (Debian/GNU)\r\n")
