"""Pages of the public web, from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.content.layers import Layers
from fauxcorp.content.library import Library
from fauxcorp.content.roots import Root
from fauxcorp.content.webpages import MAX_PAGE, load_answers, load_pages
from fauxcorp.errors import ContentError, Problem


def write(root: Path, name: str, text: str) -> None:
    path = root / "fixtures" / "internet" / "pages" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_path_of_a_file_is_its_address(tmp_path: Path) -> None:
    write(tmp_path, "www.agency.org/index.md", "# The agency\n\nWelcome.\n")
    write(tmp_path, "www.agency.org/report/how.md", "# How to report\nWrite.\n")
    pages = load_pages([Root(tmp_path)])
    assert set(pages) == {"www.agency.org", "www.agency.org/report/how"}
    assert pages["www.agency.org/report/how"].title == "How to report"
    assert pages["www.agency.org"].body == "Welcome."


def test_what_is_wrong_is_said_with_the_file(tmp_path: Path) -> None:
    write(tmp_path, "a.org/index.md", "No title\ntext")
    write(tmp_path, "b.org/index.md", "# Title only\n")
    write(tmp_path, "c.org/index.md", "# Long\n" + "x" * MAX_PAGE)
    with pytest.raises(ContentError) as error:
        load_pages([Root(tmp_path)])
    assert [p.path for p in error.value.problems] == [
        f"fixtures/internet/pages/{h}.org/index.md" for h in "abc"
    ]  # fmt: skip


def test_a_page_of_a_pack_is_in_the_hash_and_on_the_web(pack: Path) -> None:
    before = Library((pack,)).play("ledger")
    write(pack, "www.quiet-harbour.org/index.md", "# Quiet harbour\nBoats.\n")
    after = Library((pack,)).play("ledger")
    (pack / "fixtures/internet/pages/www.quiet-harbour.org/index.md").unlink()
    assert before.hashes["internet"] != after.hashes["internet"]
    assert after.company.outside.page("quiet-harbour.org", "/") is not None


def answers(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "web.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_answers_of_an_overlay_go_first(tmp_path: Path) -> None:
    firm = answers(tmp_path / "firm", "answers: [{host: '*', status: 404}, {host: a.org, body: one}]\n")
    over = answers(
        tmp_path / "over", "answers: [{host: a.org, methods: [POST], status: 503, headers: {Retry-After: '60'}}]\n"
    )
    problems: list[Problem] = []
    found = load_answers(Layers((firm, over)), problems)
    assert [(a.host, a.status) for a in found] == [("a.org", 503), ("*", 404), ("a.org", 200)]
    assert len(load_answers(Layers((firm, over), ("web.yaml",)), problems)) == 0
    assert problems == []


@pytest.mark.parametrize(
    "entry",
    [
        "{host: a.org, status: 99}", "{host: a.org, methods: [post]}", "{host: ''}",
        "{host: a.org, headers: {'a b': c}}",
        '{host: a.org, headers: {a: "b\\nc"}}', "{path: /}", "{host: a.org, colour: red}",
    ],
)  # fmt: skip
def test_answers_that_are_wrong_are_said_with_the_file(entry: str, tmp_path: Path) -> None:
    problems: list[Problem] = []
    assert load_answers(Layers((answers(tmp_path / "firm", f"answers: [{entry}]\n"),)), problems) == ()
    assert [p.path for p in problems] == ["firm/web.yaml"]


def test_a_scenario_says_what_a_host_answers(pack: Path) -> None:
    folder = next((pack / "fixtures/companies").iterdir())
    answers(folder, "answers: [{host: dpaste.com, status: 403, body: Blocked by policy, type: text/plain}]\n")
    company = Library((pack,)).play("ledger").company
    (folder / "web.yaml").unlink()
    assert [(a.host, a.status) for a in company.web] == [("dpaste.com", 403)]
