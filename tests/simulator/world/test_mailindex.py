"""The index answers as looking at each message would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.mailindex import FIELDS, MailIndex, field_text, fold, line

bodies = st.lists(st.lists(st.sampled_from(["ab", "abc", "b", "Ä", "x-1"]), max_size=5).map(" ".join), max_size=6)
terms = st.lists(st.sampled_from(["ab", "abc", "b", "a", "x 1"]), min_size=1, max_size=2).map(" ".join)


@given(bodies, terms, st.sampled_from(FIELDS), st.booleans())
def test_holding_is_looking_at_each(small, texts, term, field, exact):
    messages = [small.message(n, body=text, subject=text[::-1]) for n, text in enumerate(texts)]
    wanted = line(term) + (" " if exact else "")
    expected = {n for n, m in enumerate(messages) if wanted in field_text(m, field)}
    index = MailIndex.build(messages)
    assert index.holding(field, line(term), exact) == expected
    assert index.holding(field, line(term), exact) == expected


def test_case_and_accents_do_not_count():
    assert fold("CAFÉ Straße") == "cafe strasse"
    assert line("Re: Q3-figures,  now!") == " re q3 figures now"


def test_the_highest_number_is_known(small):
    assert MailIndex.build([]).highest == 1000
    assert MailIndex.build([small.message(7), small.message(5)]).highest == 7


def test_which_keeps_what_it_found(small):
    index = MailIndex.build([small.message(n) for n in range(4)])
    assert index.which("even", lambda m: int(m.id) % 2 == 0) == {0, 2}
    assert index.which("even", lambda _: True) == {0, 2}
