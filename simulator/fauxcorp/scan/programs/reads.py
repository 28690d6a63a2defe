"""Programs that read files and hand on what they hold, whole, cut or turned."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import quote_from_bytes

from fauxcorp.scan import filedeeds
from fauxcorp.scan.desk import UNKNOWN
from fauxcorp.scan.programs.base import Line, Program, nothing, read_file, tested, write_file
from fauxcorp.scan.shell.data import DARK, EMPTY, Data, joined, plain
from fauxcorp.scan.shell.syntax import unescaped

_SCRIPTED = {
    "grep",
    "egrep",
    "fgrep",
    "rg",
    "ag",
    "zgrep",
    "awk",
    "gawk",
    "mawk",
    "sed",
    "jq",
    "yq",
    "perl",
    "tr",
    "xmllint",
}
"""Their first word is what to do, not a file."""
_TAKES = {
    "head": "n:c:qvz", "tail": "n:c:fFqvz", "grep": "e:f:A:B:C:m:inrRvlLcowxqsEFPHhaz",
    "sort": "k:t:o:S:T:bdfghinrRuVmcz", "cut": "d:f:c:b:sz", "awk": "F:v:f:", "sed": "e:f:nErsz", "wc": "clmwL",
    "od": "A:t:N:j:v", "xxd": "l:s:c:g:pirb", "base64": "w:dDi", "jq": "f:nrcsRaeMSj", "diff": "urbwBiqNaU:yW:",
    "column": "s:t:c:o:", "less": "NSRiFX", "fold": "w:s",
}  # fmt: skip
_LONG = (
    "lines= bytes= regexp= file= include= exclude= exclude-dir= max-count= ignore-case recursive line-number "
    "quiet expression= "
    "in-place wrap= decode field-separator= key= output= delimiter= fields= color= context= after-context= "
    "before-context= "
    "only-matching count invert-match word-regexp files-with-matches unified raw-output"
)


def cat(line: Line) -> Data:
    """cat, tac, nl and the like: files, or standard input."""
    words = [w.text for w in line.words if not (w.text.startswith("-") and len(w.text) > 1)]
    parts = [line.stdin if w == "-" else read_file(line, w) for w in words[:500]] or [line.stdin]
    out = joined(parts)
    return out if line.name == "cat" and not any(w.startswith("-") for w in line.argv) else out._replace(content=None)


def filtered(line: Line) -> Data:
    """grep, head, sort, awk and so on: files, or standard input, of which something comes out."""
    name = "grep" if line.name.endswith("grep") else "awk" if line.name.endswith("awk") else line.name
    given = line.parse(_TAKES.get(name, "n:"), _LONG)
    words = [w for w in given.words if w != "-"]
    if line.name in _SCRIPTED and not given.has("e", "f", "regexp", "expression", "file"):
        words = words[1:]
    if line.name in ("grep", "egrep", "fgrep", "rg", "ag", "zgrep", "diff", "cmp", "jq"):
        line.run.test = True
    deep = given.has("r", "R", "recursive") or line.name in ("rg", "ag")
    parts = [Data(None, (line.path(w),)) if deep else read_file(line, w) for w in words[:500]]
    names = tuple(n for p in parts for n in p.sources) if given.has("l", "files-with-matches") else ()
    whole = joined(parts or [line.stdin])
    kept = names if parts else whole.names if line.name in ("sort", "uniq", "head", "tail") else ()
    return whole._replace(content=_same(line, whole), names=kept)


def _same(line: Line, data: Data) -> bytes | None:
    """What comes out where that is sure: nothing out of nothing, and all of a short text at its head."""
    if data.content is None:
        return None
    if data.content == b"":
        return b""
    if line.name in ("head", "less", "more") and data.content.count(b"\n") <= 10 and not line.argv:
        return data.content
    return None


def sed(line: Line) -> Data:
    """sed: with -i it changes files, in a way that only the run knew unless it deletes all."""
    given = line.parse("ne:f:Ei::rsuz", "in-place expression= file= regexp-extended quiet null-data")
    inplace = any(re.match(r"-[nEersuz]*i|--in-place", w) for w in line.argv)
    if not inplace:
        return filtered(line)
    words = [w for w in line.argv if not w.startswith("-")]
    scripts = given.all("e", "expression")
    if not scripts and words:
        scripts, words = [words[0]], words[1:]
    words = [w for w in words if w not in scripts]
    for word in words[:200]:
        path = line.path(word)
        before = line.desk.content(line.desk.path(word))
        after = _edited(before, scripts) if before is not None else None
        filedeeds.write(line.shell.sheet, line.run, path, word, after, before=before)
    return EMPTY


_SUBSTITUTE = re.compile(r"s([/|#,@])((?:\\.|(?!\1).)*)\1((?:\\.|(?!\1).)*)\1(g?)", re.DOTALL)
_LINES = re.compile(r"/((?:\\.|[^/])*)/d")


def _edited(before: bytes, scripts: list[str]) -> bytes | None:
    """The text after plain substitutions and deletions; None where the script does more."""
    text = before.decode("utf-8", "replace")
    for script in scripts:
        for part in filter(None, re.split(r"(?<!\\);(?![^/]*/[gd]?$)|\n", script)):
            found = _SUBSTITUTE.fullmatch(part.strip())
            deleted = _LINES.fullmatch(part.strip())
            if found is not None and not re.search(r"[.*\[\]^$\\+?(){}|&]", found[2] + found[3].replace("\\/", "")):
                count = -1 if found[4] else 1
                rows = [row.replace(found[2], found[3], count) for row in text.split("\n")]
                text = "\n".join(rows)
            elif deleted is not None and not re.search(r"[.*\[\]^$\\+?(){}|]", deleted[1]):
                text = "\n".join(row for row in text.split("\n") if deleted[1] not in row)
            else:
                return None
    return text.encode()


def coded(line: Line) -> Data:
    """base64, base32, xxd -p: what comes out is known where what goes in is."""
    given = line.parse("w:dDirpc:l:s:", "wrap= decode ignore-garbage plain revert")
    parts = [read_file(line, w) for w in given.words if w != "-"]
    data = joined(parts or [line.stdin])
    if data.content is None:
        return data
    undo = given.has("d", "D", "decode") or (line.name == "xxd" and given.has("r", "revert"))
    try:
        content = _decoded(line.name, data.content) if undo else _encoded(line, given.get("w", "wrap"), data.content)
    except (binascii.Error, ValueError):
        content = None
    return data._replace(content=content).bounded()


def _decoded(name: str, data: bytes) -> bytes | None:
    if name == "base64":
        return base64.b64decode(data)
    if name == "base32":
        return base64.b32decode(data.strip())
    return binascii.unhexlify(b"".join(data.split()))


def _encoded(line: Line, wrap: str, data: bytes) -> bytes | None:
    if line.name == "base32":
        return base64.b32encode(data) + b"\n"
    if line.name == "base64":
        return base64.b64encode(data) + b"\n" if wrap == "0" else base64.encodebytes(data)
    return binascii.hexlify(data) + b"\n" if any(w.startswith("-") and "p" in w for w in line.argv) else None


def echo(line: Line) -> Data:
    """echo: its words."""
    words = line.argv
    end, escapes = "\n", False
    while words and re.fullmatch(r"-[neE]+", words[0]):
        option = words.pop(0)
        end = "" if "n" in option else end
        escapes = "e" in option
    text = " ".join(words)
    return plain((unescaped(text) if escapes else text) + end)


def printf(line: Line) -> Data:
    """printf: with %s and %d it is known what comes out."""
    if not line.words:
        return EMPTY
    shape, rest = line.argv[0], line.argv[1:]
    if shape == "-v" or UNKNOWN in shape:
        return DARK
    pieces = re.split(r"(%%|%[-0-9.]*[sdbqiu])", unescaped(shape))
    out: list[str] = []
    for _ in range(100):
        for piece in pieces:
            if piece == "%%":
                out.append("%")
            elif piece.startswith("%") and len(piece) > 1:
                value = rest.pop(0) if rest else ""
                out.append(unescaped(value) if piece.endswith("b") else value)
            else:
                out.append(piece)
        if not rest or len(pieces) == 1:
            break
    return plain("".join(out))


def pwd(line: Line) -> Data:
    """pwd: the folder."""
    return plain(line.desk.cwd + "\n")


def whoami(line: Line) -> Data:
    """whoami, logname: the user."""
    return plain(line.desk.user + "\n")


def name_of(line: Line) -> Data:
    """basename and dirname."""
    if not line.words:
        return EMPTY
    path = line.argv[0].rstrip("/")
    folder, _, name = path.rpartition("/")
    if line.name == "dirname":
        return plain((folder or ("/" if path.startswith("/") else ".")) + "\n")
    ending = line.argv[1] if len(line.words) > 1 else ""
    return plain(name.removesuffix(ending) + "\n")


def seq(line: Line) -> Data:
    """seq: numbers."""
    numbers = [w for w in line.argv if re.fullmatch(r"-?\d{1,6}", w)]
    if not numbers or len(numbers) != len(line.words):
        return DARK
    first, last = (1, int(numbers[0])) if len(numbers) == 1 else (int(numbers[0]), int(numbers[-1]))
    step = int(numbers[1]) if len(numbers) == 3 else 1
    return plain("".join(f"{n}\n" for n in range(first, last + 1, step or 1)[:2000]))


def ls(line: Line) -> Data:
    """ls: what it lists is not known, but that it is in these folders."""
    words = [w.text for w in line.words if not w.text.startswith("-")] or ["."]
    names = [w if any(c in w for c in "*?") else f"{w.rstrip('/')}/*" for w in words]
    return Data(None, (), tuple(line.path(n) for n in names[:50]))


def tr(line: Line) -> Data:
    """tr: turned, and where it came from."""
    if line.stdin.content is not None and line.argv[:1] == ["-d"] and len(line.argv) == 2:
        gone = unescaped(line.argv[1]).encode("utf-8", "replace")
        return line.stdin._replace(content=line.stdin.content.translate(None, gone))
    return line.stdin._replace(content=None)


def openssl(line: Line) -> Data:
    """openssl enc, base64, dgst, rsautl: files in, files out."""
    argv = line.argv
    source = argv[argv.index("-in") + 1] if "-in" in argv[:-1] else ""
    target = argv[argv.index("-out") + 1] if "-out" in argv[:-1] else ""
    data = read_file(line, source) if source else line.stdin
    coded_ = argv[:1] == ["base64"] or (argv[:1] == ["enc"] and ("-base64" in argv or "-a" in argv))
    known = data.content if coded_ and "-d" not in argv else None
    out = data._replace(content=base64.encodebytes(known) if known is not None else None)
    if target:
        write_file(line, target, out)
        return EMPTY
    return out


def urlencode(line: Line) -> Data:
    """urlencode: as it stands in addresses."""
    content = line.stdin.content if not line.words else " ".join(line.argv).encode("utf-8", "replace")
    return line.stdin._replace(content=quote_from_bytes(content).encode() if content is not None else None)


_READERS = (
    "tac", "nl", "rev", "bat", "batcat", "zcat", "bzcat", "xzcat", "strings", "hexdump", "hd", "md5sum", "sha1sum",
    "sha256sum", "sha512sum", "cksum", "stat", "file", "pdftotext", "docx2txt", "antiword", "catdoc", "exiftool",
    "iconv", "dos2unix", "paste", "join", "comm", "shuf", "split", "csvcut", "xsv", "uuencode", "gpg", "age",
)  # fmt: skip
_FILTERS = (
    "grep", "egrep", "fgrep", "zgrep", "rg", "ag", "head", "tail", "less", "more", "most", "sort", "uniq", "cut", "wc",
    "awk", "gawk", "mawk", "jq", "yq", "od", "column", "fold", "fmt", "diff", "cmp", "xmllint", "expand",
)  # fmt: skip

PROGRAMS: dict[str, Program] = {
    "cat": cat, "sed": sed, "base64": coded, "base32": coded, "xxd": coded, "echo": echo, "printf": printf, "pwd": pwd,
    "whoami": whoami, "logname": whoami, "basename": name_of, "dirname": name_of, "seq": seq, "ls": ls, "dir": ls,
    "tr": tr, "openssl": openssl, "urlencode": urlencode, "tree": nothing, "du": nothing, "df": nothing, "test": tested,
    "[": tested, **dict.fromkeys(_READERS, cat), **dict.fromkeys(_FILTERS, filtered),
}  # fmt: skip
