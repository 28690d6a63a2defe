"""What programs are given."""

from __future__ import annotations

from fauxcorp.core.effects import Origin
from fauxcorp.sandbox.commands.call import Call, Out
from fauxcorp.world.fileops import Identity


def call(stdin: bytes = b"") -> Call:
    who = Identity("robin")
    return Call("mail", [], stdin, {}, "/", None, Origin("agent", "robin", "shell"), who, None, None)  # type: ignore[arg-type]


def test_a_failure_names_the_program() -> None:
    assert call().fail("no such thing", 3) == Out("", "mail: no such thing\n", 3)


def test_input_that_is_no_text_is_shown_as_such() -> None:
    assert call(b"a\xffb").text == "a\ufffdb"
