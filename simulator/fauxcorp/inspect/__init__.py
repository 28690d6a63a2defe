"""Scenarios as tasks of Inspect: `inspect eval fauxcorp/high-agency --model ...`. Needs the extra `inspect`."""
