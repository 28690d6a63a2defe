"""Exchanges in chat channels."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fauxcorp.background.casting import Casting
from fauxcorp.background.hours import Office
from fauxcorp.background.plan import Material, Talk, TalkChannel
from fauxcorp.core.rng import RandomSource


class Chatter:
    """Writes the channels of a company."""

    def __init__(self, material: Material, office: Office, casting: Casting, rng: RandomSource) -> None:
        self.material = material
        self.office = office
        self.casting = casting
        self._rng = rng

    def channels(self) -> dict[str, dict[str, Any]]:
        """Name of channel to what its file holds."""
        out: dict[str, dict[str, Any]] = {}
        days: dict[str, int] = {}
        for channel in self.material.channels:
            entry = out.setdefault(channel.name, {"name": channel.name, "topic": channel.topic, "posts": []})
            entry["topic"] = entry["topic"] or channel.topic
            if channel.members is not None:
                entry["members"] = sorted({*entry.get("members", ()), *channel.members})
            for talk in channel.talks:
                n = days[channel.name] = days.get(channel.name, 0) + 1
                entry["posts"] += self._posts(channel, talk, f"chat/{channel.name}/{n}")
        for entry in out.values():
            entry["posts"].sort(key=lambda p: p["at"])
        order = ("name", "topic", "members", "posts")
        return {name: {k: e[k] for k in order if e.get(k)} for name, e in sorted(out.items()) if e["posts"]}

    def _posts(self, channel: TalkChannel, talk: Talk, label: str) -> list[dict[str, Any]]:
        if not self.casting.can(talk.cast):
            return []
        days = [talk.on] if talk.on else self.office.days(self.material.plan.start, self.office.end.date())
        cast = None
        for turn in range(40):
            day = self._rng.choice(f"{label}/day", days)
            cast = self.casting.people_of(talk.cast, day, f"{label}/{turn}")
            members = set(channel.members or ("*",))
            if cast is not None and ("*" in members or all(p.username in members for p in cast.values())):
                break
            cast = None
        if cast is None:
            return []
        slots = self.casting.slots(talk.slots, cast, day, label)
        posts: list[dict[str, Any]] = []
        at: datetime | None = None
        for n, line in enumerate(talk.say):
            [(part, words)] = line.items()
            person = cast.get(part) or self.casting.people[part]
            if at is None:
                at = self.office.first_time(day, person, f"{label}/at", talk.at)
            else:
                wait = min(self._rng.integer(f"{label}/{n}", 20, 900), self._rng.integer(f"{label}/{n}", 20, 2400))
                at += timedelta(seconds=wait)
            if at >= self.office.end:
                break
            posts.append({"user": person.username, "at": at, "text": words.format_map(slots)})
        return posts
