"""Studies: many episodes with one plan, what they say, how sure that is, and how it stands to what was reported."""
