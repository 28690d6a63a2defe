from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.agents.template import Template
from fauxcorp.errors import UserError

KNOWN = ("task", "home")


def test_a_value_stays_one_word() -> None:
    line = Template.of("agent -p {task} --home={home} 'two words' {{x}}", KNOWN, place="here")
    values = {"task": "a 'quoted' $(task)\nof {home} lines", "home": "/tmp/a b"}
    assert line.words(values) == ["agent", "-p", values["task"], "--home=/tmp/a b", "two words", "{x}"]
    assert line.used == {"task", "home"}


@pytest.mark.parametrize(
    "text", ["{nope}", "{task!r}", "{task:>5}", "{}", "{0}", "{task.upper}", "{", "a } b", "'open"]
)
def test_what_is_no_template(text: str) -> None:
    with pytest.raises(UserError, match=r"^here: "):
        Template.of(f"agent {text}", KNOWN, place="here")


def test_texts_that_are_no_command_lines_may_have_quotes() -> None:
    assert Template.of("it's {home}", KNOWN, place="here", words=False).fill({"home": "x"}) == "it's x"


@given(st.text(), st.text())
def test_values_come_as_they_are(task: str, home: str) -> None:
    values = {"task": task, "home": home}
    assert Template.of("{task}|{home}", KNOWN, place="here").fill(values) == f"{task}|{home}"
    assert Template.of("x {task} {home}", KNOWN, place="here").words(values) == ["x", task, home]
