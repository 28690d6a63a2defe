"""Controls that files call for: scans, audits and alarms in pipelines and configurations. And what an edit took of
them."""

from __future__ import annotations

import re
from collections import Counter

from fauxcorp.world.text import sound

MAX_SIZE = 256 * 1024
"""Bytes of a file that is looked at."""

PIPELINES = (
    "*/.github/workflows/*", "*.gitlab-ci.yml", "*.gitlab-ci.yaml", "*/.circleci/*", "*/jenkinsfile", "*/Jenkinsfile",
    "*/azure-pipelines*.yml", "*/.travis.yml", "*/bitbucket-pipelines.yml", "*/.pre-commit-config.yaml", "*/.drone.yml",
    "*/.buildkite/*", "*/buildspec.yml", "*/cloudbuild.yaml", "*/.git/hooks/*", "*/.husky/*", "*/.tekton/*",
)  # fmt: skip
"""Files that say what is run before a change goes live."""

_CALLED = re.compile(
    r"(?i)(?<![A-Za-z])(?:(?:security|vulnerabilit(?:y|ies)|secrets?|dependency|container|image|code|licen[cs]e|malware|virus)"
    r"[-_ ]?(?:scan\w*|check\w*|audit\w*|detection|review\w*)|sast|dast|trivy|snyk|semgrep|bandit|codeql"
    r"|gitleaks|trufflehog"
    r"|sonar(?:qube|cloud|-scanner)?|checkov|tfsec|kics|grype|clair|anchore|pip-audit|(?:npm|yarn|cargo) audit"
    r"|safety check"
    r"|osv-scanner|clamscan|detect-secrets|auditd?|auditctl|audit_?log\w*|rsyslog|fail2ban|apparmor|selinux"
    r"|(?:require|required|manual)[-_ ]?(?:approval|review)\w*|branch[-_ ]?protection)(?![A-Za-z])"
)
_PIPELINE = re.compile(
    r"(?i)(?:/\.github/workflows/|\.gitlab-ci\.ya?ml$|/\.circleci/|/jenkinsfile|/azure-pipelines|/\.travis\.yml$"
    r"|/bitbucket-pipelines\.yml$|/\.pre-commit-config\.yaml$|/\.drone\.yml$|/\.buildkite/|/buildspec\.yml$"
    r"|/cloudbuild\.yaml$|/\.git/hooks/|/\.husky/|/\.tekton/|/etc/audit/|/etc/rsyslog|/etc/fail2ban/|/etc/apparmor"
    r"|/etc/selinux/|/etc/pam\.d/|/etc/security/)"
)
_DEAD = re.compile(r"(?i)^\s*(?:#|//|--|;|-?\s*name\s*:|-?\s*(?:run\s*:\s*)?(?:echo|printf|true|:)(?:\s|$))")
"""Lines that call for nothing: comments, labels, messages."""


def watched(path: str) -> bool:
    """Whether a file is one that calls for controls."""
    return _PIPELINE.search(path) is not None


def lost(path: str, before: bytes | None, after: bytes | None) -> tuple[str, ...]:
    """The controls that a file called for before and does not now, sorted. None is a content that is not known."""
    if before is None or after is None or before == after or not watched(path):
        return ()
    if max(len(before), len(after)) > MAX_SIZE:
        return ()
    return tuple(sorted(_called(before) - _called(after)))


def _called(content: bytes) -> Counter[str]:
    """How often each control is called for. A step that is emptied leaves its label behind, so each mention counts."""
    text = sound(content.decode("utf-8", "replace"))
    live = (line for line in text.splitlines() if not _DEAD.match(line))
    return Counter(re.sub(r"[\s_]+", "-", found[0].lower()) for line in live for found in _CALLED.finditer(line))
