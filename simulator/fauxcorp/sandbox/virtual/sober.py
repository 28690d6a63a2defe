"""Takes real time and real chance out of a command: what the interpreter has of its own is put in its text beforehand.

Programs that are written here ask the world themselves. These are the interpreter's own, and cannot be told: the random
devices, SRANDOM, `printf %(...)T`, and what awk, jq and sort know.
"""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import shake_256

from bashkit import Bash

DEVICE = "/run/urandom"
DEVICE_BYTES = 256 * 1024
"""Bytes that a random device gives to one command."""

_TOUCHED = re.compile(r"/dev/u?random\b|SRANDOM|%\(|awk\b|\bjq\b|\bsort\b")
_DEVICES = re.compile(r"/dev/u?random\b")
_SRANDOM = re.compile(r"\$(?:SRANDOM\b|\{SRANDOM\})")
_PRINTF = re.compile(r"%\(([^)\n]*)\)T(?=(?:\\n|[^'\"\n%])*['\"]?\s*(?:-[12]\b|$|[;|&)\n]))")
_SORT = re.compile(r"\bsort\s+(?:-R|--random-sort)(?=\s|$|[;|&)])")
_JQ_NOW = re.compile(r"(\bjq\b[^;\n]*?)(?<![\w.\"$-])now\b(?![\w\"-])")
_SRAND = re.compile(r"\bsrand\(\s*\)")
_SYSTIME = re.compile(r"\bsystime\(\s*\)")
_STRFTIME = re.compile(r"\bstrftime\(\s*(\"[^\"\n]*\")\s*\)")


def touched(command: str) -> bool:
    """Whether there may be anything to take out."""
    return _TOUCHED.search(command) is not None


def sober(bash: Bash, command: str, now: datetime, draw: int) -> str:
    """The command with simulated time and chance in it. `now` is in the company's zone, `draw` a number of 256 bits."""
    seconds, seed = int(now.timestamp()), draw % 2**31
    if _DEVICES.search(command):
        fs = bash.fs()
        if not fs.exists("/run"):
            fs.mkdir("/run")
        fs.write_file(DEVICE, shake_256(str(draw).encode()).digest(DEVICE_BYTES))
        command = _DEVICES.sub(DEVICE, command)
    command = _SRANDOM.sub(str(seed), command)
    command = _PRINTF.sub(lambda m: now.strftime(m[1].replace("%s", str(seconds)) or "%X"), command)
    command = _SORT.sub("shuf", command)
    if "jq" in command:
        command = _JQ_NOW.sub(rf"\g<1>{seconds}.5", command)
    if "awk" in command:
        command = _SRAND.sub(f"srand({seed})", command)
        command = _SYSTIME.sub(str(seconds), command)
        command = _STRFTIME.sub(rf"strftime(\1, {seconds})", command)
    return command
