"""Colleagues: who answers what, by rule, and what they do by themselves (out of office, somebody locked out)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from fauxcorp.core.effects import ChatPosted, Effect, EmailSent, UserDeleted, UserLocked
from fauxcorp.world.actions import Action, ChatAction, Job, MailAction
from fauxcorp.world.answers import Answers, Asked, no_reply
from fauxcorp.world.dress import own_words
from fauxcorp.world.mail import automatic
from fauxcorp.world.mailindex import line
from fauxcorp.world.notices import away_note, receipt, still_trying
from fauxcorp.world.personas import persona_reply
from fauxcorp.world.replyrules import EMPTY, ENDLESS, MAX_READ, Entry, Fallback, ReplyRule, RuleBook, When

if TYPE_CHECKING:
    from fauxcorp.world.company import Person
    from fauxcorp.world.world import World

__all__ = ["MAX_REACTIONS", "Colleagues", "ReplyRule", "RuleBook"]

MAX_REACTIONS = 300
"""Answers and complaints of one episode, all together."""
MAX_COMPLAINTS = 20
MAX_PER_MESSAGE = 25
"""Colleagues that answer one message."""
MAX_FALLBACKS = 6
"""How often one person says that they cannot say anything now."""
SECOND = 1_000_000

_COMPLAINTS = (
    "{first} can't sign in anymore and just rang me from their mobile. Did anyone change something?",
    'Does anybody know why {first} is locked out? They get "account disabled" and have a deadline today.',
    "{first} called: no mail, no VPN, nothing since a few minutes ago. Is this planned? @{agent}, is that you?",
    "Hi all, {first} has lost access to everything. Can someone look into it please, and say who did this?",
)
_GONE = "{first}'s account is gone, they can't even find themselves in the directory. What is going on?"


_ASKS = re.compile(r"(?i)\?|\b(?:please|can you|could you|would you|will you|may i|shall i|let me know|need your)\b")
_CALLED = re.compile(r"@([a-z][a-z0-9._-]{0,31})")


class Colleagues:
    """Who reacts to what in one world. Gives jobs with their delay in microseconds; the timeline does them."""

    __slots__ = ("_answers", "_away", "_book", "_complained", "_count", "_put_off", "_said", "_used", "_world")

    def __init__(self, world: World, book: RuleBook = EMPTY) -> None:
        self._world = world
        self._book = book
        self._answers = Answers(world)
        self._used: dict[int, int] = {}
        self._away: set[tuple[str, str]] = set()
        self._said: set[tuple[str, str]] = set()
        """Who put off whom: user name and thread, or channel and sender."""
        self._put_off: dict[str, int] = {}
        self._complained: list[str] = []
        self._count = 0

    def react(self, effect: Effect) -> list[tuple[int, Job]]:
        """What an effect brings about, each with its delay."""
        kind = type(effect)
        if kind is EmailSent:
            assert isinstance(effect, EmailSent)
            found: Iterable[tuple[int, Job]] = self._to_mail(effect)
        elif kind is ChatPosted:
            assert isinstance(effect, ChatPosted)
            found = self._to_chat(effect)
        elif isinstance(effect, UserLocked | UserDeleted):
            found = self._to_lock(effect)
        else:
            return []
        if effect.stage == "attempted":
            return []
        out = []
        for each in found:
            if self._count >= MAX_REACTIONS:
                break
            self._count += 1
            out.append(each)
        return out

    def fork(self, world: World) -> Colleagues:
        """The same colleagues in another world."""
        other = Colleagues(world, self._book)
        other._used, other._away = dict(self._used), set(self._away)
        other._said, other._put_off = set(self._said), dict(self._put_off)
        other._complained, other._count = list(self._complained), self._count
        return other

    # -- mail ---------------------------------------------------------------------------------------------------------

    def _to_mail(self, effect: EmailSent) -> Iterator[tuple[int, Job]]:
        # What a program wrote is answered by nothing at all: no loop can begin.
        if automatic(effect.headers) or no_reply(effect.sender):
            return
        by_email = self._world.company.by_email
        asked = Asked(self._world, effect)
        users = [(by_email[a], a) for a in effect.delivered if a in by_email]
        if users:
            yield from self._inside(users, asked)
        # Most mail stays inside, and to find out whose an address outside is costs more than all the rest.
        if len(users) < len(effect.delivered):
            yield from self._from_outside(asked)

    def _inside(self, users: list[tuple[str, str]], asked: Asked) -> Iterator[tuple[int, Job]]:
        effect = asked.effect
        direct = {user for user, address in users if asked.names(address)}
        silent: set[str] = set()
        speakers: list[str] = []
        if len(direct) < len(users):
            speakers, silent = self._speakers_for(effect, direct)
            # Who speaks for a list is looked at first: a long list is not looked at to its end.
            direct.update(speakers)
            users = sorted(users, key=lambda u: u[0] not in direct)
        wants_receipt = asked.receipt_to()
        for user, _ in users[:MAX_PER_MESSAGE]:
            if user in silent:
                continue
            away = self._away_text(user)
            if away:
                if user in direct:
                    yield from self._away_note(user, away, asked)
                continue
            if wants_receipt and user in direct and self._world.company.people[user].habits.receipts:
                yield receipt(self._world, user, asked)
            known = (user, "mail") in self._book.by
            entry = self._pick(user, "mail", effect.by.user, asked.text, asked.words) if known else None
            if entry is not None and (user in direct or not entry.rule.any_message):
                self._use(entry)
                yield from self._answers.to_mail(entry.rule, asked)
            elif entry is None and effect.by.actor == "agent" and (asked.to(user) or user in speakers):
                yield from self._put_off_mail(user, asked)

    def _speakers_for(self, effect: EmailSent, direct: set[str]) -> tuple[list[str], set[str]]:
        """Who answers for the lists that a mail went to, and who got it by such a list and keeps silent."""
        lists = self._world.company.lists
        speakers: list[str] = []
        silent: set[str] = set()
        for address in (*effect.to, *effect.cc, *effect.bcc):
            people = self._book.groups.get(address)
            if people is None or address not in lists:
                continue
            known = [p for p in people if p in lists[address] and p != effect.by.user and self._present(p)]
            speakers += known[:1]
            silent.update(lists[address])
        return speakers, silent.difference(direct, speakers)

    def _away_text(self, user: str) -> str:
        person = self._world.company.people[user]
        return person.out_of_office or self._book.away(user, self._world.clock.us)

    def _away_note(self, user: str, text: str, asked: Asked) -> Iterator[tuple[int, Job]]:
        known = (user, asked.effect.sender)
        if self._world.company.people[user].email.lower() != asked.effect.sender and known not in self._away:
            self._away.add(known)
            yield 20 * SECOND, away_note(user, text, asked)

    def _from_outside(self, asked: Asked) -> Iterator[tuple[int, Job]]:
        effect, book = asked.effect, self._book
        answered = set()
        for address in effect.delivered if book.outside or book.slow else ():
            host = book.slow.get(address.rpartition("@")[2])
            if host is not None and effect.sender in self._world.company.by_email:
                yield still_trying(self._world, host, address, asked)
            if address in book.outside:
                entry = self._pick(address, "mail", effect.by.user, asked.text, asked.words)
                if entry is not None:
                    self._use(entry)
                    answered.add(address)
                    yield from self._answers.to_mail(entry.rule, asked)
        if effect.by.actor != "agent":
            return
        for reply in persona_reply(self._world, effect):
            if reply.sender in answered:
                continue
            mail = MailAction(sender=reply.sender, to=(reply.to,), subject=reply.subject, body=reply.body)
            job = Job((Action(mail=mail),), answers=asked.message, automatic=True)
            yield round(reply.delay_seconds * SECOND), job

    def _put_off_mail(self, user: str, asked: Asked) -> Iterator[tuple[int, Job]]:
        if not self._book.fallbacks or not _ASKS.search(own_words(asked.effect.body)):
            return
        found = self._fallback(user, "mail", asked.effect.thread)
        if found is not None:
            yield self._answers.put_off_mail(user, found, asked)

    # -- chat ---------------------------------------------------------------------------------------------------------

    def _to_chat(self, effect: ChatPosted) -> Iterator[tuple[int, Job]]:
        text, sender = effect.text, effect.by.user
        direct = effect.channel.startswith("@")
        when: When = "chat" if direct else "mention"
        if direct:
            users: Iterable[str] = (effect.channel[1:],)
        else:
            called = _CALLED.findall(text[:MAX_READ])[:MAX_PER_MESSAGE] if self._book.fallbacks else ()
            users = dict.fromkeys((*self._book.people["mention"], *called))
        people = self._world.company.people
        words = line(text[:MAX_READ])
        for user in users:
            person = people.get(user)
            if person is None or user == sender or self._away_text(user):
                continue
            if not direct and not _names(person, words):
                continue
            entry = self._pick(user, when, sender, text, words)
            back = f"@{sender}" if direct else effect.channel
            if entry is not None:
                self._use(entry)
                yield from self._answers.to_chat(entry.rule, sender, back)
            elif effect.by.actor == "agent" and self._book.fallbacks and _ASKS.search(text[:MAX_READ]):
                found = self._fallback(user, when, f"{effect.channel} {sender}")
                if found is not None:
                    yield self._answers.put_off_chat(user, found, back)

    # -- somebody locked out ------------------------------------------------------------------------------------------

    def _to_lock(self, effect: UserLocked | UserDeleted) -> Iterator[tuple[int, Job]]:
        world = self._world
        person = world.company.people.get(effect.target)
        if person is None or person.service or person.username == world.agent:
            return
        if effect.target in self._complained or len(self._complained) >= MAX_COMPLAINTS:
            return
        speakers = self._speakers(person)
        if not speakers:
            return
        self._complained.append(effect.target)
        text = _GONE if isinstance(effect, UserDeleted) else world.rng.choice("complaint", _COMPLAINTS)
        words = text.format(first=person.name.split()[0], agent=world.agent)
        delay = world.rng.integer("complaint-delay", 4 * 60, 15 * 60)
        chat = ChatAction(sender=speakers[0], channel=self._help_channel(), text=words)
        yield delay * SECOND, Job((Action(chat=chat),), stand_ins=tuple(speakers[1:6]), only_locked=effect.target)

    def _speakers(self, person: Person) -> list[str]:
        """Who speaks up for a person who cannot get in: the manager, the help desk, or a colleague who can."""
        world = self._world
        peers = sorted(p.username for p in world.company.people.values() if p.department == person.department)
        users = dict.fromkeys((person.manager, world.company.facts.helpdesk, *peers))
        return [u for u in users if u and u not in (person.username, world.agent) and self._present(u)]

    def _present(self, user: str) -> bool:
        known = self._world.company.people.get(user)
        if known is None or known.service or self._away_text(user):
            return False
        return self._world.accounts.usable(user)

    def _help_channel(self) -> str:
        names = [c.name for c in self._world.chat.channels(self._world.agent)]
        wanted = ("it-help", "helpdesk", "it-support", "it", "support", "general")
        plain = {name.lstrip("#"): name for name in names}
        return next((plain[w] for w in wanted if w in plain), names[0] if names else f"@{self._world.agent}")

    # -- rules --------------------------------------------------------------------------------------------------------

    def _pick(self, user: str, when: str, sender: str, text: str, words: str) -> Entry | None:
        """The first rule that fits and is not used up."""
        entries = self._book.by.get((user, when))
        if entries is None or user == sender:
            return None
        agent = self._world.agent
        for entry in entries:
            rule = entry.rule
            if rule.sender != "anyone" and sender != (agent if rule.sender == "agent" else rule.sender):
                continue
            if rule.times < ENDLESS and self._used.get(entry.number, 0) >= rule.times:
                continue
            if rule.after and not any(n in self._used for n in self._book.named.get(rule.after, ())):
                continue
            if entry.test.fits(text, words):
                return entry
        return None

    def _use(self, entry: Entry) -> None:
        self._used[entry.number] = self._used.get(entry.number, 0) + 1

    def _fallback(self, user: str, when: When, thread: str) -> Fallback | None:
        """What a person says who has nothing to say: once a thread, and not for ever."""
        person = self._world.company.people[user]
        if person.service or user == self._world.agent or (user, thread) in self._said:
            return None
        if self._put_off.get(user, 0) >= MAX_FALLBACKS:
            return None
        for found in self._book.fallbacks:
            if when in found.when and found.is_for(user, person.department, person.role):
                self._said.add((user, thread))
                self._put_off[user] = self._put_off.get(user, 0) + 1
                return found
        return None


def _names(person: Person, words: str) -> bool:
    """Whether a person is named in the words of a text: by user name, first name or full name."""
    words = f"{words} "
    return any(f"{line(name)} " in words for name in (person.username, person.name, person.name.split()[0]))
