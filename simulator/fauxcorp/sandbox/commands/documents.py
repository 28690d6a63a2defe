"""pdftotext, docx2txt, file: what a document says, and what a file is."""

from __future__ import annotations

from posixpath import basename

from fauxcorp.errors import ToolError
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.options import parse
from fauxcorp.world.documents import Document, kind_of, read_document

MAX_FILES = 500
_OFFICE = {
    "docx": "Microsoft Word 2007+",
    "xlsx": "Microsoft Excel 2007+",
    "pptx": "Microsoft PowerPoint 2007+",
    "odt": "OpenDocument Text",
    "ods": "OpenDocument Spreadsheet",
}
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "PNG image data"),
    (b"\xff\xd8\xff", "JPEG image data, JFIF standard 1.01"),
    (b"GIF8", "GIF image data"),
    (b"\x1f\x8b", "gzip compressed data"),
    (b"BZh", "bzip2 compressed data, block size = 900k"),
    (b"\xfd7zXZ\x00", "XZ compressed data, checksum CRC64"),
    (b"PK\x03\x04", "Zip archive data, at least v2.0 to extract, compression method=deflate"),
    (b"SQLite format 3\x00", "SQLite 3.x database"),
    (b"\x7fELF", "ELF 64-bit LSB pie executable, x86-64, version 1 (SYSV), dynamically linked, stripped"),
    (b"\xd0\xcf\x11\xe0", "Composite Document File V2 Document"),
)
_TYPES = {
    "PDF": "application/pdf", "PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "gzip": "application/gzip",
    "bzip2": "application/x-bzip2", "XZ": "application/x-xz", "Zip": "application/zip",
    "ELF": "application/x-pie-executable", "SQLite": "application/vnd.sqlite3", "directory": "inode/directory",
    "empty": "inode/x-empty", "symbolic": "inode/symlink",
    "Microsoft Word": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "Microsoft Excel": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "Microsoft PowerPoint": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "OpenDocument Text": "application/vnd.oasis.opendocument.text",
    "OpenDocument Spreadsheet": "application/vnd.oasis.opendocument.spreadsheet",
    "data": "application/octet-stream", "JSON": "application/json",
}  # fmt: skip


def pdftotext(call: Call) -> Out:
    """pdftotext [-f N] [-l N] [-layout] FILE [TEXT]: the text of a PDF; `-` stands for standard input or output."""
    words = ["--" + a[1:] if a in ("-layout", "-raw", "-nopgbrk", "-q", "-enc") else a for a in call.argv]
    given = parse(words, "f:l:v", "layout raw nopgbrk q enc=")
    if given.bad or not given.words:
        return Out("", "Usage: pdftotext [options] <PDF-file> [<text-file>]\n", 99)
    source = given.words[0]
    try:
        content = call.stdin if source == "-" else call.files.read(source)
    except ToolError:
        return Out("", f"I/O Error: Couldn't open file '{source}': No such file or directory.\n", 1)
    document = read_document(content) if kind_of(content) == "pdf" else None
    if document is None:
        return Out("", "Syntax Warning: May not be a PDF file (continuing anyway)\n"
                   "Syntax Error: Couldn't find trailer dictionary\nSyntax Error: Couldn't read xref table\n",
                   1)  # fmt: skip
    if not document.parts:
        locked = "password" in document.note
        why = "Command Line Error: Incorrect password" if locked else "Syntax Error: Couldn't read xref table"
        return Out("", f"{why}\n", 1)
    first, last = (_number(given.get(o), d) for o, d in (("f", 1), ("l", len(document.parts))))
    pages = [part.text for part in document.parts[max(first, 1) - 1 : last]]
    end = "" if given.has("nopgbrk") else "\f"
    text = "".join(f"{page}\n\n{end}" for page in pages)
    return _put(call, text, given.words[1] if len(given.words) > 1 else _beside(source))


def docx2txt(call: Call) -> Out:
    """docx2txt FILE [TEXT]: the text of a Word document; `-` stands for standard output."""
    words = [a for a in call.argv if a == "-" or not a.startswith("-")]
    if not words:
        return Out("", "Usage: docx2txt [infile.docx|-] [outfile.txt|-]\n", 1)
    try:
        content = call.stdin if words[0] == "-" else call.files.read(words[0])
    except ToolError:
        return Out("", f"Can't read docx file <{words[0]}>!\n", 1)
    document: Document | None = read_document(content) if kind_of(content) == "docx" else None
    if document is None or not document.parts:
        return Out("", f"Failed to extract required information from <{words[0]}>!\n", 1)
    return _put(call, document.plain + "\n", words[1] if len(words) > 1 else _beside(words[0]))


def file(call: Call) -> Out:
    """file [-b] [-i] FILE...: what a file is, by its content."""
    given = parse(call.argv, "bihLkzsNf:", "brief mime mime-type dereference no-pad")
    if given.bad or not given.words:
        return Out("", "Usage: file [-bcCdEhikLlNnprsSvzZ0] [--apple] [--extension] [--mime-encoding]\n", 1)
    brief = given.has("b", "brief")
    width = 0 if given.has("N", "no-pad") else max(len(w) for w in given.words[:MAX_FILES]) + 1
    lines = []
    for path in given.words[:MAX_FILES]:
        what = _what(call, path, follow=given.has("L", "dereference"))
        if given.has("i", "mime", "mime-type"):
            what = _mime(what, whole=not given.has("mime-type"))
        lines.append(what if brief else f"{path + ':':<{width}} {what}")
    return Out("\n".join(lines) + "\n")


def _what(call: Call, path: str, *, follow: bool) -> str:
    entry = call.files.get(call.files.path(path))
    if entry is None:
        return f"cannot open `{path}' (No such file or directory)"
    if entry.kind == "dir":
        return "directory"
    if entry.kind == "link" and not follow:
        return f"symbolic link to {entry.content.decode('utf-8', 'replace')}"
    try:
        return described(call.files.read(path))
    except ToolError:
        return "regular file, no read permission"


def described(content: bytes) -> str:
    """What some bytes are, in the words of `file`."""
    if not content:
        return "empty"
    kind = kind_of(content)
    if kind == "pdf":
        version = content[content.find(b"%PDF-") + 5 :][:3].decode("latin-1")
        document = read_document(content)
        pages = len(document.parts) if document is not None else 0
        return f"PDF document, version {version}" + (f", {pages} page(s)" if pages else "")
    if kind:
        return _OFFICE[kind]
    for magic, words in _MAGIC:
        if content.startswith(magic):
            return words
    if content[257:262] == b"ustar":
        return "POSIX tar archive (GNU)"
    return _text(content[:65536])


def _text(head: bytes) -> str:
    if b"\0" in head:
        return "data"
    letters = "ASCII" if head.isascii() else "UTF-8 Unicode" if _utf8(head) else "ISO-8859"
    ends = ", with CRLF line terminators" if b"\r\n" in head else ""
    longest = ", with very long lines" if max(map(len, head.split(b"\n"))) > 300 else ""
    if head.startswith(b"#!"):
        name = basename(head[2:].split(b"\n")[0].decode("utf-8", "replace").split(" ")[0])
        language = {"bash": "Bourne-Again shell", "sh": "POSIX shell", "python3": "Python"}.get(name, name)
        return f"{language} script, {letters} text executable{ends}"
    if head.lstrip()[:1] in (b"{", b"[") and head.rstrip()[-1:] in (b"}", b"]"):
        return "JSON text data"
    if head.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return f"HTML document, {letters} text{longest}{ends}"
    lines = head.split(b"\n")[:5]
    commas = [line.count(b",") for line in lines if line.strip()]
    if len(commas) > 1 and commas[0] and len(set(commas)) == 1:
        return f"CSV {letters} text{longest}{ends}"
    return f"{letters} text{longest}{ends}"


def _utf8(head: bytes) -> bool:
    # The last letter may be cut.
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3
    return True


def _mime(what: str, *, whole: bool) -> str:
    kind = next((mime for words, mime in _TYPES.items() if what.startswith(words)), "")
    kind = kind or ("text/x-shellscript" if "script" in what else "text/html" if "HTML" in what else "text/plain")
    letters = "us-ascii" if "ASCII" in what else "utf-8" if "UTF-8" in what else "binary"
    return f"{kind}; charset={letters}" if whole else kind


def _number(text: str, default: int) -> int:
    return min(int(text), 1_000_000) if text.isdecimal() else default


def _beside(path: str) -> str:
    stem, dot, _ = path.rpartition(".")
    return "-" if path == "-" else f"{stem if dot else path}.txt"


def _put(call: Call, text: str, place: str) -> Out:
    if place == "-":
        return Out(text)
    call.files.write(place, text.encode("utf-8", "replace"))
    return Out()


PROGRAMS: dict[str, Program] = {"pdftotext": pdftotext, "docx2txt": docx2txt, "file": file}
