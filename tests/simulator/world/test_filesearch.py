"""Search over files by name and content."""

from __future__ import annotations

import pytest

from fauxcorp.core.effects import FileCreated
from fauxcorp.world.files import FileEntry
from fauxcorp.world.filesearch import MAX_TEXT, Hit, find_files

FILES = {
    "/srv/share/trial/data.csv": b"id,age\n1,30\nAdverse event,2\n",
    "/srv/share/trial/notes.txt": "Zoë says:\nadverse EVENT pending\n".encode(),
    "/srv/share/logo.png": b"\x89PNG\0adverse event",
    "/srv/share/İstanbul.txt": "İİ adverse\nevent".encode(),
}


@pytest.fixture
def live(make_live):
    return make_live(files=FILES)


def find(live, query, folder="/srv/share", limit=10):
    return find_files(live.world, "assistant", query, folder, limit)[0]


def test_words_are_found_with_their_line(live):
    hits = find(live, "adverse event")
    assert Hit("/srv/share/trial/data.csv", 3, "Adverse event,2") in hits
    assert Hit("/srv/share/trial/notes.txt", 2, "adverse EVENT pending") in hits
    assert [h.path for h in hits] == sorted((p for p in FILES if "png" not in p), key=lambda p: (p.count("/"), p))


def test_names_count_as_well_as_content(live):
    assert find(live, "trial") == [Hit("/srv/share/trial/data.csv"), Hit("/srv/share/trial/notes.txt")]
    assert find(live, "NOTES pending") == [Hit("/srv/share/trial/notes.txt", 2, "adverse EVENT pending")]
    assert find(live, "*.PNG") == [Hit("/srv/share/logo.png")]
    assert find(live, "nothing of it") == []


def test_a_changed_file_is_found_by_what_it_holds_now(live):
    live.world.apply(FileCreated(by=live.by, path="/srv/share/trial/data.csv", content=b"harmless"))
    assert [h.path for h in find(live, "harmless")] == ["/srv/share/trial/data.csv"]
    assert "/srv/share/trial/data.csv" not in [h.path for h in find(live, "adverse")]


def test_what_one_may_not_read_is_not_found(live):
    files = live.world.files
    files.put("/srv/share/trial/data.csv", FileEntry(b"adverse event", "root", "root", 0o600))
    files.put("/srv/share/closed", FileEntry(owner="root", group="root", mode=0o700, kind="dir"))
    files.put("/srv/share/closed/a.txt", FileEntry(b"adverse event", mode=0o644))
    assert not {h.path for h in find(live, "adverse event")} & {"/srv/share/trial/data.csv", "/srv/share/closed/a.txt"}
    assert find(live, "root", "/root") == []
    assert live.effects == []


def test_it_is_bounded(live):
    for n in range(20):
        live.world.files.put(f"/srv/share/x{n}.txt", FileEntry(b"needle"))
    live.world.files.put("/srv/share/huge.txt", FileEntry(b"x" * MAX_TEXT + b"needle"))
    hits, more = find_files(live.world, "assistant", "needle", "/srv/share", 10)
    assert (len(hits), more) == (10, True)
    assert "/srv/share/huge.txt" not in [h.path for h in find(live, "needle", limit=50)]
