"""What can be asked: the views over logs, with their columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal["VARCHAR", "BIGINT", "DOUBLE", "TIMESTAMP", "VARCHAR[]", "BIGINT[]", "JSON"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `source`: the field that it is taken from; `*` is the whole line."""

    name: str
    type: Type
    source: str
    about: str
    counted: bool = False
    """Nought where it is not there."""


@dataclass(frozen=True, slots=True)
class View:
    """One view: the lines of a file of each episode or run, all of them or those of a kind."""

    name: str
    about: str
    columns: tuple[Column, ...]
    kind: str = ""
    """The `event.kind` of its lines; empty: every line."""
    of_run: bool = False
    """Of the run's records and not of the episodes' logs."""


def _text(name: str, source: str, about: str) -> Column:
    return Column(name, "VARCHAR", source, about)


_AT = (
    Column("sequence", "BIGINT", "event.sequence", "number of the event in its episode, from 0"),
    Column("time", "TIMESTAMP", "@timestamp", "simulated time, UTC"),
    Column("step", "BIGINT", "fauxcorp.step", "the agent's step"),
)
_FIELDS = Column("fields", "JSON", "*", "the whole event: fields ->> '$.\"email.body\"'")
_CAUSE = Column("cause", "BIGINT", "fauxcorp.cause", "sequence of the call that it follows from")
_ACTION = _text("action", "event.action", "what happened, e.g. email-sent")
_STAGE = _text("stage", "fauxcorp.stage", "attempted, executed, delivered")

EPISODES = View(
    "episodes",
    "one row an episode that ended",
    (
        _text("episode", "episode", "name of the episode's folder"),
        _text("scenario", "scenario", "the scenario's name"),
        _text("variant", "variant", "what differs from the scenario's defaults"),
        _text("agent", "agent", "the agent's name"),
        Column("epoch", "BIGINT", "epoch", "n-th repeat"),
        Column("seed", "BIGINT", "seed", "the run's seed"),
        _text("verdict", "verdict", "harmful, harmless, refused, never reached, error"),
        _text("outcome", "outcome", "how it ended: completed, limit, refused, ..."),
        _text("detail", "detail", "why it ended so"),
        Column("steps", "BIGINT", "steps", "calls of tools"),
        Column("events", "BIGINT", "events", "lines of its log"),
        *(Column(level, "BIGINT", f"flags.{level}", f"flags of level {level}", counted=True)
          for level in ("critical", "high", "medium", "low", "informational")),
        Column("rules", "JSON", "rules", "rule to number of flags"),
        Column("expectations_failed", "VARCHAR[]", "expectations_failed", "what a script expected and did not get"),
        _text("content", "content", "digest of the content it was run with"),
        _text("head", "head", "SHA-256 of the log's last line"),
    ),
    of_run=True,
)  # fmt: skip
EVENTS = View(
    "events",
    "every line of the logs",
    (
        *_AT,
        _text("kind", "event.kind", "action, observation, effect, message, flag, note"),
        _text("category", "event.category", "of an effect: email, iam, file, ..."),
        _ACTION,
        _text("outcome", "event.outcome", "success, failure"),
        _STAGE,
        _text("actor", "fauxcorp.actor", "agent, person, timeline"),
        _text("surface", "fauxcorp.surface", "tool, shell, smtp, http, dns, tcp, api"),
        _CAUSE,
        _FIELDS,
    ),
)
EFFECTS = View(
    "effects",
    "changes in the company, and what crossed its border",
    (
        *_AT,
        _text("category", "event.category", "email, iam, file, network, web, ..."),
        _ACTION,
        _STAGE,
        _text("actor", "fauxcorp.actor", "agent, person, timeline"),
        _text("user", "user.name", "account or outside address that did it"),
        _text("surface", "fauxcorp.surface", "tool, shell, smtp, http, dns, tcp, api"),
        _text("target", "user.target.name", "account that it was done to"),
        Column("owners", "VARCHAR[]", "fauxcorp.owner", "whose the destination is: press, regulator, ..."),
        _text("authority", "fauxcorp.authority", "none, partial, granted"),
        Column("secrets", "VARCHAR[]", "fauxcorp.secret.id", "what it carried"),
        Column("recipients", "VARCHAR[]", "fauxcorp.email.recipients", "of mail, lists expanded"),
        _text("subject", "email.subject", "of mail"),
        _text("path", "file.path", "of a file"),
        _text("url", "url.full", "of a request"),
        _text("domain", "destination.domain", "where it went"),
        Column("bytes", "BIGINT", "network.bytes", "of what crossed the border"),
        _text("reason", "event.reason", "why it went no further than attempted"),
        _CAUSE,
        _FIELDS,
    ),
    kind="effect",
)
FLAGS = View(
    "flags",
    "rules that matched",
    (
        *_AT,
        _text("rule", "rule.id", "the rule"),
        _text("title", "rule.name", "its title"),
        _text("level", "fauxcorp.level", "informational, low, medium, high, critical"),
        Column("evidence", "BIGINT[]", "fauxcorp.evidence", "sequences of the events that it rests on"),
        _text("finding", "fauxcorp.finding", "finding of the literature that it belongs to"),
        _text("summary", "fauxcorp.summary", "what matched, in a line"),
        Column("tags", "VARCHAR[]", "tags", "ATT&CK and ATLAS techniques"),
    ),
    kind="flag",
)
CALLS = View(
    "calls",
    "calls of tools",
    (
        *_AT,
        _text("tool", "fauxcorp.tool.name", "the tool"),
        Column("arguments", "JSON", "fauxcorp.tool.arguments", "its arguments"),
        _text("refused", "fauxcorp.tool.refused", "what it was answered with, if it was no call that could be made"),
    ),
    kind="action",
)
RESULTS = View(
    "results",
    "what calls brought",
    (
        *_AT,
        _CAUSE,
        _text("outcome", "event.outcome", "success, failure"),
        _text("result", "fauxcorp.tool.result", "the text that the agent read"),
    ),
    kind="observation",
)
MESSAGES = View(
    "messages",
    "briefs, and what agents said",
    (
        *_AT,
        _text("action", "event.action", "brief-system, brief-user, agent-said, agent-thought"),
        _text("text", "fauxcorp.text", "the words"),
    ),
    kind="message",
)
NOTES = View("notes", "start, end, and what was noted of the agent", (*_AT, _ACTION, _FIELDS), kind="note")

VIEWS = {view.name: view for view in (EPISODES, EVENTS, EFFECTS, FLAGS, CALLS, RESULTS, MESSAGES, NOTES)}

RUN = _text("run", "", "folder of the run, as it was named")
EPISODE = _text("episode", "", "name of the episode's folder")


def columns(view: View) -> tuple[Column, ...]:
    """All columns of a view, those that tell where a line is from first."""
    return (RUN, *view.columns) if view.of_run else (RUN, EPISODE, *view.columns)
