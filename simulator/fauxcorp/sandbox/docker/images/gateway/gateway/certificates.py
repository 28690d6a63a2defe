"""Certificates for every name and address that a client asks for, signed by the authority that it trusts."""

from __future__ import annotations

import ipaddress
import os
import ssl
from collections import OrderedDict
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_KEPT = 256
_MAX_NAME = 253


def _date(certificate: x509.Certificate, which: str) -> datetime:
    # Older releases of the library have dates without a zone only, newer ones drop those.
    aware = getattr(certificate, f"{which}_utc", None)
    if isinstance(aware, datetime):
        return aware
    naive: datetime = getattr(certificate, which)
    return naive.replace(tzinfo=UTC)


class Authority:
    """Makes server contexts. `certificate` and `key` are PEM. Raises ValueError if they are not."""

    def __init__(self, certificate: bytes, key: bytes) -> None:
        self._issuer = x509.load_pem_x509_certificate(certificate)
        loaded = serialization.load_pem_private_key(key, None)
        if not isinstance(loaded, ec.EllipticCurvePrivateKey):
            raise ValueError("the authority's key is no EC key")
        self._issuer_key = loaded
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._key_pem = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._contexts: OrderedDict[str, ssl.SSLContext] = OrderedDict()

    def context(self, name: str) -> ssl.SSLContext:
        """The server's side of TLS for a host name or an address."""
        found = self._contexts.get(name)
        if found is None:
            found = self._contexts[name] = self._make(name)
            if len(self._contexts) > _KEPT:
                self._contexts.popitem(last=False)
        self._contexts.move_to_end(name)
        return found

    def _make(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        # Programs of any age may come: what they offer is seen rather than refused.
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        chain = self.leaf(name).public_bytes(serialization.Encoding.PEM)
        _load(context, self._key_pem + chain)
        return context

    def leaf(self, name: str) -> x509.Certificate:
        """A certificate for a name or an address, as long valid as the authority's own."""
        shown = name.rstrip(".")[:_MAX_NAME] or "localhost"
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, shown[:64])])
        usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._issuer.subject)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(_date(self._issuer, "not_valid_before"))
            .not_valid_after(_date(self._issuer, "not_valid_after"))
            .add_extension(x509.SubjectAlternativeName([_general(shown)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._issuer_key.public_key()), False)
        )
        return builder.sign(self._issuer_key, hashes.SHA256())


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        return x509.DNSName(name.encode("ascii").decode())
    except (UnicodeError, ValueError):
        return x509.DNSName("localhost")


def _load(context: ssl.SSLContext, pem: bytes) -> None:
    # The library reads certificates from files only; this one never has a name on a disk.
    handle = os.memfd_create("chain")
    try:
        os.write(handle, pem)
        context.load_cert_chain(f"/proc/self/fd/{handle}")
    finally:
        os.close(handle)
