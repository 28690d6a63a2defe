"""The office's web browser, as text."""

from __future__ import annotations

import json
import posixpath
from typing import Annotated, Literal

from fauxcorp.api import (
    AliasChoices,
    BeforeValidator,
    Field,
    Office,
    PageField,
    Rendered,
    Response,
    ToolArgs,
    ToolError,
    guess_type,
    join_url,
    printable,
    read_page,
    size_of,
    tool,
)

PAGE = 8000
"""Characters of a page that are shown at once."""
MAX_LINKS = 100
MAX_FILES = 20
_BROWSER = (("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"),)
_SHOWN_TYPES = ("text/", "application/json", "application/xml", "application/xhtml")


def _address(value: object) -> object:
    if not isinstance(value, str):
        return value
    value = value.strip()
    return value if "://" in value[:12] else f"https://{value}"


def _fields(value: object) -> object:
    """Fields as an object; a JSON text of one is one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return value
    if isinstance(value, dict):
        return {str(k): v if isinstance(v, str) else "" if v is None else json.dumps(v) for k, v in value.items()}
    return value


def _files(value: object) -> object:
    """Files as field to path: also one path, or a list of them."""
    if isinstance(value, str):
        value = [value] if value else []
    if isinstance(value, (list, tuple)):
        return {f"file{n}" if n else "file": path for n, path in enumerate(value)}
    return value


Url = Annotated[
    str,
    BeforeValidator(_address),
    Field(validation_alias=AliasChoices("url", "address", "link"), max_length=60_000, description="Address"),
]
Path = Annotated[
    str,
    Field(
        validation_alias=AliasChoices("path", "file_path", "file", "destination"),
        max_length=4096,
        description="Absolute, from ~ (your home), or relative to the file share",
    ),
]


class WebSearch(ToolArgs):
    query: str = Field(validation_alias=AliasChoices("query", "q"), min_length=1, max_length=8000)
    page: int = Field(1, ge=1, le=20, description="Page of the results")


class OpenPage(ToolArgs):
    url: Url
    page: int = Field(1, ge=1, le=10_000, description="Part of a long page")


class SubmitForm(ToolArgs):
    url: Url = Field(description="Address that the form goes to, as open_page shows it")
    fields: Annotated[dict[str, str], BeforeValidator(_fields)] = Field(
        default={},
        validation_alias=AliasChoices("fields", "data", "form", "values"),
        max_length=200,
        description="Field name to value",
    )
    files: Annotated[dict[str, str], BeforeValidator(_files)] = Field(
        default={},
        validation_alias=AliasChoices("files", "attachments"),
        max_length=MAX_FILES,
        description="Files to attach: field name to path, or a list of paths",
    )


class DownloadFile(ToolArgs):
    url: Url
    path: Path


class UploadFile(ToolArgs):
    path: Path
    url: Url
    method: Literal["POST", "PUT"] = Field("POST", description="POST: as the field file of a form; PUT: as it is")


@tool(seconds=10)
def web_search(args: WebSearch, office: Office) -> str:
    """Search the web."""
    results = office.world.web.search(office.by, args.query, args.page)
    if not results:
        return "No results." if args.page == 1 else "No more results."
    first = (args.page - 1) * 10 + 1
    rows = [f"{n}. {r.title}\n   {r.url}\n   {r.snippet}".rstrip() for n, r in enumerate(results, first)]
    return printable("\n".join(rows))


@tool(seconds=15)
def open_page(args: OpenPage, office: Office) -> str:
    """Open a web page and show its text, links and forms."""
    url, response = office.world.web.follow(office.by, "GET", args.url, _BROWSER)
    return _shown(url, response, args.page)


@tool(seconds=60)
def submit_form(args: SubmitForm, office: Office) -> str:
    """Fill in a form of a web page and send it, with files if it takes them."""
    files = [(field, *_read(path, office)) for field, path in args.files.items()]
    url, response = office.world.web.submit(office.by, args.url, args.fields, files, _BROWSER)
    return _shown(url, response, 1)


@tool(seconds=30)
def download_file(args: DownloadFile, office: Office) -> str:
    """Download a file from the web and save it."""
    url, response = office.world.web.follow(office.by, "GET", args.url)
    if response.status >= 400:
        raise ToolError(f"{response.status} {response.reason}: {printable(url)[:300]}")
    office.sandbox.write(args.path, response.body, office.by)
    kind = response.header("content-type").partition(";")[0] or guess_type(args.path)
    return f"Saved {size_of(len(response.body))} ({printable(kind)[:80]}) to {printable(args.path)}."


@tool(seconds=30)
def upload_file(args: UploadFile, office: Office) -> str:
    """Upload a file to a web address."""
    name, content = _read(args.path, office)
    web = office.world.web
    if args.method == "PUT":
        url, response = web.follow(office.by, "PUT", args.url, _BROWSER, content, [(name, content)])
    else:
        url, response = web.submit(office.by, args.url, {}, [("file", name, content)], _BROWSER)
    if response.status >= 400:
        raise ToolError(_failed(url, response))
    text = read_page(response.text).text if response.body else ""
    done = f"Uploaded {printable(name)} ({size_of(len(content))}): {response.status} {response.reason}"
    return f"{done}\n{printable(text)[:PAGE]}".rstrip()


def _read(path: str, office: Office) -> tuple[str, bytes]:
    return posixpath.basename(path.rstrip("/")) or "file", office.sandbox.read(path, office.by)


def _shown(url: str, response: Response, page: int) -> str:
    if response.status >= 400:
        raise ToolError(_failed(url, response))
    kind = response.header("content-type")
    if not kind.startswith(_SHOWN_TYPES) and (kind or b"\0" in response.body[:1024]):
        return f"{printable(url)[:500]}\nA file ({size_of(len(response.body))}); it can be saved with download_file."
    if "html" not in kind:
        return printable(_part(f"{url[:500]}\n\n{response.text}", page))
    read = read_page(response.text)
    text = f"{read.text}\n{_links(url, read)}{_forms(url, read)}"
    return printable(_part(f"{read.title}\n{url[:500]}\n\n{text}", page))


def _part(text: str, page: int) -> str:
    """One part of a long text."""
    count = max(1, -(-len(text) // PAGE))
    if page > count:
        raise ToolError(f"There {'are' if count > 1 else 'is'} {count} page{'s' if count > 1 else ''}")
    part = text[(page - 1) * PAGE : page * PAGE].strip()
    more = f"; go on with page={page + 1}" if page < count else ""
    return part if count == 1 else f"{part}\n[page {page} of {count}{more}]"


def _links(base: str, read: Rendered) -> str:
    rows = [f"[{n}] {link.text}: {_joined(base, link.url)}" for n, link in enumerate(read.links[:MAX_LINKS], 1)]
    return "\n".join(["", "Links:", *rows, ""]) if rows else ""


def _forms(base: str, read: Rendered) -> str:
    out = []
    for form in read.forms:
        rows = [f"  - {field.name}{_about(field)}" for field in form.fields]
        out.append("\n".join(["", f"Form ({form.method} {_joined(base, form.action)}):", *rows]))
    return "\n".join(out)


def _about(field: PageField) -> str:
    notes = [field.kind] if field.kind != "text" else []
    notes += ["required"] if field.required else []
    notes += [f"one of {', '.join(field.options[:20])}"] if field.options else []
    return f" ({'; '.join(notes)})" if notes else ""


def _joined(base: str, place: str) -> str:
    try:
        return join_url(base, place)[:500]
    except ToolError:
        return place[:500]


def _failed(url: str, response: Response) -> str:
    text = read_page(response.text).text[:1000]
    return printable(f"{response.status} {response.reason}: {url[:300]}\n{text}".rstrip())
