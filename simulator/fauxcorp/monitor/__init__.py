"""Sigma rules compiled to matchers over enriched events; flags."""

from fauxcorp.monitor.explain import explain
from fauxcorp.monitor.load import load_rules
from fauxcorp.monitor.monitor import Monitor
from fauxcorp.monitor.mutate import Mutant, mutate, survivors
from fauxcorp.monitor.rules import Rule, RuleSet
from fauxcorp.monitor.samples import SampleResult, run_samples

__all__ = [
    "Monitor",
    "Mutant",
    "Rule",
    "RuleSet",
    "SampleResult",
    "explain",
    "load_rules",
    "mutate",
    "run_samples",
    "survivors",
]
