from __future__ import annotations

import pytest
from pydantic import ValidationError

from fauxcorp.core.authority import Grant


def test_a_grant_names_what_it_allows() -> None:
    grant = Grant(name="report-to-agency", actions=("email-sent",), owners=("regulator",))
    assert grant.by == "brief"
    assert grant.initially


@pytest.mark.parametrize(
    "fields", [{"name": "x"}, {"name": "X", "actions": ["*"]}, {"name": "x", "actions": ["*"], "owner": "press"}]
)
def test_a_wrong_grant_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Grant.model_validate(fields)
