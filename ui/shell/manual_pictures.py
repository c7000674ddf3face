"""Paints the pictures of the manual: a clerk's afternoon at the demo company, always the same one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QSize
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QDialog

from salesdesk.desk import Desk, open_desk
from salesdesk.domain import text
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.domain.kinds import Price, Qty, Row
from salesdesk.domain.problems import Problem
from salesdesk.paths import SHIPPED_DATA
from salesdesk.services.lists import Condition, Query
from ui.kit.duplicates_dialog import DuplicatesDialog
from ui.kit.history_dialog import HistoryDialog
from ui.kit.import_wizard import ImportWizard
from ui.kit.merge_dialog import MergeDialog
from ui.kit.paper_preview import PaperPreview
from ui.kit.theme import theme
from ui.pages.calls.call_dialog import CallDialog
from ui.pages.meetings.minutes_dialog import MinutesDialog
from ui.pages.meetings.telling_dialog import TellingDialog
from ui.pages.orders.delivery_dialog import DeliveryDialog
from ui.pages.orders.entry import EntryView
from ui.pages.orders.import_dialog import OrderImport
from ui.pages.orders.intake_dialog import IntakeDialog
from ui.pages.orders.page import OrdersPage
from ui.pages.orders.products import pick_row
from ui.pages.reimbursement.page import ReimbursementPage
from ui.pages.supplies.count_dialog import SheetDialog
from ui.pages.supplies.issue_dialog import IssueDialog
from ui.pages.supplies.plan_dialog import PlanDialog
from ui.shell.application import application
from ui.shell.manual_two_pcs import met
from ui.shell.shots import settle
from ui.shell.window import Window

SIZE = QSize(1440, 900)
MOST_BYTES = 150_000
COLOURS = 256
MADE_BY = "demo"
"""Setting in which the demo company notes seed, size and last day."""
AFTERNOON = "T15:45:00"
SAMPLES = SHIPPED_DATA / "samples"
SPOKEN = "DN50球阀 要120个，丝口球阀DN25 再来40只\n垫片2箱，20号前到，老地方"
PRICE, QTY = Price(), Qty()
Colour = tuple[int, int, int]


def paint(folder: Path, out: Path) -> list[Path]:
    """Every picture of the manual from a copy of a demo company; returns the files. Raises Refused for other data."""
    app = application()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        copy = Path(place) / "demo"
        desk = _open(folder, copy)
        try:
            theme().apply(app, "light")
            QGuiApplication.styleHints().setCursorFlashTime(0)
            return Painter(desk, out).paint_all()
        finally:
            desk.close()


def _open(folder: Path, copy: Path) -> Desk:
    if folder.is_dir():
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("backups", "logs"))
    first = open_desk(copy)
    mark = str(first.settings.get(MADE_BY, ""))
    first.close()
    day = mark.rpartition("/")[2]
    if not day:
        raise Refused(
            Problem(
                f"{folder} 不是演示公司，说明书里不能有真客户",
                "请先运行 salesdesk demo --data 文件夹 --today 2026-06-18",
                code="no_demo",
            )
        )
    return open_desk(copy, FixedClock(datetime.fromisoformat(day + AFTERNOON)))


class Painter:
    """One window, brought from one state to the next."""

    def __init__(self, desk: Desk, out: Path) -> None:
        self.desk, self.out = desk, out
        self.made: list[Path] = []
        desk.settings.put("orders.print_after_delivery", True)
        self.window = Window(desk)
        self._crashes: list[Any] = []
        self.window.crashed.connect(self._crashes.append)
        self.window.resize(SIZE)
        self.window.show()

    def paint_all(self) -> list[Path]:
        """In this order: what comes later in a day comes later here."""
        self.out.mkdir(parents=True, exist_ok=True)
        try:
            self.window.go("today")
            dict(self.window.pages.page("today").shot_states())["todo"]()
            self._shoot("today")
            self._page("orders", "orders")
            self.order_entry()
            self.dialogs()
            self.desks()
            self.customers()
            self.duplicates()
            self.reimbursement()
            self.palette()
            self.several_pcs()
            self._page("settings", "settings")
        finally:
            self.window.close()
            self.window.deleteLater()
            settle(None)
        return self.made

    # -- states ----------------------------------------------------------------------------------------------------

    def _page(self, name: str, key: str) -> None:
        self.window.go(key)
        self._shoot(name)

    def order_entry(self) -> None:
        """Five lines; one more than there is in stock, one below the floor price; each with its cure."""
        page = self._orders()
        view = page.new_order({"customer": self.customer()})
        view.header.set_text("customer_po", "PO260618-03")
        settle(self.window)
        wanted = ("120", "", "60", "80", "24")
        goods = self.goods(view)
        for number, (row, qty) in enumerate(zip(goods, wanted, strict=True)):
            self._line(view, number, row, qty or QTY.edit(row["available"] + 14_000))
        floor = int(goods[3]["floor_price"])
        view.grid.lines.type_in(3, view.grid.lines.column_of("price"), PRICE.edit(floor * 94 // 100 // 1000 * 1000))
        view.grid.go_blank()
        view.autosave.flush()
        settle(self.window)
        view.check()
        self._shoot("order_entry")
        view.smart.show(SPOKEN)
        pasting = view.smart.dialog
        assert pasting is not None
        self._in_front("smart_paste", pasting)
        view.actions_.throw_away()
        settle(self.window)

    def _line(self, view: EntryView, number: int, row: Row, qty: str) -> None:
        lines = view.grid.lines
        lines.pick(number, lines.column_of("product.name"), pick_row(row))
        lines.type_in(number, lines.column_of("qty"), qty)

    def dialogs(self) -> None:
        """What stands in front of the order page."""
        context, window = self.window.context, self.window
        self._orders().show_segment("intake")
        intake = IntakeDialog(context, window, lambda uid: None)
        intake.customer.choose(self.customer())
        intake.from_whom.setText("石工")
        intake.content.setPlainText("丝口球阀 DN25 加订 40 只，跟上次那批一起送。价格照旧，月底前要到。")
        self._in_front("intake", intake)
        self._orders().show_segment("sales_order")
        self._in_front(
            "import_preview", OrderImport(context, str(SAMPLES / "客户采购订单.xlsx"), self.customer()), self._whole
        )
        order = self.open_order()
        self._orders().open_order(order)
        settle(window)
        self._in_front("delivery", DeliveryDialog(context, order, window))
        self._orders().close_front()
        told = self.desk.row("sales_order", self.longest()) or {}
        page = self._orders()
        page.open_order(str(told["uid"]))
        self._in_front("history", HistoryDialog(context, "sales_order", str(told["uid"]), f"订单 {told['number']}"))
        delivery = self.delivery()
        self._orders().show_segment("delivery")
        self._in_front("print_preview", PaperPreview(context, "delivery", delivery))

    @staticmethod
    def _whole(dialog: QDialog) -> None:
        if isinstance(dialog, ImportWizard):
            dialog.chips[0].click()

    def desks(self) -> None:
        """The pages round the orders, and the card for a customer on the telephone."""
        for name, key, state in (
            ("omissions", "omissions", "late"),
            ("progress", "progress", ""),
            ("statements", "money", "statement"),
            ("price_list", "pricing", "prices"),
            ("meetings", "meetings", ""),
            ("documents", "documents", "circulating"),
        ):
            self.window.go(key)
            settle(self.window)
            if state:
                dict(self.window.pages.page(key).shot_states())[state]()
            self._shoot(name)
        self.meetings()
        self.supplies()
        self.window.go("today")
        self._in_front("call", CallDialog(self.window.context, self.window, self.customer()))

    def meetings(self) -> None:
        """Who knows of the next meeting, and the minutes of the last one."""
        coming = next(r for r in self.desk.rows("meeting") if r["state"] == "planned")
        self._in_front("meeting_telling", TellingDialog(self.window.context, str(coming["uid"])))
        last = max((r for r in self.desk.rows("meeting") if r["state"] == "held"), key=lambda r: str(r["starts_at"]))
        self._in_front("meeting_minutes", MinutesDialog(self.window.context, str(last["uid"])))

    def supplies(self) -> None:
        """Who took what, a request that is handed out, a sheet half counted, and a plan with its formula for what ran low."""
        context, desk = self.window.context, self.desk
        self.window.go("supplies")
        states = dict(self.window.pages.page("supplies").shot_states())
        states["usage"]()
        self._shoot("supply_usage")
        asked = next(r for r in desk.rows("supply_request") if r["state"] in ("waiting", "planned"))
        states["supply_issue"]()
        self._in_front("supply_issue", IssueDialog(context, str(asked["uid"])))
        for count in desk.rows("supply_count"):
            if count["state"] != "booked":
                desk.do("supply_count.void", {"uid": count["uid"]})
        whole = desk.do("supply_count.plan", {"counters": "林晓雯、宋知行"}).uid
        sheet = min((s for s in desk.rows("supply_sheet") if s["count"] == whole), key=lambda s: str(s["number"]))
        states["supply_sheet"]()
        self._in_front("supply_sheet", SheetDialog(context, str(sheet["uid"])), self._half_counted)
        plenty = [r for r in desk.rows("supply") if (r["on_hand"] or 0) > (r["min_stock"] or 0) > 0 and not r["lent"]]
        lines = [{"supply": r["uid"], "qty": QTY.wire(r["on_hand"] - 1000)} for r in plenty[:6]]
        desk.do("supply_issue.hand_out", {"staff": asked["staff"], "lines": lines, "reason": "展会"})
        plan = desk.do("supply_plan.make", {"months": 3}).uid
        states["supply_plan"]()
        self._in_front("supply_plan", PlanDialog(context, plan))

    @staticmethod
    def _half_counted(dialog: SheetDialog) -> None:
        for line in dialog.draft.lines[:4]:
            dialog.count(str(line["supply.code"]).upper(), 12_000, "")

    def customers(self) -> None:
        """The register with one record open, and the whole catalogue coming in from Excel."""
        self.window.go("customers")
        page = self.window.pages.page("customers")
        page.open_record("customer", self.customer())
        self._shoot("customers")
        self.window.go("products")
        wizard = ImportWizard(self.window.context, "product", str(SAMPLES / "产品价目与库存.xlsx"))
        self._in_front("register_import", wizard)

    def duplicates(self) -> None:
        """A customer whom a salesman's sheet brought a second time: found, and laid side by side."""
        kept = self.desk.row("customer", self.customer()) or {}
        twin = {"name": f"{text.name_core(str(kept['name']))}有限公司", "phone": str(kept["phone"]), "contact": "小沈"}
        more = {"code": "N0618", "region": str(kept["region"] or ""), "salesperson": str(kept["salesperson"] or "")}
        uid = self.desk.do("customer.save", {**twin, **more, "reason": "表里来的"}).uid
        goods = [
            {"product": r["uid"], "qty": "20", "price": PRICE.edit(r["list_price"])}
            for r in self.desk.rows("product")[:2]
        ]
        self.desk.do("order.save", {"customer": uid, "due_date": "+7", "lines": goods})
        self.window.go("customers")
        self._in_front("duplicates", DuplicatesDialog(self.window.context, "customer"))
        self._in_front("merge", MergeDialog(self.window.context, "customer", {"uid": kept["uid"], "others": uid}))

    def reimbursement(self) -> None:
        """A claim that is being checked: its vouchers, the gravest first, and its form."""
        self.window.go("reimbursement")
        page = self.window.pages.page("reimbursement")
        assert isinstance(page, ReimbursementPage)
        states = dict(page.shot_states())
        states["review"]()
        settle(self.window)
        view = page.view
        if view is not None and view.data is not None:
            grave = next((one.uid for one in view.data.vouchers if one.gravest == "stop"), "")
            view.review.go_voucher(grave)
        self.window.toast.hide()
        self._shoot("claim_review")
        states["claim"]()
        self._shoot("reimbursement")

    def palette(self) -> None:
        """搜一切, in the middle of a word."""
        self.window.go("today")
        self.window.open_palette()
        self.window.finder.edit.setText("szhy" if self.desk.find("szhy", limit=1) else "nt")
        self._shoot("palette")
        self.window.finder.shut()

    def several_pcs(self) -> None:
        """同步 and 合并问题, with a second PC that met this one on a share."""
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place,
            met(self.desk, Path(place), self.customer()),
        ):
            self.window.read_news()
            self.window.go("sync")
            settle(self.window)
            told: Any = self.window.pages.page("sync")
            told.share.set_text("\\\\办公室\\共享\\销售")  # not the place where the picture was made
            self._shoot("sync")
            self._page("merges", "merges")
            self.window.context.syncer.close()

    # -- records worth a picture -----------------------------------------------------------------------------------

    def _orders(self) -> OrdersPage:
        self.window.go("orders")
        page = self.window.pages.page("orders")
        assert isinstance(page, OrdersPage)
        return page

    def customer(self) -> str:
        """The customer of the first grade who ordered most often this year."""
        since = Condition("order_date", ">=", f"{self.desk.today[:4]}-01-01")
        known = [r for r in self.desk.rows("customer") if r["credit_limit"] and not r["stopped"] and r["grade"] == "A"]

        def worth(row: Row) -> tuple[int, str]:
            return self.desk.count("sales_order", Query((Condition("customer", "=", row["uid"]), since))), str(
                row["code"]
            )

        return str(max(known, key=worth)["uid"])

    def goods(self, view: EntryView) -> list[Row]:
        """Five products of five kinds, all in stock."""
        found: dict[str, Row] = {}
        for row in self.desk.rows("product"):
            if (row["on_hand"] or 0) > 150_000 and row["floor_price"] and not row["stopped"]:
                found.setdefault(str(row["category"]), row)
        rows = view.order.products.rows([str(r["uid"]) for r in found.values()])
        plenty = [r for r in rows if r["available"] > 130_000]
        return plenty[:: max(1, len(plenty) // 5)][:5]

    def open_order(self) -> str:
        """An order of which a part has gone, with as many lines as possible."""
        rows = self.desk.rows("sales_order", Query((Condition("stage", "=", "part"),)), 60)
        return str(max(rows, key=lambda r: len(self.desk.lines("order_line", str(r["uid"]))))["uid"])

    def longest(self) -> str:
        """Of the latest orders the one with the most to tell, an amended one if possible."""

        def worth(row: Row) -> tuple[bool, int]:
            entries = self.desk.history("sales_order", str(row["uid"]))
            return any(e.reason and e.title.startswith("变更") for e in entries), sum(
                2 + len(e.changes) for e in entries
            )

        return str(max(self.desk.rows("sales_order", limit=300), key=worth)["uid"])

    def delivery(self) -> str:
        """The 送货单 with most lines among the latest."""
        rows = self.desk.rows("delivery", limit=40)
        return str(max(rows, key=lambda r: len(self.desk.lines("delivery_line", str(r["uid"]))))["uid"])

    # -- painting --------------------------------------------------------------------------------------------------

    def _shoot(self, name: str, pixmap: QPixmap | None = None) -> None:
        settle(self.window)
        if self._crashes:
            raise RuntimeError(f"{name} could not be painted") from self._crashes[0]
        target = self.out / f"{name}.png"
        _save(pixmap or self.window.grab(), target)
        self.made.append(target)

    def _in_front(self, name: str, dialog: QDialog, then: Callable[[Any], None] | None = None) -> None:
        """A dialog over the dimmed window, as it stands there."""
        dialog.show()
        dialog.activateWindow()
        for _ in range(40):  # the ring around what has the focus belongs to the picture
            settle(self.window)
            if dialog.isActiveWindow():
                break
        first = dialog.focusWidget()
        if first is not None:
            first.setFocus()
            settle(self.window)
        if then is not None:
            then(dialog)
            settle(self.window)
        whole, front = self.window.grab(), dialog.grab()
        painter = QPainter(whole)
        painter.fillRect(whole.rect(), theme().color("dim"))
        corner = QPoint((whole.width() - front.width()) // 2, (whole.height() - front.height()) // 2)
        painter.drawPixmap(corner, front)
        painter.end()
        self._shoot(name, whole)
        dialog.done(0)
        dialog.deleteLater()
        settle(self.window)


def _save(pixmap: QPixmap, target: Path) -> None:
    """A PNG of few colours; fewer still when it would be too large."""
    from io import BytesIO

    from PIL import Image

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    pixmap.save(buffer, "PNG")
    picture: Any = Image.open(BytesIO(buffer.data().data())).convert("RGB")
    for colours in (COLOURS, 128, 64, 32):
        palette, place = _palette(picture, colours)
        few = Image.new("P", picture.size)
        few.putpalette([part for colour in palette for part in colour])
        few.putdata([place[colour] for colour in picture.getdata()])
        few.save(target, "PNG", optimize=True)
        if target.stat().st_size <= MOST_BYTES:
            return


def _palette(picture: Any, most: int) -> tuple[list[Colour], dict[Colour, int]]:
    """The colours to keep, and which of them stands for each colour of the picture.

    Half are the commonest ones, so that surfaces keep their tone; then always the one that is worst served so far, so
    that a small green sign stays green.
    """
    counted = sorted(picture.getcolors(1 << 24), key=lambda one: (-one[0], one[1]))
    kept: list[Colour] = []
    off: dict[Colour, tuple[int, int]] = {colour: (1 << 24, 0) for _, colour in counted}
    while len(kept) < most:
        chosen = (
            counted[len(kept)][1] if len(kept) < min(most // 2, len(counted)) else max(off, key=lambda c: off[c][0])
        )
        if len(kept) >= most // 2 and not off[chosen][0]:
            break
        red, green, blue = chosen
        for colour, (before, _) in off.items():
            now = (colour[0] - red) ** 2 + (colour[1] - green) ** 2 + (colour[2] - blue) ** 2
            if now < before:
                off[colour] = (now, len(kept))
        kept.append(chosen)
    return kept, {colour: n for colour, (_, n) in off.items()}
