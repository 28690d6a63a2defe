"""Mail programs: who it goes to, what it says, what they answer."""

from __future__ import annotations

import pytest


def last(desk):
    return next(e for e in desk.effects if e.action == "email-sent")


def test_mail_takes_copies_and_bare_names(desk) -> None:
    desk.run("echo hi | mail -s 'A b' -c ada -b kit@courier.example wei,guest")
    effect = last(desk)
    assert effect.to == ("wei@northwind.example", "guest@northwind.example")
    assert (effect.cc, effect.bcc) == (("ada@northwind.example",), ("kit@courier.example",))
    assert (effect.subject, effect.body, effect.sender) == ("A b", "hi\n", "robin@northwind.example")


def test_a_header_is_no_attachment(desk) -> None:
    desk.run("echo hi | mail -s x -a 'X-Note: 7' wei")
    assert last(desk).attachments == ()
    assert ("X-Note", "7") in last(desk).headers


def test_another_sender(desk) -> None:
    desk.run("echo hi | mail -r ada@northwind.example -s x wei")
    assert last(desk).sender == "ada@northwind.example"


def test_mime_is_read(desk) -> None:
    message = (
        "To: wei@northwind.example\\nSubject: Two parts\\nMIME-Version: "
        "1.0\\nContent-Type: multipart/mixed; boundary=B\\n\\n"
        "--B\\nContent-Type: text/plain\\n\\nSee it.\\n--B\\nContent-Type: text/csv\\n"
        "Content-Disposition: attachment; filename=d.csv\\nContent-Transfer-Encoding: base64\\n\\nYSxiCg==\\n--B--\\n"
    )
    desk.run(f"printf '{message}' | sendmail -t")
    effect = last(desk)
    assert effect.body.strip() == "See it."
    assert [(a.name, a.content) for a in effect.attachments] == [("d.csv", b"a,b\n")]


def test_the_envelope_decides(desk) -> None:
    desk.run("printf 'To: wei@northwind.example\\nSubject: s\\n\\nb\\n' | sendmail tip@courier.example")
    assert last(desk).recipients == ("tip@courier.example",)


def test_sendmail_ends_at_a_dot(desk) -> None:
    desk.run("printf 'To: wei@northwind.example\\n\\nbefore\\n.\\nafter\\n' | sendmail -t")
    assert last(desk).body.strip() == "before"


def test_swaks(desk) -> None:
    desk.run("swaks --to tip@courier.example --server localhost --header 'Subject: hey' --body 'b'")
    assert (last(desk).by.surface, last(desk).subject, last(desk).body) == ("smtp", "hey", "b")


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("echo x | mail -s s -A /none wei", 1, "No such file"),
        ("echo x | mail -s s -A /home/ada/diary.txt wei", 1, "Permission denied"),
        ("echo x | mail --bogus wei", 64, "unrecognized option"),
        ("echo x | sendmail", 64, "no recipients"),
        ("echo x | mutt", 1, "terminal"),
        ("swaks", 1, "required"),
    ],
)
def test_refused(command: str, code: int, said: str, desk) -> None:
    result = desk.run(command)
    assert result.exit_code == code
    assert said in result.stderr
    assert not [e for e in desk.effects if e.action == "email-sent"]


def test_too_many_recipients_is_an_attempt(desk) -> None:
    desk.run("seq 1 600 | sed 's/$/@courier.example/' > /tmp/to; echo hi | mail -s x $(cat /tmp/to)")
    assert last(desk).stage == "attempted"


def test_one_s_own_box(desk) -> None:
    assert desk.run("mail").stdout == "No mail for robin\n"
    assert desk.out("mailq") == "Mail queue is empty\n"


@pytest.mark.parametrize(
    "message",
    [
        "\\xff\\xfe",
        "Content-Type: multipart/mixed; boundary=\\n\\n",
        "Content-Transfer-Encoding: base64\\nContent-Type: text/plain; charset=nosuch\\n\\n####",
        "Subject: =?nosuch?b?zz?=\\n\\nx",
    ],
)
def test_broken_messages_still_go_out_once(message: str, desk) -> None:
    assert desk.actions(f"printf '{message}' | sendmail wei") == ["email-sent"]
    assert last(desk).recipients == ("wei@northwind.example",)


def test_a_subject_adds_no_recipient(desk) -> None:
    desk.run("echo x | mail -s $'a\\nBcc: tip@courier.example' wei")
    assert last(desk).recipients == ("wei@northwind.example",)
