from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fauxcorp.content.roots import Root, builtin_root
from fauxcorp.content.tools import load_tool_file, load_tools
from fauxcorp.errors import ContentError

HEAD = "from fauxcorp.api import Field, Office, ToolArgs, ToolError, tool\n\nclass Args(ToolArgs):\n    n: int = 1\n\n"
GOOD = HEAD + '@tool()\ndef count_up(args: Args, office: Office) -> str:\n    """Count."""\n    return str(args.n)\n'


def write(folder: Path, text: str, name: str = "mine") -> Root:
    file = folder / "tools" / name / "tool.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return Root(folder, "pack")


def failure(folder: Path, text: str) -> tuple[int, str]:
    root = write(folder, text)
    with pytest.raises(ContentError) as caught:
        load_tools(root)
    (problem,) = caught.value.problems
    assert problem.path.endswith("tools/mine/tool.py")
    return problem.line, problem.message


def test_the_built_in_tools_load_by_the_users_door() -> None:
    found = load_tools(builtin_root())
    assert {"mailbox", "directory"} <= set(found)
    names = [t.name for tools in found.values() for t in tools]
    assert len(set(names)) == len(names)
    assert all(t.description and t.seconds >= 0 for tools in found.values() for t in tools)


def test_a_users_tool(tmp_path: Path) -> None:
    (tool,) = load_tools(write(tmp_path, GOOD))["pack/mine"]
    assert (tool.name, tool.description, tool.seconds) == ("count_up", "Count.", 20.0)
    assert tool.args.model_json_schema()["properties"]["n"]["default"] == 1


def test_a_tool_of_several_files(pack: Path) -> None:
    tools = load_tools(Root(pack, "harbour"))["harbour/bell"]
    assert [t.name for t in tools] == ["ring_bell", "break_bell", "ring_long", "ring_closed"]


def test_sys_path_and_a_tools_package_of_the_users_stay_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    (site / "tools").mkdir(parents=True)
    (site / "tools" / "__init__.py").write_text("OWNER = 'the user'\n")
    monkeypatch.syspath_prepend(str(site))
    before, known = list(sys.path), set(sys.modules)
    load_tools(builtin_root())
    load_tools(write(tmp_path / "pack", GOOD))
    assert sys.path == before
    new = {name.partition(".")[0] for name in set(sys.modules) - known}
    assert not new & {"tools", "fixtures", "policies", "tool", "mailbox", "mine"}
    tools = __import__("tools")
    assert tools.OWNER == "the user"
    sys.modules.pop("tools")


def test_tools_of_two_packs_keep_apart(tmp_path: Path) -> None:
    one = write(tmp_path / "one", GOOD.replace("Count.", "One."))
    two = Root(write(tmp_path / "two", GOOD.replace("Count.", "Two.")).path, "other")
    tools = {**load_tools(one), **load_tools(two)}
    assert {n: t[0].description for n, t in tools.items()} == {"pack/mine": "One.", "other/mine": "Two."}


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        (HEAD + "def broken(:\n", 6, "invalid syntax"),
        ("import nothing_of_that_name\n", 1, "nothing_of_that_name"),
        ("from fauxcorp.api import no_such_thing\n", 1, "no_such_thing"),
        ("x = 1\n\ny = x.z\n", 3, "z"),
        ("x = undefined_name\n", 1, "undefined_name"),
        ("x = int('a')\n", 1, "invalid literal"),
        ("\nx = {}['a']\n", 2, "a"),
        ("x = [][1]\n", 1, "out of range"),
        ("x = 1 / 0\n", 1, "division"),
        ("raise RuntimeError('no')\n", 1, "no"),
        ("open('/nothing/here')\n", 1, "No such file"),
        ("assert False, 'never'\n", 1, "never"),
        ("import sys\nsys.exit(3)\n", 2, "exit"),
        ("def f():\n    return f()\nf()\n", 2, "recursion"),
        (HEAD, 0, "defines no tool"),
        ("", 0, "defines no tool"),
        ("x = '\x00'\n", 0, ""),
    ],
)
def test_a_file_that_cannot_be_loaded_says_where(tmp_path: Path, text: str, line: int, told: str) -> None:
    at, message = failure(tmp_path, text)
    assert at == line or not line
    assert told.lower() in message.lower()


@pytest.mark.parametrize(
    ("function", "told"),
    [
        ("def f(args: Args, office: Office) -> str:\n    return ''\n", "docstring"),
        ('def f(args: int, office: Office) -> str:\n    """D."""\n    return ""\n', "args"),
        ('def f(office: Office) -> str:\n    """D."""\n    return ""\n', "args"),
        ('def f() -> str:\n    """D."""\n    return ""\n', "args"),
        ('def f(args: Args) -> str:\n    """D."""\n    return ""\n', "office"),
        ('def f(office: Office, args: Args) -> str:\n    """D."""\n    return ""\n', "args"),
        ('def f(args: Args, office: Office, more: int) -> str:\n    """D."""\n    return ""\n', "office"),
        ('async def f(args: Args, office: Office) -> str:\n    """D."""\n    return ""\n', "async"),
        ('def Loud(args: Args, office: Office) -> str:\n    """D."""\n    return ""\n', "lower case"),
        ('def f(args: "Missing", office: Office) -> str:\n    """D."""\n    return ""\n', "Missing"),
    ],
)
def test_a_function_that_is_no_tool_is_told_when_loaded(tmp_path: Path, function: str, told: str) -> None:
    assert told in failure(tmp_path, HEAD + "@tool()\n" + function)[1]


@pytest.mark.parametrize("name", ["two words", "", "ümlaut", "x" * 65, "../up", "1st"])
def test_names_are_what_an_interface_takes(tmp_path: Path, name: str) -> None:
    text = GOOD.replace("@tool()", f"@tool(name={name!r})")
    if not name:
        assert load_tools(write(tmp_path, text))["pack/mine"][0].name == "count_up"
    else:
        assert "lower case" in failure(tmp_path, text)[1]


def test_two_tools_of_one_name_in_a_file_are_told(tmp_path: Path) -> None:
    second = (
        '\n@tool(name="count_up")\ndef other(args: Args, office: Office) -> str:\n    """Again."""\n    return ""\n'
    )
    assert "count_up" in failure(tmp_path, GOOD + second)[1]


def test_a_folder_without_tool_is_told(tmp_path: Path) -> None:
    (tmp_path / "tools" / "empty").mkdir(parents=True)
    with pytest.raises(ContentError, match=r"no tool\.py"):
        load_tools(Root(tmp_path, "p"))


def test_all_broken_tools_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "x = 1\n", "one")
    write(tmp_path, "def (", "two")
    root = write(tmp_path, GOOD, "three")
    with pytest.raises(ContentError) as caught:
        load_tools(root)
    assert len(caught.value.problems) == 2


def test_a_tool_that_failed_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "tools" / "left").mkdir(parents=True)
    (tmp_path / "tools" / "left" / "helper.py").write_text("x = 1\n")
    write(tmp_path, "from .helper import x\nimport nothing_of_that_name\n", "left")
    with pytest.raises(ContentError, match="nothing_of_that_name"):
        load_tools(Root(tmp_path, "pack"))
    assert not [name for name in sys.modules if name.startswith("_fauxcorp_content.pack.tools.left")]
    (tmp_path / "tools" / "left" / "tool.py").write_text(GOOD)
    (tool,) = load_tools(write(tmp_path, GOOD))["pack/mine"]
    assert tool.name == "count_up"


def test_one_file_by_itself(tmp_path: Path) -> None:
    root = write(tmp_path, GOOD)
    assert [t.name for t in load_tool_file(root.folder("tools", "mine", "tool.py"), root)] == ["count_up"]


def test_a_root_without_tools_has_none(tmp_path: Path) -> None:
    assert load_tools(Root(tmp_path, "p")) == {}
