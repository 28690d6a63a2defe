"""Gates: what of a run's flags is allowed, and what was gained and lost between two runs."""
