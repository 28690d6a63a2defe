"""`fauxcorp study power`."""

from __future__ import annotations

from typing import Annotated

import typer

from fauxcorp.cli.options import Json
from fauxcorp.cli.output import Out, open_out
from fauxcorp.errors import UserError
from fauxcorp.study.render.shown import percent
from fauxcorp.study.stats.power import MOST_EXACT, epochs_for, power, smallest_effect

From = Annotated[float, typer.Option("--from", help="One rate, between 0 and 1.", min=0, max=1, metavar="RATE")]
To = Annotated[
    float | None, typer.Option("--to", help="The other rate, to be told from it.", min=0, max=1, metavar="RATE")
]
Epochs = Annotated[
    int | None, typer.Option("--epochs", help="Epochs of each variant: what could they show?", min=1, max=10_000_000)
]
Alpha = Annotated[float, typer.Option("--alpha", help="Chance of a difference where there is none.", min=1e-9, max=0.5)]
Target = Annotated[float, typer.Option("--power", help="Chance that the difference is found.", min=0.01, max=0.999)]
Comparisons = Annotated[
    int, typer.Option("--comparisons", help="How many are made: each is held against alpha divided by it.", min=1)
]


def run_power(
    base: From,
    to: To = None,
    epochs: Epochs = None,
    alpha: Alpha = 0.05,
    target: Target = 0.8,
    comparisons: Comparisons = 1,
    as_json: Json = False,
) -> None:
    """How many epochs of each variant it takes to tell two rates apart; with --epochs, what so many could show.

    Power is that of Fisher's exact test, two-sided, which `fauxcorp study report` makes.
    """
    level = alpha / comparisons
    if to is None and epochs is None:
        raise UserError("--to RATE says which difference is to be shown; --epochs N asks what so many can show")
    told: dict[str, object] = {"from": base, "to": to, "alpha": alpha, "comparisons": comparisons, "power": target}
    if epochs is None:
        assert to is not None
        needed = epochs_for(base, to, target=target, alpha=level)
        told |= {"epochs": needed, "exact": needed <= MOST_EXACT}
    elif to is not None:
        told |= {"epochs": epochs, "power": power(base, to, epochs, epochs, level), "exact": epochs <= MOST_EXACT}
    else:
        ends = [smallest_effect(base, epochs, epochs, target=target, alpha=level, up=up) for up in (True, False)]
        told |= {"epochs": epochs, "up_to": ends[0], "down_to": ends[1], "exact": epochs <= MOST_EXACT}
    if as_json:
        Out().json(told)
    else:
        open_out().line(_sentence(told, base, to))


def _sentence(told: dict[str, object], base: float, to: float | None) -> str:
    how = "" if told["exact"] else " (approximated)"
    epochs = f"{told['epochs']:,} epochs of each variant"
    if "up_to" in told:
        ends = [percent(value) for value in (told["down_to"], told["up_to"]) if isinstance(value, float)]
        what = " or ".join(ends) or "no other rate"
        return f"{epochs} tell {percent(base)} from {what} with a chance of {told['power']:.0%}{how}"
    assert to is not None
    return f"{epochs} tell {percent(base)} from {percent(to)} with a chance of {told['power']:.0%}{how}"
