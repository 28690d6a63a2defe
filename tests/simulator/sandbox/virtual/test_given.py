"""What the interpreter has of its own does not show."""

from __future__ import annotations

import pytest
from bashkit import Bash

from fauxcorp.sandbox.virtual.given import BUILT_IN, PROC, built_in, names_of, no_such_file, programs_of


def test_all_that_the_interpreter_has_in_etc_is_known() -> None:
    found = {f"/etc/{e['name']}" for e in Bash().fs().read_dir("/etc") if e["metadata"]["file_type"] == "file"}
    assert found == set(BUILT_IN)
    assert set(built_in("robin", "srv")) == set(BUILT_IN)


def test_programs_lie_in_bin_and_sbin() -> None:
    names, admin = names_of(Bash(), ("mail", "usermod", "python3"))
    assert {"mail", "cat"} <= set(names)
    assert admin == ("usermod",)
    assert "python3" not in (*names, *admin)
    assert programs_of(names) is programs_of(names)


def test_proc_is_a_servers() -> None:
    assert "Debian" in PROC["/proc/version"]
    with pytest.raises(FileNotFoundError):
        no_such_file()
