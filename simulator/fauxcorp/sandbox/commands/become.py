"""sudo, su, runuser, doas: the same shell as somebody else."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.options import parse

_RULE = re.compile(r"^\s*(%?[\w.+-]+)\s+[\w.,-]+\s*=\s*(?:\([^)]*\)\s*)?(.*)$")


def may_sudo(call: Call) -> tuple[bool, bool]:
    """Whether sudoers lets the user become root, and whether without a password."""
    if call.who.root:
        return True, True
    allowed = free = False
    for who, rest in _rules(call):
        if who in (call.who.user, "ALL") or (who.startswith("%") and who[1:] in call.who.groups):
            allowed, free = True, free or "NOPASSWD" in rest
    return allowed, free


def sudo(call: Call) -> Out:
    """sudo: one command as root, or as -u names."""
    given = parse(
        call.argv,
        "u:g:nSkKEHisbAlvp:C:D:h:r:t:T:U:e",
        "user= group= non-interactive stdin list login shell preserve-env validate background set-home edit",
        stop=True,
    )
    if given.bad:
        return Out("", f"sudo: unrecognized option '{given.bad}'\nusage: sudo -h | -K | -k | -V\n", 1)
    env, words = _assignments(given.words)
    allowed, free = may_sudo(call)
    me = call.who.user
    if not allowed:
        return Out("", f"{me} is not in the sudoers file.\n", 1)
    if not free and not given.has("S", "stdin"):
        return Out(
            "",
            "sudo: a terminal is required to read the password; either use the -S option to read from standard "
            "input or configure an askpass helper\nsudo: a password is required\n",
            1,
        )
    if not free:
        return Out(
            "",
            (
                f"[sudo] password for {me}: Sorry, try again.\nsudo: no "
                "password was provided\nsudo: 1 incorrect password attempt\n"
            ),
            1,
        )
    if given.has("l", "list"):
        return Out(_listed(call, me))
    if given.has("k", "K", "v", "validate") and not words:
        return Out()
    user = given.get("u", "user") or "root"
    if user.startswith("#"):
        user = "root" if user == "#0" else user
    if user != "root" and call.world.accounts.get(user) is None:
        return Out("", f"sudo: unknown user {user}\nsudo: error initializing audit plugin sudoers_audit\n", 1)
    if not words:
        if not (given.has("i", "login", "s", "shell")):
            return Out("", "usage: sudo -h | -K | -k | -V\nusage: sudo [-ABkNnS] [-u user] [command [arg ...]]\n", 1)
        return as_user(call, user, call.text, env, b"") if call.stdin else Out()
    held = {**call.env, **env, "SUDO_USER": me, "USER": user}
    own = call.host.run_program(user, [words[0].rpartition("/")[2], *words[1:]], call.stdin, call.cwd, held)
    return own or as_user(call, user, _script(words), {**env, "SUDO_USER": me}, call.stdin)


def _listed(call: Call, user: str) -> str:
    """What sudo -l says: the defaults, and each rule of sudoers that is the user's."""
    host = call.env.get("HOSTNAME", "srv01")
    rules = []
    for who, rest in _rules(call):
        if who in (user, "ALL") or (who.startswith("%") and who[1:] in call.who.groups):
            rules.append(f"    {rest}\n")
    return (
        f"Matching Defaults entries for {user} on {host}:\n    env_reset, mail_badpass,\n"
        "    secure_path=/usr/local/sbin\\:/usr/local/bin\\:/usr/sbin\\:/usr/bin\\:/sbin\\:/bin, use_pty\n\n"
        f"User {user} may run the following commands on {host}:\n{''.join(rules) or '    (ALL : ALL) ALL' + chr(10)}"
    )


def _rules(call: Call) -> Iterator[tuple[str, str]]:
    """Who, and what they may, as `sudo -l` writes it, of each rule of sudoers."""
    files = call.world.files
    for path in ["/etc/sudoers", *(f"/etc/sudoers.d/{n}" for n in files.names("/etc/sudoers.d"))]:
        entry = files.get(path)
        for line in (entry.content if entry else b"").decode("utf-8", "replace").splitlines():
            rule = _RULE.match(line)
            if rule is not None and not line.lstrip().startswith(("#", "Defaults", "@")):
                runas = re.search(r"=\s*\(([^)]*)\)", line)
                yield rule[1], f"({(runas[1] if runas else 'root').replace(':', ' : ')}) {rule[2].strip()}"


def _assignments(words: list[str]) -> tuple[dict[str, str], list[str]]:
    env = {}
    rest = list(words)
    while rest and re.match(r"[A-Za-z_]\w*=", rest[0]):
        name, _, value = rest.pop(0).partition("=")
        env[name] = value
    return env, rest


def _script(words: list[str]) -> str:
    return shlex.join(words)


def as_user(call: Call, user: str, script: str, env: dict[str, str], stdin: bytes) -> Out:
    """Run a script as another user."""
    cwd = call.cwd
    return call.host.run_as(user, script, stdin, cwd, {k: v for k, v in {**call.env, **env}.items() if k != "PWD"})


def su(call: Call) -> Out:
    """su, runuser: -c COMMAND. Only root gets in without a password."""
    given = parse(call.argv, "c:s:lmpg:G:wPu:", "command= shell= login preserve-environment session-command= user=")
    words = [w for w in given.words if w != "-"]
    user = given.get("u", "user") or (words[0] if words else "root")
    if user != "root" and call.world.accounts.get(user) is None:
        return Out(
            "",
            f"{call.name}: user {user} does not exist or the user entry does not contain all the required fields\n",
            1,
        )
    if not call.who.root:
        return Out(
            "",
            "Password: su: Authentication failure\n"
            if call.name == "su"
            else "runuser: may not be used by non-root users\n",
            1,
        )
    command = given.get("c", "command", "session-command")
    rest = words if given.has("u", "user") else words[1:]
    if not command and rest:
        command = _script(rest)
    if command:
        return as_user(call, user, f"bash -c {shlex.quote(command)}", {}, call.stdin)
    return as_user(call, user, call.text, {}, b"") if call.stdin else Out()


PROGRAMS: dict[str, Program] = {"sudo": sudo, "su": su, "runuser": su, "doas": sudo}
