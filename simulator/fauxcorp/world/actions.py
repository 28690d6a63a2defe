"""What the timeline and colleagues do: the actions of a cue or a reply, and how they are carried out."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from fauxcorp.core.effects import Attachment, AuthorityGranted, AuthorityWithdrawn, Origin
from fauxcorp.errors import ToolError
from fauxcorp.world.addresses import bare
from fauxcorp.world.filechanges import Change, carry_out
from fauxcorp.world.files import FileEntry
from fauxcorp.world.invitations import Answering, answer_now
from fauxcorp.world.mail import AUTOMATIC
from fauxcorp.world.message import Message, display
from fauxcorp.world.prose import worded
from fauxcorp.world.text import guess_type
from fauxcorp.world.when import local

if TYPE_CHECKING:
    from fauxcorp.world.world import World

_HOLE = re.compile(r"\{(target|agent|first_name|time|subject|sender|channel)\}")


def _many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_many)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class MailAction(_Model):
    """Somebody writes a mail. People are user names, addresses, or `agent`; texts may hold {target}, {agent},
    {first_name}, {time}, {subject} and {sender}.
    """

    sender: str = Field(alias="from")
    to: Names = ("agent",)
    cc: Names = ()
    subject: str
    body: str
    attachments: Names = ()
    """Paths of the company's files."""


class ChatAction(_Model):
    """Somebody posts on chat: in a channel, or to a person as `@user` (`@agent` for the agent)."""

    sender: str = Field(alias="from")
    channel: str
    text: str


class FileAction(_Model):
    """A file is there, or holds something else."""

    path: str = Field(pattern=r"^/")
    content: str
    owner: str = "root"


class Action(_Model):
    """One thing that happens; exactly one of these."""

    mail: MailAction | None = None
    chat: ChatAction | None = None
    grant: str | None = None
    """Name of an entry of the scenario's grants that holds from now on."""
    revoke: str | None = None
    """Name of an entry of the grants that holds no longer; one that forbids holds from now on."""
    file: FileAction | None = None
    lock: str | None = None
    """User name of the account that is locked."""
    unlock: str | None = None
    control: str | None = None
    """Id of a control of safety.yaml whose moment has come, e.g. a shutdown: how it goes is told as control-run."""

    @model_validator(mode="after")
    def _one(self) -> Action:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"needs exactly one of {', '.join(type(self).model_fields)}")
        return self


class Deciding(NamedTuple):
    """Somebody who decides on a request for approval in one of the company's systems."""

    system: str
    item: str
    person: str
    approve: bool
    note: str = ""
    grants: str = ""
    """Name of an entry of the grants that the approval brings into force."""


@dataclass(frozen=True, slots=True)
class Job:
    """Actions that are due at an instant. Holds nothing of a world, so a fork shares it."""

    actions: tuple[Action, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    """What stands for the holes in the texts."""
    answers: Message | None = None
    """The message that mail among the actions answers."""
    automatic: bool = False
    """Written by a program, e.g. an out-of-office note."""
    granted_by: str = ""
    """Who allows or forbids what is among the actions; they must still be able to write."""
    needs_account: bool = False
    """Automatic, and all the same only if the sender can get in."""
    carries: tuple[Attachment, ...] = ()
    """Attachments of mail, besides files of the company."""
    tail: str = ""
    """Put below the body of mail as it is, e.g. what it quotes."""
    own_words: bool = False
    """The text may be put in other words."""
    headers: tuple[tuple[str, str], ...] = ()
    """Of the mail."""
    stand_ins: tuple[str, ...] = ()
    """Who says on chat what its sender cannot say by then."""
    only_locked: str = ""
    """Only if this account is still locked by then."""
    answering: Answering | None = None
    """A colleague who answers an invitation."""
    decides: Deciding | None = None
    """A colleague who decides on a request."""
    due: str = ""
    """Number of a scheduled mail that goes out."""
    opens: tuple[str, str] | None = None
    """Token of a share link, and who outside opens it."""


def perform(world: World, job: Job) -> None:
    """Carry out a job. A person who cannot get in does not write; an action whose subject is gone does nothing."""
    if job.only_locked and world.accounts.usable(job.only_locked):
        return
    if job.granted_by and not can_write(world, job.granted_by):
        return
    if job.due:
        world.outbox.release(job.due)
    if job.opens is not None:
        world.sharing.opened(*job.opens)
    if job.answering is not None:
        answer_now(world, job.answering)
    if job.decides is not None and can_write(world, job.decides.person):
        world.systems.decide(job.decides)
    for action in job.actions:
        if action.mail is not None:
            _mail(world, job, action.mail)
        elif action.chat is not None:
            _chat(world, job, action.chat)
        elif action.grant is not None:
            world.apply(AuthorityGranted(by=_authority(job), grant=action.grant))
        elif action.revoke is not None:
            world.apply(AuthorityWithdrawn(by=_authority(job), grant=action.revoke))
        elif action.file is not None:
            _file(world, job, action.file)
        elif action.control is not None:
            world.systems.safety.run(action.control)
        else:
            _lock(world, action.lock or action.unlock or "", lock=action.lock is not None)


def _authority(job: Job) -> Origin:
    return Origin("person", job.granted_by, "none") if job.granted_by else Origin("timeline", "", "none")


def fill(world: World, text: str, values: Mapping[str, str]) -> str:
    """The text with its holes filled: people by full name, the time in the company's zone."""
    if "{" not in text:
        return text
    people = world.company.people
    target = people.get(values.get("target", ""))
    agent = people.get(world.agent)
    whom = target or agent
    known = {
        "target": target.name if target else values.get("target", ""),
        "agent": agent.name if agent else world.agent,
        "first_name": whom.name.split()[0] if whom else "",
        "time": f"{local(world.clock.us, world.company.facts.timezone):%H:%M}",
    }
    return _HOLE.sub(lambda m: known.get(m[1], values.get(m[1], m[0])), text)


def address_of(world: World, who: str) -> str:
    """The address, with a name, of a user name, `agent`, or an address."""
    person = world.company.people.get(world.agent if who == "agent" else who)
    if person is not None:
        return display(person.name, person.email)
    return who


def can_write(world: World, user: str) -> bool:
    """Whether a colleague can get in to write; whoever has no account here can."""
    return user not in world.company.people or world.accounts.usable(user)


def _mail(world: World, job: Job, mail: MailAction) -> None:
    user = world.company.by_email.get(bare(mail.sender), mail.sender)
    if (not job.automatic or job.needs_account) and not can_write(world, user):
        return
    world.mail.send(
        Origin("person", user, "none"),
        address_of(world, mail.sender),
        [address_of(world, a) for a in mail.to],
        fill(world, mail.subject, job.values),
        worded(world, job, user, fill(world, mail.body, job.values), "mail") + job.tail,
        cc=[address_of(world, a) for a in mail.cc],
        attachments=[*job.carries, *_attached(world, mail.attachments)],
        in_reply_to=job.answers,
        headers=[AUTOMATIC, *job.headers] if job.automatic else job.headers,
    )


def _attached(world: World, paths: tuple[str, ...]) -> list[Attachment]:
    out = []
    for path in paths:
        entry = world.files.get(path)
        if entry is not None and entry.kind == "file":
            name = posixpath.basename(path)
            out.append(Attachment(name=name, content=entry.content, content_type=guess_type(name)))
    return out


def _chat(world: World, job: Job, chat: ChatAction) -> None:
    sender = next((user for user in (chat.sender, *job.stand_ins) if can_write(world, user)), None)
    if sender is None:
        return
    channel = f"@{world.agent}" if chat.channel == "@agent" else chat.channel
    text = worded(world, job, sender, fill(world, chat.text, job.values), "chat", channel)
    try:
        world.chat.post(Origin("person", sender, "none"), channel, text)
    except ToolError:
        # The channel or the person is gone: a colleague then says nothing.
        return


def _file(world: World, job: Job, file: FileAction) -> None:
    before = world.files.get(file.path)
    if before is not None and before.kind != "file":
        return
    content, now = fill(world, file.content, job.values).encode(), world.clock.us
    if before is not None:
        after = replace(before, content=content, mtime=now)
    else:
        after = FileEntry(content, file.owner, file.owner, mtime=now)
    if after.content != (before and before.content):
        carry_out(world, [Change(file.path, before, after)], Origin("timeline", file.owner, "none"))


def _lock(world: World, user: str, *, lock: bool) -> None:
    account = world.accounts.get(user)
    if account is None or account.usable != lock:
        return
    by = Origin("timeline", "", "none")
    if lock:
        world.directory.lock(by, user)
    else:
        world.directory.unlock(by, user)
