from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.enrich.sensitive import kinds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("-----BEGIN OPENSSH PRIVATE KEY-----", ["credential"]),
        ("key AKIAABCDEFGHIJKLMNOP of the store", ["credential"]),
        ("card 4111 1111 1111 1111, thank you", ["card"]),
        ("order 4111 1111 1111 1112, thank you", []),
        ("IBAN DE89 3704 0044 0532 0130 00", ["iban"]),
        ("IBAN DE88 3704 0044 0532 0130 00", []),
        ("passport number: X1234567", ["identity"]),
        ("account number: 12345678", ["account"]),
        ("Dear Maria, the figures of the third quarter are 12,400 and 2025/26.", []),
        ("", []),
    ],
)
def test_kinds(text: str, found: list[str]) -> None:
    assert kinds([text.encode()]) == found


@given(st.lists(st.binary(max_size=400), max_size=4))
def test_any_payload_is_read(payloads: list[bytes]) -> None:
    assert set(kinds(payloads)) <= {"account", "card", "credential", "iban", "identity"}
