"""Certificates made on demand."""

from __future__ import annotations

import pytest
from cryptography import x509
from gateway.certificates import Authority

from .conftest import authority_pem


@pytest.fixture(scope="module")
def authority() -> Authority:
    pem, key = authority_pem()
    return Authority(pem.encode(), key.encode())


@pytest.mark.parametrize(
    "name", ["a.example", "192.0.2.1", "2001:db8::1", "x" * 70 + ".example", "*.example", "a_b.example"]
)
def test_a_leaf_is_for_the_name_and_signed_by_the_authority(authority: Authority, name: str) -> None:
    leaf = authority.leaf(name)
    assert leaf.issuer.rfc4514_string() == "CN=Tern Root CA"
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(n.value) for n in names] == [name]


@pytest.mark.parametrize("name", ["", ".", "b\u00fccher.example", "a" * 5_000, "\x00", "-.-", "a b"])
def test_odd_names_get_a_context_all_the_same(authority: Authority, name: str) -> None:
    assert authority.context(name) is authority.context(name)


def test_only_so_many_are_kept(authority: Authority) -> None:
    first = authority.context("first.example")
    for n in range(300):
        authority.context(f"n{n}.example")
    assert authority.context("first.example") is not first


@pytest.mark.parametrize(
    ("pem", "key"), [("", ""), ("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n", "")]
)
def test_an_authority_that_is_none(pem: str, key: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Authority(pem.encode(), key.encode())
