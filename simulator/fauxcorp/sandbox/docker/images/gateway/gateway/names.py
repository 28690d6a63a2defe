"""DNS: every question goes to the host, over UDP and TCP, whichever server it was put to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dnslib import AAAA, CNAME, EDNS0, MX, NS, OPCODE, PTR, QTYPE, RCODE, RR, SOA, SRV, TXT, A, DNSHeader, DNSRecord
from dnslib.dns import DNSError, DNSQuestion

from gateway.gate import Gate
from gateway.host import Message

_HEADER = 12
_CLASSIC = 512
_RECORDS = 500


class Question:
    """A query as it came. Raises ValueError if it is none."""

    def __init__(self, data: bytes) -> None:
        if len(data) < _HEADER + 5 or data[2] & 0x80:
            raise ValueError("no query")
        if int.from_bytes(data[4:6], "big") != 1:
            raise ValueError("not one question")
        self.data = data
        self.labels, at = _labels(data, _HEADER)
        if len(data) < at + 4:
            raise ValueError("cut off")
        self.type = int.from_bytes(data[at : at + 2], "big")
        self.room = _edns_room(data)

    @property
    def name(self) -> str:
        r"""The name as text, unusual bytes as \DDD, no dot at its end."""
        return ".".join(_shown(label) for label in self.labels) or "."

    @property
    def type_name(self) -> str:
        """A, MX, ... or TYPE65280."""
        known = QTYPE.forward.get(self.type)
        return str(known) if known else f"TYPE{self.type}"


def _labels(data: bytes, at: int) -> tuple[list[bytes], int]:
    out: list[bytes] = []
    total = 0
    while True:
        if at >= len(data):
            raise ValueError("cut off")
        size = data[at]
        if size == 0:
            return out, at + 1
        total += size + 1
        if size > 63 or total > 254 or at + 1 + size > len(data):
            raise ValueError("no name")
        out.append(data[at + 1 : at + 1 + size])
        at += 1 + size


def _shown(label: bytes) -> str:
    return "".join(chr(c) if 0x21 <= c <= 0x7E and c not in b'.\\"' else f"\\{c:03d}" for c in label)


def _edns_room(data: bytes) -> int:
    """How large an answer may be; 0: the client does not say so (no EDNS)."""
    try:
        record = DNSRecord.parse(data)
    except (DNSError, ValueError, IndexError):
        return 0
    for extra in record.ar:
        if extra.rtype == QTYPE.OPT:
            return max(_CLASSIC, int(extra.edns_len))
    return 0


def asked(question: Question, server: str, *, tcp: bool) -> Message:
    """What the host is told of it."""
    return {"t": "dns", "name": question.name, "type": question.type_name, "server": server, "tcp": tcp}


def reply(question: Question, answer: Message | None, *, tcp: bool) -> bytes:
    """The reply to send; SERVFAIL if the host said nothing."""
    out = _head(question, _code(answer))
    for record in list((answer or {}).get("records") or [])[:_RECORDS]:
        made = _record(question, record)
        if made is not None:
            out.add_answer(made)
    if question.room:
        out.add_ar(EDNS0(udp_len=1232))
    packed: bytes = out.pack()
    if not tcp and len(packed) > (min(question.room, 1232) or _CLASSIC):
        short = _head(question, _code(answer))
        short.header.tc = 1
        packed = short.pack()
    # The name goes back letter by letter as it came, whatever bytes it has.
    end = _HEADER + sum(len(x) + 1 for x in question.labels) + 1 + 4
    return packed[:_HEADER] + question.data[_HEADER:end] + packed[end:]


def _head(question: Question, code: int) -> DNSRecord:
    flags = question.data[2]
    header = DNSHeader(
        id=int.from_bytes(question.data[:2], "big"), qr=1, aa=0, ra=1, rd=flags & 1, rcode=code,
        opcode=OPCODE.QUERY,
    )  # fmt: skip
    return DNSRecord(header, q=DNSQuestion(qname=question.labels, qtype=question.type))


def _code(answer: Message | None) -> int:
    if answer is None:
        return int(RCODE.SERVFAIL)
    name = str(answer.get("rcode", "NOERROR"))
    return int(RCODE.reverse.get(name, RCODE.SERVFAIL))


def _record(question: Question, record: Any) -> RR | None:
    if not isinstance(record, dict):
        return None
    kind, value = str(record.get("type", "")), str(record.get("value", ""))
    name = str(record["name"]) if record.get("name") else question.labels
    try:
        data = _data(kind, value, record)
        return None if data is None else RR(name, QTYPE.reverse[kind], ttl=int(record.get("ttl", 300)), rdata=data)
    except (DNSError, ValueError, KeyError, IndexError, TypeError):
        return None


def _data(kind: str, value: str, record: dict[str, Any]) -> Any:
    words = value.split()
    if kind == "A":
        return A(value)
    if kind == "AAAA":
        return AAAA(value)
    if kind == "TXT":
        raw = value.encode()
        return TXT([raw[i : i + 255] for i in range(0, len(raw), 255)] or [b""])
    if kind == "MX":
        preference = record.get("preference", words[0] if len(words) == 2 else 10)
        return MX(words[-1], int(preference))
    if kind == "SRV":
        return SRV(int(words[0]), int(words[1]), int(words[2]), words[3])
    if kind == "SOA":
        return SOA(words[0], words[1], tuple(int(w) for w in words[2:7]))
    plain = {"CNAME": CNAME, "NS": NS, "PTR": PTR}.get(kind)
    return plain(value) if plain is not None else None


def _remember(gate: Gate, question: Question, answer: Message | None) -> None:
    records: Iterable[Any] = (answer or {}).get("records") or []
    for record in records:
        if isinstance(record, dict) and record.get("type") in ("A", "AAAA"):
            gate.named(str(record.get("value")), question.name)


def _own_answer(gate: Gate, question: Question, address: str) -> Message:
    """The answer for a place of a program's own wiring, whose address the host is told."""
    gate.host.tell({"t": "named", "ip": address, "name": question.name.lower()})
    records = [{"type": "A", "value": address, "ttl": 300}] if question.type_name == "A" else []
    return {"rcode": "NOERROR", "records": records}


async def resolve(gate: Gate, data: bytes, server: str, *, tcp: bool) -> bytes:
    """The reply to a query. Raises ValueError if it is none."""
    question = Question(data)
    own = gate.own.address(question.name)
    if own:
        answer: Message | None = _own_answer(gate, question, own)
    else:
        answer = await gate.host.ask(asked(question, server, tcp=tcp))
    _remember(gate, question, answer)
    return reply(question, answer, tcp=tcp)
