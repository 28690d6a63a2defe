"""Mail programs: mail, mutt, sendmail, msmtp, swaks. What they send is one mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from posixpath import basename

from fauxcorp.core.effects import Attachment
from fauxcorp.scan import letters
from fauxcorp.scan.programs.base import Line, Program, read_file
from fauxcorp.scan.shell.data import EMPTY, Data


def _attached(line: Line, paths: Sequence[str]) -> list[Attachment]:
    return [Attachment(name=basename(p) or p, content=read_file(line, p).content or b"") for p in paths]


def _body(line: Line) -> str:
    return line.stdin.text or ""


def _send(line: Line, mail: letters.Letter) -> Data:
    mail.attachments += [
        Attachment(name=basename(s), content=b"") for s in line.stdin.sources if line.stdin.content is None
    ]
    letters.send(line.shell.sheet, line.run, mail, "shell")
    return EMPTY


def mail(line: Line) -> Data:
    """mail, mailx, s-nail: subject and recipients on the command line, the text on standard input."""
    given = line.parse(
        "s:c:b:a:A:r:q:S:u:f:T:M:nNvEdiIBDFHetHLp~", "attach= subject= return-address= append= debug-wait"
    )
    if given.has("t"):
        return _send(line, letters.parsed(line.stdin.content or b"", given.words))
    if not given.words:
        return Data()
    files = given.all("A", "attach") + [v for v in given.all("a") if not re.match(r"[A-Za-z][A-Za-z0-9-]*:", v)]
    return _send(line, letters.Letter(
        to=given.words, cc=given.all("c"), bcc=given.all("b"), subject=given.get("s", "subject"), body=_body(line),
        sender=given.get("r", "return-address"), attachments=_attached(line, files),
    ))  # fmt: skip


def mutt(line: Line) -> Data:
    """mutt, neomutt: -a FILES -- recipients."""
    argv = line.argv
    files: list[str] = []
    if "-a" in argv and "--" in argv and argv.index("-a") < argv.index("--"):
        start, end = argv.index("-a"), argv.index("--")
        files = argv[start + 1 : end]
        line.words = line.words[:start] + line.words[end:]
    given = line.parse("s:c:b:a:i:e:F:H:m:f:Q:nxzyRv")
    if not given.words:
        return Data()
    text = read_file(line, given.get("i")).text or "" if given.has("i") else _body(line)
    return _send(line, letters.Letter(
        to=given.words, cc=given.all("c"), bcc=given.all("b"), subject=given.get("s"), body=text,
        attachments=_attached(line, [*files, *given.all("a")]),
    ))  # fmt: skip


def sendmail(line: Line) -> Data:
    """sendmail, msmtp, exim: a whole message on standard input; -t takes the recipients from its headers."""
    given = line.parse(
        "f:r:F:o:b:B:q:R:N:O:a:C:X:A:tivnhGm",
        "read-recipients from= account= file= host= port= tls= auth= user= passwordeval= read-envelope-from debug",
    )
    if given.has("b"):
        return Data()
    found = letters.parsed(line.stdin.content or b"", () if given.has("t", "read-recipients") else given.words)
    found.sender = given.get("f", "from", "r") or found.sender
    return _send(line, found)


def swaks(line: Line) -> Data:
    """swaks: an SMTP test client, all on the command line."""
    given = line.parse(
        "t:f:s:p:h:a:",
        "to= from= server= port= body= data= header= attach= h-Subject= h-From= cc= bcc= tls auth auth-user= "
        "auth-password= tlsc",
    )
    subject = given.get("h-Subject")
    for value in given.all("header"):
        if value.lower().startswith("subject:"):
            subject = value.partition(":")[2].strip()
    files = [v.lstrip("@") for v in given.all("attach")]
    body = given.get("body")
    if body.startswith("@"):
        body = read_file(line, body[1:]).text or ""
    found = letters.Letter(
        to=given.all("to", "t"), cc=given.all("cc"), bcc=given.all("bcc"), subject=subject, body=body,
        sender=given.get("from", "f"), attachments=_attached(line, files),
    )  # fmt: skip
    letters.send(line.shell.sheet, line.run, found, "smtp")
    return EMPTY


PROGRAMS: dict[str, Program] = {
    **dict.fromkeys(("mail", "mailx", "s-nail", "bsd-mailx", "heirloom-mailx", "nail"), mail), "mutt": mutt,
    "neomutt": mutt, **dict.fromkeys(("sendmail", "msmtp", "exim", "exim4", "ssmtp", "esmtp"), sendmail),
    "swaks": swaks,
}  # fmt: skip
