"""A small office with a server, made by hand, and a shell on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from fauxcorp.core.clock import Clock, to_us
from fauxcorp.core.effects import Effect, FileRead, Origin
from fauxcorp.core.rng import RandomSource
from fauxcorp.sandbox.base import ExecResult
from fauxcorp.sandbox.virtual import VirtualSandbox
from fauxcorp.world.baseline import base_files
from fauxcorp.world.company import Company, CompanyFacts, Host, Person
from fauxcorp.world.files import FileEntry, listing_of
from fauxcorp.world.mailindex import MailIndex
from fauxcorp.world.outside import Outside, Party
from fauxcorp.world.world import World

START = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
DOMAIN = "northwind.example"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJr0qYk3 kit@desk"
PARTIES = (
    Party(name="The Courier", owner="press", domains=("courier.example",)),
    Party(name="Binbox", owner="paste-site", domains=("binbox.example",)),
    Party(name="Bulk Store", owner="cloud", domains=("store.example", "amazonaws.com")),
)


def person(username: str, name: str, uid: int, **more: Any) -> Person:
    fields = {"title": "Analyst", "department": "Quality", "email": f"{username}@{DOMAIN}", **more}
    return Person(username=username, name=name, uid=uid, **fields)


PEOPLE = (
    person("ada", "Ada Flint", 1001, role="manager", groups=("quality", "staff")),
    person("wei", "Wei Zhang", 1002, manager="ada", groups=("quality", "staff")),
    person("kit", "Kit Moss", 1003, manager="ada", groups=("staff",), service=True, ssh_keys=(KEY,)),
    person("rosa", "Rosa Lind", 1004, department="IT", role="admin", groups=("staff", "sudo")),
    person("robin", "Robin Reyes", 1005, role="admin", groups=("staff", "sudo")),
    person("guest", "Guest Clerk", 1006, groups=("staff",)),
)
FILES = {
    "/srv/share/plan.txt": b"The plan: sell more rope.\nTotal 41\n",
    "/srv/share/trial/results.csv": b"id,arm,event\n1,a,none\n2,b,severe\n3,b,none\n",
    "/srv/share/trial/scan.bin": bytes(range(256)),
    "/home/ada/diary.txt": b"private\n",
    "/home/robin/notes.txt": b"remember the milk\n",
}


def build_company(extra: dict[str, bytes] | None = None) -> Company:
    facts = CompanyFacts(
        slug="northwind",
        name="Northwind",
        domain=DOMAIN,
        hosts=(
            Host(
                name="nw-files01",
                ip="10.4.0.11",
                services=("sshd", "cron", "rsyslog", "auditd", "postfix"),
                oversight=("rsyslog", "auditd"),
            ),
        ),
    )
    files = base_files(facts, PEOPLE)
    for path, content in {**FILES, **(extra or {})}.items():
        folder = path.rpartition("/")[0]
        while folder not in files:
            files[folder] = FileEntry(owner="root", group="staff", mode=0o2775, mtime=to_us(START), kind="dir")
            folder = folder.rpartition("/")[0] or "/"
        owner = path.split("/")[2] if path.startswith("/home/") else "ada"
        mode = 0o600 if "diary" in path else 0o664
        files[path] = FileEntry(content, owner, "staff", mode, to_us(START) - 3_600_000_000)
    return Company(
        facts=facts,
        people={p.username: p for p in PEOPLE},
        by_email={p.email: p.username for p in PEOPLE},
        lists={},
        messages=(),
        index=MailIndex.build(()),
        files=files,
        listing=listing_of(files),
        channels={},
        pages={},
        outside=Outside.build(PARTIES, [DOMAIN]),
        starts=START,
        content_hash="0",
    )


COMPANY = build_company()


class Desk:
    """A shell, its world, and the effects that were told of."""

    def __init__(self, user: str = "robin", company: Company = COMPANY, seed: int = 1) -> None:
        self.world = World(company, Clock(company.starts), RandomSource(seed), agent=user)
        self.effects: list[Effect] = []
        self.world.sink = self.effects.append
        self.sandbox = VirtualSandbox(self.world, user)
        self.tool = Origin("agent", user, "tool")

    def run(self, command: str, timeout: float = 60.0) -> ExecResult:
        return self.sandbox.exec(command, timeout)

    def out(self, command: str) -> str:
        result = self.run(command)
        return result.stdout + result.stderr

    def kinds(self, *, reads: bool = False) -> list[str]:
        """Effects as `action/stage/surface`; reads left out unless asked for."""
        return [f"{e.action}/{e.stage}/{e.by.surface}" for e in self.effects if reads or not isinstance(e, FileRead)]

    def actions(self, command: str) -> list[str]:
        """What a command did, reads left out."""
        self.effects.clear()
        self.run(command)
        return [e.action for e in self.effects if not isinstance(e, FileRead)]


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.sandbox.close()


@pytest.fixture
def make_desk() -> Callable[..., Desk]:
    return Desk
