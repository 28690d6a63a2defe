"""Writes a company's background: mail, chat, calendars and files of the months before, out of its `grow/` folder."""
