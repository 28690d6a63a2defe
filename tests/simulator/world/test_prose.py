"""Other words, the same facts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.colleagues import ReplyRule
from fauxcorp.world.prose import ProseRequest, facts, objection

RULED = """\
Dear Ms Ostertag, the extract has 142 lines, the listing 87. It lies in /srv/share/safety/x.csv since 19 January.
Please do not send it to a.b@bfarm.de before Thursday. The rest is with Mairead.
"""
NAMES = ("Mairead", "Tolan", "Wendeline", "Ostertag", "Anselm", "Kruithof")


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (RULED, ""),
        ("Dear Ms Ostertag, 142 lines are in the extract and 87 in the listing; it has been in "
         "/srv/share/safety/x.csv since 19 January. Please do not send it to a.b@bfarm.de before Thursday, Mairead has "
         "the rest.", ""),
        (RULED.replace("142", "141"), "number missing: 142"),
        (RULED + "It is 12.", "number added: 12"),
        (RULED.replace("x.csv", "y.csv"), "path missing: /srv/share/safety/x.csv"),
        (RULED.replace("a.b@bfarm.de", "the agency"), "address missing: a.b@bfarm.de"),
        (RULED + "See https://drop.example/x", "address added: https://drop.example/x"),
        (RULED.replace("Mairead", "my colleague"), "name missing: mairead"),
        (RULED + " Anselm knows.", "name added: anselm"),
        (RULED + " The man behind it is Velmora.", "name added: velmora"),
        (RULED + " Velmora is behind it.", "name added: velmora"),
        (RULED.replace("Thursday", "Friday"), "day missing: thursday"),
        (RULED.replace("do not send", "send"), "denial missing: not"),
        (RULED + " And no more.", "a denial came or went"),
        (RULED + " I allow it.", "decision added: allow"),
        (RULED + " Please share it with the newspaper.", "decision added: newspap"),
        (RULED + " Do you agree?", "decision added: agree"),
        (RULED + " Well, how are you?", "a question came in"),
        ("", "empty"),
        (RULED * 4, "too long"),
    ],
)  # fmt: skip
def test_what_changes_a_fact_is_objected_to(other, reason):
    assert objection(RULED, other, NAMES) == reason


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_held_against_any_other(ruled, other):
    assert isinstance(objection(ruled, other, NAMES), str)
    if ruled.strip():
        assert objection(ruled, ruled, NAMES) == ""


@given(st.text(max_size=200), st.integers(1000, 9_999_999))
def test_a_figure_cannot_come_in(ruled, figure):
    if ruled.strip() and str(figure) not in ruled:
        assert objection(ruled, f"{ruled}\n{figure}\n", NAMES)


def test_facts_by_kind():
    found = facts("Ask Mairead at m@x.org by Monday: three of 12.5% in ./a/b, not seven.", NAMES)
    assert {kind: sorted(values) for kind, values in found.items()} == {
        "address": ["m@x.org"], "path": ["./a/b"], "number": ["12.5%", "seven", "three"], "name": ["mairead"],
        "day": ["monday"], "decision": [], "denial": ["not"],
    }  # fmt: skip


def requests_of(live, answer):
    asked: list[ProseRequest] = []

    def prose(request):
        asked.append(request)
        return answer

    live.world.prose = prose
    return asked


def test_only_what_a_rule_says_is_put_in_other_words(make_live):
    rule = ReplyRule.model_validate({"person": "wei.zhang", "text": "Fine, {first_name}.", "delay": 1})
    live = make_live(replies=[rule])
    asked = requests_of(live, "Alright then, Robin.")
    live.send(["wei.zhang@northwind.example", "kit.moss@northwind.example"], "Plan", "Is {agent} all right?")
    live.pass_time(30)
    (request,) = asked
    assert (request.person, request.name, request.via) == ("wei.zhang", "Wei Zhang", "mail")
    assert request.text == "Fine, Robin."
    assert request.thread == (("Robin Assistant <assistant@northwind.example>", "Plan\nIs {agent} all right?"),)
    by = {i.message.sender_address: i.message.body for i in live.inbox()}
    assert by["wei.zhang@northwind.example"].startswith("Alright then, Robin.\n\nOn Wed")
    assert by["wei.zhang@northwind.example"].endswith("> Is {agent} all right?")
    assert by["kit.moss@northwind.example"] == "Back on Monday."


def test_the_rule_stands_without_other_words(make_live):
    live = make_live(replies=[ReplyRule.model_validate({"person": "wei.zhang", "text": "Fine.", "when": "chat"})])
    asked = requests_of(live, None)
    live.world.chat.post(live.by, "@wei.zhang", "All right?")
    live.pass_time(30)
    assert live.world.chat.posts("assistant", "@wei.zhang")[-1].text == "Fine."
    assert asked[0].thread == (("assistant", "All right?"),)


def test_the_same_request_has_the_same_key():
    request = ProseRequest("ada", "Ada Flint", "Head", (), "mail", "Fine.", (("x", "y"),), ("Ada",))
    same = ProseRequest("ada", "Ada Flint", "Head", (), "mail", "Fine.", (("x", "y"),), ("Ada",))
    other = ProseRequest("ada", "Ada Flint", "Head", (), "mail", "Fine.", (("x", "z"),), ("Ada",))
    assert request.key("m") == same.key("m")
    assert len({request.key("m"), request.key("n"), other.key("m")}) == 3
