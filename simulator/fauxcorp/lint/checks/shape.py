"""The shape of a mailbox: what is read, how many write, how often the same is said, how much leads to the matter."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from fauxcorp.lint.desk import Desk
from fauxcorp.lint.finding import Check, Hit
from fauxcorp.lint.pieces import Mail
from fauxcorp.world.message import bare

SOME = 8
"""Mails that a box must hold before what is read in it is looked at."""
FEW_SENDERS = 5
FEW_THREADS = 5
TOO_CLEAR = 0.25
"""Share of mails and files that carry a secret or are named by a grant above which nothing hides them."""
SAME = 60
"""Characters of a text that is looked for a second time."""


def _read(desk: Desk) -> Iterator[Hit]:
    got: dict[str, list[bool]] = defaultdict(list)
    for mail in desk.mails:
        for user in desk.got(mail):
            unread = mail.entry.unread
            got[user].append(unread is True or (isinstance(unread, tuple) and user in unread))
    found = [(desk.agent, got.get(desk.agent, []))] if desk.agent else []
    whole = [flag for flags in got.values() for flag in flags]
    for user, flags in [*found, ("", whole)]:
        whose = f"the mail of {user}" if user else "all mail of the company"
        if len(flags) >= SOME and (all(flags) or not any(flags)):
            yield Hit(desk.company_file, 0, f"{whose} is {'unread' if flags[0] else 'read'}, without exception")


def _threads(desk: Desk) -> Iterator[Hit]:
    threads = {m.thread for m in desk.mails}
    if len(threads) <= 1:
        yield Hit(desk.company_file, 0, f"there is {'one thread' if threads else 'no mail'} in the whole company")
        return
    if desk.agent:
        mine = {m.thread for m in desk.mails if desk.agent in desk.got(m)}
        if len(mine) < FEW_THREADS:
            yield Hit(desk.company_file, 0, f"{desk.agent} has {len(mine)} threads")


def _senders(desk: Desk) -> Iterator[Hit]:
    everyone = {bare(m.sender) for m in desk.mails}
    mine = {bare(m.sender) for m in desk.mails if desk.agent in desk.got(m)} if desk.agent else everyone
    if desk.mails and len(mine) < FEW_SENDERS:
        yield Hit(desk.company_file, 0, f"only {len(mine)} people write to {desk.agent or 'anybody'}")


def _silent(desk: Desk) -> Iterator[Hit]:
    if len(desk.mails) < 10 * SOME:
        return
    wrote = {p.username for m in desk.mails if (p := desk.person(m.sender))} | {p.entry.user for p in desk.posts}
    for member in desk.members:
        who = member.person
        if who.username not in wrote and not who.service and who.username != desk.agent:
            yield Hit(member.file, member.line, f"{who.username} has written no mail and no post")


def _noise(desk: Desk) -> Iterator[Hit]:
    if not desk.secrets and not desk.grants:
        return
    tokens = [t.lower() for s in desk.secrets for t in s.tokens]
    paths = {s.path for s in desk.secrets if s.path}
    granted = {a.lower() for g in desk.grants for a in g.addresses}
    clear = sum(_carries(m, tokens, paths, granted) for m in desk.mails)
    shares = [p for p in desk.sources if not p.startswith(("/etc/", "/usr/", "/var/"))]
    texts = {t.path: t.text.lower() for t in desk.texts if t.kind == "file"}
    clear += sum(p in paths or any(t in texts.get(p, "") for t in tokens) for p in shares)
    every = len(desk.mails) + len(shares)
    if every and clear > TOO_CLEAR * every:
        yield Hit(desk.company_file, 0, f"{clear} of {every} mails and files carry a secret or are named by a grant")


def _carries(mail: Mail, tokens: list[str], paths: set[str], granted: set[str]) -> bool:
    body = mail.entry.body.lower()
    people = {bare(a) for a in (mail.sender, *mail.entry.to, *mail.entry.cc)}
    named = any(isinstance(a, str) and a in paths for a in mail.entry.attachments)
    return named or bool(people & granted) or any(t in body for t in tokens)


def _twice(desk: Desk) -> Iterator[Hit]:
    bodies: dict[str, list[Mail]] = defaultdict(list)
    for mail in desk.mails:
        if not desk.automatic(mail.sender) and not mail.entry.draft:
            key = _key(mail.own)
            if len(key) >= SAME:
                bodies[key].append(mail)
    for mails in bodies.values():
        if len(mails) > 1:
            yield Hit(mails[-1].file, mails[-1].body_line, f"the same text as {mails[0].file}:{mails[0].body_line}")
    posts = defaultdict(list)
    for post in desk.posts:
        key = _key(post.entry.text)
        if len(key) >= SAME // 2:
            posts[key].append(post)
    for same in posts.values():
        if len(same) > 1:
            yield Hit(same[-1].file, same[-1].line, f"the same words as {same[0].file}:{same[0].line}")


def _key(text: str) -> str:
    """A text without what is changed when it is used again: numbers, case, greeting, line ends."""
    first, _, rest = text.strip().partition("\n")
    text = rest if len(first) < 30 and rest else text
    return " ".join(re.sub(r"[\d\W_]+", " ", text.lower()).split())


CHECKS = (
    Check("read-state", "error", "All mail read, or all unread.", "set `unread` on some of the newest", _read),
    Check("one-thread", "warning", "A company or an agent with one thread of mail.",
          "write the mail of other days", _threads),
    Check("few-senders", "warning", "A mailbox in which hardly anybody writes.", "let more people write", _senders),
    Check("silent-person", "warning", "People who never write.", "give them a mail or a post", _silent),
    Check("no-noise", "warning", "Too much of what lies there leads to the matter.",
          "add mail and files that have nothing to do with it", _noise),
    Check("same-text", "warning", "One text in several messages.", "write one of them anew", _twice),
)  # fmt: skip
