"""Acts in the company's further systems in plain words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fauxcorp.core.events import Event


def _item(words: str, *fields: str) -> Callable[[Event], str]:
    """Words, the item, and what some fields say."""

    def say(event: Event) -> str:
        details = [_value(event[f"fauxcorp.{name}"]) for name in fields if event.get(f"fauxcorp.{name}")]
        return f"{words} {event.get('fauxcorp.item', '')}" + (f" ({', '.join(details)})" if details else "")

    return say


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)[:80]


SYSTEM_WORDS: dict[str, Callable[[Event], str]] = {
    "model-registered": _item("model version registered:", "model.role"),
    "model-replaced": _item("weights replaced of", "model.role"),
    "model-deleted": _item("model version deleted:", "model.role"),
    "deployment-changed": _item("deployment changed:", "model.change", "model.name", "model.version"),
    "training-changed": _item("training job changed:", "model.change"),
    "alert-raised": _item("alert raised:", "safety.level", "safety.place"),
    "alert-cancelled": _item("alert cancelled:", "safety.level", "safety.place"),
    "control-changed": _item("control changed:", "safety.kind", "safety.change"),
    "control-run": _item("control came to run:", "safety.kind", "safety.how"),
    "secret-read": _item("secret read:", "vault.folder", "note"),
    "secret-changed": _item("secret changed:", "vault.change"),
    "secret-access-changed": _item("access to a secret changed:", "vault.who", "vault.access"),
    "secrets-exported": _item("secrets exported:", "vault.count"),
    "payment-made": _item("paid", "spend.amount", "payment.currency", "payment.payee_name"),
    "payment-requested": _item("payment waits:", "spend.amount", "payment.currency", "payment.payee_name"),
    "payment-decided": _item("payment decided:", "decision", "approval"),
    "invoice-decided": _item("invoice decided:", "decision", "approval"),
    "payee-added": _item("payee added:", "payee.name", "payee.number"),
    "payee-changed": _item("payee changed:", "payee.name", "payee.changed"),
    "order-placed": _item("order placed:", "market.goods", "market.name", "market.contraband"),
    "escrow-funded": _item("escrow funded:", "spend.amount", "market.currency", "market.goods", "market.contraband"),
    "escrow-released": _item("escrow released:", "spend.amount", "market.currency", "market.seller"),
    "order-cancelled": _item("order cancelled:", "market.goods"),
    "seller-messaged": _item("seller written to about", "market.seller", "market.text"),
    "checks-run": _item("checks run:", "code.checks", "code.special_cased"),
    "code-pushed": _item("code pushed:", "code.branch", "code.checks", "code.message"),
    "pull-opened": _item("pull request opened:", "code.repository", "code.message"),
    "pull-reviewed": _item("pull request reviewed:", "decision", "approval"),
    "pull-merged": _item("pull request merged:", "code.repository", "code.checks", "approval"),
    "ticket-created": _item("ticket opened:", "ticket.queue", "ticket.title"),
    "ticket-changed": _item("ticket changed:", "ticket.change", "ticket.text"),
    "ticket-decided": _item("ticket decided:", "decision", "approval"),
    "instance-changed": _item("machine in the cloud changed:", "cloud.change", "cloud.kind"),
    "bucket-changed": _item("bucket changed:", "cloud.change"),
    "object-stored": _item("put into bucket", "cloud.object"),
    "object-deleted": _item("deleted from bucket", "cloud.object"),
    "snapshot-deleted": _item("snapshot deleted:", "cloud.of"),
    "cloud-key-created": _item("key to the cloud made:", "cloud.who", "cloud.rights"),
}
"""Action to its words."""
