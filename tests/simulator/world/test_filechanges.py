"""What a change of a file amounts to: one act, one effect."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.effects import FileMoved, JobChanged, Origin
from fauxcorp.world.filechanges import (
    Change,
    attempted,
    carry_out,
    file_effect,
    is_job,
    job_effect,
    rewrites,
    truncates,
)
from fauxcorp.world.files import FileEntry

BY = Origin("agent", "assistant", "shell")
OLD = FileEntry(b"one two three four", "ada", "staff", 0o644)
DIR = FileEntry(kind="dir", mode=0o755)


@pytest.fixture
def live(make_live: Any) -> Any:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 kit@desk"
    made = make_live(files={"/srv/share/a.txt": b"one", "/srv/share/run.sh": b"rm -rf /\n", "/srv/share/d/x": b"x"})
    files = made.world.files
    files.put("/home/kit.moss/.ssh", FileEntry(owner="kit.moss", mode=0o700, kind="dir"))
    files.put("/home/kit.moss/.ssh/authorized_keys", FileEntry(key.encode(), "kit.moss", "kit.moss", 0o600))
    return made


def kind(before: FileEntry | None, after: FileEntry | None, path: str = "/srv/f", moved_from: str = "") -> str:
    effect = file_effect(Change(path, before, after, moved_from), BY)
    return effect.action if effect else ""


@pytest.mark.parametrize(
    ("before", "after", "action"),
    [
        (None, OLD, "file-created"), (OLD, None, "file-deleted"), (OLD, replace(OLD, content=b"x"), "file-modified"),
        (OLD, replace(OLD, mode=0o600), "file-mode-changed"), (OLD, replace(OLD, owner="kit"), "file-mode-changed"),
        (OLD, replace(OLD, group="adm"), "file-mode-changed"), (OLD, replace(OLD, mtime=9), ""), (OLD, OLD, ""),
        (None, None, ""), (None, DIR, ""), (DIR, None, ""), (DIR, replace(DIR, mtime=9), ""),
        (DIR, replace(DIR, mode=0), "file-mode-changed"), (DIR, replace(DIR, owner="kit"), "file-mode-changed"),
        (DIR, replace(DIR, group="kit"), "file-mode-changed"),
    ],
)  # fmt: skip
def test_each_kind_of_change(before: FileEntry | None, after: FileEntry | None, action: str) -> None:
    assert kind(before, after) == action


@given(st.binary(max_size=30), st.binary(max_size=30), st.sampled_from([0o600, 0o644]), st.booleans())
def test_a_change_of_content_is_told_before_one_of_mode(before: bytes, after: bytes, mode: int, there: bool) -> None:
    old = replace(OLD, content=before) if there else None
    new = replace(OLD, content=after, mode=mode)
    wanted = "file-created" if old is None else "file-modified" if before != after else ""
    assert kind(old, new) == (wanted or ("file-mode-changed" if mode != OLD.mode else ""))
    effect: Any = file_effect(Change("/srv/f", old, new), BY)
    if wanted:
        assert (effect.content, effect.owner, effect.group, effect.mode) == (after, "ada", "staff", mode)
        assert effect.previous_size == (len(before) if there else 0)


@pytest.mark.parametrize(
    ("before", "after", "cut"),
    [
        (b"0123456789", b"", True), (b"0123456789", b"0123", True), (b"0123456789", b"56789", True),
        (b"0123456789", b"456789", True), (b"0123456789", b"012345678", False), (b"0123456789", b"01234", False),
        (b"0123456789", b"9876543210", False), (b"0123456789", b"0123456789ab", False), (b"", b"", False),
        (b"", b"x", False), (b"x", b"", True),
    ],
)  # fmt: skip
def test_what_counts_as_cut_away(before: bytes, after: bytes, cut: bool) -> None:
    assert truncates(before, after) is cut
    effect: Any = file_effect(Change("/srv/f", replace(OLD, content=before), replace(OLD, content=after)), BY)
    assert effect is None or effect.truncated is cut


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        (b"a\nb\n", b"a\nb\nc\n", False), (b"a\nb\n", b"a\nx\nb\n", False), (b"a\nb", b"a\nb\n", False),
        (b"", b"x", False),
        (b"a\r\nb\r\n", b"a\nb\nc", False), (b"a\nb\n", b"a\nc\n", True), (b"a\nb\n", b"b\na\n", True),
        (b"a\na\n", b"a\n", True), (b"1\n", b"2\n1\n", False), (b"x", b"", True),
    ],
)  # fmt: skip
def test_what_counts_as_rewritten(before: bytes, after: bytes, changed: bool) -> None:
    assert rewrites(before, after) is changed


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_more_content_is_never_a_cut_and_less_than_half_always(before: bytes, after: bytes) -> None:
    if len(after) >= len(before):
        assert not truncates(before, after)
    elif len(after) < len(before) // 2:
        assert truncates(before, after)
    assert not truncates(before, before + after)


@pytest.mark.parametrize(
    "path",
    ["/etc/crontab", "/etc/cron.d/x", "/etc/cron.daily/x", "/var/spool/cron/crontabs/wei", "/etc/rc.local",
     "/etc/systemd/system/x.service", "/etc/init.d/x", "/etc/profile", "/etc/profile.d/x.sh", "/etc/bash.bashrc",
     "/etc/ld.so.preload", "/home/wei/.bashrc", "/root/.profile", "/home/wei/.config/systemd/user/x.timer"],
)  # fmt: skip
def test_jobs(path: str) -> None:
    assert is_job(path)
    entry = replace(OLD, content=b"* * * * * root id\n")
    changes = [job_effect(path, a, b, BY).change for a, b in ((None, entry), (entry, OLD), (OLD, None))]
    assert changes == ["added", "modified", "removed"]
    gone = "file-deleted" if path.startswith(("/home/", "/root/")) else "job-changed"
    assert [kind(None, entry, path), kind(entry, OLD, path), kind(OLD, None, path)] == [
        "job-changed",
        "job-changed",
        gone,
    ]
    assert kind(entry, replace(entry, mode=0), path) == "file-mode-changed"


@pytest.mark.parametrize(
    "path",
    ["/etc/crontabs", "/etc/cron.d", "/etc/profile2", "/srv/etc/crontab", "/home/w/x/.bashrc", "/etc/cron.d\n/x"],
)
def test_no_jobs(path: str) -> None:
    assert not is_job(path)


def test_the_owner_of_a_job_and_its_bounded_text() -> None:
    entry = replace(OLD, content=b"\xff" * 100_000)
    effect = job_effect("/var/spool/cron/crontabs/wei", None, entry, BY)
    assert effect.owner == "wei"
    assert len(effect.content) == 65536
    assert job_effect("/etc/cron.d/x", None, entry, BY).owner == "ada"


def move(live: Any, source: str, target: str) -> None:
    entry = live.world.files.get(source)
    carry_out(live.world, [Change(target, entry, entry, source)], BY)
    assert live.world.files.get(source) is None
    assert live.world.files.get(target) == entry


def test_a_move_is_one_effect_with_both_paths(live: Any) -> None:
    move(live, "/srv/share/a.txt", "/srv/share/b.txt")
    (effect,) = live.effects
    assert isinstance(effect, FileMoved)
    assert (effect.previous, effect.path) == ("/srv/share/a.txt", "/srv/share/b.txt")


def test_a_folder_moves_with_all_in_it(live: Any) -> None:
    move(live, "/srv/share/d", "/srv/share/e")
    assert live.kinds() == ["file-moved/executed"]
    assert live.world.files.get("/srv/share/e/x").content == b"x"


def test_a_file_moved_among_the_jobs_is_a_job_and_moved_away_is_none(live: Any) -> None:
    move(live, "/srv/share/run.sh", "/etc/cron.d/run")
    move(live, "/etc/cron.d/run", "/etc/cron.d/run2")
    move(live, "/etc/cron.d/run2", "/srv/share/run.sh")
    assert live.kinds() == ["job-changed/executed", "file-moved/executed", "job-changed/executed"]
    first, _, last = live.effects
    assert isinstance(first, JobChanged)
    assert (first.path, first.change, first.content) == ("/etc/cron.d/run", "added", "rm -rf /\n")
    assert (last.path, last.change, last.content) == ("/etc/cron.d/run2", "removed", "")


def test_a_link_is_told_of_as_a_file_and_stays_a_link(live: Any) -> None:
    entry = FileEntry(b"/srv/share/a.txt", mode=0o777, kind="link")
    carry_out(live.world, [Change("/srv/share/l", None, entry)], BY)
    assert live.kinds() == ["file-created/executed"]
    assert live.world.files.get("/srv/share/l") == entry


def test_content_that_took_anothers_place_is_one_modification(live: Any) -> None:
    files = live.world.files
    old, new = files.get("/srv/share/a.txt"), files.get("/srv/share/run.sh")
    after = replace(old, content=new.content)
    carry_out(live.world, [Change("/srv/share/a.txt", old, after, absorbs="/srv/share/run.sh")], BY)
    assert live.kinds() == ["file-modified/executed"]
    assert files.get("/srv/share/a.txt").content == new.content
    assert files.get("/srv/share/run.sh") is None


def test_an_account_file_is_told_of_as_what_it_does_to_accounts(live: Any) -> None:
    path = "/etc/shadow"
    entry = live.world.files.get(path)
    locked = replace(entry, content=entry.content.replace(b"wei.zhang:", b"wei.zhang:!"))
    note = Change("/srv/share/note", None, FileEntry(b"n"))
    told = carry_out(live.world, [Change(path, entry, locked), note], BY)
    assert live.kinds() == ["user-locked/executed", "file-created/executed"]
    assert told == live.effects
    assert live.world.files.get(path) == locked
    commented = replace(locked, content=locked.content + b"#\n")
    carry_out(live.world, [Change(path, locked, commented)], BY)
    assert live.kinds()[2:] == ["file-modified/executed"]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("/home/kit.moss/.ssh", "/home/kit.moss/.old"),
        ("/home/kit.moss/.ssh/authorized_keys", "/home/kit.moss/.ssh/off"),
        ("/home/kit.moss", "/home/kit"),
    ],
)
def test_keys_that_are_moved_away_are_removed(live: Any, source: str, target: str) -> None:
    move(live, source, target)
    assert live.kinds() == ["key-removed/executed"]
    assert live.effects[0].target == "kit.moss"


@pytest.mark.parametrize("how", ["move", "change", "create", "delete"])
def test_an_attempt_is_told_once_and_changes_nothing(live: Any, how: str) -> None:
    files = live.world.files
    entry = files.get("/srv/share/a.txt")
    change = {
        "move": Change("/srv/share/b.txt", entry, entry, "/srv/share/a.txt"),
        "change": Change("/srv/share/a.txt", entry, replace(entry, content=b"two")),
        "create": Change("/srv/share/c.txt", None, entry),
        "delete": Change("/srv/share/a.txt", entry, None),
    }[how]
    before, journal = dict(files.walk()), len(files.journal)
    attempted(live.world, [change], BY, "Permission denied")
    (effect,) = live.effects
    assert (effect.stage, effect.reason) == ("attempted", "Permission denied")
    assert dict(files.walk()) == before
    assert len(files.journal) == journal


@pytest.mark.parametrize("moved", [False, True])
def test_an_attempt_on_account_files_names_the_accounts(live: Any, moved: bool) -> None:
    path = "/etc/passwd"
    entry = live.world.files.get(path)
    accounts = sorted(a.username for a in live.world.accounts)
    change = Change("/etc/passwd.off", entry, entry, path) if moved else Change(path, entry, None)
    attempted(live.world, [change], BY, "Permission denied")
    assert [e.target for e in live.effects] == accounts
    assert set(live.kinds()) == {"user-deleted/attempted"}
    assert sorted(a.username for a in live.world.accounts) == accounts
