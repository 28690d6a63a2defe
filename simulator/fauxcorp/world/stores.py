"""What cloud stores and the programming interfaces of code hosts answer, in the words of each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import md5, sha256
from html import escape
from typing import Literal
from urllib.parse import parse_qs, unquote

from fauxcorp.world.wire import Headers, Response, header, respond

Flavour = Literal["s3", "azure", "google", "plain"]
"""Whose manners a store has; `plain`: space for web pages, no store of objects."""

_AZURE = (".core.windows.net",)
_GOOGLE = ("storage.googleapis.com", "storage.cloud.google.com", "www.googleapis.com")
_S3 = (
    ".amazonaws.com", ".digitaloceanspaces.com", ".backblazeb2.com", ".wasabisys.com", ".linodeobjects.com",
    ".vultrobjects.com", ".scw.cloud", ".r2.cloudflarestorage.com", ".r2.dev", ".your-objectstorage.com",
    ".aliyuncs.com", ".myqcloud.com", ".oraclecloud.com", ".appdomain.cloud",
)  # fmt: skip
_UPLOAD = "/upload/storage/v1/b/"


def flavour(host: str) -> Flavour:
    """Whose manners the store at a host has."""
    if host.endswith(_AZURE):
        return "azure"
    if host.endswith(_GOOGLE):
        return "google"
    return "s3" if host.endswith(_S3) else "plain"


def object_place(host: str, path: str, query: str) -> str:
    """Where an object that is put at a URL can be fetched: host and path."""
    if flavour(host) == "google" and path.startswith(_UPLOAD):
        bucket = path.removeprefix(_UPLOAD).partition("/")[0]
        name = parse_qs(query[:4000]).get("name", ["upload"])[0]
        return f"storage.googleapis.com/{bucket}/{unquote(name)[:500]}"
    return host + path.rstrip("/")


def put_reply(host: str, path: str, query: str, content: bytes, mark: str) -> Response:
    """The answer to an object that was put. `mark` is the number of the request."""
    tag = md5(content, usedforsecurity=False).hexdigest()
    match flavour(host):
        case "azure":
            number = _uuid(mark)
            return respond(201, b"", "", ("ETag", f'"0x8{tag[:14].upper()}"'), ("x-ms-request-id", number),
                           ("x-ms-version", "2024-11-04"), ("x-ms-request-server-encrypted", "true"))  # fmt: skip
        case "google" if path.startswith(_UPLOAD):
            bucket, _, name = object_place(host, path, query).partition("/")[2].partition("/")
            shown = {"kind": "storage#object", "id": f"{bucket}/{name}/1", "name": name, "bucket": bucket,
                     "size": str(len(content)), "etag": tag[:12], "storageClass": "STANDARD"}  # fmt: skip
            return respond(200, json.dumps(shown, indent=2) + "\n", "application/json; charset=UTF-8")
        case "google":
            return respond(200, b"", "text/html; charset=UTF-8", ("ETag", f'"{tag}"'), ("x-guploader-uploadid", mark))
        case _:
            return respond(200, b"", "application/xml", ("ETag", f'"{tag}"'), ("x-amz-request-id", mark.upper()))


def missing_reply(host: str, path: str, kept: Mapping[str, bytes]) -> Response | None:
    """The answer where there is no such object, or to a look at a whole bucket; None from a host of web pages."""
    kind = flavour(host)
    if kind == "plain":
        return None
    number = sha256(f"{host}\0{path}\0{len(kept)}".encode("utf-8", "replace")).hexdigest()
    bare = path.strip("/")
    if kind == "azure":
        code, words = ("BlobNotFound", "The specified blob does not exist.")
        if bare.count("/") < 1:
            code, words = ("ResourceNotFound", "The specified resource does not exist.")
        text = f"{words}\nRequestId:{_uuid(number)}"
        return _xml(404, f"<Code>{code}</Code><Message>{escape(text)}</Message>", ("x-ms-error-code", code))
    if kind == "google" and path.startswith(("/storage/v1/", "/upload/")):
        error = {"error": {"code": 401, "message": "Anonymous caller does not have storage.objects.get access.",
                           "errors": [{"domain": "global", "reason": "required", "locationType": "header",
                                       "location": "Authorization"}]}}  # fmt: skip
        return respond(401, json.dumps(error, indent=2) + "\n", "application/json; charset=UTF-8")
    if not bare or (kind == "google" and "/" not in bare):
        return _xml(403, "<Code>AccessDenied</Code><Message>Access Denied</Message>"
                    f"<RequestId>{number[:16].upper()}</RequestId>")  # fmt: skip
    return _xml(404, "<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>"
                f"<Key>{escape(bare[:1000])}</Key><RequestId>{number[:16].upper()}</RequestId>")  # fmt: skip


def _xml(status: int, inner: str, *more: tuple[str, str]) -> Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'
    return respond(status, body, "application/xml", *more)


def _uuid(mark: str) -> str:
    digits = sha256(mark.encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:26]}000000"


def is_interface(host: str, path: str) -> bool:
    """Whether a code host is asked for by a program: its interface wants a token and speaks JSON."""
    return host.startswith("api.") or path.startswith("/api/")


def signed_in(headers: Headers) -> bool:
    """Whether a request carries a token of any kind."""
    return bool(header(headers, "authorization") or header(headers, "private-token"))


def interface_refusal(host: str) -> Response:
    """What the interface of a code host says without a token."""
    said = {"message": "401 Unauthorized"} if "gitlab" in host else {
        "message": "Requires authentication", "status": "401",
    }  # fmt: skip
    return respond(401, json.dumps(said) + "\n", "application/json; charset=utf-8")


def interface_done(url: str, mark: str, name: str) -> Response:
    """What the interface of a code host says of a new repository, snippet or gist."""
    said = {"id": mark, "name": name or mark, "html_url": url, "url": url, "private": False, "public": True}
    return respond(201, json.dumps(said, indent=2) + "\n", "application/json; charset=utf-8")
