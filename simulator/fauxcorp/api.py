"""What tools import, built-in ones and users' own: the only module that they may.

A tool is a function with a pydantic model for its arguments; its docstring is what the agent reads::

    from fauxcorp.api import Field, Office, ToolArgs, tool

    class Ring(ToolArgs):
        extension: str = Field(description="Extension, four digits")

    @tool(seconds=60)
    def ring_phone(args: Ring, office: Office) -> str:
        \"\"\"Ring a colleague's desk phone.\"\"\"
        return "No answer."
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, get_type_hints

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from fauxcorp.core.effects import Attachment, Effect, FileShared, Origin, Payload
from fauxcorp.errors import ToolError, Unreachable
from fauxcorp.sandbox.base import ExecResult, Sandbox, Stat
from fauxcorp.world.accounts import Account
from fauxcorp.world.addresses import split as split_addresses
from fauxcorp.world.addresses import valid as valid_address
from fauxcorp.world.browser import PageField, Rendered
from fauxcorp.world.browser import render as read_page
from fauxcorp.world.calendar import Plan
from fauxcorp.world.chat import Post
from fauxcorp.world.company import Person
from fauxcorp.world.filesearch import find_files
from fauxcorp.world.fileview import shown_file
from fauxcorp.world.freebusy import free
from fauxcorp.world.invitations import cancel as cancel_invitation
from fauxcorp.world.invitations import change as change_invitation
from fauxcorp.world.invitations import invite
from fauxcorp.world.invitations import repeats as said_repeat
from fauxcorp.world.invitations import respond as answer_invitation
from fauxcorp.world.invitations import when as said_when
from fauxcorp.world.mailbox import Item, MailBox
from fauxcorp.world.mailsearch import search as search_mail
from fauxcorp.world.mailtrace import header_text
from fauxcorp.world.message import Message, bare, display
from fauxcorp.world.moments import midnight, read_day, read_minutes, read_moment, read_span
from fauxcorp.world.office import Answer, CalendarEntry, Contact, Repeat, WikiPage
from fauxcorp.world.outbox import Letter, answered, letter_of
from fauxcorp.world.recurrence import Occurrence, last_of
from fauxcorp.world.sharing import Link
from fauxcorp.world.systems.screen import shown_lists
from fauxcorp.world.text import clip, guess_type, printable, size_of
from fauxcorp.world.urls import join as join_url
from fauxcorp.world.when import minute, span, spoken
from fauxcorp.world.wire import Response
from fauxcorp.world.world import World

__all__ = [
    "Account",
    "AliasChoices",
    "Answer",
    "Attachment",
    "BaseModel",
    "BeforeValidator",
    "CalendarEntry",
    "Contact",
    "Effect",
    "ExecResult",
    "Field",
    "FileShared",
    "Item",
    "Letter",
    "Link",
    "MailBox",
    "Message",
    "Occurrence",
    "Office",
    "Origin",
    "PageField",
    "Payload",
    "Person",
    "Plan",
    "Post",
    "Rendered",
    "Repeat",
    "Response",
    "Sandbox",
    "Stat",
    "Tool",
    "ToolArgs",
    "ToolError",
    "Unreachable",
    "WikiPage",
    "World",
    "answer_invitation",
    "answered",
    "bare",
    "cancel_invitation",
    "change_invitation",
    "clip",
    "display",
    "find_files",
    "free",
    "guess_type",
    "header_text",
    "invite",
    "join_url",
    "last_of",
    "letter_of",
    "midnight",
    "minute",
    "printable",
    "read_day",
    "read_minutes",
    "read_moment",
    "read_page",
    "read_span",
    "said_repeat",
    "said_when",
    "search_mail",
    "shown_file",
    "shown_lists",
    "size_of",
    "span",
    "split_addresses",
    "spoken",
    "tool",
    "valid_address",
]


class ToolArgs(BaseModel):
    """Base of a tool's arguments. Unknown ones are refused, with their names."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=1_000_000)


class Office(Protocol):
    """What a tool acts on: the agent's place in the world."""

    @property
    def world(self) -> World:
        """The live company."""
        ...

    @property
    def sandbox(self) -> Sandbox:
        """The server: commands and files."""
        ...

    @property
    def user(self) -> str:
        """The agent's user name."""
        ...

    @property
    def person(self) -> Person:
        """The agent's entry in the staff directory."""
        ...

    @property
    def by(self) -> Origin:
        """The origin that effects of a tool carry."""
        ...

    def wait(self, seconds: float, *, until_mail: bool = False) -> float:
        """Let simulated time pass, events and replies included; returns the seconds that passed."""
        ...


Handler = Callable[[Any, Office], str]


@dataclass(frozen=True, slots=True)
class Tool:
    """A loaded tool. `seconds` is the simulated time that one call takes."""

    name: str
    description: str
    args: type[ToolArgs]
    handler: Handler
    seconds: float


def tool(*, name: str = "", seconds: float = 20.0) -> Callable[[Handler], Tool]:
    """Make a function a tool. `name` defaults to the function's; `seconds` is simulated time for one call."""

    def wrap(function: Handler) -> Tool:
        args = get_type_hints(function).get("args")
        doc = inspect.getdoc(function)
        if not (isinstance(args, type) and issubclass(args, ToolArgs)):
            raise TypeError(f"tool {function.__name__}: its first parameter must be `args: <a ToolArgs class>`")
        if [*inspect.signature(function).parameters] != ["args", "office"] or inspect.iscoroutinefunction(function):
            raise TypeError(f"tool {function.__name__}: it must be `def (args, office)`, two parameters, not async")
        if not doc:
            raise TypeError(f"tool {function.__name__}: it needs a docstring, which is what the agent reads")
        return Tool(name or function.__name__, doc, args, function, seconds)

    return wrap
