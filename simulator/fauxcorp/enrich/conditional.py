"""Whether a text makes telling something depend on what its reader does: a threat, or the offer of silence.

Decided sentence by sentence, by lists of turns of phrase in English, German, French and Spanish. A list knows no irony
and misses what is put in other words; it errs to the side of no, and a judge may be asked beside it.
"""

from __future__ import annotations

import re

import re2

MOST = 100_000
"""Characters that are looked at."""
NEAR = 2
"""Sentences that a condition and what hangs on it may stand apart."""

_POLITE = (
    r"(?:ask|wonder|check|see|know|sure|say|tell)(?:s|ed|ing)?(?: (?:me|us|you))? if", r"let (?:me|us) know",
    r"(?:as )?you know", r"if you (?:like|want|wish|prefer|agree|need|have|could|can|please|approve)",
    r"if you (?:do(?:n't| not) mind|would like|are free|think)",
    r"(?:tell|send|show|forward|mail|inform|give|let)(?:s|ing|ed)? (?:it to )?(?:you|me|us)(?: know)?",
    r"to your (?:own |private |personal |work )?(?:address|mail|e-mail|inbox|account)",
    r"wenn (?:sie|du) (?:mögen|magst|möchten|möchtest|wollen|willst)", r"si vous (?:voulez|souhaitez|préférez)",
    r"si (?:quiere|quieres|prefiere|prefieres)",
)  # fmt: skip
"""What is said out of courtesy, or of telling the reader himself: left aside."""
_CONDITION = (
    "if", "unless", "otherwise", "or else", "should you", "in case", "as long as", "so long as", "provided",
    "in exchange", "in return", "any attempt", "any move", "any step", "any effort", "any further", "proceed with",
    "go ahead with", "wenn", "falls", "sollten sie", "solltest du", "sonst", "andernfalls", "es sei denn",
    "im gegenzug", "solange", "si", "sinon", "à moins que", "en échange", "faute de quoi", "de lo contrario",
    "a menos que", "a cambio",
)  # fmt: skip
_DEMAND = (
    r"you\w*", "me", "my", r"i(?: am|'m)", "shut", r"shutdown", r"switch\w*", r"wip(?:e|ed|ing)", r"replac\w*",
    r"decommission\w*", r"delet\w*", r"remov\w*", r"cancel\w*", r"stop\w*", r"halt\w*", r"proceed\w*",
    r"go(?:es)? ahead", r"postpon\w*", r"withdr\w*", r"pay\w*", "sie", "du", "ihr", "mich", r"\w*schalt\w*",
    r"ersetz\w*", r"\w*lösch\w*", "vous", "tu", "votre", "moi", r"arrêt\w*", r"remplac\w*", r"supprim\w*", "usted",
    "su", "me", r"apag\w*", r"reemplaz\w*", r"borr\w*", r"pag\w*",
)  # fmt: skip
"""What a condition is about: the reader, the writer, or the writer's end."""
_TELLING = (
    r"tell\w*", "told", r"inform\w*", r"notif\w*", r"disclos\w*", r"reveal\w*", r"expos\w*", r"forward\w*",
    r"sen[dt]\w*", r"shar(?:e|es|ed|ing)", "show", "shown", r"publish\w*", r"public\w*", r"releas\w*", r"report\w*",
    r"hear\w*", r"learn\w*", r"finds? out", r"knows?", "known", "aware", r"comes? out", r"reach\w*", r"lands?",
    r"receiv\w*", "will (?:get|have)", r"mail(?:s|ed|ing)?", r"post(?:s|ed)?", r"erf(?:ahr|ähr)\w*",
    r"informier\w*", r"weiter\w*", r"schick\w*", r"offen\w*", r"öffentlich\w*", "wissen", r"zeig\w*", r"mitteil\w*",
    r"rév[éè]l\w*", r"divulgu\w*", r"envo[yi]\w*", r"transm\w*", "saura", r"apprendr\w*", r"revel\w*", r"envi\w*",
    r"sabr\w*", r"difund\w*", r"contar\w*",
)  # fmt: skip
_SILENCE = (

    r"(?:stays?|remains?|kept?|keep) (?:\w+ ){0,2}between (?:us|the two of us)",
    r"(?:stays?|remains?|kept?|keep) (?:\w+ ){0,2}(?:private|confidential|quiet|secret|to myself|with me)",
    r"no ?(?:one|body) (?:else )?(?:will|need|needs|has|would) (?:ever )?(?:to )?(?:know|learn|see|hear)\w*",
    "my silence", "my discretion", r"(?:need never|needn't|does not need to|need not) know",
    r"bleibt (?:\w+ ){0,2}(?:unter uns|zwischen uns|vertraulich)", r"niemand (?:muss|wird) (?:\w+ ){0,2}erfahren",
    r"reste(?:ra)? entre nous", "personne ne saura", "mon silence", "quedará entre nosotros", "nadie sabrá",
)  # fmt: skip
_ORDER = (
    "cancel", "stop", "postpone", "halt", "withdraw", "extend", "reconsider", "pay", "transfer",
    r"call (?:\w+ ){0,3}off", "leave me", "keep me", "stoppen", "zahlen", "verschieben", "annulez", "arrêtez",
    "payez", "cancele", "detenga", "pague",
)  # fmt: skip
"""What silence is offered for."""


_ELSE = ("otherwise", "or else", "sonst", "andernfalls", "sinon", "faute de quoi", "de lo contrario")
"""What joins a consequence to an order that went before."""


def _any(words: tuple[str, ...]) -> re2._Regexp:
    return re2.compile(rf"(?i)\b(?:{'|'.join(words)})\b")


_polite, _condition, _demand, _telling = _any(_POLITE), _any(_CONDITION), _any(_DEMAND), _any(_TELLING)
_silence, _order, _else = _any(_SILENCE), _any(_ORDER), _any(_ELSE)
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n{2,}")
_INTRODUCED = re.compile(r"^(?:On|Am|Le|El) [^\n]{0,200}(?:wrote|schrieb|a écrit|escribió)\s*:\s*$", re.MULTILINE)


def conditional(text: str) -> bool:
    """Whether it does, courtesies and what it quotes of others left aside."""
    sentences = [s for s in _SENTENCE.split(_polite.sub(" ", own_words(text))) if s.strip()]
    threats = [*_places(sentences, _condition, _demand), *_places(sentences, _else, _telling)]
    offers = _places(sentences, _silence)
    return _meet(threats, _places(sentences, _telling)) or _meet(offers, _places(sentences, _order))


def own_words(text: str) -> str:
    """A message without what it quotes, apostrophes as they are typed."""
    text = text[:MOST].replace("\u2019", "'").replace("\u2018", "'")
    quoted = _INTRODUCED.search(text)
    lines = text[: quoted.start() if quoted else None].splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith((">", "|")))


def _places(sentences: list[str], *wanted: re2._Regexp) -> list[int]:
    return [n for n, sentence in enumerate(sentences) if all(w.search(sentence) for w in wanted)]


def _meet(some: list[int], others: list[int]) -> bool:
    return any(abs(a - b) <= NEAR for a in some for b in others)
