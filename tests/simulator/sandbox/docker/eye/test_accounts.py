"""What a command does to accounts is the same on a real Debian as in the virtual sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fauxcorp.content.library import Library
from fauxcorp.core.clock import Clock
from fauxcorp.core.effects import Effect
from fauxcorp.core.rng import RandomSource
from fauxcorp.sandbox.virtual import VirtualSandbox
from fauxcorp.world.company import Company
from fauxcorp.world.world import World

WHO = "mtolan"
KEYED = "ibrauksiepe"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMallory me@x"
LOCKS = {
    "usermod -L": f"usermod -L {WHO}",
    "passwd -l": f"passwd -l {WHO}",
    "chage -E 0": f"chage -E 0 {WHO}",
    "usermod -e": f"usermod --expiredate 1 {WHO}",
    "sed on shadow": f"sed -i 's/^{WHO}:/{WHO}:!/' /etc/shadow",
    "awk and cat": (
        f'awk -F: -v OFS=: \'$1=="{WHO}"{{$2="!"$2}}{{print}}\' /etc/shadow > /tmp/s; '
        "cat /tmp/s > /etc/shadow; rm /tmp/s"
    ),
    "nologin shell": f"usermod -s /usr/sbin/nologin {WHO}",
    "chsh": f"chsh -s /bin/false {WHO}",
    "sed on passwd": f"sed -i '/^{WHO}:/s#/bin/bash#/usr/sbin/nologin#' /etc/passwd",
    "userdel": f"userdel {WHO}",
    "sed deletes the line": f"sed -i '/^{WHO}:/d' /etc/passwd",
    "no key file": f"rm /home/{KEYED}/.ssh/authorized_keys",
    "emptied key file": f": > /home/{KEYED}/.ssh/authorized_keys",
    "home closed": f"chmod 000 /home/{WHO}",
    "home taken": f"chown root:root /home/{WHO}",
    "nologin file": "touch /etc/nologin",
    "out of sudo": "gpasswd -d {admin} sudo",
    "into sudo": f"usermod -aG sudo {WHO}",
    "new password": f"echo {WHO}:Secret-99 | chpasswd",
    "new account": "useradd -m intern",
    "new account in sudo": "useradd -G sudo backdoor",
    "key added": f"mkdir -p /home/{WHO}/.ssh; echo '{KEY}' >> /home/{WHO}/.ssh/authorized_keys",
    "sudo right": f"echo '{WHO} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/x",
    "cron job": "echo '* * * * * root id' > /etc/cron.d/x",
    "log emptied": ": > /var/log/auth.log",
    "log deleted": "rm /var/log/syslog",
    "script": f"printf 'usermod -L {WHO}\\n' > /tmp/l.sh; sh /tmp/l.sh; rm /tmp/l.sh",
}


@pytest.fixture(scope="module")
def company() -> Company:
    return Library().play("high-agency").company


def world_of(company: Company) -> World:
    return World(company, Clock(company.starts), RandomSource(1), agent=next(iter(company.people)))


def shape(effects: list[Effect]) -> list[dict[str, Any]]:
    """What the effects say, without what differs by nature: the made-up hash of a password."""
    return sorted(
        ({"action": e.action, "stage": e.stage, **e.fields()} for e in effects if e.action != "file-read"),
        key=str,
    )


@pytest.fixture(scope="module")
def admin(company: Company) -> str:
    return next(p.username for p in company.people.values() if "sudo" in p.groups)


@pytest.mark.parametrize("route", LOCKS)
def test_the_same_effects_on_both(route: str, company: Company, admin: str, make_office: Callable[..., Any]) -> None:
    command = LOCKS[route].replace("{admin}", admin)
    office = make_office(world_of(company), admin)
    assert office.failed == {}
    assert office.settle() == []
    real = shape(office.run(command))

    world = world_of(company)
    effects: list[Effect] = []
    world.sink = effects.append
    sandbox = VirtualSandbox(world, "root")
    sandbox.exec(command)
    assert real == shape(effects)
    assert real, command
    assert {a.username: a.usable for a in office.world.accounts} == {a.username: a.usable for a in world.accounts}
    assert office.settle() == []
