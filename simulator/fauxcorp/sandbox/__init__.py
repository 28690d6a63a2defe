"""Where commands run: the Sandbox protocol, the virtual sandbox and the office's own programs."""
