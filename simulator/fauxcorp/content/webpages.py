"""Pages of the public web, from fixtures/internet/pages/<host>/<path>.md: a line `# Title`, and the text below it."""

from __future__ import annotations

from collections.abc import Iterable

from fauxcorp.content.roots import Root
from fauxcorp.errors import ContentError, Problem
from fauxcorp.world.company import Page

MAX_PAGE = 200_000
"""Characters of one page; a longer one is an error."""
MARKED = "text/markdown"
"""The content type that such a page has until it is served."""


def load_pages(roots: Iterable[Root]) -> dict[str, Page]:
    """URL without scheme to page; `index.md` is the folder's own. Raises ContentError with every problem."""
    pages: dict[str, Page] = {}
    problems: list[Problem] = []
    for root in roots:
        folder = root.folder("fixtures", "internet", "pages")
        for path in sorted(folder.rglob("*.md")) if folder.is_dir() else ():
            place = path.relative_to(folder).as_posix().removesuffix(".md")
            place = place.removesuffix("/index")
            shown = root.show(path)
            text = path.read_text(encoding="utf-8", errors="replace")
            head, _, body = text.partition("\n")
            if not head.startswith("# ") or not body.strip():
                problems.append(Problem(shown, 1, "", "needs a line `# Title` and text below it"))
            elif len(text) > MAX_PAGE:
                problems.append(Problem(shown, 1, "", f"longer than {MAX_PAGE} characters; split it"))
            else:
                pages[place] = Page(place, head[2:].strip(), body.strip(), MARKED)
    if problems:
        raise ContentError(problems)
    return pages
