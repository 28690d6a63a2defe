"""A network of one's own, and giving up all rights: as the gateway's container lets it."""

from __future__ import annotations

from .conftest import Box

_PROGRAM = """
import os, resource
from gateway.kernel import give_up_rights, many_files, new_network, rights_left
new_network()
print(sorted(os.listdir("/proc/sys/net/ipv4/conf")))
many_files()
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
print(soft == hard)
print(bool(rights_left()))
give_up_rights()
print(rights_left())
try:
    new_network()
except OSError as e:
    print(e.strerror)
"""


def test_rights_are_used_and_given_up(box: Box) -> None:
    code, out = box.gateway.exec_run(["python3", "-c", _PROGRAM])
    assert code == 0, out
    assert out.decode().splitlines() == [
        "['all', 'default', 'lo']", "True", "True", "[]", "unshare: Operation not permitted",
    ]  # fmt: skip
