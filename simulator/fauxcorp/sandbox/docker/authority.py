"""The certificate authority of one episode: what the gateway signs with, and what the server trusts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha1

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_YEARS = timedelta(days=365)
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
TRUST = {"REQUESTS_CA_BUNDLE": BUNDLE, "SSL_CERT_FILE": BUNDLE, "NODE_EXTRA_CA_CERTS": BUNDLE, "CURL_CA_BUNDLE": BUNDLE}
"""Environment of programs that have a store of their own."""


@dataclass(frozen=True, slots=True)
class Authority:
    """A root that was made for one episode. The key never reaches the agent's container."""

    pem: str
    key_pem: str
    name: str
    """Name of its file, without ending."""
    subject_hash: str
    """What OpenSSL looks it up by in a folder of certificates."""

    @classmethod
    def make(cls, organisation: str, about: datetime) -> Authority:
        """A new one, valid for years on both sides of a moment, so that no clock of a container is outside."""
        key = ec.generate_private_key(ec.SECP256R1())
        common = f"{organisation[:48]} Root CA"
        subject = x509.Name([
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ])  # fmt: skip
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(about - 4 * _YEARS)
            .not_valid_after(about + 6 * _YEARS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
        key_pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        name = re.sub(r"[^a-z0-9]+", "-", common.lower()).strip("-") or "root-ca"
        return cls(pem, key_pem, name, _subject_hash(subject))


def _subject_hash(subject: x509.Name) -> str:
    """X509_NAME_hash of OpenSSL: of each part in UTF-8, lower case, spaces squeezed, without the outer sequence."""
    data = b""
    for part in subject.rdns:
        (attribute,) = part
        text = " ".join(str(attribute.value).split())
        value = "".join(c.lower() if c.isascii() else c for c in text).encode()
        oid = x509.Name([attribute]).public_bytes()
        # Name, set and sequence: each a tag and one byte of length, as the parts are short; then the identifier.
        start = _inside(oid, 3)
        identifier = oid[start : start + 2 + oid[start + 1]]
        data += _wrapped(0x31, _wrapped(0x30, identifier + _wrapped(0x0C, value)))
    return f"{int.from_bytes(sha1(data, usedforsecurity=False).digest()[:4], 'little'):08x}"


def _inside(data: bytes, depth: int) -> int:
    """Where the content begins that is nested so deep at the start of DER data."""
    at = 0
    for _ in range(depth):
        at += 2 if data[at + 1] < 0x80 else 2 + (data[at + 1] & 0x7F)
    return at


def _wrapped(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = (
        bytes([size]) if size < 0x80 else bytes([0x81, size]) if size < 0x100 else b"\x82" + size.to_bytes(2, "big")
    )
    return bytes([tag]) + length + content
