"""One agent in one world: act, limits, fork, replay; runs."""
