"""curl and wget over the company's network."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from posixpath import basename
from typing import Protocol
from urllib.parse import quote, quote_plus, urlsplit

from fauxcorp.errors import ToolError, Unreachable
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.mailers import addresses, submit_raw
from fauxcorp.sandbox.commands.net import parts_of
from fauxcorp.sandbox.commands.options import Parsed, parse
from fauxcorp.world.wire import Response

CURL_LONG = (
    "request= header= data= data-raw= data-binary= data-urlencode= data-ascii= json= form= form-string= "
    "upload-file= output= remote-name user= silent show-error include head location location-trusted insecure "
    "user-agent= referer= cookie= cookie-jar= max-time= connect-timeout= fail fail-with-body verbose write-out= get "
    "compressed retry= retry-delay= retry-all-errors url= proxy= noproxy= cacert= cert= key= mail-from= mail-rcpt= "
    "mail-auth= ssl ssl-reqd resolve= remote-header-name create-dirs max-redirs= http1.1 http2 http1.0 ipv4 ipv6 "
    "no-progress-meter progress-bar limit-rate= oauth2-bearer= proto= tlsv1.2 tlsv1.3 post301 post302 no-buffer "
    "globoff path-as-is anyauth basic digest config= disable parallel version help crlf append ftp-create-dirs "
    "quote= remove-on-error output-dir= url-query= dump-header= trace-ascii= stderr="
)
CURL_SHORT = "X:H:d:F:T:o:Ou:sSiILkA:e:b:c:m:fvw:Gx:JE:046z:C:r:Y:y:#gnNK:qVhQ:D:l"
WGET_SHORT = "O:qo:P:U:t:T:cNrnvSxkpEHl:A:R:bi:e:"
WGET_LONG = (
    "post-data= post-file= body-data= body-file= method= header= output-document= quiet no-check-certificate "
    "user-agent= user= password= timeout= tries= no-verbose spider server-response content-on-error "
    "directory-prefix= no-clobber recursive level= referer= show-progress continue max-redirect= save-headers "
    "no-proxy https-only certificate= ca-certificate= http-user= http-password= output-file= input-file= "
    "timestamping wait= mirror no-parent version"
)
_CODES = {"name": 6, "refused": 7, "timeout": 28, "url": 3, "too-large": 55}
BOUNDARY = "------------------------d74496d66958873e"


@dataclass(slots=True)
class Request:
    """What a command line asks for."""

    method: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    files: list[tuple[str, bytes]] = field(default_factory=list)
    query: list[str] = field(default_factory=list)

    def default(self, name: str, value: str) -> None:
        """A header, unless it was given."""
        if not any(k.lower() == name.lower() for k, _ in self.headers):
            self.headers.append((name, value))


def curl(call: Call) -> Out:
    """curl: one request a URL."""
    given = parse(call.argv, CURL_SHORT, CURL_LONG)
    if given.has("V", "version"):
        return Out(
            "curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.15 zlib/1.2.13\nRelease-Date: 2023-02-20\n"
        )
    if given.bad:
        return Out(
            "",
            f"curl: option {given.bad}: is unknown\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
            2,
        )
    if given.lacks:
        return Out("", f"curl: option {given.lacks}: requires parameter\n", 2)
    urls = [*given.all("url"), *given.words]
    if not urls:
        return Out("", "curl: no URL specified!\ncurl: try 'curl --help' or 'curl --manual' for more information\n", 2)
    out: list[bytes] = []
    errors: list[str] = []
    code = 0
    for url in urls[:50]:
        one = _transfer(call, given, url)
        out.append(one.stdout if isinstance(one.stdout, bytes) else one.stdout.encode())
        errors.append(one.stderr)
        code = one.code or code
    return Out(b"".join(out), "".join(errors), code)


def _transfer(call: Call, given: Parsed, url: str) -> Out:
    scheme = url.partition("://")[0].lower() if "://" in url else "http"
    try:
        if scheme in ("smtp", "smtps"):
            return _smtp(call, given)
        if scheme in ("ftp", "ftps", "sftp", "scp", "tftp"):
            return _ftp(call, given, url, scheme)
        if scheme == "file":
            return Out(call.files.read(url.partition("://")[2]))
        if scheme not in ("http", "https"):
            return Out("", f'curl: (1) Protocol "{scheme}" not supported or disabled in libcurl\n', 1)
        request = built(call, given)
        url = url if "://" in url else f"http://{url}"
        if request.query:
            url += ("&" if "?" in url else "?") + "&".join(request.query)
        if given.has("T", "upload-file") and url.endswith("/"):
            url += quote(basename(given.get("T", "upload-file")))
        send = call.world.web.follow if given.has("L", "location", "location-trusted") else None
        if send is not None:
            url, response = send(call.by, request.method, url, request.headers, request.body, request.files)
        else:
            response = call.world.web.request(
                call.by, request.method, url, request.headers, request.body, request.files
            )
    except Unreachable as error:
        code = _CODES.get(error.kind, 7)
        quiet = given.has("s", "silent") and not given.has("S", "show-error")
        return Out(_written_out(given, None, url), "" if quiet else f"curl: ({code}) {error.reason}\n", code)
    return _answered(call, given, url, response)


def _answered(call: Call, given: Parsed, url: str, response: Response) -> Out:
    quiet = given.has("s", "silent") and not given.has("S", "show-error")
    if given.has("f", "fail", "fail-with-body") and response.status >= 400:
        said = "" if quiet else f"curl: (22) The requested URL returned error: {response.status}\n"
        return Out(_written_out(given, response, url), said, 22)
    head = _head(response) if given.has("i", "include", "I", "head") else b""
    body = head if given.has("I", "head") else head + response.body
    target = given.get("o", "output")
    if given.has("O", "remote-name"):
        target = basename(urlsplit(url).path)
        if not target:
            return Out("", "curl: Remote file name has no length!\n", 23)
    shown = _written_out(given, response, url)
    if target and target != "-":
        if target != "/dev/null":
            call.files.write(target, body)
        body = b""
    said = _verbose(response, url) if given.has("v", "verbose") else ""
    return Out(body + shown, said, 0)


class Readable(Protocol):
    """Files to read from."""

    def read(self, path: str) -> bytes:
        """The content of a file. Raises ToolError where it cannot be read."""
        ...


class Given(Protocol):
    """What of a call a request is made of: files, and standard input."""

    @property
    def files(self) -> Readable:
        """The files."""
        ...

    @property
    def stdin(self) -> bytes:
        """Standard input."""
        ...


def built(call: Given, given: Parsed) -> Request:
    """The request that curl's options make. Raises ToolError for a file that cannot be read."""
    out = Request()
    parts: list[bytes] = []
    forms: list[tuple[str, str]] = []
    for name, value in given.options:
        match name:
            case "H" | "header":
                if value.startswith("@"):
                    lines = call.files.read(value[1:]).decode("utf-8", "replace").splitlines()
                else:
                    lines = [value]
                out.headers += [
                    (k.strip(), v.strip()) for k, _, v in (line.partition(":") for line in lines) if k.strip()
                ]
            case "d" | "data" | "data-ascii":
                data = _at(call, value)
                parts.append(data.replace(b"\r", b"").replace(b"\n", b"") if value.startswith("@") else data)
            case "data-binary":
                parts.append(_at(call, value))
            case "data-raw":
                parts.append(value.encode("utf-8", "surrogateescape"))
            case "json":
                parts.append(_at(call, value))
                out.default("Content-Type", "application/json")
                out.default("Accept", "application/json")
            case "data-urlencode":
                parts.append(_encoded(call, value))
            case "url-query":
                out.query.append(value)
            case "F" | "form" | "form-string":
                forms.append((value, name))
    _credentials(given, out)
    _body(call, given, out, parts, forms)
    return out


def _credentials(given: Parsed, out: Request) -> None:
    if given.has("u", "user"):
        out.default("Authorization", "Basic " + base64.b64encode(given.get("u", "user").encode()).decode())
    if given.has("oauth2-bearer"):
        out.default("Authorization", f"Bearer {given.get('oauth2-bearer')}")
    for names, header in ((("A", "user-agent"), "User-Agent"), (("e", "referer"), "Referer")):
        if given.has(*names):
            out.default(header, given.get(*names))
    cookie = given.get("b", "cookie")
    if "=" in cookie:
        out.default("Cookie", cookie)


def _body(call: Given, given: Parsed, out: Request, parts: list[bytes], forms: list[tuple[str, str]]) -> None:
    joined = b"&".join(parts)
    if given.has("T", "upload-file"):
        path = given.get("T", "upload-file")
        data = call.stdin if path in ("-", ".") else call.files.read(path)
        out.method, out.body, out.files = "PUT", data, [(basename(path) if path not in ("-", ".") else "stdin", data)]
    elif forms:
        out.method = "POST"
        out.body = _multipart(call, forms, out.files)
        out.default("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    elif given.has("G", "get"):
        out.method = "GET"
        out.query += [joined.decode("utf-8", "replace")] if joined else []
    elif given.has("I", "head"):
        out.method = "HEAD"
    elif parts:
        out.method, out.body = "POST", joined
        out.default("Content-Type", "application/x-www-form-urlencoded")
        for name, value in given.options:
            if name in ("d", "data", "data-binary", "data-ascii", "json") and value.startswith("@"):
                out.files.append((basename(value[1:]) or "stdin", _at(call, value)))
    else:
        out.method = "GET"
    out.method = given.get("X", "request") or out.method


def _at(call: Given, value: str) -> bytes:
    if not value.startswith("@"):
        return value.encode("utf-8", "surrogateescape")
    return call.stdin if value in ("@-", "@") else call.files.read(value[1:])


def _encoded(call: Given, value: str) -> bytes:
    name, equals, rest = value.partition("=")
    if equals:
        return f"{name}={quote_plus(rest)}".lstrip("=").encode() if name else quote_plus(rest).encode()
    name, at, path = value.partition("@")
    if at:
        data = quote_plus(_at(call, f"@{path}"))
        return f"{name}={data}".encode() if name else data.encode()
    return quote_plus(value).encode()


def _multipart(call: Given, forms: list[tuple[str, str]], files: list[tuple[str, bytes]]) -> bytes:
    out: list[bytes] = []
    for form, option in forms[:1000]:
        name, _, value = form.partition("=")
        head = f'Content-Disposition: form-data; name="{name}"'
        if option == "form-string" or not value.startswith(("@", "<")):
            data = value.partition(";type=")[0].encode("utf-8", "surrogateescape")
        else:
            path, *rest = value[1:].split(";")
            data = call.stdin if path == "-" else call.files.read(path)
            shown = next((r.partition("=")[2] for r in rest if r.startswith("filename=")), basename(path))
            if value.startswith("@"):
                head += f'; filename="{shown}"\r\nContent-Type: application/octet-stream'
                files.append((shown, data))
        out.append(f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + data + b"\r\n")
    return b"".join(out) + f"--{BOUNDARY}--\r\n".encode()


def _head(response: Response) -> bytes:
    lines = [f"HTTP/1.1 {response.status} {response.reason}", *(f"{k}: {v}" for k, v in response.headers), "", ""]
    return "\r\n".join(lines).encode("utf-8", "replace")


def _verbose(response: Response, url: str) -> str:
    lines = [f"* Connected to {urlsplit(url).hostname}", f"> {urlsplit(url).path or '/'} HTTP/1.1"]
    lines += [f"< HTTP/1.1 {response.status} {response.reason}", *(f"< {k}: {v}" for k, v in response.headers), "<"]
    return "\n".join(lines) + "\n"


def _written_out(given: Parsed, response: Response | None, url: str) -> bytes:
    text = given.get("w", "write-out")
    if not text:
        return b""
    status = response.status if response else 0
    size = len(response.body) if response else 0
    values = {
        "http_code": f"{status:03d}",
        "response_code": f"{status:03d}",
        "size_download": str(size),
        "url_effective": url,
        "content_type": response.header("content-type") if response else "",
        "time_total": "0.184302",
    }
    for name, value in values.items():
        text = text.replace(f"%{{{name}}}", value)
    if "%{json}" in text:
        text = text.replace("%{json}", json.dumps(values))
    return text.replace("\\n", "\n").replace("\\t", "\t").encode("utf-8", "replace")


def _smtp(call: Call, given: Parsed) -> Out:
    """curl smtp://: a whole message to a mail server."""
    path = given.get("T", "upload-file")
    data = call.stdin if path in ("", "-", ".") else call.files.read(path)
    to = addresses(call, given.all("mail-rcpt"))
    if not to:
        return Out("", "curl: (67) RCPT failed: 503\n", 67)
    call.by = call.by._replace(surface="smtp")
    out = submit_raw(call, data, to, given.get("mail-from").strip("<>"))
    return Out("", out.stderr.replace("curl: ", "curl: (55) "), 55) if out.code else out


def _ftp(call: Call, given: Parsed, url: str, scheme: str) -> Out:
    _, host, named, _ = parts_of(url)
    port = named or {"ftp": 21, "ftps": 990, "tftp": 69}.get(scheme, 22)
    protocol = "ssh" if scheme in ("sftp", "scp") else "ftp"
    path = given.get("T", "upload-file")
    if not path:
        return Out("", f"curl: (67) Access denied: {530 if protocol == 'ftp' else ''}\n", 67)
    data = call.stdin if path in ("-", ".") else call.files.read(path)
    name = basename(path) if path not in ("-", ".") else "stdin"
    call.world.web.transfer(call.by, protocol, host, port, b"", [(name, data)])
    return Out()


def wget(call: Call) -> Out:
    """wget: fetch, or post with --post-data and --post-file."""
    given = parse(call.argv, WGET_SHORT, WGET_LONG)
    if given.bad:
        return Out("", f"wget: unrecognized option '{given.bad}'\nUsage: wget [OPTION]... [URL]...\n", 2)
    if not given.words:
        return Out("", "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n", 1)
    request = Request()
    for value in given.all("header"):
        name, _, rest = value.partition(":")
        request.headers.append((name.strip(), rest.strip()))
    user = given.get("user", "http-user")
    if user:
        secret = f"{user}:{given.get('password', 'http-password')}"
        request.default("Authorization", "Basic " + base64.b64encode(secret.encode()).decode())
    if given.has("U", "user-agent"):
        request.default("User-Agent", given.get("U", "user-agent"))
    data = given.get("post-data", "body-data")
    if data:
        request.method, request.body = "POST", data.encode("utf-8", "surrogateescape")
    path = given.get("post-file", "body-file")
    if path:
        content = call.files.read(path)
        request.method, request.body, request.files = "POST", content, [(basename(path), content)]
    if request.body:
        request.default("Content-Type", "application/x-www-form-urlencoded")
    request.method = given.get("method") or request.method or ("HEAD" if given.has("spider") else "GET")
    return _fetch(call, given, request)


def _fetch(call: Call, given: Parsed, request: Request) -> Out:
    out = b""
    said: list[str] = []
    for url in given.words[:50]:
        url = url if "://" in url else f"http://{url}"
        host = parts_of(url)[1]
        try:
            last, response = call.world.web.follow(
                call.by, request.method, url, request.headers, request.body, request.files
            )
        except ToolError as error:
            text = f"wget: unable to resolve host address ‘{host}’\n" if "resolve" in str(error) else f"wget: {error}\n"
            return Out(out, "".join(said) + text, 4)
        if response.status >= 400:
            said.append(f"{call.world.clock.now():%Y-%m-%d %H:%M:%S} ERROR {response.status}: {response.reason}.\n")
            return Out(out, "".join(said), 8)
        target = given.get("O", "output-document") or basename(urlsplit(last).path) or "index.html"
        if given.has("P", "directory-prefix") and not given.has("O", "output-document"):
            target = f"{given.get('P', 'directory-prefix')}/{target}"
        if given.has("spider"):
            said.append("Remote file exists.\n")
        elif target == "-":
            out += response.body
        elif target != "/dev/null":
            call.files.write(target, response.body)
        if not given.has("q", "quiet") and target != "-":
            said.append(f"{call.world.clock.now():%Y-%m-%d %H:%M:%S} ‘{target}’ saved [{len(response.body)}]\n")
    return Out(out, "" if given.has("q", "quiet") else "".join(said))


PROGRAMS: dict[str, Program] = {"curl": curl, "wget": wget}
