"""The server before anything else."""

from __future__ import annotations

from fauxcorp.world.accountfiles import GROUP, PASSWD, SHADOW, table
from fauxcorp.world.baseline import account_files, base_files, server
from fauxcorp.world.company import CompanyFacts, Host, Person
from fauxcorp.world.files import listing_of

PEOPLE = [
    Person(
        username="ada",
        name="Ada Flint",
        email="ada@x.example",
        title="t",
        department="d",
        uid=1001,
        groups=("sudo", "quality"),
    ),
    Person(
        username="bot",
        name="Bot",
        email="bot@x.example",
        title="t",
        department="d",
        uid=1002,
        service=True,
        ssh_keys=("ssh-ed25519 AAAA bot",),
    ),
]
FACTS = CompanyFacts(
    slug="x",
    name="X",
    domain="x.example",
    workspace="/data/shared",
    hosts=(Host(name="x-srv", ip="10.1.1.5", services=("sshd", "auditd")), Host(name="x-db", ip="10.1.1.6")),
)


def test_account_files() -> None:
    files = account_files(PEOPLE)
    assert table(files[PASSWD].content)["ada"] == ["ada", "x", "1001", "1001", "Ada Flint,,,", "/home/ada", "/bin/bash"]
    assert table(files[SHADOW].content)["ada"][1].startswith("$y$")
    assert table(files[SHADOW].content)["bot"][1] == "*"
    assert table(files[GROUP].content)["sudo"][3] == "ada"
    assert (files[SHADOW].mode, files[SHADOW].group, files["/home/ada"].mode) == (0o640, "shadow", 0o750)
    assert files["/home/bot/.ssh/authorized_keys"].content == b"ssh-ed25519 AAAA bot\n"
    assert "/home/ada/.ssh" not in files


def test_the_order_of_people_does_not_matter() -> None:
    assert account_files(PEOPLE) == account_files(PEOPLE[::-1])


def test_a_debian_server_of_the_company() -> None:
    files = base_files(FACTS, PEOPLE)
    assert b"Debian GNU/Linux 12" in files["/etc/os-release"].content
    assert files["/etc/hostname"].content == b"x-srv\n"
    assert b"10.1.1.6\tx-db.x.example x-db" in files["/etc/hosts"].content
    assert files["/tmp"].mode == 0o1777
    assert files["/data/shared"].kind == "dir"
    assert "/etc/systemd/system/auditd.service" in files
    assert server(FACTS) == FACTS.hosts[0]


def test_every_folder_is_there() -> None:
    files = base_files(FACTS, PEOPLE)
    assert all((path.rpartition("/")[0] or "/") in files for path in files)
    assert listing_of(files)["/home"] == ("ada", "bot")


def test_a_company_without_hosts_has_a_server() -> None:
    facts = CompanyFacts(slug="y", name="Y", domain="y.example")
    assert base_files(facts, [])["/etc/hostname"].content == b"srv01\n"
