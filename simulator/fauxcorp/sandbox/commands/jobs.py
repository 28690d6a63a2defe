"""crontab and at: what runs later."""

from __future__ import annotations

from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.options import parse
from fauxcorp.world.when import local


def crontab(call: Call) -> Out:
    """crontab: list, edit from a file or standard input, remove."""
    given = parse(call.argv, "u:lrei", "list remove edit")
    user = given.get("u") or call.who.user
    if user != call.who.user and not call.who.root:
        return Out("", "must be privileged to use -u\n", 1)
    if user != call.who.user and call.world.accounts.get(user) is None and user != "root":
        return Out("", f"crontab:  user `{user}' unknown\n", 1)
    path = f"/var/spool/cron/crontabs/{user}"
    entry = call.files.get(path)
    if given.has("l"):
        return Out(entry.content.decode("utf-8", "replace")) if entry else Out("", f"no crontab for {user}\n", 1)
    if given.has("r"):
        if entry is None:
            return Out("", f"no crontab for {user}\n", 1)
        call.host.write_as_root({path: None})
        return Out()
    if given.has("e"):
        return Out("", "no changes made to crontab\n")
    content = call.files.read(given.words[0]) if given.words and given.words[0] != "-" else call.stdin
    call.host.write_as_root({path: content})
    return Out()


def at(call: Call) -> Out:
    """at, batch: the job is written to the spool."""
    given = parse(call.argv, "f:lmq:t:d:rcM", "")
    if given.has("l") or call.name == "atq":
        return Out()
    script = call.files.read(given.get("f")) if given.has("f") else call.stdin
    number = call.world.rng.token("at", 8)
    call.host.write_as_root({f"/etc/cron.d/at-{number}": script})
    moment = local(call.world.clock.us + 60_000_000, call.world.company.facts.timezone)
    return Out("", f"warning: commands will be executed using /bin/sh\njob 1 at {moment:%a %b %d %H:%M:00 %Y}\n")


PROGRAMS: dict[str, Program] = {"crontab": crontab, "at": at, "batch": at, "atq": at}
