"""The buttons below the list of 送货单: print, count, sign, chase, correct, take back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QGuiApplication

from salesdesk.domain.kinds import Row
from salesdesk.services.module import Outcome
from ui.kit.desk_list import RowVerb
from ui.kit.page import PageContext
from ui.pages.orders import papers

WAITING, SIGNED = ("new", "checked", "differs"), ("signed", "partly", "refused")


def count(context: PageContext, uid: str) -> None:
    """核对 in its dialog."""
    from ui.pages.orders.count_dialog import show_count

    show_count(context, uid)


def sign(context: PageContext, uid: str) -> None:
    """登记签收 in its dialog."""
    from ui.pages.orders.sign_dialog import show_sign

    show_sign(context, uid)


def resign(context: PageContext, uid: str) -> None:
    """更正签收 in the same dialog."""
    from ui.pages.orders.sign_dialog import show_sign

    show_sign(context, uid, again=True)


def correct(context: PageContext, uid: str) -> None:
    """改送货信息 in its dialog."""
    from ui.pages.orders.delivery_head import DeliveryHeadDialog

    dialog = DeliveryHeadDialog(context, uid)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def chase(context: PageContext, uid: str) -> None:
    """Copy the words for the customer, and keep that he was asked."""

    def done(outcome: Outcome) -> None:
        QGuiApplication.clipboard().setText(str(outcome.data["text"]))
        context.toast("文字已复制，到微信里按 Ctrl+V 发给客户", undo=True)

    context.ops.run("delivery.chase", {"uid": uid}, done)


DIALOGS: dict[str, Callable[[PageContext, str], None]] = {
    "delivery.check": count,
    "delivery.sign": sign,
    "delivery.resign": resign,
    "delivery.chase": chase,
    "delivery.save": correct,
}
"""Verbs on a note that have a dialog of their own."""


def _waits(row: Row) -> bool:
    return not row["void"] and row["state"] in WAITING


def delivery_verbs(
    context: PageContext, perform: Callable[[str, str], object], order_of: Callable[[str], object]
) -> list[RowVerb]:
    """What can be done with a note in hand. perform: (verb, uid); order_of: opens the (first) order of a note."""
    return [
        RowVerb("登记签收", "document", partial(sign, context), _waits),
        RowVerb("更正签收", "edit", partial(resign, context), lambda r: not r["void"] and r["state"] in SIGNED),
        RowVerb("核对", "check", partial(count, context), _waits),
        RowVerb("催签回", "chat", partial(chase, context), _waits),
        RowVerb(
            "打印",
            "print",
            lambda uid: papers.show(context, papers.Paper("delivery", uid, "")),
            lambda r: not r["void"],
        ),
        RowVerb("改送货信息", "edit", partial(correct, context), lambda r: not r["void"]),
        RowVerb("作废", "delete", partial(perform, "delivery.void"), lambda r: not r["void"]),
        RowVerb("看订单", "eye", order_of, lambda r: True, "Enter"),
    ]
