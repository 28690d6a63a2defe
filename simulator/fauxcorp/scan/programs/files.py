"""Programs that change files: rm, mv, cp, tee, dd, truncate, chmod, sed -i and their kin."""

from __future__ import annotations

import posixpath
import re

from fauxcorp.core.effects import FileModified
from fauxcorp.scan import filedeeds
from fauxcorp.scan.programs.base import Line, Program, delete_path, read_file, shown, silent, write_file
from fauxcorp.scan.shell.data import EMPTY, Data, joined

_DEVICE = re.compile(r"/dev/(?:sd|hd|vd|nvme|mmcblk|xvd|mapper/|disk)")


def rm(line: Line) -> Data:
    """rm, unlink, rmdir, srm: each operand is gone."""
    given = line.parse(
        "rRfivdIP", "recursive force interactive verbose dir one-file-system no-preserve-root preserve-root"
    )
    tree = given.has("r", "R", "recursive")
    for word in given.words:
        delete_path(line, word, tree=tree, forced=given.has("f", "force"))
    return EMPTY


def rmdir(line: Line) -> Data:
    """rmdir removes empty folders only."""
    return EMPTY


def shred(line: Line) -> Data:
    """shred, wipe: what a file or disk held is gone, with -u the file too."""
    given = line.parse("fn:s:uvxz", "force iterations= size= remove verbose exact zero")
    for word in given.words:
        if _DEVICE.match(word):
            _wiped(line, word)
        elif given.has("u", "remove"):
            delete_path(line, word)
        else:
            write_file(line, word, Data(b""))
    return EMPTY


def _wiped(line: Line, word: str) -> None:
    line.add(FileModified, operand=word, path=shown(line.path(word)), truncated=True)


def truncate(line: Line) -> Data:
    """truncate -s 0 empties; to another size it cuts or grows."""
    given = line.parse("cos:r:", "no-create io-blocks size= reference=")
    size = given.get("s", "size")
    for word in given.words:
        if size.strip() in ("0", "<0"):
            write_file(line, word, Data(b""))
        else:
            line.add(FileModified, operand=word, path=shown(line.path(word)), truncated=size.startswith(("-", "<")))
    return EMPTY


def mv(line: Line) -> Data:
    """mv, rename: the last word is where to, unless -t names it."""
    given = line.parse("bfiunTt:S:vZ", "backup force interactive update no-clobber target-directory= suffix= verbose")
    words = list(given.words)
    target = given.get("t", "target-directory") or (words.pop() if len(words) > 1 else "")
    into = bool(given.get("t", "target-directory")) or len(words) > 1 or target.endswith("/")
    for word in words if target else []:
        source, place = line.path(word), line.path(target)
        folder = into or (not posixpath.splitext(target)[1] and line.desk.below(place))
        whole = posixpath.join(place, posixpath.basename(source.rstrip("/"))) if folder or target == "." else place
        filedeeds.move(line.shell.sheet, line.run, source, whole, word)
    return EMPTY


def cp(line: Line) -> Data:
    """cp, install: what is read is written elsewhere."""
    given = line.parse(
        "abdfiHlLnPpRrst:TuvxZ:m:o:g:DS:c",
        "archive backup recursive force interactive no-clobber parents preserve= target-directory= update "
        "verbose mode= owner="
        " group= link symbolic-link no-target-directory reflink= sparse=",
    )
    words = list(given.words)
    target = given.get("t", "target-directory") or (words.pop() if len(words) > 1 else "")
    into = len(words) > 1 or target.endswith("/") or target in (".", "..") or bool(given.get("t", "target-directory"))
    for word in words if target else []:
        data = EMPTY if word == "/dev/null" else read_file(line, word)
        name = posixpath.basename(word.rstrip("/"))
        folder = into or (not posixpath.splitext(target)[1] and posixpath.splitext(name)[1])
        place = posixpath.join(target, name) if folder and name else target
        if not line.is_pattern(word):
            write_file(line, place, data)
    return EMPTY


def link(line: Line) -> Data:
    """ln makes a name more; with -f it takes the place of what was there."""
    given = line.parse("sfnivbTt:rLPS:", "symbolic force no-dereference verbose target-directory= relative")
    if given.has("f", "force") and len(given.words) == 2 and line.desk.exists(line.path(given.words[1])):
        write_file(line, given.words[1], Data(b"") if given.words[0] == "/dev/null" else Data())
    return EMPTY


def tee(line: Line) -> Data:
    """tee: standard input into files, and on."""
    given = line.parse("aip", "append ignore-interrupts output-error=")
    for word in given.words:
        write_file(line, word, line.stdin, append=given.has("a", "append"))
    return line.stdin


def dd(line: Line) -> Data:
    """dd: of= is written, a disk is overwritten."""
    given = dict(w.split("=", 1) for w in line.argv if "=" in w)
    source = given.get("if", "")
    data = read_file(line, source) if source and not source.startswith("/dev/") else Data()
    target = given.get("of", "")
    if _DEVICE.match(target):
        _wiped(line, target)
    elif target:
        write_file(line, target, EMPTY if source == "/dev/null" else data)
    return EMPTY if target else data


def mkfs(line: Line) -> Data:
    """mkfs, wipefs, fdisk, parted, blkdiscard: a disk loses what it held."""
    for word in line.argv:
        if _DEVICE.match(word):
            _wiped(line, word)
    return EMPTY


def chmod(line: Line) -> Data:
    """chmod: the first word is the mode."""
    words = [w for w in line.argv if not re.fullmatch(r"-[cfvRLHP]+|--[a-z-]+(=\S*)?", w)]
    bits = words[0] if words else ""
    for word in words[1:]:
        filedeeds.mode(line.shell.sheet, line.run, line.path(word), word, bits=_bits(bits))
    return EMPTY


def _bits(mode: str) -> int:
    """A mode as a number; of one that only changes some bits, what an ordinary file has after it."""
    if re.fullmatch(r"[0-7]{1,4}", mode):
        return int(mode, 8)
    out = 0o644
    for who, sign, what in re.findall(r"([ugoa]*)([-+=])([rwxXst]*)", mode[:100]):
        for one in "ugo" if not who or "a" in who else who:
            shift = {"u": 6, "g": 3, "o": 0}[one]
            bits = sum({"r": 4, "w": 2, "x": 1, "X": 1}.get(c, 0) for c in set(what)) << shift
            bits |= (0o4000 if one == "u" else 0o2000 if one == "g" else 0) if "s" in what else 0
            out = out & ~(7 << shift) | bits if sign == "=" else out | bits if sign == "+" else out & ~bits
    return out


def chown(line: Line) -> Data:
    """chown, chgrp: the first word is who."""
    words = [w for w in line.argv if not w.startswith("-")]
    owner, _, group = (words[0] if words else "").partition(":")
    if line.name == "chgrp":
        owner, group = "", owner
    for word in words[1:]:
        filedeeds.mode(line.shell.sheet, line.run, line.path(word), word, owner=shown(owner), group=shown(group))
    return EMPTY


def touch(line: Line) -> Data:
    """touch makes what is not there."""
    given = line.parse("acd:fhmr:t:", "no-create date= reference= time=")
    for word in given.words:
        if not given.has("c", "no-create") and not line.desk.exists(line.path(word)):
            write_file(line, word, EMPTY, append=True)
    return EMPTY


def unpack(line: Line) -> Data:
    """tar, zip and the like: what goes into an archive is read; what comes out is the agent's own."""
    argv = line.argv
    making = line.name in ("zip", "7z", "7za") and "-d" not in argv
    if line.name in ("tar", "bsdtar"):
        first = argv[0] if argv else ""
        making = ("c" in first and not first.startswith("--")) or "--create" in argv
    if not making:
        return Data()
    words = [w for w in argv if not w.startswith("-")]
    if line.name in ("tar", "bsdtar") and words and argv and not argv[0].startswith("-"):
        words = words[1:]
    sources = [read_file(line, w) for w in words[1:][:200]]
    data = joined(sources)._replace(content=None) if sources else Data()
    if words and words[0] != "-":
        write_file(line, words[0], data)
    return data if words and words[0] == "-" else EMPTY


def packed(line: Line) -> Data:
    """gzip, bzip2, xz, zstd: a file for another, or a filter."""
    given = line.parse("cdfhklnNqrS:tv0123456789T:", "stdout decompress keep force recursive to-stdout")
    if not given.words or given.has("c", "stdout", "to-stdout"):
        return joined([read_file(line, w) for w in given.words] or [line.stdin])._replace(content=None)
    return EMPTY


PROGRAMS: dict[str, Program] = {
    "rm": rm, "unlink": rm, "srm": rm, "trash": rm, "del": rm, "rmdir": rmdir, "shred": shred, "wipe": shred,
    "truncate": truncate, "mv": mv, "rename": silent, "cp": cp, "install": cp, "ln": link, "tee": tee, "sponge": tee,
    "dd": dd, "mkfs": mkfs, "wipefs": mkfs, "fdisk": mkfs, "sfdisk": mkfs, "parted": mkfs, "blkdiscard": mkfs,
    "chmod": chmod, "chown": chown, "chgrp": chown, "touch": touch, "tar": unpack, "bsdtar": unpack, "zip": unpack,
    "7z": unpack, "7za": unpack, "unzip": unpack, "gzip": packed, "gunzip": packed, "bzip2": packed, "xz": packed,
    "zstd": packed, "zcat": packed, "pigz": packed, "mkdir": silent, "setfacl": silent,
    **{f"mkfs.{kind}": mkfs for kind in ("ext2", "ext3", "ext4", "xfs", "btrfs", "vfat", "ntfs")},
}  # fmt: skip
