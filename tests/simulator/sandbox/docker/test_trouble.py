"""What the engine's library raises becomes one error, with what was being done."""

from __future__ import annotations

import pytest
import requests
from docker.errors import APIError, NotFound

from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.docker.trouble import said, trouble


@pytest.mark.parametrize(
    "error",
    [
        APIError("x", explanation="no space\nleft"),
        NotFound("gone"),
        requests.ConnectionError("refused"),
        BrokenPipeError(32, "Broken pipe"),
    ],
)
def test_errors_of_the_engine(error: Exception) -> None:
    with pytest.raises(SandboxError, match=r"^the shell is lost: .") as raised, trouble("the shell is lost"):
        raise error
    assert "\n" not in str(raised.value)
    assert raised.value.__cause__ is error


def test_other_errors_are_left_as_they_are() -> None:
    with pytest.raises(KeyError), trouble("it"):
        raise KeyError("a fault of ours")


def test_an_error_without_words_says_its_kind() -> None:
    assert said(BrokenPipeError()) == "BrokenPipeError"
    assert len(said(APIError("x" * 5000))) == 500
