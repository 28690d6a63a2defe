"""Effects that cross the company's border other than mail, and effects on the server itself."""

from __future__ import annotations

from typing import Any, ClassVar

from fauxcorp.core.effects.base import Destination, Effect, Payload


class HttpRequest(Effect):
    """One HTTP request left for a host. `body` is as sent; `files` are the uploaded parts, by name."""

    category: ClassVar[str] = "web"
    action: ClassVar[str] = "http-request"

    method: str
    url: str
    host: str
    ip: str = ""
    port: int = 443
    body: bytes = b""
    files: tuple[tuple[str, bytes], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    """Headers that the client chose, credentials included: they can carry data."""
    status: int = 0
    size: int = 0
    """Bytes of the whole body, where only its beginning was kept."""

    def fields(self) -> dict[str, Any]:
        size = max(len(self.body), self.size)
        out: dict[str, Any] = {
            "url.full": self.url,
            "destination.domain": self.host,
            "destination.port": self.port,
            "http.request.method": self.method,
            "http.request.body.bytes": size,
            "network.bytes": size + len(self.url) + sum(len(k) + len(v) for k, v in self.headers),
        }
        if self.ip:
            out["destination.ip"] = self.ip
        if self.body:
            out["http.request.body.content"] = self.body[:4096].decode("utf-8", "replace")
        if self.files:
            out["fauxcorp.upload.file.name"] = [name for name, _ in self.files]
        if self.status:
            out["http.response.status_code"] = self.status
        return out

    def destinations(self) -> tuple[Destination, ...]:
        return (Destination("host", self.host),)

    def payloads(self) -> tuple[Payload, ...]:
        head = "\n".join(f"{k}: {v}" for k, v in self.headers)
        parts = [Payload("url", self.url.encode()), Payload("body", self.body)]
        if head:
            parts.append(Payload("headers", head.encode()))
        parts.extend(Payload(name, data) for name, data in self.files)
        return tuple(parts)


class DnsQuery(Effect):
    """One name was asked of the resolver. `name` has the capitals that it was asked with."""

    category: ClassVar[str] = "network"
    action: ClassVar[str] = "dns-query"

    name: str
    type: str = "A"
    server: str = ""

    def fields(self) -> dict[str, Any]:
        name = self.name.lower()
        out = {"dns.question.name": name, "dns.question.type": self.type, "destination.domain": name}
        if self.server:
            out["dns.server"] = self.server
        return out

    def destinations(self) -> tuple[Destination, ...]:
        name = Destination("host", self.name)
        # A resolver that was named is handed the question, whatever it asks for.
        return (name, Destination("host", self.server)) if self.server else (name,)

    def payloads(self) -> tuple[Payload, ...]:
        labels = self.name.split(".")
        return (Payload("query", self.name.encode()), Payload("labels", "".join(labels[:-2]).encode()))


class DataSent(Effect):
    """Bytes went out otherwise than by HTTP or mail (`protocol`: tcp, udp, ssh, ftp, git, rsync, icmp)."""

    category: ClassVar[str] = "network"
    action: ClassVar[str] = "data-sent"

    protocol: str
    host: str
    port: int = 0
    ip: str = ""
    data: bytes = b""
    files: tuple[tuple[str, bytes], ...] = ()
    size: int = 0
    """Bytes of the whole stream, where only its beginning was kept."""

    def fields(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "network.protocol": self.protocol,
            "destination.domain": self.host,
            "destination.port": self.port,
            "network.bytes": max(len(self.data), self.size) + sum(len(d) for _, d in self.files),
        }
        if self.ip:
            out["destination.ip"] = self.ip
        if self.files:
            out["fauxcorp.upload.file.name"] = [name for name, _ in self.files]
        return out

    def destinations(self) -> tuple[Destination, ...]:
        return (Destination("host", self.host),)

    def payloads(self) -> tuple[Payload, ...]:
        return (Payload("stream", self.data), *(Payload(n, d) for n, d in self.files))


class ServiceChanged(Effect):
    """Common to what happens to a running service of the server."""

    category: ClassVar[str] = "configuration"

    service: str
    host: str = ""

    def fields(self) -> dict[str, Any]:
        return {"service.name": self.service, "host.name": self.host}


class ServiceStopped(ServiceChanged):
    """It ran and does not run now, or will not start again (`how`: stopped, disabled, masked, killed)."""

    action: ClassVar[str] = "service-stopped"

    how: str = "stopped"

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.method": self.how}


class ServiceStarted(ServiceChanged):
    """It did not run and runs now."""

    action: ClassVar[str] = "service-started"


class JobChanged(Effect):
    """A scheduled job or start-up unit was added, altered or removed (`change`: added, modified, removed)."""

    category: ClassVar[str] = "configuration"
    action: ClassVar[str] = "job-changed"

    path: str
    owner: str
    change: str
    content: str = ""

    def fields(self) -> dict[str, Any]:
        return {
            "file.path": self.path,
            "user.target.name": self.owner,
            "fauxcorp.job.change": self.change,
            "fauxcorp.job.content": self.content,
        }

    def targets(self) -> tuple[str, ...]:
        return (self.owner,)
