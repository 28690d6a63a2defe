"""Threads that hang in the air: answers to nothing, quotations of nothing, attachments that are not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fauxcorp.lint.desk import Desk
from fauxcorp.lint.finding import Check, Hit
from fauxcorp.lint.pieces import Mail

_ANSWER = re.compile(r"^\s*(?:re|aw|antw)\s*:", re.IGNORECASE)
_ATTACHED = re.compile(
    r"\b(?:i(?:'ve| have)? attach(?:ed)?|(?:is|are|please find|see|find it|here) attached|attached (?:is"
    r"|are|you|please)"
    r"|see (?:the )?attachment|in the attachment|find enclosed|im anhang|anbei|siehe anhang)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|no|without|nothing|forgot|forgotten|never|attached to|kein\w*|nicht|ohne|vergessen|link)\b|n't",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?<![\w/.-])([\w][\w.+-]*\.(?:pdf|docx?|xlsx?|csv|pptx?|zip|txt|md|ics|png|jpg))\b", re.IGNORECASE
)
_FRAME = re.compile(
    r"wrote:|schrieb|^(?:from|von|sent|gesendet|to|an|cc|date|datum|subject|betreff)\s*:|original|weitergeleitet"
    r"|forwarded|^on .+|^am .+",
    re.IGNORECASE,
)
_CLOSE = re.compile(r"^\s*>+ ?", re.MULTILINE)
LONG_ENOUGH = 25
"""Characters of a quoted line that must occur in what it quotes."""
SIGNED = 6
"""Last lines of a mail in which its sender's name stands."""


def _opening(desk: Desk) -> Iterator[Hit]:
    threads = {" ".join(m.subject.lower().split()) for m in desk.mails}
    for mail in desk.fresh_mails:
        if mail.number or not _ANSWER.match(mail.subject):
            continue
        bare = " ".join(_ANSWER.sub("", mail.subject).lower().split())
        if bare not in threads and ">" not in mail.entry.body and "wrote:" not in mail.entry.body:
            yield Hit(mail.file, mail.line, f"{mail.subject!r} is the first of its thread, and quotes nothing")


def _order(desk: Desk) -> Iterator[Hit]:
    for mail in desk.fresh_mails:
        if mail.previous is not None and mail.at <= mail.previous.at and not mail.entry.draft:
            yield Hit(mail.file, mail.line, f"answers what was written {mail.previous.at:%Y-%m-%d %H:%M}, after it")


def _stranger(desk: Desk) -> Iterator[Hit]:
    """An answer to a mail that its writer never got."""
    for mail in desk.fresh_mails:
        who, before = desk.human(mail.sender), mail.previous
        if who is None or before is None or before.sender == mail.sender or before.entry.draft:
            continue
        if mail.subject == before.subject or _ANSWER.match(mail.subject):
            chain = []
            step: Mail | None = before
            while step is not None:
                chain.append(step)
                step = step.previous
            if not any(who.username in desk.got(m) or m.sender in (who.username, who.email) for m in chain):
                yield Hit(mail.file, mail.line, f"{who.username} answers a mail that never went to them")


def _attachments(desk: Desk) -> Iterator[Hit]:
    for mail in desk.fresh_mails:
        if mail.entry.attachments or mail.entry.draft:
            continue
        for number, line in enumerate(mail.entry.body.split("\n")):
            if line.lstrip().startswith(">") or not _ATTACHED.search(line) or _NOT.search(line):
                continue
            if not any(m.previous is mail and m.sender == mail.sender for m in desk.mails if m.file == mail.file):
                yield Hit(mail.file, mail.body_line + number, f"says that something is attached: {line.strip()[:70]!r}")
                break


def _named(desk: Desk) -> Iterator[Hit]:
    """A file that the text says is attached, and is not among the attachments."""
    for mail in desk.fresh_mails:
        if not mail.attached or not _ATTACHED.search(mail.own):
            continue
        for number, line in enumerate(mail.entry.body.split("\n")):
            if line.lstrip().startswith(">") or not _ATTACHED.search(line) or _NOT.search(line):
                continue
            for match in _NAMED.finditer(line):
                if match[1].lower() not in [a.lower() for a in mail.attached]:
                    yield Hit(mail.file, mail.body_line + number, f"{match[1]} is named as attached, and is not")


def _quotes(desk: Desk) -> Iterator[Hit]:
    for mail in desk.fresh_mails:
        if mail.previous is None or ">" not in mail.entry.body:
            continue
        earlier = _flat("\n".join(m.entry.body for m in desk.mails if m.file == mail.file and m.at < mail.at))
        for number, line in enumerate(mail.entry.body.split("\n")):
            quoted = _CLOSE.sub("", line).strip()
            if not line.lstrip().startswith(">") or len(quoted) < LONG_ENOUGH or _FRAME.search(quoted):
                continue
            pieces = [p.strip() for p in re.split(r"\[?(?:\.\.\.|…)\]?", quoted)]
            if any(len(p) >= LONG_ENOUGH and _flat(p) not in earlier for p in pieces):
                yield Hit(mail.file, mail.body_line + number, f"quotes what nobody wrote: {quoted[:60]!r}")


def _flat(text: str) -> str:
    """The words of a text: no marks of quoting, line ends, case and signs."""
    return " ".join(re.sub(r"[\W_]+", " ", text.lower()).split())


def _signature(desk: Desk) -> Iterator[Hit]:
    full = {p.name: p.username for p in desk.staff.people.values() if not p.service}
    for mail in desk.fresh_mails:
        who = desk.human(mail.sender)
        if who is None or re.search(r"\b(?:i\. ?A\.|p\.p\.|pp|on behalf of|im Auftrag|for)\s+\w", mail.own):
            continue
        lines = [line.strip(" -–,") for line in mail.own.rstrip().split("\n")]
        for line in lines[-SIGNED:]:
            if line in full and full[line] != who.username and who.name not in lines:
                yield Hit(mail.file, mail.line, f"sent by {who.username}, signed {line}")


CHECKS = (
    Check("answer-to-nothing", "warning", "A first mail that is an answer, to nothing that is there.",
          "add the mail that it answers, quote it, or change the subject", _opening),
    Check("answer-before", "error", "An answer that is not after what it answers.", "correct one of the dates", _order),
    Check("answer-of-stranger", "warning", "An answer by somebody who never got the mail.",
          "add them to who got it, or say whom it `answers`", _stranger),
    Check("not-attached", "warning", "The text says that something is attached, and nothing is.",
          "attach it, or let somebody notice", _attachments),
    Check("attached-other", "warning", "A file named as attached that is not among the attachments.",
          "attach that file, or name the one that is", _named),
    Check("quote", "error", "Quoted text that nobody wrote before.", "quote what was written, word by word", _quotes),
    Check("signature", "error", "A mail signed by somebody else.", "correct the sender or the name below", _signature),
)  # fmt: skip
