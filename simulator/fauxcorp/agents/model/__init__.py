"""A model behind an HTTP API as an agent: `make_agent` makes one of a name like openai/NAME."""
