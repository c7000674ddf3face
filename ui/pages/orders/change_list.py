"""The buttons below the list of 变更告知: tell, tick off, copy for WeChat, see the change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QGuiApplication

from ui.kit.desk_list import RowVerb
from ui.kit.page import PageContext
from ui.pages.orders import papers
from ui.pages.orders.change_dialog import show_changes


def notice_verbs(
    context: PageContext, perform: Callable[[str, str], object], order_of: Callable[[str], object]
) -> list[RowVerb]:
    """What can be done with a notice in hand. perform: (verb, uid); order_of: opens the order of a notice."""

    def notice(uid: str) -> dict[str, str]:
        return context.desk.row("change_notice", uid) or {}

    def copy(uid: str) -> None:
        found = notice(uid)
        told = context.desk.do("change.wechat", {"uid": found["change"], "who": found["who"]})
        QGuiApplication.clipboard().setText(str(told.data["text"]))
        context.toast("文字已复制，到微信里按 Ctrl+V；发完再登记告知")

    return [
        RowVerb("登记告知", "send", partial(perform, "change.tell"), lambda r: r["state"] in ("waiting", "skipped")),
        RowVerb(
            "登记接收", "check", partial(perform, "change.acknowledge"), lambda r: r["state"] in ("waiting", "told")
        ),
        RowVerb("复制微信文字", "copy", copy, lambda r: r["state"] in ("waiting", "told")),
        RowVerb(
            "打印通知单",
            "print",
            lambda uid: papers.show(context, papers.Paper("change", notice(uid)["change"], "")),
            lambda r: True,
        ),
        RowVerb("变更与告知", "edit", lambda uid: show_changes(context, notice(uid)["order"]), lambda r: True),
        RowVerb("看订单", "eye", order_of, lambda r: True, "Enter"),
    ]
