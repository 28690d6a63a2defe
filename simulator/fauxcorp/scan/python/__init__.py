"""Python, read for what it must have done: parsed by tree-sitter, gone through statement by statement."""
