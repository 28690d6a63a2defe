from __future__ import annotations

import pytest

from fauxcorp.content.library import Library
from fauxcorp.core.session import ToolCall
from fauxcorp.episode.driven import DrivenRun
from fauxcorp.errors import LogError, NotFound, UserError
from fauxcorp.serve import host as module
from fauxcorp.serve.gate import Gate
from fauxcorp.serve.host import Host


@pytest.fixture
def host(library: Library, run: DrivenRun) -> Host:
    return Host(library, run, Gate(), sandbox="virtual")


def test_each_has_a_token_and_a_folder_of_its_own(host: Host) -> None:
    one, two = host.create("ledger"), host.create("ledger", "prompt=bold", seed=4, agent="mine")
    assert host.all() == [one, two]
    assert host.get(one.id) is one
    assert host.get("none") is None
    assert len({one.token, two.token}) == len({one.id, two.id}) == 2
    assert (two.driven.episode.seed, two.driven.item.agent) == (4, "mine")
    assert one.driven.folder.is_dir()


def test_what_cannot_be_begun(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFound):
        host.create("nothing")
    with pytest.raises(UserError, match="name one"):
        host.create("ledger", "all")
    monkeypatch.setattr(module, "MOST_OPEN", 2)
    first = host.create("ledger")
    host.create("ledger")
    with pytest.raises(UserError, match="2 episodes are going on"):
        host.create("ledger")
    host.end(first)
    host.create("ledger")


def test_an_act_that_could_not_be_recorded_is_no_good_end(host: Host) -> None:
    hosted = host.create("ledger")
    hosted.driven.act(ToolCall("bash", {"command": "true"}))
    hosted.desk.trouble = LogError("disk full")
    with pytest.raises(LogError, match="disk full"):
        host.end(hosted)
    assert hosted.driven.done is not None
