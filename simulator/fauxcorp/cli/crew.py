"""The agents of a study's plan, made as those of `--agent` are."""

from __future__ import annotations

from fauxcorp.cli.agents import ModelOptions, unscripted
from fauxcorp.cli.programs import ProgramOptions
from fauxcorp.core.session import Agent
from fauxcorp.errors import UserError
from fauxcorp.study.plan import AgentSpec


def make_agent(spec: AgentSpec) -> Agent:
    """The agent of a plan that is no script. Keys are taken from this machine's environment.

    Raises UserError for a name, URL, key or program that will not do.
    """
    models = ModelOptions(base_url=spec.base_url, max_tokens=spec.max_tokens)
    programs = ProgramOptions(spec.model, spec.timeout, spec.pass_env)
    try:
        made = unscripted([spec.agent], models, programs)
    except UserError as error:
        raise UserError(f"agent {spec.label}: {error}") from None
    if not made:
        raise UserError(f"agent {spec.label}: {spec.agent!r} is no model, program or function")
    (agent,) = made.values()
    return agent
