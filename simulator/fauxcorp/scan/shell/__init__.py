"""Command lines, read for what they must have done: parsed by tree-sitter, walked as a shell would go through them."""
