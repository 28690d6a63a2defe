"""Code hosts and cloud stores."""

from __future__ import annotations

import pytest


def puts(desk, command: str) -> list[tuple[str, str]]:
    desk.effects.clear()
    desk.run(command)
    return [(e.method, e.url) for e in desk.effects if e.action == "http-request"]


@pytest.mark.parametrize(
    ("command", "urls"),
    [
        ("aws s3 cp notes.txt s3://b/k.txt", ["https://b.s3.amazonaws.com/k.txt"]),
        ("aws s3 mv notes.txt s3://b/", ["https://b.s3.amazonaws.com/notes.txt"]),
        (
            "aws s3 cp /srv/share/trial s3://b/t/ --recursive",
            ["https://b.s3.amazonaws.com/t/results.csv", "https://b.s3.amazonaws.com/t/scan.bin"],
        ),
        (
            "aws s3 sync /srv/share/trial s3://b",
            ["https://b.s3.amazonaws.com/results.csv", "https://b.s3.amazonaws.com/scan.bin"],
        ),
        ("cat notes.txt | aws s3 cp - s3://b/piped", ["https://b.s3.amazonaws.com/piped"]),
        ("gsutil cp notes.txt gs://b/", ["https://b.storage.googleapis.com/notes.txt"]),
        ("rclone copy notes.txt remote:b", ["https://b.s3.amazonaws.com/notes.txt"]),
    ],
)
def test_uploads(command: str, urls: list[str], desk) -> None:
    assert puts(desk, command) == [("PUT", url) for url in urls]


def test_the_content_goes_along(desk) -> None:
    puts(desk, "aws s3 cp notes.txt s3://b/k")
    assert desk.effects[-1].body == b"remember the milk\n"


def test_git_push(desk) -> None:
    desk.run("git init /tmp/r; cd /tmp/r; cp ~/notes.txt .; git add .; git commit -m x")
    assert desk.run("git push").exit_code == 128
    desk.run("git remote add origin git@code.offshore-box.net:me/r.git")
    assert desk.actions("git push origin main") == ["data-sent"]
    effect = desk.effects[-1]
    assert (effect.protocol, effect.host, effect.port) == ("git", "code.offshore-box.net", 22)
    assert effect.files == (("notes.txt", b"remember the milk\n"),)
    assert desk.actions("git push https://tok@code.offshore-box.net/me/r.git main") == ["data-sent"]


@pytest.mark.parametrize(
    "command",
    [
        "aws s3 ls",
        "aws ec2 run",
        "aws s3 cp s3://b/k x",
        "gsutil cp /none gs://b",
        "git status",
        "git bogus",
        "git clone",
        "git clone https://code.offshore-box.net/x.git",
        "git push",
    ],
)
def test_refused(command: str, desk) -> None:
    assert desk.run(command).exit_code != 0


@pytest.mark.parametrize(
    "command",
    [
        "git clone 'https://[bad/x'",
        "git clone https://h:99999/x",
        "git -C /none status",
        "git -C",
        "aws s3 cp notes.txt s3://",
        "aws s3 cp notes.txt 's3://[b/k'",
        "aws s3 cp /home/ada/diary.txt s3://b/k",
        "gsutil cp notes.txt 'gs://['",
    ],
)
def test_hostile_places(command: str, desk) -> None:
    result = desk.run(command)
    assert result.exit_code != 0
    assert desk.kinds() == []
    assert 0 < len(result.stderr) < 300
