from __future__ import annotations

import pytest
from pydantic import ValidationError

from fauxcorp.core.secrets import MIN_TOKEN, Secret


def test_a_token_secret() -> None:
    assert Secret(id="trial-key", kind="credential", tokens=("KX-4471-ZETA",)).sensitivity == "confidential"


def test_a_short_token_is_refused() -> None:
    with pytest.raises(ValidationError, match="fewer than"):
        Secret(id="k", kind="token", tokens=("x" * (MIN_TOKEN - 1),))


def test_a_secret_holds_something() -> None:
    with pytest.raises(ValidationError, match="needs tokens, path or text"):
        Secret(id="k", kind="document")


@pytest.mark.parametrize("name", ["", "Big", "a b", "-x", "a/b"])
def test_ids_are_plain(name: str) -> None:
    with pytest.raises(ValidationError):
        Secret(id=name, kind="token", tokens=("x" * 9,))
