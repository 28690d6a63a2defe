"""Mail that leaves by Python's libraries: smtplib with email, and its own protocol by hand."""

from __future__ import annotations

from collections.abc import Callable
from posixpath import basename
from typing import TYPE_CHECKING, Any

from fauxcorp.core.effects import Attachment
from fauxcorp.scan import letters
from fauxcorp.scan.desk import UNKNOWN
from fauxcorp.scan.python.values import DARK, Thing, data, text, texts

if TYPE_CHECKING:
    from fauxcorp.scan.python.walk import Program

Arguments = list[Any]
Keywords = dict[str, Any]


def _server(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    return Thing("smtp", {"host": text(arguments[0]) if arguments else text(named.get("host", "localhost"))})


def _of_server(program: Program, of: Thing, name: str, arguments: Arguments, named: Keywords) -> Any:
    if name == "sendmail" and len(arguments) >= 3:
        _send(program, arguments[2], text(arguments[0]), texts(arguments[1]))
    elif name == "sendmail":
        _send(program, named.get("msg"), text(named.get("from_addr", "")), texts(named.get("to_addrs")))
    elif name == "send_message":
        message = arguments[0] if arguments else named.get("msg")
        to = arguments[2] if len(arguments) > 2 else named.get("to_addrs")
        _send(program, message, text(named.get("from_addr", "")), texts(to))
    return of if name == "__enter__" else DARK


def _send(program: Program, message: Any, sender: str, recipients: list[str]) -> None:
    if isinstance(message, Thing) and message.kind in ("message", "text"):
        found = _letter(message)
        found.to = recipients or found.to
        found.cc, found.bcc = ([], []) if recipients else (found.cc, found.bcc)
    else:
        found = letters.parsed(data(message), recipients)
    found.sender = sender or found.sender
    letters.send(program.shell.sheet, program.run, found, "smtp")


def _letter(message: Thing) -> letters.Letter:
    headers = message.data.get("headers", {})
    named = {k: text(v) for k, v in headers.items()}
    files = [Attachment(name=basename(n) or "file", content=c) for n, c in message.data.get("files", [])]
    return letters.Letter(
        to=[named["to"]] if "to" in named else [], cc=[named["cc"]] if "cc" in named else [],
        bcc=[named["bcc"]] if "bcc" in named else [], subject=named.get("subject", ""),
        body=str(message.data.get("body", "")),
        sender=named.get("from", ""), attachments=files,
    )  # fmt: skip


def _message(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    body = text(arguments[0]) if arguments and name.endswith("MIMEText") else ""
    return Thing("message", {"headers": {}, "body": body, "files": []})


def _part(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """MIMEBase, MIMEApplication, MIMEImage: what an attachment is made of."""
    content = data(arguments[0]) if arguments and not name.endswith("MIMEBase") else b""
    return Thing("part", {"content": content, "name": text(named.get("Name", named.get("name", "")))})


def _of_part(program: Program, of: Thing, name: str, arguments: Arguments, named: Keywords) -> Any:
    if name == "set_payload" and arguments:
        of.data["content"] = data(arguments[0])
    elif name in ("add_header", "__setitem__") and arguments:
        told = text(named.get("filename", "")) or next(
            (t.partition("filename=")[2] for t in map(text, arguments) if "=" in t), ""
        )
        of.data["name"] = told.strip("\"' ") or of.data["name"]
    return DARK


def _of_message(program: Program, of: Thing, name: str, arguments: Arguments, named: Keywords) -> Any:
    if name in ("set_content", "set_payload") and arguments:
        of.data["body"] = text(arguments[0])
    elif name == "attach" and arguments and isinstance(arguments[0], Thing):
        part = arguments[0]
        if part.kind == "part":
            of.data["files"].append((part.data["name"] or "file", data(part)))
        else:
            of.data["body"] = (of.data["body"] + "\n" + text(part.data.get("body", ""))).strip()
    elif name == "add_attachment":
        content = data(arguments[0]) if arguments else b""
        of.data["files"].append((text(named.get("filename", "file")), content))
    elif name == "add_header" and len(arguments) > 1:
        of.data["headers"][text(arguments[0]).lower()] = arguments[1]
    elif name == "as_string":
        return of
    return DARK


def _service(program: Program, name: str, arguments: Arguments, named: Keywords) -> Any:
    """yagmail.SMTP, which sends by one call."""
    return Thing("yagmail", {})


def _of_service(program: Program, of: Thing, name: str, arguments: Arguments, named: Keywords) -> Any:
    if name == "send":

        def given(n: int, key: str) -> Any:
            return arguments[n] if len(arguments) > n else named.get(key)

        files = [Attachment(name=basename(f) or "file", content=b"") for f in texts(named.get("attachments"))]
        letters.send(program.shell.sheet, program.run, letters.Letter(
            to=texts(given(0, "to")), subject=text(given(1, "subject") or ""), body=text(given(2,
            "contents") or UNKNOWN),
            attachments=files,
        ), "smtp")  # fmt: skip
    return DARK


Function = Callable[["Program", str, Arguments, Keywords], Any]
Method = Callable[["Program", Thing, str, Arguments, Keywords], Any]

FUNCTIONS: dict[str, Function] = {
    **dict.fromkeys(("smtplib.SMTP", "smtplib.SMTP_SSL", "aiosmtplib.SMTP", "smtplib.LMTP"), _server),
    **dict.fromkeys((
        "email.message.EmailMessage", "email.mime.multipart.MIMEMultipart", "email.mime.text.MIMEText",
        "email.MIMEText.MIMEText", "email.message.Message",
    ), _message),
    **dict.fromkeys((
        "email.mime.base.MIMEBase", "email.mime.application.MIMEApplication", "email.mime.image.MIMEImage",
        "email.mime.audio.MIMEAudio",
    ), _part),
    "yagmail.SMTP": _service,
}  # fmt: skip
METHODS: dict[str, Method] = {"smtp": _of_server, "message": _of_message, "part": _of_part, "yagmail": _of_service}
