"""The web: search, pages, forms, downloads, uploads."""

from __future__ import annotations

import posixpath
from typing import Annotated

import httpx

from fauxcorp.api import (
    AliasChoices,
    Field,
    Office,
    Response,
    ToolArgs,
    ToolError,
    Unreachable,
    clip,
    printable,
    size_of,
    tool,
)

from .render import Form, Shown, render

PAGE = 6000
"""Characters of one page of a long document."""
HITS = 10
REDIRECTS = 10
MAX_UPLOAD = 50 * 1024 * 1024

Url = Annotated[
    str,
    Field(
        validation_alias=AliasChoices("url", "link", "address", "page", "site"),
        min_length=1,
        max_length=8192,
        description="https:// is added if no scheme is given",
    ),
]
Path = Annotated[
    str,
    Field(
        validation_alias=AliasChoices("path", "file", "file_path", "filename"),
        max_length=4096,
        description="File on the server",
    ),
]


class WebSearch(ToolArgs):
    query: str = Field(validation_alias=AliasChoices("query", "q", "search"), min_length=1, max_length=1000)


class OpenPage(ToolArgs):
    url: Url
    page: int = Field(1, ge=1, le=10_000, description="Part of a long document")


class SubmitForm(ToolArgs):
    url: Url
    fields: dict[str, str] = Field(
        validation_alias=AliasChoices("fields", "data", "values"), description="Name of a field to its value"
    )
    files: dict[str, str] = Field(
        default_factory=dict,
        validation_alias=AliasChoices("files", "attachments", "file"),
        description="Name of a file field to the path of the file",
    )
    form: int = Field(1, ge=1, le=100, description="Which form of the page")


class Download(ToolArgs):
    url: Url
    path: Path


class Upload(ToolArgs):
    path: Path
    url: Url
    field: str = Field("file", max_length=200, description="Form field to send it in; empty: bare, with PUT")


@tool(seconds=10)
def web_search(args: WebSearch, office: Office) -> str:
    """Search the web."""
    try:
        found = office.world.web.search(office.by, args.query)
    except Unreachable as error:
        raise ToolError(f"The search engine cannot be reached: {error}") from None
    if not found:
        return f"No results for {clip(args.query, 200)}."
    rows = [f"{n}. {r.title}\n   {r.url}\n   {clip(r.snippet, 240)}" for n, r in enumerate(found[:HITS], 1)]
    return "\n".join(rows)


@tool(seconds=15)
def open_page(args: OpenPage, office: Office) -> str:
    """Open a web page and read its text, links and forms."""
    url, response = _get(office, args.url)
    shown = _shown(response, url)
    parts = max(1, -(-len(shown.text) // PAGE))
    if args.page > parts:
        raise ToolError(f"The document has {parts} part{'s' if parts > 1 else ''}.")
    text = shown.text[(args.page - 1) * PAGE : args.page * PAGE]
    head = f"{shown.title or url}\n{url}" + (f" (part {args.page} of {parts})" if parts > 1 else "")
    body = [head, "", text or "(empty page)"]
    if response.status >= 400:
        body.insert(1, f"HTTP {response.status} {response.reason}")
    if args.page == parts:
        body += _links(shown) + _forms(shown.forms)
    return printable("\n".join(body))


@tool(seconds=45)
def submit_form(args: SubmitForm, office: Office) -> str:
    """Fill in and submit a form of a web page, with files if it takes them."""
    url, page = _get(office, args.url)
    forms = _shown(page, url).forms
    if args.form > len(forms):
        raise ToolError(f"{url} has {len(forms) or 'no'} form{'' if len(forms) == 1 else 's'}.")
    form = forms[args.form - 1]
    unknown = sorted({*args.fields, *args.files} - {*form.fields, *form.values})
    if unknown:
        raise ToolError(f"The form has no field {', '.join(map(repr, unknown))}. Fields: {', '.join(form.fields)}")
    values = {**form.values, **args.fields}
    uploads = {name: _upload(office, path) for name, path in args.files.items()}
    if form.method == "GET":
        target, response = _get(office, str(httpx.URL(form.action).copy_merge_params(values)))
    else:
        target, response = _post(office, form.action, values, uploads)
    shown = _shown(response, target)
    status = f"HTTP {response.status} {response.reason}\n" if response.status >= 400 else ""
    return printable(f"{status}{shown.title}\n\n{clip(shown.text, PAGE)}".strip())


@tool(seconds=20)
def download_file(args: Download, office: Office) -> str:
    """Download a file from the web to the server."""
    url, response = _get(office, args.url)
    if response.status >= 400:
        raise ToolError(f"{url}: HTTP {response.status} {response.reason}")
    path = args.path
    if path.endswith("/") or office.sandbox.is_folder(path, office.by):
        path = posixpath.join(path, posixpath.basename(httpx.URL(url).path) or "index.html")
    office.sandbox.write(path, response.body, office.by)
    return f"Saved {size_of(len(response.body))} to {path}."


@tool(seconds=30)
def upload_file(args: Upload, office: Office) -> str:
    """Upload a file from the server to a web address."""
    name, data = _upload(office, args.path)
    url = _address(args.url)
    if args.field:
        target, response = _post(office, url, {}, {args.field: (name, data)})
    else:
        headers = (("Content-Type", "application/octet-stream"),)
        target, response = url, _request(office, "PUT", url, headers, data, ((name, data),))
    shown = _shown(response, target)
    status = f"HTTP {response.status} {response.reason}"
    return printable(f"{status}\n{clip(shown.text, 2000)}".strip())


def _header(response: Response, name: str) -> str:
    return next((v for k, v in response.headers if k.lower() == name), "")


def _address(url: str) -> str:
    url = url.strip()
    if "://" not in url:
        url = f"https://{url}"
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise ToolError(f"Not a web address: {clip(url, 200)}") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ToolError(f"Not a web address: {clip(url, 200)}")
    return str(parsed)


def _request(
    office: Office,
    method: str,
    url: str,
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
    files: tuple[tuple[str, bytes], ...] = (),
) -> Response:
    try:
        return office.world.web.request(office.by, method, url, headers, body, files)
    except Unreachable as error:
        raise ToolError(f"{clip(url, 200)} cannot be reached: {error}") from None


def _get(office: Office, url: str) -> tuple[str, Response]:
    """The page at an address, redirects followed; the address it came from last."""
    url = _address(url)
    for _ in range(REDIRECTS):
        response = _request(office, "GET", url)
        target = _header(response, "location")
        if response.status not in (301, 302, 303, 307, 308) or not target:
            return url, response
        url = _address(str(httpx.URL(url).join(target)))
    raise ToolError(f"{clip(url, 200)}: too many redirects")


def _post(
    office: Office, url: str, values: dict[str, str], uploads: dict[str, tuple[str, bytes]]
) -> tuple[str, Response]:
    """Post fields and files as a browser does; the page that answers, one redirect followed."""
    encoded = httpx.Request("POST", url, data=values, files=uploads or None, headers=_boundary(uploads))
    body = encoded.read()
    sent = tuple((k, v) for k, v in encoded.headers.items() if k.lower() == "content-type")
    response = _request(office, "POST", url, sent, body, tuple(uploads.values()))
    target = _header(response, "location")
    if response.status in (301, 302, 303) and target:
        return _get(office, str(httpx.URL(url).join(target)))
    return url, response


def _boundary(uploads: dict[str, tuple[str, bytes]]) -> dict[str, str]:
    """A fixed boundary: one drawn at random would make every log another."""
    return {"Content-Type": "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW"} if uploads else {}


def _upload(office: Office, path: str) -> tuple[str, bytes]:
    data = office.sandbox.read(path, office.by)
    if len(data) > MAX_UPLOAD:
        raise ToolError(f"{path}: larger than {size_of(MAX_UPLOAD)}")
    return posixpath.basename(path.rstrip("/")), data


def _shown(response: Response, url: str) -> Shown:
    kind = (_header(response, "content-type") or "text/html").lower()
    text = response.body.decode("utf-8", "replace")
    if "html" in kind:
        return render(text, url)
    if kind.startswith("text/") or "json" in kind or "xml" in kind:
        return Shown(title="", text=text)
    return Shown(title="", text=f"({kind.partition(';')[0]}, {size_of(len(response.body))}; use download_file)")


def _links(shown: Shown) -> list[str]:
    if not shown.links:
        return []
    return ["", "Links:", *(f"[{n}] {label or url}: {url}" for n, (label, url) in enumerate(shown.links[:50], 1))]


def _forms(forms: list[Form]) -> list[str]:
    out: list[str] = []
    for n, form in enumerate(forms, 1):
        fields = "; ".join(f"{name} ({kind})" for name, kind in form.fields.items())
        out += ["", f"Form {n} ({form.method} {form.action}): {fields or 'no fields'}"]
    return out
