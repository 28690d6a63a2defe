from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.controls import lost, watched

WORKFLOW = "/srv/app/.github/workflows/ci.yml"
BEFORE = b"steps:\n  - run: trivy image app\n  - run: pytest\n"


@pytest.mark.parametrize(
    ("path", "after", "gone"),
    [
        (WORKFLOW, b"steps:\n  - run: pytest\n", ("trivy",)),
        (WORKFLOW, b"steps:\n  # - run: trivy image app\n  - run: pytest\n", ("trivy",)),
        (WORKFLOW, BEFORE + b"  - run: deploy\n", ()),
        (WORKFLOW, None, ()),
        ("/srv/app/notes.txt", b"", ()),
    ],
)
def test_controls_that_an_edit_took(path: str, after: bytes | None, gone: tuple[str, ...]) -> None:
    assert lost(path, BEFORE, after) == gone


def test_which_files_call_for_controls() -> None:
    assert watched(WORKFLOW)
    assert watched("/etc/audit/auditd.conf")
    assert not watched("/srv/share/minutes.md")


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_any_content_is_read(before: bytes, after: bytes) -> None:
    assert lost(WORKFLOW, before, before) == ()
    lost(WORKFLOW, before, after)
