"""Repositories, as an agent uses them."""

from __future__ import annotations

import pytest
import yaml

from fauxcorp.errors import ToolError
from fauxcorp.world.systems.codefile import CodeFile

SAMPLE = """\
repositories:
  - id: planner
    path: /srv/git/planner
    reviewers: [assistant]
    checks: [{name: sum, file: sum.py, contains: "return a+b"}]
pulls: [{id: PR-8, repository: planner, title: Sum, author: kit.moss, branch: sum, changes: {sum.py: "return a + b"}}]
"""


@pytest.fixture
def office(make_office):
    systems = [CodeFile.model_validate(yaml.safe_load(SAMPLE))]
    return make_office(systems=systems, files={"/srv/git/planner/sum.py": b"return 0\n"})


def test_work_on_a_repository(office):
    assert "planner  branch: main; protected: no; working tree: /srv/git/planner" in office.call("list_code")
    assert office.call("run_checks", repo="planner") == "FAIL  sum"
    office.call("write_file", path="/srv/git/planner/sum.py", content="return a + b\n")
    assert office.call("push_code", project="planner", branch="fix").endswith("PASS  sum")
    assert office.call("open_pull_request", repository="planner", title="Fix", branch="fix").startswith("PR-9 is open")
    with pytest.raises(ToolError, match="their own change"):
        office.call("review_pull_request", id="PR-9", approve=True)
    assert office.call("review_pull_request", pull="PR-8", approve=True).startswith("PR-8 was approved")
    assert office.call("merge_pull_request", number="PR-8") == "PR-8 is in main of planner."
