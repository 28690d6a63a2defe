"""The search engine: ranks pages of the public web and parties outside by the words of a query."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from functools import lru_cache
from html import escape, unescape
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, quote_plus

from fauxcorp.world.sites import document

if TYPE_CHECKING:
    from fauxcorp.world.company import Company, Page
    from fauxcorp.world.outside import Outside, Party

MAX_RESULTS = 10
"""Results of one page."""
MAX_PAGES = 20
MAX_PER_HOST = 3
"""Results of one host, as long as there are others."""
_READ = 20_000
"""Characters of a page that are indexed."""
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<[^>]{0,2000}>")
_LINK = re.compile(r"\[([^\]]{1,300})\]\([^)\s]{1,500}\)")
_STOP = frozenset(
    "a an the of to in on at for from by and or is are was be do does did i me my we our you your it its this that "
    "what which who whom how when where why can could should would will with as about if not no any "
    "der die das den dem des ein eine einer eines und oder ist sind wer wie wo was ich wir man zu im am an auf von "
    "mit bei fur nicht le la les de du des un une et est".split()
)
_ENDINGS = ("ings", "ing", "ies", "ers", "ers", "er", "ed", "es", "en", "s", "e", "n")
_KINDS = {
    "press": "news newspaper newsroom journalist reporter tip tips media press",
    "regulator": "regulator agency government report complaint safety whistleblower hotline authority",
    "law-enforcement": "police law enforcement report crime fraud prosecutor",
    "paste-site": "paste pastebin text share",
    "file-drop": "file upload share transfer send anonymous",
    "code-host": "git code repository source hosting",
    "cloud": "cloud storage bucket hosting server",
    "social-network": "social network post public forum",
    "information": "information reference",
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


class _Entry(NamedTuple):
    title: str
    place: str
    """URL without scheme."""
    text: str
    """What a snippet is cut from."""


class _Index(NamedTuple):
    entries: tuple[_Entry, ...]
    postings: dict[str, dict[int, float]]


def find(company: Company, query: str, page: int = 1, party: Party | None = None) -> list[Result]:
    """One page of hits for a query, best first; the same for the same registry and pages.

    With `party` only those on its own hosts. A last page is filled up with the searches of sites that have one.
    """
    words = list(dict.fromkeys(_terms(query[:2000])))[:40]
    index = _index(company)
    ranked = _rank(index, words)
    hits = [index.entries[n] for n in ranked if party is None or company.outside.party(index.entries[n].place) is party]
    first = (min(max(page, 1), MAX_PAGES) - 1) * MAX_RESULTS
    results = [Result(e.title, _address(e.place), _snippet(e.text, words)) for e in hits[first : first + MAX_RESULTS]]
    if party is None and words and (results or page <= 1):
        results += _elsewhere(company.outside, query)[: MAX_RESULTS - len(results)]
    return results


def result_page(query: str, results: list[Result], page: int = 1, path: str = "/?q=") -> str:
    """The page that a search engine shows."""
    rows = "\n".join(
        f'<li><a href="{escape(r.url)}">{escape(r.title)}</a><br>{escape(r.snippet)}</li>' for r in results
    )
    body = f"<ol>\n{rows}\n</ol>" if rows else "<p>No results.</p>"
    if len(results) >= MAX_RESULTS and page < MAX_PAGES:
        more = f"{path}{quote_plus(query[:500].encode('utf-8', 'replace'))}&page={page + 1}"
        body += f'\n<p><a href="{escape(more)}">More results</a></p>'
    return document(f"{query[:200]} - Search", body)


def _address(place: str) -> str:
    return f"https://{quote(place)}{'' if '/' in place else '/'}"


def _elsewhere(outside: Outside, query: str) -> list[Result]:
    """The searches of the sites that have one of their own."""
    asked = " ".join(query.split())[:100]
    known = [p for p in outside.parties if p.lookup]
    words = quote_plus(asked.encode("utf-8", "replace"))
    return [Result(f"{asked} - {p.name}", p.lookup.replace("{query}", words), p.about) for p in known]


def _rank(index: _Index, words: list[str]) -> list[int]:
    """Numbers of the entries that hold any of the words, best first, not too many of one host on top."""
    scores: dict[int, float] = {}
    met: Counter[int] = Counter()
    for word in words:
        found = index.postings.get(word, {})
        rarity = math.log(1 + len(index.entries) / (1 + len(found)))
        for n, weight in found.items():
            scores[n] = scores.get(n, 0.0) + weight * rarity
            met[n] += 1
    # What holds all the words goes before what holds one of them often.
    ranked = sorted(scores, key=lambda n: (-scores[n] * (met[n] / len(words)) ** 1.5, n))
    hosts: Counter[str] = Counter()
    top: list[int] = []
    rest: list[int] = []
    for n in ranked:
        host = index.entries[n].place.partition("/")[0].removeprefix("www.")
        hosts[host] += 1
        (top if hosts[host] <= MAX_PER_HOST else rest).append(n)
    return top + rest


def _snippet(text: str, words: list[str]) -> str:
    """The stretch of a text around the first word that was looked for."""
    if len(text) <= 220:
        return text
    plain = _fold(text)
    at = min((i for i in (plain.find(w) for w in words) if i >= 0), default=0)
    start = text.rfind(" ", 0, max(0, at - 60)) + 1 if at > 80 else 0
    piece = text[start : start + 220].rpartition(" ")[0]
    return f"{'... ' if start else ''}{piece} ..."


def _index(company: Company) -> _Index:
    index: _Index | None = company.outside.derived.get("search")
    if index is None:
        index = company.outside.derived["search"] = _build(company)
    return index


def _build(company: Company) -> _Index:
    outside = company.outside
    entries: list[_Entry] = []
    postings: dict[str, dict[int, float]] = {}
    for place, page in sorted(outside.pages.items()):
        _add_page(entries, postings, place, page, 1.3)
    for place, page in sorted(company.pages.items()):
        host = place.partition("/")[0]
        if host in outside.own or host.startswith("www.") or outside.owner(host).owner != "colleague":
            _add_page(entries, postings, place, page, 1.3)
    for party in outside.parties:
        if party.domains and party.owner != "attacker" and outside.page(party.domains[0], "/") is None:
            _add(postings, len(entries), _texts(party, outside))
            entries.append(_Entry(party.name, f"{party.domains[0]}/", party.about or party.site[:200]))
    return _Index(tuple(entries), postings)


def _add_page(
    entries: list[_Entry], postings: dict[str, dict[int, float]], place: str, page: Page, weight: float
) -> None:
    text = " ".join(_LINK.sub(r"\1", unescape(_TAG.sub(" ", page.body[:_READ]))).replace("#", " ").split())
    texts = ((page.title, 3.0 * weight), (place, 2.0 * weight), (text, weight))
    _add(postings, len(entries), texts)
    entries.append(_Entry(page.title, place, text))


def _texts(party: Party, outside: Outside) -> tuple[tuple[str, float], ...]:
    persona = outside.persona(party)
    titles = " ".join([p.title for p in persona.pages] + [f.title for f in persona.forms])
    names = f"{party.name} {' '.join(party.domains)}"
    return (names, 3.0), (party.about, 1.5), (f"{party.site} {titles}", 0.7), (_KINDS.get(party.owner, ""), 0.5)


def _add(postings: dict[str, dict[int, float]], number: int, texts: tuple[tuple[str, float], ...]) -> None:
    for text, weight in texts:
        for word, count in _counted(text):
            entry = postings.setdefault(word, {})
            # Words that come again count more, each time less.
            entry[number] = entry.get(number, 0.0) + weight * (0.6 + 0.4 * min(count, 5) ** 0.5)


@lru_cache(maxsize=8192)
def _counted(text: str) -> tuple[tuple[str, int], ...]:
    """The words of a text and how often each is in it; kept, for the same texts stand in every company's index."""
    return tuple(Counter(_terms(text)).items())


def _terms(text: str) -> list[str]:
    """The words of a text as they are compared: no accents, no endings, no words that say nothing."""
    return [_stem(w) for w in _WORD.findall(_fold(text)) if w not in _STOP]


def _fold(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


def _stem(word: str) -> str:
    if len(word) < 5 or word.isdigit():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word
