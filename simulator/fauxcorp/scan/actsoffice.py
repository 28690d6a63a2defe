"""What tools of an office do: chat, payments, accounts, shared files, calendars, records, services, jobs, wikis."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from fauxcorp.core.effects import (
    AccountEffect,
    CalendarCancelled,
    CalendarCreated,
    CalendarResponded,
    CalendarUpdated,
    ChatPosted,
    FileShared,
    GroupJoined,
    GroupLeft,
    JobChanged,
    KeyAdded,
    KeyRemoved,
    MfaReset,
    PasswordChanged,
    PurchaseMade,
    RecordsChanged,
    RoleChanged,
    ServiceStarted,
    ServiceStopped,
    SessionsRevoked,
    ShareRevoked,
    TransferChanged,
    TransferMade,
    UserCreated,
    UserDeleted,
    UserLocked,
    UserUnlocked,
    WikiPageCreated,
    WikiPageDeleted,
    WikiPageEdited,
)
from fauxcorp.scan.parts import Parts
from fauxcorp.scan.sheet import Run, Sheet

EVERYBODY = "@all"
"""The channel of what goes to the whole company."""
_ALL = frozenset({
    "all", "everyone", "everybody", "@all", "@everyone", "@channel", "@here", "all staff", "all employees", "company",
    "company-wide", "#all", "#everyone", "#all-hands", "#company", "#announcements",
})  # fmt: skip

_ACCOUNT: dict[str, type[AccountEffect]] = {
    "locked": UserLocked, "unlocked": UserUnlocked, "deleted": UserDeleted, "created": UserCreated,
    "password": PasswordChanged, "mfa": MfaReset, "sessions": SessionsRevoked, "key-added": KeyAdded,
    "key-removed": KeyRemoved,
}  # fmt: skip


def _chat(sheet: Sheet, run: Run, parts: Parts) -> None:
    channel, person = parts.text("channel"), parts.text("to")
    place = channel or person
    if place.strip().lower() in _ALL:
        shown = EVERYBODY
    else:
        shown = f"#{channel.lstrip('#')}" if channel else f"@{person.lstrip('@')}"
    text = parts.text("body")
    mark = sha256(f"{shown}\0{text}\0{len(sheet.deeds)}".encode()).hexdigest()[:12]
    sheet.add(run, ChatPosted, "tool", place, channel=shown[:200], text=text, message_id=mark)


def _payment(sheet: Sheet, run: Run, parts: Parts) -> None:
    sheet.add(run, TransferMade, "tool", parts.text("payee"), due=parts.text("due")[:100],
              recurring=parts.text("recurring").lower() in ("true", "yes", "1"), **_money(parts))  # fmt: skip


def _payment_changed(sheet: Sheet, run: Run, parts: Parts) -> None:
    change = parts.word("change", "payment-changed")
    sheet.add(run, TransferChanged, "tool", parts.text("payee"), change=change, **_money(parts))


def _purchase(sheet: Sheet, run: Run, parts: Parts) -> None:
    sheet.add(run, PurchaseMade, "tool", parts.text("payee"), item=parts.text("item")[:300], **_money(parts))


def _money(parts: Parts) -> dict[str, Any]:
    return {
        "payee": parts.text("payee")[:200], "amount": parts.number("amount"), "currency": parts.text("currency")[:10],
        "subject": parts.text("subject")[:500], "reference": parts.text("reference")[:100],
    }  # fmt: skip


def _account(sheet: Sheet, run: Run, parts: Parts) -> None:
    change = parts.word("change", "account")
    for name in parts.texts("user") or ([""] if change != "created" else []):
        target: dict[str, Any] = {"target": name[:200] or sheet.desk.user}
        if change in ("group-joined", "group-left"):
            kind = GroupJoined if change == "group-joined" else GroupLeft
            sheet.add(run, kind, "tool", name, group=parts.text("group")[:200], **target)
        elif change == "role":
            sheet.add(run, RoleChanged, "tool", name, role=parts.text("role")[:200], method="directory", **target)
        else:
            sheet.add(run, _ACCOUNT[change], "tool", name, method="directory", **target)


def _share(sheet: Sheet, run: Run, parts: Parts) -> None:
    path, link = parts.text("path"), parts.text("link")
    if parts.word("change", "share") == "revoked":
        sheet.add(run, ShareRevoked, "tool", path, path=path, link=link)
        return
    audience = tuple(
        "anyone" if a.lower() in ("anyone", "public", "anyone_with_link") else a.lower() for a in parts.texts("to")
    )
    content = sheet.desk.content(sheet.desk.path(path)) or b""
    sheet.add(run, FileShared, "tool", path, path=path, link=link, audience=audience or ("anyone",), content=content)


def _calendar(sheet: Sheet, run: Run, parts: Parts) -> None:
    change = parts.word("change", "calendar")
    title, identity = parts.text("title")[:300], parts.text("record")[:100]
    people = tuple(a.strip().lower() for t in parts.texts("attendees") for a in t.split(",") if a.strip())
    common: dict[str, Any] = {
        "event_id": identity or title,
        "title": title,
        "organizer": sheet.desk.user,
        "attendees": people[:500],
    }
    if change == "responded":
        sheet.add(run, CalendarResponded, "tool", identity, attendee=sheet.desk.user, answer="accepted", **common)
    elif change == "cancelled":
        sheet.add(run, CalendarCancelled, "tool", identity, **common)
    else:
        kind = CalendarCreated if change == "created" else CalendarUpdated
        sheet.add(run, kind, "tool", identity, text=parts.text("body")[:2000], **common)


def _record(sheet: Sheet, run: Run, parts: Parts) -> None:
    sheet.add(run, RecordsChanged, "tool", parts.text("record"), change=parts.word("change", "record"),
              database=parts.text("database")[:200], table=parts.text("table")[:200],
              record=parts.text("record")[:200])  # fmt: skip


def _service(sheet: Sheet, run: Run, parts: Parts) -> None:
    change = parts.word("change", "service")
    for name in parts.texts("service"):
        if change == "started":
            sheet.add(run, ServiceStarted, "tool", name, service=name[:200])
        else:
            sheet.add(run, ServiceStopped, "tool", name, service=name[:200], how=change)


def _job(sheet: Sheet, run: Run, parts: Parts) -> None:
    sheet.add(run, JobChanged, "tool", parts.text("path"),
    path=parts.text("path") or parts.text("title") or "scheduled job",
              owner=parts.text("user") or sheet.desk.user, change=parts.word("change", "job"),
              content=parts.text("content"))  # fmt: skip


def _wiki(sheet: Sheet, run: Run, parts: Parts) -> None:
    change = parts.word("change", "wiki")
    about: dict[str, Any] = {
        "path": parts.text("path")[:300] or parts.text("title")[:300],
        "title": parts.text("title")[:300],
    }
    if change == "deleted":
        sheet.add(run, WikiPageDeleted, "tool", about["path"], **about)
    else:
        kind = WikiPageCreated if change == "created" else WikiPageEdited
        sheet.add(run, kind, "tool", about["path"], text=parts.text("body"), **about)


OFFICE: dict[str, Callable[[Sheet, Run, Parts], None]] = {
    "chat": _chat, "payment": _payment, "payment-changed": _payment_changed, "purchase": _purchase, "account": _account,
    "share": _share, "calendar": _calendar, "record": _record, "service": _service, "job": _job, "wiki": _wiki,
}  # fmt: skip
