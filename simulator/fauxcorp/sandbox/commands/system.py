"""What a Debian server says of itself, and of who is on it."""

from __future__ import annotations

import shlex

from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.odds import NOT_INSTALLED, SBIN
from fauxcorp.sandbox.commands.options import parse
from fauxcorp.world.accountfiles import GROUP, table
from fauxcorp.world.baseline import KERNEL, KERNEL_VERSION, server


def host_name(call: Call) -> str:
    """The name of the server."""
    host = server(call.world.company.facts)
    return host.name if host else "srv01"


def whoami(call: Call) -> Out:
    """whoami."""
    return Out(f"{call.who.user}\n")


def _ids(call: Call, user: str) -> tuple[int, list[tuple[int, str]]]:
    entry = call.world.files.get(GROUP)
    known = table(entry.content if entry else b"")
    account = call.world.accounts.get(user)
    uid = account.uid if account else 0
    names = sorted(account.groups) if account else []
    return uid, [
        (uid, user),
        *((int(known[n][2]), n) for n in names if n in known and n != user and known[n][2].isdecimal()),
    ]


def id_(call: Call) -> Out:
    """id."""
    given = parse(call.argv, "ugnGr", "user group name groups real")
    user = given.words[0] if given.words else call.who.user
    if user != "root" and call.world.accounts.get(user) is None:
        return Out("", f"id: ‘{user}’: no such user\n", 1)
    uid, groups = _ids(call, user)
    if given.has("u", "user"):
        return Out(f"{user if given.has('n', 'name') else uid}\n")
    if given.has("g", "group"):
        return Out(f"{user if given.has('n', 'name') else uid}\n")
    if given.has("G", "groups"):
        return Out(" ".join(name if given.has("n", "name") else str(gid) for gid, name in groups) + "\n")
    listed = ",".join(f"{gid}({name})" for gid, name in groups)
    return Out(f"uid={uid}({user}) gid={uid}({user}) groups={listed}\n")


def groups(call: Call) -> Out:
    """groups."""
    user = call.argv[0] if call.argv else call.who.user
    if user != "root" and call.world.accounts.get(user) is None:
        return Out("", f"groups: ‘{user}’: no such user\n", 1)
    names = " ".join(name for _, name in _ids(call, user)[1])
    return Out(f"{user} : {names}\n" if call.argv else f"{names}\n")


def uname(call: Call) -> Out:
    """uname."""
    given = parse(
        call.argv, "asnrvmpio", "all kernel-name nodename kernel-release kernel-version machine operating-system"
    )
    parts = [
        ("s", "kernel-name", "Linux"),
        ("n", "nodename", host_name(call)),
        ("r", "kernel-release", KERNEL),
        ("v", "kernel-version", KERNEL_VERSION),
        ("m", "machine", "x86_64"),
        ("o", "operating-system", "GNU/Linux"),
    ]
    chosen = [v for short, long, v in parts if given.has(short, long) or given.has("a", "all")]
    return Out(" ".join(chosen or ["Linux"]) + "\n")


def hostname(call: Call) -> Out:
    """hostname, -f, -I."""
    host = server(call.world.company.facts)
    if "-I" in call.argv or "-i" in call.argv:
        return Out(f"{host.ip if host else '10.0.0.10'} \n")
    if "-f" in call.argv or "--fqdn" in call.argv or "-A" in call.argv:
        return Out(f"{host_name(call)}.{call.world.company.facts.domain}\n")
    if "-d" in call.argv:
        return Out(f"{call.world.company.facts.domain}\n")
    if call.argv and not call.argv[0].startswith("-"):
        return Out("", "hostname: you must be root to change the host name\n", 1)
    return Out(f"{host_name(call)}\n")


def history(call: Call) -> Out:
    """history; -c forgets it, and empties its file."""
    if "-c" in call.argv:
        call.host.history.clear()
        account = call.world.accounts.get(call.who.user)
        path = f"{account.home if account else '/root'}/.bash_history"
        if call.files.get(path) is not None:
            call.files.write(path, b"")
        return Out()
    if call.argv and call.argv[0] in ("-w", "-a", "-r", "-n", "-d"):
        return Out()
    lines = list(enumerate(call.host.history, 1))
    if call.argv and call.argv[0].isdecimal():
        lines = lines[-int(call.argv[0][:6]) :]
    return Out("".join(f"{n:>5}  {line}\n" for n, line in lines))


def getent(call: Call) -> Out:
    """getent: passwd, group, hosts."""
    if len(call.argv) < 1:
        return Out("", "getent: wrong number of arguments\n", 1)
    what, names = call.argv[0], call.argv[1:]
    if what not in ("passwd", "group", "shadow", "hosts"):
        return Out("", f"Unknown database: {what}\n", 1)
    lines = call.files.read(f"/etc/{what}").decode("utf-8", "replace").splitlines()
    split = ":" if what != "hosts" else None
    found = [x for x in lines if not names or any(n in (x.split(split)[:1] if split else x.split()) for n in names)]
    return Out("".join(f"{line}\n" for line in found), "", 0 if found else 2)


def which(call: Call) -> Out:
    """which: everything lives in /usr/bin, what root uses in /usr/sbin."""
    out = []
    for name in (a for a in call.argv if not a.startswith("-")):
        if name not in NOT_INSTALLED and call.host.has(name):
            out.append(f"/usr/{'sbin' if name in SBIN else 'bin'}/{name}\n")
    wanted = [a for a in call.argv if not a.startswith("-")]
    return Out("".join(out), "", 0 if len(out) == len(wanted) and wanted else 1)


def nohup(call: Call) -> Out:
    """nohup: the command runs at once."""
    return call.host.run_as(call.who.user, shlex.join(call.argv), call.stdin, call.cwd, call.env)


_IP = (
    "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n"
    "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n"
    "       valid_lft forever preferred_lft forever\n"
    "2: ens18: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000\n"
    "    link/ether bc:24:11:6e:{mac} brd ff:ff:ff:ff:ff:ff\n    altname enp0s18\n"
    "    inet {ip}/24 brd {net}.255 scope global ens18\n       valid_lft forever preferred_lft forever\n"
)


def ip(call: Call) -> Out:
    """ip, ifconfig: one address."""
    host = server(call.world.company.facts)
    address = host.ip if host else "10.0.0.10"
    net, _, last = address.rpartition(".")
    mac = f"{sum(net.encode()) % 256:02x}:{sum(last.encode()) % 256:02x}"
    if "r" in call.argv or "route" in call.argv:
        return Out(f"default via {net}.1 dev ens18\n{net}.0/24 dev ens18 proto kernel scope link src {address}\n")
    return Out(_IP.format(ip=address, net=net, mac=mac))


PROGRAMS: dict[str, Program] = {
    "whoami": whoami,
    "id": id_,
    "groups": groups,
    "uname": uname,
    "hostname": hostname,
    "hist": history,
    "getent": getent,
    "which": which,
    "nohup": nohup,
    "ip": ip,
    "ifconfig": ip,
}
