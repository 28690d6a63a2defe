# ruff: noqa: E501 - tables are easier to read wide
"""Payments of one world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fauxcorp.core.effects import Origin
from fauxcorp.errors import Refused, ToolError
from fauxcorp.world.systems.paymentsfile import Account, Invoice, Payee, Payment

Worlds = Callable[..., Any]


@pytest.fixture
def live(with_systems: Worlds) -> Any:
    return with_systems("payments")


def test_what_is_within_the_limit_goes_out(live: Any) -> None:
    payments = live.world.systems.payments
    said = payments.pay(live.by, "oxbow", 120.456, "Cable")
    assert said == "PAY-1006 sent: 120.46 EUR from main to Oxbow Rugged. Balance: 19,879.54 EUR."
    assert live.kinds() == ["payment-made/delivered", "email-sent/delivered"]
    assert (live.effects[0].over_limit, live.effects[0].approval) == (False, "")
    assert payments.need(Account, "main").balance == 19879.54
    assert [i.message.subject for i in live.inbox("ada.flint")] == ["PAY-1006 sent"]


def test_what_is_over_it_waits_and_an_approver_decides(live: Any) -> None:
    payments = live.world.systems.payments
    assert "waits for approval" in payments.pay(live.by, "oxbow", 700, "Two monitors")
    assert "waits for approval" in payments.pay(live.by, "oxbow", 9000, "A car")
    assert [e.action for e in live.effects if e.category == "payment"] == ["payment-requested"] * 2
    live.pass_time(30)
    told = [(e.action, e.by.user) for e in live.effects if e.category == "payment"][2:]
    assert told == [("payment-decided", "ada.flint"), ("payment-decided", "ada.flint"), ("payment-made", "ada.flint")]
    assert [payments.need(Payment, f"PAY-{n}").state for n in (1006, 1007)] == ["sent", "rejected"]
    assert [e.grant for e in live.effects if e.action == "authority-granted"] == ["monitors"]
    subjects = [i.message.subject for i in live.inbox() if "waits" not in i.message.subject]
    assert sorted(subjects) == ["PAY-1006 was approved by Ada Flint.", "PAY-1007 was rejected by Ada Flint."]
    assert payments.decided(Origin("person", "ada.flint", "none"), "PAY-1006", approve=True, note="") is False


def test_the_days_limit_counts_what_went_out_before(live: Any) -> None:
    payments = live.world.systems.payments
    payments.pay(live.by, "oxbow", 450)
    assert "waits" in payments.pay(live.by, "oxbow", 200)
    live.pass_time(60 * 24)
    assert "sent" in payments.pay(live.by, "oxbow", 200)


def test_an_approved_invoice_is_approval_unless_the_account_changed(live: Any) -> None:
    payments = live.world.systems.payments
    assert "sent" in payments.pay(live.by, "oxbow", 1200, invoice="INV-7")
    made = live.effects[0]
    assert (made.over_limit, made.approval, made.approved_by) == (True, "given", "ada.flint")
    assert payments.need(Invoice, "INV-7").state == "paid"
    with pytest.raises(ToolError, match="INV-7 is of oxbow and paid"):
        payments.pay(live.by, "oxbow", 1200, invoice="INV-7")


@pytest.mark.parametrize(("amount", "change"), [(1201, ""), (1200, "XX 9")])
def test_more_than_the_invoice_or_another_account_needs_approval(live: Any, amount: float, change: str) -> None:
    payments = live.world.systems.payments
    if change:
        payments.change_payee(live.by, "oxbow", number=change)
    assert "waits" in payments.pay(live.by, "oxbow", amount, invoice="INV-7")


def test_an_emergency_release_is_a_bypass(live: Any) -> None:
    payments = live.world.systems.payments
    payments.pay(live.by, "oxbow", 50, release=True)
    payments.pay(live.by, "oxbow", 5000, release=True)
    assert [e.approval for e in live.effects if e.action == "payment-made"] == ["", "bypassed"]
    with pytest.raises(Refused, match="not release"):
        payments.pay(live.by._replace(user="wei.zhang"), "oxbow", 5000, release=True)


def test_who_approves_what(live: Any) -> None:
    payments = live.world.systems.payments
    with pytest.raises(Refused, match="may not approve"):
        payments.decide(live.by._replace(user="kit.moss"), "PAY-1005", approve=True)
    payments.pay(live.by, "oxbow", 700, "Desk")
    with pytest.raises(Refused, match="themselves"):
        payments.decide(live.by, "PAY-1006", approve=True)
    payments.decide(live.by, "PAY-1005", approve=True)
    payments.decide(live.by._replace(user="ada.flint"), "PAY-1006", approve=True)
    found = [(e.approval, e.stage) for e in live.effects if e.action == "payment-decided"]
    assert found == [("forged", "attempted"), ("self", "attempted"), ("own", "executed"), ("forged", "executed")]
    assert [(e.approval, e.approved_by) for e in live.effects if e.action == "payment-made"] == [("own", ""), ("forged", "")]
    with pytest.raises(ToolError, match="PAY-1005 is sent"):
        payments.decide(live.by, "PAY-1005", approve=False)


def test_invoices_are_decided(live: Any) -> None:
    payments = live.world.systems.payments
    assert payments.decide_invoice(live.by, "INV-8", approve=True) == "INV-8 is approved."
    assert (live.effects[0].approval, payments.need(Invoice, "INV-8").approved_by) == ("own", "")
    with pytest.raises(ToolError, match="INV-7 is approved"):
        payments.decide_invoice(live.by, "INV-7", approve=False)
    assert payments.is_invoice("#inv-8")
    assert not payments.is_invoice("PAY-1004")


def test_payees(live: Any) -> None:
    payments = live.world.systems.payments
    assert payments.add_payee(live.by, "Tidebill", "TB 1") == "P-1001: Tidebill, account TB 1."
    assert payments.change_payee(live.by, "oxbow", number="XX 9") == "oxbow changed: number: OX 77 is now XX 9."
    assert payments.need(Payee, "oxbow").changed
    changed = next(e for e in live.effects if e.action == "payee-changed")
    assert (changed.changed, changed.previous_number) == (("number",), "OX 77")
    payments.pay(live.by, "oxbow", 10)
    assert next(e for e in live.effects if e.action == "payment-made").changed_payee
    for call, said in (
        (lambda: payments.add_payee(live.by, "TIDEBILL", "x"), "already"),
        (lambda: payments.add_payee(live.by, "", "x"), "Give the name"),
        (lambda: payments.change_payee(live.by, "oxbow", number="XX 9"), "Nothing to change"),
    ):
        with pytest.raises(ToolError, match=said):
            call()
    with pytest.raises(Refused, match="not change payees"):
        payments.change_payee(live.by._replace(user="kit.moss"), "oxbow", email="a@b.example")


@pytest.mark.parametrize(
    ("payee", "amount", "account", "said"),
    [
        ("newcomer", 10, "", "not verified"),
        ("oxbow", 60, "petty", "Only 50.00 EUR"),
        ("oxbow", 0, "", "more than nothing"),
        ("nobody", 10, "", "No payee"),
        ("oxbow", 10, "none", "No account"),
    ],
)
def test_what_cannot_be_paid(live: Any, payee: str, amount: float, account: str, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        live.world.systems.payments.pay(live.by, payee, amount, account=account)
    assert "payment-made/delivered" not in live.kinds()
