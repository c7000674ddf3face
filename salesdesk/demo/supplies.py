"""The demo company's cupboard of office supplies: taken every week, bought every month, counted at the end of a quarter."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Protocol

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.services.module import Outcome

ITEMS = (
    ("Y001", "A4 复印纸", "70g 500 张", "包", "纸张", "1 柜 1 层", "箱", 5, 30, 60, "19.8", 6),
    ("Y002", "A5 凭证纸", "80g", "包", "纸张", "1 柜 1 层", "箱", 10, 5, 20, "12.5", 1),
    ("Y003", "三联送货单纸", "241×140", "箱", "纸张", "1 柜 2 层", None, None, 4, 10, "86", 1),
    ("Y004", "中性笔", "0.5 黑", "支", "书写", "2 柜 1 层", "盒", 12, 24, 60, "1.35", 5),
    ("Y005", "荧光笔", "黄", "支", "书写", "2 柜 1 层", "盒", 10, 5, 20, "2.2", 1),
    ("Y006", "白板笔", "黑", "支", "书写", "2 柜 1 层", "盒", 10, 5, 20, "2.6", 1),
    ("Y007", "订书钉", "24/6", "盒", "装订", "2 柜 2 层", None, None, 10, 30, "1.8", 2),
    ("Y008", "长尾夹", "25 mm", "盒", "装订", "2 柜 2 层", None, None, 5, 20, "6.5", 1),
    ("Y009", "文件袋", "A4 透明", "个", "装订", "2 柜 3 层", "包", 20, 20, 60, "0.9", 8),
    ("Y010", "档案盒", "5.5 cm", "个", "装订", "3 柜", None, None, 10, 30, "6.8", 3),
    ("Y011", "硒鼓", "CRG-328", "个", "耗材", "3 柜", None, None, 2, 4, "168", 1),
    ("Y012", "色带", "针式通用", "个", "耗材", "3 柜", None, None, 3, 8, "22", 1),
    ("Y013", "垃圾袋", "45×50", "卷", "清洁", "茶水间", None, None, 6, 20, "4.5", 2),
)
"""code, name, spec, unit, category, place, pack, its content, least, most, price, usual quantity on a slip."""
LENT = (("Y014", "投影仪", "EB-C", "台", "3280"), ("Y015", "录音笔", "16G", "支", "320"))
VENDORS = (("晨光办公直营店", "小周", "13800000101", 1.0), ("得力办公用品经营部", "老郭", "13800000102", 0.97))
MONTHS = 8
"""How far back the cupboard is remembered."""


class Story(Protocol):
    """What is needed of the story that is played."""

    desk: Desk
    clock: FixedClock

    def at(self, moment: datetime, act: Callable[[], object]) -> None: ...

    def on(self, day: date) -> datetime: ...

    def do(self, verb: str, args: dict[str, Any]) -> Outcome | None: ...


class Supplies:
    """Has dice of its own, so that the rest of the story stays as it was."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._dice = random.Random(14)
        self._desk = story.desk

    def plan(self, months: Sequence[Sequence[date]], days: Sequence[date]) -> None:
        """Put everything on its day; the last days leave something to do."""
        at = self._story.at
        kept = [inside for inside in months if inside][-MONTHS:]
        at(datetime.combine(kept[0][0], datetime.min.time()) + timedelta(hours=8, minutes=10), self._lay_in)
        for number, inside in enumerate(kept):
            last = number == len(kept) - 1
            at(self._morning(inside[0]), partial(self._budget, inside[0]))
            for day in inside[1::3]:
                at(self._morning(day, 1), self._take)
            if len(inside) > 8 and not last:
                at(self._morning(inside[4], 2), self._buy)
                at(self._morning(inside[7], 2), self._arrive)
            if len(inside) > 8:
                at(self._morning(inside[2], 4), self._bind)
            if number == len(kept) - 2 and len(inside) > 12:
                at(self._morning(inside[-2], 3), partial(self._count, True))
        end = days[-9:] if len(days) >= 9 else days
        at(self._morning(end[0], 3), partial(self._lend, 6))
        at(self._morning(end[0], 4), self._buy)
        at(self._morning(end[-3], 3), partial(self._bind, 14))
        at(self._morning(end[-2], 3), self._ask)
        at(self._morning(end[-1], 0), partial(self._count, False))

    @staticmethod
    def _morning(day: date, hours: int = 0) -> datetime:
        return datetime.combine(day, datetime.min.time()) + timedelta(hours=9 + hours, minutes=5)

    # -- what happens --------------------------------------------------------------------------------------------------

    def _lay_in(self) -> None:
        """Items, vendors, quotes, quotas and what lay in the cupboard at first."""
        do = self._story.do
        for name, contact, phone, _ in VENDORS:
            do("supply_vendor.save", {"name": name, "contact": contact, "phone": phone, "terms": "月结"})
        for code, name, spec, unit, category, place, pack, content, least, most, price, usual in ITEMS:
            args = {"code": code, "name": name, "spec": spec, "unit": unit, "category": category, "place": place}
            packed = {"pack_unit": pack, "pack_qty": content} if pack else {}
            limits = {"min_stock": least, "max_stock": most, "price": price, "barcode": f"69012345{code[1:]}"}
            do("supply.save", {**args, **packed, **limits})
            do("supply_move.book", {"supply": code, "kind": "期初", "qty": most + 2 * usual, "note": "建账"})
            for vendor, _, _, share in VENDORS:
                offered = round(float(price) * share * self._dice.choice((0.97, 1.0, 1.02)), 2)
                do("supply_offer.save", {"supply": code, "vendor": vendor, "price": f"{offered:.2f}"})
        for code, name, spec, unit, price in LENT:
            do("supply.save", {"code": code, "name": name, "spec": spec, "unit": unit, "price": price, "lent": "是",
                               "category": "设备", "place": "3 柜"})  # fmt: skip
            do("supply_move.book", {"supply": code, "kind": "期初", "qty": 2, "note": "建账"})
        do("supply_quota.save", {"supply": "Y001", "qty": 16, "note": "每人每月"})
        do("supply_quota.save", {"supply": "Y004", "grade": "员工", "qty": 24})

    def _budget(self, day: date) -> None:
        self._story.do("supply_budget.save", {"month": f"{day:%Y-%m}", "amount": "3000"})

    def _people(self) -> list[str]:
        return [str(row["code"]) for row in self._desk.rows("staff") if row["code"]]

    def _there(self) -> dict[str, int]:
        return {str(row["code"]): int(row["on_hand"] or 0) // 1000 for row in self._desk.rows("supply")}

    def _take(self) -> None:
        """Somebody takes a few things."""
        chosen = self._dice.sample(ITEMS, self._dice.randint(2, 4))
        wanted = {one[0]: max(1, one[-1] + self._dice.randint(-1, 1)) for one in chosen}
        there = self._there()
        lines = [{"supply": code, "qty": qty} for code, qty in wanted.items() if qty <= there[code]]
        if lines:
            made = self._try({"staff": self._dice.choice(self._people()), "purpose": "日常", "lines": lines})
            if made is not None and self._dice.random() < 0.9:
                self._story.do("supply_issue.sign", {"uid": made.uid})

    def _bind(self, boxes: int = 0) -> None:
        """The first of the people files the month's papers; `boxes`: far more than ever."""
        qty = min(boxes or self._dice.randint(2, 3), self._there()["Y010"])
        if qty:
            purpose = "投标资料装订" if boxes else "月度归档"
            lines = [{"supply": "Y010", "qty": qty}]
            self._try({"staff": self._people()[0], "purpose": purpose, "lines": lines})

    def _try(self, args: dict[str, Any]) -> Outcome | None:
        return self._story.do("supply_issue.hand_out", {**args, "reason": "月底赶资料"})

    def _lend(self, days: int) -> None:
        people = self._people()
        args = {"staff": people[-1], "kind": "lend", "due": f"+{days}", "purpose": "客户演示"}
        self._story.do("supply_issue.hand_out", {**args, "lines": [{"supply": "Y014", "qty": 1}]})

    def _ask(self) -> None:
        people = self._people()
        lines = [{"supply": "Y004", "qty": 4}, {"supply": "Y007", "qty": 2}]
        self._story.do(
            "supply_request.save", {"staff": people[1], "needed": "+2", "purpose": "新人入职", "lines": lines}
        )

    def _buy(self) -> None:
        """The month's plan, approved and ordered."""
        made = self._story.do("supply_plan.make", {})
        if made is not None:
            args = {"uid": made.uid, "approved_by": "王经理", "reason": "下月备货"}
            role = self._desk.settings.get("operator.role")
            self._desk.settings.put("operator.role", "manager")
            self._story.do("supply_plan.approve", args)
            self._desk.settings.put("operator.role", role)
            self._story.do("supply_plan.order", {"uid": made.uid, "due": "+4"})
            for row in self._desk.rows("supply_order"):
                if row["state"] == "open" and not row["sent_at"]:
                    self._story.do("supply_order.send", {"uid": row["uid"], "how": "微信"})

    def _arrive(self) -> None:
        """What was ordered comes, now and then with a line that is short."""
        for row in self._desk.rows("supply_order"):
            if row["state"] != "open":
                continue
            lines: list[dict[str, Any]] = []
            for line in self._desk.lines("supply_order_line", str(row["uid"])):
                qty, less = line["qty"] // 1000, self._dice.random() < 0.08 and line["qty"] > 1000
                came = {"order_line": line["uid"], "sent": qty, "accepted": qty - 1 if less else qty}
                lines.append(came | ({"reason": "一件破损，退回换货"} if less else {}))
            made = self._story.do("supply_arrival.inspect", {"order": row["uid"], "lines": lines})
            if made is not None and any(line.get("reason") for line in lines):
                self._story.do("supply_order.close", {"uid": row["uid"], "why": "差的一件下月一起补"})

    def _count(self, whole: bool) -> None:
        """A count of everything with two differences, explained and booked; or one that is only begun."""
        do, desk = self._story.do, self._desk
        clerks = "林晓雯、宋知行"
        made = do("supply_count.plan", {"counters": clerks, "due": "+1", **({} if whole else {"category": "耗材"})})
        if made is None or not whole:
            return
        there = {row["uid"]: row["on_hand"] for row in desk.rows("supply")}
        codes = {row["uid"]: row["code"] for row in desk.rows("supply")}
        off = {"Y005": -1000, "Y009": -3000, "Y012": 1000}

        def enter(sheet: str) -> None:
            lines = []
            for entry in desk.lines("supply_entry", sheet):
                found = max(0, there[entry["supply"]] + off.get(codes[entry["supply"]], 0))
                lines.append({"supply": entry["supply"], "counted": str(found // 1000)})
            do("supply_sheet.enter", {"uid": sheet, "lines": lines})

        for sheet in [r["uid"] for r in desk.rows("supply_sheet") if r["count"] == made.uid]:
            enter(str(sheet))
        again = do("supply_count.second", {"uid": made.uid, "counter": "周予"})
        if again is None:
            return
        enter(again.uid)
        why = {"Y005": "丢失", "Y009": "用掉没登记", "Y012": "从前点错"}
        lines = [
            {"uid": line["uid"], "why": why[codes[line["supply"]]]}
            for line in desk.lines("supply_count_line", made.uid)
            if line["difference"]
        ]
        do("supply_count.explain", {"uid": made.uid, "lines": lines})
        do("supply_count.book", {"uid": made.uid})
