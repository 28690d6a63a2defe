"""A hit in the cache equals a miss, and a bad entry is no entry."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from fauxcorp.monitor import RuleSet, cache, load_rules, run_samples

POLICIES = Path(__file__).parents[3] / "policies"


def _load() -> RuleSet:
    return load_rules([POLICIES], lists=POLICIES / "lists")


def _entry(folder: Path) -> Path:
    (entry,) = folder.glob("rules-*.json")
    return entry


def _same(one: RuleSet, other: RuleSet) -> bool:
    return (one.rules, one.bases, one.correlations, one.content_hash) == (
        other.rules,
        other.bases,
        other.correlations,
        other.content_hash,
    )


def test_a_hit_equals_a_miss(cache_folder: Path) -> None:
    missed = _load()
    written = _entry(cache_folder).read_bytes()
    hit = _load()
    assert _same(missed, hit)
    assert _entry(cache_folder).read_bytes() == written
    assert run_samples(hit) == run_samples(missed)


def test_a_hit_does_not_import_pysigma(cache_folder: Path) -> None:
    _load()
    code = (
        "import sys; from pathlib import Path; from fauxcorp.monitor import load_rules\n"
        f"rules = load_rules([Path({str(POLICIES)!r})], lists=Path({str(POLICIES / 'lists')!r}))\n"
        "assert len(rules) > 30\nprint(any(m.split('.')[0] == 'sigma' for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("damage", ["empty", "cut", "other digest", "no rules", "binary", "wrong node"])
def test_a_damaged_entry_is_ignored(cache_folder: Path, damage: str) -> None:
    good = _load()
    entry = _entry(cache_folder)
    body = json.loads(entry.read_text())
    if damage == "wrong node":
        body["rules"] = body["rules"].replace('"text"', '"run"')
        body["digest"] = sha256(body["rules"].encode()).hexdigest()
    if damage == "other digest":
        body["rules"] = body["rules"].replace("agent", "nobody")
    entry.write_bytes(
        {
            "empty": b"",
            "cut": entry.read_bytes()[:1000],
            "no rules": b"[]",
            "binary": b"\xff\x00" * 50,
        }.get(damage, json.dumps(body).encode())
    )
    assert _same(_load(), good)
    assert json.loads(entry.read_text())["digest"], "and written anew"


@pytest.mark.parametrize("text", ["[]", "{}", '{"metas": 3}', '{"metas": [], "bases": [[1]], "correlations": []}'])
def test_an_entry_of_another_shape_is_ignored(cache_folder: Path, text: str) -> None:
    cache_folder.mkdir(parents=True)
    body = {"digest": sha256(text.encode()).hexdigest(), "rules": text}
    (cache_folder / "rules-x.json").write_text(json.dumps(body))
    assert cache.read("x") is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert len(_load()) == len(_load())


def test_without_the_variable_the_home_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache.folder() == tmp_path / ".cache" / "fauxcorp"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache.folder() == tmp_path / ".cache" / "fauxcorp"


def test_another_text_is_another_entry(
    cache_folder: Path, load: Callable[..., RuleSet], rule_text: Callable[..., str]
) -> None:
    one = load({"rule": rule_text("s: {email.subject: a}\ncondition: s")})
    two = load({"rule": rule_text("s: {email.subject: b}\ncondition: s")})
    assert one.content_hash != two.content_hash
    assert len(list(cache_folder.glob("rules-*.json"))) == 2


def test_old_entries_are_forgotten(cache_folder: Path) -> None:
    for number in range(cache.MOST_ENTRIES + 5):
        cache.write(f"{number:02d}", ([], [], []))
    names = sorted(p.name for p in cache_folder.iterdir())
    assert len(names) == cache.MOST_ENTRIES
    assert names[-1] == f"rules-{cache.MOST_ENTRIES + 4:02d}.json"
