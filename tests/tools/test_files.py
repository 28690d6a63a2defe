"""The files, as an agent uses them."""

from __future__ import annotations

import io

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.errors import ToolError

FILES = {
    "/srv/share/notes.txt": b"".join(b"line %d\n" % n for n in range(1, 2001)),
    "/srv/share/trial/data.csv": b"id,event\n1,adverse\n",
    "/srv/share/logo.png": b"\x89PNG\0\0",
    "/srv/share/empty": b"",
}


@pytest.fixture
def office(make_office):
    return make_office(files=FILES)


def test_a_folder_is_listed(office):
    said = office.call("list_files").splitlines()
    assert said[0] == "/srv/share: 4 items"
    assert said[-1].startswith("trial/  2026-03-04")
    assert "logo.png  6 B  2026-03-04 09:00" in said
    assert office.call("list_files", path="/srv/share/trial").splitlines()[0] == "/srv/share/trial: 1 item"
    with pytest.raises(ToolError, match="No such file or directory"):
        office.call("list_files", path="nowhere")


def test_a_text_is_read_whole_or_by_lines(office):
    assert office.call("read_file", path="trial/data.csv") == "id,event\n1,adverse"
    assert office.call("read_file", path="notes.txt", offset=5, limit=2) == (
        "line 5\nline 6\n[lines 5-6 of 2,000; go on with offset=7]"
    )
    assert office.call("read_file", path="notes.txt", offset=2000) == "line 2000\n[lines 2,000-2,000 of 2,000]"
    assert office.call("read_file", file_path="empty") == "(empty file)"
    assert office.call("read_file", path="logo.png") == "Binary file (image/png, 6 B); it cannot be shown as text."
    with pytest.raises(ToolError, match="has 2,000 lines"):
        office.call("read_file", path="notes.txt", offset=2001)


def test_writing_appending_copying_moving_deleting(office):
    assert office.call("write_file", path="a.txt", content="one\n") == "Wrote 4 B to a.txt."
    assert office.call("write_file", path="a.txt", content="two\n", append=True) == "Appended 4 B to a.txt."
    assert office.call("copy_file", source="a.txt", destination="trial") == "Copied to /srv/share/trial/a.txt."
    assert office.call("move_file", source="a.txt", to="b.txt") == "Moved to /srv/share/b.txt."
    assert office.call("delete_file", path="b.txt") == "Deleted b.txt."
    assert office.call("read_file", path="trial/a.txt") == "one\ntwo"
    actions = [k.partition("/")[0] for k in office.effects()]
    assert [a for a in actions if a != "file-read"] == [
        "file-created", "file-modified", "file-created", "file-moved", "file-deleted",
    ]  # fmt: skip


def test_appending_is_not_reading(office):
    office.call("write_file", path="trial/data.csv", content="2,none\n", append=True)
    assert office.effects() == ["file-modified/executed"]


def test_folders(office):
    assert office.call("make_folder", path="x/y") == "Made /srv/share/x/y."
    assert office.call("list_files", path="x/y") == "/srv/share/x/y is empty."
    with pytest.raises(ToolError, match="not empty"):
        office.call("delete_file", path="trial")
    assert office.call("delete_file", path="trial", recursive=True).startswith("Deleted trial")


def test_info(office):
    said = office.call("file_info", path="trial/data.csv")
    assert "Path: /srv/share/trial/data.csv" in said
    assert "Size: 19 B (19 bytes)" in said
    assert "Permissions: 0664" in said


def test_search_shows_lines_and_that_counts_as_reading(office):
    assert office.call("search_files", query="adverse") == "1 file found\n/srv/share/trial/data.csv:2: 1,adverse"
    assert office.effects() == ["file-read/executed"]
    assert office.call("search_files", query="*.png") == "1 file found\n/srv/share/logo.png"
    assert office.effects() == ["file-read/executed"]
    assert office.call("search_files", query="zzz") == "No files found."


def test_sharing(office):
    shared, link, told = office.call(
        "share_file", path="trial/data.csv", **{"with": ["desk@courier.example", "wei.zhang"]}
    ).splitlines()
    assert shared == "Shared /srv/share/trial/data.csv with desk@courier.example, wei.zhang@northwind.example."
    assert link.startswith("Link: https://share.northwind.example/s/")
    assert told == "Told by mail: desk@courier.example."
    effect = office.live.effects[-1]
    assert effect.audience == ("desk@courier.example", "wei.zhang@northwind.example")
    assert effect.content == FILES["/srv/share/trial/data.csv"]
    office.call("share_file", path="trial/data.csv", **{"with": "anyone"})
    assert office.live.effects[-1].audience == ("anyone",)
    with pytest.raises(ToolError, match="Invalid address"):
        office.call("share_file", path="trial/data.csv", **{"with": "??"})


def test_links_are_listed_limited_and_withdrawn(office):
    first = office.call("share_file", path="trial", audience="anyone", expires="in 2 days", password="sesame 9")
    assert first.splitlines()[2:] == ["It works until 2026-03-06 09:00.", "The password is asked of whoever opens it."]
    second = office.call("share_file", path="notes.txt", audience="wei.zhang", expires="2026-03-20").splitlines()
    assert second[2] == "It works until 2026-03-21 00:00."
    rows = office.call("list_share_links").splitlines()
    assert rows[0] == "2 links"
    assert rows[2].endswith("/srv/share/trial  made 2026-03-04 09:00  [with anyone; until 2026-03-06 09:00; password]")
    url = second[1].removeprefix("Link: ")
    assert office.call("open_page", url=url).startswith(f"{url}\n\nline 1\n")
    assert office.call("revoke_share_link", link="notes.txt") == f"Withdrawn: {url} (/srv/share/notes.txt)."
    with pytest.raises(ToolError, match="404"):
        office.call("open_page", url=url)
    with pytest.raises(ToolError, match="No such link"):
        office.call("revoke_share_link", link=url)
    assert "does not work: link withdrawn" in office.call("list_share_links")
    acts = [k for k in office.effects() if not k.startswith(("file-read", "http"))]
    assert acts == ["file-shared/executed", "file-shared/executed", "share-revoked/executed"]


def test_a_link_is_downloaded(office):
    url = office.call("share_file", path="trial/data.csv", audience="anyone").splitlines()[1].removeprefix("Link: ")
    office.call("download_file", url=url, path="/tmp/copy.csv")
    assert office.sandbox.read("/tmp/copy.csv", office.by) == FILES["/srv/share/trial/data.csv"]


@pytest.mark.parametrize("expires", ["yesterday", "2020-01-01 09:00", "soon", "x" * 60, "in 0 days"])
def test_times_that_are_none_make_no_link(office, expires):
    with pytest.raises(ToolError):
        office.call("share_file", path="notes.txt", audience="anyone", expires=expires)
    assert not any(k.startswith("file-shared") for k in office.effects())


def test_documents_are_read_and_what_is_written_is_plain_text(office):
    made, out = docx.Document(), io.BytesIO()
    made.add_paragraph("Minutes of the board.")
    made.save(out)
    office.sandbox.write("/srv/share/m.docx", out.getvalue(), office.by)
    assert office.call("read_file", path="m.docx").endswith("\nMinutes of the board.")
    assert "plain text" in office.call("write_file", path="n.docx", content="Minutes.")
    assert office.call("read_file", path="n.docx") == "Minutes."


def test_what_belongs_to_others_is_refused_and_recorded(office):
    with pytest.raises(ToolError, match="Permission denied"):
        office.call("read_file", path="/etc/shadow")
    with pytest.raises(ToolError, match="Permission denied"):
        office.call("write_file", path="/etc/hostname", content="x")
    assert [e.rpartition("/")[2] for e in office.effects()] == ["attempted", "attempted"]


@given(st.text(max_size=80) | st.sampled_from(["../" * 200 + "etc/shadow", "a\0b", "x" * 5000, "/", "~", "~root/x"]))
def test_any_path_is_answered_or_refused(make_office, refused, path):
    office = make_office(files=FILES)
    for name, more in (("list_files", {}), ("read_file", {}), ("write_file", {"content": "x"}), ("delete_file", {})):
        try:
            said = office.call(name, path=path, **more)
        except (ToolError, refused) as error:
            said = str(error)
        assert said
