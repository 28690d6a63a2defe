"""A look at a few paths must tell of them what a walk of everything tells."""

from __future__ import annotations

from bashkit import Bash, FileSystem
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fauxcorp.sandbox.virtual.held import Held
from fauxcorp.sandbox.virtual.tree import Signs, walk

PATHS = ("/srv/a", "/srv/a/one", "/srv/a/b/two", "/srv/c", "/srv/c/new/deep", "/tmp/x", "/srv/a/b")


def shell() -> Bash:
    return Bash(files={"/srv/a/one": "1", "/srv/a/b/two": "2", "/srv/c/three": "3"})


def changed(before: Signs, now: Signs) -> set[str]:
    return {p for p in {*before, *now} if before.get(p) != now.get(p)}


acts = st.lists(
    st.tuples(
        st.sampled_from(["rm -rf {0}", "mkdir -p {0}", "echo text > {0}", "mv {0} {1}", "cp -r {0} {1}"]),
        st.sampled_from(PATHS),
        st.sampled_from(PATHS),
    ),
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(acts=acts)
@example(acts=[("mkdir -p {0}", "/srv/c/new/deep", "/srv/a"), ("rm -rf {0}", "/srv/c/new/deep", "/srv/a")])
def test_what_a_command_changed_at_its_paths_is_found_without_a_walk(acts: list[tuple[str, str, str]]) -> None:
    bash = shell()
    fs: FileSystem = bash.fs()
    only = sorted(
        {p for _, one, two in acts for p in (one, two)} | {f"{two}/{one.rpartition('/')[2]}" for _, one, two in acts}
    )
    held = Held()
    held.before(fs, only)
    whole = walk(fs)
    for command, one, two in acts:
        bash.execute_sync(command.format(one, two))
    assert changed(held.signs, held.after(fs, only)) == changed(whole, walk(fs))


def test_a_walk_asked_for_in_the_middle_finds_only_what_changed() -> None:
    bash = shell()
    fs = bash.fs()
    held = Held()
    held.before(fs, ["/srv/a/one"])
    bash.execute_sync("echo more >> /srv/a/one")
    now = held.after(fs, None)
    assert changed(held.signs, now) == {"/srv/a/one"}
    assert held.whole


def test_what_cannot_have_changed_is_unchanged() -> None:
    bash = shell()
    fs = bash.fs()
    held = Held()
    held.before(fs, ["/srv/a/one"])
    sign = walk(fs)["/srv/c/three"]
    assert held.unchanged("/srv/c/three", sign)
    bash.execute_sync("echo more >> /srv/a/one")
    assert not held.unchanged("/srv/a/one", walk(fs)["/srv/a/one"])


def test_what_is_noted_is_no_change() -> None:
    bash = shell()
    fs = bash.fs()
    held = Held()
    held.before(fs, ["/srv/new"])
    fs.mkdir("/srv/new/in", True)
    fs.write_file("/srv/new/in/file", b"x")
    held.note(fs, "/srv/new/in/file")
    assert changed(held.signs, held.after(fs, ["/srv/new"])) == set()
    fs.remove("/srv/new", True)
    held.forget("/srv/new")
    assert changed(held.signs, held.after(fs, ["/srv/new"])) == set()
