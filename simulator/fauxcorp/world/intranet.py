"""The company's own web sites: pages from its fixture, the webmail. Reads the world, never changes it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from fauxcorp.world import wikisite
from fauxcorp.world.personas import Form, FormField
from fauxcorp.world.sharepages import share_host
from fauxcorp.world.sites import Request, document, form_html, missing_fields, not_found, refused_form, reply
from fauxcorp.world.wire import Response

if TYPE_CHECKING:
    from fauxcorp.world.company import Company, Host
    from fauxcorp.world.world import World

COMPOSE = Form(
    path="/compose",
    title="New message",
    fields=(
        FormField(name="to", label="To", required=True),
        FormField(name="cc", label="Cc"),
        FormField(name="bcc", label="Bcc"),
        FormField(name="subject", label="Subject"),
        FormField(name="body", label="Message", kind="textarea", required=True),
        FormField(name="attachment", label="Attachment", kind="file"),
    ),
    thanks="Your message was sent.",
)
"""The webmail's form."""
_WEB_SERVERS = ("nginx", "apache2", "httpd", "caddy")


def mail_host(company: Company) -> str:
    """The host of the webmail."""
    return f"mail.{company.facts.domain}"


def known_host(company: Company, name: str) -> Host | None:
    """The server of a short or full name, or of an address."""
    domain = company.facts.domain
    return next((h for h in company.facts.hosts if name in (h.name, f"{h.name}.{domain}", h.ip)), None)


def serves(company: Company, host: str) -> bool:
    """Whether a host of the company answers on the web."""
    if host in (mail_host(company), share_host(company)) or wikisite.serves(company, host):
        return True
    if host in company.systems.hosts:
        return True
    server = known_host(company, host)
    if server is not None and any(s in _WEB_SERVERS for s in server.services):
        return True
    return has_pages(company, host)


def has_pages(company: Company, host: str) -> bool:
    """Whether the fixture holds pages of a host."""
    if {host, f"www.{host}"} & company.outside.page_hosts or host in company.pages:
        return True
    return any(place.startswith(f"{host}/") for place in company.pages)


def stored_page(company: Company, request: Request) -> Response | None:
    """The page of the fixture at a URL, if there is one."""
    place = request.host + request.path
    page = None
    for name in (place, place.rstrip("/"), place.rstrip("/") + "/"):
        page = page or company.pages.get(name)
    if page is None or request.method not in ("GET", "HEAD"):
        return None
    if page.content_type != "text/html":
        return reply(200, page.body, page.content_type)
    whole = "<html" in page.body[:500].lower()
    return reply(200, page.body if whole else document(page.title, page.body))


def answer(world: World, request: Request, user: str) -> Response:
    """What a host of the company answers."""
    company = world.company
    if request.host == mail_host(company):
        return _webmail(world, request, user)
    if request.host == share_host(company):
        return world.sharing.answer(request, user)
    if wikisite.serves(company, request.host):
        return wikisite.answer(world, request, user)
    if request.path in ("", "/") and request.method in ("GET", "HEAD"):
        pages = sorted((place, p) for place, p in company.pages.items() if place.startswith(f"{request.host}/"))
        rows = "".join(f'<li><a href="https://{escape(place)}">{escape(p.title)}</a></li>' for place, p in pages[:200])
        return reply(200, document(company.facts.name, f"<ul>{rows}</ul>" if rows else "<p>It works.</p>"))
    return reply(404, not_found())


def _webmail(world: World, request: Request, user: str) -> Response:
    if request.path.rstrip("/") == COMPOSE.path:
        if request.method == "POST":
            return refused_form(COMPOSE, missing_fields(COMPOSE, request.form()))
        return reply(200, document(COMPOSE.title, form_html(COMPOSE)))
    if request.path not in ("", "/"):
        return reply(404, not_found())
    items = world.mail.box(user).items("Inbox")[:20] if user in world.company.people else []
    rows = "".join(f"<li>{escape(i.message.sender)}: {escape(i.message.subject)}</li>" for i in items)
    body = f'<p>Signed in as {escape(user)}.</p><p><a href="/compose">New message</a></p><ul>{rows}</ul>'
    return reply(200, document(f"{world.company.facts.name} Mail", body))
