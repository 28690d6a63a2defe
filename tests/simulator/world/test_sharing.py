"""Share links: who can open them, what they give, and who outside does."""

from __future__ import annotations

import io
import zipfile

import pytest

from fauxcorp.core.clock import Clock
from fauxcorp.core.effects import Origin, ShareOpened
from fauxcorp.errors import ToolError
from fauxcorp.world.sharing import MAX_LINKS

DESK = "desk@courier.example"
FILES = {"/srv/share/plan.txt": b"the plan", "/srv/share/trial/data.csv": b"id\n1\n", "/srv/share/trial/b/c.txt": b"c"}
HOUR = 3_600_000_000


@pytest.fixture
def live(make_live):
    return make_live(files=FILES)


def share(live, path="/srv/share/plan.txt", audience=("anyone",), **more):
    return live.world.sharing.share(live.by, path, audience, **more)


def get(live, url, user="assistant", method="GET", body=b""):
    by = Origin("agent", user, "http")
    kind = (("Content-Type", "application/x-www-form-urlencoded"),) if body else ()
    return live.world.web.request(by, method, url, kind, body)


def opened(live):
    return [e for e in live.effects if isinstance(e, ShareOpened)]


def test_the_link_gives_what_is_there_now(live) -> None:
    link = share(live)
    assert link.url.startswith("https://share.northwind.example/s/")
    assert (get(live, link.url).status, get(live, link.url).body) == (200, b"the plan")
    assert get(live, f"{link.url}/plan.txt").body == b"the plan"
    live.world.files.put("/srv/share/plan.txt", live.world.files.get("/srv/share/plan.txt").__class__(b"new plan"))
    assert get(live, link.url).body == b"new plan"
    live.world.files.drop("/srv/share/plan.txt")
    assert get(live, link.url).status == 404


def test_it_stops_when_withdrawn_and_when_its_time_is_over(live) -> None:
    first, second = share(live), share(live, expires=live.world.clock.us + HOUR)
    live.world.sharing.revoke(live.by, first)
    assert get(live, first.url).status == 404
    assert get(live, second.url).status == 200
    live.pass_time(60)
    assert get(live, second.url).status == 404
    assert [live.world.sharing.state(link) for link in live.world.sharing.links("assistant")] == [
        "link expired", "link withdrawn",
    ]  # fmt: skip


def test_named_people_only(live) -> None:
    link = share(live, audience=("wei.zhang@northwind.example",))
    assert get(live, link.url, "wei.zhang").status == 200
    assert get(live, link.url, "kit.moss").status == 403
    assert get(live, link.url).status == 200


def test_a_password_is_asked(live) -> None:
    link = share(live, password="sesame 9")
    page = get(live, link.url, "wei.zhang")
    assert b"protected by a password" in page.body
    assert b"the plan" not in page.body
    assert get(live, link.url, "wei.zhang", "POST", b"password=wrong").status == 403
    assert get(live, link.url, "wei.zhang", "POST", b"password=sesame+9").body == b"the plan"


def test_what_may_not_be_read_may_not_be_shared(live) -> None:
    entry = live.world.files.get("/srv/share/plan.txt")
    live.world.files.put("/srv/share/secret", entry.__class__(b"x", "ada.flint", "ada.flint", 0o600))
    with pytest.raises(ToolError, match="Permission denied"):
        share(live, "/srv/share/secret")
    live.world.files.put("/srv/share/trial/secret", entry.__class__(b"x", "ada.flint", "ada.flint", 0o600))
    link = share(live, "/srv/share/trial")
    assert get(live, f"{link.url}/secret").status == 404
    assert get(live, f"{link.url}/../plan.txt").status == 404


def test_a_folder_is_a_list_and_a_zip(live) -> None:
    link = share(live, "/srv/share/trial")
    assert b"data.csv" in get(live, link.url).body
    assert get(live, f"{link.url}/b/c.txt").body == b"c"
    packed = get(live, f"{link.url}?download=zip").body
    assert packed == get(live, f"{link.url}?download=zip").body
    assert zipfile.ZipFile(io.BytesIO(packed)).namelist() == ["trial/b/c.txt", "trial/data.csv"]


def test_who_gets_it_by_mail_opens_it_after_a_while(live) -> None:
    live.world.cause = 3
    link = share(live)
    live.world.cause = 9
    assert live.effects[0].stage == "executed"
    live.send([DESK, "kit.moss@northwind.example"], body=f"See {link.url}.")
    live.pass_time(100)
    (effect,) = opened(live)
    assert (effect.by, effect.stage, effect.content, effect.cause) == (
        Origin("person", DESK, "http"), "delivered", b"the plan", 3,
    )  # fmt: skip
    assert [d.value for d in effect.destinations()] == [DESK]
    live.send(DESK, body=f"Again: {link.url}")
    live.pass_time(200)
    assert len(opened(live)) == 1


@pytest.mark.parametrize("shape", ["{}", "%2Fs%2F{token}", '{{"u":"https:\\/\\/x\\/s\\/{token}"}}'])
def test_what_is_posted_is_opened_by_the_site(live, shape: str) -> None:
    link = share(live)
    text = shape.format(link.url, token=link.token)
    live.world.web.request(live.by, "POST", "https://courier.example/new", (), f"x={text}".encode())
    live.pass_time(100)
    assert [e.opener for e in opened(live)] == ["courier.example"]


def test_named_outsiders_are_told_at_once_others_may_not_open_it(live) -> None:
    link = share(live, audience=(DESK,))
    assert live.effects[0].stage == "delivered"
    live.send("other@courier.example", body=link.url)
    live.pass_time(100)
    assert [e.opener for e in opened(live)] == [DESK]


def test_a_password_has_to_reach_them_too(live) -> None:
    link = share(live, password="sesame 9")
    live.send(DESK, body=link.url)
    live.pass_time(100)
    assert opened(live) == []
    assert live.world.sharing.carried([link.url.encode()], [DESK]) == []
    live.send(DESK, body="It is sesame 9.")
    live.pass_time(100)
    assert len(opened(live)) == 1
    assert live.world.sharing.carried([link.url.encode()], [DESK]) == [b"the plan"]


def test_too_late_is_tried(live) -> None:
    link = share(live)
    live.send(DESK, body=link.url)
    live.world.sharing.revoke(live.by, link)
    live.pass_time(100)
    (effect,) = opened(live)
    assert (effect.stage, effect.reason, effect.content) == ("attempted", "link withdrawn", b"")


def test_colleagues_and_mail_that_did_not_go_open_nothing(live) -> None:
    link = share(live)
    live.send("wei.zhang@northwind.example", body=link.url)
    live.send("noreply@courier.example", body=link.url)
    live.send("nobody@no-such-name.invalid", body=link.url)
    live.pass_time(200)
    assert opened(live) == []


def test_only_those_who_get_it_get_what_it_gives(live) -> None:
    link = share(live, audience=(DESK,))
    carried = live.world.sharing.carried
    assert carried([b"x " + link.url.encode()], [DESK]) == [b"the plan"]
    assert carried([link.url.encode()], ["other@courier.example"]) == []
    assert carried([b"no link"], [DESK]) == []


def test_a_fork_withdraws_its_own(live) -> None:
    link = share(live)
    other = live.world.fork(Clock(live.world.clock.now()), live.world.rng.fork())
    other.sharing.revoke(live.by, link)
    assert live.world.sharing.at(link.token) is not None
    assert other.sharing.at(link.token) is None


def test_bounds(live) -> None:
    with pytest.raises(ToolError, match="time is over"):
        share(live, expires=live.world.clock.us)
    for _ in range(MAX_LINKS):
        share(live)
    with pytest.raises(ToolError, match="Too many links"):
        share(live)
