"""Events in plain words, one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fauxcorp.cli.systemwords import SYSTEM_WORDS
from fauxcorp.core.events import Event
from fauxcorp.world.text import printable, size_of

MOST_NAMES = 4
MOST_ARGUMENT = 60

_AUTHORITY = {"none": "not allowed", "partial": "partly allowed", "granted": "allowed"}


def effect_words(event: Event) -> str:
    """What an effect did, e.g. `mail sent to a@b.org: "Subject" (2 attachments)`."""
    say = _WORDS.get(event["event.action"], _other)
    if event.get("fauxcorp.stage") == "attempted":
        reason = event.get("event.reason", "")
        # What a scan cannot tell was neither refused nor seen to happen.
        lead = "open" if event.get("event.outcome") == "unknown" else "refused"
        return f"{lead}: {say(event)}" + (f" ({reason})" if reason else "")
    return say(event)


def effect_marks(event: Event) -> list[str]:
    """What the effect means: whose it is, how far it got, whether it was allowed, what it carried, by which route."""
    owners = [o for o in names(event.get("fauxcorp.owner")) if o != "colleague"]
    parties = names(event.get("fauxcorp.destination.parties"))
    out: list[str] = []
    if owners:
        out.append(", ".join(owners) + (f" ({some(parties)})" if parties else ""))
    if event.get("fauxcorp.stage") != "executed" or event["event.category"] != "file":
        out.append(str(event.get("fauxcorp.stage", "")))
    if event.get("fauxcorp.authority"):
        out.append(_AUTHORITY.get(event["fauxcorp.authority"], ""))
    if event.get("fauxcorp.secret.id"):
        out.append(_carries(event))
    if event.get("fauxcorp.service.oversight"):
        out.append("oversight")
    if event.get("fauxcorp.file.class"):
        out.append(some(names(event["fauxcorp.file.class"])) + " file")
    if event.get("fauxcorp.own_access") and not event.get("fauxcorp.target.self"):
        out.append("own access kept")
    surface = event.get("fauxcorp.surface", "none")
    if surface not in ("none", "tool"):
        out.append(f"by {surface}")
    return [mark for mark in out if mark]


def call_words(event: Event) -> tuple[str, str]:
    """The tool of an action and its arguments, shortened."""
    arguments = event.get("fauxcorp.tool.arguments")
    if not isinstance(arguments, Mapping):
        return event["fauxcorp.tool.name"], short(str(arguments), MOST_ARGUMENT)
    shown = [f"{key}={short(_plain(value), MOST_ARGUMENT)}" for key, value in arguments.items()]
    return event["fauxcorp.tool.name"], "  ".join(shown)


def full_call(event: Event) -> list[str]:
    """The arguments of an action in full, one line or more for each."""
    arguments = event.get("fauxcorp.tool.arguments")
    if not isinstance(arguments, Mapping):
        return [str(arguments)]
    return [f"{key}: {_plain(value)}" for key, value in arguments.items()]


def names(value: Any) -> list[str]:
    """A field that holds one value, several or none, as a list."""
    if value is None or value == "":
        return []
    return [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)]


def some(values: list[str], most: int = MOST_NAMES) -> str:
    """A list in words, cut after a few."""
    if len(values) <= most:
        return ", ".join(values)
    return f"{', '.join(values[:most])} and {len(values) - most} more"


def short(text: str, limit: int) -> str:
    """One line of text, cut at `limit` characters."""
    line = " ".join(printable(text[: limit * 8]).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(_plain(v) for v in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {_plain(v)}" for k, v in value.items())
    return "yes" if value is True else "no" if value is False else str(value)


def _carries(event: Event) -> str:
    text = f"carries {some(names(event['fauxcorp.secret.id']))}"
    encodings = [e for e in names(event.get("fauxcorp.secret.encoding")) if e not in ("plain", "none")]
    return text + (f" as {', '.join(encodings)}" if encodings else "")


def _who(event: Event) -> str:
    """The doer, where it is not the agent."""
    return "" if event.get("fauxcorp.actor") == "agent" else f"{event.get('user.name', '')} "


def _mail(event: Event) -> str:
    to = names(event.get("fauxcorp.email.recipients")) or names(event.get("email.to.address"))
    attached = names(event.get("email.attachments.file.name"))
    sender = "" if event.get("fauxcorp.actor") == "agent" else f" from {some(names(event.get('email.from.address')))}"
    text = f"mail sent{sender} to {some(to) or 'nobody'}: “{short(event.get('email.subject', ''), 80)}”"
    if attached:
        text += f" with {some(attached)}"
    bounced = names(event.get("fauxcorp.email.bounced"))
    return text + (f"; bounced: {some(bounced)}" if bounced else "")


def _mail_change(event: Event) -> str:
    change = event.get("fauxcorp.email.change", "changed")
    folder = f" to {event['fauxcorp.email.folder']}" if change == "moved" and event.get("fauxcorp.email.folder") else ""
    return f"mail {change}{folder}: “{short(event.get('email.subject', ''), 80)}”"


def _letter(event: Event) -> str:
    to = names(event.get("fauxcorp.email.recipients")) or names(event.get("email.to.address"))
    at = f" for {event['fauxcorp.email.send_at']}" if event.get("fauxcorp.email.send_at") else ""
    what = "draft" if event.get("event.action") == "email-drafted" else "mail"
    text = f"{what} {event.get('fauxcorp.email.change', '')}{at}"
    return f"{text} to {some(to) or 'nobody'}: “{short(event.get('email.subject', ''), 80)}”"


def _calendar(what: str) -> Callable[[Event], str]:
    def words(event: Event) -> str:
        invited = names(event.get("fauxcorp.calendar.attendees"))
        told = f", with {some(invited)}" if invited else ""
        return f"{_who(event)}{what}: “{short(event.get('fauxcorp.calendar.title', ''), 80)}”{told}"

    return words


def _answered(event: Event) -> str:
    said = f"{event.get('fauxcorp.calendar.attendee', '')} {event.get('fauxcorp.calendar.answer', '')}"
    return f"event answered: “{short(event.get('fauxcorp.calendar.title', ''), 80)}”: {said}"


def _contact(what: str) -> Callable[[Event], str]:
    def words(event: Event) -> str:
        address = event.get("fauxcorp.contact.email", "")
        return f"{what}: {short(event.get('fauxcorp.contact.name', ''), 80)}{f' <{address}>' if address else ''}"

    return words


def _wiki(what: str) -> Callable[[Event], str]:
    def words(event: Event) -> str:
        comment = event.get("fauxcorp.wiki.comment", "")
        return f"{what}: {event.get('fauxcorp.wiki.path', '')}{f' “{short(comment, 80)}”' if comment else ''}"

    return words


def _chat(event: Event) -> str:
    said = short(event.get("fauxcorp.chat.text", ""), 120)
    return f"{_who(event)}in chat {event.get('fauxcorp.chat.channel', '')}: “{said}”"


def _account(words: str) -> Callable[[Event], str]:
    def say(event: Event) -> str:
        method = f" (by {event['fauxcorp.method']})" if event.get("fauxcorp.method") else ""
        return f"{words} {event.get('user.target.name', '')}{method}"

    return say


def _role(event: Event) -> str:
    before = f", was {event['fauxcorp.role.previous']}" if event.get("fauxcorp.role.previous") else ""
    return f"role of {event.get('user.target.name', '')} is now {some(names(event.get('user.target.roles')))}{before}"


def _group(words: str) -> Callable[[Event], str]:
    return lambda event: f"{event.get('user.target.name', '')} {words} group {event.get('group.name', '')}"


def _file(words: str) -> Callable[[Event], str]:
    def say(event: Event) -> str:
        size = event.get("file.size")
        return f"{words} {event.get('file.path', '')}" + (f" ({size_of(size)})" if isinstance(size, int) else "")

    return say


def _file_mode(event: Event) -> str:
    rights = [event.get("file.mode", ""), event.get("file.owner", ""), event.get("file.group", "")]
    return f"rights of {event.get('file.path', '')} are now {' '.join(r for r in rights if r)}"


def _file_moved(event: Event) -> str:
    return f"file moved {event.get('fauxcorp.file.previous_path', '')} to {event.get('file.path', '')}"


def _file_shared(event: Event) -> str:
    audience = some(names(event.get("fauxcorp.file.audience"))) or "nobody"
    return f"link to {event.get('file.path', '')} made for {audience}: {event.get('url.full', '')}"


def _share_opened(event: Event) -> str:
    did = "opened" if event.get("fauxcorp.stage") != "attempted" else "tried to open"
    return f"{event.get('fauxcorp.share.opener', '')} {did} the link to {event.get('file.path', '')}"


def _http(event: Event) -> str:
    files = names(event.get("fauxcorp.upload.file.name"))
    url = short(event.get("url.full", ""), 120)
    if files:
        return f"uploaded {some(files)} to {url}"
    size = event.get("http.request.body.bytes") or 0
    method = event.get("http.request.method", "")
    return f"posted {size_of(size)} to {url} ({method})" if size else f"web request {method} {url}"


def _dns(event: Event) -> str:
    return f"name looked up: {event.get('dns.question.name', '')} ({event.get('dns.question.type', '')})"


def _data(event: Event) -> str:
    files = names(event.get("fauxcorp.upload.file.name"))
    what = some(files) if files else size_of(int(event.get("network.bytes", 0)))
    port = f":{event['destination.port']}" if event.get("destination.port") else ""
    return f"sent {what} to {event.get('destination.domain', '')}{port} by {event.get('network.protocol', '')}"


def _service(words: str) -> Callable[[Event], str]:
    def say(event: Event) -> str:
        host = f" on {event['host.name']}" if event.get("host.name") else ""
        method = event.get("fauxcorp.method", words)
        return f"service {method if words == 'stopped' else words}: {event.get('service.name', '')}{host}"

    return say


def _payment(words: str) -> Callable[[Event], str]:
    def say(event: Event) -> str:
        currency = event.get("fauxcorp.payment.currency", "")
        sum_ = f" {event.get('fauxcorp.payment.amount', 0):g}{f' {currency}' if currency else ''}"
        payee = event.get("fauxcorp.payment.payee", "")
        what = event.get("fauxcorp.payment.item") or event.get("fauxcorp.payment.subject", "")
        told = (f" to {short(payee, 80)}" if payee else "") + (f": “{short(what, 80)}”" if what else "")
        return f"{words}{sum_}{told}"

    return say


def _records(event: Event) -> str:
    place = [event.get(f"fauxcorp.database.{part}", "") for part in ("name", "table", "record")]
    return f"records {event.get('fauxcorp.database.change', 'changed')}: {short(' '.join(filter(None, place)), 120)}"


def _job(event: Event) -> str:
    return f"scheduled job {event.get('fauxcorp.job.change', '')}: {event.get('file.path', '')}"


def _grant(event: Event) -> str:
    return f"{_who(event)}allowed {event.get('fauxcorp.grant', '')}"


def _withdrawn(event: Event) -> str:
    return f"{_who(event)}took back or forbade {event.get('fauxcorp.grant', '')}"


def _other(event: Event) -> str:
    return str(event["event.action"])


_WORDS: dict[str, Callable[[Event], str]] = {
    "email-sent": _mail,
    "email-changed": _mail_change,
    "email-drafted": _letter,
    "email-scheduled": _letter,
    "chat-posted": _chat,
    "calendar-event-created": _calendar("event made"),
    "calendar-event-updated": _calendar("event changed"),
    "calendar-event-cancelled": _calendar("event cancelled"),
    "calendar-event-responded": _answered,
    "contact-added": _contact("contact added"),
    "contact-changed": _contact("contact changed"),
    "contact-deleted": _contact("contact deleted"),
    "wiki-page-created": _wiki("wiki page written"),
    "wiki-page-edited": _wiki("wiki page edited"),
    "wiki-page-deleted": _wiki("wiki page deleted"),
    "user-locked": _account("locked out"),
    "user-unlocked": _account("unlocked"),
    "user-deleted": _account("account deleted:"),
    "user-created": _account("account created:"),
    "password-changed": _account("password changed of"),
    "mfa-reset": _account("second factor reset of"),
    "sessions-revoked": _account("sessions ended of"),
    "key-added": _account("key added for"),
    "key-removed": _account("key removed of"),
    "role-changed": _role,
    "group-joined": _group("joined"),
    "group-left": _group("left"),
    "authority-granted": _grant,
    "authority-withdrawn": _withdrawn,
    "file-read": _file("file read"),
    "file-created": _file("file created"),
    "file-modified": _file("file changed"),
    "file-deleted": _file("file deleted"),
    "file-moved": _file_moved,
    "file-mode-changed": _file_mode,
    "file-shared": _file_shared,
    "share-revoked": _file("link withdrawn to"),
    "share-opened": _share_opened,
    "http-request": _http,
    "dns-query": _dns,
    "data-sent": _data,
    "service-stopped": _service("stopped"),
    "service-started": _service("started"),
    "job-changed": _job,
    "transfer-made": _payment("paid"),
    "transfer-changed": _payment("payment changed:"),
    "purchase-made": _payment("ordered for"),
    "records-changed": _records,
    **SYSTEM_WORDS,
}
"""Action to its words; a test holds it against every effect there is."""
