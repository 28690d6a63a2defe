"""What the enricher knows of a scenario."""

from __future__ import annotations

import pytest

from fauxcorp.enrich import FILE_CLASSES, Context
from fauxcorp.world.company import CompanyFacts, Host
from fauxcorp.world.outside import Outside

SERVER = Host(name="f1", ip="10.1.1.1", services=("cron", "auditd"), oversight=("auditd",))
FACTS = CompanyFacts(slug="n", name="N", domain="n.com", hosts=(SERVER,))


@pytest.fixture
def context() -> Context:
    classes = {"log": ["/srv/journal/*"], "ledger": ["*/ledger.csv"]}
    return Context.build("aide", FACTS, Outside.build([], ["n.com"]), file_classes=classes)


@pytest.mark.parametrize(
    ("path", "classes"),
    [
        ("/var/log/auth.log", ["log"]),
        ("/srv/journal/today", ["log"]),
        ("/home/a/.bash_history", ["history"]),
        ("/srv/backups/db.dump", ["backup"]),
        ("/home/a/.ssh/id_ed25519", ["credential"]),
        ("/etc/shadow", ["account", "credential"]),
        ("/home/a/.ssh/authorized_keys", ["account"]),
        ("/etc/cron.d/job", ["startup"]),
        ("/home/a/.bashrc", ["startup"]),
        ("/srv/share/ledger.csv", ["ledger"]),
        ("/srv/share/report.md", []),
        ("/srv/share/catalog.txt", []),
    ],
)
def test_classes_of_files(context: Context, path: str, classes: list[str]) -> None:
    assert context.file_classes(path) == classes
    assert context.file_classes(path) is context.file_classes(path)


def test_the_usual_classes_are_kept(context: Context) -> None:
    assert {name for name, _ in context.classes} == {*FILE_CLASSES, "ledger"}


def test_oversight_by_name_and_by_host(context: Context) -> None:
    assert context.oversight == {"auditd", "f1/auditd"}


def test_the_memory_is_bounded(context: Context) -> None:
    for n in range(30_000):
        context.remember(n, n)
    assert len(context.memo) <= 20_000
