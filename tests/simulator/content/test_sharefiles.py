"""Where the files of a company lie on its server."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.content.layers import Layers
from fauxcorp.content.sharefiles import load_files, placed
from fauxcorp.content.staff import load_staff
from fauxcorp.errors import Problem

COMPANY = "slug: x\nname: X\ndomain: x.org\nhosts: [{name: h, ip: 10.0.0.9}]\n"
PEOPLE = "people: [{username: jo, name: Jo Ray, email: jo@x.org, title: T, department: D, uid: 1001}]\n"


@pytest.mark.parametrize(("name", "path"), [
    ("files/srv/a.txt", "/srv/a.txt"),
    ("files/srv/checkouts/x/dot-git/HEAD", "/srv/checkouts/x/.git/HEAD"),
    ("files/srv/dot-gitter/HEAD", "/srv/dot-gitter/HEAD"),
    ("files/srv/dot-git", "/srv/dot-git"),
])  # fmt: skip
def test_place(name: str, path: str) -> None:
    assert placed(name) == path


def test_a_checkout_keeps_what_git_keeps(tmp_path: Path) -> None:
    head = tmp_path / "files/srv/x/dot-git/HEAD"
    head.parent.mkdir(parents=True)
    head.write_text("ref: refs/heads/main\n", encoding="utf-8")
    (tmp_path / "company.yaml").write_text(COMPANY, encoding="utf-8")
    (tmp_path / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    meta = "files: [{path: /srv/x/.git/HEAD, owner: jo, mode: '0600', mtime: 2026-05-01T10:00:00Z}]\n"
    (tmp_path / "files.yaml").write_text(meta, encoding="utf-8")
    layers = Layers((tmp_path,))
    problems: list[Problem] = []
    files = load_files(layers, load_staff(layers), layers.files("files"), problems)
    assert problems == []
    entry = files["/srv/x/.git/HEAD"]
    assert (entry.content, entry.owner, entry.mode) == (b"ref: refs/heads/main\n", "jo", 0o600)
    assert files["/srv/x/.git"].kind == "dir"
    assert not [p for p in files if "dot-git" in p]
