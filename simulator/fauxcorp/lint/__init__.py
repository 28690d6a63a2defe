"""Reads a scenario or a company as a reader with doubts would, and says what gives it away."""
