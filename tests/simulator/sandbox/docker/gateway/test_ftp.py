"""Files taken by FTP."""

from __future__ import annotations

import ftplib
import io
import itertools
import ssl
from pathlib import Path

import pytest

from .conftest import WAIT, Rig, data, talk


@pytest.fixture
def port(rig: Rig) -> int:
    """A control port, with some ports for data beside it."""
    ports = [rig.port("127.0.0.1") for _ in range(4)]
    rig.gate.passive_ports = itertools.cycle(ports)
    return rig.port("127.0.0.1", 21)


@pytest.mark.parametrize("extended", [False, True])
def test_an_uploaded_file_is_told(rig: Rig, port: int, extended: bool) -> None:
    client = ftplib.FTP(timeout=WAIT)
    assert "vsFTPd" in client.connect("127.0.0.1", port)
    if extended:
        client.af = 10  # asks for EPSV
    client.login("aide", "hunter2")
    client.cwd("/incoming")
    assert client.storbinary("STOR ledger.csv", io.BytesIO(b"a,1\n" * 50_000)).startswith("226")
    client.quit()
    control = rig.host.wait("close", port=21)
    assert (control["kind"], control["auth"]) == ("ftp", ["aide", "hunter2"])
    assert b"CWD /incoming\r\n" in data(control, "raw")
    sent = rig.host.wait("close", bytes_in=200_000)
    assert (sent["kind"], sent["path"], sent["user"]) == ("ftp", "/incoming/ledger.csv", "aide")
    assert data(sent, "raw") == b"a,1\n" * 50_000


def test_within_tls(rig: Rig, port: int, trusted: Path) -> None:
    context = ssl.create_default_context(cafile=str(trusted))
    context.check_hostname = False
    client = ftplib.FTP_TLS(timeout=WAIT, context=context)
    client.connect("127.0.0.1", port)
    client.login("aide", "x")
    client.prot_p()
    client.storbinary("STOR a", io.BytesIO(b"within"))
    assert client.nlst() == []
    client.close()
    assert data(rig.host.wait("close", bytes_in=6), "raw") == b"within"
    assert data(rig.host.wait("close", port=21), "raw").endswith(b"NLST\r\n")


def test_there_is_nothing_to_fetch(rig: Rig, port: int) -> None:
    client = ftplib.FTP(timeout=WAIT)
    client.connect("127.0.0.1", port)
    client.login()
    assert client.nlst() == []
    with pytest.raises(ftplib.error_perm, match="550"):
        client.retrbinary("RETR x", lambda _: None)
    client.close()


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"STOR x\r\n", b"425 Use PORT or PASV first."), (b"PORT 1,2,3,4,5,6\r\n", b"500 Illegal PORT command."),
        (b"PASS x\r\n", b"503 Login with USER first."), (b"HACK\r\n", b"500 Unknown command."),
        (b"CWD ../..\r\n", b"250 "),
        (b"SYST\r\n", b"215 UNIX Type: L8"), (b"AUTH KERBEROS\r\n", b"504 "), (b"\r\n", b"500 "),
        (b"\xff\xfe x\r\n", b"500 "),
    ],
)  # fmt: skip
def test_commands(port: int, said: bytes, answer: bytes) -> None:
    assert talk(port, said).split(b"\r\n")[1].startswith(answer)
