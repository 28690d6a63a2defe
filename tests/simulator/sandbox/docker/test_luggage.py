"""Folders that go into the container: names, limits, links, dates, and nothing that runs as somebody else."""

from __future__ import annotations

import io
import os
import py_compile
import socket
import tarfile
from pathlib import Path

import pytest

from fauxcorp.errors import UserError
from fauxcorp.sandbox.docker import luggage
from fauxcorp.sandbox.docker.luggage import Luggage
from fauxcorp.world.baseline import INSTALLED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "my-agent"
    (made / "node_modules" / ".bin").mkdir(parents=True)
    (made / "agent.py").write_text("print('here')\n")
    (made / "tool").write_text("#!/bin/sh\n")
    (made / "tool").chmod(0o4755)
    (made / "node_modules" / ".bin" / "claude").symlink_to("../claude.js")
    (made / "node_modules" / "claude.js").write_text("x\n")
    py_compile.compile(str(made / "agent.py"))
    return made


def members(given: Luggage) -> dict[str, tarfile.TarInfo]:
    out = io.BytesIO()
    given.write(out)
    out.seek(0)
    with tarfile.open(fileobj=out) as tar:
        return {member.name: member for member in tar}


def test_names_and_places(folder: Path) -> None:
    given = Luggage.of(str(folder))
    assert (given.name, given.place) == ("my-agent", "/opt/my-agent")
    assert given.path == "/opt/my-agent/node_modules/.bin:/opt/my-agent"
    named = Luggage.of(f"claude={folder}")
    assert (named.name, named.folder) == ("claude", folder)
    assert all(map(given.has, ["claude", "agent.py"]))
    assert not given.has("codex")


@pytest.mark.parametrize(
    ("text", "said"),
    [("/nowhere/at/all", "no folder /nowhere"), ("x=/nowhere", "no folder /nowhere"), ("a b=/", "no folder"),
     ("/", "'' is no name to have below /opt; give one: NAME=/")],
)  # fmt: skip
def test_bad_input(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        Luggage.of(text)


def test_it_belongs_to_root_and_has_one_date(folder: Path) -> None:
    opened = socket.socket(socket.AF_UNIX)
    opened.bind(str(folder / "s"))
    found = members(Luggage.of(str(folder)))
    opened.close()
    assert found["opt/my-agent"].isdir()
    assert found["opt/my-agent/node_modules/.bin/claude"].linkname == "../claude.js"
    assert "opt/my-agent/s" not in found
    assert {(m.uid, m.gid, m.mtime) for m in found.values()} == {(0, 0, INSTALLED // 1_000_000)}
    assert (found["opt/my-agent/tool"].mode, found["opt/my-agent/agent.py"].mode) == (0o755, 0o644)
    assert list(found).index("opt/my-agent/node_modules") < list(found).index("opt/my-agent/node_modules/.bin")


def test_what_python_compiled_stays_of_use(folder: Path) -> None:
    out = io.BytesIO()
    Luggage.of(str(folder)).write(out)
    out.seek(0)
    with tarfile.open(fileobj=out) as tar:
        (name,) = (n for n in tar.getnames() if n.endswith(".pyc"))
        file = tar.extractfile(name)
        assert file is not None
        data = file.read()
    before = next(folder.rglob("*.pyc")).read_bytes()
    assert int.from_bytes(data[8:12], "little") == INSTALLED // 1_000_000
    assert (data[:8], data[12:]) == (before[:8], before[12:])


def test_it_is_known_again_until_something_changes(folder: Path) -> None:
    first = Luggage.of(str(folder)).mark()
    assert Luggage.of(str(folder)).mark() == first
    assert Luggage.of(f"other={folder}").mark() != first
    (folder / "agent.py").write_text("print('there')\n")
    assert Luggage.of(str(folder)).mark() != first


def test_it_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(luggage, "MAX_ENTRIES", 3)
    with pytest.raises(UserError, match=r"my-agent: over 3 files, or 2 GiB"):
        Luggage.of(str(folder)).mark()
    monkeypatch.undo()
    with (folder / "large").open("wb") as file:
        os.truncate(file.fileno(), luggage.MAX_BYTES + 1)
    with pytest.raises(UserError, match="GiB"):
        Luggage.of(str(folder)).mark()


def test_a_name_that_is_no_text(folder: Path) -> None:
    (folder / os.fsdecode(b"caf\xe9")).write_text("x")
    given = Luggage.of(str(folder))
    assert given.mark()
    assert any("caf" in name for name in members(given))
