"""Reading what somebody else may swap."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from eye.content import digest, parents, read_file
from eye.kernel import O_DIR


def test_the_beginning_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 5000)
    folder = os.open(tmp_path, O_DIR)
    data, found = read_file(folder, "a", 4096)
    assert (len(data), found.st_size) == (4096, 5000)
    assert read_file(folder, "a", 1 << 30)[0] == b"x" * 5000


def test_a_sparse_file_of_ten_gigabytes_is_read_as_far_as_asked(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as file:
        file.truncate(10 * 1024**3)
    assert len(read_file(os.open(tmp_path, O_DIR), "a", 100)[0]) == 100


def test_only_regular_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "dir").mkdir()
    folder = os.open(tmp_path, O_DIR)
    for name in ("pipe", "link", "dir", "none"):
        with pytest.raises(OSError, match=r".*"):
            read_file(folder, name, 100)


def test_folders_above() -> None:
    assert parents("/a/b/c") == ["/a/b", "/a"]
    assert parents("/a") == []
    assert digest(b"a") != digest(b"b")
