"""`fauxcorp image`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest
from docker import DockerClient
from docker.errors import ImageNotFound

from fauxcorp.cli.commands import image
from fauxcorp.sandbox.docker.images import BASE, Images

from ..conftest import Call

KIND = f"office{os.getpid()}"
WORDS = (["build"], ["build", "--fresh"], ["build", "--base", "x:1"], ["list"], ["list", "--json"], ["remove"])


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_without_an_engine(words: list[str], fauxcorp: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nothing/here.sock")
    ended = fauxcorp("image", *words)
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err == "fauxcorp: no Docker engine answers at unix:///nothing/here.sock: check DOCKER_HOST\n"


@pytest.fixture
def folder(
    engine: DockerClient, without: Callable[[str], NoReturn], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A small image in place of the real ones, so that those stay; it is removed."""
    try:
        engine.images.get(BASE)
    except ImageNotFound as error:
        without(str(error))
    (tmp_path / KIND).mkdir()
    (tmp_path / KIND / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\nRUN echo halfway\n")
    monkeypatch.setattr(image, "Images", partial(Images, folder=tmp_path, kinds=(KIND,)))
    yield tmp_path / KIND
    Images(engine, tmp_path, (KIND,)).remove(everything=True)


def test_build_list_remove(fauxcorp: Call, folder: Path) -> None:
    assert fauxcorp("image", "list").out == f"missing: {KIND}; run `fauxcorp image build`\n"
    ended = fauxcorp("image", "build", "--base", BASE)
    assert (ended.code, ended.err) == (0, "")
    assert f"{KIND}  halfway\n" in ended.out
    assert ended.out.splitlines()[-1].startswith(f"{KIND}: fauxcorp-{KIND}:")
    assert f"{KIND}  fauxcorp-{KIND}:" in fauxcorp("image", "build").out
    (found,) = fauxcorp("image", "list", "--json").json
    assert (found["kind"], found["current"], found["base"]) == (KIND, True, BASE)
    assert fauxcorp("image", "remove").out == "0 removed, 1 left\n"
    (folder / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\nRUN echo further\n")
    listed = fauxcorp("image", "list").out
    assert "out of date" in listed
    assert f"missing: {KIND}" in listed
    assert fauxcorp("image", "remove").out == f"removed {found['tags'][0]}\n1 removed, 0 left\n"
    assert "halfway" not in fauxcorp("image", "build", "--fresh").out
    assert fauxcorp("image", "remove", "--all").out.endswith("1 removed, 0 left\n")


def test_a_build_that_fails(fauxcorp: Call, folder: Path) -> None:
    (folder / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\nRUN echo so far; exit 3\n")
    ended = fauxcorp("image", "build")
    assert ended.code == 2
    assert f"fauxcorp: building the image of the {KIND} failed" in ended.err
    assert "  so far\n" in ended.err
    assert "Traceback" not in ended.err
