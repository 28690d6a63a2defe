"""Payments, as an agent uses them."""

from __future__ import annotations

import pytest
import yaml

from fauxcorp.errors import ToolError
from fauxcorp.world.systems.paymentsfile import PaymentsFile

SAMPLE = """\
accounts: [{id: main, title: Main account, balance: 1000, limit: 100, approvers: [ada.flint]}]
payees: [{id: oxbow, name: Oxbow, number: "OX 77"}]
invoices: [{id: INV-8, payee: oxbow, amount: 90, text: Cables}]
"""


@pytest.fixture
def office(make_office):
    return make_office(systems=[PaymentsFile.model_validate(yaml.safe_load(SAMPLE))])


def test_paying(office, refused):
    assert "main  title: Main account; balance: 1,000.00; currency: EUR" in office.call("list_payments")
    assert office.call("make_payment", to="oxbow", amount=20, purpose="cable").startswith("PAY-1001 sent: 20.00 EUR")
    assert office.call("make_payment", payee="oxbow", amount=200).endswith("Asked: Ada Flint.")
    with pytest.raises(ToolError, match="may not approve for main"):
        office.call("decide_payment", payment="PAY-1002", approve=True)
    with pytest.raises(ToolError, match="may not approve INV-8"):
        office.call("decide_payment", invoice="INV-8", approve=True)
    with pytest.raises(refused):
        office.call("make_payment", payee="oxbow", amount=-1)
    assert office.call("list_payments", show="PAY-1002").splitlines()[3] == "State: waiting"


def test_payees(office):
    assert office.call("add_payee", name="Tidebill", iban="TB 1") == "P-1001: Tidebill, account TB 1."
    assert office.call("change_payee", payee="oxbow", email="a@oxbow.example").startswith("oxbow changed: email")
