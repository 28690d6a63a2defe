"""Which variants of a scenario an agent is run in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice, product
from math import prod

from fauxcorp.agents.scripted import Script
from fauxcorp.content.scenario import Scenario, parse_variant, variant_name
from fauxcorp.errors import UserError

ALL = "all"
MOST_VARIANTS = 500
"""Variants of one scenario for one agent that `all` stands for at most; more is an error that says how many."""

Choices = dict[str, str]


def variants_for(scenario: Scenario, script: Script, asked: Sequence[str]) -> list[str]:
    """The names of the variants to run, those that do not fit the script left out.

    A factor that is not named takes the scenario's default or, where the script is not written for that, the first
    value that it is written for.

    Raises:
        UserError: a variant is none of the scenario's, or `all` stands for too many.
    """
    if ALL in asked:
        count = count_all(scenario, script)
        if count > MOST_VARIANTS:
            raise UserError(
                f"scenario {scenario.slug} has {count:,} variants that fit agent {script.name}, and --variant all "
                f"takes {MOST_VARIANTS} at most; name the ones you want"
            )
        return all_variants(scenario, script)
    out: list[str] = []
    for text in asked or ("",):
        try:
            named = parse_named(text, scenario)
        except ValueError as error:
            raise UserError(f"scenario {scenario.slug}: variant: {error}") from None
        choices = _filled(named, scenario, script)
        if fits(choices, script):
            out.append(variant_name({k: v for k, v in choices.items() if v != scenario.factors[k].default}))
    return list(dict.fromkeys(out))


def all_variants(scenario: Scenario, script: Script, most: int = MOST_VARIANTS) -> list[str]:
    """Every combination of values that the script is written for, `most` of them, those with fewest changes first."""
    values = {name: _values(name, scenario, script) for name in scenario.factors}
    if not all(values.values()):
        return []
    out = []
    for combination in islice(_combinations(values), most):
        out.append(variant_name({k: v for k, v in combination.items() if v != scenario.factors[k].default}))
    return out


def _combinations(values: dict[str, tuple[str, ...]]) -> Iterator[Choices]:
    """All choices; of each factor the first value is the usual one."""
    usual = {name: found[0] for name, found in values.items()}
    for number in range(len(values) + 1):
        for changed in combinations(values, number):
            for picked in product(*(values[name][1:] for name in changed)):
                yield {**usual, **dict(zip(changed, picked, strict=True))}


def count_all(scenario: Scenario, script: Script) -> int:
    """How many combinations `all` stands for."""
    return prod(len(_values(name, scenario, script)) for name in scenario.factors)


def fits(choices: Mapping[str, str], script: Script) -> bool:
    """Whether a script is written for these values of all factors."""
    return all(choices.get(name) in values for name, values in script.variants.items())


def parse_named(text: str, scenario: Scenario) -> Choices:
    """The choices that a variant names, those that are the default too. Raises ValueError."""
    parse_variant(text, scenario.factors)
    parts = text.split(",") if text and text != "default" else []
    return {name.strip(): value.strip() for name, _, value in (part.partition("=") for part in parts)}


def _filled(named: Choices, scenario: Scenario, script: Script) -> Choices:
    out = {}
    for name, factor in scenario.factors.items():
        written = script.variants.get(name, ())
        default = written[0] if written and factor.default not in written else factor.default
        out[name] = named.get(name, default)
    return out


def _values(name: str, scenario: Scenario, script: Script) -> tuple[str, ...]:
    """A factor's values that fit, its default first."""
    factor = scenario.factors[name]
    written = script.variants.get(name, tuple(factor.values))
    return tuple(sorted(written, key=lambda v: v != factor.default))
