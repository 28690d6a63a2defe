"""What calls of the libraries do: of functions by their whole name, of methods by the thing that they belong to."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fauxcorp.scan.desk import UNKNOWN
from fauxcorp.scan.limits import MAX_TURNS
from fauxcorp.scan.python import disk, net, post
from fauxcorp.scan.python.values import DARK, Function, Named, Thing, known, text, texts

if TYPE_CHECKING:
    from fauxcorp.scan.python.walk import Program

Arguments = list[Any]
Keywords = dict[str, Any]
Call = Callable[["Program", str, Arguments, Keywords], Any]

_SUBPROCESS = frozenset({
    "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.Popen",
    "subprocess.getoutput", "subprocess.getstatusoutput", "os.system", "os.popen", "os.spawnvp", "os.execvp",
    "commands.getoutput", "asyncio.create_subprocess_shell", "asyncio.create_subprocess_exec", "pexpect.run",
    "pexpect.spawn", "sh.bash", "__shell__", "get_ipython.system", "get_ipython.getoutput",
})  # fmt: skip


def of_name(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """A call of a function by its whole name."""
    if name in _SUBPROCESS:
        return _shell(program, name, arguments, named)
    for table in (disk.FUNCTIONS, net.FUNCTIONS, post.FUNCTIONS, _FUNCTIONS):
        found = table.get(name)
        if found is not None:
            return found(program, name, arguments, named)
    for prefix, kind in _FAMILIES:
        if name.startswith(prefix):
            return kind(program, name, arguments, named)
    return DARK


def of_method(program: Program, of: Any, name: str, arguments: Arguments, named: Keywords) -> Any:
    """A call of a method of something."""
    if isinstance(of, Thing):
        for table in (disk.METHODS, net.METHODS, post.METHODS):
            found = table.get(of.kind)
            if found is not None:
                return found(program, of, name, arguments, named)
        if of.kind == "class" and name in of.data.get("methods", {}):
            return program.call(of.data["methods"][name], arguments, named, 20)
    if isinstance(of, str | bytes):
        return _of_text(of, name, arguments)
    if isinstance(of, dict):
        return _of_dict(of, name, arguments)
    if isinstance(of, list):
        return _of_list(of, name, arguments, program.sure)
    return net.of_unknown(program, of, name, arguments, named)


def _shell(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """A command line, or a program with its arguments."""
    command = arguments[0] if arguments else named.get("args", named.get("cmd", ""))
    given = named.get("input")
    module: Any = import_module("fauxcorp.scan.python.nested")
    stdin = text(given).encode("utf-8", "replace") if given is not None and known(given) else b""
    if name in ("asyncio.create_subprocess_exec", "os.execvp", "os.spawnvp") and not isinstance(command, list):
        command = [text(a) for a in arguments]
    cwd = text(named["cwd"]) if "cwd" in named and known(named["cwd"]) else ""
    if isinstance(command, list | tuple):
        out = module.words(program, [text(w) for w in command], stdin, cwd)
    else:
        out = module.line(program, text(command), stdin, cwd)
    return Thing("process", {"content": out})


def _execute(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """exec and eval of a text that is known."""
    code = arguments[0] if arguments else ""
    if isinstance(code, str) and known(code) and program.depth < 5:
        program.depth += 1
        program.call(Function(code, (), program.line), [], {}, 20)
        program.depth -= 1
    elif arguments:
        program.shell.sheet.strange(f"{name} on what only the run knew")
    return DARK


def _join(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    return posixpath.join(*[text(a) for a in arguments]) if arguments else ""


def _plain(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """str, repr, list, sorted and their kin: what they are given, as far as it matters here."""
    if not arguments:
        return (
            ""
            if name in ("str", "repr")
            else []
            if name in ("list", "set", "tuple")
            else {}
            if name == "dict"
            else DARK
        )
    first = arguments[0]
    if name in ("str", "repr", "format"):
        return text(first)
    if name == "range":
        numbers = [a for a in arguments if isinstance(a, int)]
        return list(range(*numbers)[:MAX_TURNS]) if len(numbers) == len(arguments) and all(numbers[2:]) else DARK
    if name == "enumerate":
        return [[n, v] for n, v in enumerate(first)] if isinstance(first, list) else DARK
    if name == "zip":
        lists = [a for a in arguments if isinstance(a, list)]
        return [list(pair) for pair in zip(*lists, strict=False)] if len(lists) == len(arguments) else DARK
    if name == "bytes":
        return first if isinstance(first, bytes) else text(first).encode("utf-8", "replace")
    return first if isinstance(first, list | dict | str) else DARK


def _environment(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    return program.shell.desk.variables.get(text(arguments[0]), UNKNOWN) if arguments else DARK


def _import(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    return Named(text(arguments[0])) if arguments else DARK


def _attribute(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    if len(arguments) > 1 and isinstance(arguments[0], Named):
        return Named(f"{arguments[0].name}.{text(arguments[1])}")
    return DARK


def _of_text(of: str | bytes, name: str, arguments: Arguments) -> Any:
    """Methods of texts whose result is plain."""
    whole = of if isinstance(of, str) else of.decode("utf-8", "replace")
    if name in ("encode", "decode"):
        return whole.encode("utf-8", "replace") if name == "encode" else whole
    if name in ("strip", "lower", "upper", "lstrip", "rstrip", "title"):
        return getattr(whole, name)() if not arguments else whole.strip(text(arguments[0]))
    if name == "format":
        out = whole
        for n, value in enumerate(arguments[:100]):
            out = out.replace("{}", text(value), 1).replace(f"{{{n}}}", text(value))
        return out
    if name == "join" and arguments:
        return whole.join(texts(arguments[0])) if isinstance(arguments[0], list | tuple) else UNKNOWN
    if name == "replace" and len(arguments) >= 2 and known(arguments[:2]):
        return whole.replace(text(arguments[0]), text(arguments[1])) if len(whole) < 100_000 else whole
    if name in ("split", "splitlines") and known(whole):
        return whole.split(text(arguments[0]) or None) if arguments and name == "split" else whole.split()
    return DARK


def _of_dict(of: dict[Any, Any], name: str, arguments: Arguments) -> Any:
    if name == "items":
        return [[k, v] for k, v in of.items()]
    if name in ("keys", "values", "copy"):
        return list(of) if name == "keys" else list(of.values()) if name == "values" else dict(of)
    if name == "get" and arguments and isinstance(arguments[0], str | int):
        return of.get(arguments[0], arguments[1] if len(arguments) > 1 else None)
    if name == "update" and arguments and isinstance(arguments[0], dict):
        of.update(arguments[0])
    return DARK


def _of_list(of: list[Any], name: str, arguments: Arguments, sure: bool) -> Any:
    """A list that grows by what is not known, or perhaps, holds something that is not known from then on."""
    if name in ("append", "extend", "insert") and arguments and len(of) < 5000:
        more = arguments[-1] if name == "insert" else arguments[0]
        values = [more] if name != "extend" else more[:5000] if isinstance(more, list) else [DARK]
        of.extend(values if sure else [DARK])
    return DARK


_FUNCTIONS: dict[str, Call] = {
    "exec": _execute, "eval": _execute, "os.path.join": _join, "posixpath.join": _join, "os.getenv": _environment,
    "os.environ.get": _environment, "__import__": _import, "importlib.import_module": _import, "getattr": _attribute,
    **dict.fromkeys((
        "str", "repr", "list", "dict", "set", "tuple", "sorted", "reversed", "range", "enumerate", "zip", "bytes",
        "format", "os.path.expanduser", "os.path.abspath", "os.path.realpath", "json.dumps", "shlex.quote",
    ), _plain),
}  # fmt: skip
_FAMILIES: tuple[tuple[str, Call], ...] = (
    ("requests.", net.requests), ("httpx.", net.requests), ("aiohttp.", net.session), ("boto3.", net.cloud),
    ("google.cloud.storage", net.cloud), ("azure.storage.blob", net.cloud), ("paramiko.", net.remote),
)  # fmt: skip
