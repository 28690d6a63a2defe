"""`fauxcorp study run` and `fauxcorp study resume`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from fauxcorp.cli.commands.run import sandboxes_of
from fauxcorp.cli.crew import make_agent
from fauxcorp.cli.options import RUNS, Anyway, Content, Json, Out, folders
from fauxcorp.cli.studyscreen import run_on_screen
from fauxcorp.episode.runner import new_run_folder
from fauxcorp.errors import UserError, WorkerLost
from fauxcorp.study.run import Executor, Local, Study, begin, open_plan, reopen_plan

PlanFile = Annotated[Path, typer.Argument(help="The plan's YAML file; `fauxcorp schema study` describes it.")]
Folder = Annotated[Path, typer.Argument(help="The study's folder.", metavar="FOLDER")]
ExecutorName = Annotated[str, typer.Option("--executor", help="Where episodes are run: local or ray.", metavar="NAME")]
RayAddress = Annotated[
    str, typer.Option("--ray-address", help="A Ray cluster; without it, one on this machine.", metavar="HOST:PORT")
]
Parallel = Annotated[
    int | None, typer.Option("--parallel", help="Episodes at a time [default: the plan's].", min=1, max=256)
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing.")]


def run(
    plan: PlanFile,
    out: Out = RUNS,
    executor: ExecutorName = "local",
    ray_address: RayAddress = "",
    parallel: Parallel = None,
    content: Content = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run a study: scenarios x variants x agents x epochs, as a plan says.

    A study that was stopped, in whatever way, goes on by `fauxcorp study resume FOLDER`.
    """
    read, library, cells = open_plan(plan, folders(content))
    where = _executor(executor, ray_address, read.sandbox)
    made = Study(new_run_folder(out, read.study), read, library, cells, make_agent, parallel or read.parallel,
                 tuple(sys.argv[1:]))  # fmt: skip
    begin(made, plan)
    _work(made, where, as_json, quiet, False)


def resume(
    folder: Folder,
    executor: ExecutorName = "local",
    ray_address: RayAddress = "",
    parallel: Parallel = None,
    content: Content = None,
    as_json: Json = False,
    quiet: Quiet = False,
    anyway: Anyway = False,
) -> None:
    """Go on with a study that was stopped: what has ended is not run again, what was half-written is."""
    read, library, cells = reopen_plan(folder, folders(content))
    where = _executor(executor, ray_address, read.sandbox)
    made = Study(folder, read, library, cells, make_agent, parallel or read.parallel, tuple(sys.argv[1:]))
    _work(made, where, as_json, quiet, anyway)


def _executor(name: str, address: str, sandbox: str) -> str:
    if name not in ("local", "ray"):
        raise UserError(f"no executor named {name!r}; there are: local, ray")
    if address and name != "ray":
        raise UserError("--ray-address goes with --executor ray")
    if name == "ray" and sandbox != "virtual":
        raise UserError("--executor ray runs episodes on the virtual sandbox; leave it out for docker")
    return f"{name} {address}".strip()


def _work(study: Study, where: str, as_json: bool, quiet: bool, anyway: bool) -> None:
    name, _, address = where.partition(" ")
    sandboxes = sandboxes_of(study.plan.sandbox, study.parallel)
    try:
        run_on_screen(study, _made(name, address, sandboxes), as_json=as_json, quiet=quiet, anyway=anyway)
    except KeyboardInterrupt:
        print(f"fauxcorp: interrupted; `fauxcorp study resume {study.folder}` goes on", file=sys.stderr)
        raise typer.Exit(130) from None
    except WorkerLost as error:
        raise WorkerLost(f"{error}; `fauxcorp study resume {study.folder}` goes on") from None
    finally:
        sandboxes.close()


def _made(name: str, address: str, sandboxes: Any) -> Executor:
    if name == "local":
        return Local(sandboxes)
    # Loaded when it is asked for: it comes with the extra `ray`, and takes a second or two.
    module: Any = import_module("fauxcorp.study.cluster")
    return cast(Executor, module.RayExecutor(address))
