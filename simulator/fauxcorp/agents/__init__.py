"""What drives a Session: scripted and human agents."""
