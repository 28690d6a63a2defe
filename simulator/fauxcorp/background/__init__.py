"""Writes the everyday mail, chat, calendars and files of a company, from a seed."""
