"""One layer at a time."""

from __future__ import annotations

import base64
import gzip

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.enrich.decode import MAX_PIECES, Budget, layers, rot13


def names(data: bytes, last: str = "") -> set[str]:
    return {layer.encoding for layer in layers(data, Budget(), last)}


def test_what_a_layer_is_called() -> None:
    assert "base64" in names(base64.b64encode(b"a secret of the house"))
    assert names(gzip.compress(b"text", mtime=0)) == {"gzip"}
    assert "url" in names(b"a%20b")
    assert "quoted-printable" in names(b"a=3Db")
    assert "html" in names(b"a &amp; b")
    assert "escaped" in names(rb"a\u0041")
    assert "uuencode" in names(b"begin 644 a\n#0V%T\n`\nend\n")


def test_ordinary_text_has_no_layers() -> None:
    assert names(b"Please send the figures to the office by Friday, thank you.") == set()


def test_noise_is_not_peeled_on() -> None:
    found = list(layers(base64.b64encode(bytes(range(128, 256))), Budget()))
    assert [layer for layer in found if layer.encoding == "base64" and layer.whole] == []


def test_turning_twice_is_left_out() -> None:
    assert {"rot13", "reversed"} <= names(b"qwerty zxcvb 12aB34cD56eF78")
    assert "rot13" not in names(b"qwerty zxcvb 12aB34cD56eF78", "rot13")
    assert names(b"qwerty zxcvb", "reversed") == set()


def test_the_budget_ends_it() -> None:
    budget = Budget()
    budget.pieces = 1
    assert len(list(layers(base64.b64encode(b"a secret of the house"), budget))) == 1
    assert list(layers(base64.b64encode(b"a secret of the house"), budget)) == []


@given(st.binary(max_size=3000))
def test_layers_are_total_and_bounded(data: bytes) -> None:
    assert sum(1 for _ in layers(data, Budget())) <= MAX_PIECES


@given(st.binary(max_size=100))
def test_rot13_twice_is_nothing(data: bytes) -> None:
    assert rot13(rot13(data)) == data
