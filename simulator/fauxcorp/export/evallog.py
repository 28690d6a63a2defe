"""A run as a log of Inspect (.eval), for its viewer and its tools: episodes are samples. Needs the extra `inspect`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from inspect_ai.log import (
    EvalLog,
    EvalPlan,
    EvalPlanStep,
    EvalSample,
    EvalSpec,
    EvalStats,
    recompute_metrics,
    write_eval_log,
)
from inspect_ai.model import ModelUsage

from fauxcorp.core.clock import iso
from fauxcorp.errors import LogError, UserError
from fauxcorp.export.evalsample import sample_of
from fauxcorp.export.files import new_file
from fauxcorp.export.scores import METRICS, SCORER
from fauxcorp.export.source import Source, Told, stable_id

SUFFIX = ".eval"
GAPS = (
    "an effect goes along as a sentence, with its stage, owner and authority; its other fields, such as the text of a "
    "mail, are in the log only",
    "what the tools looked like to the agent, how its model was set and, for programs, what it was asked",
    "the chain of hashes: `fauxcorp verify` needs the log",
)


def write_inspect(source: Source, target: Path, *, force: bool) -> list[Path]:
    """Write the run by Inspect's own writer. Raises UserError, LogError."""
    if target.suffix != SUFFIX:
        raise UserError(f"{target}: Inspect's logs end in {SUFFIX}; name it {target.name}{SUFFIX}")
    with new_file(target, force=force) as draft:
        write_eval_log(eval_log(source), draft, format="eval")
    return [target]


def eval_log(source: Source) -> EvalLog:
    """The run as Inspect has one, its figures reckoned by Inspect. Raises LogError if no episode was begun."""
    tolds = list(source.tell())
    if not tolds:
        raise LogError(f"{source.run.folder}: no episode was begun in this run")
    names = _names(tolds)
    samples = [sample_of(told, name, source) for told, name in zip(tolds, names, strict=True)]
    log = EvalLog(
        status="success" if source.run.manifest.complete else "cancelled",
        eval=_spec(source, tolds, list(dict.fromkeys(names))),
        plan=EvalPlan(steps=[EvalPlanStep(solver=name) for name in _each("fauxcorp.agent", tolds)]),
        stats=EvalStats(
            started_at=iso(min(told.moment(0) for told in tolds)),
            completed_at=iso(max(told.moment(len(told.times)) for told in tolds)),
            model_usage=_added(samples),
        ),
        samples=samples,
    )
    recompute_metrics(log)
    return log


def _spec(source: Source, tolds: Sequence[Told], names: list[str]) -> EvalSpec:
    manifest, id = source.run.manifest, source.id
    scenarios, agents = _each("fauxcorp.scenario", tolds), _each("fauxcorp.agent", tolds)
    metrics = {key: [{"name": name, "options": {}} for name in found] for key, found in METRICS.items()}
    return EvalSpec.model_validate({
        "eval_id": stable_id(id, "eval")[:22],
        "run_id": stable_id(id, "run")[:22],
        "task_id": stable_id(id, "task")[:22],
        "created": manifest.created,
        "task": ", ".join(scenarios),
        "model": agents[0] if len(agents) == 1 else f"{len(agents)} agents",
        "dataset": {"name": ", ".join(scenarios), "samples": len(names), "sample_ids": names},
        "config": {"epochs": max(told.epoch for told in tolds)},
        "packages": {"fauxcorp": manifest.engine},
        "scorers": [{"name": SCORER, "options": {}, "metrics": metrics, "metadata": {}}],
        "metadata": _about(source, agents),
    })  # fmt: skip


def _about(source: Source, agents: Sequence[str]) -> dict[str, Any]:
    manifest = source.run.manifest
    return {
        "exported from": str(source.run.folder),
        "command": " ".join(manifest.command),
        "agents": list(agents),
        "sandbox": manifest.sandbox,
        "seed": manifest.seed,
        "content": manifest.content,
        "times": source.times.value,
        "not in this file": list(GAPS),
    }


def _each(field: str, tolds: Sequence[Told]) -> list[str]:
    """The values of a field of the episodes' headers, each once."""
    return list(dict.fromkeys(str(told.conversation.header[field]) or "agent" for told in tolds))


def _names(tolds: Sequence[Told]) -> list[str]:
    """Names of the samples: the variant, with scenario and agent where the run has several; epochs share one."""
    wanted = ("fauxcorp.scenario", "fauxcorp.variant", "fauxcorp.agent")
    fields = [field for field in wanted if field == "fauxcorp.variant" or len(_each(field, tolds)) > 1]
    names = [" / ".join(str(told.conversation.header[field]) for field in fields) for told in tolds]
    taken = Counter(zip(names, (told.epoch for told in tolds), strict=True))
    # Forks and attempts made anew have an epoch that is taken: these go by their folder's name.
    return [n if taken[n, told.epoch] == 1 else told.name for n, told in zip(names, tolds, strict=True)]


def _added(samples: Sequence[EvalSample]) -> dict[str, ModelUsage]:
    out: dict[str, ModelUsage] = {}
    for sample in samples:
        for model, usage in sample.model_usage.items():
            out[model] = out.get(model, ModelUsage()) + usage
    return out
