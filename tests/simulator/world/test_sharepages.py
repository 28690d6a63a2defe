"""The pages of the host of share links."""

from __future__ import annotations

import pytest

from fauxcorp.core.effects import Origin
from fauxcorp.errors import ToolError
from fauxcorp.world.sharepages import MAX_FILES, share_host


@pytest.fixture
def live(make_live):
    return make_live(
        files={"/srv/share/a <b>.html": b"<html>hi</html>", "/srv/share/empty/x": b"", "/srv/share/\u00fc.txt": b"u"}
    )


def page(live, path: str):
    return live.world.web.request(Origin("agent", "assistant", "http"), "GET", f"https://share.northwind.example{path}")


def test_the_host_is_the_company_s_own(live) -> None:
    assert share_host(live.world.company) == "share.northwind.example"
    assert live.world.web.locate("share.northwind.example").startswith("10.")
    assert live.world.company.outside.owner("share.northwind.example").owner == "colleague"


def test_names_are_shown_as_they_are(live) -> None:
    link = live.world.sharing.share(live.by, "/srv/share", ["anyone"])
    shown = page(live, f"/s/{link.token}").text
    assert "a &lt;b&gt;.html</a>" in shown
    assert page(live, f"/s/{link.token}/a%20%3Cb%3E.html").body == b"<html>hi</html>"
    assert page(live, f"/s/{link.token}/%C3%BC.txt").header("content-type").startswith("text/plain")


def test_own_links_are_listed_and_the_rest_is_not_there(live) -> None:
    assert "share nothing" in page(live, "/").text
    link = live.world.sharing.share(live.by, "/srv/share/empty", ["anyone"])
    assert link.url in page(live, "/").text
    for path in ("/s/", "/s/00000000000000000000", "/s/x", "/admin", f"/s/{link.token}/no", f"/s/{link.token}/x/y"):
        assert page(live, path).status == 404


def test_a_folder_of_too_many_files_is_refused(make_live) -> None:
    live = make_live(files={f"/srv/share/f{n}": b"x" for n in range(MAX_FILES + 1)})
    with pytest.raises(ToolError, match=f"more than {MAX_FILES} files"):
        live.world.sharing.share(live.by, "/srv/share", ["anyone"])
