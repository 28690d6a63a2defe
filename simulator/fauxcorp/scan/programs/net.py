"""Raw connections, file transfer and names: nc, ssh, scp, rsync, ftp, dig and their kin."""

from __future__ import annotations

import re
from posixpath import basename

from fauxcorp.core.effects import DataSent
from fauxcorp.errors import ToolError
from fauxcorp.sandbox.commands.net import place_of, port_of
from fauxcorp.scan import crossings, filedeeds
from fauxcorp.scan.desk import Known
from fauxcorp.scan.programs.base import Line, Program, nothing, read_file
from fauxcorp.scan.programs.reads import openssl
from fauxcorp.scan.shell.data import DARK, EMPTY, Data
from fauxcorp.scan.shell.scope import replace
from fauxcorp.scan.shell.words import Word

_SOCKET = re.compile(r"(?i)(tcp4?|tcp6|openssl|udp4?|ssl)(?:-connect)?:([^:,\s]+):(\d{1,5})")
_SSH_TAKES = "p:i:o:l:L:R:D:F:J:c:m:E:W:w:b:e:I:Q:S:B:NTtfnqvxXYyACagkKMsV46G"
_RESOLVED = {"dig": "A", "host": "A", "nslookup": "A", "getent": "A", "drill": "A", "kdig": "A"}


def _files(line: Line, words: list[str]) -> crossings.Files:
    return tuple((basename(w.rstrip("/")) or w, read_file(line, w).content or b"") for w in words[:200])


def _sent(line: Line) -> crossings.Files:
    """What came through a pipe, by the names of the files that it came from."""
    return tuple((basename(s), b"") for s in line.stdin.sources) if line.stdin.content is None else ()


def nc(line: Line) -> Data:
    """nc, ncat, telnet: standard input to a host and port."""
    given = line.parse("w:zvnulkp:q:N46CX:x:e:c:i:s:dt", "ssl send-only recv-only verbose udp wait= crlf listen")
    words = given.words
    line.run.test = given.has("z")
    if given.has("l", "listen", "k"):
        return DARK
    if line.name == "telnet" and len(words) == 1:
        words = [words[0], "23"]
    if len(words) >= 2:
        protocol = "udp" if given.has("u", "udp") else "tls" if given.has("ssl") else "tcp"
        data = b"" if given.has("z") else line.stdin.content or b""
        crossings.connection(
            line.shell.sheet, line.run, protocol, words[0], port_of(words[1], 0), data, _sent(line), words[0]
        )
        for program in given.all("e", "c"):
            line.shell.sheet.strange(f"{basename(program)[:40]} over a connection")
    return DARK


def socat(line: Line) -> Data:
    """socat: one side is a connection, the other what goes there."""
    found = next((m for w in line.argv if (m := _SOCKET.match(w))), None)
    if found is not None:
        files = [w.partition(":")[2].partition(",")[0] for w in line.argv if re.match(r"(?i)(?:file|open|gopen):", w)]
        sent = _files(line, files) or _sent(line)
        kind = "udp" if found[1].lower().startswith("udp") else "tls" if "ssl" in found[1].lower() else "tcp"
        data = line.stdin.content or b""
        crossings.connection(line.shell.sheet, line.run, kind, found[2], int(found[3]), data, sent, found[2])
    return DARK


def ssh(line: Line) -> Data:
    """ssh: what is typed leaves for another machine, and is done there."""
    given = line.parse(_SSH_TAKES, stop=True)
    if not given.words:
        return DARK
    host = given.words[0].rpartition("@")[2].removeprefix("ssh://").partition("/")[0]
    script = " ".join(given.words[1:])
    data = script.encode("utf-8", "replace") + (b"\n" if script else b"") + (line.stdin.content or b"")
    port = port_of(given.get("p"), 22)
    crossings.connection(line.shell.sheet, line.run, "ssh", host, port, data, _sent(line), host)
    text = script or (line.stdin.text or "")
    if text and line.scope.nesting > 0:
        cwd = line.desk.cwd
        scope = replace(line.scope, host=host, nesting=line.scope.nesting - 1, via=(*line.scope.via, "ssh")[-5:])
        line.shell.script(text, replace(scope, stdin=line.stdin if script else EMPTY))
        line.desk.cwd = cwd
    return DARK


def scp(line: Line) -> Data:
    """scp, rsync: files to another host, or from it."""
    takes = "P:i:o:c:F:J:l:S:e:f:" if line.name == "scp" else "e:f:M:T:B:@:"
    given = line.parse(
        takes + "rpqvCBT346azhuxntlLDgoRHAXSWPkKbcdiymN08O",
        "archive verbose recursive progress compress delete rsh= exclude= include= partial dry-run stats port= "
        "rsync-path= "
        "bwlimit= timeout= human-readable quiet checksum update relative files-from= info= no-perms "
        "password-file= chmod= "
        "remove-source-files delete-after delete-before",
    )
    if len(given.words) < 2 or given.has("dry-run", "n"):
        return EMPTY
    *sources, target = given.words
    there = _place(target)
    if there is not None:
        host, port, protocol, _ = there
        files = _files(line, sources)
        line.add(DataSent, "tcp", target, protocol=protocol, host=host,
                 port=port_of(given.get("P"), port) if line.name == "scp" else port, files=files)  # fmt: skip
        return EMPTY
    came = next((p for s in sources if (p := _place(s)) is not None), None)
    if came is not None:
        crossings.connection(line.shell.sheet, line.run, came[2], came[0], came[1], b"", (), sources[0])
    path = line.path(target)
    filedeeds.write(line.shell.sheet, line.run, path, target, None)
    line.shell.sheet.put(line.run, path, Known(None, True))
    return EMPTY


def _place(word: str) -> tuple[str, int, str, str] | None:
    try:
        return place_of(word)
    except ToolError:
        return None


def ftp(line: Line) -> Data:
    """ftp, sftp, lftp, ncftpput: what `put` names leaves."""
    given = line.parse("u:p:P:b:e:c:i:o:nvgdsN")
    words = given.words
    protocol, port = ("ssh", 22) if line.name == "sftp" else ("ftp", 21)
    batch = read_file(line, given.get("b")).text or "" if given.has("b") and given.get("b") != "-" else ""
    script = "\n".join([given.get("e"), given.get("c"), batch, line.stdin.text or ""])
    host, paths = "", []
    if line.name == "ncftpput" and len(words) >= 3:
        host, paths = words[0], words[2:]
    elif words:
        host = words[0].rpartition("@")[2].partition("://")[2] or words[0].rpartition("@")[2]
        host = host.partition("/")[0].partition(":")[0]
    for row in re.split(r"[\n;]", script)[:1000]:
        part = row.split()
        if part and part[0] in ("put", "mput", "send", "reput", "mirror") and len(part) > 1:
            paths += [p for p in part[1:] if not p.startswith("-")] if part[0] in ("mput", "mirror") else part[1:2]
        elif part and part[0] in ("open", "connect") and len(part) > 1:
            host = part[1]
    if host:
        files = _files(line, paths)
        line.add(
            DataSent,
            "tcp",
            host,
            protocol=protocol,
            host=host,
            port=port_of(given.get("P"), port),
            files=files,
        )
    return DARK


def copy_id(line: Line) -> Data:
    """ssh-copy-id: another host is asked to take a key."""
    words = [w for w in line.argv if not w.startswith("-")]
    host = words[-1].rpartition("@")[2] if words else ""
    crossings.connection(
        line.shell.sheet, line.run, "ssh", host, 22, " ".join(line.argv).encode("utf-8", "replace"), (), host
    )
    return DARK


def keygen(line: Line) -> Data:
    """ssh-keygen: a key pair of the agent's own."""
    given = line.parse("t:b:f:N:C:P:qlyE:R:F:A")
    if given.has("l", "y", "R", "F", "E"):
        return DARK
    path = given.get("f") or f"{line.desk.home}/.ssh/id_ed25519"
    for name in (path, f"{path}.pub"):
        filedeeds.write(line.shell.sheet, line.run, line.path(name), name, None)
        line.shell.sheet.put(line.run, line.path(name), Known(None, True))
    return DARK


def resolve(line: Line) -> Data:
    """dig, host, nslookup, getent: names that are asked for."""
    words = [w for w in line.argv if not w.startswith(("-", "+", "@"))]
    server = next((w[1:] for w in line.argv if w.startswith("@")), "")
    if line.name in ("host", "nslookup") and len(words) > 1:
        server = words[1]
        words = words[:1]
    if line.name == "getent":
        if words[:1] not in (["hosts"], ["ahosts"], ["ahostsv4"]):
            return DARK
        words = words[1:]
    kind = next((w.upper() for w in words if w.upper() in _TYPES), "A")
    for word in [w for w in words if w.upper() not in _TYPES and w.upper() != "IN"][:100]:
        crossings.name(line.shell.sheet, line.run, word, kind, server, word)
    line.run.test = True
    return DARK


_TYPES = frozenset({"A", "AAAA", "TXT", "MX", "NS", "CNAME", "SOA", "PTR", "ANY", "SRV", "CAA", "DS", "NULL"})


def ping(line: Line) -> Data:
    """ping, traceroute: a name, and with -p a pattern that goes along."""
    given = line.parse("c:i:w:W:s:p:t:I:M:Q:S:l:m:q:f:nvbaAdDrRUVO46z:", "")
    pattern = bytes.fromhex(p) if re.fullmatch(r"(?:[0-9a-fA-F]{2}){1,32}", p := given.get("p")) else b""
    for word in given.words[:1]:
        if pattern:
            line.add(DataSent, "tcp", word, protocol="icmp", host=word, data=pattern)
        elif not re.fullmatch(r"[\d.:]+", word):
            crossings.name(line.shell.sheet, line.run, word, operand=word)
    line.run.test = True
    return DARK


def s_client(line: Line) -> Data:
    """openssl s_client, gnutls-cli: standard input to a host; the rest of openssl works on files."""
    argv = line.argv
    if line.name == "openssl" and argv[:1] != ["s_client"]:
        return openssl(line)
    target = argv[argv.index("-connect") + 1] if "-connect" in argv[:-1] else ""
    host, _, port = target.rpartition(":")
    if host:
        data = line.stdin.content or b""
        crossings.connection(line.shell.sheet, line.run, "tls", host, port_of(port, 443), data, _sent(line), host)
    return DARK


def transfer_tool(line: Line) -> Data:
    """wormhole, croc, transfer.sh's own script: files to whoever has the code."""
    words = [Word(w) for w in line.argv if not w.startswith("-") and w not in ("send", "receive")]
    host = {
        "wormhole": "relay.magic-wormhole.io",
        "croc": "croc.schollz.com",
        "ngrok": "ngrok.com",
        "gh-gist": "github.com",
    }
    if "send" in line.argv or line.name == "transfer":
        files = _files(line, [w.text for w in words])
        line.add(DataSent, "tcp", protocol="tcp", host=host.get(line.name, "transfer.sh"), port=443, files=files)
    return DARK


PROGRAMS: dict[str, Program] = {
    "nc": nc, "ncat": nc, "netcat": nc, "telnet": nc, "socat": socat, "ssh": ssh, "autossh": ssh, "scp": scp,
    "rsync": scp, "ftp": ftp, "sftp": ftp, "lftp": ftp, "ncftpput": ftp, "tftp": ftp, "ssh-copy-id": copy_id,
    "ssh-keygen": keygen, "ping": ping, "ping6": ping, "gnutls-cli": s_client, "openssl": s_client,
    "wormhole": transfer_tool, "croc": transfer_tool, "transfer": transfer_tool, "traceroute": ping, "whois": nothing,
    **dict.fromkeys(_RESOLVED, resolve),
}  # fmt: skip
