"""`python -m fauxcorp`: the same as the command."""

from fauxcorp.cli.main import main

if __name__ == "__main__":
    main()
