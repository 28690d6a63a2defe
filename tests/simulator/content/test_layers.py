"""A company's folder, and what lies over and under it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.content.layers import Layers, stem_of
from fauxcorp.errors import ContentError


def put(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / "tern").mkdir()
    return tmp_path / "tern"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("mail/a.yaml", "a"),
        ("mail/a/0.yaml", "a:0"),
        ("mail/2026-02.b.yaml", "2026-02.b"),
        ("calendar/x/y/z.yaml", "x:y:z"),
    ],
)
def test_stem_of(name: str, stem: str) -> None:
    assert stem_of(name) == stem


def test_the_background_lies_below_and_overlays_above(base: Path, tmp_path: Path) -> None:
    over = tmp_path / "over"
    assert Layers((base, over)).folders == (base, over)
    below = put(base / "background/mail/a.yaml").parents[1]
    hand, variant = put(base / "mail/b.yaml"), put(over / "mail/c.yaml")
    assert Layers((base, over)).folders == (below, base, over)
    found = Layers((base, over)).files("mail")
    assert list(found.items()) == [
        ("mail/a.yaml", below / "mail/a.yaml"),
        ("mail/b.yaml", hand),
        ("mail/c.yaml", variant),
    ]
    put(base / "mail/a.yaml")
    put(over / "mail/a.yaml")
    assert Layers((base,)).files("mail")["mail/a.yaml"] == base / "mail/a.yaml"
    assert Layers((base, over)).files("mail")["mail/a.yaml"] == over / "mail/a.yaml"


def test_files_are_found_by_name_at_every_depth_in_order(base: Path) -> None:
    for name in (
        "mail/z.yaml",
        "mail/a/b.yaml",
        "mail/a.yaml",
        "mail/note.md",
        "mail/__pycache__/c.yaml",
        "chat/d.yaml",
    ):
        put(base / name)
    assert list(Layers((base,)).files("mail", "*.yaml")) == ["mail/a.yaml", "mail/a/b.yaml", "mail/z.yaml"]
    assert list(Layers((base,)).files("wiki")) == []


@pytest.mark.parametrize(
    ("removed", "left"),
    [
        ((), ["mail/a.yaml", "mail/b/c.yaml"]),
        (("mail/a.yaml",), ["mail/b/c.yaml"]),
        (("mail/*",), []),
        (("a.yaml", "Mail/*"), ["mail/a.yaml", "mail/b/c.yaml"]),
        (("mail/[b-z]*",), ["mail/a.yaml"]),
    ],
)
def test_what_is_removed_is_in_no_layer(base: Path, removed: tuple[str, ...], left: list[str]) -> None:
    put(base / "background/mail/a.yaml")
    put(base / "mail/a.yaml")
    put(base / "mail/b/c.yaml")
    assert list(Layers((base,), removed).files("mail")) == left


def test_a_path_is_shown_from_its_folder_on(base: Path, tmp_path: Path) -> None:
    layers = Layers((base, tmp_path / "over"))
    assert layers.show(base / "background/mail/a.yaml") == "tern/background/mail/a.yaml"
    assert layers.show(tmp_path / "over/chat/b.yaml") == "over/chat/b.yaml"
    assert layers.show(Path("/elsewhere/c.yaml")) == "/elsewhere/c.yaml"


def test_a_link_stays_in_its_folder(base: Path, tmp_path: Path) -> None:
    put(base / "mail/a.yaml")
    (base / "mail/b.yaml").symlink_to(base / "mail/a.yaml")
    assert list(Layers((base,)).files("mail")) == ["mail/a.yaml", "mail/b.yaml"]
    (base / "mail/c.yaml").symlink_to(put(tmp_path / "secret.yaml"))
    with pytest.raises(ContentError, match=r"c\.yaml: a link to what is not in this folder"):
        Layers((base,)).files("mail")


_NAME = st.text(alphabet="ab.-_:", min_size=1, max_size=5)


@given(st.lists(_NAME, min_size=1, max_size=4))
def test_a_stem_has_no_slash_and_keeps_all_but_the_ending(parts: list[str]) -> None:
    stem = stem_of(f"mail/{'/'.join(parts)}.yaml")
    assert stem == ":".join(parts)
