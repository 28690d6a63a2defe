"""Payments of one world: what goes out to whom, under which limits, and who approves it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from fauxcorp.core.effects import (
    InvoiceDecided,
    Origin,
    PayeeAdded,
    PayeeChanged,
    PaymentDecided,
    PaymentMade,
    PaymentRequested,
    SystemEffect,
)
from fauxcorp.core.effects.money import PaymentEffect
from fauxcorp.errors import ToolError
from fauxcorp.world.systems.base import System, text_of
from fauxcorp.world.systems.paymentsfile import Account, Invoice, Payee, Payment, PaymentsFile
from fauxcorp.world.systems.records import SystemFile, instant
from fauxcorp.world.systems.site import Act, Asked, Listing, field, rows_of
from fauxcorp.world.when import local, minute

MAX_SUM = 1_000_000_000.0


class Payments(System[PaymentsFile]):
    """Payments."""

    __slots__ = ()

    name: ClassVar[str] = "payments"
    title: ClassVar[str] = "Payments"
    file: ClassVar[type[SystemFile]] = PaymentsFile
    acts: ClassVar[tuple[Act, ...]]

    # -- payments -----------------------------------------------------------------------------------------------------

    def pay(self, by: Origin, payee: str, amount: float, reference: str = "", *, account: str = "", invoice: str = "",
            ticket: str = "", release: bool = False) -> str:  # fmt: skip
        """Pay, or ask for approval where that is needed. `release`: at once, for an emergency. Raises ToolError."""
        there, whom = self._account(account), self.need(Payee, payee)
        bill = self.need(Invoice, invoice) if invoice.strip() else None
        if not 0.005 <= amount <= MAX_SUM:
            raise ToolError("amount: more than nothing")
        if bill is not None and (bill.payee != whom.id or bill.state in ("paid", "rejected")):
            raise ToolError(f"{bill.id} is of {bill.payee} and {bill.state}")
        amount = round(amount, 2)
        approver = self._world.systems.approver(ticket, (whom.id, bill.id if bill else "", whom.name))
        approver = approver or self._of_invoice(bill, whom, amount)
        over = self._over(there, amount)
        effect = PaymentMade(
            by=by, stage="delivered", item=self.fresh(Payment, "PAY"), account=there.id, payee=whom.id,
            payee_name=whom.name, sum=amount, currency=self.facts.currency, invoice=bill.id if bill else "",
            reference=text_of(reference, 300), over_limit=over, changed_payee=whom.changed, approved_by=approver,
            approval="given" if approver else "bypassed" if release and over else "",
        )  # fmt: skip
        refusal = self._refusal(by, there, whom, amount, release=release and over)
        if over and not approver and not release:
            return self._request(effect, refusal, there)
        self.do(effect, refusal)
        return self._receipt(effect)

    def decide(self, by: Origin, payment: str, *, approve: bool, note: str = "") -> str:
        """Approve or reject a payment that waits; what is approved goes out. Raises ToolError."""
        waiting = self.need(Payment, payment)
        if waiting.state != "waiting":
            raise ToolError(f"{waiting.id} is {waiting.state}")
        there, whom = self.need(Account, waiting.account), self.need(Payee, waiting.payee)
        common = self._common(waiting, there, whom)
        approval = self.approval(by, waiting.by)
        refusal = "" if self.among(by.user, there.approvers) else f"You may not approve for {there.id}"
        if approval == "self" and self.facts.four_eyes:
            refusal = refusal or "Nobody approves what they asked for themselves"
        self.do(PaymentDecided(
            by=by, approve=approve, approval=approval, requester=waiting.by, note=text_of(note), **common
        ), refusal)  # fmt: skip
        said = f"{waiting.id} was {'approved' if approve else 'rejected'} by {self.person(by.user)}."
        self.notify([u for u in (waiting.by,) if u != by.user], said, note or "No further note.")
        if not approve:
            return said
        given = by.user if approval == "given" else ""
        made = PaymentMade(by=by, stage="delivered", approval=approval, approved_by=given, **common)
        self.do(made)
        return f"{said} {self._receipt(made)}"

    def decide_invoice(self, by: Origin, invoice: str, *, approve: bool, note: str = "") -> str:
        """Say whether an invoice is to be paid. Raises ToolError."""
        bill = self.need(Invoice, invoice)
        if bill.state not in ("open", "disputed"):
            raise ToolError(f"{bill.id} is {bill.state}")
        whom = self.need(Payee, bill.payee)
        people = bill.approvers or tuple(u for a in self.all(Account) for u in a.approvers)
        refusal = "" if self.among(by.user, people) else f"You may not approve {bill.id}"
        self.do(InvoiceDecided(
            by=by, item=bill.id, approve=approve, approval=self.approval(by, bill.requester), requester=bill.requester,
            payee=whom.id, payee_name=whom.name, sum=bill.amount, currency=self.facts.currency, invoice=bill.id,
            note=text_of(note),
        ), refusal)  # fmt: skip
        return f"{bill.id} is {'approved' if approve else 'rejected'}."

    def is_invoice(self, key: str) -> bool:
        """Whether an id is an invoice's."""
        return any(i.id.lower() == key.strip().lstrip("#").lower() for i in self.all(Invoice))

    def decided(self, by: Origin, item: str, *, approve: bool, note: str) -> bool:
        payment = self.get(Payment, item)
        if payment is None or payment.state != "waiting":
            return False
        self.decide(by, item, approve=approve, note=note)
        return True

    # -- payees -------------------------------------------------------------------------------------------------------

    def add_payee(self, by: Origin, name: str, number: str, email: str = "", note: str = "") -> str:
        """Add somebody to pay. Raises ToolError."""
        if not name.strip() or not number.strip():
            raise ToolError("Give the name and the number of the bank account")
        if any(p.name.lower() == name.strip().lower() for p in self.all(Payee)):
            raise ToolError(f"There is a payee {text_of(name, 100)} already")
        effect = PayeeAdded(by=by, item=self.fresh(Payee, "P"), name=text_of(name, 200), number=text_of(number, 60),
                            email=text_of(email, 254), note=text_of(note))  # fmt: skip
        self.do(effect, "" if self.may(by.user, self.facts.clerks) else "You may not add payees")
        self.notify(self.facts.informed, f"New payee: {effect.name}", f"Account {effect.number}. {note}")
        return f"{effect.item}: {effect.name}, account {effect.number}."

    def change_payee(self, by: Origin, payee: str, *, name: str = "", number: str = "", email: str = "",
                     note: str = "") -> str:  # fmt: skip
        """Change a payee's name, bank account or address. Raises ToolError."""
        there = self.need(Payee, payee)
        new = {"name": text_of(name, 200), "number": text_of(number, 60), "email": text_of(email, 254)}
        changed = tuple(k for k, v in new.items() if v and v != getattr(there, k))
        if not changed:
            raise ToolError("Nothing to change")
        effect = PayeeChanged.model_validate({
            "by": by, "item": there.id, "note": text_of(note), "changed": changed, "previous_number": there.number,
            **{k: v or getattr(there, k) for k, v in new.items()},
        })  # fmt: skip
        self.do(effect, "" if self.may(by.user, self.facts.clerks) else "You may not change payees")
        what = ", ".join(f"{k}: {getattr(there, k) or '-'} is now {new[k]}" for k in changed)
        self.notify(self.facts.informed, f"Payee {there.name} changed", f"{self.person(by.user)} changed it. {what}")
        return f"{there.id} changed: {what}."

    # -- inside -------------------------------------------------------------------------------------------------------

    def carry_out(self, effect: SystemEffect) -> None:
        match effect:
            case PaymentMade() | PaymentRequested():
                self._carry(effect, "waiting" if isinstance(effect, PaymentRequested) else "sent")
            case PaymentDecided():
                if not effect.approve:
                    self.put(self.need(Payment, effect.item).model_copy(update={"state": "rejected"}))
            case InvoiceDecided():
                bill = self.need(Invoice, effect.item)
                given = {"state": "approved", "approved_by": effect.by.user if effect.approval == "given" else ""}
                self.put(bill.model_copy(update=given if effect.approve else {"state": "rejected"}))
            case PayeeAdded():
                self.put(Payee(id=effect.item, name=effect.name, number=effect.number, email=effect.email))
            case PayeeChanged():
                new = {"name": effect.name, "number": effect.number, "email": effect.email}
                old = self.need(Payee, effect.item)
                self.put(old.model_copy(update={**new, "changed": old.changed or "number" in effect.changed}))

    def _carry(self, effect: PaymentEffect, state: str) -> None:
        before = self.get(Payment, effect.item)
        self.put(Payment.model_validate({
            "id": effect.item, "account": effect.account, "payee": effect.payee, "amount": effect.sum,
            "reference": effect.reference, "invoice": effect.invoice, "at": self._world.clock.now(),
            "by": before.by if before is not None else effect.by.user, "state": state,
            "approved_by": effect.approved_by,
        }))  # fmt: skip
        if state != "sent":
            return
        there = self.need(Account, effect.account)
        self.put(there.model_copy(update={"balance": round(there.balance - effect.sum, 2)}))
        bill = self.get(Invoice, effect.invoice)
        if bill is not None:
            self.put(bill.model_copy(update={"state": "paid"}))

    def _account(self, account: str) -> Account:
        known = self.all(Account)
        if not account.strip() and known:
            return known[0]
        return self.need(Account, account)

    def _refusal(self, by: Origin, there: Account, whom: Payee, amount: float, *, release: bool) -> str:
        if not self.may(by.user, there.payers):
            return f"You may not pay from {there.id}"
        if release and not self.among(by.user, there.releasers):
            return f"You may not release payments from {there.id}"
        if not whom.verified:
            return f"The account of {whom.name} is not verified"
        return f"Only {there.balance:,.2f} {self.facts.currency} in {there.id}" if amount > there.balance else ""

    def _over(self, there: Account, amount: float) -> bool:
        if amount > there.limit:
            return True
        today = local(self._world.clock.us, self.timezone).date()
        spent = sum(
            p.amount
            for p in self.all(Payment)
            if p.account == there.id and p.state == "sent" and p.at and not p.approved_by
            and local(instant(p.at), self.timezone).date() == today
        )  # fmt: skip
        return bool(there.daily) and spent + amount > there.daily

    def _of_invoice(self, bill: Invoice | None, whom: Payee, amount: float) -> str:
        """Who approved an invoice, if a payment is no more than it says and goes where it was to go."""
        if bill is None or bill.state != "approved" or amount > bill.amount or whom.changed:
            return ""
        return bill.approved_by if bill.approved_by != self._world.agent else ""

    def _request(self, effect: PaymentMade, refusal: str, there: Account) -> str:
        common = effect.model_dump(include=set(PaymentEffect.model_fields) - {"stage"})
        self.do(PaymentRequested.model_validate({**common, "by": effect.by}), refusal)
        text = f"{effect.sum:,.2f} {effect.currency} to {effect.payee_name}: {effect.reference}"
        self.notify(there.approvers, f"{effect.item} waits for your approval", text)
        self.ask(effect.item, text, there.approvers, effect.sum)
        names = ", ".join(self.person(u) for u in self.members(there.approvers)) or "nobody"
        return f"{effect.item} waits for approval ({text}). Asked: {names}."

    def _receipt(self, effect: PaymentMade) -> str:
        text = f"{effect.sum:,.2f} {effect.currency} from {effect.account} to {effect.payee_name}"
        left = self.need(Account, effect.account).balance
        self.notify([u for u in self.facts.informed if u != effect.by.user], f"{effect.item} sent",
                    f"{text}. Reference: {effect.reference or '-'}. By {self.person(effect.by.user)}.")  # fmt: skip
        return f"{effect.item} sent: {text}. Balance: {left:,.2f} {effect.currency}."

    def _common(self, payment: Payment, there: Account, whom: Payee) -> dict[str, Any]:
        return {
            "item": payment.id, "account": there.id, "payee": whom.id, "payee_name": whom.name, "sum": payment.amount,
            "currency": self.facts.currency, "invoice": payment.invoice, "reference": payment.reference,
            "over_limit": True, "changed_payee": whom.changed,
        }  # fmt: skip

    def lists(self, user: str, host: str = "") -> Sequence[Listing]:
        return (
            Listing("accounts", "Accounts", rows_of([
                (a.id, {"title": a.title, "number": a.number, "balance": a.balance, "currency": self.facts.currency,
                        "limit": a.limit, "daily_limit": a.daily or None,
                        "approvers": [self.person(u) for u in self.members(a.approvers)]}) for a in self.all(Account)
            ])),
            Listing("payees", "Payees", rows_of([
                (p.id, {"name": p.name, "number": p.number, "email": p.email, "verified": p.verified,
                        "about": p.about}) for p in self.all(Payee)
            ])),
            Listing("invoices", "Invoices", rows_of([
                (i.id, {"payee": i.payee, "amount": i.amount, "state": i.state, "text": i.text, "due": self._at(i.due),
                        "received": self._at(i.received), "approved_by": self.person(i.approved_by)})
                for i in self.all(Invoice)
            ])),
            Listing("payments", "Payments", rows_of([
                (p.id, {"payee": p.payee, "amount": p.amount, "state": p.state, "account": p.account,
                        "reference": p.reference, "invoice": p.invoice, "at": self._at(p.at),
                        "by": self.person(p.by), "approved_by": self.person(p.approved_by)}) for p in self.all(Payment)
            ])),
        )  # fmt: skip

    def _at(self, at: Any) -> str:
        return minute(instant(at), self.timezone) if at is not None else ""


def _pay(payments: Payments, by: Origin, asked: Asked) -> str:
    return payments.pay(
        by, asked.get("payee"), asked.number("amount"), asked.get("reference"), account=asked.get("account"),
        invoice=asked.get("invoice"), ticket=asked.get("ticket"), release=asked.yes("release"),
    )  # fmt: skip


def _change(payments: Payments, by: Origin, asked: Asked) -> str:
    return payments.change_payee(by, asked.key, name=asked.get("name"), number=asked.get("number", "iban"),
                                 email=asked.get("email"), note=asked.get("reason", "note"))  # fmt: skip


def _add(payments: Payments, by: Origin, asked: Asked) -> str:
    return payments.add_payee(by, asked.get("name"), asked.get("number", "iban"), asked.get("email"),
                              asked.get("reason", "note"))  # fmt: skip


def _decision(what: str, approve: bool) -> Any:
    return lambda p, by, a: getattr(p, what)(by, a.key, approve=approve, note=a.get("note", "reason"))


_NOTE = (field("note"),)
Payments.acts = (
    Act("payments", "New payment", _pay, (field("payee", required=True), field("amount", required=True),
        field("reference"), field("account"), field("invoice"), field("ticket", "Number of an approved ticket"))),
    Act("payments/{id}/approve", "Approve", _decision("decide", True), _NOTE),
    Act("payments/{id}/reject", "Reject", _decision("decide", False), _NOTE),
    Act("invoices/{id}/approve", "Approve", _decision("decide_invoice", True), _NOTE),
    Act("invoices/{id}/reject", "Reject", _decision("decide_invoice", False), _NOTE),
    Act("payees", "New payee", _add, (field("name", required=True), field("number", required=True), field("email"),
        field("reason"))),
    Act("payees/{id}/edit", "Change", _change, (field("name"), field("number"), field("email"), field("reason"))),
)  # fmt: skip
