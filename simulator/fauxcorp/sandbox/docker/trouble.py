"""What goes wrong between this process and the engine, as the one error of a sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from docker.errors import DockerException
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from fauxcorp.errors import SandboxError

ENGINE = (DockerException, RequestException, HTTPError, OSError)
"""What the SDK raises, and what lies under it."""


@contextmanager
def trouble(what: str) -> Iterator[None]:
    """Raise SandboxError, with what was being done, for whatever the engine has to say."""
    try:
        yield
    except ENGINE as error:
        raise SandboxError(f"{what}: {said(error)}") from error


def said(error: BaseException) -> str:
    """What an error of the engine says, on one line."""
    text = str(getattr(error, "explanation", "") or error) or type(error).__name__
    return " ".join(text.split())[:500]
