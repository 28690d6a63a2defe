"""The command line: the only package that prints. A command's module is loaded when the command is called."""
