"""Ids, clock, random source, effects, events, flags and the Session protocol; imports nothing of ours."""
