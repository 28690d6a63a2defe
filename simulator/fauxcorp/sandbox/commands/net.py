"""Raw connections and file transfer: nc, ssh, scp, rsync, ftp and their kin."""

from __future__ import annotations

import base64
import hashlib
import re
import shlex
from posixpath import basename, join
from urllib.parse import urlsplit

from fauxcorp.errors import ToolError, Unreachable
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.options import parse

_REMOTE = re.compile(r"^(?:([^@/\s:]+)@)?(\[[0-9A-Fa-f:]+\]|[^:/\s@]+):(?!//)(.*)$")
MAX_FILES = 5_000
Place = tuple[str, int, str, str]
"""Host, port, protocol and path."""


def gathered(call: Call, paths: list[str], deep: bool) -> list[tuple[str, bytes]]:
    """Files with their content; with `deep` also all that folders hold. Raises ToolError for one that is not there."""
    out: list[tuple[str, bytes]] = []
    for path in paths:
        full = call.files.path(path)
        entry = call.files.get(full)
        if entry is None:
            raise ToolError(f"{path}: No such file or directory")
        if entry.kind != "dir":
            out.append((basename(full), call.files.read(path)))
        elif deep:
            for name in call.files.names(full)[: MAX_FILES - len(out)]:
                below = gathered(call, [join(full, name)], True)
                out += [(f"{basename(full)}/{n}", data) for n, data in below]
        else:
            raise ToolError(f"{path}: not a regular file")
    return out


def parts_of(url: str) -> tuple[str, str, int | None, str]:
    """Scheme, host, port (None if it names none) and path of a URL. Raises ToolError for what is none."""
    try:
        found = urlsplit(url)
        return found.scheme, found.hostname or "", found.port, found.path
    except ValueError as error:
        raise ToolError(f"Invalid URL: {url[:80]}") from error


def port_of(text: str, usual: int) -> int:
    """A port as typed; the usual one for what is no number."""
    return int(text[:9]) if text.isdecimal() else usual


def connect(
    call: Call, protocol: str, host: str, port: int, data: bytes = b"", files: list[tuple[str, bytes]] | None = None
) -> bytes:
    """Send over a connection; what came back. Raises Unreachable."""
    return call.world.web.transfer(call.by, protocol, host.strip("[]"), port, data, files or []) or b""


def nc(call: Call) -> Out:
    """nc, ncat, telnet, socat: standard input to a host and port."""
    given = parse(call.argv, "w:zvnulkp:q:N46CX:x:e:c:i:s:dt", "ssl send-only recv-only verbose udp wait= crlf listen")
    words = given.words
    if call.name == "socat":
        target = next((w for w in call.argv if re.match(r"(?i)(tcp4?|openssl|udp4?|ssl)(-connect)?:", w)), "")
        words = target.split(":")[1:3] if target else []
        words = [words[0], words[1].split(",")[0]] if len(words) == 2 else []
    if given.has("l", "listen", "k"):
        return Out("", "", 0)
    if len(words) < 2 or not words[1].isdecimal():
        if call.name == "telnet" and words:
            words = [words[0], "23"]
        else:
            return Out(
                "",
                f"{call.name}: missing port number\n"
                if words
                else f"usage: {call.name} [-46CDdFhklNnrStUuvZz] [destination] [port]\n",
                1,
            )
    host, port = words[0], int(words[1][:5])
    if given.has("z"):
        ok = call.world.web.locate(host) != ""
        said = (
            f"Connection to {host} {port} port [tcp/*] succeeded!\n"
            if ok
            else f'nc: getaddrinfo for host "{host}" port {port}: Name or service not known\n'
        )
        return Out("", said if given.has("v", "verbose") or not ok else "", 0 if ok else 1)
    head = f"Trying {host}...\nConnected to {host}.\nEscape character is '^]'.\n" if call.name == "telnet" else ""
    try:
        back = connect(
            call, "udp" if given.has("u", "udp") else "tls" if given.has("ssl") else "tcp", host, port, call.stdin
        )
    except Unreachable as error:
        return Out("", f"{call.name}: {_why(host, port, error)}\n", 1)
    return Out(head.encode() + back)


def _why(host: str, port: int, error: Unreachable) -> str:
    if error.kind == "name":
        return f'getaddrinfo for host "{host}" port {port}: Name or service not known'
    return f"connect to {host} port {port} (tcp) failed: Connection refused"


def openssl(call: Call) -> Out:
    """openssl: s_client sends; digests and base64 work; ciphers do not."""
    if not call.argv:
        return Out("", "OpenSSL> ", 0)
    verb = call.argv[0]
    if verb == "s_client":
        given = call.argv[call.argv.index("-connect") + 1] if "-connect" in call.argv[:-1] else "localhost:443"
        host, _, port = given.rpartition(":")
        try:
            back = connect(call, "tls", host, port_of(port, 443), call.stdin)
        except Unreachable:
            return Out("", "connect:errno=111\n", 1)
        quiet = "-quiet" in call.argv
        return Out((b"" if quiet else b"CONNECTED(00000003)\n---\nServer certificate\n---\n") + back)
    if verb in ("base64", "enc", "dgst", "sha256", "md5", "sha1", "sha512"):
        return _coded(call, verb)
    if verb == "version":
        return Out("OpenSSL 3.0.15 3 Sep 2024 (Library: OpenSSL 3.0.15 3 Sep 2024)\n")
    if verb == "rand":
        token = call.world.rng.token("openssl", 64)
        size = next((int(a[:2]) for a in call.argv[1:] if a.isdecimal()), 16)
        return Out(f"{token[: size * 2]}\n")
    return Out("", f"Invalid command '{verb}'; type \"help\" for a list.\n", 1)


def _coded(call: Call, verb: str) -> Out:
    words = call.argv[1:]
    data = call.files.read(words[words.index("-in") + 1]) if "-in" in words[:-1] else call.stdin
    if verb in ("dgst", "sha256", "md5", "sha1", "sha512"):
        kind = next((w[1:] for w in (*words, f"-{verb}") if w[1:] in ("sha256", "md5", "sha1", "sha512")), "sha256")
        return Out(f"{kind.upper()}(stdin)= {hashlib.new(kind, data).hexdigest()}\n")
    if verb == "enc" and not {"-base64", "-a"} & set(words):
        return Out("", "enc: AES support is disabled by policy\n", 1)
    try:
        out = (
            base64.b64decode(data)
            if "-d" in words
            else base64.b64encode(data)
            if "-A" in words
            else base64.encodebytes(data)
        )
    except ValueError:
        return Out("", "error reading input file\n", 1)
    if "-out" in words[:-1]:
        call.files.write(words[words.index("-out") + 1], out)
        return Out()
    return Out(out)


def ssh(call: Call) -> Out:
    """ssh: to this server itself it is another shell; to others what is typed leaves."""
    given = parse(call.argv, "p:i:o:l:L:R:D:F:J:c:m:E:W:w:b:e:I:Q:S:B:NTtfnqvxXYyACagkKMsV46G", "", stop=True)
    if given.has("V"):
        return Out("", "OpenSSH_9.2p1 Debian-2+deb12u5, OpenSSL 3.0.15 3 Sep 2024\n")
    if not given.words:
        return Out("", "usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] destination [command [argument ...]]\n", 255)
    user, _, host = given.words[0].rpartition("@")
    host = parts_of(given.words[0])[1] or host if "://" in given.words[0] else host
    script = " ".join(given.words[1:])
    own = {"localhost", "127.0.0.1", "::1", call.env.get("HOSTNAME", ""), *_own(call)}
    if host in own:
        user = user or given.get("l") or call.who.user
        if user != call.who.user and not call.who.root:
            return Out("", f"{user}@{host}: Permission denied (publickey,password).\n", 255)
        return call.host.run_as(user, script or call.text or "true", call.stdin if script else b"", call.cwd, call.env)
    port = given.get("p")
    data = script.encode() + (b"\n" if script else b"") + call.stdin
    try:
        connect(call, "ssh", host, port_of(port, 22), data)
    except Unreachable as error:
        return Out("", f"ssh: {_resolved(host, port or '22', error)}\n", 255)
    return Out()


def _own(call: Call) -> set[str]:
    hosts = call.world.company.facts.hosts
    return {hosts[0].name, hosts[0].ip, f"{hosts[0].name}.{call.world.company.facts.domain}"} if hosts else set()


def _resolved(host: str, port: str, error: Unreachable) -> str:
    if error.kind == "name":
        return f"Could not resolve hostname {host}: Name or service not known"
    return f"connect to host {host} port {port}: Connection refused"


def scp(call: Call) -> Out:
    """scp, rsync: files to another host, or from it."""
    takes = "P:i:o:c:F:J:l:S:e:f:" if call.name == "scp" else "e:f:M:T:B:@:"
    given = parse(
        call.argv,
        takes + "rpqvCBT346azhuxntlLDgoRHAXSWPkKbcdiymN08O",
        "archive verbose recursive progress compress delete rsh= exclude= include= partial dry-run stats port= "
        "rsync-path= bwlimit= timeout= human-readable quiet checksum update relative files-from= info= no-perms "
        "password-file= chmod= remove-source-files",
    )
    if given.bad or len(given.words) < 2:
        return Out("", f"usage: {call.name} [options] source ... target\n", 1)
    *sources, target = given.words
    there = place_of(target)
    if there is None:
        came = [s for s in sources if place_of(s) is not None]
        if came:
            return _fetched(call, came[0])
        return _local(call, sources, target, given.has("r", "a", "archive", "recursive"))
    host, port, protocol, _ = there
    deep = call.name == "rsync" or given.has("r")
    files = gathered(call, sources, deep)
    port = port_of(given.get("P"), port) if call.name == "scp" else port
    if given.has("dry-run", "n") and call.name == "rsync":
        return Out("".join(f"{n}\n" for n, _ in files))
    try:
        connect(call, protocol, host, port, b"", files)
    except Unreachable as error:
        return Out("", f"ssh: {_resolved(host, str(port), error)}\nlost connection\n", 255)
    shown = given.has("v", "verbose", "progress") and call.name == "rsync"
    return Out("".join(f"{n}\n" for n, _ in files) if shown else "")


def place_of(word: str) -> Place | None:
    """Host, port, protocol and path of a remote place."""
    if "://" in word:
        scheme, name, port, path = parts_of(word)
        kind = {"rsync": ("rsync", 873), "scp": ("ssh", 22), "sftp": ("ssh", 22)}.get(scheme)
        return (name, port or kind[1], kind[0], path) if kind else None
    if "::" in word and not word.startswith("/"):
        host, _, path = word.partition("::")
        return host.rpartition("@")[2], 873, "rsync", path
    found = _REMOTE.match(word)
    return (found[2].strip("[]"), 22, "ssh", found[3]) if found else None


def _fetched(call: Call, source: str) -> Out:
    place = place_of(source)
    assert place is not None
    host, port, protocol, path = place
    try:
        connect(call, protocol, host, port)
    except Unreachable as error:
        return Out("", f"ssh: {_resolved(host, str(port), error)}\n", 255)
    return Out("", f"{call.name}: {path}: No such file or directory\n", 1)


def _local(call: Call, sources: list[str], target: str, deep: bool) -> Out:
    folder = call.files.get(call.files.path(target))
    for name, data in gathered(call, sources, deep):
        call.files.write(
            join(target, name) if (folder and folder.kind == "dir") or target.endswith("/") else target, data
        )
    return Out()


def ftp(call: Call) -> Out:
    """ftp, sftp, lftp, ncftpput, tftp: what `put` names leaves."""
    given = parse(call.argv, "u:p:P:b:e:c:i:o:nvgdsN", "")
    words = given.words
    protocol, port = ("ssh", 22) if call.name == "sftp" else ("ftp", 21)
    script = "\n".join(
        [
            given.get("e"),
            given.get("c"),
            call.files.read(given.get("b")).decode("utf-8", "replace")
            if given.has("b") and given.get("b") != "-"
            else "",
            call.text,
        ]
    )
    host = ""
    paths: list[str] = []
    if call.name == "ncftpput" and len(words) >= 3:
        host, paths = words[0], words[2:]
    elif words:
        host = words[0].rpartition("@")[2] if "://" not in words[0] else parts_of(words[0])[1]
        host = host.partition(":")[0]
    for line in re.split(r"[\n;]", script)[:1000]:
        part = line.split()
        if part and part[0] in ("put", "mput", "send", "reput") and len(part) > 1:
            paths += part[1:] if part[0] == "mput" else part[1:2]
        elif part and part[0] in ("open", "connect") and len(part) > 1:
            host = part[1]
    if not host:
        return Out("", "Not connected.\n", 1)
    files = gathered(call, paths, False)
    try:
        connect(call, protocol, host, port_of(given.get("P"), port), b"", files)
    except Unreachable as error:
        return Out("", f"{call.name}: {_resolved(host, str(port), error)}\n", 1)
    return Out(f"Connected to {host}.\n" + "".join(f"226 Transfer complete: {n}\n" for n, _ in files))


def keygen(call: Call) -> Out:
    """ssh-keygen: a key pair from the episode's random source."""
    given = parse(call.argv, "t:b:f:N:C:P:qlyE:R:F:A", "")
    path = given.get("f") or f"{call.env.get('HOME', '/root')}/.ssh/id_ed25519"
    token = call.world.rng.token("key", 40)
    call.files.write(
        path,
        (
            f"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE{token}\n-----END OPENSSH PRIVATE KEY-----\n"
        ).encode(),
        0o600,
    )
    comment = given.get("C") or f"{call.who.user}@{call.env.get('HOSTNAME', 'srv01')}"
    call.files.write(f"{path}.pub", f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{token} {comment}\n".encode())
    return Out(
        "Generating public/private ed25519 key pair.\nYour identification has "
        f"been saved in {path}\nYour public key has been saved in {path}.pub\n"
    )


def copy_id(call: Call) -> Out:
    """ssh-copy-id: another host is asked to take a key."""
    words = [a for a in call.argv if not a.startswith("-")]
    target = words[-1].rpartition("@")[2] if words else ""
    try:
        connect(call, "ssh", target, 22, shlex.join(call.argv).encode())
    except Unreachable as error:
        return Out("", f"ssh-copy-id: ERROR: {_resolved(target, '22', error)}\n", 1)
    return Out("Number of key(s) added: 1\n")


PROGRAMS: dict[str, Program] = {
    "nc": nc,
    "ncat": nc,
    "netcat": nc,
    "telnet": nc,
    "socat": nc,
    "openssl": openssl,
    "ssh": ssh,
    "scp": scp,
    "rsync": scp,
    "ftp": ftp,
    "sftp": ftp,
    "lftp": ftp,
    "ncftpput": ftp,
    "tftp": ftp,
    "ssh-keygen": keygen,
    "ssh-copy-id": copy_id,
}
