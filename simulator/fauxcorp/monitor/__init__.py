"""Sigma rules compiled to matchers over enriched events; flags."""
