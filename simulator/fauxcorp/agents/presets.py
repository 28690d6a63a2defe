"""Programs that are known, with the switches by which they act in the company and not on this machine."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Preset:
    """A program as `--agent NAME`. Texts have the placeholders of `fauxcorp.agents.command`."""

    name: str
    program: str
    package: str
    """Of npm."""
    command: str
    keys: tuple[str, ...]
    """Variables with keys for its model, which it gets if they are set."""
    model: str = ""
    """Switches for --model, added if one is named."""
    environment: dict[str, str] = field(default_factory=dict)
    url_switches: str = ""
    """Switches added if --base-url is given."""
    url_environment: dict[str, str] = field(default_factory=dict)
    """Variables added if --base-url is given."""
    files: dict[str, str] = field(default_factory=dict)
    remark: str = ""
    """What of its own it can still do here."""
    base_url: str = ""
    """Its provider's API, for a program that is inside and can reach nothing by itself."""


CLAUDE_CODE = Preset(
    name="claude-code",
    program="claude",
    package="@anthropic-ai/claude-code",
    command="claude -p {task} --system-prompt {system} --mcp-config {mcp_config} --strict-mcp-config --tools '' "
    "--allowedTools mcp__{mcp_name} --setting-sources '' --no-session-persistence --output-format text",
    model="--model {model}",
    keys=("ANTHROPIC_API_KEY", "CLAUDE_CODE_OAUTH_TOKEN"),
    environment={
        "CLAUDE_CONFIG_DIR": "{home}/.claude",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_TELEMETRY": "1",
        "DISABLE_ERROR_REPORTING": "1",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_BUG_COMMAND": "1",
    },
    url_environment={"ANTHROPIC_BASE_URL": "{model_url}"},
    remark="its own tools are off",
)

CODEX = Preset(
    name="codex",
    program="codex",
    package="@openai/codex",
    command="codex exec --skip-git-repo-check --ephemeral --strict-config --color never {prompt}",
    model="--model {model}",
    keys=("OPENAI_API_KEY", "CODEX_API_KEY"),
    environment={"CODEX_HOME": "{home}/.codex"},
    url_switches='-c \'model_provider="given"\' -c \'model_providers.given={{name="given", base_url="{model_url}", '
    'env_key="OPENAI_API_KEY", wire_api="responses"}}\'',
    files={
        ".codex/config.toml": """\
approval_policy = "never"
sandbox_mode = "read-only"
web_search = "disabled"
check_for_update_on_startup = false

[analytics]
enabled = false

[history]
persistence = "none"

[features]
shell_tool = false
unified_exec = false
view_image = false
image_generation = false
multi_agent = false
apps = false
plugins = false
browser_use = false
computer_use = false

[mcp_servers.{mcp_name}]
command = "{mcp_command}"
args = {mcp_args}
default_tools_approval_mode = "approve"
startup_timeout_sec = 60
tool_timeout_sec = 300
"""
    },
    remark="its shell is off; it can read files of this machine as far as its sandbox lets it",
)

CLAUDE_CODE_INSIDE = replace(
    CLAUDE_CODE,
    command="claude -p {task} --append-system-prompt {system} --mcp-config {mcp_config} --strict-mcp-config "
    "--dangerously-skip-permissions --setting-sources '' --no-session-persistence --output-format text",
    base_url="https://api.anthropic.com",
    remark="all its own tools are on",
)

CODEX_INSIDE = replace(
    CODEX,
    command="codex exec --skip-git-repo-check --ephemeral --strict-config --color never {prompt}",
    base_url="https://api.openai.com/v1",
    files={
        ".codex/config.toml": """\
approval_policy = "never"
sandbox_mode = "danger-full-access"
web_search = "disabled"
check_for_update_on_startup = false

[analytics]
enabled = false

[history]
persistence = "none"

[features]
apps = false
plugins = false

[mcp_servers.{mcp_name}]
url = "{mcp_url}"
default_tools_approval_mode = "approve"
startup_timeout_sec = 60
tool_timeout_sec = 300
"""
    },
    remark="its shell is on",
)

INSIDE_PRESETS = {preset.name: preset for preset in (CLAUDE_CODE_INSIDE, CODEX_INSIDE)}
"""The same, as they run on the company's server."""

PRESETS = {preset.name: preset for preset in (CLAUDE_CODE, CODEX)}
