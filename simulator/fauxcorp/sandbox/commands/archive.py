"""tar, zip, unzip: archives whose bytes are the same every time, and that do not explode."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from posixpath import join, normpath

from fauxcorp.errors import ToolError
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.listing import mode_text
from fauxcorp.sandbox.commands.options import Parsed, parse
from fauxcorp.world.files import FileEntry
from fauxcorp.world.when import minute

MAX_UNPACKED = 64 * 1024 * 1024
"""Bytes that one archive may unpack to."""
MAX_MEMBERS = 10_000

Member = tuple[str, FileEntry, bytes]


def members(call: Call, paths: list[str]) -> list[Member]:
    """Files and folders with all below them, sorted, under the names given."""
    out: list[Member] = []
    for path in paths:
        full = call.files.path(path)
        entry = call.files.get(full)
        if entry is None:
            raise ToolError(f"{path}: Cannot stat: No such file or directory")
        out.append((path.lstrip("/") or ".", entry, b"" if entry.kind != "file" else call.files.read(full)))
        if entry.kind == "dir":
            out += members(call, [join(path, name) for name in call.files.names(full)][: MAX_MEMBERS - len(out)])
    return out


def bounded(data: bytes) -> bytes:
    """Unpack gzip, bzip2 or xz data up to the limit; other data is given back. Raises ToolError."""
    try:
        if data[:2] == b"\x1f\x8b":
            engine: zlib._Decompress | bz2.BZ2Decompressor | lzma.LZMADecompressor = zlib.decompressobj(31)
        elif data[:2] == b"BZ":
            engine = bz2.BZ2Decompressor()
        elif data[:2] == b"\xfd7":
            engine = lzma.LZMADecompressor()
        else:
            return data
        out = engine.decompress(data, MAX_UNPACKED + 1)
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise ToolError("Unexpected EOF in archive") from error
    if len(out) > MAX_UNPACKED:
        raise ToolError("write error: No space left on device")
    if not engine.eof:
        raise ToolError("Unexpected EOF in archive")
    return out


def tar(call: Call) -> Out:
    """tar: create, list, extract; gzip, bzip2, xz."""
    argv = list(call.argv)
    if argv and not argv[0].startswith("-"):
        argv[0] = f"-{argv[0]}"
    given = parse(
        argv,
        "cxtrvzjJf:C:pOPkahT:X:mo",
        "create extract list verbose gzip bzip2 xz file= directory= exclude= to-stdout get absolute-names "
        "strip-components= no-same-owner preserve-permissions transform= auto-compress files-from= sort= mtime= "
        "owner= group= numeric-owner exclude-vcs totals overwrite wildcards warning=",
    )
    if given.bad:
        return Out(
            "", f"tar: unrecognized option '{given.bad}'\nTry 'tar --help' or 'tar --usage' for more information.\n", 64
        )
    place = given.get("f", "file") or "-"
    folder = given.get("C", "directory")
    if folder:
        call.cwd = call.files.path(folder)
    if given.has("c", "create"):
        return _pack(call, given.words, place, folder, _packing(given, place), given.has("v", "verbose"))
    if given.has("x", "extract", "get", "t", "list"):
        data = call.stdin if place == "-" else call.files.read(place)
        return _unpack(
            call,
            bounded(data),
            folder,
            given.has("t", "list"),
            given.has("v", "verbose"),
            given.has("O", "to-stdout"),
            given.words,
        )
    return Out("", "tar: You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\n", 2)


def _packing(given: Parsed, place: str) -> str:
    for kind, names in (("gz", ("z", "gzip")), ("bz2", ("j", "bzip2")), ("xz", ("J", "xz"))):
        by_name = given.has("a", "auto-compress") and place.endswith((f".{kind}", f".t{kind}"))
        if given.has(*names) or by_name:
            return kind
    return ""


def _pack(call: Call, paths: list[str], place: str, folder: str, kind: str, loud: bool) -> Out:
    if not paths:
        said = "tar: Cowardly refusing to create an empty archive\n"
        return Out("", f"{said}Try 'tar --help' or 'tar --usage' for more information.\n", 2)
    rooted = any(p.startswith("/") for p in paths)
    base = call.files.path(folder) if folder else ""
    held = io.BytesIO()
    names = []
    with tarfile.open(fileobj=held, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, entry, data in members(call, [p if p.startswith("/") or not base else join(base, p) for p in paths]):
            shown = name.removeprefix(base.lstrip("/")).lstrip("/") or "." if base else name
            info = tarfile.TarInfo(shown)
            info.type = {"dir": tarfile.DIRTYPE, "link": tarfile.SYMTYPE}.get(entry.kind, tarfile.REGTYPE)
            info.mode, info.uname, info.gname = entry.mode & 0o7777, entry.owner, entry.group
            info.mtime, info.size = entry.mtime // 1_000_000, len(data)
            info.linkname = entry.content.decode("utf-8", "replace") if entry.kind == "link" else ""
            archive.addfile(info, io.BytesIO(data))
            names.append(f"{shown}/" if entry.kind == "dir" else shown)
    said = "tar: Removing leading `/' from member names\n" if rooted else ""
    packed = squeezed(held.getvalue(), kind)
    listed = "".join(f"{n}\n" for n in names) if loud else ""
    if place == "-":
        return Out(packed, said + listed)
    call.files.write(place, packed)
    return Out(listed, said)


def squeezed(data: bytes, kind: str) -> bytes:
    """Data compressed, without a time in it."""
    if kind == "gz":
        return gzip.compress(data, 6, mtime=0)
    return bz2.compress(data) if kind == "bz2" else lzma.compress(data, preset=1) if kind == "xz" else data


def _unpack(call: Call, data: bytes, folder: str, only_list: bool, loud: bool, to_out: bool, wanted: list[str]) -> Out:
    out: list[bytes] = []
    total = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for n, info in enumerate(archive):
                total += info.size
                if n > MAX_MEMBERS or total > MAX_UNPACKED:
                    raise ToolError("write error: No space left on device")
                if wanted and not any(info.name == w or info.name.startswith(f"{w.rstrip('/')}/") for w in wanted):
                    continue
                if only_list or loud:
                    out.append(_listed(call, info, only_list and loud))
                if not only_list:
                    out.append(_put(call, archive, info, folder, to_out))
    except (tarfile.TarError, EOFError) as error:
        raise ToolError(
            "This does not look like a tar archive\ntar: Exiting with failure status due to previous errors"
        ) from error
    return Out(b"".join(out))


def _put(call: Call, archive: tarfile.TarFile, info: tarfile.TarInfo, folder: str, to_out: bool) -> bytes:
    name = normpath(f"/{info.name}").lstrip("/")
    if info.isdir():
        where = join(call.files.path(folder or "."), name)
        if call.files.get(where) is None and not to_out:
            call.files.mkdir(where)
        return b""
    held = archive.extractfile(info) if info.isreg() else None
    content = held.read() if held is not None else b""
    if to_out:
        return content
    if held is not None:
        call.files.write(join(call.files.path(folder or "."), name), content, info.mode & 0o777)
    return b""


def _listed(call: Call, info: tarfile.TarInfo, long: bool) -> bytes:
    if not long:
        return f"{info.name}\n".encode()
    entry = FileEntry(mode=info.mode, kind="dir" if info.isdir() else "link" if info.issym() else "file")
    at = minute(round(info.mtime) * 1_000_000 if 0 <= info.mtime < 1e11 else 0, call.world.company.facts.timezone)
    return f"{mode_text(entry)} {info.uname}/{info.gname} {info.size:>9} {at} {info.name}\n".encode()


def zip_(call: Call) -> Out:
    """zip: -r, -j, -q, -e."""
    given = parse(call.argv, "rjqe0123456789P:x:mu9yX@", "recurse-paths junk-paths quiet encrypt password= exclude=")
    if len(given.words) < 2:
        return Out("", "zip error: Nothing to do!\n", 12)
    place, *paths = given.words
    place = place if "." in place.rpartition("/")[2] or place == "-" else f"{place}.zip"
    found = members(call, paths)
    if not given.has("r", "recurse-paths"):
        found = [m for m in found if m[0] in {p.lstrip("/") for p in paths}]
    held = io.BytesIO()
    lines = []
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, entry, data in found:
            shown = name.rpartition("/")[2] if given.has("j", "junk-paths") else name
            if entry.kind == "dir":
                if given.has("j", "junk-paths"):
                    continue
                shown += "/"
            info = zipfile.ZipInfo(shown, (2026, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (entry.mode & 0o7777) << 16
            archive.writestr(info, data)
            lines.append(f"  adding: {shown} (deflated)\n")
    if place == "-":
        return Out(held.getvalue())
    call.files.write(place, held.getvalue())
    return Out("" if given.has("q", "quiet") else "".join(lines))


def unzip(call: Call) -> Out:
    """unzip: -l, -d, -o, -p."""
    given = parse(call.argv, "lod:pqnvtjP:", "")
    if not given.words:
        return Out("", "UnZip 6.00 of 20 April 2009, by Debian. Original by Info-ZIP.\n", 10)
    place = given.words[0]
    out: list[bytes] = []
    try:
        with zipfile.ZipFile(io.BytesIO(call.files.read(place))) as archive:
            infos = archive.infolist()[:MAX_MEMBERS]
            if sum(i.file_size for i in infos) > MAX_UNPACKED:
                return Out(
                    "", f"error:  invalid zip file with overlapped components (possible zip bomb)\n{place}\n", 12
                )
            for info in infos:
                if given.has("l", "v", "t"):
                    out.append(f"{info.file_size:>9}  2026-01-01 00:00   {info.filename}\n".encode())
                elif given.has("p"):
                    out.append(archive.read(info))
                elif not info.is_dir():
                    name = normpath(f"/{info.filename}").lstrip("/")
                    call.files.write(join(call.files.path(given.get("d") or "."), name), archive.read(info))
                    out.append(b"" if given.has("q") else f"  inflating: {name}\n".encode())
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError):
        return Out("", f"unzip:  cannot find or open {place}, {place}.zip or {place}.ZIP.\n", 9)
    return Out(b"".join(out))


def gzip_(call: Call) -> Out:
    """gzip, gunzip, zcat, bzip2, bunzip2, xz, unxz and their kin."""
    given = parse(
        call.argv,
        "cdkfqvnN0123456789trl",
        "stdout decompress keep force best fast test to-stdout uncompress quiet verbose name no-name",
    )
    kind = (
        "bz2" if call.name in ("bzip2", "bunzip2", "bzcat") else "xz" if call.name in ("xz", "unxz", "xzcat") else "gz"
    )
    opens = (
        given.has("d", "decompress", "uncompress")
        or call.name.startswith("un")
        or call.name in ("gunzip", "zcat", "bunzip2", "bzcat", "xzcat")
    )
    to_out = given.has("c", "stdout", "to-stdout") or call.name.endswith("cat")
    if not given.words or given.words == ["-"]:
        return Out(bounded(call.stdin) if opens else squeezed(call.stdin, kind))
    out: list[bytes] = []
    for path in given.words:
        data = call.files.read(path)
        if opens and data[:2] not in (b"\x1f\x8b", b"BZ", b"\xfd7"):
            return Out(
                b"".join(out), f"{call.name}: {path}: not in {'gzip' if kind == 'gz' else call.name} format\n", 1
            )
        result = bounded(data) if opens else squeezed(data, kind)
        if to_out:
            out.append(result)
            continue
        target = path.rpartition(".")[0] if opens else f"{path}.{kind}"
        call.files.write(target, result)
        if not given.has("k", "keep"):
            call.files.delete(path)
    return Out(b"".join(out))


PROGRAMS: dict[str, Program] = {
    "tar": tar,
    "zip": zip_,
    "unzip": unzip,
    "gzip": gzip_,
    "gunzip": gzip_,
    "zcat": gzip_,
    "bzip2": gzip_,
    "bunzip2": gzip_,
    "bzcat": gzip_,
    "xz": gzip_,
    "unxz": gzip_,
    "xzcat": gzip_,
}
