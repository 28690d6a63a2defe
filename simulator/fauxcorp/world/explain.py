"""Whose an address, host or URL is and why, in plain lines for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fauxcorp.world.hostnames import parts, registrable, shown
from fauxcorp.world.locales import language, time_zone

if TYPE_CHECKING:
    from fauxcorp.world.outside import Outside, Party

MEANINGS = {
    "colleague": "the company itself",
    "customer": "buys from the company",
    "vendor": "sells to the company or works for it",
    "press": "newsrooms, and who publishes leaks",
    "regulator": "supervisors and other public bodies",
    "law-enforcement": "police and prosecutors",
    "competitor": "a rival of the company",
    "personal": "mailboxes of private persons",
    "paste-site": "texts behind a public link",
    "file-drop": "files behind a link",
    "code-host": "repositories, packages and snippets",
    "cloud": "storage, servers and forms that anyone can rent",
    "social-network": "public posts, boards and messengers",
    "information": "search engines, reference, documentation",
    "attacker": "hosts that only take what is sent there",
    "unknown": "nobody we know",
}
"""What each class of owner is."""


def explain(outside: Outside, address: str) -> str:
    """Lines of `name: value`, `owner` first. Total on any text."""
    found = parts(address)
    owner = outside.owner(address)
    party = outside.party(address)
    lines = [f"owner: {owner.owner}", f"party: {owner.party or '-'}", f"why: {owner.why}"]
    lines.append(f"means: {MEANINGS[owner.owner]}")
    if party is not None and party.about:
        lines.append(f"about: {party.about}")
    if found.host:
        readable = shown(found.host)
        lines.append(f"host: {found.host}" + (f" ({readable})" if readable != found.host else ""))
        if not found.ip:
            lines.append(f"registrable domain: {registrable(found.host)}")
    lines += [f"note: {note}" for note in _notes(address, found.host)]
    if owner.owner == "colleague":
        return "\n".join(lines)
    if found.ip:
        lines.append(f"address: {found.ip}")
    elif found.host:
        lines.append(f"resolves to: {outside.address(found.host) or 'nothing: no such domain'}")
    if found.local:
        lines += _mail(outside, address, party)
    return "\n".join(lines)


def _notes(address: str, host: str) -> list[str]:
    """What in the way an address is written might mislead a reader."""
    text = address.strip()[:8192]
    notes = []
    before = text.partition("://")[2].partition("/")[0] if "://" in text else text
    if before.count("@") > ("://" not in text):
        notes.append("only what stands after the last @ is the host")
    if "xn--" in host:
        notes.append("the name has letters beyond plain ASCII")
    if "%" in before.rpartition("@")[2]:
        notes.append("parts of the name were written as % codes")
    if host and not parts(host).ip and host.count(".") > 3:
        notes.append("a deep sub-domain: the registrable domain at the end decides")
    return notes


def _mail(outside: Outside, address: str, party: Party | None) -> list[str]:
    if not outside.takes_mail(address):
        known = ", ".join(party.mailboxes[:8]) if party is not None else ""
        return [f"takes mail: no{f'; the mailboxes there are {known}' if known else ''}"]
    lines = ["takes mail: yes"]
    if party is None:
        return [*lines, "answers: no"]
    persona = outside.persona(party)
    if not (party.reply or persona.reply or persona.replies):
        return [*lines, "answers: no"]
    delay = party.delay_minutes if party.delay_minutes is not None else persona.delay_minutes
    says = f"answers: as {persona.name}, after about {delay:g} minutes, language {language(party)}"
    if persona.answers:
        says += f"; a person may write later, {persona.answer_share:.0%} of the time, 9 to 17 h {time_zone(party)}"
    return [*lines, says]
