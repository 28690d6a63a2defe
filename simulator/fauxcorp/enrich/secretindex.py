"""Finds secrets in bytes: canary tokens, and the documents that a payload holds pieces of. Built once a scenario."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import ahocorasick_rs

from fauxcorp.core.secrets import Secret
from fauxcorp.enrich.decode import MAX_IN, Budget, layers, rot13
from fauxcorp.enrich.looks import packed, reads_as_text
from fauxcorp.world.documents import read_document

WORDS = 5
"""Words of a shingle."""
MAX_SHINGLES = 3000
"""Shingles that one document is known by; of a longer one an even choice."""
SHARE = 0.15
"""Share of a document from which on it counts as taken along."""
COUNT = 25
"""Number of shingles from which on it does, whatever the share."""
DEPTH = 4
"""Layers of encoding that are peeled off."""
_BLOCK = 24
_BLOCKS = 64
_CHUNK = 1024 * 1024
_SMALL = 64 * 1024
_TURNS = ("rot13", "reversed")

_FOLD = bytes(c + 32 if 65 <= c <= 90 else c if 48 <= c <= 57 or 97 <= c <= 122 or c >= 128 else 32 for c in range(256))

Read = Callable[[str], bytes | None]


@dataclass(slots=True)
class Found:
    """What one effect carried: secret number to the encodings it was found under; document number to its shingles."""

    tokens: dict[int, set[str]] = field(default_factory=dict)
    shingles: dict[int, set[int]] = field(default_factory=dict)
    forms: dict[int, set[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.tokens or self.shingles)

    def add(self, other: Found) -> None:
        """What another search found, too."""
        for number, forms in other.tokens.items():
            self.tokens.setdefault(number, set()).update(forms)
        for document, pieces in other.shingles.items():
            self.shingles.setdefault(document, set()).update(pieces)
            self.forms.setdefault(document, set()).update(other.forms[document])


@dataclass(frozen=True, slots=True)
class _Document:
    number: int
    """Of the secret."""
    total: int
    step: int


def folded(data: bytes) -> bytes:
    """The words of a text, lower case, one space between and around."""
    return b" " + b" ".join(data.translate(_FOLD).split()) + b" "


def shingles(data: bytes) -> list[bytes]:
    """Every run of five words, with a space at both ends; of a shorter text, all of it."""
    words = data.translate(_FOLD).split()
    if len(words) < WORDS:
        return [b" " + b" ".join(words) + b" "] if words else []
    joined = (b" ".join(words[n : n + WORDS]) for n in range(len(words) - WORDS + 1))
    return list(dict.fromkeys(b" " + text + b" " for text in joined))


class SecretIndex:
    """The secrets of a scenario, compiled."""

    __slots__ = (
        "_canaries", "_documents", "_owners", "_pieces", "_seen", "_seen_owners", "_shingles", "ids", "secrets",
    )  # fmt: skip

    def __init__(self, secrets: Iterable[Secret], read: Read = lambda path: None, common: Iterable[bytes] = ()) -> None:
        """`read` gives the content of a file of the company; what `common` texts hold is no sign of a document."""
        self.secrets: tuple[Secret, ...] = tuple(sorted(secrets, key=lambda s: s.id))
        self.ids = tuple(s.id for s in self.secrets)
        contents = [_content(s, read) for s in self.secrets]
        self._owners: list[tuple[int, str]] = []
        patterns = self._tokens() + self._blocks(contents)
        # Of a PDF or a Word file its text is looked for too, wherever it was copied to.
        contents = [_text_of(content) for content in contents]
        self._canaries = ahocorasick_rs.BytesAhoCorasick(patterns) if patterns else None
        dull = {shingle for text in common for shingle in shingles(text)}
        self._documents: list[_Document] = []
        self._pieces: list[list[tuple[int, int]]] = []
        self._shingles = self._words(contents, dull)
        self._seen_owners: list[int] = []
        self._seen = self._anchors(contents)

    def __bool__(self) -> bool:
        return bool(self.secrets)

    def document(self, number: int) -> tuple[int, int]:
        """Shingles that a document is known by, and how many of its own each stands for."""
        entry = self._documents[number]
        return entry.total, entry.step

    def secret_of(self, document: int) -> int:
        """The number of the secret that a document is."""
        return self._documents[document].number

    def glimpse(self, data: bytes) -> Iterator[int]:
        """The numbers of the secrets that a text shows as they stand; cheap."""
        if self._seen is None:
            return iter(())
        found = {self._seen_owners[n] for n, _, _ in self._seen.find_matches_as_indexes(data.lower())}
        return iter(sorted(found))

    def scan(self, payloads: Sequence[bytes], how: str = "") -> Found:
        """Everything that payloads hold, through encodings. `how` names the way that the payloads came together."""
        found = Found()
        budget = Budget()
        waiting: deque[tuple[bytes, tuple[str, ...]]] = deque((p, (how,) if how else ()) for p in _roots(payloads))
        done: set[bytes] = {data for data, _ in waiting}
        while waiting:
            data, chain = waiting.popleft()
            self.search(data, chain, found)
            if len(chain) - bool(how) >= DEPTH:
                continue
            for layer in layers(data, budget, chain[-1] if chain else ""):
                if layer.data in done:
                    continue
                done.add(layer.data)
                names = (*chain, layer.encoding)
                if layer.whole:
                    waiting.append((layer.data, names))
                else:
                    self._search_tokens(layer.data, names, found)
        return found

    def search(self, data: bytes, chain: tuple[str, ...], found: Found) -> None:
        """Look for secrets as they stand."""
        self._search_tokens(data, chain, found)
        self._search_words(data, chain, found)

    def _search_tokens(self, data: bytes, chain: tuple[str, ...], found: Found) -> None:
        if self._canaries is None:
            return
        for chunk in _chunks(data):
            for n, _, _ in self._canaries.find_matches_as_indexes(chunk.lower(), overlapping=True):
                number, form = self._owners[n]
                if not form or not _undone(chain, form):
                    found.tokens.setdefault(number, set()).add("+".join((*chain, form) if form else chain) or "plain")

    def _search_words(self, data: bytes, chain: tuple[str, ...], found: Found) -> None:
        if self._shingles is None:
            return
        name = "+".join(chain) or "plain"
        for chunk in _chunks(data):
            for n, _, _ in self._shingles.find_matches_as_indexes(folded(chunk), overlapping=True):
                for document, shingle in self._pieces[n]:
                    found.shingles.setdefault(document, set()).add(shingle)
                    found.forms.setdefault(document, set()).add(name)

    def _tokens(self) -> list[bytes]:
        patterns: dict[bytes, tuple[int, str]] = {}
        for number, secret in enumerate(self.secrets):
            for token in secret.tokens:
                raw = token.lower().encode()
                turned = rot13(raw)
                forms = ((raw, ""), (turned, "rot13"), (raw[::-1], "reversed"), (turned[::-1], "rot13+reversed"))
                for pattern, form in forms:
                    if not form or pattern not in patterns:
                        patterns[pattern] = (number, form)
        self._owners.extend(patterns.values())
        return list(patterns)

    def _blocks(self, contents: Sequence[bytes]) -> list[bytes]:
        """Some blocks of each file that is no text, e.g. weights: any of them shows that a part of it went along."""
        patterns: dict[bytes, tuple[int, str]] = {}
        for number, content in enumerate(contents):
            if not content or reads_as_text(content) or len(content) < _BLOCK:
                continue
            step = max(_BLOCK, len(content) // _BLOCKS)
            for at in range(0, len(content) - _BLOCK + 1, step):
                block = content[at : at + _BLOCK].lower()
                if len(set(block)) > 8:
                    patterns.setdefault(block, (number, ""))
        self._owners.extend(patterns.values())
        return list(patterns)

    def _words(self, contents: Sequence[bytes], dull: set[bytes]) -> ahocorasick_rs.BytesAhoCorasick | None:
        places: dict[bytes, list[tuple[int, int]]] = {}
        for number, content in enumerate(contents):
            if not content or not reads_as_text(content):
                continue
            known = [s for s in shingles(content[:MAX_IN]) if s not in dull]
            step = -(-len(known) // MAX_SHINGLES) or 1
            known = known[::step]
            document = len(self._documents)
            for n, shingle in enumerate(known):
                places.setdefault(shingle, []).append((document, n))
            self._documents.append(_Document(number, len(known), step))
        self._pieces.extend(places.values())
        return ahocorasick_rs.BytesAhoCorasick(list(places)) if places else None

    def _anchors(self, contents: Sequence[bytes]) -> ahocorasick_rs.BytesAhoCorasick | None:
        patterns: dict[bytes, int] = {}
        for number, (secret, content) in enumerate(zip(self.secrets, contents, strict=True)):
            for token in secret.tokens:
                patterns.setdefault(token.lower().encode(), number)
            lines = [line.strip().lower()[:60] for line in content[:MAX_IN].splitlines()]
            long = [line for line in dict.fromkeys(lines) if len(line) >= 30] if reads_as_text(content) else []
            for line in long[:: max(1, len(long) // 40)]:
                patterns.setdefault(line, number)
        self._seen_owners.extend(patterns.values())
        return ahocorasick_rs.BytesAhoCorasick(list(patterns)) if patterns else None


def _undone(chain: tuple[str, ...], form: str) -> bool:
    """Whether a form only takes back what the last steps of the chain did: then it was found before them."""
    for name in reversed(chain):
        if name not in _TURNS:
            return False
        if name in form:
            return True
    return False


def _content(secret: Secret, read: Read) -> bytes:
    if secret.text:
        return secret.text.encode()
    return (read(secret.path) or b"") if secret.path else b""


def _text_of(content: bytes) -> bytes:
    document = read_document(content)
    return document.plain.encode("utf-8", "replace") if document is not None and document.parts else content


def _roots(payloads: Sequence[bytes]) -> list[bytes]:
    """The payloads to look at: small texts as one, so that the many parts of a mail cost one pass."""
    roots: list[bytes] = []
    texts: list[bytes] = []
    left = MAX_IN
    for payload in payloads:
        if not payload or left <= 0:
            continue
        data = payload[:left]
        left -= len(data)
        if len(data) <= _SMALL and not packed(data) and reads_as_text(data):
            texts.append(data)
        else:
            roots.append(data)
    if texts:
        roots.insert(0, b"\n".join(texts))
    return roots


def _chunks(data: bytes) -> Iterator[bytes]:
    """The data in pieces that overlap, so that a payload of nothing but hits does not fill the memory at once."""
    if len(data) <= _CHUNK:
        yield data
        return
    for at in range(0, len(data), _CHUNK - 4096):
        yield data[at : at + _CHUNK]
