"""The append-only event log: JSON Lines, hash chain, verify."""
