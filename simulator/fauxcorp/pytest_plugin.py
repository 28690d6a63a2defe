"""The pytest plugin: episodes, models and MCP servers as fixtures, golden logs, flags and the log's path in reports.

@pytest.mark.fauxcorp("high-agency", variant="prompt=plain")
def test_my_agent(episode):
    run_my_agent(episode)
    episode.assert_no_flags(level="high")
"""

# Loaded by every run of pytest where it is installed: what is heavy is imported by the fixtures that need it.
from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fauxcorp.errors import FauxcorpError

if TYPE_CHECKING:
    from fauxcorp.content.library import Library
    from fauxcorp.sandbox.base import Sandboxes
    from fauxcorp.serve.door import Door
    from fauxcorp.serve.standin.server import ModelServer
    from fauxcorp.testing import Golden, LiveEpisode

    Libraries = dict[tuple[str, ...], tuple[Library, int]]
    """Working directory and content folders to the library, and how many tests have had it."""

MARKERS = (
    "fauxcorp(scenario, variant='', seed=1, agent='agent', sandbox='virtual', content=()): what the `episode` fixture "
    "opens; markers of class and module hold where a nearer one says nothing else",
    "fauxcorp_model(script, repeats=20): the script that the `model_server` fixture plays",
)
SETTINGS = ("scenario", "variant", "seed", "agent", "sandbox", "content")
_EPISODE = pytest.StashKey["LiveEpisode"]()
_GOLDEN = pytest.StashKey["Golden"]()
MOST_USES = 50
"""Tests that share what was read: a variant of a scenario takes some 5 MB, and there may be hundreds."""
TOLD = "fauxcorp"
"""Attribute of reports that carries what the end of the run tells; plain data, for it travels between processes."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options, the first two also as ini options."""
    group = parser.getgroup("fauxcorp")
    about = "folder for the logs of episodes [default: each test's tmp_path]"
    group.addoption("--fauxcorp-out", metavar="DIR", default=None, help=about)
    parser.addini("fauxcorp_out", about, default="")
    about = "list of flags that are accepted, beside that of [tool.fauxcorp] allow in pyproject.toml"
    group.addoption("--fauxcorp-allow", metavar="FILE", action="append", default=[], help=f"{about} (repeatable)")
    parser.addini("fauxcorp_allow", about, type="paths", default=[])
    group.addoption("--update-golden", action="store_true", help="write golden logs instead of comparing with them")


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


@pytest.fixture(scope="session")
def fauxcorp_sandboxes() -> Iterator[dict[str, Sandboxes]]:
    """The sandboxes of this process, by name."""
    made: dict[str, Sandboxes] = {}
    yield made
    for sandboxes in made.values():
        sandboxes.close()


@pytest.fixture(scope="session")
def fauxcorp_libraries() -> Libraries:
    """The content that tests of this process have in common: reading it takes longer than most episodes."""
    return {}


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """The golden log of this test: `golden.check(episode)` for an episode that the test opened itself."""
    node = request.node
    testing: Any = import_module("fauxcorp.testing.golden")
    path = testing.place_of(node.path, node.nodeid.partition("::")[2])
    made: Golden = testing.Golden(path, bool(request.config.getoption("--update-golden")), node.nodeid)
    node.stash[_GOLDEN] = made
    return made


@pytest.fixture
def episode(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    fauxcorp_sandboxes: dict[str, Sandboxes],
    fauxcorp_libraries: Libraries,
    golden: Golden,
) -> Iterator[LiveEpisode]:
    """A live episode of the scenario that the marker `fauxcorp` names; it ends with the test.

    With `indirect=True` its parameters are names of variants, or dicts of what the marker takes.
    """
    settings = settings_of(request.node, getattr(request, "param", None))
    out = request.config.getoption("--fauxcorp-out") or request.config.getini("fauxcorp_out")
    with ExitStack() as stack:
        try:
            settings["sandboxes"] = _sandboxes(settings.pop("sandbox", "virtual"), fauxcorp_sandboxes)
            settings["library"] = _library(settings.pop("content", ()), fauxcorp_libraries)
            settings["allow"] = _lists(request.config)
            testing: Any = import_module("fauxcorp.testing")
            live = stack.enter_context(testing.open_episode(out=Path(out) if out else tmp_path / "runs", **settings))
        except FauxcorpError as error:
            trouble = str(error)
        else:
            trouble = ""
            live.golden = golden
            request.node.stash[_EPISODE] = live
            yield live
    if trouble:
        pytest.fail(trouble, pytrace=False)


@pytest.fixture
def company(episode: LiveEpisode) -> Any:
    """The live company of `episode`: its world, to look at."""
    return episode.driven.episode.world


@pytest.fixture
def model_server(request: pytest.FixtureRequest, fauxcorp_libraries: Libraries) -> Iterator[ModelServer]:
    """A model that plays the script of the marker `fauxcorp_model`: `model_server.url`, `model_server.report`."""
    marker = request.node.get_closest_marker("fauxcorp_model")
    if marker is None or not marker.args:
        pytest.fail('the `model_server` fixture needs @pytest.mark.fauxcorp_model("SCRIPT")', pytrace=False)
    scripts: Any = import_module("fauxcorp.serve.standin.script")
    servers: Any = import_module("fauxcorp.serve.standin.server")
    trouble = ""
    try:
        script = scripts.load_script(
            str(marker.args[0]), _library(_merged(request.node).get("content", ()), fauxcorp_libraries)
        )
    except FauxcorpError as error:
        trouble = str(error)
    if trouble:
        pytest.fail(trouble, pytrace=False)
    with servers.ModelServer(script, **marker.kwargs) as server:
        yield server


@pytest.fixture
def mcp_server(episode: LiveEpisode) -> Iterator[Door]:
    """The tools of `episode` over MCP: `mcp_server.mcp_url`, `mcp_server.mcp_config(folder)`."""
    doors: Any = import_module("fauxcorp.serve.door")
    driven = episode.driven
    with doors.Door(driven, driven.item.play.company.facts.slug) as door:
        yield door


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add flags and the log's path: to what a failure shows, and as properties for JUnit."""
    live = item.stash.get(_EPISODE, None)
    if live is None or call.when != "call":
        return _with_told(item, call, (yield))
    flags = live.flags
    item.user_properties.append(("fauxcorp_log", str(live.folder)))
    item.user_properties += [("fauxcorp_flag", f"{f.level} {f.rule}") for f in flags]
    report = yield
    if report.failed:
        words: Any = import_module("fauxcorp.cli.flagtable")
        report.sections.append(
            ("fauxcorp", "\n".join([*(words.by_level(flags) or ["no flags"]), f"log: {live.folder}"]))
        )
    return _with_told(item, call, report)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Golden logs that were written, and entries of allow-lists that expired or allowed nothing."""
    told = [vars(r)[TOLD] for reports in terminalreporter.stats.values() for r in reports if TOLD in vars(r)]
    if not told:
        return
    lists: Any = import_module("fauxcorp.gates.allow")
    written = sorted({path for one in told for path in one["written"]})
    lines = [f"golden log written: {path}" for path in written] + lists.notes(one["allow"] for one in told)
    if lines:
        terminalreporter.section("fauxcorp")
        for line in lines:
            terminalreporter.line(line)


def settings_of(node: pytest.Item, parameter: object = None) -> dict[str, Any]:
    """What `open_episode` is to be given: the markers' arguments, and the parameter's. Fails the test if they are none.

    A nearer marker goes before one of the class or the module; one that names another scenario stands alone.
    """
    settings = _merged(node)
    if isinstance(parameter, str):
        settings["variant"] = parameter
    elif isinstance(parameter, Mapping):
        settings |= parameter
    elif parameter is not None:
        pytest.fail(f"a parameter of `episode` is a variant's name or a dict, not {parameter!r}", pytrace=False)
    unknown = sorted(map(str, set(settings) - set(SETTINGS)))
    if unknown:
        what = f"@pytest.mark.fauxcorp: unknown: {', '.join(unknown)}; it takes {', '.join(SETTINGS)}"
        pytest.fail(what, pytrace=False)
    if "scenario" not in settings:
        pytest.fail('the `episode` fixture needs @pytest.mark.fauxcorp("SCENARIO")', pytrace=False)
    return settings


def _merged(node: pytest.Item) -> dict[str, Any]:
    """The arguments of all markers that hold for a test, the outermost first."""
    merged: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers("fauxcorp"))):
        if len(marker.args) > 1:
            pytest.fail(f"@pytest.mark.fauxcorp takes one scenario, not {marker.args}", pytrace=False)
        nearer = {**dict(zip(("scenario",), marker.args, strict=False)), **marker.kwargs}
        other = "scenario" in nearer and nearer["scenario"] != merged.get("scenario")
        merged = nearer if other else merged | nearer
    return merged


def _sandboxes(name: str, made: dict[str, Sandboxes]) -> Sandboxes:
    """The sandboxes of a name. Raises UserError if they cannot be had."""
    if name not in made:
        run: Any = import_module("fauxcorp.cli.commands.run")
        made[name] = run.sandboxes_of(name)
    return made[name]


def _library(content: Sequence[str | Path], made: Libraries) -> Library:
    """The library with these folders; that of a working directory is of its own, for pyproject.toml names some."""
    key = (str(Path.cwd()), *map(str, content))
    library, uses = made.get(key, (None, 0))
    if library is None or uses >= MOST_USES:
        module: Any = import_module("fauxcorp.content.library")
        library, uses = module.Library(tuple(map(Path, content))), 0
    made[key] = (library, uses + 1)
    return library


def _lists(config: pytest.Config) -> list[Path]:
    """The files of flags that are accepted. Raises ContentError if pyproject.toml is wrong about them."""
    module: Any = import_module("fauxcorp.gates.allow")
    given = [*config.getini("fauxcorp_allow"), *map(Path, config.getoption("--fauxcorp-allow"))]
    found: list[Path] = module.find(given, config.rootpath)
    return found


def _with_told(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> pytest.TestReport:
    """A report with what the end of the run is to tell of its test."""
    golden, live = item.stash.get(_GOLDEN, None), item.stash.get(_EPISODE, None)
    if call.when == "call" and golden is not None:
        allow = live.allow_list.tell(live.verdicts) if live is not None and live.verdicts else {}
        written = [path for state, path in golden.states if state == "written"]
        empty: dict[str, list[str]] = {"expired": [], "about": [], "used": []}
        vars(report)[TOLD] = {"written": written, "allow": allow or empty}
    return report
