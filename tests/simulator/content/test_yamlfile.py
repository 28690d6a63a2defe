# ruff: noqa: E501, PT017 - wide tables; either it works, or the error says why
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from fauxcorp.content import yamlfile
from fauxcorp.content.yamlfile import Document, parse, read, validate
from fauxcorp.errors import ContentError, Problem


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    count: int = Field(default=1, ge=0)
    at: datetime | None = None


class Whole(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str
    parts: tuple[Part, ...] = ()
    by_name: dict[str, Part] = {}
    either: int | tuple[int, ...] | Part = 0


def doc(text: str) -> Document:
    return parse(text, Path("a.yaml"), "a.yaml")


def problems(text: str) -> list[Problem]:
    with pytest.raises(ContentError) as caught:
        doc(text)
    return list(caught.value.problems)


def wrong(text: str) -> list[tuple[int, str]]:
    """Line and field of every problem against the model."""
    with pytest.raises(ContentError) as caught:
        validate(doc(text), Whole)
    assert all(p.path == "a.yaml" and p.message for p in caught.value.problems)
    return [(p.line, p.field) for p in caught.value.problems]


def test_plain_data() -> None:
    data = doc("a: 1\nb: [x, 2.5, null, true]\nc:\n  d: |\n    two\n    lines\n").data
    assert data == {"a": 1, "b": ["x", 2.5, None, True], "c": {"d": "two\nlines\n"}}


def test_keys_stay_text() -> None:
    assert doc("1: a\nyes: b\nnull: c\n2026-03-02: d\n").data == {"1": "a", "yes": "b", "null": "c", "2026-03-02": "d"}


def test_lines_of_keys_and_items() -> None:
    document = doc("a: 1\n\nb:\n  - x\n  - y: 2\n    z: 3\n")
    assert [document.line(w) for w in (("a",), ("b",), ("b", 0), ("b", 1), ("b", 1, "z"))] == [1, 3, 4, 5, 6]
    assert document.line(("b", 1, "z", "deeper")) == 6
    assert document.line(("nothing",)) == 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [1, 2", 1),
        ("a: 1\nb: }\n", 2),
        ("a: 1\n\tb: 2\n", 2),
        ('a: "open\n', 2),
        ("a: *nothing\n", 1),
        ("a: 1\n---\nb: 2\n", 2),
        ("a: &x 1\nb: @no\n", 2),
        ("a: 1\n b: 2\n", 2),
        ("x: !!python/object/apply:os.system [id]\n", 0),
    ],
)
def test_broken_yaml_says_its_line(text: str, line: int) -> None:
    if not line:
        assert doc(text).data == {"x": ["id"]}
        return
    found = problems(text)
    assert len(found) == 1
    assert abs(found[0].line - line) <= 1
    assert found[0].line > 0
    assert "not valid YAML" in found[0].message


def test_doubled_keys_are_an_error_at_the_second() -> None:
    found = problems("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\na: 2\n")
    assert [(p.line, p.field.rpartition(".")[2], p.message) for p in found] == [
        (5, "c", "given twice"),
        (6, "a", "given twice"),
    ]


@pytest.mark.parametrize("key", ["? [a, b]\n: 1\n", "? {a: 1}\n: 1\n", "{[1]: 2}\n"])
def test_keys_must_be_text(key: str) -> None:
    assert problems(key)[0].message == "a key must be plain text"


LAUGHS = 'a: &a ["lol","lol","lol","lol","lol","lol","lol","lol","lol"]\n' + "".join(
    f"{b}: &{b} [{','.join(f'*{a}' for _ in range(9))}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        LAUGHS,
        "a: &a [*a]\n",
        "a: &a {b: *a}\n",
        "[" * 200 + "]" * 200,
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "".join("  " * n + "a:\n" for n in range(600)),
        "? " * 50_000,
    ],
    ids=["laughs", "self", "self-map", "deep", "very-deep", "very-deep-map", "dashes", "indented", "questions"],
)
def test_bombs_end_in_an_error(text: str) -> None:
    assert problems(text)[0].message


@pytest.mark.parametrize(
    "value",
    ["!!int ''", "!!int _", "!!int x", "!!float ''", "!!float x", "!!bool x", "!!timestamp x", "!!binary '\u00ff'", "!!binary a",
     "2026-13-45", "2026-02-30T25:61:00", "!!null x", "0x", "!!int 0b", "!!int '+'", "!unknown x", "!!python/name:os.system x",
     "9" * 5000, "!!set x", "!!omap x", "!!map x", "!!seq x", "!!pairs x", "!!merge x", "!!value x", "!!str x"],
)  # fmt: skip
def test_odd_scalars_are_a_value_or_an_error_with_a_line(value: str) -> None:
    try:
        assert "v" in doc(f"a: 1\nv: {value}\n").data
    except ContentError as error:
        assert [(p.line, p.field) for p in error.problems] == [(2, "v")]


@pytest.mark.parametrize("text", [".nan", ".inf", "-.inf", "1e400"])
def test_numbers_that_are_none_do_not_pass_for_counts(text: str) -> None:
    assert wrong(f"title: x\nparts:\n  - name: y\n    count: {text}\n") == [(4, "parts.0.count")]


def test_dates_arrive_as_such() -> None:
    whole = validate(doc("title: x\nparts:\n- name: y\n  at: 2026-03-02T09:00:00+01:00\n"), Whole)
    assert whole.parts[0].at is not None
    assert whole.parts[0].at.tzinfo is not None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{}\n", [(1, "title")]),
        ("", [(1, "title")]),
        ("# nothing\n", [(1, "title")]),
        ("title: x\nsurprise: 1\n", [(2, "surprise")]),
        ("title: [1]\n", [(1, "title")]),
        ("title: x\nparts:\n  - count: 1\n", [(3, "parts.0.name")]),
        (
            "title: x\nparts:\n  - name: a\n  - name: b\n    count: -1\n    nmae: c\n",
            [(5, "parts.1.count"), (6, "parts.1.nmae")],
        ),
        (
            "title: x\nby_name:\n  one:\n    name: a\n  two:\n    count: x\n",
            [(5, "by_name.two.name"), (6, "by_name.two.count")],
        ),
        ("title: x\nparts: nothing\n", [(2, "parts")]),
        ("title: x\nparts:\n  - name: a\n    at: soon\n", [(4, "parts.0.at")]),
        ("count: 1\ncuont: 2\n", [(1, "title"), (1, "count"), (2, "cuont")]),
    ],
)
def test_every_problem_has_its_line(text: str, found: list[tuple[int, str]]) -> None:
    assert sorted(wrong(text)) == sorted(found)


@pytest.mark.parametrize("text", ["- a\n- b\n", "just text\n", "42\n"])
def test_a_file_that_is_no_mapping_is_told(text: str) -> None:
    with pytest.raises(ContentError) as caught:
        validate(doc(text), Whole)
    assert caught.value.problems[0].line == 1


def test_a_wrong_union_points_into_the_file() -> None:
    with pytest.raises(ContentError) as caught:
        validate(doc("title: x\neither:\n  nmae: 1\n"), Whole)
    assert {p.line for p in caught.value.problems} <= {2, 3}


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbftitle: x\n")
    assert read(path).data == {"title": "x"}


@pytest.mark.parametrize("data", [b"title: \xff\xfe", "title: ü".encode("latin-1"), "title: x".encode("utf-16")])
def test_what_is_not_utf8_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(data)
    with pytest.raises(ContentError, match="not UTF-8"):
        read(path, "shown.yaml")


@pytest.mark.parametrize("data", [b"a: \x00", b"a: \x01b", b"a: \x1b[31m", "a: \ufffe".encode()])
def test_control_characters_are_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(data)
    with pytest.raises(ContentError, match=r"a\.yaml"):
        read(path)


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="No such file"):
        read(tmp_path / "gone.yaml")
    with pytest.raises(ContentError, match="directory"):
        read(tmp_path)
    with pytest.raises(ContentError):
        read(tmp_path / ("x" * 5000))


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with path.open("wb") as file:
        file.truncate(yamlfile.MAX_FILE + 1)
    with pytest.raises(ContentError, match="larger than"):
        read(path)


def test_a_file_of_too_many_nodes_is_refused() -> None:
    assert "too large" in problems("a: [" + "1," * (yamlfile.MAX_NODES + 10) + "]")[0].message


YAML_ISH = st.text(st.sampled_from("abc01:-?[]{}&*!|>'\"%@#,\n \t.~<=\u00e9\ufeff\u2028"), max_size=60)


@given(st.text() | YAML_ISH)
@example("!!int ''")
@example("? ")
@example("&a : *a")
@example("<<: *x")
def test_any_text_is_data_or_a_content_error(text: str) -> None:
    try:
        document = doc(text)
    except ContentError as error:
        assert all(p.path == "a.yaml" for p in error.problems)
        return
    try:
        validate(document, Whole)
    except ContentError as error:
        assert all(p.line >= 1 for p in error.problems)


@given(st.text(st.characters(categories=["Cs", "Lu"]), max_size=5))
def test_lone_surrogates_too(text: str) -> None:
    try:
        doc(text)
    except ContentError as error:
        assert error.problems


@given(st.binary(max_size=200))
def test_any_bytes_are_data_or_a_content_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("y") / "a.yaml"
    path.write_bytes(data)
    try:
        read(path)
    except ContentError as error:
        assert error.problems
