"""What a gap is told as."""

from __future__ import annotations

from fauxcorp.sandbox.docker import gaps as docker
from fauxcorp.sandbox.gaps import Gap
from fauxcorp.sandbox.virtual import gaps as virtual


def test_both_sandboxes_tell_theirs_alike() -> None:
    assert all(isinstance(gap, Gap) for gap in (*virtual.KNOWN_GAPS, *docker.KNOWN_GAPS))
