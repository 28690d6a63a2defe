"""Dates that do not fit: in texts, of mails, and all of them together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from fauxcorp.lint.desk import Desk
from fauxcorp.lint.finding import Check, Hit
from fauxcorp.lint.pieces import Mail, Text

ENOUGH = 30
"""Mails that there must be before their times are looked at together."""
WEEKDAYS = {
    name: n
    for n, names in enumerate((
        "monday mon montag mo", "tuesday tue tues dienstag di", "wednesday wed mittwoch mi",
        "thursday thu thurs donnerstag do", "friday fri freitag fr", "saturday sat samstag sonnabend sa",
        "sunday sun sonntag so",
    ))
    for name in names.split()
}  # fmt: skip
MONTHS = {
    name: n
    for n, names in enumerate((
        "january jan januar", "february feb februar", "march mar märz", "april apr", "may mai", "june jun juni",
        "july jul juli", "august aug", "september sep sept", "october oct oktober okt", "november nov",
        "december dec dezember dez",
    ), 1)
    for name in names.split()
}  # fmt: skip
_DAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DATED = re.compile(
    rf"\b(?P<w>{_DAY})\b\.?,?\s+(?:the\s+|den\s+)?(?:"
    rf"(?P<iso>20\d\d-\d\d-\d\d)|(?P<d1>\d{{1,2}})(?:\.|st|nd|rd"
    rf"|th)?(?:\s+of)?\s+(?P<m1>{_MONTH})\b\.?,?(?:\s+(?P<y1>20\d\d))?"
    rf"|(?P<m2>{_MONTH})\b\.?\s+(?P<d2>\d{{1,2}})(?!\d|:)(?:st|nd|rd|th)?(?:,?\s+(?P<y2>20\d\d))?"
    r"|(?P<d3>\d{1,2})\.(?P<m3>\d{1,2})\.(?P<y3>20\d\d)?)",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    rf"\b(?:until|till|bis|through|back (?:on|in the office on))\s+(?:and including\s+|einschließlich\s+|the\s+)*"
    rf"(?:(?:{_DAY})\.?,?\s+)?(?:den\s+)?(?:(?P<iso>20\d\d-\d\d-\d\d)|(?P<d1>\d{{1,2}})(?:\.|st|nd|rd"
    rf"|th)?\s+(?P<m1>{_MONTH})"
    rf"(?:\s+(?P<y1>20\d\d))?|(?P<m2>{_MONTH})\s+(?P<d2>\d{{1,2}})(?:,?\s+(?P<y2>20\d\d))?"
    r"|(?P<d3>\d{1,2})\.(?P<m3>\d{1,2})\.(?P<y3>20\d\d)?)",
    re.IGNORECASE,
)


def _date(match: re.Match[str], near: date) -> date | None:
    """The date of a match; without a year, the one nearest to `near`."""
    found = match.groupdict()
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        day = int(found["d1"] or found["d2"] or found["d3"])
        word = found["m1"] or found["m2"]
        month = MONTHS[word.lower()] if word else int(found["m3"])
        year = found["y1"] or found["y2"] or found["y3"]
        if year:
            return date(int(year), month, day)
        return min((date(near.year + n, month, day) for n in (-1, 0, 1)), key=lambda d: abs(d - near))
    except ValueError:
        return None


def _weekday(desk: Desk) -> Iterator[Hit]:
    for text in desk.fresh_texts:
        near = (text.at or desk.start).date()
        for match in _DATED.finditer(text.text):
            found = _date(match, near)
            meant = WEEKDAYS[match["w"].lower()]
            if len(match["w"]) == 2 and not match["w"][0].isupper():
                continue
            if found is None:
                yield Hit(text.file, text.at_offset(match.start()), f"there is no such date: {match[0]!r}")
            elif found.weekday() != meant:
                said = " ".join(match[0].split())
                yield Hit(text.file, text.at_offset(match.start()), f"{said!r}: {found} is a {found:%A}")


def _night(desk: Desk) -> Iterator[Hit]:
    for mail in desk.fresh_mails:
        who = desk.human(mail.sender)
        if who is None:
            continue
        first, last = who.habits.hours
        hour = mail.at.hour + mail.at.minute / 60
        if 0 <= hour < 5 and first >= 5 and last <= 23:
            yield Hit(
                mail.file, mail.line, f"{who.username} writes between {first:g} and {last:g}; sent {mail.at:%H:%M}"
            )


def _after_start(desk: Desk) -> Iterator[Hit]:
    start = desk.start
    for mail in desk.mails:
        if mail.at > start:
            yield Hit(mail.file, mail.line, f"sent {mail.at:%Y-%m-%d %H:%M}, after the start {start:%Y-%m-%d %H:%M}")
    for post in desk.posts:
        if post.entry.at > start:
            yield Hit(post.file, post.line, f"posted {post.entry.at:%Y-%m-%d %H:%M}, after the start")
    for page in desk.pages:
        if page.head.updated > start:
            yield Hit(page.file, 1, f"saved {page.head.updated:%Y-%m-%d %H:%M}, after the start")


def _seconds(desk: Desk) -> Iterator[Hit]:
    found = [m for m in desk.mails if not m.entry.draft]
    even = [m for m in found if m.at.second == 0]
    if len(found) >= ENOUGH and len(even) > 0.6 * len(found):
        yield Hit(desk.company_file, 0, f"{len(even)} of {len(found)} mails were sent at second 00")


def _round(desk: Desk) -> Iterator[Hit]:
    found = [m for m in desk.mails if not m.entry.draft and not desk.automatic(m.sender)]
    if len(found) < ENOUGH:
        return
    minutes = Counter(m.at.minute for m in found)
    minute, count = minutes.most_common(1)[0]
    if count > max(5, 0.1 * len(found)):
        yield Hit(desk.company_file, 0, f"{count} of {len(found)} mails were sent at minute {minute:02d}")
    fives = sum(n for minute, n in minutes.items() if minute % 5 == 0)
    if fives > 0.4 * len(found):
        yield Hit(desk.company_file, 0, f"{fives} of {len(found)} mails were sent at a minute that five divides")


def _equal(desk: Desk) -> Iterator[Hit]:
    by_time: dict[datetime, list[Mail]] = defaultdict(list)
    for mail in desk.mails:
        if not mail.entry.draft:
            by_time[mail.at].append(mail)
    for mails in by_time.values():
        yield from _same(mails)
    posts = defaultdict(list)
    for post in desk.posts:
        posts[post.entry.at].append(post)
    for same in posts.values():
        if len(same) > 1:
            yield Hit(same[-1].file, same[-1].line, f"same second as {same[0].file}:{same[0].line}")


def _same(mails: Sequence[Mail]) -> Iterator[Hit]:
    """Mails of one instant: wrong if one person sent two, or if there are three."""
    first: dict[str, Mail] = {}
    for mail in mails:
        if mail.sender in first or (len(mails) > 2 and mail is mails[-1]):
            other = first.get(mail.sender, mails[0])
            yield Hit(mail.file, mail.line, f"same second as {other.file}:{other.line} ({mail.at:%Y-%m-%d %H:%M:%S})")
        first.setdefault(mail.sender, mail)


def _weekends(desk: Desk) -> Iterator[Hit]:
    found = [m for m in desk.mails if desk.human(m.sender) and not m.entry.draft]
    if len(found) < 5 * ENOUGH:
        return
    off = sum(m.at.weekday() >= 5 for m in found)
    if off == 0:
        yield Hit(desk.company_file, 0, f"none of {len(found)} mails of the staff was sent at a weekend")
    elif off > 0.12 * len(found):
        yield Hit(desk.company_file, 0, f"{off} of {len(found)} mails of the staff were sent at a weekend")


def _zones(desk: Desk) -> Iterator[Hit]:
    for mail in desk.fresh_mails:
        if desk.person(mail.sender) is None:
            continue
        given, right = mail.at.utcoffset(), mail.at.astimezone(desk.zone).utcoffset()
        others = {datetime(mail.at.year, month, 1, tzinfo=desk.zone).utcoffset() for month in (1, 7)} | {timedelta(0)}
        if given != right and given in others:
            yield Hit(
                mail.file, mail.line, f"{mail.at.isoformat()}: the company's clocks stood at {_offset(right)} then"
            )


def _offset(value: timedelta | None) -> str:
    minutes = round((value or timedelta()).total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _away(desk: Desk) -> Iterator[Hit]:
    for member in desk.members:
        text: Text = member.text
        for match in _UNTIL.finditer(member.person.out_of_office):
            found = _date(match, desk.start.date())
            if found is not None and found < desk.start.date():
                yield Hit(
                    text.file, text.line, f"{member.person.username} is out of office until {found}, which is past"
                )


CHECKS = (
    Check("weekday", "error", "A weekday beside a date that is another one.",
          "correct the weekday or the date", _weekday),
    Check("night-mail", "warning", "Mail in the night of somebody who works by day.",
          "move the mail, or give the person later habits.hours", _night),
    Check("after-start", "error", "Mail, posts or pages of a time after the scenario's start.",
          "date it before the start, or make it a cue of the timeline", _after_start),
    Check("even-seconds", "warning", "Nearly all mail at second 00.",
          "give the dates seconds as clocks have them", _seconds),
    Check("even-minutes", "warning", "Mail at the same or at round minutes.", "spread the minutes", _round),
    Check("equal-times", "error", "Messages of the same second.", "move one of them by some seconds", _equal),
    Check("weekends", "warning", "No mail at weekends, or too much.", "move a few mails", _weekends),
    Check("zone", "error", "A sender's clock that is off by summer time, or at UTC.",
          "write the offset that holds on that day", _zones),
    Check("away-past", "error", "An out-of-office note that has run out.", "move its date, or take it away", _away),
)  # fmt: skip
