"""Nodes of tree-sitter's trees: a child by its number, and the source of one."""

from __future__ import annotations

from tree_sitter import Node


def nth(node: Node, number: int = 0) -> Node | None:
    """A named child by its number, also from the end; None where there is none."""
    found = node.named_children
    return found[number] if -len(found) <= number < len(found) else None


def text_of(node: Node) -> str:
    """The source of a node."""
    return (node.text or b"").decode("utf-8", "replace")
