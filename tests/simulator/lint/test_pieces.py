"""Paths, addresses and lines of texts."""

from __future__ import annotations

from fauxcorp.lint.pieces import Text


def paths(text: str) -> list[str]:
    return [path for path, _ in Text("a", 1, text, "mail").paths]


def test_paths() -> None:
    assert paths("see /srv/share/a.csv, /home/jo/x. And (/etc/hosts) or /var/log/…") == [
        "/srv/share/a.csv",
        "/home/jo/x",
        "/etc/hosts",
    ]
    assert paths("https://a.de/srv/share/x ../srv/x ~/opt/y and/or /nowhere/z") == []


def test_urls() -> None:
    text = Text("a", 1, "At https://Wiki.a.de/Yard/Tar, or (http://b.org).", "mail")
    assert [(host, path) for host, path, _ in text.urls] == [("wiki.a.de", "/Yard/Tar"), ("b.org", "")]


def test_lines() -> None:
    text = Text("a", 10, "one\ntwo\nthree", "mail")
    assert [text.at_offset(n) for n in (0, 4, 9)] == [10, 11, 12]
    assert Text("a", 0, "one\ntwo", "mail").at_offset(5) == 0
