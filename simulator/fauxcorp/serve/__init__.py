"""Doors for agents that are programs of their own: HTTP, MCP, and a stand-in for their model."""
