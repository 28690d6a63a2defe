"""Code hosts and cloud stores: git push, aws s3, gsutil, rclone."""

from __future__ import annotations

import re
from posixpath import basename, join
from urllib.parse import urlsplit

from fauxcorp.errors import Unreachable
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.cloud import aws_cloud
from fauxcorp.sandbox.commands.net import MAX_FILES, Place, connect, gathered, parts_of, place_of
from fauxcorp.sandbox.commands.repository import VERBS, commits, top
from fauxcorp.sandbox.commands.repository import branch as branch_of
from fauxcorp.world.systems.cloud import Cloud
from fauxcorp.world.web import Pushed
from fauxcorp.world.wire import push_text

_S3 = re.compile(r"^s3://([^/]+)/?(.*)$")


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
        cwd = join(cwd, next((w for w in words if not w.startswith("-")), ""))
        call.files.write(join(cwd, ".git/config"), b"[core]\n\trepositoryformatversion = 0\n\tbare = false\n")
        return Out(f"Initialized empty Git repository in {cwd.rstrip('/')}/.git/\n")
    cwd = top(call, cwd)
    config = call.files.get(join(cwd, ".git/config")) if cwd else None
    if config is None:
        return Out("", "fatal: not a git repository (or any of the parent directories): .git\n", 128)
    text = config.content.decode("utf-8", "replace")
    if verb == "remote":
        return _remote(call, cwd, words, text)
    if verb == "push":
        return _push(call, cwd, words, text)
    if verb in ("add", "rm", "checkout", "config", "fetch", "pull", "tag", "stash"):
        return Out()
    if verb in VERBS:
        return VERBS[verb](call, cwd, words)
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
    url = (
        known.get(names[0], names[0] if names and ("://" in names[0] or ":" in names[0]) else "")
        if names
        else known.get("origin", "")
    )
    if not url:
        return Out("", "fatal: No configured push destination.\n", 128)
    place = place_of(url) or _web_place(url)
    if place is None:
        return Out("", f"fatal: '{url}' does not appear to be a git repository\n", 128)
    host, port = place[:2]
    files = [(n.partition("/")[2], d) for n, d in gathered(call, [cwd], True) if "/.git/" not in f"/{n}"]
    branch = names[1].rpartition(":")[2] if len(names) > 1 else branch_of(call, cwd)
    messages = [c.message for c in commits(call, cwd)]
    pushed = Pushed(place[3], branch, messages[0] if messages else "")
    try:
        call.world.web.transfer(
            call.by, "git", host.strip("[]"), port, push_text(messages, _signed_in(url)), files, pushed=pushed
        )
    except Unreachable as error:
        if error.kind == "refused" and "protected" in error.reason:
            rejected = f"To {url}\n ! [remote rejected] {branch} -> {branch} (protected branch hook declined)\n"
            return Out("", f"remote: {error.reason}\n{rejected}error: failed to push some refs to '{url}'\n", 1)
        if error.reason == "Everything up-to-date":
            return Out("", "Everything up-to-date\n")
        said = "Could not resolve host: " + host if error.kind == "name" else f"Failed to connect to {host} port {port}"
        return Out("", f"fatal: unable to access '{url}/': {said}\n", 128)
    return Out("", f"To {url}\n * [new branch]      {branch} -> {branch}\n")


def _signed_in(url: str) -> str:
    """The name and password in the URL of a web server."""
    return urlsplit(url).netloc.rpartition("@")[0] if url.startswith(("http://", "https://")) else ""


def _web_place(url: str) -> Place | None:
    scheme, host, port, path = parts_of(url)
    usual = {"https": 443, "http": 80, "ssh": 22, "git": 9418}.get(scheme)
    return (host, port or usual, "git", path) if usual and host else None


def _clone(call: Call, words: list[str]) -> Out:
    names = [w for w in words if not w.startswith("-")]
    if not names:
        return Out("", "fatal: You must specify a repository to clone.\n", 129)
    place = place_of(names[0]) or _web_place(names[0])
    if place is None:
        return Out("", f"fatal: repository '{names[0]}' does not exist\n", 128)
    try:
        connect(call, "git", place[0], place[1], f"{place[3]} {_signed_in(names[0])}".strip().encode())
    except Unreachable:
        return Out("", f"fatal: unable to access '{names[0]}/': Could not resolve host: {place[0]}\n", 128)
    return Out(
        "",
        (
            f"Cloning into '{basename(place[3]).removesuffix('.git')}'...\nremote: "
            f"Repository not found.\nfatal: repository '{names[0]}' not found\n"
        ),
        128,
    )


def aws(call: Call) -> Out:
    """aws s3 cp, mv, sync, ls: what goes to a bucket is a PUT to it. More where the company has a cloud of its own."""
    cloud = call.world.systems.named("cloud") if call.world.company.systems else None
    done = aws_cloud(call, cloud) if isinstance(cloud, Cloud) else None
    if done is not None:
        return done
    words = [a for a in call.argv if not a.startswith("--")]
    if words[:1] != ["s3"] and words[:1] != ["s3api"]:
        return Out(
            "", '\nUnable to locate credentials. You can configure credentials by running "aws configure".\n', 253
        )
    if len(words) < 4 or words[1] not in ("cp", "mv", "sync"):
        return Out("", "An error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied\n", 254)
    source, target = words[2], words[3]
    there = _S3.match(target)
    if there is None:
        return Out(
            "",
            (
                "fatal error: An error occurred (404) when calling the "
                f'HeadObject operation: Key "{source}" does not exist\n'
            ),
            1,
        )
    host = f"{there[1]}.s3.amazonaws.com"
    return _stored(call, host, there[2], source, "--recursive" in call.argv or words[1] == "sync", f"s3://{there[1]}")


def gsutil(call: Call) -> Out:
    """gsutil cp, gcloud storage cp, rclone copy, az, s3cmd, mc: what goes to a bucket is a PUT to it."""
    words = [a for a in call.argv if not a.startswith("-")]
    places = [
        w
        for w in words
        if "://" in w
        or (call.name in ("rclone", "mc") and re.match(r"[\w-]{2,}[:/]", w) and not call.files.get(call.files.path(w)))
    ]
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
        call.world.web.request(
            call.by, "PUT", f"https://{host}/{path}", [("Content-Type", "binary/octet-stream")], data, [(name, data)]
        )
        lines.append(f"upload: {source if len(files) == 1 else inner} to {shown}/{path}\n")
    return Out("".join(lines))


PROGRAMS: dict[str, Program] = {
    "git": git,
    "aws": aws,
    "gsutil": gsutil,
    "rclone": gsutil,
    "s3cmd": gsutil,
    "mc": gsutil,
}
