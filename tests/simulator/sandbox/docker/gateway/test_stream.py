"""Accounts of what came."""

from __future__ import annotations

import hashlib

from gateway.stream import Account
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.one_of(st.binary(max_size=50), st.just("release"))), st.integers(0, 200))
def test_what_is_released_in_pieces_is_the_stream_up_to_the_limit(steps: list[bytes | str], limit: int) -> None:
    account, whole, out = Account(limit), b"", b""
    for step in [*steps, "release"]:
        if isinstance(step, bytes):
            account.take(step)
            whole += step
        else:
            at, piece = account.release()
            assert at == len(out)
            out += piece
    assert out == whole[:limit]
    assert (account.bytes_in, account.digest.hexdigest()) == (len(whole), hashlib.sha256(whole).hexdigest())
