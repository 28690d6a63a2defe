"""A small company of four, and the parts that write its background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from fauxcorp.background.casting import Casting
from fauxcorp.background.hours import Office
from fauxcorp.background.mail import Postbox, Written
from fauxcorp.background.plan import Material, load_material
from fauxcorp.background.prose import Pen
from fauxcorp.core.rng import RandomSource

COMPANY = """
slug: quay
name: Quay
domain: quay-works.de
timezone: Europe/Berlin
lists: [{address: all@quay-works.de, members: ["*"]}, {address: yard@quay-works.de, members: [ida, jon]}]
"""
PEOPLE = """
people:
  - {username: ida, name: Ida Rohde, email: ida@quay-works.de, title: Clerk, department: Office, uid: 1001,
     manager: ole, location: Loft 2,
     habits: {greeting: "Moin {first},", farewell: "Gruß", signature: "Ida Rohde, -12", quotes: all, hours: [8, 16]}}
  - {username: ole, name: Ole Brix, email: ole@quay-works.de, title: Head, department: Office, uid: 1002,
     habits: {greeting: "Dear {title} {last},", prefix: AW, quotes: all, hours: [9, 17], style: [formal]}}
  - {username: jon, name: Jon Voss, email: jon@quay-works.de, title: Rigger, department: Yard, uid: 1003, manager: ole,
     habits: {quotes: none, hours: [6, 14], style: [brief, lower-case, phone]}}
  - {username: tide-clock, name: Tide Clock, email: tides@quay-works.de, title: Service, department: Yard, uid: 1004,
     service: true}
"""
PLAN = """
seed: 5
from: 2026-02-02
to: 2026-03-06T12:00:00+01:00
holidays: [2026-02-23]
mr: [ole, jon]
shared: false
roles: {hands: [ida, jon]}
lists: {all: all@quay-works.de, yard: yard@quay-works.de}
outside: {mill: "Seilerei Nord <kontor@seilerei-nord.de>"}
slots: {pier: [north pier, south pier]}
absences: [{who: ole, from: 2026-02-02, to: 2026-02-06}]
"""
MAIL = """
shapes:
  - name: rope
    subject: Rope
    cast: {a: ida, b: boss a}
    on: 2026-02-12
    slots: {n: 3..9}
    messages:
      - {from: a, to: [b], text: "we need {n} ropes by {day4}."}
      - {from: b, text: "Order them."}
"""


@dataclass
class Parts:
    """All that writes, made of one folder."""

    material: Material
    office: Office
    casting: Casting
    pen: Pen
    postbox: Postbox
    rng: RandomSource

    def threads(self, name: str) -> list[Written]:
        """The threads of one shape or series, in their order."""
        return [t for t in self.postbox.threads() if t.name.rpartition("-")[0] == name or t.name == name]


Grow = Callable[..., Parts]


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    """The company's folder."""
    folder = tmp_path / "quay"
    (folder / "grow").mkdir(parents=True)
    (folder / "company.yaml").write_text(COMPANY)
    (folder / "people.yaml").write_text(PEOPLE)
    (folder / "grow/background.yaml").write_text(PLAN)
    (folder / "grow/mail.yaml").write_text(MAIL)
    return folder


@pytest.fixture
def grow(firm: Path) -> Grow:
    """Makes the parts; each keyword is a file of `grow/` and what it holds, `plan` what the plan says besides."""

    def make(plan: dict[str, Any] | None = None, **files: Any) -> Parts:
        for name, data in files.items():
            (firm / f"grow/{name}.yaml").write_text(yaml.safe_dump(data))
        if plan:
            path = firm / "grow/background.yaml"
            path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **plan}))
        material = load_material(firm)
        rng = RandomSource(material.plan.seed)
        office = Office(material.plan, material.staff.facts.timezone, rng)
        casting = Casting(material, office, rng)
        pen = Pen(rng, material.plan.mr, [p.name for p in material.staff.people.values()])
        return Parts(material, office, casting, pen, Postbox(material, office, casting, pen, rng), rng)

    return make


def shape(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A file with one shape, `s`."""
    return {"shapes": [{"name": "s", "subject": "Rope", "messages": list(messages), **more}]}
