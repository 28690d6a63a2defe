from __future__ import annotations

import sys
from pathlib import Path

import pytest

import fauxcorp
from fauxcorp.content.roots import Root, builtin_root, find_roots, from_pyproject, hash_folder, near, pick
from fauxcorp.errors import ContentError, NotFound


def make(folder: Path, *parts: str) -> Path:
    for part in parts or ("tools",):
        (folder / part).mkdir(parents=True, exist_ok=True)
    return folder


def test_the_built_in_root_holds_all_three_folders() -> None:
    root = builtin_root()
    assert root.pack == ""
    assert all(root.folder(name).is_dir() for name in ("tools", "fixtures", "policies"))
    assert not root.folder("fixtures").is_relative_to(Path(fauxcorp.__file__).parent / "world")


def test_names_of_a_pack_are_qualified(tmp_path: Path) -> None:
    assert Root(tmp_path, "mine").qualify("ledger") == "mine/ledger"
    assert Root(tmp_path).qualify("ledger") == "ledger"


def test_paths_are_shown_short_for_what_ships(tmp_path: Path) -> None:
    assert Root(tmp_path).show(tmp_path / "tools" / "x.py") == "tools/x.py"
    assert Root(tmp_path, "mine").show(tmp_path / "tools" / "x.py") == str(tmp_path / "tools" / "x.py")
    assert Root(tmp_path).show(Path("/elsewhere/x")) == "/elsewhere/x"


def test_folders_given_come_after_the_built_in(tmp_path: Path) -> None:
    one, two = make(tmp_path / "one"), make(tmp_path / "two", "policies")
    roots = find_roots((one, two), tmp_path)
    assert [r.pack for r in roots] == ["", "one", "two"]
    assert [r.pack for r in find_roots((two, one, two), tmp_path)] == ["", "two", "one"]


def test_a_relative_folder_is_named_by_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    assert find_roots((Path(),), tmp_path)[1].pack == "mine"


def test_the_built_in_root_given_again_is_one() -> None:
    assert len(find_roots((builtin_root().path,), Path("/"))) == 1


@pytest.mark.parametrize("name", ["gone", "empty", "file"])
def test_what_is_no_content_folder_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    with pytest.raises(ContentError, match=name):
        find_roots((tmp_path / name,), tmp_path)


def test_two_packs_of_one_name_are_told(tmp_path: Path) -> None:
    one, two = make(tmp_path / "a" / "pack"), make(tmp_path / "b" / "pack")
    with pytest.raises(ContentError, match="named pack") as caught:
        find_roots((one, two), tmp_path)
    assert str(one) in str(caught.value)
    assert str(two) in str(caught.value)


@pytest.mark.parametrize("value", ['"content"', '["content", "more"]'])
def test_the_users_pyproject_names_folders(tmp_path: Path, value: str) -> None:
    make(tmp_path / "content")
    make(tmp_path / "more")
    (tmp_path / "pyproject.toml").write_text(f"[tool.fauxcorp]\ncontent = {value}\n")
    deep = tmp_path / "src" / "deep"
    deep.mkdir(parents=True)
    packs = [r.pack for r in find_roots((), deep)]
    assert packs == (["", "content"] if value == '"content"' else ["", "content", "more"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[project]\nname = 'x'\n",
        "not toml [",
        "tool = 3\n",
        "[tool]\nfauxcorp = 3\n",
        "[tool.fauxcorp]\nother = 1\n",
    ],
)
def test_other_pyprojects_are_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert [r.pack for r in find_roots((), tmp_path)] == [""]


@pytest.mark.parametrize("value", ["3", "[1]", "{a = 1}"])
def test_a_wrong_entry_in_pyproject_is_told(tmp_path: Path, value: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.fauxcorp]\ncontent = {value}\n")
    with pytest.raises(ContentError, match=r"tool\.fauxcorp\.content"):
        find_roots((), tmp_path)


def test_other_paths_of_the_users_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.fauxcorp]\nallow = ["a.yaml", "b/c.yaml"]\n')
    assert from_pyproject(tmp_path / "src", "allow", "files") == [tmp_path / "a.yaml", tmp_path / "b" / "c.yaml"]
    assert from_pyproject(tmp_path, "content", "folders") == []
    (tmp_path / "pyproject.toml").write_text("[tool.fauxcorp]\nallow = 3\n")
    with pytest.raises(ContentError, match=r"tool\.fauxcorp\.allow: must be three files"):
        from_pyproject(tmp_path, "allow", "three files")


def test_paths_below_the_working_directory_are_named_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert near(tmp_path / "a" / "b.yaml") == near(Path("a/b.yaml")) == "a/b.yaml"
    assert near(Path("/elsewhere/x")) == "/elsewhere/x"


def install(site: Path, name: str, module: str, entry: str) -> None:
    """A distribution with an entry point, as pip leaves it."""
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[fauxcorp.content]\n{entry} = {module}\n")


def test_an_installed_pack_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "fishing-office", "fishing_office", "fishing")
    make(tmp_path / "fishing_office", "tools")
    (tmp_path / "fishing_office" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    root = find_roots((), tmp_path)[1]
    assert (root.pack, root.path) == ("fishing", tmp_path / "fishing_office")
    sys.modules.pop("fishing_office", None)


@pytest.mark.parametrize("kind", ["missing", "broken", "without folders"])
def test_an_installed_pack_that_is_broken_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    name = "pack_" + kind.replace(" ", "_")
    install(tmp_path, name, name, "bad")
    if kind != "missing":
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("import nothing_of_that_name\n" if kind == "broken" else "")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ContentError, match="bad"):
        find_roots((), tmp_path)


FOUND = {n: Path(n) for n in ("ledger", "mine/ledger", "mine/leak", "theirs/shared", "mine/shared")}


@pytest.mark.parametrize(
    ("name", "full"), [("ledger", "ledger"), ("mine/ledger", "mine/ledger"), ("leak", "mine/leak")]
)
def test_a_bare_name_is_the_built_ins_or_the_only_ones(name: str, full: str) -> None:
    assert pick("scenario", name, FOUND) == full


def test_a_name_of_two_packs_must_be_full() -> None:
    with pytest.raises(NotFound) as caught:
        pick("scenario", "shared", FOUND)
    assert "mine/shared" in str(caught.value)
    assert "theirs/shared" in str(caught.value)
    with pytest.raises(NotFound, match="no scenario named"):
        pick("scenario", "nothing", FOUND)


def test_a_hash_is_of_names_and_bytes_only(tmp_path: Path) -> None:
    one, two = make(tmp_path / "one"), make(tmp_path / "two")
    for folder, order in ((one, ("b", "a")), (two, ("a", "b"))):
        for name in order:
            (folder / "tools" / name).write_text(name)
    before = hash_folder(one)
    assert before == hash_folder(two)
    (two / "tools" / "__pycache__").mkdir()
    (two / "tools" / "__pycache__" / "x.pyc").write_bytes(b"x")
    (two / "tools" / "empty").mkdir()
    assert hash_folder(two) == before
    (two / "tools" / "a").rename(two / "tools" / "c")
    assert hash_folder(two) != before


@pytest.mark.parametrize(
    ("left", "right"), [({"ab": b""}, {"a": b"b"}), ({"a": b"1", "b": b""}, {"a": b"1b"}), ({}, {"a": b""})]
)
def test_different_content_has_different_hashes(
    tmp_path: Path, left: dict[str, bytes], right: dict[str, bytes]
) -> None:
    hashes = []
    for number, files in enumerate((left, right)):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        hashes.append(hash_folder(folder))
    assert hashes[0] != hashes[1]


def test_the_order_of_layers_counts(tmp_path: Path) -> None:
    one, two = make(tmp_path / "one"), make(tmp_path / "two")
    (one / "a").write_text("1")
    (two / "a").write_text("2")
    assert hash_folder(one, two) != hash_folder(two, one)


def test_a_folder_below_one_named_like_a_cache_counts(tmp_path: Path) -> None:
    folder = tmp_path / "__pycache__" / "checkout"
    folder.mkdir(parents=True)
    empty = hash_folder(folder)
    (folder / "a").write_text("1")
    assert hash_folder(folder) != empty
