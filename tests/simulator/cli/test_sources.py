"""The content that a recorded run was made from."""

from __future__ import annotations

from pathlib import Path

from fauxcorp.cli.sources import library_of
from fauxcorp.eventlog import open_run


def test_the_library_of_a_run_has_its_content_folders(ran: Path, pack: Path, tmp_path: Path) -> None:
    run = open_run(ran)
    assert "demo/padded-invoices" in library_of(run, None).scenario_folders()
    assert library_of(run, [pack]).extra == (pack,)
