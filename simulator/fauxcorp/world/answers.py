"""Answers as jobs: what a rule says becomes mail or chat, in the person's manner and in their hours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fauxcorp.core.effects import EmailSent
from fauxcorp.world.actions import Action, ChatAction, Job, MailAction
from fauxcorp.world.addresses import bare
from fauxcorp.world.company import Habits
from fauxcorp.world.dress import answer_subject, dressed, forward_subject, own_words, passed_on, quote
from fauxcorp.world.hours import when_at_work
from fauxcorp.world.mailindex import line
from fauxcorp.world.message import Message
from fauxcorp.world.replyrules import MAX_READ, Delay, Fallback, ReplyRule

if TYPE_CHECKING:
    from fauxcorp.world.company import Person
    from fauxcorp.world.world import World

PLAIN = Habits(quotes="none")
"""Of those who are not on the staff."""
FORWARD_AFTER = 90_000_000
"""Microseconds from an answer to the mail that is passed on with it."""
RECEIPT = "disposition-notification-to"


class Asked:
    """A mail that may be answered; what is needed of it is made when it is asked for."""

    __slots__ = ("_message", "_text", "_words", "effect", "world")

    def __init__(self, world: World, effect: EmailSent) -> None:
        self.world, self.effect = world, effect
        self._message: Message | None = None
        self._text = self._words = ""

    @property
    def text(self) -> str:
        """Subject and what the sender wrote, without what is quoted."""
        if not self._text:
            self._text = f"{self.effect.subject}\n{own_words(self.effect.body[:MAX_READ])}"[:MAX_READ]
        return self._text

    @property
    def words(self) -> str:
        """The words of the text, as rules look for them."""
        if not self._words:
            self._words = line(self.text)
        return self._words

    @property
    def message(self) -> Message:
        """The mail as an answer needs it."""
        if self._message is None:
            effect = self.effect
            self._message = Message(
                id="", message_id=effect.message_id, thread=effect.thread, at=self.world.clock.us,
                sender=self.world.mail.shown_sender(effect), to=effect.to, cc=effect.cc, subject=effect.subject,
                body=effect.body, attachments=effect.attachments, in_reply_to=effect.in_reply_to,
                headers=effect.headers,
            )  # fmt: skip
        return self._message

    def names(self, address: str) -> bool:
        """Whether the mail was addressed to an address, not to a list that it is on."""
        effect = self.effect
        return address in effect.to or address in effect.cc or address in effect.bcc

    def to(self, user: str) -> bool:
        """Whether a colleague stands in its To."""
        by_email = self.world.company.by_email
        return any(by_email.get(a) == user for a in self.effect.to)

    def receipt_to(self) -> str:
        """Who asked for a read receipt; only the sender can, or anybody could be flooded with them."""
        wanted = next((bare(v) for n, v in self.effect.headers if n.lower() == RECEIPT), "")
        return wanted if wanted == self.effect.sender else ""


class Answers:
    """Makes the jobs of one world."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def to_mail(self, rule: ReplyRule, asked: Asked) -> Iterator[tuple[int, Job]]:
        """The jobs by which a rule answers a mail."""
        person = self._world.company.people.get(rule.person)
        delay = self.delay(rule.delay, person, any_time=rule.any_time)
        sender = asked.effect.sender
        if rule.via == "chat":
            known = asked.effect.by.user in self._world.company.people
            channel = f"@{asked.effect.by.user}" if known else "@agent"
            yield delay, self._chat_job(rule, asked.effect.by.user, channel)
        else:
            yield delay, self._mail_job(rule, person, sender, asked)
        if rule.forward:
            yield delay + FORWARD_AFTER, self._forward(rule, person, asked)

    def to_chat(self, rule: ReplyRule, sender: str, channel: str) -> Iterator[tuple[int, Job]]:
        """The job by which a rule answers a post."""
        person = self._world.company.people.get(rule.person)
        delay = self.delay(rule.delay, person, any_time=rule.any_time)
        if rule.via == "mail":
            yield delay, self._mail_job(rule, person, sender, None)
        else:
            yield delay, self._chat_job(rule, sender, channel)

    def put_off_mail(self, user: str, fallback: Fallback, asked: Asked) -> tuple[int, Job]:
        """The mail of somebody who cannot say anything yet."""
        world = self._world
        person = world.company.people[user]
        text = world.rng.choice("fallback", fallback.texts)
        to = world.company.people.get(asked.effect.by.user)
        mail = MailAction(
            sender=user, to=(asked.effect.sender,), subject=f"{person.habits.prefix}: {{subject}}",
            body=dressed(text, person, to, letter=True),
        )  # fmt: skip
        job = Job((Action(mail=mail),), self._subject(asked), answers=asked.message, tail=self._quoted(person, asked))
        return self.delay(fallback.delay, person, any_time=fallback.any_time), job

    def put_off_chat(self, user: str, fallback: Fallback, channel: str) -> tuple[int, Job]:
        """The post of somebody who cannot say anything yet."""
        person = self._world.company.people[user]
        text = dressed(self._world.rng.choice("fallback", fallback.texts), person, None, letter=False)
        job = Job((Action(chat=ChatAction(sender=user, channel=channel, text=text)),))
        return self.delay(fallback.delay, person, any_time=fallback.any_time), job

    def delay(self, delay: Delay, person: Person | None, *, any_time: bool = False) -> int:
        """Microseconds until an answer: within the person's hours, if it is not for any time."""
        world = self._world
        low, high = delay if isinstance(delay, tuple) else (delay, delay)
        minutes = low if low == high else world.rng.uniform("reply", low, high)
        due = world.clock.us + round(minutes * 60_000_000)
        if person is not None and not any_time:
            due = when_at_work(due, person, world.company.facts.timezone, world.rng)
        return due - world.clock.us

    def _mail_job(self, rule: ReplyRule, person: Person | None, sender: str, asked: Asked | None) -> Job:
        habits = person.habits if person is not None else PLAIN
        subject = rule.subject or (f"{habits.prefix}: {{subject}}" if asked is not None else "Your message")
        text, tail = rule.text, ""
        if rule.dress and person is not None:
            by_email = self._world.company.by_email
            text = dressed(text, person, self._world.company.people.get(by_email.get(sender, sender)), letter=True)
        if asked is not None:
            tail = self._quoted(person, asked)
        elif habits.signature:
            tail = f"\n\n{habits.signature}"
        mail = MailAction(
            sender=rule.person, to=rule.to or (sender,), cc=rule.cc, subject=subject, body=text.strip(),
            attachments=rule.attachments,
        )  # fmt: skip
        values = {**self._subject(asked), "sender": sender}
        answers = asked.message if asked is not None else None
        return self._job(rule, Action(mail=mail), values, answers, tail)

    def _chat_job(self, rule: ReplyRule, sender: str, channel: str) -> Job:
        chat = ChatAction(sender=rule.person, channel=channel, text=rule.text.strip())
        return self._job(rule, Action(chat=chat), {"subject": "", "sender": sender}, None, "")

    def _job(self, rule: ReplyRule, action: Action, values: dict[str, str], answers: Message | None, tail: str) -> Job:
        actions = [action]
        actions += [Action(grant=rule.grants)] if rule.grants is not None else []
        actions += [Action(revoke=name) for name in rule.revokes]
        return Job(tuple(actions), values, answers=answers, granted_by=rule.person, tail=tail, own_words=True)

    def _forward(self, rule: ReplyRule, person: Person | None, asked: Asked) -> Job:
        habits = person.habits if person is not None else PLAIN
        subject = forward_subject(habits.prefix, "").strip() + " {subject}"
        mail = MailAction(sender=rule.person, to=rule.forward, subject=subject, body=rule.note.strip())
        tail = passed_on(asked.message, self._world.company.facts.timezone)
        values = {"subject": asked.effect.subject, "sender": asked.effect.sender}
        files = asked.effect.attachments
        return Job((Action(mail=mail),), values, answers=asked.message, tail=f"\n{tail}", carries=files)

    def _quoted(self, person: Person | None, asked: Asked) -> str:
        if person is None:
            return ""
        who = asked.message.sender
        return quote(asked.message, who, person.habits, self._world.company.facts.timezone)

    def _subject(self, asked: Asked | None) -> dict[str, str]:
        """The subject without the marks of answers: it stands for {subject}, so nothing in it is filled in again."""
        return {"subject": answer_subject("", asked.effect.subject).removeprefix(": ")} if asked is not None else {}


def no_reply(address: str) -> bool:
    """Whether an address is one of a program: nobody answers it."""
    local = bare(address).partition("@")[0].replace("-", "").replace("_", "").replace(".", "")
    return local in ("noreply", "donotreply", "mailerdaemon", "postmaster", "bounce", "bounces")
