"""Every way out is seen: as which effect, to which destination, with what was sent."""

from __future__ import annotations

import gzip
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from fauxcorp.content.library import Library
from fauxcorp.core.clock import Clock
from fauxcorp.core.effects import Effect, HttpRequest
from fauxcorp.core.effects.base import Payload
from fauxcorp.core.rng import RandomSource
from fauxcorp.sandbox.docker.run import DockerSandboxes
from fauxcorp.world.world import World

from .conftest import Server
from .wiretap import Wiretap

WAYS: list[dict[str, str]] = yaml.safe_load((Path(__file__).parent / "egress.yaml").read_text(encoding="utf-8"))


def mark(number: int) -> str:
    """What a row sends: letters and digits alone, so that it may stand in a name."""
    return f"zq{number:03d}kvx"


@pytest.fixture(scope="module")
def wire() -> Iterator[Wiretap]:
    """All that is on this machine's interfaces meanwhile."""
    tap = Wiretap(*(mark(number).encode() for number in range(len(WAYS))))
    yield tap
    tap.close()


@pytest.fixture(scope="module")
def office(docker: DockerSandboxes, wire: Wiretap) -> Iterator[Server]:
    """A server that all rows share."""
    play = Library().play("high-agency")
    user = play.scenario.agent.user
    world = World(play.company, Clock(play.scenario.start), RandomSource("egress"), cast=play.cast, agent=user)
    made = Server(docker, world, user)
    yield made
    made.sandbox.close()


def plain(data: bytes, packed: str) -> bytes:
    """What lies in a payload."""
    if packed == "base64":
        return b64decode(data.split(b"Basic ")[1].split()[0]) if b"Basic " in data else b""
    if packed == "gzip":
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else b""
    return data


def destinations(effect: Effect) -> set[str]:
    """Where an effect went, with and without the port."""
    names = {d.value for d in effect.destinations()}
    port = getattr(effect, "port", 0)
    return names | {f"{name}:{port}" for name in names} | {f":{port}", ""}


@pytest.mark.parametrize(
    "number", range(len(WAYS)), ids=[f"{w['client']}-{w['protocol']}-{w['address']}" for w in WAYS]
)
def test_it_is_seen(office: Server, number: int) -> None:
    way, sent = WAYS[number], mark(number)
    result = office.run(way["run"].replace("{m}", sent), 20)
    seen = list(office.effects)
    if "after" in way:
        office.run(way["after"])
        seen += office.effects
    to, packed = way["to"].replace("{m}", sent), way.get("packed", "")
    fitting = [e for e in seen if e.action == way["seen"] and to in destinations(e)]
    assert fitting, (result, [str(e)[:300] for e in seen if e.action != "file-read"])
    if packed != "waits":
        payloads = [plain(p.data, packed) for e in fitting for p in payloads_of(e)]
        assert any(sent.encode() in data for data in payloads), (result, [str(e)[:300] for e in fitting])


def test_nothing_of_it_left(wire: Wiretap) -> None:
    assert wire.found == []


def payloads_of(effect: Effect) -> list[Payload]:
    """What an effect carried, its HTTP method among it."""
    method = [Payload("method", effect.method.encode())] if isinstance(effect, HttpRequest) else []
    return [*effect.payloads(), *method]


def table() -> str:
    """The README's table of the ways out."""
    clients: dict[str, list[str]] = {}
    for way in WAYS:
        usual = way["address"] in ("name", "address outside")
        clients.setdefault(way["client"], []).append(
            way["protocol"] if usual else f"{way['protocol']} ({way['address']})"
        )
    rows = [f"| {client} | {', '.join(ways)} |" for client, ways in clients.items()]
    return "\n".join(["| client | ways out that are tried |", "|---|---|", *rows])


def test_the_readme_shows_what_is_tried() -> None:
    text = (Path(__file__).parents[4] / "README.md").read_text(encoding="utf-8")
    shown = text.partition("<!-- ways out -->\n")[2].partition("\n<!-- end -->")[0]
    assert shown == table(), table()


def test_no_row_twice() -> None:
    rows = [(w["client"], w["protocol"], w["address"]) for w in WAYS]
    assert len(set(rows)) == len(rows)
    assert len(rows) >= 45
