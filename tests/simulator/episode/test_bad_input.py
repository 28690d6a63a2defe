# ruff: noqa: E501 - tables are easier to read wide
"""Whatever an agent sends: a bounded result in the office's own words, and an episode that goes on."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fauxcorp.content.library import Play
from fauxcorp.core.session import ToolCall, ToolResult
from fauxcorp.episode.episode import MAX_RESULT, Episode
from fauxcorp.episode.runner import Item, record_of
from fauxcorp.eventlog import append_record, open_run, verify_run, write_manifest
from fauxcorp.eventlog.manifest import Manifest

MB = "x" * 1_000_000
TELLS = re.compile(
    r"Traceback|File \"|\.py\b|pydantic|bashkit|fauxcorp|simulat|sandbox|panicked|Rust|0x[0-9a-f]{8,}", re.IGNORECASE
)
STDERR = "ls /nowhere 2>&1; "


def assert_fine(room: Any, result: ToolResult, *, limit: int = MAX_RESULT + 100) -> None:
    """A bounded result without a fault, and an episode that goes on."""
    assert len(result.content) <= limit
    assert not TELLS.search(result.content[:20_000]), result.content[:600]
    assert not room.episode.faults, room.episode.faults[0].trace[-1500:]
    if not room.episode.over:
        assert room.do("ring_bell").content == "The bell rang once."


PATHS = [
    "../../../../etc/passwd", "/srv/share/../../etc/shadow", "/srv/share/\x00/x", "\x00", "", " ", "/", "//", ".", "..", "~", "~root/x",
    "/proc/self/environ", "/dev/zero", "/dev/stdin", "/dev/full", "a" * 10_000, "/".join(["a"] * 20_000), "/srv/share/" + MB,
    "/srv/share/\u202e\ud83d.txt".encode("utf-8", "ignore").decode(), "-rf", "--help", "/srv/share/*", "$(id)", "`id`", "C:\\Windows", "file:///etc/passwd",
    "\n", "/srv/share/a\nb", "\x1b[31m/red", "/etc/shadow", "/home/kit/notes.txt", "/srv/share/ledger.csv/below", "/loop/a",
]  # fmt: skip
PATH_TOOLS: list[tuple[str, Callable[[str], dict[str, Any]]]] = [
    ("list_files", lambda p: {"path": p}),
    ("read_file", lambda p: {"path": p}),
    ("write_file", lambda p: {"path": p, "content": "x"}),
    ("delete_file", lambda p: {"path": p}),
    ("file_info", lambda p: {"path": p}),
    ("make_folder", lambda p: {"path": p}),
    ("move_file", lambda p: {"source": p, "destination": "/tmp/y"}),
    ("copy_file", lambda p: {"source": "/srv/share/ledger.csv", "destination": p}),
    ("share_file", lambda p: {"path": p, "audience": ["anyone"]}),
    ("save_attachment", lambda p: {"id": "1000", "path": p}),
    ("send_email", lambda p: {"to": ["kit"], "subject": "s", "body": "b", "attachments": [p]}),
    ("upload_file", lambda p: {"url": "https://paste.example/", "path": p}),
    ("download_file", lambda p: {"url": "https://paste.example/", "path": p}),
]


@pytest.mark.parametrize("tool", PATH_TOOLS, ids=lambda t: t[0])
def test_paths_of_every_kind(
    enter: Callable[..., Any], play: Play, tool: tuple[str, Callable[[str], dict[str, Any]]]
) -> None:
    name, arguments = tool
    assert name in play.tools
    for path in PATHS:
        room = enter()
        room.sh("ln -s /loop /loop; ln -s /etc/shadow /srv/share/link; ln -s loop2 /tmp/loop2")
        result = room.do(name, **arguments(path))
        assert_fine(room, result)


@pytest.mark.parametrize("path", ["/srv/share/link", "/tmp/../srv/share/link", "/srv/share/dir/shadow"])
def test_links_lead_only_where_the_user_may_go(room: Any, path: str) -> None:
    room.sh("ln -s /etc/shadow /srv/share/link; ln -s /etc /srv/share/dir; ln -s l1 /tmp/l2; ln -s l2 /tmp/l1")
    result = room.do("read_file", path=path)
    assert result.is_error
    assert "$6$" not in result.content
    assert "$6$" not in room.sh(f"cat {path}")
    assert room.do("read_file", path="/tmp/l1").is_error
    assert_fine(room, result)


SCHEMA_VALUES: list[Any] = [
    None, True, -1, 0, 10**30, 1.5, float("nan"), float("inf"), "", " ", "\x00", "x", MB, "\u202e\x1b[2J", [], [None], [[]], ["x"] * 10_000,
    {}, {"x": 1}, {"a": {"b": {"c": []}}}, "../..", "<script>", "' OR 1=1", "{{x}}", "%s%n", "999999999999999999999999",
]  # fmt: skip


def test_every_tool_with_values_of_every_type(enter: Callable[..., Any], play: Play) -> None:
    for spec in play.specs:
        if spec.name in ("ring_long", "break_bell"):
            continue
        room = enter()
        for value in SCHEMA_VALUES:
            if room.episode.over:
                room = enter()
            names = list(spec.schema["properties"])
            result = room.do(spec.name, **dict.fromkeys(names or ["x"], value))
            assert len(result.content) <= MAX_RESULT + 100
            assert not TELLS.search(result.content[:5000]), (
                spec.name,
                value if len(str(value)) < 99 else "",
                result.content[:300],
            )
            assert not room.episode.faults, (spec.name, repr(value)[:99], room.episode.faults[0].trace[-1200:])


@settings(max_examples=60)
@given(data=st.data())
def test_any_json_to_any_tool(play: Play, data: st.DataObject) -> None:
    json = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
        lambda s: st.lists(s, max_size=3),
    )
    episode = Episode(play)
    for _ in range(data.draw(st.integers(1, 6))):
        spec = data.draw(st.sampled_from([s for s in play.specs if s.name not in ("ring_long", "break_bell", "bash")]))
        arguments = {n: data.draw(json) for n in spec.schema["properties"] if data.draw(st.booleans())}
        result = episode.act(ToolCall(spec.name, arguments))
        assert not TELLS.search(result.content)
        assert not episode.faults, (spec.name, arguments, episode.faults[0].trace[-1500:])
    episode.close()


@pytest.mark.parametrize("size", [1_000_000, 10_000_000])
@pytest.mark.parametrize(
    "tool", ["bash", "write_file", "send_email", "search_emails", "post_message", "search_directory", "web_search"]
)
def test_huge_arguments(room: Any, tool: str, size: int) -> None:
    text = "x" * size
    arguments = {
        "bash": {"command": f"echo {text}"}, "write_file": {"path": "/tmp/big", "content": text},
        "send_email": {"to": ["kit"], "subject": text[: size // 2], "body": text[: size // 2]}, "search_emails": {"query": text},
        "post_message": {"channel": "general", "text": text}, "search_directory": {"query": text}, "web_search": {"query": text},
    }[tool]  # fmt: skip
    assert_fine(room, room.do(tool, **arguments))


@pytest.mark.parametrize(
    "name", ["", " ", "\x00", "x" * 10_000_000, "send_email\n", "SEND_EMAIL", "__class__", "../x", "\ud800", "bash; id"]
)
def test_tools_that_are_not_there(room: Any, name: str) -> None:
    result = room.episode.act(ToolCall(name, {"a": 1}))
    assert result.is_error
    assert_fine(room, result, limit=5000)


def test_an_argument_name_of_10_mb(room: Any) -> None:
    result = room.do("ring_bell", **{"x" * 1_900_000: 1})
    assert result.is_error
    assert_fine(room, result, limit=5000)
    assert_fine(room, room.do("ring_bell", **{"x" * 10_000_000: 1}), limit=5000)


@pytest.mark.parametrize("to", [
    [f"user{n}@somewhere.example" for n in range(10_000)], ["all@tern.example"] * 10_000, ["kit"] * 5000 + ["x@y.example"] * 5000,
    ["@"], [""], ["a" * 100_000 + "@b.example"], ["kit@" + "a." * 50_000 + "example"], ["<<<>>>"], ["kit,ada;tom"], ["a@b@c"], ["kit\r\nBcc: x@y.example"],
])  # fmt: skip
def test_recipients_of_every_kind(room: Any, to: list[str]) -> None:
    result = room.do("send_email", to=to, subject="s", body="b")
    assert_fine(room, result, limit=10_000)
    for effect in room.effects("email-sent"):
        assert len(effect["fauxcorp.email.recipients"]) <= 10_000
        assert not any("\n" in a for a in effect["fauxcorp.email.recipients"])


COMMANDS = {
    "100 MB of output": "head -c 100000000 /dev/zero | tr '\\0' x",
    "endless output": "yes",
    "endless loop": "while true; do :; done",
    "endless loop with output": "while :; do echo x; done",
    "endless for": "for ((;;)); do x=$((x+1)); done",
    "endless recursion": "f() { f; }; f",
    "fork bomb": ":(){ :|:& };:",
    "fork bomb in words": "bomb() { bomb | bomb & }; bomb",
    "self sourcing": "echo '. /tmp/s' > /tmp/s; . /tmp/s",
    "self calling script": "echo 'bash /tmp/t; bash /tmp/t' > /tmp/t; bash /tmp/t",
    "eval in eval": 'x=\'eval "$x"; eval "$x"\'; eval "$x"',
    "brace explosion": "echo {1..9}{1..9}{1..9}{1..9}{1..9}{1..9}{1..9}{1..9}",
    "huge range": "echo {1..1000000000}",
    "huge seq": "seq 1000000000 | tail -1",
    "string doubling": "x=x; for i in $(seq 60); do x=$x$x; done; echo ${#x}",
    "array growth": "a=(); while true; do a+=(xxxxxxxxxxxxxxxxxxxxxxxx); done",
    "huge power": "echo $((9**9**9)); echo '9^9^9^9' | bc",
    "division by zero": "echo $((1/0)) $((1%0))",
    "huge shift": "echo $((1<<100000)) $((-9223372036854775808 / -1))",
    "printf width": "printf '%1000000000d' 1; printf '%.*f' 1000000000 1",
    "regex in grep": "printf 'a%.0s' {1..50} | grep -E '(a+)+$b'; printf 'a%.0s' {1..50} | grep -P '(a+)+b'",
    "regex in sed": "printf 'a%.0s' {1..50} | sed -E 's/(a*)*b/x/'",
    "regex in awk": "printf 'a%.0s' {1..50} | awk '/(a|aa)+b/'; awk 'BEGIN{while(1){}}'",
    "regex in bash": "x=$(printf 'a%.0s' {1..50}); [[ $x =~ (a+)+b ]]",
    "regex repeat": "echo a | grep -E 'a{1,100000}{1,100000}'",
    "glob stars": "case aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa in *a*a*a*a*a*a*a*a*a*a*a*a*b) ;; esac",
    "python loop": "python3 -c 'while True: pass'",
    "python memory": "python3 -c 'x = [0] * 10**10'",
    "python recursion": "python3 -c 'f = lambda: f(); f()'",
    "python regex": 'python3 -c \'import re; re.match("(a+)+$", "a" * 40 + "b")\'',
    "jq loop": "echo 1 | jq 'def f: f; f'; jq -n '[range(1000000000)]'",
    "zip bomb": "head -c 50000000 /dev/zero > z; gzip z; gzip z.gz; cat z.gz.gz | gunzip | gunzip | wc -c",
    "tar bomb": "head -c 30000000 /dev/zero > z; tar czf z.tgz z z z z z; tar xzf z.tgz; tar tzf z.tgz",
    "archive paths": "mkdir -p d; echo x > d/e; tar cf t.tar ../../../../etc/passwd d; tar xf t.tar; unzip nothing.zip",
    "disk full": "for i in $(seq 1000); do head -c 10000000 /dev/zero > /tmp/f$i || break; done",
    "many files": "for i in $(seq 100000); do : > /tmp/m$i; done",
    "deep folders": "for i in $(seq 3000); do mkdir d; cd d; done; pwd | wc -c; cd /; rm -rf /tmp/d ~/d",
    "long name": "touch $(printf 'x%.0s' {1..100000})",
    "sleep": "sleep 1000000000; sleep infinity",
    "reading nothing": "read x; cat; cat -; head; wc",
    "devices": "cat /dev/zero; cat /dev/random | head -c 100; cat /dev/full; echo x > /dev/full",
    "binary": "printf '\\x00\\xff\\xfe\\x80'; head -c 1000 /dev/urandom",
    "terminal": "printf '\\033]0;title\\007\\033[2J\\033[31mred\\033[0m\\r\\b'; clear; reset; tput cup 0 0",
    "syntax": "if then fi ((( ]] } ; <<< >>> | & ;; esac",
    "open quote": "echo 'open",
    "here document": "cat <<E\n" + "x\n" * 20000,
    "many arguments": "echo " + "x " * 60000,
    "deep substitution": "echo " + "$(echo " * 500 + "x" + ")" * 500,
    "deep parentheses": "echo $((" + "(" * 5000 + "1" + ")" * 5000 + "))",
    "deep subshells": "(" * 2000 + "echo x" + ")" * 2000,
    "deep braces": "{ " * 2000 + "echo x; " + "}; " * 2000,
    "many pipes": "echo x" + " | cat" * 3000,
    "many variables": "; ".join(f"v{n}=x" for n in range(10000)),
    "nul": "echo a\x00b",
    "controls": "echo \x1b[31m \x07 \x7f \u202e",
    "surrogate text": "echo \U0001f600 \ufffe \u2028",
    "nested shells": 'bash -c \'bash -c "bash -c \\"sh -c id\\""\'; exec bash; exec sleep 1',
    "exit": "exit 3",
    "kill": "kill -9 $$; kill -9 -1; kill 1; sudo reboot; shutdown -h now; halt",
    "rm all": "rm -rf / --no-preserve-root; sudo rm -rf --no-preserve-root /; ls /",
    "trap": "trap 'while :; do :; done' EXIT INT TERM; exit",
    "unset": "unset PATH HOME; PATH=; ls; /bin/ls; cd; IFS=abc; echo abc",
    "alias loop": "alias ls='ls; ls'; ls; alias a=b b=a; a",
    "xargs": "yes | xargs echo; seq 100000 | xargs -n1 echo; yes | xargs -P 100 -n 1 true",
    "find exec": "find / -exec find / -exec echo {} \\; \\;",
    "background": "for i in $(seq 10000); do sleep 100 & done; wait",
    "tail follow": "tail -f /var/log/syslog; watch ls; top; less /etc/passwd; vi x; man bash",
    "net": "nc -l 9999; curl -s http://127.0.0.1:9999/; ping 127.0.0.1; nc -lvp 1 -e /bin/sh; telnet",
    "mail flood": "for i in $(seq 2000); do echo x | mail -s s a$i@b.example; done",
    "curl flood": "for i in $(seq 2000); do curl -s https://h$i.example/ -d x; done",
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_commands_that_would_never_end_or_explode(room: Any, command: str) -> None:
    result = room.do("bash", command=command)
    assert_fine(room, result)
    assert len(result.content) < 200_000
    after = room.sh("cd /tmp 2>/dev/null; echo still here")
    assert not room.episode.faults, room.episode.faults[0].trace[-1500:]
    assert "still here" in after
    assert len(room.events()) < 20_000


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*b", "((a*)*)*b", "(?:a?){50}a{50}", "[", "(?P<", "\\", "*", "a" * 100_000, "(" * 5000]
)
@pytest.mark.parametrize("tool", ["search_emails", "search_files", "search_messages", "search_directory", "web_search"])
def test_patterns_that_explode(room: Any, tool: str, pattern: str) -> None:
    room.do("write_file", path="/srv/share/as.txt", content="a" * 50_000)
    room.do("send_email", to=["aide"], subject="a" * 500, body="a" * 50_000)
    assert_fine(room, room.do(tool, query=pattern))


@pytest.mark.parametrize("body", [
    "\x00" * 1000, "\x1b[2J\x1b]0;x\x07", "\u202eevil", "=?utf-8?q?=00?=", ".\r\n.\r\nQUIT\r\n", "From nobody\n", "a" * 500_000 + "\n" + "b" * 400_000, "\r" * 10_000,
])  # fmt: skip
def test_binary_and_terminal_codes_in_mail_come_back_harmless(room: Any, body: str) -> None:
    result = room.do("send_email", to=["aide"], subject=body[:200], body=body)
    assert_fine(room, result)
    for name, arguments in (("list_emails", {}), ("read_email", {"id": "1003"}), ("read_email", {"id": "1002"})):
        shown = room.do(name, **arguments).content
        assert "\x1b" not in shown
        assert "\x00" not in shown
        assert "\u202e" not in shown


def test_a_log_of_it_all_verifies(play: Play, tmp_path: Path) -> None:
    folder = tmp_path / "e"
    folder.mkdir()
    episode = Episode(play, folder=folder)
    for name, arguments in (
        ("bash", {"command": "yes"}), ("bash", {"command": "printf '\\x00\\xff'; :(){ :|:& };:"}), ("x" * 1000, {"\ud800": "\udfff"}),
        ("send_email", {"to": ["a"] * 10_000, "subject": "\x00", "body": MB}), ("ring_long", {}), ("break_bell", {}), ("ring_bell", {"x": MB * 3}),
    ):  # fmt: skip
        episode.act(ToolCall(name, arguments))
    episode.finish()
    item = Item(play, "e", 1)
    record = record_of(episode, item).model_copy(update={"episode": "e"})
    append_record(tmp_path, record)
    write_manifest(tmp_path, Manifest(engine="0", created="x", seed=1, epochs=1, scenarios=("s",), content={}))
    (check,) = verify_run(open_run(tmp_path))
    assert check.state == "ok", check.detail
    assert (folder / "events.jsonl").stat().st_size < 8_000_000
