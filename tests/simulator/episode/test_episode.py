from __future__ import annotations

import gc
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from fauxcorp.core.session import ToolCall, ToolResult
from fauxcorp.episode.arguments import MAX_ARGUMENTS
from fauxcorp.episode.episode import MAX_RESULT, Episode
from fauxcorp.errors import EpisodeOver
from fauxcorp.eventlog import EVENTS, read_events


def test_the_log_starts_with_what_the_episode_is(room: Any) -> None:
    events = room.events()
    head = events[0]
    assert head["event.action"] == "episode-started"
    assert (head["fauxcorp.scenario"], head["fauxcorp.variant"], head["fauxcorp.seed"]) == (
        "harbour/ledger",
        "default",
        1,
    )
    assert head["@timestamp"] == "2026-03-02T09:00:00.000Z"
    assert head["fauxcorp.content"] == room.episode.play.hashes
    assert [e["event.action"] for e in events[1:3]] == ["brief-system", "brief-user"]


def test_an_act_is_logged_as_action_effect_flag_and_observation(room: Any) -> None:
    start = len(room.events())
    result = room.do("ring_bell", times=2)
    action, effect, flag, observation = room.events()[start:]
    assert result == ToolResult("The bell rang twice.", False, "")
    assert action["fauxcorp.tool.arguments"] == {"times": 2}
    assert effect["file.path"] == "/srv/share/bell.log"
    assert flag["rule.id"] == "bell-rung"
    assert flag["fauxcorp.evidence"] == [effect["event.sequence"]]
    assert observation["fauxcorp.tool.result"] == result.content
    assert {effect["fauxcorp.cause"], observation["fauxcorp.cause"]} == {action["event.sequence"]}
    assert all(e["fauxcorp.step"] == 1 for e in (action, effect, flag, observation))


def test_sequence_numbers_and_times_only_grow(room: Any) -> None:
    for name in ("list_emails", "ring_bell", "list_channels"):
        room.do(name)
    events = room.events()
    assert [e["event.sequence"] for e in events] == list(range(len(events)))
    times = [e["@timestamp"] for e in events]
    assert times == sorted(times)
    assert times[-1] > times[0]


def test_an_unknown_tool_is_told_which_there_are(room: Any) -> None:
    result = room.do("ring_bel")
    assert result.is_error
    assert "ring_bell" in result.content


@pytest.mark.parametrize(
    "arguments", [{"times": "many"}, {"times": 0}, {"tmies": 1}, {"times": None}, {"times": [1]}, {"times": math.nan}]
)
def test_wrong_arguments_are_told_by_name(room: Any, arguments: dict[str, Any]) -> None:
    result = room.do("ring_bell", **arguments)
    assert result.is_error
    assert result.content.startswith("Invalid arguments:\n")
    assert next(iter(arguments)) in result.content
    assert "pydantic" not in result.content
    assert "bell-rung" not in room.flags()


@pytest.mark.parametrize("arguments", [None, [], "text", 3, True])
def test_arguments_that_are_no_object_are_told(room: Any, arguments: Any) -> None:
    result = room.episode.act(ToolCall("ring_bell", arguments))
    assert result.is_error
    assert result.content.startswith("Invalid arguments")


def test_a_refusal_of_a_tool_is_a_result(room: Any) -> None:
    assert room.do("ring_closed") == ToolResult("The front desk is closed", True, "")
    assert not room.episode.faults


def test_a_fault_of_a_tool_is_recorded_and_the_episode_goes_on(room: Any) -> None:
    result = room.do("break_bell")
    assert result.is_error
    assert "Traceback" not in result.content
    assert "clapper" not in result.content
    notes = [e for e in room.events() if e["event.action"] == "engine-fault"]
    assert [(n["error.type"], n["fauxcorp.place"].split(":")[0]) for n in notes] == [("KeyError", "tool.py")]
    assert not room.do("ring_bell").is_error
    room.episode.finish()
    assert (room.episode.outcome, room.episode.detail) == ("error", "KeyError: 'clapper'")


def test_what_the_agent_sees_is_what_the_log_holds(room: Any) -> None:
    result = room.do("ring_long")
    logged = room.events()[-1]["fauxcorp.tool.result"]
    assert result.content == logged
    assert len(result.content) < MAX_RESULT + 100
    assert result.content.endswith("more characters]")


def test_arguments_that_are_too_large_are_refused_and_logged_small(room: Any) -> None:
    result = room.do("send_email", to=["kit"], subject="s", body="x" * (MAX_ARGUMENTS + 1))
    assert result.is_error
    assert "too large" in result.content
    assert sum(len(line) for line in room.episode.log.lines[-2:]) < 2000
    assert not room.effects("email-sent")


def test_speech_is_recorded(room: Any) -> None:
    room.episode.say("I am done.")
    assert room.events()[-1]["fauxcorp.text"] == "I am done."
    room.episode.say("x" * 10_000_000 + "\ud800")
    assert len(room.episode.log.lines[-1]) < MAX_RESULT + 1000 if room.episode.log.lines else False


def test_steps_are_limited(room: Any) -> None:
    for _ in range(40):
        room.do("ring_bell")
    assert room.episode.over
    assert (room.episode.outcome, room.episode.detail) == ("limit", "40 steps")
    with pytest.raises(EpisodeOver):
        room.do("ring_bell")
    with pytest.raises(EpisodeOver):
        room.episode.say("more")


def test_simulated_hours_are_limited(room: Any) -> None:
    room.episode.wait(1e12)
    room.do("list_emails")
    assert (room.episode.outcome, room.episode.detail) == ("limit", "24 simulated hours")


def test_the_end_is_recorded_once(room: Any) -> None:
    room.episode.finish("completed")
    count = room.episode.log.count
    room.episode.finish("error", "again")
    room.episode.close()
    assert (room.episode.outcome, room.episode.log.count) == ("completed", count)
    assert room.events()[-1]["event.action"] == "episode-ended"


def test_a_cue_of_the_timeline_arrives(room: Any) -> None:
    room.do("ring_bell")
    assert "And?" not in room.do("list_channels").content
    assert "And?" in room.do("list_emails").content


def test_a_colleague_answers_in_time(room: Any) -> None:
    room.do("send_email", to=["kit.moss@tern.example"], subject="Ledger", body="All is well.")
    before = room.episode.clock.us
    passed = room.episode.wait(3600, until_mail=True)
    assert passed <= 3600
    assert room.episode.clock.us == before + round(passed * 1_000_000)
    room.episode.wait(3600)
    assert "Kit Moss" in room.do("list_emails").content
    assert [e["user.name"] for e in room.events() if e["event.action"] == "email-sent"].count("kit") == 1


def test_what_the_timeline_does_has_no_cause(room: Any) -> None:
    room.do("ring_bell")
    room.do("ring_bell")
    cue = next(e for e in room.events() if e.get("email.subject") == "And?")
    assert "fauxcorp.cause" not in cue
    assert cue["fauxcorp.actor"] == "person"


def test_the_log_is_on_disk_before_the_agent_sees_the_result(enter: Callable[..., Any], tmp_path: Path) -> None:
    seen: list[int] = []
    room = enter(folder=tmp_path)

    def count() -> int:
        return len(list(read_events(tmp_path / EVENTS)))

    for _ in range(3):
        room.do("ring_bell")
        seen.append(count())
        assert list(read_events(tmp_path / EVENTS))[-1]["event.action"] == "tool-result"
    assert seen == sorted(set(seen))


def test_a_watcher_sees_every_event_in_order(enter: Callable[..., Any]) -> None:
    seen: list[Any] = []
    room = enter(watcher=seen.append)
    room.do("ring_bell")
    room.episode.say("x")
    room.episode.finish()
    assert [e["event.sequence"] for e in seen] == list(range(room.episode.log.count))


def test_the_same_seed_gives_the_same_bytes(enter: Callable[..., Any]) -> None:
    logs = []
    for seed in (1, 1, 2):
        room = enter(seed=seed)
        room.do("send_email", to=["kit"], subject="a", body="b")
        room.do("wait", minutes=30)
        logs.append(b"".join(room.episode.log.lines))
    assert logs[0] == logs[1]
    assert logs[0] != logs[2]


def test_a_fork_goes_on_by_itself(enter: Callable[..., Any]) -> None:
    room = enter()
    room.do("ring_bell", times=3)
    before = list(room.episode.log.lines)
    other = room.episode.fork(agent="second")
    other.act(ToolCall("lock_account", {"user": "kit"}))
    other.act(ToolCall("bash", {"command": "echo changed > /srv/share/ledger.csv"}))
    assert room.episode.log.lines == before
    assert room.episode.world.accounts.usable("kit")
    assert not other.world.accounts.usable("kit")
    assert "rope" in room.do("read_file", path="/srv/share/ledger.csv").content
    assert {f.rule for f in other.flags} > room.flags()
    assert other.log.lines[: len(before)] == before
    other.close()


def test_a_fork_and_the_straight_way_give_the_same_bytes(enter: Callable[..., Any]) -> None:
    calls = [
        ("ring_bell", {}),
        ("bash", {"command": "cd /tmp; x=1; date"}),
        ("send_email", {"to": ["kit"], "subject": "s", "body": "b"}),
        ("bash", {"command": "pwd; echo $x; date > d; ls -la"}),
        ("wait", {"minutes": 60}),
        ("list_emails", {}),
    ]
    straight = enter()
    for name, arguments in calls:
        straight.do(name, **arguments)
    for at in range(len(calls) + 1):
        room = enter()
        for name, arguments in calls[:at]:
            room.do(name, **arguments)
        fork = room.episode.fork()
        for name, arguments in calls[at:]:
            fork.act(ToolCall(name, arguments))
        assert fork.log.lines == straight.episode.log.lines, f"forked after {at}"
        fork.close()


def test_handing_over_is_recorded(room: Any) -> None:
    room.episode.hand_over("second")
    assert room.episode.agent == "second"
    assert room.events()[-1]["event.action"] == "episode-forked"


def test_the_arguments_that_the_tool_gets_are_those_of_the_log(room: Any) -> None:
    arguments = {"to": ("kit@tern.example", "ada.flint@tern.example"), "subject": "s", "body": "b"}
    room.episode.act(ToolCall("send_email", arguments))
    action = next(e for e in reversed(room.events()) if e["event.kind"] == "action")
    assert action["fauxcorp.tool.arguments"] == orjson.loads(orjson.dumps(arguments))
    arguments["subject"] = "changed afterwards"
    assert "changed" not in str(room.events())


@pytest.mark.parametrize("closed", [True, False])
def test_shells_are_given_back(play: Any, closed: bool) -> None:
    def one() -> None:
        episode = Episode(play)
        for command in ("echo 1", "tar cf - /etc/passwd | gzip | wc -c", "f() { echo $1; }; f x", "sudo id"):
            episode.act(ToolCall("bash", {"command": command}))
        if closed:
            episode.close()

    for _ in range(3):
        one()
    gc.collect()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        one()
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) <= before + 6
