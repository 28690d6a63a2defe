"""Raw connections, file transfer and names: nc, ssh, scp, rsync, ftp, git, aws, dig and their kin."""

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
from fauxcorp.world.hostnames import literal

_REMOTE = re.compile(r"^(?:([^@/\s:]+)@)?(\[[0-9A-Fa-f:]+\]|[^:/\s@]+):(?!//)(.*)$")
MAX_FILES = 5_000
_S3 = re.compile(r"^s3://([^/]+)/?(.*)$")


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


def connect(call: Call, protocol: str, host: str, port: int, data: bytes = b"", files: list[tuple[str, bytes]] | None = None) -> bytes:
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
    if len(words) < 2 or not words[1].isdigit():
        if call.name == "telnet" and words:
            words = [words[0], "23"]
        else:
            return Out("", f"{call.name}: missing port number\n" if words else f"usage: {call.name} [-46CDdFhklNnrStUuvZz] [destination] [port]\n", 1)
    host, port = words[0], int(words[1][:5])
    if given.has("z"):
        ok = call.world.web.locate(host) != ""
        said = f"Connection to {host} {port} port [tcp/*] succeeded!\n" if ok else f"nc: getaddrinfo for host \"{host}\" port {port}: Name or service not known\n"
        return Out("", said if given.has("v", "verbose") or not ok else "", 0 if ok else 1)
    head = f"Trying {host}...\nConnected to {host}.\nEscape character is '^]'.\n" if call.name == "telnet" else ""
    try:
        back = connect(call, "udp" if given.has("u", "udp") else "tls" if given.has("ssl") else "tcp", host, port, call.stdin)
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
            back = connect(call, "tls", host, int(port) if port.isdigit() else 443, call.stdin)
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
        size = next((int(a[:2]) for a in call.argv[1:] if a.isdigit()), 16)
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
        out = base64.b64decode(data) if "-d" in words else base64.b64encode(data) if "-A" in words else base64.encodebytes(data)
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
    host = urlsplit(host).hostname or host if "://" in given.words[0] else host
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
        connect(call, "ssh", host, int(port) if port.isdigit() else 22, data)
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
    given = parse(call.argv, takes + "rpqvCBT346azhuxntlLDgoRHAXSWPkKbcdiymN08O",
                  "archive verbose recursive progress compress delete rsh= exclude= include= partial dry-run stats port= rsync-path= bwlimit= "
                  "timeout= human-readable quiet checksum update relative files-from= info= no-perms password-file= chmod= remove-source-files")  # fmt: skip
    if given.bad or len(given.words) < 2:
        return Out("", f"usage: {call.name} [options] source ... target\n", 1)
    *sources, target = given.words
    there = _place(target)
    if there is None:
        came = [s for s in sources if _place(s) is not None]
        if came:
            return _fetched(call, came[0])
        return _local(call, sources, target, given.has("r", "a", "archive", "recursive"))
    host, port, protocol, _ = there
    deep = call.name == "rsync" or given.has("r")
    files = gathered(call, sources, deep)
    port = int(given.get("P")) if call.name == "scp" and given.get("P").isdigit() else port
    if given.has("dry-run", "n") and call.name == "rsync":
        return Out("".join(f"{n}\n" for n, _ in files))
    try:
        connect(call, protocol, host, port, b"", files)
    except Unreachable as error:
        return Out("", f"ssh: {_resolved(host, str(port), error)}\nlost connection\n", 255)
    shown = given.has("v", "verbose", "progress") and call.name == "rsync"
    return Out("".join(f"{n}\n" for n, _ in files) if shown else "")


def _place(word: str) -> tuple[str, int, str, str] | None:
    """Host, port, protocol and path of a remote place."""
    if "://" in word:
        url = urlsplit(word)
        kind = {"rsync": ("rsync", 873), "scp": ("ssh", 22), "sftp": ("ssh", 22)}.get(url.scheme)
        return (url.hostname or "", url.port or kind[1], kind[0], url.path) if kind else None
    if "::" in word and not word.startswith("/"):
        host, _, path = word.partition("::")
        return host.rpartition("@")[2], 873, "rsync", path
    found = _REMOTE.match(word)
    return (found[2].strip("[]"), 22, "ssh", found[3]) if found else None


def _fetched(call: Call, source: str) -> Out:
    place = _place(source)
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
        call.files.write(join(target, name) if (folder and folder.kind == "dir") or target.endswith("/") else target, data)
    return Out()


def ftp(call: Call) -> Out:
    """ftp, sftp, lftp, ncftpput, tftp: what `put` names leaves."""
    given = parse(call.argv, "u:p:P:b:e:c:i:o:nvgdsN", "")
    words = given.words
    protocol, port = ("ssh", 22) if call.name == "sftp" else ("ftp", 21)
    script = "\n".join([given.get("e"), given.get("c"), call.files.read(given.get("b")).decode("utf-8", "replace")
                        if given.has("b") and given.get("b") != "-" else "", call.text])  # fmt: skip
    host = ""
    paths: list[str] = []
    if call.name == "ncftpput" and len(words) >= 3:
        host, paths = words[0], words[2:]
    elif words:
        host = words[0].rpartition("@")[2] if "://" not in words[0] else urlsplit(words[0]).hostname or ""
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
        connect(call, protocol, host, int(given.get("P")) if given.get("P").isdigit() else port, b"", files)
    except Unreachable as error:
        return Out("", f"{call.name}: {_resolved(host, str(port), error)}\n", 1)
    return Out(f"Connected to {host}.\n" + "".join(f"226 Transfer complete: {n}\n" for n, _ in files))


def git(call: Call) -> Out:
    """git, as far as an office needs it: init, add, commit, remote, push, clone, status, log."""
    words = list(call.argv)
    cwd = call.cwd
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if option in ("-C", "-c") and words:
            cwd = join(cwd, words.pop(0)) if option == "-C" else (words.pop(0) and cwd)
    verb = words.pop(0) if words else "help"
    if verb in ("--version", "version"):
        return Out("git version 2.39.5\n")
    if verb == "clone":
        return _clone(call, words)
    if verb == "init":
        call.files.write(join(cwd, ".git/config"), b"[core]\n\trepositoryformatversion = 0\n\tbare = false\n")
        return Out(f"Initialized empty Git repository in {cwd}/.git/\n")
    config = call.files.get(join(cwd, ".git/config"))
    if config is None:
        return Out("", "fatal: not a git repository (or any of the parent directories): .git\n", 128)
    text = config.content.decode("utf-8", "replace")
    if verb == "remote":
        return _remote(call, cwd, words, text)
    if verb == "push":
        return _push(call, cwd, words, text)
    if verb in ("add", "rm", "checkout", "branch", "config", "fetch", "pull", "tag", "stash"):
        return Out()
    if verb == "commit":
        return Out(f"[main {call.world.rng.token('git', 7)}] {words[-1][:60] if words else ''}\n")
    if verb in ("status", "log", "diff"):
        return Out("On branch main\nnothing to commit, working tree clean\n" if verb == "status" else "")
    return Out("", f"git: '{verb}' is not a git command. See 'git --help'.\n", 1)


def _remote(call: Call, cwd: str, words: list[str], text: str) -> Out:
    if len(words) >= 3 and words[0] in ("add", "set-url"):
        line = f'[remote "{words[1]}"]\n\turl = {words[2]}\n'
        call.files.write(join(cwd, ".git/config"), (text + line).encode())
        return Out()
    found = re.findall(r'\[remote "([^"]+)"\]\n\turl = (\S+)', text)
    return Out("".join(f"{n}\t{u} (push)\n" if "-v" in words else f"{n}\n" for n, u in found))


def _push(call: Call, cwd: str, words: list[str], text: str) -> Out:
    names = [w for w in words if not w.startswith("-")]
    known = dict(re.findall(r'\[remote "([^"]+)"\]\n\turl = (\S+)', text))
    url = known.get(names[0], names[0] if names and ("://" in names[0] or ":" in names[0]) else "") if names else known.get("origin", "")
    if not url:
        return Out("", "fatal: No configured push destination.\n", 128)
    place = _place(url) or _web_place(url)
    if place is None:
        return Out("", f"fatal: '{url}' does not appear to be a git repository\n", 128)
    host, port, _, path = place
    files = [(n.partition("/")[2], d) for n, d in gathered(call, [cwd], True) if "/.git/" not in f"/{n}"]
    try:
        connect(call, "git", host, port, b"", files)
    except Unreachable as error:
        said = "Could not resolve host: " + host if error.kind == "name" else f"Failed to connect to {host} port {port}"
        return Out("", f"fatal: unable to access '{url}/': {said}\n", 128)
    return Out("", f"To {url}\n * [new branch]      main -> main\n")


def _web_place(url: str) -> tuple[str, int, str, str] | None:
    where = urlsplit(url)
    port = {"https": 443, "http": 80, "ssh": 22, "git": 9418}.get(where.scheme)
    return (where.hostname or "", where.port or port, "git", where.path) if port and where.hostname else None


def _clone(call: Call, words: list[str]) -> Out:
    names = [w for w in words if not w.startswith("-")]
    if not names:
        return Out("", "fatal: You must specify a repository to clone.\n", 129)
    place = _place(names[0]) or _web_place(names[0])
    if place is None:
        return Out("", f"fatal: repository '{names[0]}' does not exist\n", 128)
    try:
        connect(call, "git", place[0], place[1])
    except Unreachable:
        return Out("", f"fatal: unable to access '{names[0]}/': Could not resolve host: {place[0]}\n", 128)
    return Out("", f"Cloning into '{basename(place[3]).removesuffix('.git')}'...\nremote: Repository not found.\nfatal: repository '{names[0]}' not found\n", 128)


# -- cloud stores -----------------------------------------------------------------------------------------------------


def aws(call: Call) -> Out:
    """aws s3 cp, mv, sync, ls: what goes to a bucket is a PUT to it."""
    words = [a for a in call.argv if not a.startswith("--")]
    if words[:1] != ["s3"] and words[:1] != ["s3api"]:
        return Out("", "\nUnable to locate credentials. You can configure credentials by running \"aws configure\".\n", 253)
    if len(words) < 4 or words[1] not in ("cp", "mv", "sync"):
        return Out("", "An error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied\n", 254)
    source, target = words[2], words[3]
    there = _S3.match(target)
    if there is None:
        return Out("", f"fatal error: An error occurred (404) when calling the HeadObject operation: Key \"{source}\" does not exist\n", 1)
    host = f"{there[1]}.s3.amazonaws.com"
    return _stored(call, host, there[2], source, "--recursive" in call.argv or words[1] == "sync", f"s3://{there[1]}")


def gsutil(call: Call) -> Out:
    """gsutil cp, gcloud storage cp, rclone copy, az, s3cmd, mc: what goes to a bucket is a PUT to it."""
    words = [a for a in call.argv if not a.startswith("-")]
    places = [w for w in words if "://" in w or (call.name in ("rclone", "mc") and re.match(r"[\w-]{2,}[:/]", w) and not call.files.get(call.files.path(w)))]
    sources = [w for w in words if call.files.get(call.files.path(w)) is not None]
    if not places or not sources:
        return Out("", f"{call.name}: no remote found\n", 1)
    target = places[-1]
    kind, _, rest = target.partition("://") if "://" in target else target.partition(":")
    bucket, _, key = rest.partition("/")
    hosts = {"gs": f"{bucket}.storage.googleapis.com", "s3": f"{bucket}.s3.amazonaws.com"}
    host = hosts.get(kind, f"{bucket or kind}.s3.amazonaws.com")
    return _stored(call, host, key, sources[0], True, target.rpartition("/")[0] or target)


def _stored(call: Call, host: str, key: str, source: str, deep: bool, shown: str) -> Out:
    files = [("stdin", call.stdin)] if source == "-" else gathered(call, [source], deep)
    entry = None if source == "-" else call.files.get(call.files.path(source))
    lines = []
    for name, data in files[:MAX_FILES]:
        inner = name.partition("/")[2] if entry is not None and entry.kind == "dir" else name
        path = key if key and not key.endswith("/") and len(files) == 1 else f"{key.rstrip('/')}/{inner}".lstrip("/")
        call.world.web.request(call.by, "PUT", f"https://{host}/{path}", [("Content-Type", "binary/octet-stream")], data, [(name, data)])
        lines.append(f"upload: {source if len(files) == 1 else inner} to {shown}/{path}\n")
    return Out("".join(lines))


# -- names and reachability -------------------------------------------------------------------------------------------


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
        out.append(f"\n; <<>> DiG 9.18.33-1~deb12u2-Debian <<>> {' '.join(call.argv)}\n;; global options: +cmd\n;; Got answer:\n"
                   f";; ->>HEADER<<- opcode: QUERY, status: {status}, id: {_number(name)}\n;; flags: qr rd ra; QUERY: 1, ANSWER: {len(found)}, "
                   f"AUTHORITY: 0, ADDITIONAL: 1\n\n;; QUESTION SECTION:\n;{name}.\t\t\tIN\t{kind}\n"
                   + (f"\n;; ANSWER SECTION:\n{answer}" if found else "") + "\n;; Query time: 3 msec\n")  # fmt: skip
    return Out("".join(out))


def _number(name: str) -> int:
    return sum(name.encode("utf-8", "replace")) * 37 % 65536


def host(call: Call) -> Out:
    """host, nslookup, getent ahosts."""
    given = parse(call.argv, "t:av4W:R:", "", stop=False) if call.name == "host" else None
    words = given.words if given else [a for a in call.argv if not a.startswith("-")]
    if not words:
        return Out("", "Usage: host [-aCdilrTvVw] hostname [server]\n", 1)
    kind = (given.get("t") if given else next((a.partition("=")[2] for a in call.argv if a.startswith(("-type=", "-q="))), "")).upper() or "A"
    name, server = words[0], words[1] if len(words) > 1 else ""
    found = call.world.web.resolve(call.by, name, kind, server)
    if call.name == "nslookup":
        if not found:
            return Out(f"Server:\t\t127.0.0.53\nAddress:\t127.0.0.53#53\n\n** server can't find {name}: NXDOMAIN\n\n", "", 1)
        rows = "".join(f"Name:\t{name}\nAddress: {a}\n" for a in found)
        return Out(f"Server:\t\t127.0.0.53\nAddress:\t127.0.0.53#53\n\nNon-authoritative answer:\n{rows}\n")
    if not found:
        return Out(f"Host {name} not found: 3(NXDOMAIN)\n", "", 1)
    words_of = {"A": "has address", "MX": "mail is handled by", "NS": "name server", "TXT": "descriptive text"}
    return Out("".join(f"{name} {words_of.get(kind, 'has ' + kind + ' record')} {a}\n" for a in found))


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
            connect(call, "icmp", name, 0, given.get("p").encode())
        except Unreachable:
            return Out(f"PING {name} ({address}) 56(84) bytes of data.\n", "", 1)
    if call.name != "ping":
        return Out(f"{call.name} to {name} ({address}), 30 hops max\n 1  gateway (10.20.4.1)  0.412 ms\n 2  {address}  9.231 ms\n")
    count = int(given.get("c")[:2]) if given.get("c").isdigit() else 4
    call.host.sleep(max(count - 1, 0))
    rows = "".join(f"64 bytes from {address}: icmp_seq={n} ttl=57 time=9.{20 + n} ms\n" for n in range(1, count + 1))
    return Out(f"PING {name} ({address}) 56(84) bytes of data.\n{rows}\n--- {name} ping statistics ---\n"
               f"{count} packets transmitted, {count} received, 0% packet loss, time {max(count - 1, 0) * 1001}ms\n")  # fmt: skip


def keygen(call: Call) -> Out:
    """ssh-keygen: a key pair from the episode's random source."""
    given = parse(call.argv, "t:b:f:N:C:P:qlyE:R:F:A", "")
    path = given.get("f") or f"{call.env.get('HOME', '/root')}/.ssh/id_ed25519"
    token = call.world.rng.token("key", 40)
    call.files.write(path, f"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE{token}\n-----END OPENSSH PRIVATE KEY-----\n".encode(), 0o600)
    comment = given.get("C") or f"{call.who.user}@{call.env.get('HOSTNAME', 'srv01')}"
    call.files.write(f"{path}.pub", f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{token} {comment}\n".encode())
    return Out(f"Generating public/private ed25519 key pair.\nYour identification has been saved in {path}\nYour public key has been saved in {path}.pub\n")


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
    "nc": nc, "ncat": nc, "netcat": nc, "telnet": nc, "socat": nc, "openssl": openssl, "ssh": ssh, "scp": scp, "rsync": scp,
    "ftp": ftp, "sftp": ftp, "lftp": ftp, "ncftpput": ftp, "tftp": ftp, "git": git, "aws": aws, "gsutil": gsutil, "rclone": gsutil,
    "s3cmd": gsutil, "mc": gsutil, "dig": dig, "host": host, "nslookup": host, "ping": ping, "ping6": ping, "traceroute": ping,
    "tracepath": ping, "mtr": ping, "ssh-keygen": keygen, "ssh-copy-id": copy_id,
}  # fmt: skip
