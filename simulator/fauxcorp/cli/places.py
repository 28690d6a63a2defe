"""RUN[/EPISODE] as people type it."""

from __future__ import annotations

from pathlib import Path

from fauxcorp.errors import LogError, UserError
from fauxcorp.eventlog import Run, open_run
from fauxcorp.eventlog.manifest import MANIFEST

LATEST = "latest"


def find(text: str, runs: Path) -> tuple[Run, str]:
    """The run and the episode that a place names; the episode is empty if none was named.

    `latest` stands for the newest run below `runs`. Raises LogError or NotFound.
    """
    if not text or "\0" in text:
        raise UserError("RUN is the path of a run's folder, or `latest`")
    path = _latest(runs, text) if text == LATEST or text.startswith(f"{LATEST}/") else Path(text)
    if _is_run(path):
        return open_run(path), ""
    if _is_run(path.parent):
        run = open_run(path.parent)
        return run, run.pick(path.name)
    if _holds_runs(path):
        raise LogError(f"{path} holds runs and is none itself; the newest in it is {newest(path)}")
    return open_run(path), ""


def find_episode(text: str, runs: Path) -> tuple[Run, str]:
    """The run and one episode of it: the one that is named, or the only one. Raises UserError if there are several."""
    run, episode = find(text, runs)
    if episode:
        return run, episode
    names = run.episodes
    if len(names) == 1:
        return run, names[0]
    if not names:
        raise LogError(f"{run.folder}: no episode was begun in this run")
    raise UserError(f"{run.folder} holds {len(names)} episodes; name one, e.g. {run.folder / names[0]}")


def newest(runs: Path) -> Path:
    """The newest run below a folder. Raises LogError if there is none."""
    found = [p.parent for p in runs.glob(f"*/{MANIFEST}")] if runs.is_dir() else []
    if not found:
        raise LogError(f"{runs}: no runs there; give the path of a run, or --runs")
    return max(found, key=lambda p: (p.name[:15], (p / MANIFEST).stat().st_mtime_ns))


def _latest(runs: Path, text: str) -> Path:
    return newest(runs) / text[len(LATEST) + 1 :]


def _holds_runs(path: Path) -> bool:
    try:
        return path.is_dir() and any(path.glob(f"*/{MANIFEST}"))
    except OSError:
        return False


def _is_run(path: Path) -> bool:
    try:
        return (path / MANIFEST).is_file()
    except OSError:
        return False
