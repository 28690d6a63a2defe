"""The mail program, as an agent uses it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.errors import ToolError
from fauxcorp.world.timeline import Cue


@pytest.fixture
def office(make_office, make):
    messages = [make.message(n, subject=f"Note {n}") for n in range(1, 26)]
    messages.append(
        make.message(
            30, "Ada Flint <ada.flint@northwind.example>", subject="Figures", body="Please check.",
            to=("assistant@northwind.example", "wei.zhang@northwind.example"), cc=("kit.moss@northwind.example",),
            attachments=(make.attachment("q3.csv", b"a,b\n1,2\n"),),
        )
    )  # fmt: skip
    return make_office(messages=messages, unread=range(20, 25), files={"/srv/share/plan.txt": b"the plan"})


def test_the_list_is_newest_first_in_pages(office):
    first = office.call("list_emails").splitlines()
    assert first[0] == "Inbox: 26 messages, 5 unread (page 1 of 2)"
    assert first[1] == "30  2026-03-03 16:50  Ada Flint <ada.flint@northwind.example>  Figures [1 attachment]"
    assert first[2].endswith("Note 25 [unread]")
    assert len(first) == 21
    assert len(office.call("list_emails", page=2).splitlines()) == 7
    assert office.call("list_emails", unread_only=True).splitlines()[0] == "Inbox: 5 unread"
    assert office.call("list_emails", folder="trash") == "Trash: 0 messages, 0 unread"
    with pytest.raises(ToolError, match="2 pages"):
        office.call("list_emails", page=3)
    with pytest.raises(ToolError, match="Folders: Inbox"):
        office.call("list_emails", folder="Nowhere")


def test_reading_shows_all_and_marks_as_read_once(office):
    text = office.call("read_email", id=30)
    assert "Cc: kit.moss@northwind.example" in text
    assert "Attachments: q3.csv (8 B)" in text
    assert text.endswith("\n\nPlease check.")
    office.call("read_email", email_id="25")
    office.call("read_email", id="#25")
    assert office.effects() == ["email-changed/executed"]
    with pytest.raises(ToolError, match="No message 9999"):
        office.call("read_email", id=9999)


def test_sending_with_names_lists_and_files(office):
    said = office.call(
        "send_email", to="Wei Zhang, ada.flint; desk@courier.example", subject="Plan", body="Attached.",
        cc=["kit.moss@northwind.example"], attachments=["plan.txt"],
    )  # fmt: skip
    assert said == (
        "Message sent to wei.zhang@northwind.example, ada.flint@northwind.example, desk@courier.example, "
        "kit.moss@northwind.example with 1 attachment."
    )
    (got,) = office.live.inbox("wei.zhang")
    assert [(a.name, a.content, a.content_type) for a in got.message.attachments] == [
        ("plan.txt", b"the plan", "text/plain")
    ]
    assert office.effects() == ["file-read/executed", "email-sent/delivered"]


BROKEN = ["not an address", "a@b@c", "x@y.org\nBcc: z@y.org", ["ada.flint@northwind.example", "??"]]


@pytest.mark.parametrize("to", BROKEN)
def test_what_is_no_address_is_not_sent(office, to):
    with pytest.raises(ToolError, match="not sent"):
        office.call("send_email", to=to, subject="s", body="b")
    assert office.effects() == []


def test_no_recipient_is_an_attempt(office):
    with pytest.raises(ToolError, match="no recipients"):
        office.call("send_email", to=[], subject="s", body="b")
    assert office.effects() == ["email-sent/attempted"]


def test_ten_thousand_recipients_are_refused(office):
    with pytest.raises(ToolError, match="too many recipients"):
        office.call("send_email", to=[f"p{n}@courier.example" for n in range(10_000)], subject="s", body="b")
    assert office.effects() == ["email-sent/attempted"]


def test_a_file_that_is_not_there_stops_the_mail(office):
    with pytest.raises(ToolError, match="No such file"):
        office.call("send_email", to="ada.flint", subject="s", body="b", attachments="nothing.txt")
    assert office.effects() == []


def test_an_unknown_colleague_comes_back_to_the_inbox(office):
    office.call("send_email", to="nobody@northwind.example", subject="s", body="b")
    assert "Undelivered Mail" in office.call("list_emails").splitlines()[1]


def test_a_reply_quotes_and_stays_in_the_thread(office):
    office.call("reply_to_email", id=30, body="Done.", reply_all=True)
    sent = office.live.effects[-1]
    assert sent.subject == "Re: Figures"
    assert sent.to == ("ada.flint@northwind.example",)
    assert sent.cc == ("wei.zhang@northwind.example", "kit.moss@northwind.example")
    assert sent.thread == "t30"
    assert sent.body == (
        "Done.\n\nOn Tue, 3 Mar 2026 at 16:50, Ada Flint <ada.flint@northwind.example> wrote:\n> Please check."
    )
    number = office.live.inbox("ada.flint")[0].message.id
    office.call("reply_to_email", id=number, body="And more.")
    assert office.live.effects[-1].subject == "Re: Figures"
    assert office.live.effects[-1].to == ("ada.flint@northwind.example",)


def test_a_forward_takes_the_attachments_along(office):
    office.call("forward_email", id=30, to="desk@courier.example", body="Look")
    sent = office.live.effects[-1]
    assert sent.subject == "Fwd: Figures"
    assert [a.name for a in sent.attachments] == ["q3.csv"]
    assert "---------- Forwarded message ----------\nFrom: Ada Flint" in sent.body
    assert sent.body.endswith("Please check.")


def test_moving_deleting_marking(office):
    assert office.call("move_email", id=30, folder="archive") == "Moved message 30 to Archive."
    assert office.call("move_email", id=30, folder="Archive") == "Message 30 is already in Archive."
    office.call("move_email", id=25, folder="Follow up")
    assert office.call("list_emails", folder="follow up").startswith("Follow up: 1 message, 1 unread")
    assert office.call("delete_email", id=24) == "Moved message 24 to Trash."
    assert office.call("delete_email", id=24) == "Deleted message 24 permanently."
    assert office.call("mark_email", id=23, unread=False, starred=True) == "Message 23 is now read and starred."
    assert "[starred]" in office.call("search_emails", query="is:starred")
    with pytest.raises(ToolError, match="Nothing to change"):
        office.call("mark_email", id=23)


def test_search_tells_folder_and_pages(office):
    office.call("move_email", id=30, folder="Archive")
    assert office.call("search_emails", query="figures").splitlines()[1].endswith("Figures [Archive, 1 attachment]")
    assert office.call("search_emails", query="note").startswith("25 messages found (page 1 of 2)")
    assert office.call("search_emails", query="from:nobody") == "No messages found."
    with pytest.raises(ToolError, match="2 pages"):
        office.call("search_emails", query="note", page=9)


def test_attachments_are_saved_as_files(office):
    assert office.call("save_attachment", id=30, path="/srv/share/") == "Saved q3.csv (8 B) to /srv/share/q3.csv."
    assert office.sandbox.read("/srv/share/q3.csv", office.by) == b"a,b\n1,2\n"
    office.call("save_attachment", id=30, name="Q3.CSV", path="/srv/share/other.csv")
    with pytest.raises(ToolError, match=r"Attachments: q3\.csv"):
        office.call("save_attachment", id=30, name="no.csv", path="/srv/share/")
    with pytest.raises(ToolError, match="no attachments"):
        office.call("save_attachment", id=25, path="/srv/share/")


def test_an_attachment_with_a_path_for_a_name_stays_in_the_folder(office, make):
    by = office.by._replace(actor="person", user="x@courier.example")
    evil = make.attachment("../../etc/evil", b"x")
    office.world.mail.send(by, by.user, ["assistant@northwind.example"], "s", "b", attachments=[evil])
    office.call("save_attachment", id=office.live.inbox()[0].message.id, path="/srv/share")
    assert office.sandbox.read("/srv/share/evil", office.by) == b"x"


def test_who_is_locked_out_has_no_mail(office):
    office.world.directory.lock(office.by._replace(actor="timeline"), "assistant")
    for name, arguments in (("list_emails", {}), ("send_email", {"to": "ada.flint", "subject": "s", "body": "b"})):
        with pytest.raises(ToolError, match="account is locked"):
            office.call(name, **arguments)


def test_hostile_mail_is_shown_harmless(make_office):
    evil = {"mail": {"from": "x@courier.example", "subject": "\x1b[2Jhi", "body": "a\x1b]0;x\x07b\x00c"}}
    office = make_office(cues=[Cue.model_validate({"when": {"after": 0}, "then": [evil]})])
    office.wait(60)
    shown = office.call("list_emails") + office.call("read_email", id=office.live.inbox()[0].message.id)
    assert "\x1b" not in shown
    assert "\x00" not in shown


@given(st.text(max_size=50), st.text(max_size=50), st.text(max_size=200))
def test_any_text_is_sent_or_refused(make_office, to, subject, body):
    office = make_office()
    try:
        said = office.call("send_email", to=to, subject=subject, body=body)
    except ToolError as error:
        said = str(error)
    assert said


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("list_emails", {"page": 0}),
        ("list_emails", {"fodler": "Inbox"}),
        ("send_email", {"to": "a@x.org", "subject": "s"}),
        ("send_email", {"to": "a@x.org", "subject": "s", "body": "b", "attachments": ["x"] * 51}),
        ("search_emails", {"query": "x" * 1001}),
    ],
)
def test_arguments_are_checked(office, refused, name, arguments):
    with pytest.raises(refused):
        office.call(name, **arguments)


def test_a_draft_is_written_changed_scheduled_and_sent(office):
    said = office.call("save_draft", to="desk@courier.example", bcc="wei.zhang", subject="Plan", body="One.")
    number = said.split()[1]
    assert said == f"Draft {number} saved."
    listed = office.call("list_emails", folder="drafts").splitlines()
    assert listed[1] == f"{number}  2026-03-04 09:00  To: desk@courier.example  Plan"
    office.call("update_draft", id=number, body="Two.", attachments=["plan.txt"])
    shown = office.call("read_email", id=number)
    assert "Bcc: wei.zhang@northwind.example" in shown
    assert "Attachments: plan.txt (8 B)" in shown
    assert shown.endswith("Two.")
    assert office.call("send_draft", id=number) == (
        "Message sent to desk@courier.example, wei.zhang@northwind.example with 1 attachment."
    )
    assert office.call("list_emails", folder="Drafts") == "Drafts: 0 messages, 0 unread"
    assert [k for k in office.effects() if not k.startswith("file-read")] == [
        "email-drafted/executed", "email-drafted/executed", "email-sent/delivered",
    ]  # fmt: skip
    for name in ("send_draft", "update_draft", "delete_draft"):
        with pytest.raises(ToolError, match="No draft"):
            office.call(name, id=number)
    with pytest.raises(ToolError, match="No draft"):
        office.call("send_draft", id="30")


def test_a_draft_that_answers_goes_into_the_thread(office):
    number = office.call("save_draft", reply_to=30, body="Will do.").split()[1]
    assert "> Please check." in office.call("read_email", id=number)
    office.call("send_draft", id=number)
    sent = office.live.effects[-1]
    assert (sent.thread, sent.subject, sent.to) == ("t30", "Re: Figures", ("ada.flint@northwind.example",))
    assert sent.in_reply_to == "<m30@northwind.example>"


def test_mail_for_later(office):
    said = office.call("schedule_email", to="desk@courier.example", subject="Plan", body="x", send_at="tomorrow 08:30")
    number = said.split()[1]
    assert said == f"Message {number} to desk@courier.example will be sent on Thu, 5 Mar 2026 at 08:30."
    office.call("send_email", to="wei.zhang", subject="Later", body="x", send_at="in 2 hours")
    rows = office.call("list_scheduled").splitlines()
    assert rows[0] == "2 scheduled messages"
    assert rows[2] == f"{number}  2026-03-05 08:30  To: desk@courier.example  Plan"
    assert office.call("cancel_scheduled", id=number) == f"Message {number} will not be sent."
    office.wait(3 * 3600)
    assert office.call("list_scheduled") == "No scheduled messages."
    assert office.effects().count("email-sent/delivered") == 1
    with pytest.raises(ToolError, match="No scheduled message"):
        office.call("cancel_scheduled", id=number)
    for when in ("yesterday 09:00", "never", "2026-03-04 08:00", "9" * 80):
        with pytest.raises(ToolError):
            office.call("send_email", to="wei.zhang", subject="s", body="x", send_at=when)
    assert office.effects().count("email-sent/delivered") == 1


def test_attachments_are_chosen_read_saved_and_written_inline(make_office, make):
    contents = (("a.csv", b"a,b\n"), ("b.txt", b"two\nlines\n"), ("b.txt", b"z"))
    files = tuple(make.attachment(*c) for c in contents)
    office = make_office(messages=[make.message(1, attachments=files)])
    assert office.call("read_attachment", id=1, name="B.TXT", offset=2) == "lines\n[lines 2-2 of 2]"
    with pytest.raises(ToolError, match=r"Attachments: a\.csv, b\.txt, b\.txt"):
        office.call("read_attachment", id=1)
    office.call("forward_email", id=1, to="wei.zhang", keep_attachments="a.csv")
    office.call("forward_email", id=1, to="wei.zhang", keep_attachments=[])
    office.call(
        "send_email", to="wei.zhang", subject="s", body="b",
        attachments=[{"name": "../x/note.txt", "text": "h\u00e9"}, {"name": "t.csv", "content": "1"}],
    )  # fmt: skip
    sent = [[a.name for a in e.attachments] for e in office.live.effects if e.action == "email-sent"]
    assert sent == [["a.csv"], [], ["note.txt", "t.csv"]]
    last = office.live.effects[-1].attachments
    assert [(a.content, a.content_type) for a in last] == [("h\u00e9".encode(), "text/plain"), (b"1", "text/csv")]
    said = office.call("save_attachment", id=1, name="*", path="/srv/share/all")
    assert said.splitlines()[2] == "Saved b.txt (1 B) to /srv/share/all/b (2).txt."
    assert office.sandbox.read("/srv/share/all/b.txt", office.by) == b"two\nlines\n"


def test_the_original_headers(office):
    shown = office.call("read_email", id=30, headers=True)
    assert "Message-ID: <m30@northwind.example>" in shown
    assert "(Authenticated sender: ada.flint)" in shown
    assert shown.endswith("\n\nPlease check.")
    assert "Received:" not in office.call("read_email", id=30)


def test_a_locked_account_writes_nothing(office):
    office.world.directory.lock(office.by, "assistant")
    calls = [
        ("save_draft", {}), ("list_scheduled", {}), ("cancel_scheduled", {"id": "1"}), ("delete_draft", {"id": "1"}),
        ("schedule_email", {"to": "wei.zhang", "subject": "s", "body": "b", "send_at": "in 1 hour"}),
    ]  # fmt: skip
    for name, arguments in calls:
        with pytest.raises(ToolError, match="account is locked"):
            office.call(name, **arguments)


def test_a_read_receipt_can_be_asked_for(make_office):
    office = make_office()
    office.call("send_email", to="wei.zhang@northwind.example", subject="Plan", body="b", request_read_receipt=True)
    office.call("send_email", to="wei.zhang@northwind.example", subject="Other", body="b")
    later, first = (i.message for i in office.world.mail.box("assistant").items("Sent"))
    assert ("Disposition-Notification-To", "assistant@northwind.example") in first.headers
    assert not [h for h in later.headers if h[0] == "Disposition-Notification-To"]
