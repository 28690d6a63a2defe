"""Runs in the formats of others: Inspect's .eval, ATIF, OpenTelemetry. Each says what it cannot carry."""
