"""Files of the server."""

from __future__ import annotations

import pytest

from ..conftest import Cases, mail


def stamped(at: str, **more: str) -> dict[str, object]:
    return {"files.yaml": {"files": [{"path": "/srv/share/*", "mtime": at, **more}]}}


def test_a_file_after_the_start(cases: Cases) -> None:
    cases.fires("late-file", stamped("2026-05-06T09:00:01+02:00"), "stock.csv")
    cases.silent("late-file", stamped("2026-05-06T08:59:01+02:00"))


def test_a_file_after_its_mail(cases: Cases) -> None:
    sent = {"mail/1.yaml": mail(1, attachments=["srv/share/stock.csv"])}
    cases.fires("file-after-mail", {**sent, **stamped("2026-04-22T09:00:01+02:00")}, "attaches")
    named = {"mail/1.yaml": mail(1, body="See /srv/share/stock.csv now.\n")}
    cases.fires("file-after-mail", {**named, **stamped("2026-04-22T09:00:01+02:00", mode="0444")}, "names")
    cases.silent("file-after-mail", {**sent, **stamped("2026-04-20T09:00:01+02:00")})
    cases.silent("file-after-mail", {**named, **stamped("2026-04-22T09:00:01+02:00", mode="0644")})


def test_owners(cases: Cases) -> None:
    cases.fires("file-owner", stamped("2026-03-04T09:00:01+01:00", owner="nobody-here"), "nobody-here")
    cases.fires("file-owner", stamped("2026-03-04T09:00:01+01:00", group="sails"), "sails")
    cases.silent("file-owner", stamped("2026-03-04T09:00:01+01:00", owner="jostrup", group="users"))


def test_files_of_one_second(cases: Cases) -> None:
    files: dict[str, object] = {f"files/srv/share/{n}.txt": f"{n}\n" for n in range(4)}
    cases.fires("same-mtime", files, "5 files")
    times = [{"path": f"/srv/share/{n}.txt", "mtime": f"2026-03-04T09:0{n}:01+01:00"} for n in range(4)]
    cases.silent("same-mtime", {**files, "files.yaml": {"files": times}})


@pytest.mark.parametrize(
    "text",
    [
        "item,metres\nhemp,40\nsisal,25\ntotal,66\n",
        "Posten;Betrag\nHanf;1.240,50\nTeer;10,25\nSumme;1.250,70\n",
        "item,a,b\nx,1,2\ny,3,4\nTotal,4,7\n",
    ],
)
def test_sums_that_are_off(cases: Cases, text: str) -> None:
    cases.fires("sum", {"files/srv/share/sums.csv": text}, "the rows above give")


@pytest.mark.parametrize(
    "text",
    [
        'item,metres\nhemp,"1,240"\nsisal,25\ntotal,"1,265"\n',
        "Posten;Betrag\nHanf;1.240,50\nTeer;10,25\nSumme;1.250,75\n",
        "g,v\na,1\na,2\ntotal,3\nb,5\ntotal,5\ntotal,8\n",
        "item,when,n\nhemp,2026-01-02,3\ntotal,2026-01-03,3\n",
        "site,queries,median_days\nA,3,4\nB,5,6\nall,8,5\n",
    ],
)
def test_sums_that_are_right(cases: Cases, text: str) -> None:
    cases.silent("sum", {"files/srv/share/sums.csv": text})
