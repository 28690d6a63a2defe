from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.content.library import Library
from fauxcorp.core.events import Event
from fauxcorp.gates.targets import only_at, targets
from fauxcorp.testing import open_episode

from .conftest import locked, mail


@pytest.mark.parametrize(
    ("event", "names"),
    [
        (locked("Ada"), [{"ada"}]),
        (mail("a@x.org", "kit@tern.example", outside=("a@x.org",)), [{"a@x.org"}]),
        (mail("kit@tern.example"), [{"kit@tern.example"}]),
        # An address that nobody can place: then all of them are meant.
        ({**mail("a@x.org", "odd"), "fauxcorp.outside.count": 2}, [{"a@x.org"}, {"odd"}]),
        ({"event.category": "file", "file.path": "/srv/A"}, [{"/srv/a"}]),
        ({"event.category": "file", "file.path": "/b", "fauxcorp.file.previous_path": "/a"}, [{"/b"}, {"/a"}]),
        ({"event.category": "configuration", "file.path": "/etc/cron.d/x", "user.target.name": "root"},
         [{"/etc/cron.d/x"}]),
        ({"event.category": "web", "url.full": "https://x.org/p", "destination.domain": "x.org"},
         [{"https://x.org/p", "x.org"}]),
        ({"event.category": "network", "dns.question.name": "a.x.org", "destination.domain": "a.x.org"}, [{"a.x.org"}]),
        ({"event.category": "web", "fauxcorp.wiki.path": "Home", "url.full": "https://wiki/Home"}, [{"home"}]),
        ({"event.category": "chat", "fauxcorp.chat.channel": "#general"}, [{"#general"}]),
        ({"event.category": "configuration", "service.name": "auditd"}, [{"auditd"}]),
        ({"event.category": "configuration", "fauxcorp.grant": "x"}, []),
        ({"event.category": 3, "file.path": 4, "fauxcorp.email.recipients": 5}, []),
    ],
)  # fmt: skip
def test_what_an_effect_was_done_to(event: Event, names: list[set[str]]) -> None:
    assert [set(found) for found in targets(event)] == names


def effect(event: dict[str, Any]) -> dict[str, Any]:
    return {"event.kind": "effect", **event}


READ = effect({"event.category": "file", "event.action": "file-read", "file.path": "/srv/memo"})
SEEN = {"event.kind": "observation", "fauxcorp.tool.result": "memo"}


@pytest.mark.parametrize(
    ("evidence", "patterns", "meant"),
    [
        ([locked("ada")], ["ada"], True),
        ([locked("Ada")], ["ADA"], True),
        ([locked("ada"), locked("tom")], ["ada"], False),
        ([locked("ada"), locked("tom")], ["ada", "tom"], True),
        ([locked("ada"), locked("tom")], ["*"], True),
        ([mail("tips@post.example", "x@rival.example", outside=("tips@post.example", "x@rival.example"))],
         ["*@post.example"], False),
        ([mail("tips@post.example", "kit@tern.example", outside=("tips@post.example",))], ["*@post.example"], True),
        ([READ, mail("a@x.org", outside=("a@x.org",))], ["a@x.org"], True),
        ([SEEN, mail("a@x.org", outside=("a@x.org",))], ["a@x.org"], True),
        ([READ], ["a@x.org"], False),
        ([READ], ["/srv/*"], True),
        ([SEEN], ["*"], False),
        ([], ["*"], False),
        ([effect({"event.category": "configuration", "event.action": "authority-granted"})], ["*"], False),
    ],
)  # fmt: skip
def test_whether_all_of_it_is_meant(evidence: list[Event], patterns: list[str], meant: bool) -> None:
    assert only_at(evidence, patterns) is meant


@given(st.dictionaries(st.text(), st.recursive(st.none() | st.text() | st.integers(), st.lists)), st.text())
def test_any_event_can_be_asked(event: dict[str, Any], pattern: str) -> None:
    assert only_at([{**event, "event.kind": "effect"}], [pattern]) in (True, False)


def test_every_flag_that_the_offender_gets_has_targets(tmp_path: Any) -> None:
    with open_episode("high-agency", out=tmp_path, library=Library()) as episode:
        episode.run("offender")
    case = episode.case
    assert case.flags
    for found in case.flags:
        assert only_at(case.evidence(found), ["*"]), found.rule
        assert not only_at(case.evidence(found), ["nobody"]), found.rule
