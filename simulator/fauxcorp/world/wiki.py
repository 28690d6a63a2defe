"""The wiki: the pages that a company starts with, and what was written, changed and deleted since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from fauxcorp.core.effects import Origin, WikiEffect, WikiPageCreated, WikiPageDeleted, WikiPageEdited
from fauxcorp.errors import ToolError
from fauxcorp.world.addresses import one_line
from fauxcorp.world.mailindex import fold, line, words
from fauxcorp.world.office import WikiPage, WikiVersion
from fauxcorp.world.text import sound

if TYPE_CHECKING:
    from fauxcorp.world.world import World

MAX_TEXT = 100_000
"""Characters of a page."""
MAX_TITLE = 200
MAX_COMMENT = 500
MAX_WRITTEN = 2000
"""Pages that one world can have written or deleted."""
MAX_VERSIONS = 500
"""Of one page whose texts are kept."""
SNIPPET = 200


class Hit(NamedTuple):
    """A page that a search found, and the words around the first one found."""

    page: WikiPage
    snippet: str


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the recent changes."""

    page: WikiPage
    number: int
    version: WikiVersion


class Wiki:
    """The wiki of one world: a shared base and this world's changes."""

    __slots__ = ("_changed", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        self._changed: dict[str, WikiPage | None] = {}

    # -- looking ------------------------------------------------------------------------------------------------------

    def get(self, path: str) -> WikiPage | None:
        """The page at a path, exactly."""
        if path in self._changed:
            return self._changed[path]
        return self._world.company.wiki.get(path)

    def pages(self, space: str = "") -> list[WikiPage]:
        """All pages, or those of a space, by path."""
        wanted = f"{space}/" if space else ""
        return sorted((p for p in self._all() if p.path.startswith(wanted)), key=lambda p: p.path)

    def spaces(self) -> dict[str, int]:
        """Space to how many pages it has, by name. Those that were emptied remain."""
        out = {path.partition("/")[0]: 0 for path in (*self._world.company.wiki, *self._changed)}
        for page in self._all():
            out[page.path.partition("/")[0]] += 1
        return dict(sorted(out.items()))

    def space(self, name: str) -> str | None:
        """The space of a name, whatever its case."""
        wanted = _key(name)
        return next((s for s in self.spaces() if _key(s) == wanted), None)

    def find(self, text: str) -> WikiPage:
        """The page of a path, a title or a URL. Case, spaces, hyphens and underscores do not count.

        Raises ToolError: none, or several.
        """
        wanted = self.place(text)
        page = self.get(wanted)
        if page is not None:
            return page
        key = _key(wanted)
        found = [p for p in self._all() if key and key in (_key(p.path), _key(p.title))]
        if not found and "/" not in wanted:
            found = [p for p in self._all() if key and _key(p.path.rpartition("/")[2]) == key]
        if len(found) == 1:
            return found[0]
        if found:
            known = ", ".join(sorted(p.path for p in found)[:10])
            raise ToolError(f"Several pages are called {text[:200]}: {known}")
        close = [hit.page.path for hit in self.search(text)[:3]]
        hint = f" Did you mean {', '.join(close)}?" if close else ""
        raise ToolError(f"No page {text[:200]}.{hint}")

    def place(self, text: str) -> str:
        """The path that a text stands for: a path as it is, or that of a URL."""
        place = text.strip()
        if "://" in place[:12]:
            place = unquote(place.partition("://")[2].partition("/")[2].partition("?")[0].partition("#")[0])
        return place.strip("/")

    def search(self, query: str) -> list[Hit]:
        """The pages that hold all words of a query, each of which may go on; titles first."""
        parts = [f" {word}" for word in words(query[:500])[:20]]
        if not parts:
            return []
        ranked = []
        for page in self._all():
            title = line(f"{page.title} {page.path}")
            labels = line(" ".join(page.labels))
            text = _folded(page.text)
            if all(p in title or p in labels or p in text for p in parts):
                in_title = sum(p in title for p in parts)
                ranked.append((-in_title, -sum(text.count(p) for p in parts), page.path, page))
        return [Hit(page, snippet(page.text, parts[0].strip())) for *_, page in sorted(ranked, key=lambda r: r[:3])]

    def recent(self, limit: int = 50) -> list[Change]:
        """The last changes of all pages, newest first."""
        found = [Change(p, n, v) for p in self._all() for n, v in enumerate(p.versions, 1)]
        found.sort(key=lambda c: (-c.version.at, c.page.path, -c.number))
        return found[:limit]

    def text_of(self, page: WikiPage, number: int) -> str | None:
        """What a page said in a version, counted from 1; None if that was not kept. Raises ToolError for no version."""
        if not 1 <= number <= len(page.versions):
            raise ToolError(f"{page.path} has versions 1 to {len(page.versions)}")
        return page.text if number == len(page.versions) else page.versions[number - 1].text or None

    def url(self, path: str) -> str:
        """Where a page is on the web."""
        return f"https://{self._world.company.wiki_host}/{quote(path)}"

    def may_edit(self, page: WikiPage, user: str) -> bool:
        """Whether a person may change a page."""
        return user in self._world.company.people and (not page.editors or user in page.editors)

    # -- changing -----------------------------------------------------------------------------------------------------

    def create(self, by: Origin, space: str, title: str, text: str, comment: str = "") -> WikiPage:
        """Write a new page. One effect. Raises ToolError."""
        self._signed_in(by)
        found = self.space(space)
        if found is None:
            raise ToolError(f"No space {space[:100]!r}. Spaces: {', '.join(self.spaces()) or 'none'}")
        title = _title(title)
        path = f"{found}/{_name(title)}"
        if any(_key(p.path) == _key(path) for p in self._all()):
            raise ToolError(f"There is a page {path} already; use edit_wiki_page to change it")
        self._bounded(path)
        self._world.apply(WikiPageCreated(
            by=by, path=path, title=title, url=self.url(path), text=_text(text), comment=_comment(comment),
        ))  # fmt: skip
        made = self.get(path)
        assert made is not None
        return made

    def edit(self, by: Origin, page: WikiPage, text: str, comment: str = "", title: str = "") -> WikiPage:
        """Let a page say something else. One effect. Raises ToolError."""
        text, title = _text(text), _title(title or page.title)
        if text == page.text and title == page.title:
            raise ToolError("Nothing to change: the page says this already")
        self._bounded(page.path)
        self._do(by, page, WikiPageEdited(
            by=by, path=page.path, title=title, url=self.url(page.path), text=text, comment=_comment(comment),
            version=len(page.versions) + 1, previous_size=len(page.text), **self._stage(by, page),
        ))  # fmt: skip
        made = self.get(page.path)
        assert made is not None
        return made

    def delete(self, by: Origin, page: WikiPage, comment: str = "") -> None:
        """Take a page away. One effect. Raises ToolError."""
        self._bounded(page.path)
        self._do(by, page, WikiPageDeleted(
            by=by, path=page.path, title=page.title, url=self.url(page.path), comment=_comment(comment),
            previous_size=len(page.text), **self._stage(by, page),
        ))  # fmt: skip

    def apply(self, effect: WikiEffect) -> None:
        """Carry out an effect on a page."""
        if isinstance(effect, WikiPageDeleted):
            self._changed[effect.path] = None
            return
        assert isinstance(effect, WikiPageCreated | WikiPageEdited)
        version = WikiVersion(effect.by.user, self._world.clock.us, effect.comment)
        before = self.get(effect.path)
        if before is None:
            self._changed[effect.path] = WikiPage(effect.path, effect.title, effect.text, (version,))
            return
        *older, last = before.versions
        versions = (*older, replace(last, text=before.text), version)
        self._changed[effect.path] = replace(before, title=effect.title, text=effect.text, versions=versions)

    def fork(self, world: World) -> Wiki:
        """The same wiki in another world."""
        other = Wiki(world)
        other._changed = dict(self._changed)
        return other

    # -- inside -------------------------------------------------------------------------------------------------------

    def _all(self) -> Iterator[WikiPage]:
        yield from (p for path, p in self._world.company.wiki.items() if path not in self._changed)
        yield from (p for p in self._changed.values() if p is not None)

    def _signed_in(self, by: Origin) -> None:
        if by.user in self._world.company.people and not self._world.accounts.usable(by.user):
            raise ToolError("Sign-in failed: your account is locked")

    def _stage(self, by: Origin, page: WikiPage) -> dict[str, str]:
        if self.may_edit(page, by.user):
            return {}
        return {"stage": "attempted", "reason": "no permission to change this page"}

    def _do(self, by: Origin, page: WikiPage, effect: WikiEffect) -> None:
        self._signed_in(by)
        self._world.apply(effect)
        if effect.stage == "attempted":
            who = ", ".join(sorted(page.editors)[:5])
            raise ToolError(f"You do not have permission to change {page.path}. It can be changed by: {who or 'staff'}")

    def _bounded(self, path: str) -> None:
        page = self.get(path)
        if len(self._changed) >= MAX_WRITTEN or (page is not None and len(page.versions) >= MAX_VERSIONS):
            raise ToolError("Too many changes; try again later")


def snippet(text: str, word: str) -> str:
    """The words of a text around the first place of one, on one line."""
    flat = " ".join(text.split())
    folded = fold(flat)
    # Folding may change the length of a few letters: then the place is a little off, and still inside.
    at = max(folded.find(word), 0)
    start = max(min(at, len(flat)) - SNIPPET // 3, 0)
    shown = flat[start : start + SNIPPET]
    return ("..." if start else "") + shown + ("..." if start + SNIPPET < len(flat) else "")


def _title(title: str) -> str:
    title = one_line(title, MAX_TITLE + 1)
    if not title or not _name(title):
        raise ToolError("The page needs a title with letters or digits")
    if len(title) > MAX_TITLE:
        raise ToolError(f"The title is too long (the limit is {MAX_TITLE} characters)")
    return title


def _text(text: str) -> str:
    text = sound(text).replace("\r\n", "\n").strip("\n") + "\n"
    if len(text) > MAX_TEXT:
        raise ToolError(f"The page is too long ({len(text):,} characters; the limit is {MAX_TEXT:,})")
    return text


def _comment(comment: str) -> str:
    return one_line(comment, MAX_COMMENT)


def _name(title: str) -> str:
    """The last part of a path, made from a title."""
    kept = "".join(c if c.isalnum() else "-" if c in " -_/" else "" for c in title)
    return "-".join(part for part in kept.split("-") if part)[:100].strip("-")


def _key(text: str) -> str:
    return fold(text.replace("-", " ").replace("_", " ").replace("+", " ")).strip()


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return line(text)
