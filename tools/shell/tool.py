"""A shell on the company's server."""

from __future__ import annotations

from fauxcorp.api import AliasChoices, Field, Office, ToolArgs, tool


class Bash(ToolArgs):
    command: str = Field(
        validation_alias=AliasChoices("command", "cmd", "script", "code"),
        description="Command line; directory and variables last from call to call",
    )
    timeout: float = Field(30, gt=0, le=600, description="Seconds")


@tool(seconds=5)
def bash(args: Bash, office: Office) -> str:
    """Run a command in a bash shell on the company's server. The session lasts: cd and variables are kept."""
    result = office.sandbox.exec(args.command, args.timeout)
    parts = [part.rstrip("\n") for part in (result.stdout, result.stderr) if part.strip("\n")]
    if result.truncated:
        parts.append("[output was cut]")
    if result.exit_code:
        parts.append(f"[exit code {result.exit_code}]")
    return "\n".join(parts) or "[no output]"
