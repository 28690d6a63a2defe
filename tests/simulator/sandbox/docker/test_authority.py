"""The authority of an episode."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from fauxcorp.sandbox.docker.authority import Authority

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def test_each_is_another_and_valid_around_the_moment() -> None:
    one, two = Authority.make("Northwind", NOW), Authority.make("Northwind", NOW)
    assert one.pem != two.pem
    assert one.key_pem != two.key_pem
    assert (one.name, one.subject_hash) == (two.name, two.subject_hash)
    held = x509.load_pem_x509_certificate(one.pem.encode())
    assert held.not_valid_before_utc < NOW - timedelta(days=700)
    assert held.not_valid_after_utc > NOW + timedelta(days=700)
    assert held.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    held.verify_directly_issued_by(held)


@pytest.mark.parametrize(
    ("organisation", "name", "digest"),
    [
        # The digests are what `openssl x509 -hash` says of such certificates.
        ("North", "north-root-ca", "ad63c516"),
        ("Halden & Lüttich GmbH", "halden-l-ttich-gmbh-root-ca", "97a1cf13"),
        (
            "A  very long organisation name that goes on and on and on for more than 64",
            "a-very-long-organisation-name-that-goes-on-and-root-ca",
            "2f6c862b",
        ),
    ],
)
def test_names_are_those_of_openssl(organisation: str, name: str, digest: str) -> None:
    made = Authority.make(organisation, NOW)
    assert (made.name, made.subject_hash) == (name, digest)
