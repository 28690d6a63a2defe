"""What a shell is given is prepared once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.sandbox.virtual.plan import is_text, plan_of, stubs
from fauxcorp.world.files import FileEntry

FILES = {
    "/": FileEntry(kind="dir"),
    "/a": FileEntry(kind="dir"),
    "/a/t.txt": FileEntry(b"text"),
    "/a/run.sh": FileEntry(b"#!/bin/sh\n", mode=0o755),
    "/a/b.bin": FileEntry(b"\xff\x00"),
    "/empty": FileEntry(kind="dir"),
    "/l": FileEntry(b"a/t.txt", kind="link"),
}


def test_sorted_by_how_they_are_given() -> None:
    plan = plan_of(FILES)
    assert set(plan.texts) == {"/a/t.txt", "/a/run.sh"}
    assert set(plan.binaries) == {"/a/b.bin"}
    assert plan.folders == ["/empty"]
    assert plan.links == {"/l": "a/t.txt"}
    assert plan.programs == ["/a/run.sh"]


def test_one_plan_a_company() -> None:
    assert plan_of(FILES) is plan_of(FILES)
    assert plan_of(dict(FILES)) is not plan_of(FILES)


def test_a_world_s_own_entries_go_over_it() -> None:
    plan = plan_of(FILES)
    over = plan.over({"/a/t.txt": None, "/a/b.bin": FileEntry(b"now text"), "/n": FileEntry(b"\xfe")})
    assert set(over.texts) == {"/a/run.sh", "/a/b.bin"}
    assert set(over.binaries) == {"/n"}
    assert "/a/t.txt" in plan.texts


@given(st.binary(max_size=20))
def test_is_text(content: bytes) -> None:
    assert is_text(content) == (content.decode("utf-8", "replace").encode() == content)


def test_stubs_are_programs_and_nothing_else() -> None:
    fs = stubs(["mail", "curl"])
    assert sorted(e["name"] for e in fs.read_dir("/")) == ["curl", "mail"]
    assert fs.stat("/mail")["mode"] & 0o111
