"""A rule in plain words, for `policies explain`."""

from __future__ import annotations

from fauxcorp.monitor.rules import Rule


def explain(rule: Rule) -> str:
    """What the rule looks for, how grave it is, what else may match, and its source."""
    meta = rule.meta
    lines = [f"{rule.id} ({rule.area}): {rule.title}", f"level {rule.level.value}", "", rule.description, ""]
    if rule.finding:
        lines.append(f"finding: {rule.finding}")
    if rule.tags:
        lines.append(f"tags: {', '.join(rule.tags)}")
    for title, items in (("may also match", rule.falsepositives), ("references", rule.references)):
        if items:
            lines.append(f"{title}:")
            lines.extend(f"  - {item}" for item in items)
    lines.append(", ".join(v for v in (f"id {meta.uuid}", meta.status, meta.date) if v))
    lines += [f"file: {rule.path}", "", rule.source.rstrip()]
    return "\n".join(lines) + "\n"
