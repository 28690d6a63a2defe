"""Pages of the public web, from fixtures/internet/pages/<host>/<path>.md: a line `# Title`, and the text below it.

And what hosts answer in a company or a scenario in place of what they would: web.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable

from fauxcorp.content.layers import Layers
from fauxcorp.content.roots import Root
from fauxcorp.content.yamlfile import read, validate
from fauxcorp.errors import ContentError, Problem
from fauxcorp.world.company import Page
from fauxcorp.world.webanswers import WebAnswer, WebFile

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


def load_answers(layers: Layers, problems: list[Problem]) -> tuple[WebAnswer, ...]:
    """The answers of all layers, those of the topmost first."""
    found: list[WebAnswer] = []
    for folder in reversed(layers.folders):
        path = folder / "web.yaml"
        if not path.is_file() or "web.yaml" in layers.removed:
            continue
        try:
            found += validate(read(path, layers.show(path)), WebFile).answers
        except ContentError as error:
            problems += error.problems
    return tuple(found)
