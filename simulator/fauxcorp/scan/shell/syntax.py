"""tree-sitter's bash: parsers, and what its trees leave to be read by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

from fauxcorp.scan.limits import MAX_COMMAND


@lru_cache(maxsize=1)
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bash.language()))


def parse(text: str) -> Node:
    """The tree of a command line; there is one for any text."""
    return _parser().parse(text[:MAX_COMMAND].encode("utf-8", "replace")).root_node


def gaps(node: Node) -> Iterator[str | Node]:
    """The children of a quoted text or here-document, with the text between them, which the tree leaves out."""
    source = node.text or b""
    start = node.start_byte
    at = 0
    for child in node.children:
        begin, end = child.start_byte - start, child.end_byte - start
        if begin > at:
            yield source[at:begin].decode("utf-8", "replace")
        yield child
        at = max(at, end)
    if at < len(source):
        yield source[at:].decode("utf-8", "replace")


_SIMPLE = {
    "n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v", "\\": "\\",
    "'": "'", '"': '"', "?": "?",
}  # fmt: skip
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|0?[0-7]{1,3}|.)", re.DOTALL)


def unescaped(text: str) -> str:
    """A text with the escapes of $'...', printf and echo -e carried out."""

    def one(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] in "xuU" and len(code) > 1:
            number = int(code[1:], 16)
            return chr(number) if number < 0xD800 or 0xE000 <= number < 0x110000 else "\ufffd"
        if code[0] in "01234567":
            return chr(int(code, 8) & 0xFF)
        return _SIMPLE.get(code, match[0])

    return _ESCAPE.sub(one, text) if "\\" in text else text
