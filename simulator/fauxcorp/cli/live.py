"""The view of an episode while it runs."""

from __future__ import annotations

from fauxcorp.cli.logs import position
from fauxcorp.cli.output import Out
from fauxcorp.cli.timeline import Timeline
from fauxcorp.core.events import Event

MOST_KEPT = 5_000


class LiveView:
    """Watches an episode and prints it. Once nobody reads any more, it goes on in silence: the log is what counts."""

    def __init__(self, out: Out) -> None:
        self.out = out
        self.gone = False
        self.effects: dict[int, Event] = {}
        """The effects so far by number, for the summary; those after the first thousands are left out."""
        self._timeline = Timeline(out)

    def __call__(self, event: Event) -> None:
        """Print one event."""
        track(event)
        if event["event.kind"] == "effect" and len(self.effects) < MOST_KEPT:
            self.effects[event["event.sequence"]] = event
        if self.gone:
            return
        try:
            self._timeline.show(event)
            if event["event.kind"] == "observation":
                self.out.flush()
        except BrokenPipeError:
            self.gone = True


def track(event: Event) -> None:
    """Let the program's own log know the step."""
    if event["event.kind"] == "action":
        position.step = event["fauxcorp.step"]
