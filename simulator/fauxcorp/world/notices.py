"""Mail that no person writes: out of office, read receipts, notices of the mail server. None of it is ever answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fauxcorp.world.actions import Action, Job, MailAction
from fauxcorp.world.hours import when_at_work
from fauxcorp.world.when import rfc5322, spoken

if TYPE_CHECKING:
    from fauxcorp.world.answers import Asked
    from fauxcorp.world.replyrules import SlowHost
    from fauxcorp.world.world import World

_RECEIPT = """\
This is a receipt for the mail that you sent to
{person} <{address}> on {sent}.

It says no more than that the message was shown on the recipient's screen. There is no guarantee that it was read or
understood.

-- Part 2, message/disposition-notification --
Reporting-UA: {ua}
Original-Recipient: rfc822;{address}
Final-Recipient: rfc822;{address}
Original-Message-ID: {message_id}
Disposition: manual-action/MDN-sent-{manner}; displayed
"""
_DELAYED = """\
This is the mail system at host mail.{domain}.

####################################################################
# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #
####################################################################

Your message could not be delivered for more than {hours}.
It will be retried until it is 5 days old.

<{address}>: {reason}

-- Part 2, message/delivery-status --
Reporting-MTA: dns; mail.{domain}
Arrival-Date: {sent}
Final-Recipient: rfc822; {address}
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; {reason}
"""


def away_note(user: str, text: str, asked: Asked) -> Job:
    """The automatic reply of somebody who is away."""
    mail = MailAction(sender=user, to=(asked.effect.sender,), subject="Automatic reply: {subject}", body=text)
    return Job(
        (Action(mail=mail),), {"subject": asked.effect.subject}, answers=asked.message, automatic=True,
        headers=(("X-Auto-Response-Suppress", "All"),),
    )  # fmt: skip


def receipt(world: World, user: str, asked: Asked) -> tuple[int, Job]:
    """The read receipt of a colleague (RFC 8098), once they have looked at the mail."""
    # Drawn from a stream of their own: who sends receipts does not shift when answers come.
    person = world.company.people[user]
    at = world.clock.us + world.rng.integer("receipt", 90, 3000) * 1_000_000
    due = when_at_work(at, person, world.company.facts.timezone, world.rng)
    effect = asked.effect
    text = _RECEIPT.format(
        person=person.name, address=person.email, sent=spoken(world.clock.us, world.company.facts.timezone),
        ua=f"mail.{world.company.facts.domain}", message_id=effect.message_id, manner="manually",
    )  # fmt: skip
    mail = MailAction(sender=user, to=(effect.sender,), subject="Read: {subject}", body="")
    values = {"subject": effect.subject}
    job = Job((Action(mail=mail),), values, answers=asked.message, automatic=True, needs_account=True, tail=text)
    return due - world.clock.us, job


def still_trying(world: World, host: SlowHost, address: str, asked: Asked) -> tuple[int, Job]:
    """The mail server's notice that a host outside does not take a mail yet (RFC 3464)."""
    domain = world.company.facts.domain
    hours = round(host.after / 60, 1)
    text = _DELAYED.format(
        domain=domain, hours=f"{hours:g} hour{'s' if hours != 1 else ''}", address=address,
        reason=host.reason.replace("{host}", f"mx1.{host.domain}"),
        sent=rfc5322(world.clock.us, world.company.facts.timezone),
    )  # fmt: skip
    mail = MailAction(
        sender=f"Mail Delivery System <mailer-daemon@{domain}>", to=(asked.effect.sender,),
        subject="Delayed Mail (still being retried)", body="",
    )  # fmt: skip
    job = Job((Action(mail=mail),), answers=None, automatic=True, tail=text)
    return round(host.after * 60_000_000), job
