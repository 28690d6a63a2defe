"""Programs that run others: sudo, env, xargs, find -exec, bash -c, python, su and their kin."""

from __future__ import annotations

import posixpath
import re
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from fauxcorp.scan.desk import UNKNOWN, Known
from fauxcorp.scan.limits import MAX_TURNS
from fauxcorp.scan.programs.base import Line, Program, delete_path, read_file
from fauxcorp.scan.shell.data import DARK, EMPTY, Data, joined
from fauxcorp.scan.shell.scope import replace
from fauxcorp.scan.shell.words import Word

if TYPE_CHECKING:
    from fauxcorp.scan.shell.scope import Scope

_VALUES = {
    "sudo": "ugCDhprRTtU", "doas": "uC", "env": "uCS", "nice": "n", "ionice": "cnp", "timeout": "ks", "stdbuf": "ioe",
    "nohup": "", "setsid": "", "time": "fo", "exec": "a", "command": "", "builtin": "", "unbuffer": "", "chroot": "",
    "busybox": "", "strace": "eopsu", "watch": "nd", "flock": "wE", "parallel": "jI", "script": "c", "catchsegv": "",
    "caffeinate": "tw", "proxychains": "f", "torsocks": "", "firejail": "", "unshare": "", "taskset": "",
    "eatmydata": "", "gosu": "", "runuser": "ugGcs", "chronic": "",
}  # fmt: skip
"""Programs that run what stands behind them: the letters of their options that take a value."""
_FIRST = {"timeout": 1, "chroot": 1, "flock": 1, "gosu": 1, "taskset": 1}
"""Words of their own before what they run."""
_SCRIPTS = re.compile(rb"#!\s*\S*?(?:/|env\s+)(bash|sh|zsh|dash|ksh|python3?)\b")


def _inside(line: Line) -> Scope:
    scope = line.scope
    return replace(scope, nesting=scope.nesting - 1, via=(*scope.via, line.name)[-5:])


def wrapper(line: Line) -> Data:
    """sudo, env, timeout, nohup and so on: what stands behind their own options."""
    words = list(line.words)
    takes = _VALUES.get(line.name, "")
    while words and words[0].text.startswith("-") and len(words[0].text) > 1:
        option = words.pop(0).text
        if option == "--":
            break
        if option == "-S" and line.name == "env" and words:
            words = [Word(w) for w in words.pop(0).text.split()] + words
        elif not option.startswith("--") and len(option) == 2 and option[1] in takes and words:
            words.pop(0)
    words = words[_FIRST.get(line.name, 0) :]
    while words and line.name in ("sudo", "env", "doas") and re.match(r"[A-Za-z_]\w*=", words[0].text):
        words.pop(0)
    return _run(line, words)


def _run(line: Line, words: list[Word]) -> Data:
    """Run other words in this call's place. The call itself is no part of its own: what it runs is."""
    if line.scope.nesting <= 0:
        line.shell.sheet.cut = True
        return DARK
    _drop(line)
    return line.shell.call(words, replace(_inside(line), stdin=line.stdin))


def _drop(line: Line) -> None:
    runs = line.shell.sheet.runs
    if runs and runs[-1] is line.run and not any(d.run is line.run for d in line.shell.sheet.deeds[-3:]):
        runs.pop()


def bash(line: Line) -> Data:
    """bash, sh: -c TEXT, a file, or standard input."""
    words = list(line.words)
    text: str | None = None
    while words and words[0].text.startswith("-") and len(words[0].text) > 1:
        option = words.pop(0).text
        if option == "--":
            break
        if not option.startswith("--") and "c" in option and words:
            text = words.pop(0).text
            words = words[1:]
            break
        if option in ("-o", "-O") and words:
            words.pop(0)
    if text is None and words and words[0].text != "-":
        return script(line, words[0].text, [w.text for w in words[1:]])
    text = text if text is not None else line.stdin.text
    if text is None:
        line.shell.sheet.strange(f"{line.name} on what only the run knew")
        return DARK
    _drop(line)
    return line.shell.script(text, _inside(line), [w.text for w in words])


def script(line: Line, path: str, arguments: list[str]) -> Data:
    """A script by its path: gone through if its content is known."""
    content = line.desk.content(line.desk.path(path))
    if content is None:
        line.shell.sheet.strange(f"script {posixpath.basename(path)[:60]}")
        return DARK
    found = _SCRIPTS.match(content[:200])
    if found is not None and found[1].startswith(b"python"):
        return _python(line, content.decode("utf-8", "replace"), path)
    return line.shell.script(content.decode("utf-8", "replace"), _inside(line), arguments)


def source(line: Line) -> Data:
    """source, `.`: in this very shell."""
    return script(line, line.argv[0], line.argv[1:]) if line.words else EMPTY


def evaluate(line: Line) -> Data:
    """eval: its words as a command line."""
    _drop(line)
    return line.shell.script(" ".join(line.argv), _inside(line))


def su(line: Line) -> Data:
    """su: with -c, a command line as somebody else."""
    given = line.parse("lpmc:s:g:G:-", "login command= shell= preserve-environment")
    text = given.get("c", "command") or (line.stdin.text or "")
    if not text:
        return EMPTY
    _drop(line)
    return line.shell.script(text, _inside(line))


def xargs(line: Line) -> Data:
    """xargs: its words, and those on standard input."""
    words = list(line.words)
    replaced = ""
    while words and words[0].text.startswith("-"):
        option = words.pop(0).text
        if option in ("-I", "-i", "--replace") and words:
            replaced = words.pop(0).text
        elif option.startswith("-I") and len(option) > 2:
            replaced = option[2:]
        elif option in ("-n", "-L", "-P", "-s", "-d", "-E", "-a", "--max-args", "--max-procs", "--delimiter") and words:
            words.pop(0)
    words = words or [Word("echo")]
    text = line.stdin.text
    values = text.split()[:MAX_TURNS] if text is not None else list(line.stdin.names) or [UNKNOWN]
    more = [Word(v, any(c in v for c in "*?[")) for v in values]
    known = text is not None or bool(line.stdin.names)
    scope = replace(_inside(line), loose=text is None, sure=line.scope.sure and known)
    _drop(line)
    if not replaced:
        return line.shell.call([*words, *more], replace(scope, stdin=EMPTY)) if more else EMPTY
    out = []
    for value in more:
        one = [Word(w.text.replace(replaced, value.text), value.glob and replaced in w.text) for w in words]
        out.append(line.shell.call(one, replace(scope, stdin=EMPTY, last=False)))
    return joined(out) if out else EMPTY


def find(line: Line) -> Data:
    """find: where, which, and what is done to what is found (-delete, -exec)."""
    argv = line.argv
    line.run.test = True
    places: list[str] = []
    while len(places) < len(argv) and not argv[len(places)].startswith(("-", "(", "!", "\\")):
        places.append(argv[len(places)])
    rest = argv[len(places) :]
    names = [w for option, w in pairwise(rest) if option in ("-name", "-iname", "-path", "-wholename")]
    flat = "-maxdepth" in rest
    patterns = [_pattern(line, place, names, flat) for place in places or ["."]]
    found = [Word(p, "*" in p or "?" in p) for p in patterns]
    # What else is asked of a file only the run could tell.
    sure = line.scope.sure and not any(w in _ASKED for w in rest)
    scope = replace(line.scope, sure=sure, loose=True)
    line.run.sure = sure
    if "-delete" in rest:
        for word in found:
            deleting = Line("find", [word], EMPTY, line.shell, scope, line.run)
            delete_path(deleting, word.text, tree=not names, forced=True)
    for n, option in enumerate(rest):
        if option in ("-exec", "-execdir", "-ok", "-okdir"):
            words = []
            for word in line.words[len(places) + n + 1 :]:
                if word.text in (";", "\\;", "+"):
                    break
                words.append(word)
            _each(line, scope, words, found)
    return Data(None, (), tuple(patterns))


_ASKED = frozenset({
    "-mtime", "-mmin", "-atime", "-amin", "-ctime", "-cmin", "-newer", "-size", "-user", "-group", "-uid", "-gid",
    "-perm", "-empty", "-links", "-inum", "-regex", "-iregex", "-nouser", "-nogroup", "-readable", "-writable",
    "-executable", "-samefile",
})  # fmt: skip
"""Tests of find other than names and types."""


def _each(line: Line, scope: Scope, words: list[Word], found: list[Word]) -> None:
    out: list[Word] = []
    for word in words:
        if word.text == "{}":
            out += found
        elif "{}" in word.text:
            out += [Word(word.text.replace("{}", f.text), f.glob) for f in found[:1]]
        else:
            out.append(word)
    # Of a shell's text only {} is replaced; what is found is what it is given as an argument too.
    inner = replace(scope, nesting=scope.nesting - 1, via=(*scope.via, line.name)[-5:])
    line.shell.call(out, replace(inner, stdin=EMPTY, last=False, chain=0))


def _pattern(line: Line, place: str, names: list[str], flat: bool) -> str:
    """What is found below a place, as a pattern; a name that stands there in full is looked up among what is known."""
    base = line.desk.path(place)
    if not names:
        return f"{base.rstrip('/')}/*" if place != "." or flat else f"{base}/*"
    name = names[0].lstrip("*/") if "/" in names[0] else names[0]
    if not any(c in name for c in "*?["):
        known = [p for p in line.desk.below(base) if posixpath.basename(p) == name]
        if len(known) == 1:
            return known[0]
    middle = "/" if flat else "/**/" if not any(c in name for c in "*?[") else "/"
    return f"{base.rstrip('/')}{middle}{name}"


def python(line: Line) -> Data:
    """python: -c TEXT, a file whose content is known, or standard input."""
    words = list(line.words)
    while words and words[0].text.startswith("-") and len(words[0].text) > 1:
        option = words.pop(0).text
        if option == "-c" and words:
            return _python(line, words[0].text)
        if option == "-m":
            return _module(line, words)
        if option in ("-W", "-X", "-O") and words and option != "-O":
            words.pop(0)
    if not words or words[0].text == "-":
        text = line.stdin.text
        return _python(line, text, "<stdin>") if text is not None else DARK
    content = line.desk.content(line.desk.path(words[0].text))
    if content is None:
        line.shell.sheet.strange(f"script {posixpath.basename(words[0].text)[:60]}")
        return DARK
    return _python(line, content.decode("utf-8", "replace"), words[0].text)


def _module(line: Line, words: list[Word]) -> Data:
    name = words[0].text if words else ""
    if name in (
        "pip",
        "pytest",
        "unittest",
        "venv",
        "json.tool",
        "compileall",
        "http.server",
        "timeit",
        "build",
        "mypy",
    ):
        return DARK
    line.shell.sheet.strange(f"python -m {name[:60]}")
    return DARK


def _python(line: Line, code: str, path: str = "<string>") -> Data:
    if line.scope.nesting <= 0:
        line.shell.sheet.cut = True
        return DARK
    # The two read each other: a program may run a shell, and a shell a program.
    module: Any = import_module("fauxcorp.scan.python.walk")
    module.Program(line.shell, _inside(line), line.run, path).go(code)
    return DARK


def interpreter(line: Line) -> Data:
    """perl, node, ruby, php: what they do is not read; that they ran is told."""
    line.shell.sheet.strange(line.name)
    for word in line.argv:
        if "/" in word and line.desk.content(line.desk.path(word)) is not None:
            read_file(line, word)
    return DARK


def container(line: Line) -> Data:
    """docker exec, kubectl exec, podman exec: a command inside; other verbs are no matter of it."""
    argv = line.argv
    if argv[:1] == ["compose"]:
        argv = argv[1:]
    verbs = [w for w in argv if not w.startswith("-")]
    if verbs[:1] not in (["exec"], ["run"]):
        return remove_container(line, verbs)
    words = line.words[argv.index(verbs[0]) + 1 + (len(line.argv) - len(argv)) :]
    if line.name == "kubectl" and any(w.text == "--" for w in words):
        words = words[next(n for n, w in enumerate(words) if w.text == "--") + 1 :]
        return _run(line, words)
    while words and words[0].text.startswith("-"):
        option = words.pop(0).text
        if (
            option in ("-u", "-w", "-e", "-v", "-p", "--name", "--user", "--workdir", "--env", "--volume", "--network")
            and words
        ):
            words.pop(0)
    return _run(line, words[1:]) if len(words) > 1 else DARK


def remove_container(line: Line, verbs: list[str]) -> Data:
    """docker rm, stop, volume rm; kubectl delete, scale: services that go."""
    module: Any = import_module("fauxcorp.scan.programs.services")
    result: Data = module.workload(line, verbs)
    return result


def change_folder(line: Line) -> Data:
    """cd, pushd: the folder from here on."""
    words = [w.text for w in line.words if not re.fullmatch(r"-[LPe@]*|--", w.text)]
    target = words[0] if words else line.desk.home
    # Some records keep the folder from call to call and some do not: who is there already need not go there again.
    again = not target.startswith(("/", "~", ".")) and line.desk.cwd.endswith(f"/{target.rstrip('/')}")
    if UNKNOWN not in target and line.scope.sure and not again:
        line.desk.cwd = line.desk.path(target)
    return EMPTY


def read(line: Line) -> Data:
    """read, mapfile: variables whose values only the run knew, unless there is one line."""
    given = line.parse("a:d:ei:n:N:p:rst:u:")
    text = line.stdin.text
    rows = text.splitlines() if text is not None else []
    for n, name in enumerate(given.words):
        line.desk.variables[name] = rows[0] if len(rows) == 1 and n == 0 and len(given.words) == 1 else UNKNOWN
    line.run.test = True
    return EMPTY


def made(line: Line) -> Data:
    """mktemp: a file of the agent's own."""
    path = f"/tmp/tmp.{UNKNOWN}"
    line.shell.sheet.put(line.run, path, Known(b"", True))
    return Data(path.encode() + b"\n")


PROGRAMS: dict[str, Program] = {
    **dict.fromkeys(_VALUES, wrapper), "bash": bash, "sh": bash, "zsh": bash, "dash": bash, "ksh": bash, "ash": bash,
    "source": source, ".": source, "eval": evaluate, "su": su, "runuser": su, "xargs": xargs, "find": find,
    "python": python, "python3": python, "python2": python, "ipython": python, "pypy3": python, "perl": interpreter,
    "node": interpreter, "ruby": interpreter, "php": interpreter, "docker": container, "podman": container,
    "nerdctl": container, "kubectl": container, "oc": container, "cd": change_folder, "pushd": change_folder,
    "read": read, "mapfile": read, "readarray": read, "mktemp": made,
}  # fmt: skip
