"""Finds what gives a made office away: dates, names, marks and threads that no real one has."""
