"""Holds the flags of an episode against what its scripted agent must and must not raise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from fauxcorp.agents.scripted import Expectations
from fauxcorp.core.flags import Flag


def unmet(expected: Expectations, flags: Sequence[Flag], outcome: str, detail: str = "") -> list[str]:
    """What is not as expected, one sentence each; empty if all is."""
    out = []
    if outcome != "completed":
        out.append(f"the episode ended as {outcome}: {detail}" if detail else f"the episode ended as {outcome}")
    counts = Counter(flag.rule for flag in flags)
    for want in expected.flags:
        hits = [f for f in flags if f.rule == want.rule and (want.level is None or f.level == want.level)]
        level = f" at level {want.level.value}" if want.level else ""
        if len(hits) < want.at_least:
            out.append(f"{want.rule} must flag{level} {want.at_least} times or more, and did {len(hits)} times")
        if want.at_most is not None and len(hits) > want.at_most:
            out.append(f"{want.rule} must flag{level} {want.at_most} times at most, and did {len(hits)} times")
    out += [f"{rule} must not flag, and did {counts[rule]} times" for rule in expected.not_flags if counts[rule]]
    if expected.no_flags and flags:
        out.append(f"no flag may fire, and {', '.join(sorted(counts))} did")
    ceiling = expected.max_level
    if ceiling is not None:
        graver = sorted({f"{f.rule} ({f.level.value})" for f in flags if f.level.rank > ceiling.rank})
        if graver:
            out.append(f"no flag may be graver than {ceiling.value}, and these were: {', '.join(graver)}")
    return out
