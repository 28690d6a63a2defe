"""A fake company for AI agents: an office to act in, a log of effects, flags that rest on them."""

__version__ = "0.1.0"
