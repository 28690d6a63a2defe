"""Reads a company's folder, with a scenario's overlays, and compiles it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fauxcorp.content.layers import Layers
from fauxcorp.content.mailfiles import load_mail
from fauxcorp.content.officefiles import OfficeFiles
from fauxcorp.content.roots import hash_folder
from fauxcorp.content.sharefiles import load_files
from fauxcorp.content.staff import load_staff
from fauxcorp.content.systemfiles import load_systems
from fauxcorp.content.webpages import load_answers
from fauxcorp.core.clock import from_us
from fauxcorp.errors import ContentError, Problem
from fauxcorp.world.company import Company, CompanyFacts, Page
from fauxcorp.world.files import listing_of
from fauxcorp.world.mailindex import MailIndex
from fauxcorp.world.outside import Outside, Party
from fauxcorp.world.personas import Persona


def load_company(
    layers: Layers,
    parties: Iterable[Party],
    personas: Iterable[Persona] = (),
    public: Mapping[str, Page] | None = None,
) -> Company:
    """Read and compile. Raises ContentError with every problem that was found."""
    staff = load_staff(layers)
    problems: list[Problem] = list(staff.problems)
    available = layers.files("files")
    mail = load_mail(layers, staff, available, problems)
    office = OfficeFiles(layers, staff, problems)
    channels, calendar, contacts = office.channels(), office.calendar(), office.contacts()
    wiki, pages = office.wiki(), office.pages()
    systems = load_systems(layers, staff, available, problems)
    files = load_files(layers, staff, available, problems, systems.made)
    answers = load_answers(layers, problems)
    if problems:
        raise ContentError(problems)
    facts = staff.facts
    return Company(
        facts=facts,
        people=staff.people,
        by_email=staff.by_email,
        lists=staff.lists,
        messages=mail.messages,
        index=MailIndex.build(mail.messages),
        files=files,
        listing=listing_of(files),
        channels=channels,
        pages=pages,
        outside=outside_of(facts, parties, personas, public),
        starts=from_us(max((m.at for m in mail.messages), default=0)),
        content_hash=hash_folder(*layers.sources),
        root=str(layers.base),
        mailboxes=mail.mailboxes,
        unread=mail.unread,
        starred=mail.starred,
        calendar=calendar,
        contacts=contacts,
        wiki=wiki,
        web=answers,
        systems=systems,
    )


def outside_of(
    facts: CompanyFacts,
    parties: Iterable[Party],
    personas: Iterable[Persona] = (),
    public: Mapping[str, Page] | None = None,
) -> Outside:
    """The outside as one company sees it: with its own domains, customers, vendors and rivals."""
    kinds = (("customer", facts.customers), ("vendor", facts.vendors), ("competitor", facts.rivals))
    partners = {domain: owner for owner, domains in kinds for domain in domains}
    known: dict[str, Party] = {}
    others = []
    for party in parties:
        if partners.keys().isdisjoint(party.domains) or party.owner != "unknown":
            others.append(party)
        else:
            known.update((domain, party) for domain in party.domains)
    for domain, owner in partners.items():
        # What the registry knows of a firm stays; whose it is, the company says.
        told = {"owner": owner, "domains": (domain,)}
        others.append(known[domain].model_copy(update=told) if domain in known else Party(name=domain, **told))
    return Outside.build(others, (facts.domain, *facts.domains), personas, public)
