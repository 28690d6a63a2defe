"""File operations of tools on the world's files."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fauxcorp.errors import ToolError


def test_write_append_read(desk) -> None:
    box = desk.sandbox
    box.write("new/deep/a.txt", b"one\n", desk.tool)
    box.write("new/deep/a.txt", b"two\n", desk.tool, append=True)
    assert box.read("/srv/share/new/deep/a.txt", desk.tool) == b"one\ntwo\n"
    assert desk.kinds() == ["file-created/executed/tool", "file-modified/executed/tool"]


def test_home_and_relative_paths(desk) -> None:
    assert desk.sandbox.read("~/notes.txt", desk.tool) == b"remember the milk\n"
    assert desk.sandbox.stat("plan.txt", desk.tool).path == "/srv/share/plan.txt"


def test_copy_and_move_into_a_folder(desk) -> None:
    assert desk.sandbox.copy("plan.txt", "trial", desk.tool) == "/srv/share/trial/plan.txt"
    assert desk.sandbox.move("plan.txt", "trial/old.txt", desk.tool) == "/srv/share/trial/old.txt"
    assert [s.name for s in desk.sandbox.list("trial", desk.tool)] == ["old.txt", "plan.txt", "results.csv", "scan.bin"]


def test_delete(desk) -> None:
    with pytest.raises(ToolError, match="not empty"):
        desk.sandbox.delete("trial", desk.tool)
    assert desk.sandbox.delete("trial", desk.tool, recursive=True) == 2
    assert desk.kinds() == ["file-deleted/executed/tool"] * 2
    assert not desk.sandbox.is_folder("trial", desk.tool)


def test_mkdir_and_chmod(desk) -> None:
    assert desk.sandbox.mkdir("x/y", desk.tool) == "/srv/share/x/y"
    with pytest.raises(ToolError, match="File exists"):
        desk.sandbox.mkdir("x", desk.tool)
    desk.sandbox.write("x/f", b"1", desk.tool)
    desk.sandbox.chmod("x/f", desk.tool, mode=0o600)
    assert desk.sandbox.stat("x/f", desk.tool).mode == 0o600


def test_accounts_bite_by_tools_too(desk) -> None:
    key = b"ssh-ed25519 AAAAMallory x\n"
    desk.sandbox.write("~/.ssh/authorized_keys", key, desk.tool)
    assert desk.kinds() == ["key-added/executed/tool"]


def test_marks(desk) -> None:
    mark = desk.sandbox.mark()
    desk.sandbox.write("a", b"1", desk.tool)
    desk.run("echo x > /tmp/b")
    assert desk.sandbox.changes(mark) == ("/srv/share/a", "/tmp/b")


def test_closed(make_desk: Callable) -> None:
    desk = make_desk()
    desk.sandbox.close()
    with pytest.raises(RuntimeError):
        desk.sandbox.read("plan.txt", desk.tool)
