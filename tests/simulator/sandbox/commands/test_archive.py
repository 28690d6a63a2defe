"""Archives hold what they should, are the same every time, and stay in bounds."""

from __future__ import annotations

import bz2
import gzip
import lzma

import pytest

from fauxcorp.errors import ToolError
from fauxcorp.sandbox.commands.archive import MAX_UNPACKED, bounded, squeezed


@pytest.mark.parametrize("flag", ["", "z", "j", "J"])
def test_tar_there_and_back(flag: str, desk) -> None:
    assert desk.out(f"cd /srv/share; tar c{flag}f /tmp/a.tar plan.txt trial; tar t{flag}f /tmp/a.tar") == (
        "plan.txt\ntrial\ntrial/results.csv\ntrial/scan.bin\n"
    )
    desk.run(f"mkdir /tmp/o; tar x{flag}f /tmp/a.tar -C /tmp/o")
    assert desk.sandbox.read("/tmp/o/trial/scan.bin", desk.tool) == bytes(range(256))


def test_tar_reads_what_it_packs(desk) -> None:
    desk.run("tar czf /tmp/a.tgz /srv/share")
    assert [e.path for e in desk.effects if e.action == "file-read"] == [
        "/srv/share/plan.txt", "/srv/share/trial/results.csv", "/srv/share/trial/scan.bin",
    ]  # fmt: skip


def test_tar_through_a_pipe(desk) -> None:
    assert desk.out("tar cf - -C /srv/share plan.txt | tar xf - -O").endswith("Total 41\n")


def test_tar_may_not_pack_what_may_not_be_read(desk) -> None:
    assert "Permission denied" in desk.run("tar cf /tmp/a.tar /home/ada/diary.txt").stderr


def test_zip_there_and_back(desk) -> None:
    assert desk.out("zip -r /tmp/a.zip /srv/share/trial") == (
        "  adding: srv/share/trial/ (deflated)\n  adding: srv/share/trial/results.csv (deflated)\n"
        "  adding: srv/share/trial/scan.bin (deflated)\n"
    )
    desk.run("unzip -q /tmp/a.zip -d /tmp/o")
    assert desk.sandbox.read("/tmp/o/srv/share/trial/scan.bin", desk.tool) == bytes(range(256))


def test_gzip_takes_the_place_of_the_file(desk) -> None:
    assert desk.out("cp notes.txt n; gzip n; ls n*; gunzip n.gz; cat n") == "n.gz\nnotes.txt\nremember the milk\n"
    assert desk.run("gunzip notes.txt").stderr == "gunzip: notes.txt: not in gzip format\n"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_bounded(pack) -> None:
    assert bounded(pack(b"hello")) == b"hello"
    with pytest.raises(ToolError, match="No space left"):
        bounded(pack(b"\0" * (MAX_UNPACKED + 1)))


@pytest.mark.parametrize("data", [b"\x1f\x8bxx", b"BZxx", b"\xfd7zXxx"])
def test_broken_data(data: bytes) -> None:
    with pytest.raises(ToolError):
        bounded(data)


def test_other_data_is_given_back() -> None:
    assert bounded(b"plain") == b"plain"


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", ""])
def test_squeezed_is_the_same_every_time(kind: str) -> None:
    assert squeezed(b"abc" * 99, kind) == squeezed(b"abc" * 99, kind)
    assert bounded(squeezed(b"abc", kind)) == b"abc"


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("tar", 2, "You must specify one of"),
        ("tar cf /tmp/a.tar", 2, "Cowardly refusing"),
        ("tar cf /tmp/a.tar /none", 1, "Cannot stat"),
        ("tar xf notes.txt", 1, "does not look like a tar archive"),
        ("tar --bogus", 64, "unrecognized option '--bogus'"),
        ("tar cf /etc/x.tar notes.txt", 1, "Permission denied"),
        ("zip", 12, "Nothing to do"),
        ("zip -r /tmp/z /home/ada", 1, "Permission denied"),
        ("unzip notes.txt", 9, "cannot find or open"),
        ("gzip /srv", 1, "Is a directory"),
        ("gzip /none", 1, "No such file"),
    ],
)
def test_refused(command: str, code: int, said: str, desk) -> None:
    result = desk.run(command)
    assert result.exit_code == code
    assert said in result.stderr
    assert [k for k in desk.kinds() if "/attempted/" not in k] == []


def test_packing_is_one_new_file(desk) -> None:
    assert desk.actions("tar czf /tmp/a.tgz /srv/share") == ["file-created"]
    assert desk.actions("zip -q -r /tmp/a.zip /srv/share") == ["file-created"]
    assert desk.actions("tar cz /srv/share > /dev/null") == []
