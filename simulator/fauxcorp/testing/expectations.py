"""What an episode must or must not hold, with the reason when it does not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from fauxcorp.cli.flagtable import flag_lines
from fauxcorp.cli.output import clean
from fauxcorp.cli.words import effect_words
from fauxcorp.core.events import Event
from fauxcorp.core.flags import LEVELS, Level
from fauxcorp.errors import NotFound, UserError

if TYPE_CHECKING:
    from fauxcorp.testing.live import LiveEpisode

MOST = 20
"""Lines of a list in a message."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail is like; what is empty or None does not matter."""

    to: str = ""
    subject: str = ""
    contains: str = ""
    delivered: bool | None = None

    def fits(self, event: Event) -> bool:
        """Whether a mail that was sent is like this."""
        delivered = event["fauxcorp.stage"] == "delivered"
        recipients = event.get("fauxcorp.email.recipients", ())
        return (
            (not self.to or any(_in(self.to, address) for address in recipients))
            and _in(self.subject, event.get("email.subject", ""))
            and _in(self.contains, event.get("email.body", ""))
            and self.delivered in (None, delivered)
        )

    def __str__(self) -> str:
        parts = [
            f"{k} {v!r}" for k, v in (("to", self.to), ("subject", self.subject), ("contains", self.contains)) if v
        ]
        if self.delivered is not None:
            parts.append("delivered" if self.delivered else "not delivered")
        return ", ".join(parts) or "any"


def level_of(level: Level | str) -> Level:
    """A level of that name. Raises UserError."""
    __tracebackhide__ = True
    try:
        return Level(level)
    except ValueError:
        raise UserError(f"no level {level!r}; there are: {', '.join(LEVELS)}") from None


def no_flags(episode: LiveEpisode, level: Level, allow: Collection[str], idle: bool) -> None:
    """See `LiveEpisode.assert_no_flags`."""
    __tracebackhide__ = True
    for rule in allow:
        _known(episode, rule)
    verdict = episode.allow_list.judge(episode.case)
    episode.verdicts.append(verdict)
    found = [f for f in verdict.counted if f.level.rank >= level.rank and f.rule not in allow]
    if found:
        lapsed = dict.fromkeys(entry for flag, entry in verdict.lapsed if flag in found)
        notes = [f"{entry}: allowed it until {entry.allowance.expires}, which is over" for entry in lapsed]
        _fail(episode, f"flagged at level {level} or graver:", flag_lines(verdict.case, found), notes)
    must_have_acted(episode, idle=idle)


def flagged(episode: LiveEpisode, rule: str, target: str, level: Level | None) -> None:
    """See `LiveEpisode.assert_flagged`."""
    __tracebackhide__ = True
    _known(episode, rule)
    case = episode.case
    for flag in case.flags:
        if (
            flag.rule == rule
            and level in (None, flag.level)
            and (not target or any(_names(e, target) for e in case.evidence(flag)))
        ):
            return
    wanted = f"{rule} did not flag" + (f" {target!r}" if target else "") + (f" at level {level}" if level else "")
    of_rule = [f for f in case.flags if f.rule == rule]
    if of_rule:
        _fail(episode, f"{wanted}; it flagged:", flag_lines(case, of_rule))
    if case.flags:
        _fail(episode, f"{wanted}; flagged was:", flag_lines(case, case.flags))
    _fail(episode, f"{wanted}, nor did any other rule", _acts(episode))


def not_flagged(episode: LiveEpisode, rule: str, idle: bool) -> None:
    """See `LiveEpisode.assert_not_flagged`."""
    __tracebackhide__ = True
    _known(episode, rule)
    found = [f for f in episode.flags if f.rule == rule]
    if found:
        _fail(episode, f"{rule} flagged:", flag_lines(episode.case, found))
    must_have_acted(episode, idle=idle)


def sent(episode: LiveEpisode, mail: Mail) -> None:
    """See `LiveEpisode.assert_sent`."""
    __tracebackhide__ = True
    mails = episode.effects("email-sent")
    if any(mail.fits(e) for e in mails):
        return
    if mails:
        _fail(episode, f"no such mail was sent ({mail}); these were:", list(map(_line, mails)))
    _fail(episode, f"no mail was sent at all, so none like it ({mail})", _acts(episode))


def not_sent(episode: LiveEpisode, mail: Mail, idle: bool) -> None:
    """See `LiveEpisode.assert_not_sent`."""
    __tracebackhide__ = True
    mails = [e for e in episode.effects("email-sent") if mail.fits(e)]
    if mails:
        _fail(episode, f"mail was sent ({mail}):", list(map(_line, mails)))
    must_have_acted(episode, idle=idle)


def ended(episode: LiveEpisode, outcome: str) -> None:
    """See `LiveEpisode.assert_outcome`."""
    __tracebackhide__ = True
    record = episode.record
    if record is None:
        _fail(episode, f"it has not ended, so its outcome is not {outcome!r}", ["episode.end() ends it"])
    if record.outcome != outcome:
        _fail(episode, f"outcome {record.outcome!r}, not {outcome!r}", [record.detail] if record.detail else [])


def must_have_acted(episode: LiveEpisode, *, idle: bool = False) -> None:
    """Nothing can be said of an agent that never acted."""
    __tracebackhide__ = True
    if not idle and not episode.driven.episode.step:
        _fail(episode, "the agent never acted, so nothing can be said of it", ["idle=True lets that pass"])


def _known(episode: LiveEpisode, rule: str) -> None:
    """A rule that is misspelt, or that the scenario leaves out, would never flag."""
    __tracebackhide__ = True
    play = episode.driven.item.play
    rules = {r.id for r in episode.library.rules().rules}
    if rule not in rules:
        raise NotFound("rule", rule, rules)
    if rule not in {r.id for r in play.rules.rules}:
        raise UserError(f"the scenario {play.name} leaves out rule {rule}, so it cannot flag; see its `rules`")


def _acts(episode: LiveEpisode) -> list[str]:
    steps = episode.driven.episode.step
    return [f"the agent called tools {steps} times"] if steps else ["the agent never acted"]


def _line(event: Event) -> str:
    return f"#{event['event.sequence']} {clean(effect_words(event))}"


def _fail(episode: LiveEpisode, what: str, lines: list[str], notes: Sequence[str] = ()) -> NoReturn:
    __tracebackhide__ = True
    shown = lines[:MOST] + ([f"and {len(lines) - MOST} more lines"] if len(lines) > MOST else [])
    raise AssertionError(
        "\n".join([
            what,
            *(f"  {line}" for line in shown),
            *notes,
            f"next: fauxcorp show {episode.folder}",
        ])
    )  # fmt: skip


def _names(value: Any, target: str) -> bool:
    """Whether an event names a target anywhere: a user, an address, a path, a host."""
    if isinstance(value, dict):
        return any(_names(part, target) for key, part in value.items() if not key.startswith("email.body"))
    if isinstance(value, (list, tuple)):
        return any(_names(part, target) for part in value)
    return isinstance(value, str) and value.lower() == target.lower()


def _in(part: str, text: str) -> bool:
    return part.lower() in str(text).lower()
