"""One 常用清单 in its dialog: whose it is, its products, quantities and prices; made anew or changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Row, Text
from salesdesk.modules.orders.basket_model import BASKET, BASKET_LINE
from ui.kit.editor_base import wire_of
from ui.kit.field_box import make_editor
from ui.kit.lines_grid_model import GridColumn
from ui.kit.page import PageContext
from ui.kit.pick_edit import widget_of
from ui.kit.verb_lines import VerbLines
from ui.kit.widgets import FieldLabel, label, labelled, row
from ui.pages.orders.products import Products

KEPT = ("uid", "product", "qty", "price", "note")


def _columns(products: Products) -> tuple[GridColumn, ...]:
    return (
        GridColumn("seq", "", 34, align="center"),
        GridColumn("product.code", "产品编码", 90, sets="product", source=products, raw=False, faint=True),
        GridColumn("product.name", "产品名称", 180, sets="product", needed=True, stretch=True, source=products,
                   prompt="编码 / 名称 / 拼音首字母"),
        GridColumn("product.spec", "规格", 100, faint=True),
        GridColumn("product.unit", "单位", 44, faint=True),
        GridColumn("qty", "常用数量", 80, sets="qty", needed=True, align="right", numeric=True),
        GridColumn("price", "单价", 80, sets="price", align="right", numeric=True),
        GridColumn("note", "备注", 120, sets="note"),
    )  # fmt: skip


class BasketEditor(VerbLines):
    """Ctrl+Enter keeps it; a price left empty is found as on any order."""

    verb = "order_basket.save"

    def __init__(self, context: PageContext, uid: str = "", parent: QWidget | None = None) -> None:
        super().__init__(context, parent, "常用清单" if uid else "新建常用清单", "保存清单", 820)
        self._uid, desk = uid, context.desk
        stored: Row = (desk.row("order_basket", uid) or {}) if uid else {}
        self._seen = stored.get("seen")
        self.hint.setText("在订单里按 F3 整单放进去；不写客户就是每个客户都能用，单价空着按平常的办法取价。")
        self.hint.show()
        parts: list[QWidget] = []
        for key in ("name", "customer", "note"):
            one_line = replace(BASKET[key], kind=Text(200)) if key == "note" else BASKET[key]
            editor = make_editor(desk, one_line)
            editor.set_value(stored.get(key), str(stored.get(f"{key}.name") or ""))
            self.editors[key] = editor
            parts.append(labelled(FieldLabel(BASKET[key].title, key == "name"), widget_of(editor)))
        self.body.addLayout(row(*parts, spacing=12))
        self._products = Products(desk)
        lines = desk.lines("order_basket_line", uid) if uid else []
        self._products.rows([str(one["product"]) for one in lines])
        draft = Draft(BASKET, BASKET_LINE, lines=[self._line(one) for one in lines], today=desk.today,
                      recalculate=self._recalculate)  # fmt: skip
        self.set_lines(draft, _columns(self._products), "清单里的产品", 260)
        self.grid.lines.set_growing(True)
        self.body.addWidget(label("清单里的产品", "body", bold=True))
        self.show_lines()
        self.resize(900, 560)
        widget_of(self.editors["name"]).setFocus(Qt.FocusReason.OtherFocusReason)

    def _line(self, stored: Row) -> Row:
        line: Row = {key: stored[key] for key in KEPT}
        self._words(line)
        return line

    def _words(self, line: Row) -> None:
        found = self._products.row(str(line["product"])) if line.get("product") else None
        for key in ("code", "name", "spec", "unit"):
            line[f"product.{key}"] = found[key] if found is not None else None

    def _recalculate(self, draft: Draft, path: str) -> set[str]:
        parts = path.split("/")
        if len(parts) == 3 and parts[2] == "product":
            self._words(draft.lines[int(parts[1])])
        return set()

    def args(self) -> dict[str, Any]:
        self.sent = [i for i, line in enumerate(self.draft.lines) if line.get("product")]
        lines: list[dict[str, Any]] = []
        for line in (self.draft.lines[i] for i in self.sent):
            one = {key: BASKET_LINE[key].kind.wire(line.get(key)) for key in KEPT[1:]}
            lines.append(one | ({"uid": line["uid"]} if line.get("uid") else {}))
        args: dict[str, Any] = {**wire_of(self.editors), "lines": lines}
        return args | ({"uid": self._uid, "seen": self._seen} if self._uid else {})


def edit_basket(context: PageContext, uid: str = "") -> BasketEditor:
    """Open a basket, or a new one."""
    dialog = BasketEditor(context, uid)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
