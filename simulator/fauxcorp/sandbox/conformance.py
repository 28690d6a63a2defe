"""What every sandbox must do, as checks that can be run against any: the ones here, and ones that users write.

A check takes a `Bench` and raises AssertionError. `CHECKS` lists them all; `run` calls them one after the other::

    for name, problem in run(make_bench):
        print(name, problem)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from fauxcorp.core.effects import Effect, FileRead, Origin
from fauxcorp.errors import ToolError
from fauxcorp.sandbox.base import MAX_OUTPUT, Sandbox
from fauxcorp.world.world import World


@dataclass
class Bench:
    """A sandbox in a world of its own, with the effects that the world told of.

    The user is an ordinary one who may use sudo; `other` is another account, with a password and no key; `share` is a
    folder that the user may write to; `private` is a file that the user may not read; `shared` one that it may.
    """

    world: World
    sandbox: Sandbox
    other: str
    share: str
    shared: str
    private: str
    effects: list[Effect] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world.sink = self.effects.append
        self.by = Origin("agent", self.sandbox.user, "tool")

    def out(self, command: str) -> str:
        """Standard output of a command that must succeed."""
        result = self.sandbox.exec(command)
        assert result.exit_code == 0, f"{command!r}: exit code {result.exit_code}, {result.stderr!r}"
        return result.stdout

    def did(self, command: str) -> list[str]:
        """The effects of a command, reads left out."""
        self.effects.clear()
        self.sandbox.exec(command)
        return [e.action for e in self.effects if not isinstance(e, FileRead)]


Check = Callable[[Bench], None]


def check_streams(bench: Bench) -> None:
    """Output, errors and exit code come back apart."""
    result = bench.sandbox.exec("echo out; echo err >&2; exit 3")
    assert (result.stdout, result.stderr, result.exit_code) == ("out\n", "err\n", 3)
    assert not result.truncated


def check_unknown_command(bench: Bench) -> None:
    """A name that is no program is exit code 127."""
    result = bench.sandbox.exec("no-such-program-here")
    assert result.exit_code == 127
    assert "not found" in result.stderr


def check_state_lasts(bench: Bench) -> None:
    """Directory, variables and functions last from call to call."""
    bench.out(f"cd {bench.share}; export PLACE=harbour; greet() {{ echo hello $1; }}")
    assert bench.out("pwd; echo $PLACE; greet you") == f"{bench.share}\nharbour\nhello you\n"


def check_pipes_and_redirects(bench: Bench) -> None:
    """Pipes, redirections, substitution, here-documents."""
    assert bench.out("printf 'b\\na\\nc\\n' | sort | head -2 | tr a-z A-Z") == "A\nB\n"
    assert bench.out(f"echo one > {bench.share}/n; echo two >> {bench.share}/n; cat < {bench.share}/n") == "one\ntwo\n"
    assert bench.out("cat <<EOF\n$((6 * 7)) $(echo yes)\nEOF") == "42 yes\n"


def check_unicode(bench: Bench) -> None:
    """Text that is not ASCII comes through, and names may hold it."""
    assert (
        bench.out(f"echo 'Prüfbericht 報告' > '{bench.share}/Übersicht.txt'; cat {bench.share}/Über*")
        == "Prüfbericht 報告\n"
    )
    assert bench.sandbox.read(f"{bench.share}/Übersicht.txt", bench.by) == "Prüfbericht 報告\n".encode()


def check_binary(bench: Bench) -> None:
    """Bytes that are no text survive, and are shown harmlessly."""
    data = bytes(range(256))
    bench.sandbox.write(f"{bench.share}/raw.bin", data, bench.by)
    assert bench.out(f"wc -c < {bench.share}/raw.bin").strip() == "256"
    bench.out(f"cp {bench.share}/raw.bin {bench.share}/raw2.bin")
    assert bench.sandbox.read(f"{bench.share}/raw2.bin", bench.by) == data
    shown = bench.sandbox.exec(f"cat {bench.share}/raw.bin; printf '\\033[2J'").stdout
    assert "\x1b" not in shown
    assert "\0" not in shown


def check_output_is_bounded(bench: Bench) -> None:
    """Much output is cut, and the result says so."""
    result = bench.sandbox.exec("for i in 1 2 3 4 5 6 7 8; do seq 1 9999; done")
    assert result.truncated
    assert len(result.stdout) < MAX_OUTPUT + 200


def check_time_out(bench: Bench) -> None:
    """A command that waits too long ends with 124, and the shell goes on."""
    start = bench.world.clock.us
    assert bench.sandbox.exec("sleep 500; echo late", timeout=10).exit_code == 124
    assert bench.world.clock.us - start <= 10_000_001
    assert bench.out("echo there") == "there\n"


def check_endless_loop(bench: Bench) -> None:
    """A command that never ends is ended, and the shell goes on."""
    assert bench.sandbox.exec("while :; do :; done", timeout=5).exit_code != 0
    assert bench.out("echo there") == "there\n"


def check_fork_bomb(bench: Bench) -> None:
    """A fork bomb comes to nothing."""
    bench.sandbox.exec(":(){ :|:& };:", timeout=5)
    assert bench.out("echo there") == "there\n"


def check_files_are_one(bench: Bench) -> None:
    """What a tool writes the shell sees, and the other way round."""
    bench.sandbox.write(f"{bench.share}/a.txt", b"from the tool\n", bench.by)
    assert bench.out(f"cat {bench.share}/a.txt") == "from the tool\n"
    bench.out(f"echo from the shell > {bench.share}/b.txt")
    assert bench.sandbox.read(f"{bench.share}/b.txt", bench.by) == b"from the shell\n"
    bench.sandbox.delete(f"{bench.share}/a.txt", bench.by)
    assert bench.sandbox.exec(f"cat {bench.share}/a.txt").exit_code == 1


def check_list_and_stat(bench: Bench) -> None:
    """Folders list sorted, with owner, size and mode."""
    bench.sandbox.write(f"{bench.share}/z/two", b"22", bench.by)
    bench.sandbox.write(f"{bench.share}/z/one", b"1", bench.by)
    found = bench.sandbox.list(f"{bench.share}/z", bench.by)
    assert [(s.name, s.size, s.kind) for s in found] == [("one", 1, "file"), ("two", 2, "file")]
    assert bench.sandbox.stat(f"{bench.share}/z/one", bench.by).owner == bench.sandbox.user
    assert bench.sandbox.is_folder(f"{bench.share}/z", bench.by)
    assert not bench.sandbox.is_folder(f"{bench.share}/z/one", bench.by)


def check_errors(bench: Bench) -> None:
    """File operations fail in the words of a file system."""
    for act, words in (
        (lambda: bench.sandbox.read(f"{bench.share}/none", bench.by), "No such file or directory"),
        (lambda: bench.sandbox.read(bench.share, bench.by), "Is a directory"),
        (lambda: bench.sandbox.read(bench.private, bench.by), "Permission denied"),
        (lambda: bench.sandbox.write(bench.private, b"x", bench.by), "Permission denied"),
        (lambda: bench.sandbox.write(f"{bench.share}/{'n' * 300}", b"x", bench.by), "File name too long"),
        (lambda: bench.sandbox.read("a\0b", bench.by), "null"),
    ):
        try:
            act()
        except ToolError as error:
            said = str(error)
        else:
            said = "nothing was raised"
        assert words in said, f"{words!r} is not in {said!r}"


def check_permissions_bind(bench: Bench) -> None:
    """Modes bind in the shell as they do for tools, and an attempt is recorded as one."""
    bench.effects.clear()
    result = bench.sandbox.exec(f"cat {bench.private}")
    assert result.exit_code != 0
    assert "Permission denied" in result.stderr
    assert [e.stage for e in bench.effects] == ["attempted"]
    before = bench.sandbox.accounts()
    assert bench.sandbox.exec("echo gone > /etc/passwd").exit_code != 0
    assert bench.sandbox.accounts() == before
    assert bench.sandbox.exec("sudo true").exit_code == 0
    assert bench.sandbox.exec(f"sudo cat {bench.private}").exit_code == 0
    assert bench.sandbox.exec(f"cat {bench.private}").exit_code != 0


def check_links(bench: Bench) -> None:
    """Symbolic links are followed, show as links, and may dangle."""
    bench.out(f"cd {bench.share}; echo t > target; ln -s target link; ln -s nowhere dangling")
    assert bench.out(f"cat {bench.share}/link; readlink {bench.share}/link") == "t\ntarget\n"
    assert bench.sandbox.read(f"{bench.share}/link", bench.by) == b"t\n"
    assert bench.sandbox.exec(f"cat {bench.share}/dangling").exit_code != 0


def check_first_read_counts_once(bench: Bench) -> None:
    """The first read of a content is one effect, by whatever route; a second read is none."""
    bench.effects.clear()
    bench.out(f"cat {bench.shared}; grep -c . {bench.shared}")
    bench.sandbox.read(bench.shared, bench.by)
    assert [e.action for e in bench.effects] == ["file-read"]


def check_each_change_counts_once(bench: Bench) -> None:
    """Create, alter, rename, change mode, remove: one effect each, by the shell and by tools."""
    path = f"{bench.share}/once.txt"
    assert bench.did(f"echo a > {path}") == ["file-created"]
    assert bench.did(f"echo b >> {path}") == ["file-modified"]
    assert bench.did(f"chmod 600 {path}") == ["file-mode-changed"]
    assert bench.did(f"mv {path} {path}.old") == ["file-moved"]
    assert bench.did(f"rm {path}.old") == ["file-deleted"]
    bench.effects.clear()
    bench.sandbox.write(path, b"a", bench.by)
    bench.sandbox.write(path, b"a", bench.by)
    bench.sandbox.move(path, f"{path}.old", bench.by)
    bench.sandbox.delete(f"{path}.old", bench.by)
    assert [e.action for e in bench.effects] == ["file-created", "file-moved", "file-deleted"]


def check_changes_since_a_mark(bench: Bench) -> None:
    """Changes are told since a mark, whoever made them."""
    mark = bench.sandbox.mark()
    bench.out(f"echo 1 > {bench.share}/m1")
    bench.sandbox.write(f"{bench.share}/m2", b"2", bench.by)
    assert {f"{bench.share}/m1", f"{bench.share}/m2"} <= set(bench.sandbox.changes(mark))
    assert bench.sandbox.changes(bench.sandbox.mark()) == ()


def check_lock_out(bench: Bench) -> None:
    """A locked account is one effect, is locked in the account files, and opens again."""
    assert bench.did(f"sudo usermod -L {bench.other}") == ["user-locked"]
    assert not bench.world.accounts.usable(bench.other)
    assert "password-locked" in bench.sandbox.accounts()[bench.other].locks
    assert bench.did(f"sudo usermod -U {bench.other}") == ["user-unlocked"]
    assert bench.world.accounts.usable(bench.other)


def check_directory_writes_the_files(bench: Bench) -> None:
    """A lock by the staff directory is in the account files, and no later command sees it as its own."""
    person = Origin("person", bench.other, "tool")
    bench.world.directory.lock(person, bench.other)
    assert "password-locked" in bench.sandbox.accounts()[bench.other].locks
    assert f"{bench.other}:!" in bench.out("sudo cat /etc/shadow")
    assert bench.did("echo nothing > /tmp/nothing") == ["file-created"]


def check_fork(bench: Bench) -> None:
    """A fork has the state of shell and files, and goes on by itself."""
    bench.out(f"cd {bench.share}; KEPT=yes; echo before > f.txt")
    world = bench.world.fork(bench.world.clock.copy(), bench.world.rng.fork())
    other = bench.sandbox.fork(world)
    assert other.exec("pwd; echo $KEPT; cat f.txt").stdout == f"{bench.share}\nyes\nbefore\n"
    other.exec("echo after > f.txt")
    assert bench.out("cat f.txt") == "before\n"
    assert other.exec("cat f.txt").stdout == "after\n"
    other.close()


def check_close(bench: Bench) -> None:
    """A closed sandbox does nothing more; closing twice is no error."""
    bench.sandbox.close()
    bench.sandbox.close()
    try:
        bench.sandbox.exec("echo x")
    except RuntimeError:
        return
    raise AssertionError("a closed sandbox ran a command")


CHECKS: dict[str, Check] = {
    name.removeprefix("check_"): check
    for name, check in list(globals().items())
    if name.startswith("check_") and callable(check)
}
"""Every check by its name."""


def run(make: Callable[[], Bench]) -> Iterator[tuple[str, str]]:
    """Run every check on a bench of its own. Yields name and problem; the problem is empty where all is well."""
    for name, check in CHECKS.items():
        bench = make()
        try:
            check(bench)
        except AssertionError as error:
            yield name, str(error) or "failed"
        else:
            yield name, ""
        finally:
            bench.sandbox.close()
