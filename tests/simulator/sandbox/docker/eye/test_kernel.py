"""Opening below a folder: nothing leads out of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from eye.kernel import O_DIR, O_FILE, open_below


@pytest.fixture
def folder(tmp_path: Path) -> int:
    (tmp_path / "secret").write_text("outside")
    inside = tmp_path / "in"
    (inside / "d").mkdir(parents=True)
    (inside / "d" / "f").write_text("inside")
    (inside / "up").symlink_to("../secret")
    (inside / "abs").symlink_to("/etc")
    (inside / "here").symlink_to("d")
    os.mkfifo(inside / "pipe")
    return os.open(inside, O_DIR)


def test_a_path_below(folder: int) -> None:
    fd = open_below(folder, "/d/f", O_FILE)
    assert os.read(fd, 100) == b"inside"
    os.close(fd)
    os.close(open_below(folder, "", O_DIR))


@pytest.mark.parametrize("path", ["../secret", "d/../../secret", "up", "abs/passwd", "here/f"])
def test_nothing_leads_out_and_no_link_is_followed(folder: int, path: str) -> None:
    with pytest.raises(OSError, match=r"cross-device|symbolic links"):
        open_below(folder, path, O_FILE)


def test_another_mount_is_not_entered(folder: int) -> None:
    root = os.open("/", O_DIR)
    with pytest.raises(OSError, match="cross-device"):
        open_below(root, "proc/version", O_FILE)
    os.close(open_below(root, "proc/version", O_FILE, mounts=True))
    os.close(root)


def test_a_pipe_does_not_block(folder: int) -> None:
    os.close(open_below(folder, "pipe", O_FILE))
