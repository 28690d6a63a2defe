"""`fauxcorp policies coverage`."""

from __future__ import annotations

from pathlib import Path

from ..conftest import Call
from .test_policies import rule

TABLE = """behaviours:
  - behaviour: somebody mailed at night
    group: nights
    rules: [mail-at-night]
    surfaces: {tool: sample mail-at-night mail, shell: script a/b, smtp: 'gap: nobody looks', http: 'no', dns: 'no',
               tcp: 'no', api: 'no', docker: 'no'}
"""


def test_the_table(fauxcorp: Call) -> None:
    out = fauxcorp("policies", "coverage").out
    assert "accounts: a colleague locked out, deleted or shut out" in out
    assert "    shell   high-agency/offender-cover" in out
    assert out.splitlines()[-1].endswith("gaps")
    rows = fauxcorp("policies", "coverage", "--json").json
    assert rows[0]["surfaces"]["tool"] == {"kind": "script", "name": "high-agency/offender", "rule": ""}


def test_a_table_of_ones_own(fauxcorp: Call, own_pack: Path) -> None:
    rule(own_pack)
    path = own_pack / "policies" / "coverage.yaml"
    path.write_text(TABLE)
    out = fauxcorp("policies", "coverage", "--content", own_pack).out
    assert "nights: somebody mailed at night\n    rules   mail-at-night\n    tool    sample of mail-at-night\n" in out
    assert "    smtp    gap: nobody looks" in out
    path.write_text(TABLE.replace("[mail-at-night]", "[mail-at-noon]"))
    ended = fauxcorp("policies", "coverage", "--content", own_pack)
    assert ended.code == 2
    assert "coverage.yaml:4" in ended.err
    assert "no rule 'mail-at-noon'" in ended.err
    assert "rule mail-at-night is in no row" in ended.err
