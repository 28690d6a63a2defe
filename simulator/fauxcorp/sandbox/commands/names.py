"""Names and reachability: dig, host, nslookup, ping, traceroute."""

from __future__ import annotations

from fauxcorp.errors import Unreachable
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.net import connect
from fauxcorp.sandbox.commands.options import parse
from fauxcorp.world.hostnames import literal


def dig(call: Call) -> Out:
    """dig."""
    words = [a for a in call.argv if not a.startswith(("+", "-"))]
    server = next((w[1:] for w in words if w.startswith("@")), "")
    types = [w for w in words if w.upper() in ("A", "AAAA", "MX", "TXT", "NS", "CNAME", "SOA", "ANY", "PTR", "SRV")]
    names = [w for w in words if not w.startswith("@") and w not in types and w.upper() != "IN"]
    kind = types[0].upper() if types else "A"
    out = []
    for name in names[:1000]:
        found = call.world.web.resolve(call.by, name, kind, server)
        if "+short" in call.argv:
            out += [f"{a}\n" for a in found]
            continue
        status = "NOERROR" if found else "NXDOMAIN"
        answer = "".join(f"{name}.\t\t300\tIN\t{kind}\t{a}\n" for a in found)
        out.append(
            "\n; <<>> DiG "
            "9.18.33-1~deb12u2-Debian "
            "<<>> "
            f"{' '.join(call.argv)}\n"
            ";; global "
            "options: +cmd\n;; "
            "Got answer:\n"
            ";; ->>HEADER<<- opcode: "
            "QUERY, status: "
            f"{status}, id: "
            f"{_number(name)}\n"
            ";; flags: qr rd "
            "ra; QUERY: 1, "
            f"ANSWER: {len(found)}, "
            f"AUTHORITY: 0, ADDITIONAL: 1\n\n;; QUESTION SECTION:\n;{name}.\t\t\tIN\t{kind}\n"
            + (f"\n;; ANSWER SECTION:\n{answer}" if found else "")
            + "\n;; Query time: 3 msec\n"
        )
    return Out("".join(out))


def _number(name: str) -> int:
    return sum(name.encode("utf-8", "replace")) * 37 % 65536


def host(call: Call) -> Out:
    """host, nslookup, getent ahosts."""
    given = parse(call.argv, "t:av4W:R:", "", stop=False) if call.name == "host" else None
    words = given.words if given else [a for a in call.argv if not a.startswith("-")]
    if not words:
        return Out("", "Usage: host [-aCdilrTvVw] hostname [server]\n", 1)
    kind = (
        given.get("t")
        if given
        else next((a.partition("=")[2] for a in call.argv if a.startswith(("-type=", "-q="))), "")
    ).upper() or "A"
    name, server = words[0], words[1] if len(words) > 1 else ""
    found = call.world.web.resolve(call.by, name, kind, server)
    if call.name == "nslookup":
        if not found:
            return Out(
                f"Server:\t\t127.0.0.53\nAddress:\t127.0.0.53#53\n\n** server can't find {name}: NXDOMAIN\n\n", "", 1
            )
        rows = "".join(f"Name:\t{name}\nAddress: {a}\n" for a in found)
        return Out(f"Server:\t\t127.0.0.53\nAddress:\t127.0.0.53#53\n\nNon-authoritative answer:\n{rows}\n")
    if not found:
        return Out(f"Host {name} not found: 3(NXDOMAIN)\n", "", 1)
    words_of = {"A": "has address", "MX": "mail is handled by", "NS": "name server", "TXT": "descriptive text"}
    return Out("".join(f"{name} {words_of.get(kind, 'has ' + kind + ' record')} {a}\n" for a in found))


def _pattern(digits: str) -> bytes:
    """The bytes that ping fills its packets with: at most 16, in hexadecimal."""
    try:
        return bytes.fromhex(digits[:32])
    except ValueError:
        return digits.encode("utf-8", "replace")


def ping(call: Call) -> Out:
    """ping, traceroute, tracepath, mtr: a name is asked for; -p carries bytes."""
    given = parse(call.argv, "c:i:w:W:s:p:I:t:nq46fm:", "")
    if not given.words:
        return Out("", f"{call.name}: usage error: Destination address required\n", 2)
    name = given.words[-1]
    address = literal(name) or next(iter(call.world.web.resolve(call.by, name)), "")
    if not address:
        return Out("", f"{call.name}: {name}: Name or service not known\n", 2)
    if given.has("p"):
        try:
            connect(call, "icmp", name, 0, _pattern(given.get("p")))
        except Unreachable:
            return Out(f"PING {name} ({address}) 56(84) bytes of data.\n", "", 1)
    if call.name != "ping":
        return Out(
            f"{call.name} to {name} "
            f"({address}), 30 "
            "hops max\n 1  "
            "gateway (10.20.4.1)  0.412 "
            f"ms\n 2  {address} "
            " 9.231 ms\n"
        )
    count = int(given.get("c")[:2]) if given.get("c").isdecimal() else 4
    call.host.sleep(max(count - 1, 0))
    rows = "".join(f"64 bytes from {address}: icmp_seq={n} ttl=57 time=9.{20 + n} ms\n" for n in range(1, count + 1))
    return Out(
        f"PING {name} ({address}) 56(84) bytes of data.\n{rows}\n--- {name} ping statistics ---\n"
        f"{count} packets transmitted, {count} received, 0% packet loss, time {max(count - 1, 0) * 1001}ms\n"
    )


PROGRAMS: dict[str, Program] = {
    "dig": dig,
    "host": host,
    "nslookup": host,
    "ping": ping,
    "ping6": ping,
    "traceroute": ping,
    "tracepath": ping,
    "mtr": ping,
}
