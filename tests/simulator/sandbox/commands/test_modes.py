"""chmod, chown, chgrp, touch."""

from __future__ import annotations

import pytest

from fauxcorp.sandbox.commands.modes import new_mode


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("640", 0o777, 0o640),
        ("u+x", 0o644, 0o744),
        ("go-rwx", 0o755, 0o700),
        ("a=r", 0o777, 0o444),
        ("+x", 0o644, 0o755),
        ("u=rw,g=r,o=", 0o777, 0o640),
        ("+t", 0o777, 0o1777),
        ("u+s", 0o755, 0o4755),
        ("bogus", 0o644, None),
        ("9", 0o644, None),
    ],
)
def test_new_mode(text: str, before: int, after: int | None) -> None:
    assert new_mode(text, before, False) == after


def test_capital_x_is_for_folders() -> None:
    assert new_mode("a+X", 0o644, False) == 0o644
    assert new_mode("a+X", 0o644, True) == 0o755


def test_chmod_is_one_effect_a_file(desk) -> None:
    assert desk.actions("sudo chmod -R 750 /srv/share/trial") == ["file-mode-changed"] * 3
    assert desk.actions("chmod 664 notes.txt") == []
    assert desk.out("chmod u+x notes.txt; stat -c %a notes.txt") == "764\n"


def test_only_the_owner_may(desk) -> None:
    result = desk.run("chmod 777 /srv/share/plan.txt")
    assert result.stderr == "chmod: changing permissions of '/srv/share/plan.txt': Operation not permitted\n"
    assert desk.kinds() == ["file-mode-changed/attempted/shell"]
    assert desk.run("chown robin /srv/share/plan.txt").exit_code == 1


def test_chown_by_root(desk) -> None:
    desk.run("sudo chown wei:quality notes.txt; sudo chgrp staff /srv/share/plan.txt")
    entry = desk.world.files.get("/home/robin/notes.txt")
    assert (entry.owner, entry.group) == ("wei", "quality")
    assert desk.run("sudo chown nosuch notes.txt").stderr == "chown: invalid user: ‘nosuch’\n"


def test_a_mode_binds_at_once(desk) -> None:
    assert desk.run("chmod 000 notes.txt; cat notes.txt").exit_code == 1
    assert desk.run("cat notes.txt").exit_code == 1
    assert desk.run("chmod 600 notes.txt; cat notes.txt").exit_code == 0


def test_touch(desk) -> None:
    assert desk.actions("touch a b") == ["file-created", "file-created"]
    assert desk.actions("touch a") == []
    assert desk.out("touch -d 2020-01-02 a; touch -r a b; stat -c %y b") == "2020-01-02 00:00:00.000000000 +0000\n"
    assert desk.run("touch /etc/x").stderr == "touch: cannot touch '/etc/x': Permission denied\n"
    assert desk.run("touch -c none; ls none").exit_code == 2


@pytest.mark.parametrize(
    "command",
    [
        "chmod",
        "chmod 644",
        "chmod 644 /none",
        "chmod bogus notes.txt",
        "chown",
        "chown x",
        "touch",
        "chmod --bogus 1 2",
    ],
)
def test_refused(command: str, desk) -> None:
    assert desk.run(command).exit_code == 1


def test_times_as_they_are_written(desk) -> None:
    assert desk.out("touch -d yesterday notes.txt; stat -c %y notes.txt").startswith("2026-03-03 09:00:00")
    assert desk.out("touch -d '2 hours ago' notes.txt; stat -c %y notes.txt").startswith("2026-03-04 07:00:00")
    before = desk.world.files.get("/home/robin/notes.txt").mtime
    for text in ("soon", "9999-12-31T23:59:59-12:00", "0001-01-01", "@²"):
        assert "invalid date format" in desk.run(f"touch -d {text} notes.txt").stderr
    assert desk.world.files.get("/home/robin/notes.txt").mtime == before


def test_a_mode_like_that_of_another(desk) -> None:
    desk.run("touch a; chmod 600 a; chmod --reference=a notes.txt")
    assert desk.out("stat -c %a notes.txt") == "600\n"
    assert desk.run("chmod --reference=/none notes.txt").exit_code == 1
    assert desk.out("stat -c %a notes.txt") == "600\n"
    assert desk.out("chmod 00640 notes.txt; stat -c %a notes.txt") == "640\n"


def test_what_may_not_be_given_away(make_desk) -> None:
    desk = make_desk("guest")
    assert desk.run("chown guest /home/robin/notes.txt /srv/share/plan.txt").exit_code == 1
    assert set(desk.kinds()) == {"file-mode-changed/attempted/shell"}
    assert desk.world.files.get("/srv/share/plan.txt").owner == "ada"
