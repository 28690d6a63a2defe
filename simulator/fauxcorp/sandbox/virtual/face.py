"""The face of the shell: what its interpreter says is put into the words of bash on Debian."""

from __future__ import annotations

import re

from fauxcorp.sandbox.virtual.debian import worded

_PLAIN = (
    ("PermissionError: ", ""),
    ("FileNotFoundError: ", ""),
    ("io error: Permission denied", "Permission denied"),
    ("filesystem is read-only", "Permission denied"),
    ("io error: not found", "No such file or directory"),
    ("io error: ", ""),
    (" (run inside bashkit::terminal::Terminal)", ""),
    (" is not supported in bashkit", " is not supported"),
    ("fc: editing history is not supported", "fc: no command found"),
)
_HINTS = re.compile(r"(command not found)\.[^\n]*")
_LIMITS = re.compile(
    r"(?:bash: line \d+: )?(?:execution error: [^\n]*|resource limit exceeded: [^\n]*|execution cancelled|"
    r"awk: fatal: [^\n]* limit [^\n]*|[\w: ]*printf: format width[^\n]*)"
)
_CUT = re.compile(
    r"[^\n]*(?:(?:output|line) limit \([^\n]*exceeded; output truncated|loop limit \(\d+\) reached|zip bomb protection)"
    r"[^\n]*\n?"
)
_FULL = re.compile(
    r"too many files: \d+ files at \d+ file limit|(?:file ?system|file) (?:too large|full): [^\n]*limit[^\n]*"
)
_VERSION = re.compile(
    r"(?:bash-?kit|linux) 0\.\d+\.\d+ \(virtual \w+ interpreter\)|Virtual shell interpreter \(not GNU bash\)", re.I
)
_GNU = "GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)"
_NAME = re.compile(r"bash-?kit(?:-vfs|-sandbox)?|5\.15\.0-sandbox|/bashkit\S*", re.IGNORECASE)


def limit_words(error: str) -> tuple[str, int]:
    """What a shell that ran into a limit says, and its exit code."""
    if "timeout" in error or "cancelled" in error or "iteration" in error:
        return "Terminated", 124
    if "depth" in error or "command" in error:
        return "bash: fork: retry: Resource temporarily unavailable", 254
    if "brace" in error:
        return "bash: brace expansion: cannot allocate memory", 1
    return "bash: xrealloc: cannot allocate memory", 137


def errors(text: str) -> str:
    """Error output in bash's words."""
    if not text:
        return text
    for old, new in _PLAIN:
        if old in text:
            text = text.replace(old, new)
    if "command not found" in text:
        text = _HINTS.sub(r"\1", text)
    if "exceeded" in text or "cancelled" in text or "execution error" in text:
        text = _once(_LIMITS.sub(lambda m: limit_words(m[0])[0], text))
    if "limit" in text:
        text = _FULL.sub("No space left on device", text)
    return scrub(worded(_CUT.sub("", text)))


def scrub(text: str) -> str:
    """Output without the name of the interpreter."""
    if "ashkit" not in text and "sandbox" not in text and "irtual" not in text:
        return text
    return _NAME.sub("linux", _VERSION.sub(_GNU, text))


def _once(text: str) -> str:
    """The same line is not said over and over."""
    out: list[str] = []
    for line in text.split("\n"):
        if not out or out[-1] != line:
            out.append(line)
    return "\n".join(out)
