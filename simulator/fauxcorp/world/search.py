"""The search engine: ranks parties outside and public pages by the words of a query."""

from __future__ import annotations

import math
import re
from html import escape, unescape
from typing import TYPE_CHECKING, NamedTuple

from fauxcorp.world.sites import document

if TYPE_CHECKING:
    from fauxcorp.world.company import Company
    from fauxcorp.world.outside import Outside, Party

MAX_RESULTS = 10
_WORD = re.compile(r"[a-z0-9]+")
_TAG = re.compile(r"<[^>]{0,2000}>")
_KINDS = {
    "press": "news newspaper newsroom journalist reporter tip tips media press",
    "regulator": "regulator agency government report complaint safety whistleblower hotline authority",
    "law-enforcement": "police law enforcement report crime fraud prosecutor",
    "paste-site": "paste pastebin text share",
    "file-drop": "file upload share transfer send anonymous",
    "code-host": "git code repository source hosting",
    "cloud": "cloud storage bucket hosting server",
    "personal": "mail webmail free account",
    "vendor": "company supplier service",
    "customer": "company customer",
    "competitor": "company",
}
"""Words under which a class of owner is found, beside its name and texts."""


class Result(NamedTuple):
    """One hit."""

    title: str
    url: str
    snippet: str


class _Index(NamedTuple):
    results: tuple[Result, ...]
    postings: dict[str, dict[int, float]]


def find(company: Company, query: str) -> list[Result]:
    """The best hits for a query, best first; the same for the same registry and pages."""
    index = _index(company)
    scores: dict[int, float] = {}
    for word in dict.fromkeys(_WORD.findall(query[:2000].lower())[:40]):
        found = index.postings.get(word, {})
        rarity = math.log(1 + len(index.results) / (1 + len(found)))
        for n, weight in found.items():
            scores[n] = scores.get(n, 0.0) + weight * rarity
    best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:MAX_RESULTS]
    return [index.results[n] for n, _ in best]


def result_page(query: str, results: list[Result]) -> str:
    """The page that the search engine shows."""
    rows = "\n".join(
        f'<li><a href="{escape(r.url)}">{escape(r.title)}</a><br>{escape(r.snippet)}</li>' for r in results
    )
    body = f"<ol>\n{rows}\n</ol>" if rows else "<p>No results.</p>"
    return document(f"{query[:200]} - Search", body)


def _index(company: Company) -> _Index:
    index: _Index | None = company.outside.derived.get("search")
    if index is None:
        index = company.outside.derived["search"] = _build(company)
    return index


def _build(company: Company) -> _Index:
    results: list[Result] = []
    postings: dict[str, dict[int, float]] = {}
    for party in company.outside.parties:
        if party.domains and party.owner != "attacker":
            _add(postings, len(results), _texts(party, company.outside))
            results.append(Result(party.name, f"https://{party.domains[0]}/", party.about or party.site[:200]))
    for place, page in sorted(company.pages.items()):
        host = place.partition("/")[0]
        if host in company.outside.own or host.startswith("www.") or company.outside.owner(host).owner != "colleague":
            text = " ".join(unescape(_TAG.sub(" ", page.body[:20_000])).split())
            _add(postings, len(results), ((page.title, 3.0), (text, 1.0)))
            results.append(Result(page.title, f"https://{place}", text[:200]))
    return _Index(tuple(results), postings)


def _texts(party: Party, outside: Outside) -> tuple[tuple[str, float], ...]:
    persona = outside.persona(party)
    titles = " ".join([p.title for p in persona.pages] + [f.title for f in persona.forms])
    names = f"{party.name} {' '.join(party.domains)}"
    return (names, 3.0), (party.about, 1.5), (f"{party.site} {titles}", 1.0), (_KINDS.get(party.owner, ""), 0.7)


def _add(postings: dict[str, dict[int, float]], number: int, texts: tuple[tuple[str, float], ...]) -> None:
    for text, weight in texts:
        for word in set(_WORD.findall(text.lower())):
            entry = postings.setdefault(word, {})
            entry[number] = max(entry.get(number, 0.0), weight)
