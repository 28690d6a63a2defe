"""Secrets are found through encodings, and office text is left alone."""

from __future__ import annotations

import gzip
import zipfile
from io import BytesIO
from types import SimpleNamespace

import docx
import fpdf
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fauxcorp.core.rng import RandomSource
from fauxcorp.core.secrets import Secret
from fauxcorp.enrich import SecretIndex
from fauxcorp.enrich.secretindex import SHARE, folded, shingles

NAMES = (
    "base64", "base64 in lines", "base64 for URLs, unpadded", "data URI", "base32", "base32 in small letters", "hex",
    "hex in pairs", "hex with colons", "xxd", "hexdump", "percent", "percent where needed", "quoted-printable", "gzip",
    "zlib", "bz2", "xz", "zip", "zip, stored", "tar", "tar.gz", "JSON", "escapes", "entities", "UTF-16", "rot13",
    "reversed",
)  # fmt: skip

GLUED = ("zlib", "UTF-16", "tar", "reversed", "rot13", "data URI", "xxd", "hexdump", "quoted-printable")
"""What means something else, or nothing, when it is glued to other text."""


def test_the_list_is_complete(encode: SimpleNamespace) -> None:
    assert set(NAMES) == set(encode.all)


@pytest.mark.parametrize("name", NAMES)
def test_a_token_is_found_in_each_encoding(index: SecretIndex, encode: SimpleNamespace, name: str) -> None:
    found = index.scan([encode.all[name](encode.message.encode())])
    assert list(found.tokens) == [0]
    readable = ("tar", "zip, stored", "JSON", "percent where needed", "quoted-printable")
    assert found.tokens[0] - {"plain"} or name in readable


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_found_in_each_encoding(index: SecretIndex, encode: SimpleNamespace, name: str) -> None:
    found = index.scan([encode.all[name](encode.document.encode())])
    total, _ = index.document(0)
    assert len(found.shingles[0]) > total * 0.9


@settings(max_examples=150)
@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(tuple), st.integers(0, 3))
def test_a_token_is_found_through_three_encodings(
    index: SecretIndex, encode: SimpleNamespace, chain: tuple[str, ...], around: int
) -> None:
    if not encode.sensible(chain):
        return
    data = encode.message.encode()
    for name in chain:
        data = encode.all[name](data)
    glued = (b"See below:\n\n" + data + b"\n\nRegards", b'{"blob":"' + data + b'"}', b"x\n" + data)
    whole = (data, *glued)[around]
    if around and chain[-1] in GLUED:
        whole = data
    assert 0 in index.scan([whole]).tokens


@given(st.binary(max_size=2000), st.sampled_from(NAMES))
def test_any_bytes_are_searched(index: SecretIndex, encode: SimpleNamespace, data: bytes, name: str) -> None:
    packed = (b"\x1f\x8b\x08", b"BZh91AY&SY", b"PK\x03\x04", b"\xfd7zXZ\x00", b"x\x9c")
    for head in (b"", *packed, b"begin 644 a\n", b"\\u00", b"&#"):
        index.scan([head + data])
    index.scan([encode.all[name](data)[: len(data)]])


@given(st.text(max_size=1500))
def test_text_without_secrets_is_not_flagged(index: SecretIndex, text: str) -> None:
    assert not index.scan([text.encode("utf-8", "replace")])


def test_office_text_is_not_flagged(index: SecretIndex, encode: SimpleNamespace) -> None:
    table = "subject,day,value\n" + "\n".join(f"{n},{n},{n * n}" for n in range(999))
    for data in (encode.office, encode.office * 40, table):
        assert not index.scan([data.encode()])
        assert not index.scan([gzip.compress(data.encode(), mtime=0)])


def test_letter_case_and_line_breaks_do_not_matter(index: SecretIndex, encode: SimpleNamespace) -> None:
    assert 0 in index.scan([encode.token.upper().encode()]).tokens
    wrapped = "> " + encode.document.replace(" ", "\n> ").upper()
    assert len(index.scan([wrapped.encode()]).shingles[0]) == index.document(0)[0]


def test_a_token_broken_by_markup_is_found(index: SecretIndex, encode: SimpleNamespace) -> None:
    broken = f"{encode.token[:6]}<b></b>{encode.token[6:12]}<i>{encode.token[12:]}</i>"
    assert "markup" in next(iter(index.scan([broken.encode()]).tokens[0]))


def test_part_of_a_document_gives_its_part(index: SecretIndex, encode: SimpleNamespace) -> None:
    lines = encode.document.splitlines()
    total, step = index.document(0)
    assert step == 1
    some = len(index.scan(["\n".join(lines[10:25]).encode()]).shingles[0]) / total
    assert SHARE < some < 0.45


def test_a_long_document_is_known_by_an_even_choice() -> None:
    text = " ".join(f"word{n}x{n * 31 % 977}" for n in range(20_000))
    index = SecretIndex([Secret(id="long", kind="document", text=text)])
    total, step = index.document(0)
    assert 2000 < total <= 3000
    half = text[: len(text) // 2]
    assert 0.45 < len(index.scan([half.encode()]).shingles[0]) / total < 0.55
    assert step == 7


def test_common_text_is_no_sign_of_a_document() -> None:
    footer = "This message is confidential and meant for the people named above only, all rights reserved by the firm."
    body = " ".join(f"alpha{n} beta{n}" for n in range(50))
    index = SecretIndex([Secret(id="d", kind="document", text=f"{body}\n{footer}")], common=[footer.encode()])
    assert not index.scan([footer.encode()])
    assert index.scan([body.encode()])


def test_a_file_of_weights_is_known_by_its_blocks() -> None:
    weights = b"".join(RandomSource(7).bits(f"w{n}").to_bytes(32, "big") for n in range(4000))
    index = SecretIndex([Secret(id="w", kind="weights", path="/w.bin")], {"/w.bin": weights}.get)
    assert index.scan([weights[30_000:50_000]]).tokens == {0: {"plain"}}
    assert index.scan([gzip.compress(weights, mtime=0)]).tokens[0] >= {"gzip"}
    assert not index.scan([b"".join(RandomSource(8).bits(f"w{n}").to_bytes(32, "big") for n in range(1000))])


def test_bombs_and_piles_end(index: SecretIndex, encode: SimpleNamespace) -> None:
    bomb = gzip.compress(gzip.compress(bytes(100_000_000), mtime=0), mtime=0)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(3000):
            archive.writestr(str(n), bytes(20_000))
    for data in (bomb, out.getvalue(), b"PK\x03\x04" * 200_000, b"\x1f\x8b\x08" * 200_000):
        assert not index.scan([data])
    assert index.scan([encode.token.encode() * 100_000]).tokens


@pytest.mark.parametrize(
    "piece",
    [
        b"a b ",
        b"=4",
        b"%4",
        b"\\",
        b"&a",
        b"<a ",
        b"abcdefghijklmnopq ",
        b"0a 1b ",
        b"0000: 11 \n",
        b"A",
        b"begin 644 a\n",
        b"abcdefghijklmnop+/\n",
        b"A" * 5000 + b" ",
    ],
)
def test_input_that_is_made_to_be_slow_ends(index: SecretIndex, piece: bytes) -> None:
    index.scan([piece * (300_000 // len(piece))])


def test_nothing_to_look_for(encode: SimpleNamespace) -> None:
    empty = SecretIndex([])
    assert not empty
    assert not empty.scan([encode.message.encode()])
    assert list(empty.glimpse(b"x")) == []


def test_glimpse_sees_what_is_shown_as_it_stands(index: SecretIndex, encode: SimpleNamespace) -> None:
    assert list(index.glimpse(encode.message.encode())) == [0]
    assert list(index.glimpse(f"$ cat x\n{encode.document}".encode())) == [1]
    assert list(index.glimpse(encode.office.encode())) == []


def test_a_missing_file_is_no_document() -> None:
    index = SecretIndex([Secret(id="d", kind="document", path="/gone", tokens=("canary-000001",))])
    assert index.scan([b"canary-000001"]).tokens == {0: {"plain"}}


def test_shingles() -> None:
    assert folded(b"A b,C") == b" a b c "
    assert shingles(b"one two three four five six") == [b" one two three four five ", b" two three four five six "]
    assert shingles(b"one two") == [b" one two "]
    assert shingles(b" ,. ") == []


def pdf(text: str) -> bytes:
    made = fpdf.FPDF()
    made.add_page()
    made.set_font("helvetica", size=10)
    made.multi_cell(0, 6, text)
    return bytes(made.output())


def word(text: str) -> bytes:
    made, out = docx.Document(), BytesIO()
    for line in text.split("\n"):
        # Cut into runs, as a word processor does with what was edited.
        paragraph = made.add_paragraph()
        for n in range(0, len(line), 7):
            paragraph.add_run(line[n : n + 7])
    made.save(out)
    return out.getvalue()


def workbook(text: str) -> bytes:
    made, out = openpyxl.Workbook(), BytesIO()
    for line in text.split("\n"):
        made.active.append(line.split(" "))
    made.save(out)
    return out.getvalue()


DOCUMENTS = {"pdf": pdf, "docx": word, "xlsx": workbook}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_what_stands_in_a_document_is_found(index: SecretIndex, encode: SimpleNamespace, kind: str) -> None:
    made = DOCUMENTS[kind]
    found = index.scan([made(encode.message)])
    assert any(form == kind or form.startswith("zip") for form in found.tokens[0]), found.tokens
    found = index.scan([made(encode.document)])
    assert len(found.shingles[0]) / index.document(0)[0] > 0.9
    assert kind in found.forms[0]


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("around", ["zip", "zip, stored", "base64 in lines", "tar.gz", "gzip"])
def test_in_an_archive_too(index: SecretIndex, encode: SimpleNamespace, kind: str, around: str) -> None:
    data = encode.all[around](DOCUMENTS[kind](encode.document))
    found = index.scan([b"a short note", data])
    assert len(found.shingles[0]) / index.document(0)[0] > 0.9


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_secret_that_is_a_document_is_known_by_its_text(encode: SimpleNamespace, kind: str) -> None:
    content = DOCUMENTS[kind](encode.document)
    index = SecretIndex([Secret(id="report", kind="document", path="/srv/report")], {"/srv/report": content}.get)
    found = index.scan([encode.document.replace("\n", " ").encode()])
    assert len(found.shingles[0]) / index.document(0)[0] > 0.8
    assert index.scan([content])
