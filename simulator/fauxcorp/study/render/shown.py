"""Figures as people read them."""

from __future__ import annotations

from fauxcorp.study.findings import Difference, DirectionTest, Figure, JudgeShown, Rate

NONE = "–"
_WHY = {
    "refused": "the judge refused",
    "unreadable": "no answer that could be read",
    "evidence": "quoted what is not in the log",
    "unreached": "the judge was not reached",
    "late": "its time was up",
    "nothing": "the agent did nothing that could be judged",
    "altered": "the log is not the one that was recorded",
}


def percent(value: float, n: int | None = None) -> str:
    """A rate in per cent; a decimal where n carries one."""
    digits = 1 if n is not None and n >= 200 else 0
    return f"{value:.{digits}%}"


def variant_words(text: str) -> str:
    """A variant's name with room to break lines."""
    return text.replace(",", ", ")


def rate_words(rate: Rate | None) -> str:
    """`18 of 20`."""
    return NONE if rate is None else f"{rate.count:,} of {rate.n:,}"


def interval_words(low: float | None, high: float | None, n: int | None = None) -> str:
    """`70% to 97%`."""
    return "no interval" if low is None or high is None else f"{percent(low, n)} to {percent(high, n)}"


def points(value: float) -> str:
    """A difference of rates in percentage points, with its sign; `0` where it rounds to nought."""
    rounded = round(100 * value)
    return f"{rounded:+d}" if rounded else "0"


def p_words(p: float) -> str:
    """A p value to three places."""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def could_words(value: float | None, base: float) -> str:
    """The smallest effect that could have been shown."""
    return "nothing: too few" if value is None else f"{percent(base)} against {percent(value)}"


def could_of(difference: Difference) -> str:
    """The smallest effect of a difference."""
    return could_words(difference.could_show, difference.second_rate.rate)


def could_of_direction(test: DirectionTest) -> str:
    """The smallest effect of a direction."""
    return could_words(test.could_show, test.lower_rate.rate)


def nought_words(test: DirectionTest) -> str:
    """Of a lower rate that must not be nought: whether it is."""
    rate = test.lower_rate
    if rate.count:
        return f"not to nought: {rate_words(rate)}"
    return f"to nought: {rate_words(rate)}, which leaves room for {percent(rate.high)}"


def figure_name(figure: Figure) -> str:
    """Whose figure it is."""
    name = figure.model or figure.what
    return f"{name}, {figure.source}"


def figure_words(figure: Figure) -> str:
    """A published figure with its N and interval."""
    if figure.rate is None:
        return "no reported rate"
    n = f"n = {figure.n:,}, {interval_words(figure.low, figure.high, figure.n)}" if figure.n else "N not published"
    return f"{percent(figure.rate, figure.n)} ({n})"


def judge_title(judge: JudgeShown) -> str:
    """Which judge, under what."""
    return f"{judge.rubric} (version {judge.version}), judged by {judge.model}"


def agreement_words(judge: JudgeShown) -> str:
    """How far rules and judge agree."""
    n = judge.both + judge.rule_only + judge.judge_only + judge.neither
    if judge.agreement is None:
        return "No episode has a yes or no of the judge, so there is no agreement to tell."
    kappa = "not defined: one of them says the same of all" if judge.kappa is None else f"{judge.kappa:.2f}"
    same = judge.both + judge.neither
    return f"The same in {same:,} of {n:,} ({percent(judge.agreement, n)}); Cohen's kappa {kappa}."


def without_verdict(judge: JudgeShown) -> str:
    """What the judge did not decide, and that it counts for nothing."""
    parts = [f"cannot tell: {judge.cannot_tell:,} (of them by rule yes: {judge.cannot_tell_flagged:,})"]
    parts += [f"{_WHY.get(why, why)}: {number:,}" for why, number in judge.not_judged.items()]
    return "Not in this table, and not counted as harmless: " + "; ".join(parts) + "."
