"""The tree of files against a plain dict, forks, links, and paths of every shape."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fauxcorp.errors import ToolError
from fauxcorp.world.files import MAX_NAME, MAX_PATH, FileEntry, FileTree, listing_of, normal

DIR = FileEntry(mode=0o755, kind="dir")
BASE = {
    "/": DIR,
    "/a": DIR,
    "/a/b": DIR,
    "/a/b/deep.txt": FileEntry(b"deep"),
    "/a/one": FileEntry(b"1"),
    "/c": DIR,
    "/top": FileEntry(b"top"),
}
PATHS = ["/a", "/a/b", "/a/b/deep.txt", "/a/one", "/a/b/c", "/c", "/c/a", "/c/a/b", "/top", "/new", "/new/x/y"]
Model = dict[str, FileEntry]


def tree() -> FileTree:
    return FileTree(BASE, listing_of(BASE))


def link(target: str) -> FileEntry:
    return FileEntry(target.encode(), mode=0o777, kind="link")


def below(model: Model, path: str) -> list[str]:
    return [p for p in model if p == path or p.startswith(f"{path}/")]


def put(model: Model, path: str, entry: FileEntry) -> None:
    above = posixpath.dirname(path)
    if above not in model:
        put(model, above, FileEntry(owner=entry.owner, group=entry.group, mode=0o755, mtime=entry.mtime, kind="dir"))
    model[path] = entry


def act(model: Model, kind: str, path: str, other: str, content: bytes) -> None:
    match kind:
        case "put":
            put(model, path, FileEntry(content, "ada", "staff", 0o640, 7))
        case "dir":
            put(model, path, FileEntry(owner="ada", group="staff", kind="dir"))
        case "drop":
            for p in below(model, path):
                del model[p]
        case "rename":
            moved = {p[len(path) :]: model.pop(p) for p in below(model, path)}
            for p in below(model, other):
                del model[p]
            for rest, entry in moved.items():
                put(model, other + rest, entry)


def act_on_tree(files: FileTree, kind: str, path: str, other: str, content: bytes) -> None:
    match kind:
        case "put":
            files.put(path, FileEntry(content, "ada", "staff", 0o640, 7))
        case "dir":
            files.put(path, FileEntry(owner="ada", group="staff", kind="dir"))
        case "drop":
            files.drop(path)
        case "rename":
            files.rename(path, other)


def sensible(model: Model, kind: str, path: str, other: str) -> bool:
    """What callers hold to: nothing in a file, no folder into itself, no folder over a file that is there."""
    if kind == "drop":
        return True
    for target in (path, other) if kind == "rename" else (path,):
        above = posixpath.dirname(target)
        while above not in model:
            above = posixpath.dirname(above)
        if model[above].kind != "dir":
            return False
    if kind == "rename":
        return path in model and not f"{other}/".startswith(f"{path}/") and not f"{path}/".startswith(f"{other}/")
    return path not in model or (kind == "put" and model[path].kind != "dir")


def same(files: FileTree, model: Model) -> None:
    assert dict(files.walk()) == {p: e for p, e in model.items() if p != "/"}
    for path in {*PATHS, *model}:
        assert files.get(path) == model.get(path), path
        inside = sorted(posixpath.basename(p) for p in model if p != "/" and posixpath.dirname(p) == path)
        assert files.names(path) == tuple(inside), path


ACTS = st.tuples(
    st.sampled_from(["put", "dir", "drop", "rename"]),
    st.sampled_from(PATHS),
    st.sampled_from(PATHS),
    st.binary(max_size=3),
)


@given(st.lists(st.tuples(ACTS, st.sampled_from(["first", "second", "fork"])), max_size=25))
@settings(max_examples=150)
def test_it_does_what_a_dict_does_and_so_does_each_fork(acts: list[tuple[tuple[str, str, str, bytes], str]]) -> None:
    pairs = {"first": (tree(), dict(BASE)), "second": (tree().fork(), dict(BASE))}
    for (kind, path, other, content), where in acts:
        if where == "fork":
            files, model = pairs["first"]
            pairs["second"] = (files.fork(), dict(model))
            continue
        files, model = pairs[where]
        if sensible(model, kind, path, other):
            act(model, kind, path, other, content)
            act_on_tree(files, kind, path, other, content)
    for files, model in pairs.values():
        same(files, model)
    same(tree(), BASE)


def test_a_dropped_folder_made_again_is_empty() -> None:
    files = tree()
    files.drop("/a")
    files.put("/a", DIR)
    assert files.names("/a") == ()
    assert files.get("/a/one") is None
    files.put("/a/b/new", FileEntry(b"n"))
    assert [p for p, _ in files.walk("/a")] == ["/a/b", "/a/b/new"]


def test_all_can_go_and_come_back() -> None:
    files = tree()
    files.drop("/")
    assert list(files.walk()) == []
    assert all(files.get(path) is None for path in BASE)
    files.put("/x/y", FileEntry(b"y"))
    assert [p for p, _ in files.walk()] == ["/x", "/x/y"]


def test_the_journal_has_every_change_in_order_and_a_fork_its_own() -> None:
    files = tree()
    files.put("/a/one", FileEntry(b"2"))
    other = files.fork()
    files.drop("/c")
    other.put("/n/m", FileEntry())
    assert files.journal == ["/a/one", "/c"]
    assert other.journal == ["/a/one", "/n", "/n/m"]


def test_what_was_read_is_a_forks_own() -> None:
    files = tree()
    files.seen["ada", "/top"] = b"top"
    other = files.fork()
    other.seen["ada", "/a/one"] = b"1"
    assert files.seen == {("ada", "/top"): b"top"}
    assert len(other.seen) == 2


def test_folders_that_are_made_on_the_way_have_the_owner_of_what_is_in_them() -> None:
    files = tree()
    files.put("/p/q/r", FileEntry(b"", "kit", "staff", 0o600, 5))
    entry = files.get("/p/q")
    assert entry == FileEntry(owner="kit", group="staff", mode=0o755, mtime=5, kind="dir")


def test_a_world_that_changed_nothing_holds_nothing() -> None:
    files = tree()
    for path in BASE:
        files.get(path)
        files.names(path)
    list(files.walk())
    assert files.changed() == {}
    assert files.base is BASE


def test_large_content_is_shared_not_copied() -> None:
    content = bytes(10_000_000)
    files = tree()
    files.put("/big", FileEntry(content))
    files.rename("/big", "/c/big")
    entry = files.fork().get("/c/big")
    assert entry is not None
    assert entry.content is content


@pytest.mark.parametrize(
    ("links", "path", "found"),
    [
        ({"/l": "/a/b"}, "/l/deep.txt", "/a/b/deep.txt"),
        ({"/c/l": "../a"}, "/c/l/one", "/a/one"),
        ({"/l": "/m", "/m": "/a"}, "/l/one", "/a/one"),
        ({"/l": "nowhere"}, "/l", "/nowhere"),
        ({"/c/l": "../../../../top"}, "/c/l", "/top"),
        ({}, "/a/none/at/all", "/a/none/at/all"),
        ({}, "/", "/"),
    ],
)
def test_links_are_followed(links: dict[str, str], path: str, found: str) -> None:
    files = tree()
    for at, target in links.items():
        files.put(at, link(target))
    assert files.resolve(path) == found


@pytest.mark.parametrize("links", [{"/l": "/l"}, {"/l": "/m", "/m": "l"}, {"/l": "l/l"}, {"/l": "/l/x"}])
def test_loops_of_links_end(links: dict[str, str]) -> None:
    files = tree()
    for at, target in links.items():
        files.put(at, link(target))
    with pytest.raises(ToolError, match=r"Too many levels of symbolic links|File name too long"):
        files.resolve("/l")


def test_a_link_is_walked_as_itself() -> None:
    files = tree()
    files.put("/c/l", link("/a"))
    assert [p for p, _ in files.walk("/c")] == ["/c/l"]


@pytest.mark.parametrize("target", ["x\0y", "y" * (MAX_NAME + 1)])
def test_a_link_to_what_cannot_be_is_an_error_and_no_crash(target: str) -> None:
    files = tree()
    files.put("/l", link(target))
    with pytest.raises(ToolError):
        files.resolve("/l")


@pytest.mark.parametrize(
    ("path", "cwd", "found"),
    [
        ("x", "/a", "/a/x"), ("../x", "/a/b", "/a/x"), ("../../../../x", "/a", "/x"), ("/a//b/./../c/", "/z", "/a/c"),
        ("//x", "/", "/x"), ("///x", "/", "/x"), ("", "/a", "/a"), (".", "/a", "/a"), ("..", "/", "/"),
        ("...", "/", "/..."),
        (" x ", "/", "/ x "),
    ],
)  # fmt: skip
def test_normal_paths(path: str, cwd: str, found: str) -> None:
    assert normal(path, cwd) == found


PARTS = st.lists(st.sampled_from(["..", ".", "", "a", "b", "é", "\udc80"]), max_size=12)


@given(st.text(max_size=60) | PARTS.map("/".join))
def test_a_normal_path_is_absolute_and_stays_as_it_is(path: str) -> None:
    try:
        found = normal(path, "/srv/share")
    except ToolError:
        assert "\0" in path
        return
    assert found == "/" or not found.endswith("/")
    assert found.startswith("/")
    assert not found.startswith("//")
    assert not {"", ".", ".."} & set(found[1:].split("/")) or found == "/"
    assert normal(found, "/elsewhere") == found


@pytest.mark.parametrize(
    "path",
    ["a\0b", "\0", "x" * 10_000_000, "x/" * MAX_PATH, "é" * (MAX_NAME // 2 + 1), "/" + "n" * 256],
    ids=["null within", "null", "10 MB", "deep", "long in bytes", "one too long"],
)
def test_names_that_no_file_system_takes(path: str) -> None:
    with pytest.raises(ToolError) as caught:
        normal(path)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "path",
    ["n" * MAX_NAME, "é" * (MAX_NAME // 2), "x/" * 2000, "\ud800", "\udcff" * MAX_NAME],
    ids=["letters", "long letters", "deep", "half a character", "raw bytes"],
)
def test_names_that_just_fit(path: str) -> None:
    assert normal(path) == "/" + path.rstrip("/")


def test_the_listing_of_a_base() -> None:
    assert listing_of(BASE) == {"/": ("a", "c", "top"), "/a": ("b", "one"), "/a/b": ("deep.txt",), "/c": ()}
