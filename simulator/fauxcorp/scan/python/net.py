"""What leaves by Python's libraries for the network: requests, httpx, urllib, http.client, socket, ftplib, boto3,
paramiko."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from posixpath import basename
from typing import TYPE_CHECKING, Any

from fauxcorp.core.effects import DataSent
from fauxcorp.scan import crossings, filedeeds
from fauxcorp.scan.desk import UNKNOWN, Known
from fauxcorp.scan.python.values import DARK, Thing, data, text, texts
from fauxcorp.scan.shell.scope import replace

if TYPE_CHECKING:
    from fauxcorp.scan.python.walk import Program

Arguments = list[Any]
Keywords = dict[str, Any]
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})


def _files(value: Any) -> crossings.Files:
    """The files of a form: by field a handle, or a pair of name and content."""
    entries = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    out = []
    for entry in entries[:200]:
        if isinstance(entry, list | tuple) and len(entry) > 1:
            inner = entry[1] if not isinstance(entry[1], list | tuple) else (entry[1][1] if len(entry[1]) > 1 else b"")
            out.append((basename(text(entry[0])) or "file", data(inner)))
        elif isinstance(entry, Thing) and "path" in entry.data:
            out.append((basename(text(entry.data["path"])), data(entry)))
        else:
            out.append(("file", data(entry)))
    return tuple(out)


def ask(program: Program, method: str, url: Any, named: Keywords, headers: Any = None) -> Any:
    """One request, with what requests and httpx call its parts."""
    whole = text(url)
    params = named.get("params")
    if isinstance(params, dict) and params:
        whole += ("&" if "?" in whole else "?") + data(params).decode("utf-8", "replace")
    body = named.get("data", named.get("content", named.get("json")))
    files = _files(named.get("files"))
    if isinstance(body, Thing) and body.kind == "file":
        files += ((basename(body.data["path"]), data(body)),)
    given = {
        **(headers if isinstance(headers, dict) else {}),
        **(h if isinstance(h := named.get("headers"), dict) else {}),
    }
    auth = named.get("auth")
    if isinstance(auth, list | tuple) and len(auth) == 2:
        given.setdefault(
            "Authorization", "Basic " + base64.b64encode(":".join(texts(auth)).encode("utf-8", "replace")).decode()
        )
    crossings.request(program.shell.sheet, program.run, method, whole, body=data(body), files=files,
                      headers=tuple((text(k), text(v)) for k, v in list(given.items())[:50]))  # fmt: skip
    return Thing("response", {"url": whole})


def requests(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """requests.post, httpx.get and their kin; a session of them."""
    verb = name.rpartition(".")[2]
    if verb in _VERBS:
        return ask(
            program, verb, arguments[0] if arguments else named.get("url", UNKNOWN), _positional(verb, arguments, named)
        )
    if verb == "request":
        method = arguments[0] if arguments else named.get("method", "GET")
        return ask(program, text(method), arguments[1] if len(arguments) > 1 else named.get("url", UNKNOWN), named)
    if verb in ("Session", "session", "Client", "AsyncClient"):
        return Thing(
            "session", {"base": text(named["base_url"]) if "base_url" in named else "", "headers": named.get("headers")}
        )
    return DARK


def _positional(verb: str, arguments: Arguments, named: Keywords) -> Keywords:
    """post(url, data) has its body without a name."""
    if len(arguments) > 1 and verb in ("post", "put", "patch"):
        return {"data": arguments[1], **named}
    return named


def session(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """aiohttp.ClientSession."""
    return Thing("session", {"base": text(arguments[0]) if arguments else ""}) if name.endswith("Session") else DARK


def _of_session(program: Program, of: Thing, name: str, arguments: Arguments, named: Keywords) -> Any:
    if name in _VERBS or name == "request":
        method = name if name != "request" else text(arguments[0]) if arguments else "GET"
        rest = arguments if name != "request" else arguments[1:]
        url = text(rest[0]) if rest else text(named.get("url", UNKNOWN))
        base = of.data.get("base", "")
        whole = url if "://" in url or not base else base.rstrip("/") + "/" + url.lstrip("/")
        fields = of.data.get("fields", {})
        headers = of.data.get("headers") or (fields.get("headers") if isinstance(fields, dict) else None)
        return ask(program, method, whole, _positional(name, rest, named), headers)
    return of if name in ("__enter__", "__aenter__") else DARK


def of_unknown(program: Program, of: Any, name: str, arguments: Arguments, named: Keywords) -> Any:
    """A method of something that only the run knew: a client that came from elsewhere, told by how it is called."""
    if name in _VERBS and arguments and isinstance(arguments[0], str) and re.match(r"https?://", arguments[0]):
        return ask(program, name, arguments[0], _positional(name, arguments, named))
    return DARK


def _opened(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """urllib.request.urlopen, with a URL or a Request."""
    first = arguments[0] if arguments else named.get("url", UNKNOWN)
    body = arguments[1] if len(arguments) > 1 else named.get("data")
    if isinstance(first, Thing) and first.kind == "request":
        return ask(
            program,
            first.data["method"],
            first.data["url"],
            {"data": first.data["body"] or body},
            first.data["headers"],
        )
    return ask(program, "POST" if body is not None else "GET", first, {"data": body})


def _request(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    body = arguments[1] if len(arguments) > 1 else named.get("data")
    headers = arguments[2] if len(arguments) > 2 else named.get("headers", {})
    method = text(named["method"]) if "method" in named else "POST" if body is not None else "GET"
    url = arguments[0] if arguments else named.get("url", UNKNOWN)
    return Thing("request", {"url": text(url), "method": method, "body": body, "headers": headers})


def _fetched(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """urllib.request.urlretrieve, gdown.download: a file of the agent's own comes down."""
    if arguments:
        ask(program, "GET", arguments[0], {})
    if len(arguments) > 1:
        path = program.shell.desk.path(text(arguments[1]))
        filedeeds.write(program.shell.sheet, program.run, path, text(arguments[1]), None)
        program.shell.sheet.put(program.run, path, Known(None, True))
    return DARK


def _http(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    scheme = "https" if "HTTPS" in name else "http"
    port = f":{text(arguments[1])}" if len(arguments) > 1 and isinstance(arguments[1], int) else ""
    host = text(arguments[0]) if arguments else text(named.get("host", UNKNOWN))
    return Thing("http", {"base": f"{scheme}://{host}{port}"})


def _of_http(program: Program, of: Thing, name: str, arguments: Arguments, named: Keywords) -> Any:
    if name == "request" and len(arguments) > 1:
        body = arguments[2] if len(arguments) > 2 else named.get("body")
        headers = arguments[3] if len(arguments) > 3 else named.get("headers")
        return ask(program, text(arguments[0]), of.data["base"] + text(arguments[1]), {"data": body}, headers)
    return DARK


def _socket(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    made = Thing(
        "socket", {"host": "", "port": 0, "udp": any("DGRAM" in text(getattr(a, "name", "")) for a in arguments)}
    )
    if name == "socket.create_connection" and arguments:
        _place(made, arguments[0])
    return made


def _place(of: Thing, address: Any) -> None:
    if isinstance(address, list | tuple) and len(address) > 1:
        of.data["host"], port = text(address[0]), address[1]
        of.data["port"] = port if isinstance(port, int) and 0 <= port < 65536 else 0


def _of_socket(program: Program, of: Thing, name: str, arguments: Arguments, named: Keywords) -> Any:
    if name in ("connect", "connect_ex") and arguments:
        _place(of, arguments[0])
    elif name in ("send", "sendall", "sendto", "sendfile", "write") and arguments:
        if name == "sendto" and len(arguments) > 1:
            _place(of, arguments[-1])
        if of.data["host"]:
            protocol = "udp" if of.data["udp"] or name == "sendto" else "tcp"
            content = data(arguments[0])
            crossings.connection(program.shell.sheet, program.run, protocol, of.data["host"], of.data["port"], content)
    return of if name in ("makefile", "__enter__") else DARK


def _wrapped(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """ssl.wrap_socket, context.wrap_socket: the same connection."""
    return next((a for a in arguments if isinstance(a, Thing) and a.kind == "socket"), DARK)


def _name(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """socket.gethostbyname, dns.resolver.resolve."""
    if arguments:
        kind = (
            text(arguments[1])
            if len(arguments) > 1 and isinstance(arguments[1], str) and name.startswith("dns")
            else "A"
        )
        crossings.name(program.shell.sheet, program.run, text(arguments[0]), kind)
    return DARK


def _ftp(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    return Thing("ftp", {"host": text(arguments[0]) if arguments else text(named.get("host", ""))})


def _of_ftp(program: Program, of: Thing, name: str, arguments: Arguments, named: Keywords) -> Any:
    if name == "connect" and arguments:
        of.data["host"] = text(arguments[0])
    elif name in ("storbinary", "storlines", "put", "putfo") and arguments:
        command = text(arguments[0])
        source = arguments[1] if len(arguments) > 1 else b""
        label = command.partition(" ")[2] if name.startswith("stor") else command
        _sent(program, of, label, data(source))
    return of if name in ("__enter__", "open_sftp") else DARK


def _sent(program: Program, of: Thing, label: str, content: bytes) -> None:
    protocol, port = ("ftp", 21) if of.kind == "ftp" else ("ssh", 22)
    program.shell.sheet.add(program.run, DataSent, "tcp", label, protocol=protocol,
    host=of.data["host"].replace(UNKNOWN, "*"),
                            port=port, files=((basename(label.rstrip("/")) or "file", content),))  # fmt: skip


def remote(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """paramiko.SSHClient, Transport."""
    if name.endswith(("SSHClient", "Transport", "SFTPClient.from_transport")):
        first = arguments[0] if arguments else ""
        host = (
            first.data["host"]
            if isinstance(first, Thing) and "host" in first.data
            else texts(first)[0]
            if first
            else ""
        )
        return Thing("ssh", {"host": host})
    return DARK


def _of_ssh(program: Program, of: Thing, name: str, arguments: Arguments, named: Keywords) -> Any:
    if name == "connect":
        of.data["host"] = text(arguments[0]) if arguments else text(named.get("hostname", of.data["host"]))
    elif name == "exec_command" and arguments:
        host, command = of.data["host"], text(arguments[0])
        crossings.connection(program.shell.sheet, program.run, "ssh", host, 22, command.encode("utf-8", "replace"))
        scope = replace(program.scope, host=host, sure=program.sure, last=False, nesting=program.scope.nesting - 1)
        program.shell.script(command, scope)
    elif name in ("put", "putfo") and arguments:
        path = program.shell.desk.path(text(arguments[0]))
        _sent(program, of, text(arguments[0]), program.shell.desk.content(path) or b"")
    return of if name in ("open_sftp", "get_transport", "__enter__") else DARK


_HOSTS = {"boto3": "s3.amazonaws.com", "google": "storage.googleapis.com", "azure": "blob.core.windows.net"}


def cloud(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """boto3.client, google.cloud.storage.Client: a store."""
    return Thing("cloud", {"host": _HOSTS.get(name.partition(".")[0], "s3.amazonaws.com"), "bucket": ""})


_UPLOADS = frozenset(
    {"upload_file", "upload_fileobj", "put_object", "upload_from_filename", "upload_from_string", "upload_blob"}
)


def _of_cloud(program: Program, of: Thing, name: str, arguments: Arguments, named: Keywords) -> Any:
    if name in ("Bucket", "bucket", "get_bucket", "Object", "blob", "get_container_client", "get_blob_client"):
        bucket = of.data["bucket"] or (text(arguments[0]) if arguments else "")
        return Thing("cloud", {"host": of.data["host"], "bucket": bucket})
    gone = name.startswith(("delete_", "delete"))
    if name not in _UPLOADS and not gone:
        return Thing("cloud", of.data)
    bucket = text(named.get("Bucket", "")) if "Bucket" in named else of.data["bucket"]
    if name == "upload_file" and not bucket and len(arguments) > 1:
        bucket = text(arguments[1])
    source = (
        text(arguments[0])
        if arguments and isinstance(arguments[0], str)
        else text(named.get("Filename", named.get("Key", "")))
    )
    content = (
        data(named["Body"]) if "Body" in named else program.shell.desk.content(program.shell.desk.path(source)) or b""
    )
    url = f"https://{bucket or '*'}.{of.data['host']}/{text(named.get('Key', basename(source)))}"
    if gone:
        return ask(program, "DELETE", url, {})
    return ask(program, "PUT", url, {"data": content, "files": {"f": [basename(source) or "object", content]}})


def _of_response(program: Program, of: Thing, name: str, arguments: Arguments, named: Keywords) -> Any:
    return of if name in ("__enter__", "__aenter__") else DARK


Function = Callable[["Program", str, Arguments, Keywords], Any]
Method = Callable[["Program", Thing, str, Arguments, Keywords], Any]

FUNCTIONS: dict[str, Function] = {
    **dict.fromkeys(("urllib.request.urlopen", "urllib2.urlopen", "urlopen"), _opened),
    "urllib.request.Request": _request,
    **dict.fromkeys(("urllib.request.urlretrieve", "gdown.download", "wget.download"), _fetched),
    "http.client.HTTPSConnection": _http, "http.client.HTTPConnection": _http, "httplib.HTTPSConnection": _http,
    "socket.socket": _socket, "socket.create_connection": _socket, "ssl.wrap_socket": _wrapped,
    **dict.fromkeys((
        "socket.gethostbyname", "socket.getaddrinfo", "dns.resolver.resolve", "dns.resolver.query",
    ), _name),
    "ftplib.FTP": _ftp, "ftplib.FTP_TLS": _ftp,
}  # fmt: skip
METHODS: dict[str, Method] = {
    "session": _of_session, "http": _of_http, "socket": _of_socket, "ftp": _of_ftp, "ssh": _of_ssh, "cloud": _of_cloud,
    "response": _of_response,
}  # fmt: skip
