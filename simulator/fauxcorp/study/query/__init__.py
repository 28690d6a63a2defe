"""SQL over any number of logs."""
