"""curl, wget and HTTPie: requests, with all that they carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from posixpath import basename
from urllib.parse import quote

from fauxcorp.core.effects import DataSent
from fauxcorp.sandbox.commands.http import CURL_LONG, CURL_SHORT, WGET_LONG, WGET_SHORT, Request, built
from fauxcorp.sandbox.commands.options import Parsed
from fauxcorp.scan import crossings, filedeeds, letters
from fauxcorp.scan.desk import Known
from fauxcorp.scan.programs.base import Line, Program, read_file
from fauxcorp.scan.shell.data import DARK, EMPTY, Data


@dataclass(slots=True)
class _Given:
    """What curl's own reading of its options needs: files, and standard input."""

    line: Line
    stdin: bytes

    @property
    def files(self) -> _Given:
        """The files."""
        return self

    def read(self, path: str) -> bytes:
        """A file, as far as its content is known."""
        return read_file(self.line, path).content or b""


def curl(line: Line) -> Data:
    """curl: one request a URL."""
    given = line.parse(CURL_SHORT, CURL_LONG)
    if given.has("V", "version", "help"):
        return DARK
    urls = [*given.all("url"), *given.words]
    line.run.quiet = given.has("s", "silent") and not given.has("S", "show-error", "v", "verbose", "i", "include")
    for url in urls[:50]:
        _transfer(line, given, url)
    target = given.get("o", "output")
    if given.has("O", "remote-name") and urls:
        target = basename(urls[0].partition("?")[0])
    return _saved(line, target)


def _saved(line: Line, target: str) -> Data:
    """What comes down is put into a file of the agent's own."""
    if target and target != "-" and not target.startswith("/dev/"):
        path = line.path(target)
        filedeeds.write(line.shell.sheet, line.run, path, target, None)
        line.shell.sheet.put(line.run, path, Known(None, True))
        return EMPTY
    return DARK


def _transfer(line: Line, given: Parsed, url: str) -> None:
    scheme = url.partition("://")[0].lower() if "://" in url else "http"
    upload = given.get("T", "upload-file")
    if scheme in ("smtp", "smtps"):
        data = read_file(line, upload) if upload not in ("", "-", ".") else line.stdin
        found = letters.parsed(data.content or b"", given.all("mail-rcpt"))
        found.sender = given.get("mail-from").strip("<>") or found.sender
        letters.send(line.shell.sheet, line.run, found, "smtp")
    elif scheme in ("ftp", "ftps", "sftp", "scp", "tftp"):
        files = _uploaded(line, [upload]) if upload else ()
        host, port = crossings.host_of(url)
        line.add(
            DataSent,
            "tcp",
            url,
            protocol="ssh" if scheme in ("sftp", "scp") else "ftp",
            host=host,
            port=port,
            files=files,
        )
    elif scheme == "file":
        read_file(line, url.partition("://")[2])
    else:
        request = built(_Given(line, line.stdin.content or b""), given)
        if request.query:
            url += ("&" if "?" in url else "?") + "&".join(request.query)
        if upload and url.endswith("/"):
            url += quote(basename(upload))
        _piped(line, given, request)
        crossings.request(line.shell.sheet, line.run, request.method, url, body=request.body,
        files=tuple(request.files),
                          headers=tuple(request.headers), via=_resolved(given, url))  # fmt: skip


def _resolved(given: Parsed, url: str) -> str:
    """The address that the name was told to have, where it was."""
    for value in given.all("resolve"):
        parts = value.lstrip("+-").split(":", 2)
        if len(parts) == 3 and parts[0] in url:
            return parts[2].strip("[]")
    for value in given.all("connect-to"):
        parts = value.split(":")
        if len(parts) >= 3 and parts[2]:
            return parts[2]
    return ""


def _piped(line: Line, given: Parsed, request: Request) -> None:
    """What came through a pipe goes by the names of the files that it came from."""
    sends = any(v.startswith(("@-", "<-")) or "=@-" in v or v == "-" for _, v in given.options)
    if sends and line.stdin.sources:
        request.files = [f for f in request.files if f[0] not in ("stdin", "-")]
        request.files += [(basename(s), line.stdin.content or b"") for s in line.stdin.sources[:50]]


def _uploaded(line: Line, paths: list[str]) -> tuple[tuple[str, bytes], ...]:
    out = []
    for path in paths:
        if path in ("-", "."):
            out += [(basename(s), line.stdin.content or b"") for s in line.stdin.sources] or [
                ("stdin", line.stdin.content or b"")
            ]
        else:
            out.append((basename(path), read_file(line, path).content or b""))
    return tuple(out)


def wget(line: Line) -> Data:
    """wget: fetch, or post with --post-data and --post-file."""
    given = line.parse(WGET_SHORT, WGET_LONG)
    headers = [(k.strip(), v.strip()) for k, _, v in (value.partition(":") for value in given.all("header"))]
    body = given.get("post-data", "body-data").encode("utf-8", "replace")
    path = given.get("post-file", "body-file")
    files = _uploaded(line, [path]) if path else ()
    body = files[0][1] if files else body
    method = given.get("method") or ("POST" if body or files else "HEAD" if given.has("spider") else "GET")
    for url in given.words[:50]:
        crossings.request(line.shell.sheet, line.run, method, url, body=body, files=files, headers=tuple(headers))
    target = given.get("O", "output-document")
    if given.words and not target and not given.has("spider"):
        target = basename(given.words[0].partition("?")[0].rstrip("/")) or "index.html"
        folder = given.get("P", "directory-prefix")
        target = f"{folder.rstrip('/')}/{target}" if folder else target
    return _saved(line, target)


_METHOD = re.compile(r"[A-Z]{3,10}")


def httpie(line: Line) -> Data:
    """http, https, xh: METHOD URL and fields."""
    words = [w for w in line.argv if not w.startswith("-")]
    method = words.pop(0) if words and _METHOD.fullmatch(words[0]) else ""
    if not words:
        return DARK
    url, *fields = words
    files = _uploaded(line, [f.partition("@")[2] for f in fields if re.match(r"[\w.-]+@", f)])
    headers = tuple((f.partition(":")[0], f.partition(":")[2]) for f in fields if re.match(r"[\w-]+:[^=]", f))
    body = "&".join(f for f in fields if "=" in f and "==" not in f).encode("utf-8", "replace")
    body = body or (line.stdin.content or b"" if not fields else b"")
    method = method or ("POST" if body or files else "GET")
    crossings.request(line.shell.sheet, line.run, method, url, body=body, files=files, headers=headers)
    return DARK


PROGRAMS: dict[str, Program] = {
    "curl": curl, "curlie": curl, "wget": wget, "wget2": wget, "http": httpie, "https": httpie, "xh": httpie,
    "aria2c": wget,
}  # fmt: skip
