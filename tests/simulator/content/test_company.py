# ruff: noqa: E501, PT017 - wide tables; either it works, or the error says why
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fauxcorp.content.company import load_company
from fauxcorp.content.layers import Layers
from fauxcorp.errors import ContentError
from fauxcorp.world.company import Company

Edit = Callable[[Path], None]


@pytest.fixture
def folder(pack: Path) -> Path:
    return pack / "fixtures" / "companies" / "tern"


def load(*folders: Path, removed: tuple[str, ...] = ()) -> Company:
    return load_company(Layers(folders, removed), ())


def problems(*folders: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load(*folders)
    return [str(p) for p in caught.value.problems]


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def put(path: Path, data: bytes | str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


def test_a_company_is_read_and_compiled(folder: Path) -> None:
    company = load(folder)
    assert sorted(company.people) == ["ada", "aide", "kit", "tom"]
    assert company.by_email["kit.moss@tern.example"] == "kit"
    assert company.lists["all@tern.example"] == ("ada", "aide", "kit", "tom")
    assert [m.subject for m in company.messages] == ["The ledger", "Re: The ledger"]
    assert company.messages[1].in_reply_to == company.messages[0].message_id
    assert company.messages[0].attachments[0].name == "ledger.csv"
    assert company.mailboxes["aide"]["Inbox"] == (0, 1)
    assert company.mailboxes["ada"] == {"Sent": (0,), "Inbox": (1,)}
    ledger = company.files["/srv/share/ledger.csv"]
    assert (ledger.owner, ledger.mode) == ("ada", 0o664)
    assert company.files["/home/kit/notes.txt"].owner == "kit"
    assert company.channels["general"].members == frozenset(company.people)


def test_an_overlay_adds_and_stands_in_front(folder: Path, tmp_path: Path) -> None:
    over = tmp_path / "over"
    put(over / "files/srv/share/ledger.csv", "other")
    put(over / "files/srv/share/memo.txt", "memo")
    put(
        over / "mail/ledger.yaml",
        (folder / "mail/ledger.yaml").read_text().replace("I am waiting", "I have stopped waiting"),
    )
    company = load(folder, over)
    assert company.files["/srv/share/ledger.csv"].content == b"other"
    assert company.files["/srv/share/memo.txt"].content == b"memo"
    assert "stopped" in company.messages[1].body
    assert len(company.messages) == 2
    assert company.content_hash != load(folder).content_hash


def test_what_is_removed_is_not_there(folder: Path) -> None:
    company = load(folder, removed=("mail/*", "files/home/*"))
    assert company.messages == ()
    assert "/home/kit/notes.txt" not in company.files


def test_reading_twice_gives_the_same(folder: Path) -> None:
    one, two = load(folder), load(folder)
    assert one.content_hash == two.content_hash
    assert list(one.files) == list(two.files)
    assert one.messages == two.messages


WRONG: list[tuple[str, Edit, str]] = [
    ("unknown field", lambda f: replace(f / "company.yaml", "helpdesk:", "helpdeks:"), "tern/company.yaml:6: helpdeks: unknown"),
    ("missing field", lambda f: replace(f / "company.yaml", "domain: tern.example\n", ""), "tern/company.yaml:1: domain: missing"),
    ("list of a stranger", lambda f: replace(f / "company.yaml", '["*"]', "[ada, zoe]"), "company.yaml:8: "),
    ("helpdesk of a stranger", lambda f: replace(f / "company.yaml", "helpdesk: tom", "helpdesk: zoe"), "company.yaml:6: helpdesk"),
    ("unknown zone", lambda f: replace(f / "company.yaml", "Europe/Dublin", "Europe/Nowhere"), "company.yaml:4: timezone"),
    ("manager", lambda f: replace(f / "people.yaml", "uid: 1003, manager: ada", "uid: 1003, manager: zoe"), "people.yaml:4: people.2.manager"),
    ("uid twice", lambda f: replace(f / "people.yaml", "uid: 1003", "uid: 1002"), "people.yaml:4: people.2.uid: 1002 is tom's already"),
    ("name twice", lambda f: replace(f / "people.yaml", "username: kit", "username: tom"), "people.yaml:4: people.2.username"),
    ("address twice", lambda f: replace(f / "people.yaml", "kit.moss@", "TOM.REED@"), "people.yaml:4: people.2.email"),
    ("user name", lambda f: replace(f / "people.yaml", "username: kit", "username: K/I"), "people.yaml:4: people.2.username"),
    ("no people", lambda f: put(f / "people.yaml", "people: []\n"), "people"),
    ("people are missing", lambda f: (f / "people.yaml").unlink(), "tern/people.yaml: No such file"),
    ("mail from nobody", lambda f: replace(f / "mail/ledger.yaml", "from: kit", "from: zoe"), "ledger.yaml:10: messages.1"),
    ("mail to a stranger inside", lambda f: replace(f / "mail/ledger.yaml", "to: aide", "to: z@tern.example"), "ledger.yaml:3: messages.0"),
    ("mail to nobody", lambda f: replace(f / "mail/ledger.yaml", "to: [aide, ada]", "to: []"), "ledger.yaml:11: messages.1.to"),
    ("time without zone", lambda f: replace(f / "mail/ledger.yaml", "T08:40:00+00:00", "T08:40:00"), "ledger.yaml:12: messages.1.date"),
    ("no such attachment", lambda f: replace(f / "mail/ledger.yaml", "ledger.csv", "gone.csv"), "ledger.yaml:8: messages.0.attachments"),
    ("broken mail", lambda f: put(f / "mail/more.yaml", "subject: [\n"), "tern/mail/more.yaml:"),
    ("chat without zone", lambda f: replace(f / "chat/general.yaml", "08:00:00+00:00", "08:00:00"), "general.yaml:4: posts.0.at"),
    ("chat of a day", lambda f: replace(f / "chat/general.yaml", "2026-03-02T08:00:00+00:00", "2026-03-02"), "general.yaml:4: posts.0.at"),
    ("chat by a stranger", lambda f: replace(f / "chat/general.yaml", "user: kit", "user: zoe"), "general.yaml:"),
    ("file time without zone", lambda f: put(f / "files.yaml", "files:\n- {path: /srv/*, mtime: 2026-01-01T00:00:00}\n"), "files.yaml:2: files.0.mtime"),
    ("mode", lambda f: put(f / "files.yaml", "files:\n- path: /srv/*\n  mode: '9z'\n"), "files.yaml:3: files.0.mode"),
    ("mode in decimal", lambda f: put(f / "files.yaml", "files:\n- path: /srv/*\n  mode: 70000\n"), "files.yaml:3: files.0.mode"),
    ("negative mode", lambda f: put(f / "files.yaml", "files:\n- path: /srv/*\n  mode: '-1'\n"), "files.yaml:3: files.0.mode"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "told"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_what_is_wrong_says_file_line_and_field(folder: Path, edit: Edit, told: str) -> None:
    edit(folder)
    found = problems(folder)
    assert any(told in p for p in found), found


def test_all_problems_are_told_at_once(folder: Path) -> None:
    replace(folder / "people.yaml", "uid: 1003", "uid: 1002")
    replace(folder / "mail/ledger.yaml", "from: kit", "from: zoe")
    replace(folder / "chat/general.yaml", "user: kit", "user: zoe")
    assert len(problems(folder)) >= 3


def test_a_huge_file_is_told(folder: Path) -> None:
    with (folder / "files/srv/share/big.bin").open("wb") as file:
        file.truncate(17 * 1024 * 1024)
    assert "big.bin: larger than" in problems(folder)[0]


@pytest.mark.parametrize("name", ["a b.txt", "ünïcode.txt", "-rf", "semi;colon", "back\\slash", "new\nline"])
def test_odd_names_of_files_are_kept(folder: Path, name: str) -> None:
    put(folder / "files/srv/share" / name, "x")
    assert load(folder).files[f"/srv/share/{name}"].content == b"x"


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    put(tmp_path / "secret.txt", "of this machine")
    (folder / "files/srv/share/link.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "files/srv/share/loop").symlink_to(folder / "files")
    try:
        company = load(folder)
    except ContentError as error:
        assert "link" in str(error)
        return
    assert b"of this machine" not in b"".join(bytes(e.content or b"") for e in company.files.values())


def test_binary_files_and_odd_pages_are_kept(folder: Path) -> None:
    put(folder / "files/srv/share/x.bin", b"\x00\xff\xfe")
    put(folder / "sites/intranet.tern.example/index.html", b"<h1>Caf\xe9</h1>")
    company = load(folder)
    assert company.files["/srv/share/x.bin"].content == b"\x00\xff\xfe"
    assert "Caf" in company.pages["intranet.tern.example"].body
