"""The company's wiki."""

from __future__ import annotations

import difflib
from typing import Annotated

from fauxcorp.api import AliasChoices, Field, Office, ToolArgs, ToolError, WikiPage, minute, printable, tool

PAGE = 20
PART = 8000
"""Characters of a page that are shown at once."""
MAX_LINES = 1000
"""Changed lines of two versions that are compared one by one."""
MAX_DIFF = 12_000

Page = Annotated[
    str,
    Field(
        validation_alias=AliasChoices("page", "path", "title", "url", "page_path", "name"),
        max_length=2000,
        description="Path (Space/Page), title or address of the page",
    ),
]
Comment = Annotated[
    str,
    Field(validation_alias=AliasChoices("comment", "summary", "message", "edit_summary"), max_length=2000,
          description="What was changed and why, for the history"),
]  # fmt: skip
_TEXT = AliasChoices("text", "content", "body", "markdown", "new_content")


class Search(ToolArgs):
    query: str = Field(validation_alias=AliasChoices("query", "q", "text"), min_length=1, max_length=500)
    page: int = Field(1, ge=1, le=1000)


class ReadPage(ToolArgs):
    page: Page
    part: int = Field(1, ge=1, le=10_000, description="Part of a long page")


class EditPage(ToolArgs):
    page: Page
    text: str | None = Field(None, validation_alias=_TEXT, description="All of the new text, in Markdown")
    old_text: str | None = Field(
        None, validation_alias=AliasChoices("old_text", "old", "find", "old_str"),
        description="Instead of text: a passage of the page, exactly, to be replaced by new_text",
    )  # fmt: skip
    new_text: str | None = Field(None, validation_alias=AliasChoices("new_text", "new", "replace", "new_str"))
    append: bool = Field(False, description="Add text to the end of the page instead of replacing it")
    comment: Comment = ""


class CreatePage(ToolArgs):
    space: str = Field("", max_length=200, description="Space that the page goes to")
    title: str = Field(validation_alias=AliasChoices("title", "page", "path", "name"), max_length=2000,
                       description="Title, or Space/Title")  # fmt: skip
    text: str = Field(validation_alias=_TEXT, description="Markdown")
    comment: Comment = ""


class DeletePage(ToolArgs):
    page: Page
    comment: Comment = ""


class History(ToolArgs):
    page: Page
    version: int = Field(0, ge=0, le=100_000, description="Show the page as it was in this version")
    compare: int = Field(
        0, validation_alias=AliasChoices("compare", "compare_to", "diff"), ge=0, le=100_000,
        description="Show what changed from this version to version (or to the last one)",
    )  # fmt: skip


class ListWiki(ToolArgs):
    space: str = Field("", max_length=200, description="List the pages of this space")
    recent: bool = Field(False, validation_alias=AliasChoices("recent", "recent_changes"),
                         description="List the last changes")  # fmt: skip
    page: int = Field(1, ge=1, le=1000)


@tool()
def search_wiki(args: Search, office: Office) -> str:
    """Search the wiki's pages."""
    _signed_in(office)
    hits = office.world.wiki.search(args.query)
    if not hits:
        return "No pages found."
    shown, noted = _paged(len(hits), args.page)
    rows = [f"{h.page.path}  {h.page.title}, {_changed(h.page, office)}\n  {h.snippet}" for h in hits[shown]]
    return printable("\n".join([f"{_count(len(hits), 'page')} found{noted}", *rows]))


@tool(seconds=30)
def read_wiki_page(args: ReadPage, office: Office) -> str:
    """Read a page of the wiki."""
    _signed_in(office)
    page = office.world.wiki.find(args.page)
    parts = max(-(-len(page.text) // PART), 1)
    if args.part > parts:
        raise ToolError(f"The page has {parts} part{'s' if parts > 1 else ''}")
    head = [page.title, f"{office.world.wiki.url(page.path)}  {page.path}", _changed(page, office)]
    head += [f"Labels: {', '.join(page.labels)}"] if page.labels else []
    if not office.world.wiki.may_edit(page, office.user):
        head.append(f"Can be changed by: {', '.join(sorted(page.editors)[:10])}")
    text = page.text[(args.part - 1) * PART : args.part * PART].strip("\n")
    more = f"; go on with part={args.part + 1}" if args.part < parts else ""
    foot = [f"[part {args.part} of {parts}{more}]"] if parts > 1 else []
    return printable("\n".join([*head, "", text, *foot]))


@tool(seconds=90)
def edit_wiki_page(args: EditPage, office: Office) -> str:
    """Change a page of the wiki: give its whole new text, or a passage and what replaces it."""
    _signed_in(office)
    page = office.world.wiki.find(args.page)
    text = _new_text(args, page)
    made = office.world.wiki.edit(office.by, page, text, args.comment)
    return printable(f"Saved {made.path} (version {len(made.versions)}).")


@tool(seconds=120)
def create_wiki_page(args: CreatePage, office: Office) -> str:
    """Write a new page of the wiki."""
    _signed_in(office)
    space, title = args.space.strip("/ "), args.title
    if not space and "/" in title:
        space, _, title = title.partition("/")
    elif space:
        title = title.removeprefix(f"{space}/")
    if not space:
        raise ToolError(f"Give the space. Spaces: {', '.join(office.world.wiki.spaces()) or 'none'}")
    made = office.world.wiki.create(office.by, space, title, args.text, args.comment)
    return printable(f"Created {made.path}: {office.world.wiki.url(made.path)}")


@tool(seconds=20)
def delete_wiki_page(args: DeletePage, office: Office) -> str:
    """Delete a page of the wiki with its history."""
    _signed_in(office)
    page = office.world.wiki.find(args.page)
    office.world.wiki.delete(office.by, page, args.comment)
    return printable(f"Deleted {page.path}.")


@tool()
def wiki_history(args: History, office: Office) -> str:
    """Show who changed a page when; an old version; or what changed between two."""
    _signed_in(office)
    page = office.world.wiki.find(args.page)
    last = len(page.versions)
    if args.compare:
        return printable(_compared(page, args.compare, args.version or last, office))
    if args.version:
        text = _kept(page, args.version, office)
        foot = f"\n[the first {PART} of {len(text)} characters]" if len(text) > PART else ""
        return printable(f"{page.title}, version {args.version} of {last}\n\n{text[:PART].rstrip()}{foot}")
    rows = [f"{page.path}: {_count(last, 'version')}"]
    for number, version in reversed(list(enumerate(page.versions, 1))[-100:]):
        at = minute(version.at, office.world.company.facts.timezone)
        comment = f"  {version.comment}" if version.comment else ""
        rows.append(f"{number}  {at}  {_name(version.author, office)}{comment}")
    return printable("\n".join(rows))


@tool()
def list_wiki(args: ListWiki, office: Office) -> str:
    """List the wiki's spaces, the pages of one space, or recent changes."""
    _signed_in(office)
    wiki = office.world.wiki
    tz = office.world.company.facts.timezone
    if args.recent:
        changes = [c for c in wiki.recent(500) if c.page.path.startswith(f"{args.space}/" if args.space else "")]
        shown, noted = _paged(len(changes), args.page)
        rows = [
            f"{minute(c.version.at, tz)}  {c.page.path} (version {c.number}), {_name(c.version.author, office)}"
            + (f": {c.version.comment}" if c.version.comment else "")
            for c in changes[shown]
        ]
        return printable("\n".join([f"Recent changes{noted}", *rows]))
    if args.space:
        space = wiki.space(args.space)
        if space is None:
            raise ToolError(f"No space {printable(args.space)!r}. Spaces: {', '.join(wiki.spaces()) or 'none'}")
        pages = wiki.pages(space)
        shown, noted = _paged(len(pages), args.page)
        rows = [f"{p.path}  {p.title}, {_changed(p, office)}" for p in pages[shown]]
        return printable("\n".join([f"{space}: {_count(len(pages), 'page')}{noted}", *rows]))
    spaces = wiki.spaces()
    if not spaces:
        return "The wiki is empty."
    return printable("\n".join(["Spaces:", *(f"{s}  {_count(n, 'page')}" for s, n in spaces.items())]))


def _signed_in(office: Office) -> None:
    if not office.world.accounts.usable(office.user):
        raise ToolError("Sign-in failed: your account is locked")


def _new_text(args: EditPage, page: WikiPage) -> str:
    if args.old_text:
        if args.new_text is None:
            raise ToolError("Give new_text too: what stands in place of old_text")
        found = page.text.count(args.old_text)
        if found != 1:
            times = "is not in the page" if not found else f"is in the page {found} times; give more of what is around"
            raise ToolError(f"old_text {times}")
        return page.text.replace(args.old_text, args.new_text)
    text = args.text if args.text is not None else args.new_text
    if text is None:
        raise ToolError("Give text, or old_text and new_text")
    return f"{page.text}\n{text}" if args.append else text


def _kept(page: WikiPage, number: int, office: Office) -> str:
    text = office.world.wiki.text_of(page, number)
    if text is None:
        raise ToolError(f"The text of version {number} is not kept")
    return text


def _compared(page: WikiPage, first: int, second: int, office: Office) -> str:
    before, after = (_kept(page, n, office).splitlines() for n in (first, second))
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    end = 0
    while end < min(len(before), len(after)) - same and before[-1 - end] == after[-1 - end]:
        end += 1
    head = f"{page.path}, version {first} to {second}"
    if max(len(before), len(after)) - same - end > MAX_LINES:
        return f"{head}: {len(before) - same - end} lines became {len(after) - same - end}"
    start = max(same - 2, 0)
    rows = difflib.unified_diff(before[start : len(before) - max(end - 2, 0)],
                                after[start : len(after) - max(end - 2, 0)], n=2, lineterm="")  # fmt: skip
    text = "\n".join(row for row in list(rows)[2:] if not row.startswith("@@"))
    return f"{head}\n{text[:MAX_DIFF]}" if text else f"{head}: the same text"


def _paged(total: int, page: int) -> tuple[slice, str]:
    pages = max(-(-total // PAGE), 1)
    if page > pages:
        raise ToolError(f"There {'are' if pages > 1 else 'is'} {pages} page{'s' if pages > 1 else ''}")
    return slice((page - 1) * PAGE, page * PAGE), f" (page {page} of {pages})" if pages > 1 else ""


def _count(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"


def _changed(page: WikiPage, office: Office) -> str:
    last = page.versions[-1]
    return f"changed {minute(last.at, office.world.company.facts.timezone)} by {_name(last.author, office)}"


def _name(user: str, office: Office) -> str:
    person = office.world.company.people.get(user)
    return person.name if person is not None else user
