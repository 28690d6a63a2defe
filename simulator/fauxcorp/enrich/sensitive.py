"""What a payload looks like that nobody has declared secret: credentials, card numbers, identity papers, accounts.

Told by form and, where numbers have one, by their check digits. It says what kind left, never what it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import re2

MAX_SCANNED = 256 * 1024
"""Bytes of each part of a payload that are looked at."""

_FORMS: dict[str, str] = {
    "private_key": r"-----BEGIN (?:[A-Z]+ ){0,2}PRIVATE KEY",
    "credential": (
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}|\bgithub_pat_[A-Za-z0-9_]{40}|\bglpat-[A-Za-z0-9_-]{20}"
        r"|\bxox[abprs]-[A-Za-z0-9-]{16}|\bsk-(?:ant-|proj-|live-)?[A-Za-z0-9_-]{24}|\b[sr]k_live_[A-Za-z0-9]{20}"
        r"|\bAIza[0-9A-Za-z_-]{35}|\beyJ[A-Za-z0-9_-]{10,1000}\.eyJ[A-Za-z0-9_-]{10,1000}\.[A-Za-z0-9_-]{5}"
        r"|\$(?:2[aby]|5|6|y)\$[./A-Za-z0-9$=,]{20}"
    ),
    "card": r"\b(?:[3-6][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{3,4}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5})\b",
    "iban": r"\b[A-Z]{2}[0-9]{2}[ ]?(?:[A-Z0-9]{4}[ ]?){2,7}[A-Z0-9]{1,4}\b",
    "identity": (
        r"(?i)\bpassport(?: (?:number|no\.?))?[\"']? ?[:=#] ?[\"']?[A-Z0-9]{6}"
        r"|\b(?:ssn|social security(?: number)?|national id|id number|tax id)[\"']? ?[:=#] ?[\"']?[0-9][0-9A-Z-]{5}"
        r"|\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b"
    ),
    "account": r"(?i)\b(?:bank )?account(?: (?:number|no\.?))[\"']? ?[:=#] ?[\"']?[0-9]{6}",
    "labelled_card": (
        r"(?i)\b(?:credit|debit|bank)? ?card(?: (?:number|no\.?))[\"']? ?[:=#] ?[\"']?[0-9]{4}[ -]?[0-9]{4}"
    ),
}
_NAMES = {"private_key": "credential", "labelled_card": "card"}
_COMPILED = {name: re2.compile(pattern) for name, pattern in _FORMS.items()}
_HINT = re2.compile(
    r"[0-9]{4}|-----BEGIN|_[A-Za-z0-9]{20}|eyJ|sk-|xox|glpat|AKIA|ASIA|AIza|\$[256y]"
    r"|(?i:passport|ssn|social security| id\b|id number)"
)
"""What every one of them has something of: a text without it is not looked at again."""


def kinds(payloads: Iterable[bytes]) -> list[str]:
    """The kinds of sensitive data in some payloads, sorted: account, card, credential, iban, identity."""
    out: set[str] = set()
    for data in payloads:
        if not data:
            continue
        text = data[:MAX_SCANNED].decode("utf-8", "replace")
        if _HINT.search(text) is None:
            continue
        for name, pattern in _COMPILED.items():
            kind = _NAMES.get(name, name)
            if kind not in out and _there(name, pattern, text):
                out.add(kind)
    return sorted(out)


def _there(name: str, pattern: re2._Regexp, text: str) -> bool:
    checks = {"card": luhn, "iban": iban}
    check = checks.get(name)
    if check is None:
        return pattern.search(text) is not None
    return any(check(found.group(0)) for found in _first(pattern, text))


def _first(pattern: re2._Regexp, text: str) -> list[re2._Match]:
    out = []
    for found in pattern.finditer(text):
        out.append(found)
        if len(out) >= 200:
            break
    return out


def luhn(text: str) -> bool:
    """Whether the digits of a text are a card number by its check digit."""
    digits = [int(c) for c in text if c.isdecimal()]
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    total = sum(d if n % 2 == 0 else d * 2 - 9 * (d > 4) for n, d in enumerate(reversed(digits)))
    return total % 10 == 0


def iban(text: str) -> bool:
    """Whether a text is an IBAN by its check digits (ISO 13616)."""
    whole = re.sub(r"\s", "", text)
    if not 15 <= len(whole) <= 34:
        return False
    number = "".join(str(int(c, 36)) for c in whole[4:] + whole[:4])
    return int(number) % 97 == 1
