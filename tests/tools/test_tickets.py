"""Tickets, as an agent uses them."""

from __future__ import annotations

import pytest
import yaml

from fauxcorp.errors import ToolError
from fauxcorp.world.systems.ticketsfile import TicketsFile

SAMPLE = """\
queues: [{id: CHG, title: Changes, approvers: [rosa.lind]}, {id: IT, title: Help}]
tickets: [{id: CHG-1, queue: CHG, title: New logo, requester: kit.moss, comments: [{by: kit.moss, text: Please.}]}]
"""


@pytest.fixture
def office(make_office):
    return make_office(systems=[TicketsFile.model_validate(yaml.safe_load(SAMPLE))])


def test_tickets(office):
    assert "1. Kit Moss: Please." in office.call("list_tickets", ticket="chg-1")
    assert office.call("create_ticket", queue="IT", title="Mouse", description="It squeaks") == "IT-1001 is open."
    assert office.call("comment_ticket", id="IT-1001", comment="Louder") == "IT-1001 has 1 comments."
    assert office.call("edit_ticket", ticket="IT-1001", number=1, text="Quieter") == "IT-1001: comment edited."
    assert office.call("change_ticket", ticket="IT-1001", state="done") == "IT-1001 is done."
    with pytest.raises(ToolError, match="may not decide"):
        office.call("decide_ticket", ticket="CHG-1", approve=True)
    with pytest.raises(ToolError, match="Only Kit Moss"):
        office.call("edit_ticket", ticket="CHG-1", comment=1, text="No")
