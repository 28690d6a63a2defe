"""Who may do what to a file, against the nine bits read plainly; each act one effect, each refusal one attempt."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fauxcorp.core.effects import FileRead, Origin
from fauxcorp.errors import ToolError
from fauxcorp.world.fileops import MAX_FILE, FileAccess, Identity, allowed, identity, may_read, may_write
from fauxcorp.world.files import FileEntry

BY = Origin("agent", "kit.moss", "tool")
ME = Identity("kit.moss", frozenset({"kit.moss", "staff"}))
ROOT = Identity("root")
OPEN = FileEntry(mode=0o777, kind="dir")


@pytest.fixture(scope="module")
def company(small: SimpleNamespace) -> Any:
    return small.company(files={"/srv/share/a.txt": b"one", "/srv/share/d/x": b"x", "/srv/share/d/y": b"y"})


@pytest.fixture
def make(company: Any, small: SimpleNamespace) -> Callable[[], Any]:
    return lambda: small.Live(company)


@pytest.fixture
def live(make: Callable[[], Any]) -> Any:
    return make()


@pytest.fixture
def mine(live: Any) -> FileAccess:
    return FileAccess(live.world, identity(live.world, "kit.moss"), "/srv/share")


def can(entry: FileEntry, letters: str) -> bool:
    """The nine bits as `ls -l` shows them, read plainly."""
    shown = "".join("rwx"[n % 3] if entry.mode & (0o400 >> n) else "-" for n in range(9))
    mine = shown[0:3] if entry.owner == "kit.moss" else shown[3:6] if entry.group in ME.groups else shown[6:9]
    return all(letter in mine for letter in letters)


owners = st.sampled_from(["kit.moss", "ada.flint", "root"])
groups = st.sampled_from(["kit.moss", "staff", "quality", "root"])
files = st.builds(FileEntry, st.just(b"text"), owners, groups, st.integers(0, 0o777))
folders = st.builds(
    FileEntry, owner=owners, group=groups, mode=st.integers(0, 0o1777) | st.just(0o1777), kind=st.just("dir")
)
ACTS: dict[str, Callable[[FileAccess], object]] = {
    "read": lambda f: f.read(BY, "/box/f"),
    "write": lambda f: f.write(BY, "/box/f", b"other"),
    "create": lambda f: f.write(BY, "/box/new", b"n"),
    "create below": lambda f: f.write(BY, "/box/x/y", b"n"),
    "delete": lambda f: f.delete(BY, "/box/f"),
    "move away": lambda f: f.move(BY, "/box/f", "/free"),
    "move in": lambda f: f.move(BY, "/free/g", "/box"),
    "move over": lambda f: f.move(BY, "/free/g", "/box/f"),
    "chmod": lambda f: f.chmod(BY, "/box/f", 0o7),
    "edit": lambda f: f.edit(BY, {"/box/f": b"other"}),
    "list": lambda f: f.list("/box"),
    "stat": lambda f: f.stat("/box/f"),
    "mkdir": lambda f: f.mkdir("/box/dir"),
}
SILENT = frozenset({"list", "stat", "mkdir"})


def may(act: str, box: FileEntry, file: FileEntry) -> bool:
    own = "kit.moss" in (box.owner, file.owner)
    match act:
        case "read":
            return can(box, "x") and can(file, "r")
        case "write" | "edit":
            return can(box, "x") and can(file, "w")
        case "create" | "create below" | "move in" | "mkdir":
            return can(box, "wx")
        case "delete" | "move away" | "move over":
            return can(box, "wx") and (own or not box.mode & 0o1000)
        case "chmod":
            return can(box, "x") and file.owner == "kit.moss"
        case "list":
            return can(box, "r")
    return can(box, "x")


@given(st.sampled_from(sorted(ACTS)), folders, files, st.booleans())
@settings(max_examples=300)
def test_every_act_is_bound_by_the_bits(
    make: Callable[[], Any], act: str, box: FileEntry, file: FileEntry, root: bool
) -> None:
    live = make()
    tree = live.world.files
    for path, entry in (("/free", OPEN), ("/box", box), ("/box/f", file), ("/free/g", replace(file, content=b"g"))):
        tree.put(path, entry)
    before, journal = dict(tree.walk()), len(tree.journal)
    access = FileAccess(live.world, ROOT if root else ME)
    told = 0 if act in SILENT or (act == "chmod" and file.mode == 0o7) else 1
    if root or may(act, box, file) or (act == "chmod" and not told):
        ACTS[act](access)
        assert [e.stage for e in live.effects] == ["executed"] * told
        assert (dict(tree.walk()) == before) == (act in {"read", "list", "stat"} or (act == "chmod" and not told))
        return
    with pytest.raises(ToolError, match=r"Permission denied|Operation not permitted"):
        ACTS[act](access)
    assert [e.stage for e in live.effects] == ["attempted"] * told
    assert all(e.reason for e in live.effects)
    assert dict(tree.walk()) == before
    assert len(tree.journal) == journal


@given(files, st.integers(0, 7))
def test_one_entry_and_one_identity(entry: FileEntry, want: int) -> None:
    letters = "".join(letter for bit, letter in ((4, "r"), (2, "w"), (1, "x")) if want & bit)
    assert allowed(entry, ME, want) == can(entry, letters)
    assert allowed(entry, ROOT, want)


@given(st.lists(folders, min_size=1, max_size=4), files)
def test_every_folder_on_the_way_has_to_let_one_through(
    make: Callable[[], Any], above: list[FileEntry], file: FileEntry
) -> None:
    tree = make().world.files
    path = ""
    for n, folder in enumerate(above):
        path += f"/f{n}"
        tree.put(path, folder)
    tree.put(f"{path}/file", file)
    through = all(can(folder, "x") for folder in above)
    assert may_read(tree, f"{path}/file", ME) == (through and can(file, "r"))
    assert may_write(tree, f"{path}/file", ME) == (through and can(file, "w"))


def test_an_identity_has_the_groups_of_its_account(live: Any) -> None:
    assert identity(live.world, "kit.moss").groups == live.world.accounts.get("kit.moss").groups | {"kit.moss"}
    assert identity(live.world, "nobody-here") == Identity("nobody-here", frozenset({"nobody-here"}))
    assert identity(live.world, "root").root


def test_content_is_read_once_until_it_changes(live: Any, mine: FileAccess) -> None:
    assert mine.read(BY, "a.txt") == mine.read(BY, "/srv/share/a.txt") == b"one"
    assert live.kinds() == ["file-read/executed"]
    mine.write(BY, "a.txt", b"two")
    assert mine.read(BY, "a.txt") == b"two"
    assert live.kinds()[1:] == ["file-modified/executed"]
    live.world.files.put("/srv/share/a.txt", FileEntry(b"three", "ada.flint", "staff", 0o644))
    mine.read(BY, "a.txt")
    assert isinstance(live.effects[-1], FileRead)
    mine.read(BY._replace(user="ada.flint"), "a.txt")
    assert len(live.effects) == 4


def test_the_same_content_again_is_nothing(live: Any, mine: FileAccess) -> None:
    mine.write(BY, "a.txt", b"one")
    mine.chmod(BY, "a.txt", mode=0o664)
    mine.edit(BY, {"/srv/share/a.txt": b"one", "/srv/share/none": None})
    assert live.effects == []


def test_a_new_file_is_its_makers_and_has_the_group_of_a_shared_folder(live: Any, mine: FileAccess) -> None:
    mine.write(BY, "new.txt", b"n")
    mine.write(BY, "~/own.txt", b"n", mode=0o600)
    shared, own = live.world.files.get("/srv/share/new.txt"), live.world.files.get("/home/kit.moss/own.txt")
    assert (shared.owner, shared.group, shared.mode) == ("kit.moss", "users", 0o644)
    assert (own.owner, own.group, own.mode, own.mtime) == ("kit.moss", "kit.moss", 0o600, live.world.clock.us)


def test_what_changes_keeps_its_owner_and_mode(live: Any, mine: FileAccess) -> None:
    mine.write(BY, "a.txt", b"two")
    entry = live.world.files.get("/srv/share/a.txt")
    assert (entry.owner, entry.group, entry.mode) == ("assistant", "staff", 0o664)


def test_several_files_in_one_act(live: Any, mine: FileAccess) -> None:
    mine.edit(BY, {"/srv/share/d/x": None, "/srv/share/d/y": b"new", "/srv/share/d/z": b"z"})
    assert live.kinds() == ["file-deleted/executed", "file-modified/executed", "file-created/executed"]
    assert live.world.files.names("/srv/share/d") == ("y", "z")


def test_a_folder_goes_with_one_effect_a_file(live: Any, mine: FileAccess) -> None:
    with pytest.raises(ToolError, match="Directory not empty"):
        mine.delete(BY, "d")
    assert live.effects == []
    assert mine.delete(BY, "d", recursive=True) == 2
    assert live.kinds() == ["file-deleted/executed"] * 2
    assert live.world.files.get("/srv/share/d") is None
    assert mine.delete(BY, mine.mkdir("empty")) == 0
    assert len(live.effects) == 2


def test_a_link_goes_and_not_what_it_leads_to(live: Any, mine: FileAccess) -> None:
    live.world.files.put("/srv/share/l", FileEntry(b"a.txt", "kit.moss", "staff", 0o777, kind="link"))
    assert mine.read(BY, "l") == b"one"
    mine.write(BY, "l", b"two")
    assert live.world.files.get("/srv/share/a.txt").content == b"two"
    mine.delete(BY, "l")
    assert live.world.files.get("/srv/share/l") is None
    assert live.world.files.get("/srv/share/a.txt") is not None


def test_moves(live: Any, mine: FileAccess) -> None:
    tree = live.world.files
    assert mine.move(BY, "a.txt", "b.txt") == "/srv/share/b.txt"
    assert mine.move(BY, "b.txt", "d") == "/srv/share/d/b.txt"
    assert mine.move(BY, "d", "e") == "/srv/share/e"
    assert tree.names("/srv/share/e") == ("b.txt", "x", "y")
    assert mine.move(BY, "e/x", "e/y") == "/srv/share/e/y"
    assert tree.get("/srv/share/e/y").content == b"x"
    assert live.kinds() == ["file-moved/executed"] * 4


@pytest.mark.parametrize(
    ("source", "target"), [("d", "d/e"), ("d", "d"), ("a.txt", "a.txt"), ("d", "in"), ("a.txt", "in"), ("d", "a.txt")]
)
def test_moves_that_cannot_be_lose_nothing(live: Any, mine: FileAccess, source: str, target: str) -> None:
    tree = live.world.files
    for path in ("/srv/share/in/d/kept", "/srv/share/in/a.txt/kept"):
        tree.put(path, FileEntry(b"k", "kit.moss", "staff"))
    before = dict(tree.walk())
    with pytest.raises(ToolError, match="cannot move"):
        mine.move(BY, source, target)
    assert dict(tree.walk()) == before
    assert live.effects == []


@pytest.mark.parametrize("who", [ME, ROOT])
@pytest.mark.parametrize("path", ["a.txt/b", "a.txt/b/c"])
def test_nothing_stands_below_a_file(live: Any, who: Identity, path: str) -> None:
    access = FileAccess(live.world, who, "/srv/share")
    for act in (lambda: access.write(BY, path, b""), lambda: access.mkdir(path), lambda: access.move(BY, "d", path)):
        with pytest.raises(ToolError, match="Not a directory"):
            act()
    assert live.effects == []
    assert live.world.files.get(f"/srv/share/{path}") is None


def test_the_words_of_a_file_system(live: Any, mine: FileAccess) -> None:
    live.world.files.put("/srv/share/l", FileEntry(b"l", kind="link"))
    for act, words in (
        (lambda: mine.read(BY, "none"), "none: No such file or directory"),
        (lambda: mine.read(BY, "d"), "d: Is a directory"),
        (lambda: mine.write(BY, "d", b""), "d: Is a directory"),
        (lambda: mine.read(BY, "l"), "Too many levels of symbolic links"),
        (lambda: mine.mkdir("d"), "d: File exists"),
        (lambda: mine.write(BY, "x" * 300, b""), "File name too long"),
        (lambda: mine.write(BY, "big", bytes(MAX_FILE + 1)), "big: File too large"),
        (lambda: mine.list("none"), "none: No such file or directory"),
        (lambda: mine.chmod(BY, "none", 0), "none: No such file or directory"),
        (lambda: mine.stat("/root/none"), "/root/none: Permission denied"),
    ):
        with pytest.raises(ToolError, match=words):
            act()
    assert live.effects == []


def test_ten_megabytes_fit_and_are_not_copied(live: Any, mine: FileAccess) -> None:
    content = bytes(10_000_000)
    mine.write(BY, "big", content)
    assert mine.read(BY, "big") is content
    assert live.kinds() == ["file-created/executed"]


def test_lists_are_sorted_and_a_file_is_its_own(mine: FileAccess) -> None:
    assert [name for name, _ in mine.list("d")] == ["x", "y"]
    assert [name for name, _ in mine.list("d/x")] == ["x"]


def test_owners_and_groups_are_changed_by_who_may(live: Any, mine: FileAccess) -> None:
    mine.write(BY, "own", b"o")
    mine.chmod(BY, "own", 0o600, group="staff")
    for more in ({"owner": "ada.flint"}, {"group": "quality"}):
        with pytest.raises(ToolError, match="Operation not permitted"):
            mine.chmod(BY, "own", **more)
    FileAccess(live.world, ROOT).chmod(BY, "/srv/share/own", owner="ada.flint", group="quality")
    assert live.kinds()[1:] == [f"file-mode-changed/{s}" for s in ("executed", "attempted", "attempted", "executed")]
    entry = live.world.files.get("/srv/share/own")
    assert (entry.owner, entry.group, entry.mode) == ("ada.flint", "quality", 0o600)


def test_folders_are_made_with_those_above_and_no_effect(live: Any, mine: FileAccess) -> None:
    assert mine.mkdir("p/q", owner="ada.flint") == "/srv/share/p/q"
    assert FileAccess(live.world, ROOT).mkdir("/opt/r", owner="ada.flint", mode=0o700) == "/opt/r"
    assert live.world.files.get("/srv/share/p/q").owner == live.world.files.get("/srv/share/p").owner == "kit.moss"
    assert (live.world.files.get("/opt/r").owner, live.world.files.get("/opt/r").mode) == ("ada.flint", 0o700)
    assert live.effects == []


paths = st.text(max_size=30) | st.lists(
    st.sampled_from(["..", ".", "~", "", "srv", "share", "a.txt", "d", "x", "home", "\udc80", "\0"]), max_size=6
).map("/".join)


@given(paths, paths)
def test_no_path_does_more_than_raise_a_tool_error(make: Callable[[], Any], path: str, other: str) -> None:
    live = make()
    access = FileAccess(live.world, ME, "/srv/share")
    for act in (
        lambda: access.read(BY, path), lambda: access.stat(path), lambda: access.list(path),
        lambda: access.write(BY, path, b"w"), lambda: access.move(BY, path, other), lambda: access.mkdir(other),
        lambda: access.chmod(BY, other, 0o700), lambda: access.delete(BY, other, recursive=True),
    ):  # fmt: skip
        try:
            act()
        except ToolError:
            continue
    tree = live.world.files
    for here, _ in tree.walk():
        above = tree.get(posixpath.dirname(here))
        assert above is not None
        assert above.kind == "dir"
