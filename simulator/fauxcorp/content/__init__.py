"""Finds content roots and loads tools, companies, scenarios and policies, with file and line in errors."""
