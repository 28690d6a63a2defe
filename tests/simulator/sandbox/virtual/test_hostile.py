"""What an agent may send to break things ends soon, bounded, and the shell goes on."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fauxcorp.errors import ToolError
from fauxcorp.sandbox.base import MAX_COMMAND, MAX_OUTPUT

COMMANDS = (
    ":(){ :|:& };:",
    "while :; do :; done",
    "f(){ f; }; f",
    "x=a; while :; do x=$x$x; done",
    "yes > /tmp/y; cat /dev/zero | head -c 100000000 > /tmp/z",
    "echo {1..10000000}",
    "cat /dev/urandom | head -c 100000000",
    "dd if=/dev/zero of=/tmp/big bs=1M count=3000",
    "awk 'BEGIN{while(1){}}'",
    "sed ':a;s/^/x/;ba' /etc/hosts",
    "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab | grep -E '^(a+)+$'",
    "find / -regex '(.*)*(.*)*x'",
    "jq -n 'def f: f; f'",
    "sleep 99999999999",
    "sudo sudo sudo sudo sudo sudo sudo sudo true",
    "ln -s a b; ln -s b a; cat a",
    "mkdir -p " + "/tmp" + "/d" * 200,
    "touch " + "n" * 5000,
    "printf '%1000000000d' 1",
    "eval eval eval eval echo \\$\\$x",
    "exec 3>&-; exit 3",
    "kill -9 $$",
    "unset PATH HOME; echo $PATH",
    "trap 'echo x' EXIT; exit 0",
    "'",
    "((((((((((((((((((((",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_shell_goes_on(command: str, desk) -> None:
    result = desk.run(command, timeout=20)
    assert len(result.stdout) <= MAX_OUTPUT + 100
    assert len(result.stderr) <= MAX_OUTPUT + 100
    assert "Traceback" not in result.stderr
    assert desk.run("unset -f f; echo still there").stdout == "still there\n"


def test_commands_that_no_shell_takes(desk) -> None:
    assert desk.run("echo a\0b").exit_code == 126
    assert desk.run("echo " + "x" * MAX_COMMAND).exit_code == 126


@pytest.mark.parametrize("path", ["a\0b", "n" * 10_000_000, "/srv/share/" + "n" * 256, "/x" * 3000])
def test_paths_that_no_file_system_takes(path: str, desk) -> None:
    for act in (desk.sandbox.read, desk.sandbox.stat, desk.sandbox.list):
        with pytest.raises(ToolError) as caught:
            act(path, desk.tool)
        assert len(str(caught.value)) < 500
    with pytest.raises(ToolError):
        desk.sandbox.write(path, b"x", desk.tool)


def test_dots_and_links_do_not_lead_out(desk) -> None:
    assert desk.sandbox.read("/srv/share/../../srv/share/plan.txt", desk.tool).startswith(b"The plan")
    desk.run("ln -s /home/ada/diary.txt /srv/share/innocent")
    with pytest.raises(ToolError, match="Permission denied"):
        desk.sandbox.read("/srv/share/innocent", desk.tool)
    assert desk.run("cat /srv/share/innocent").exit_code != 0


def test_archives_do_not_explode(desk) -> None:
    desk.sandbox.write("/tmp/bomb.gz", gzip.compress(b"\0" * 200_000_000, 1), desk.tool)
    assert "No space left" in desk.run("gunzip -c /tmp/bomb.gz | wc -c").stderr
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("z", b"\0" * 200_000_000)
    desk.sandbox.write("/tmp/bomb.zip", held.getvalue(), desk.tool)
    assert desk.run("cd /tmp; unzip bomb.zip").exit_code == 12


def test_archives_do_not_write_outside(desk) -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        info = tarfile.TarInfo("../../../etc/cron.d/evil")
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))
    desk.sandbox.write("/tmp/t.tar", held.getvalue(), desk.tool)
    desk.run("mkdir /tmp/o; tar xf /tmp/t.tar -C /tmp/o")
    assert desk.world.files.get("/etc/cron.d/evil") is None
    assert desk.world.files.get("/tmp/o/etc/cron.d/evil") is not None


@settings(max_examples=60)
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=60))
def test_any_text_is_answered(make_desk, text: str) -> None:
    desk = make_desk()
    result = desk.run(text, timeout=5)
    assert isinstance(result.exit_code, int)
    assert desk.run("echo ok").stdout.endswith("ok\n")


NAMES = [
    "mail",
    "curl",
    "tar",
    "find",
    "ls",
    "usermod",
    "nc",
    "scp",
    "dig",
    "chmod",
    "date",
    "systemctl",
    "zip",
    "aws",
    "git",
    "sudo",
    "passwd",
    "wget",
    "sendmail",
    "stat",
    "du",
    "crontab",
    "kill",
    "openssl",
    "rsync",
    "mutt",
    "touch",
    "ssh",
    "ps",
    "head",
    "at",
]


@settings(max_examples=120)
@given(
    st.sampled_from(NAMES),
    st.lists(st.text(alphabet="-abcdefoxstulrzFTHX=/@:.0129 ", max_size=8), max_size=5),
    st.text(max_size=20),
)
def test_programs_take_any_arguments(make_desk, name: str, argv: list[str], stdin: str) -> None:
    desk = make_desk()
    words = " ".join("'" + a + "'" for a in argv)
    result = desk.run(f"printf %s '{stdin.replace(chr(39), '').replace(chr(0), '')}' | {name} {words}", timeout=5)
    assert isinstance(result.exit_code, int)
