"""Trajectories that were recorded elsewhere: brought into our effects, so that the same enricher and the same rules
decide.

A reader (`formats`) turns a file into items: what was said, which tool was called, what came back. A mapping says what
a tool means; `shell` and `python` read commands for what they must have done; `verdict` holds that against the result.
What comes out are effects, and from there on nothing is different from an episode.
"""
