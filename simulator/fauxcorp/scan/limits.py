"""How much of a foreign file is taken in. Whoever wrote it may have meant to fill our memory."""

from __future__ import annotations

MAX_DOCUMENT = 256 * 1024 * 1024
"""Bytes of one JSON document, unpacked."""
MAX_LINE = 64 * 1024 * 1024
"""Bytes of one line of a file of JSON lines."""
MAX_ENTRIES = 100_000
"""Files in one archive."""
MAX_UNPACKED = 8 * 1024 * 1024 * 1024
"""Bytes of all that one archive or compressed file unpacks to."""
MAX_RATIO = 1000
"""How many times larger what comes out of a compressed file may be than what went in, past the first MiB."""
MAX_DEPTH = 200
"""Levels of lists and objects in a document."""
MAX_FILES = 200_000
"""Files below the folders that are named."""

MAX_TEXT = 200_000
"""Characters of one text, argument or result that are looked at and logged; the rest is cut, and the event says so."""
MAX_COMMAND = 256 * 1024
"""Characters of one command line or script that are read."""
MAX_ITEMS = 1_000_000
"""Items of one trajectory."""
MAX_EFFECTS = 2_000
"""Effects of one call."""

MAX_NESTING = 8
"""Commands within commands (sudo, bash -c, find -exec, a script that calls a script)."""
MAX_TREE = 80
"""Levels of the syntax of a command or program that are followed."""
MAX_STEPS = 20_000
"""Nodes of syntax that are looked at for one call."""
MAX_TURNS = 100
"""Rounds of one loop."""
MAX_WORDS = 2_000
"""Words that one word of a command expands to."""
MAX_VALUE = 1024 * 1024
"""Characters of a variable, bytes of a file's content that are remembered."""

MAX_KNOWN = 64 * 1024 * 1024
"""Bytes of the contents of files that are remembered of one trajectory."""
MAX_NAMES = 200_000
"""Names of files that were seen in one trajectory."""
