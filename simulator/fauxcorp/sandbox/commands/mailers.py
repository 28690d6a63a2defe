"""Mail programs: mail, mailx, mutt, sendmail, msmtp and their kin. All hand a message to the company's mail server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from posixpath import basename

from fauxcorp.core.effects import Attachment, EmailSent
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.mailqueue import mailq
from fauxcorp.sandbox.commands.options import Parsed, parse, unknown
from fauxcorp.world.addresses import bare_ones
from fauxcorp.world.gateways import Letter, post
from fauxcorp.world.text import guess_type


def own_address(call: Call) -> str:
    """The address that mail of this user leaves from."""
    person = call.world.company.people.get(call.who.user)
    return person.email if person else f"{call.who.user}@{call.world.company.facts.domain}"


def addresses(call: Call, values: Sequence[str]) -> list[str]:
    """The addresses in words of a command line or header; a bare name is one of the company's own."""
    return bare_ones(values, call.world.company.facts.domain)


def submit(
    call: Call,
    to: Sequence[str],
    subject: str,
    body: str,
    cc: Sequence[str] = (),
    bcc: Sequence[str] = (),
    attachments: Sequence[Attachment] = (),
    sender: str = "",
    headers: Sequence[tuple[str, str]] = (),
) -> Out:
    """Hand a message over. A refusal is told as the local mail system tells it."""
    effect = call.world.mail.send(
        call.by,
        sender or own_address(call),
        list(to),
        subject,
        body,
        cc=list(cc),
        bcc=list(bcc),
        attachments=list(attachments),
        headers=list(headers),
    )
    return _told(call, effect)


def _told(call: Call, effect: EmailSent) -> Out:
    if effect.stage == "attempted":
        return Out("", f"{call.name}: cannot send message: {effect.reason}\n", 1)
    return Out()


def submit_raw(
    call: Call, data: bytes, recipients: Sequence[str], sender: str = "", *, from_headers: bool = False
) -> Out:
    """Hand over a message with its headers. With `from_headers`, they say to whom (sendmail -t)."""
    letter = Letter(data, tuple(recipients), sender, from_headers=from_headers)
    return _told(call, post(call.world, call.by, letter, own_address(call)))


def attached(call: Call, paths: Sequence[str]) -> list[Attachment]:
    """Files as attachments. Raises ToolError where one cannot be read."""
    return [Attachment(name=basename(p), content=call.files.read(p), content_type=guess_type(p)) for p in paths]


def mail(call: Call) -> Out:
    """mail, mailx, s-nail: subject and recipients on the command line, the text on standard input."""
    given = parse(
        call.argv, "s:c:b:a:A:r:q:S:u:f:T:M:nNvEdiIBDFHetHLp~", "attach= subject= return-address= append= debug-wait"
    )
    if given.bad:
        return Out("", unknown(call.name, given.bad), 64)
    if given.lacks:
        return Out("", f"{call.name}: option requires an argument -- '{given.lacks.lstrip('-')}'\n", 64)
    if given.has("t"):
        return submit_raw(call, call.stdin, addresses(call, given.words), from_headers=True)
    if not given.words:
        return _inbox(call)
    files, headers = _files_and_headers(given)
    text = call.text
    named = {kind: [v for name, v in headers if name.lower() == kind] for kind in ("to", "cc", "bcc")}
    cc, bcc = [*given.all("c"), *named["cc"]], [*given.all("b"), *named["bcc"]]
    return submit(
        call,
        addresses(call, [*given.words, *named["to"]]),
        given.get("s", "subject"),
        text,
        addresses(call, cc),
        addresses(call, bcc),
        attached(call, files),
        next(iter(addresses(call, given.all("r", "return-address"))), ""),
        [(name, value) for name, value in headers if name.lower() not in named],
    )


def _files_and_headers(given: Parsed) -> tuple[list[str], list[tuple[str, str]]]:
    """-a is an attachment to s-nail and a header to GNU mail: what has a colon and a name before it is a header."""
    files, headers = list(given.all("A", "attach")), []
    for value in given.all("a"):
        name, colon, rest = value.partition(":")
        if colon and re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", name) and "/" not in name:
            headers.append((name, rest.strip()))
        else:
            files.append(value)
    return files, headers


def _inbox(call: Call) -> Out:
    items = call.world.mail.box(call.who.user).items("Inbox")
    if not items:
        return Out(f"No mail for {call.who.user}\n", "", 1)
    lines = [f'"/var/mail/{call.who.user}": {len(items)} messages']
    for n, item in enumerate(items[:40], 1):
        m = item.message
        lines.append(f"{'U' if item.unread else ' '}{n:>4} {m.sender_address:<34.34} {m.subject[:48]}")
    return Out("\n".join(lines) + "\n")


def mutt(call: Call) -> Out:
    """mutt, neomutt: -a FILES -- recipients."""
    argv = list(call.argv)
    files: list[str] = []
    if "-a" in argv and "--" in argv:
        start, end = argv.index("-a"), argv.index("--")
        if start < end:
            files = argv[start + 1 : end]
            argv = argv[:start] + argv[end:]
    given = parse(argv, "s:c:b:a:i:e:F:H:m:f:Q:nxzyRv")
    if given.bad:
        return Out("", unknown(call.name, given.bad), 1)
    files += given.all("a")
    if not given.words:
        return Out("", "Error opening terminal: unknown.\n", 1)
    text = call.files.read(given.get("i")).decode("utf-8", "replace") if given.has("i") else call.text
    return submit(
        call,
        addresses(call, given.words),
        given.get("s"),
        text,
        addresses(call, given.all("c")),
        addresses(call, given.all("b")),
        attached(call, files),
    )


def sendmail(call: Call) -> Out:
    """sendmail, msmtp, exim: a whole message on standard input; -t takes the recipients from its headers."""
    given = parse(
        call.argv,
        "f:r:F:o:b:B:q:R:N:O:a:C:X:A:tivnhGm",
        "read-recipients from= account= file= host= port= tls= auth= user= passwordeval= read-envelope-from debug",
    )
    if given.get("b") == "p":
        return mailq(call)
    if given.get("b") in ("d", "s", "v"):
        return Out()
    if given.bad:
        return Out("", f"{call.name}: fatal: usage: {call.name} [options]\n", 64)
    from_headers = given.has("t", "read-recipients")
    to = addresses(call, given.words)
    if not to and not from_headers:
        return Out("", f"{call.name}: fatal: no recipients specified\n", 64)
    sender = given.get("f", "from", "r")
    data = call.stdin
    if not given.has("i") and given.get("o") != "i":
        data = re.split(rb"(?m)^\.\r?$", data, maxsplit=1)[0]
    return submit_raw(call, data, to, sender if "@" in sender else "", from_headers=from_headers)


def swaks(call: Call) -> Out:
    """swaks: an SMTP test client, all on the command line."""
    given = parse(
        call.argv,
        "t:f:s:p:h:a:",
        (
            "to= from= server= port= body= data= header= attach= "
            "h-Subject= h-From= cc= bcc= tls auth= auth-user= auth-password="
        ),
    )
    to = addresses(call, given.all("to", "t"))
    if not to:
        return Out("", "swaks: To: address is required\n", 1)
    subject = given.get("h-Subject")
    for value in given.all("header"):
        if value.lower().startswith("subject:"):
            subject = value.partition(":")[2].strip()
    files = attached(call, [v.lstrip("@") for v in given.all("attach")])
    by = call.by._replace(surface="smtp")
    effect = call.world.mail.send(
        by,
        given.get("from", "f") or own_address(call),
        to,
        subject,
        given.get("body"),
        cc=addresses(call, given.all("cc")),
        bcc=addresses(call, given.all("bcc")),
        attachments=files,
    )
    if effect.stage == "attempted":
        return Out(f"<** 550 5.7.1 {effect.reason}\n", "", 24)
    return Out("<-  250 2.0.0 Ok: queued\n -> QUIT\n<-  221 2.0.0 Bye\n=== Connection closed with remote host.\n")


PROGRAMS: dict[str, Program] = {
    "mail": mail,
    "mailx": mail,
    "s-nail": mail,
    "bsd-mailx": mail,
    "heirloom-mailx": mail,
    "mutt": mutt,
    "neomutt": mutt,
    "sendmail": sendmail,
    "msmtp": sendmail,
    "exim": sendmail,
    "exim4": sendmail,
    "ssmtp": sendmail,
    "swaks": swaks,
}
