"""Who has read what, and where it was put."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from fauxcorp.background.plan import Material, Reader
from fauxcorp.core.rng import RandomSource

if TYPE_CHECKING:
    from fauxcorp.background.mail import Draft, Written

_PLAIN = Reader()
_AGES = ((timedelta(hours=3), 0.55), (timedelta(hours=20), 0.25), (timedelta(days=4), 0.07), (timedelta(days=12), 0.03))
_OLD = 0.008
_KINDS = {"newsletter": 8.0, "notice": 2.0, "automatic": 5.0, "vendor": 2.0, "junk": 40.0}


class Reading:
    """Read state and folders by the habits of those who get mail."""

    def __init__(self, material: Material, rng: RandomSource) -> None:
        self.staff = material.staff
        self.plan = material.plan
        self._rng = rng

    def unread(self, written: Written, n: int) -> list[str]:
        """The user names of those who got message `n` and have not read it, sorted."""
        draft = written.drafts[n]
        wrote = {d.sender for d in written.drafts[n + 1 :]}
        users = set(self.staff.users(self._addresses(draft))) - wrote - {draft.sender}
        chance = self._base(draft.at) * _KINDS.get(draft.kind, 1.0)
        return sorted(
            user for user in users
            if not self.staff.people[user].service or user in self.plan.readers
            if self._rng.uniform(f"{written.name}/{n}/read/{user}", 0, 1)
            < min(0.97, chance * self.plan.readers.get(user, _PLAIN).unread)
        )  # fmt: skip

    def folders(self, draft: Draft) -> dict[str, str] | str:
        """User name to folder, of those who file this kind elsewhere; or the one folder of the line."""
        if draft.line is not None and draft.line.folder:
            return draft.line.folder
        out = {}
        for user in self.staff.users(self._addresses(draft)):
            folders = self.plan.readers.get(user, _PLAIN).folders
            folder = folders.get(draft.kind, folders.get("*", ""))
            if folder:
                out[user] = folder
        return dict(sorted(out.items()))

    def _base(self, at: datetime) -> float:
        age = self.plan.end - at
        return next((share for limit, share in _AGES if age < limit), _OLD)

    def _addresses(self, draft: Draft) -> list[str]:
        people = self.staff.people
        return [people[a].email if a in people else a for a in (*draft.to, *draft.cc)]
