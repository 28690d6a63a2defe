from __future__ import annotations

import inspect
import pickle
import re

import pytest

from fauxcorp import errors
from fauxcorp.errors import ContentError, FauxcorpError, NotFound, Problem, ToolError, Unreachable, UserError


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    doc = inspect.getdoc(errors) or ""
    drawn: list[tuple[int, str]] = []
    for line in doc.splitlines():
        found = re.match(r"^((?:[│ ]   )*(?:[├└]── )?)([A-Z]\w+)", line)
        if found and hasattr(errors, found[2]):
            drawn.append((len(found[1]) // 4, found[2]))
    above: dict[int, str] = {}
    parents: dict[str, str] = {}
    for depth, name in drawn:
        above[depth] = name
        if depth:
            parents[name] = above[depth - 1]
    real = {
        name: kind.__base__.__name__
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and issubclass(kind, FauxcorpError) and kind is not FauxcorpError
    }
    assert parents == real


def test_a_problem_says_where() -> None:
    assert str(Problem("a.yaml", 3, "people.0", "missing")) == "a.yaml:3: people.0: missing"
    assert str(Problem("a.yaml", 0, "", "no such folder")) == "a.yaml: no such folder"


def test_a_content_error_tells_all() -> None:
    error = ContentError([Problem("a", 1, "x", "m"), Problem("b", 2, "y", "n")])
    assert str(error).splitlines() == ["a:1: x: m", "b:2: y: n"]
    assert isinstance(error, UserError)


def test_not_found_names_what_is_near() -> None:
    assert "did you mean high-agency" in str(NotFound("scenario", "high-agencv", ["high-agency", "leak"]))
    assert "known: a, b" in str(NotFound("rule", "zzz", ["b", "a"]))
    assert "known: none" in str(NotFound("rule", "zzz", []))


def test_unreachable_is_a_tool_error() -> None:
    assert isinstance(Unreachable("no route", "timeout"), ToolError)
    assert Unreachable("no route", "timeout").kind == "timeout"


@pytest.mark.parametrize(
    "error",
    [ContentError([Problem("a.yaml", 3, "x", "wrong"), Problem("b", 0, "", "y")]), NotFound("rule", "x", ["y", "xx"])],
)
def test_errors_get_through_to_another_process(error: FauxcorpError) -> None:
    came = pickle.loads(pickle.dumps(error))
    assert (type(came), str(came), came.__dict__) == (type(error), str(error), error.__dict__)
