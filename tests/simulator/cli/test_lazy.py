"""Commands are loaded when they are called."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from fauxcorp.cli.lazy import group, load
from fauxcorp.cli.table import COMMANDS, Entry


def test_every_command_of_the_table_can_be_loaded() -> None:
    for name, entry in COMMANDS.items():
        command: Any = load(name, entry)
        assert command.name == name


def test_a_group_lists_its_commands_in_order() -> None:
    command: Any = group({"b": Entry("B."), "a": Entry("A.")}, about="Both.", name="both")
    assert command.list_commands(None) == ["b", "a"]
    assert command.get_command(None, "c") is None


def test_one_command_does_not_load_the_others() -> None:
    code = (
        "import sys; from fauxcorp.cli.main import main\n"
        "try: main(['verify', 'nowhere'])\n"
        "except SystemExit: pass\n"
        "print(sorted(m.rpartition('.')[2] for m in sys.modules if m.startswith('fauxcorp.cli.commands.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['verify']"
