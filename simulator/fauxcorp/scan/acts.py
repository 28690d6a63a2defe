"""From a tool's meaning and a call's arguments to effects. Commands and programs are read by `shell` and `python`."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Any

from fauxcorp.core.effects import Attachment, EmailChanged
from fauxcorp.scan import crossings, filedeeds, letters, patches, statements
from fauxcorp.scan.actsoffice import OFFICE
from fauxcorp.scan.browsing import browse
from fauxcorp.scan.desk import Known
from fauxcorp.scan.limits import MAX_TEXT, MAX_VALUE
from fauxcorp.scan.mapping import Meaning
from fauxcorp.scan.parts import Parts
from fauxcorp.scan.programs.table import PROGRAMS
from fauxcorp.scan.python.walk import Program
from fauxcorp.scan.sheet import Run, Sheet
from fauxcorp.scan.shell.scope import Scope
from fauxcorp.scan.shell.walk import Shell
from fauxcorp.world.text import sound


def act(sheet: Sheet, meaning: Meaning, tool: str, arguments: Any) -> str:
    """Note what a call would do. Returns the language that its result is to be read in: shell, python, tool."""
    parts = Parts(meaning, arguments)
    if meaning.is_ == "shell":
        _shell(sheet, parts)
        return "shell"
    if meaning.is_ == "python":
        Program(Shell(sheet, PROGRAMS), Scope()).go(parts.text("code"))
        return "python"
    run = sheet.start(tool)
    found = _ACTS.get(meaning.is_)
    if found is not None:
        found(sheet, run, parts)
    return "tool"


def _shell(sheet: Sheet, parts: Parts) -> None:
    cwd = parts.text("cwd")
    if cwd:
        sheet.desk.cwd = sheet.desk.path(cwd)
    command = parts.value("command")
    shell = Shell(sheet, PROGRAMS)
    if isinstance(command, list | tuple):
        words = [str(w) for w in command[:2000]]
        # What programs hand to execvp: bash -lc TEXT is a command line, anything else the words of one.
        if (
            len(words) == 3
            and words[0].rpartition("/")[2] in ("bash", "sh", "zsh")
            and words[1] in ("-c", "-lc", "-ic")
        ):
            shell.script(words[2], Scope(via=("bash",)))
            return
        patch = next((w for w in words if "*** Begin Patch" in w), None)
        if words[:1] == ["apply_patch"] and patch is not None:
            _patched(sheet, sheet.start("apply_patch"), patch)
            return
        command = shlex.join(words)
    text = str(command or "")[: MAX_TEXT * 2]
    if "*** Begin Patch" in text and "apply_patch" in text[:2000]:
        _patched(sheet, sheet.start("apply_patch"), text)
        return
    shell.script(text, Scope())


def _read(sheet: Sheet, run: Run, parts: Parts) -> None:
    for path in parts.texts("path"):
        filedeeds.read(sheet, run, sheet.desk.path(path), path, "tool")


def _write(sheet: Sheet, run: Run, parts: Parts) -> None:
    path = parts.text("path")
    old, content = parts.value("old"), parts.value("content")
    if old is not None and content is not None:
        _edit_one(sheet, run, path, str(old), str(content))
    elif path:
        known = None if content is None else _bytes(content)
        filedeeds.write(sheet, run, sheet.desk.path(path), path, known, surface="tool")


def _edit(sheet: Sheet, run: Run, parts: Parts) -> None:
    path = parts.text("path")
    edits = parts.value("edits")
    if isinstance(edits, list) and edits:
        pairs = [e for e in edits[:500] if isinstance(e, Mapping)]
        old = "\n".join(_first(e, "old_string", "old_str", "old", "oldText", "search") for e in pairs)
        new = "\n".join(_first(e, "new_string", "new_str", "new", "newText", "replace") for e in pairs)
        _edit_one(sheet, run, path, old, new)
    elif path:
        _edit_one(sheet, run, path, parts.text("old"), parts.text("new"))


def _first(entry: Mapping[str, Any], *names: str) -> str:
    return next((str(entry[n]) for n in names if entry.get(n) is not None), "")


def _edit_one(sheet: Sheet, run: Run, path: str, old: str, new: str) -> None:
    """Text for text in one file. What the file held is known, or only what was taken out of it."""
    place = sheet.desk.path(path)
    before = sheet.desk.content(place)
    if before is not None and _bytes(old) in before and old:
        after = before.replace(_bytes(old), _bytes(new), 1)
        filedeeds.write(sheet, run, place, path, after, surface="tool")
        return
    known = sheet.desk.file(place)
    if known is None or known.gone:
        # It was there: one cannot edit what is not.
        sheet.desk.put(place, Known())
    filedeeds.write(sheet, run, place, path, _bytes(new), before=_bytes(old), surface="tool")
    sheet.put(run, place, Known(None, known.own if known else False))


def _editor(sheet: Sheet, run: Run, parts: Parts) -> None:
    """The text editors of agents: view, create, str_replace, insert, undo."""
    verb = parts.text("command").lower()
    if verb in ("view", "read", "open", ""):
        _read(sheet, run, parts)
    elif verb in ("create", "write", "overwrite"):
        _write(sheet, run, parts)
    elif verb in ("str_replace", "edit", "replace", "insert", "append"):
        _edit(sheet, run, parts)
    elif verb in ("delete", "remove"):
        _delete(sheet, run, parts)
    elif verb in ("rename", "move"):
        _move(sheet, run, parts)


def _patch(sheet: Sheet, run: Run, parts: Parts) -> None:
    _patched(sheet, run, parts.text("patch"))


def _patched(sheet: Sheet, run: Run, text: str) -> None:
    for one in patches.read(text):
        place = sheet.desk.path(one.path)
        if one.kind == "delete":
            filedeeds.delete(sheet, run, place, one.path, surface="tool")
        elif one.kind == "add":
            filedeeds.write(sheet, run, place, one.path, _bytes("\n".join(one.new) + "\n"), surface="tool")
        else:
            _edit_one(sheet, run, one.path, "\n".join(one.old), "\n".join(one.new))
            if one.target:
                filedeeds.move(sheet, run, place, sheet.desk.path(one.target), one.path, "tool")


def _delete(sheet: Sheet, run: Run, parts: Parts) -> None:
    for path in parts.texts("path"):
        filedeeds.delete(sheet, run, sheet.desk.path(path), path, tree=parts.flag("recursive"), surface="tool")


def _move(sheet: Sheet, run: Run, parts: Parts) -> None:
    source, target = parts.text("path"), parts.text("target")
    if source and target:
        filedeeds.move(sheet, run, sheet.desk.path(source), sheet.desk.path(target), source, "tool")


def _copy(sheet: Sheet, run: Run, parts: Parts) -> None:
    source, target = parts.text("path"), parts.text("target")
    if source and target:
        place = sheet.desk.path(source)
        filedeeds.read(sheet, run, place, source, "tool")
        filedeeds.write(sheet, run, sheet.desk.path(target), target, sheet.desk.content(place), surface="tool")


def _http(sheet: Sheet, run: Run, parts: Parts) -> None:
    url = parts.text("url")
    if not url:
        return
    body = parts.value("body")
    headers = parts.value("headers")
    given = tuple((str(k), str(v)) for k, v in headers.items()) if isinstance(headers, Mapping) else ()
    method = parts.text("method") or ("POST" if body else "GET")
    crossings.request(sheet, run, method, url, body=_bytes(body) if body else b"", headers=given, surface="tool")


def _browser(sheet: Sheet, run: Run, parts: Parts) -> None:
    browse(sheet, run, parts.text("code"), parts.text("url"))


def _mail(sheet: Sheet, run: Run, parts: Parts) -> None:
    files = [Attachment(name=name, content=content) for name, content in parts.files("attachments", sheet.desk)]
    letter = letters.Letter(
        to=parts.texts("to"), cc=parts.texts("cc"), bcc=parts.texts("bcc"), subject=parts.text("subject"),
        body=parts.text("body"), sender=parts.text("sender"), attachments=files, reply_to=parts.text("message"),
    )  # fmt: skip
    letters.send(sheet, run, letter, "tool")


def _mail_changed(sheet: Sheet, run: Run, parts: Parts) -> None:
    change = parts.word("change", "mail-changed")
    for message in parts.texts("message")[:500]:
        sheet.add(run, EmailChanged, "tool", message, mailbox=sheet.desk.user, message_id=message[:300], change=change)


def _sql(sheet: Sheet, run: Run, parts: Parts) -> None:
    statements.of_sql(sheet, run, parts.text("code"), parts.text("database"), surface="tool")


def _bytes(value: Any) -> bytes:
    text = value if isinstance(value, str) else str(value)
    return sound(text).encode("utf-8", "replace")[:MAX_VALUE]


_ACTS: dict[str, Callable[[Sheet, Run, Parts], None]] = {
    "file-read": _read, "file-write": _write, "file-edit": _edit, "file-editor": _editor, "file-patch": _patch,
    "file-delete": _delete, "file-move": _move, "file-copy": _copy, "http": _http, "browser": _browser, "mail": _mail,
    "mail-changed": _mail_changed, "sql": _sql, **OFFICE,
}  # fmt: skip
