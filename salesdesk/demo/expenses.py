"""What happens at the demo company's reimbursement desk: people hand in invoices, the department approves, the clerk checks."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from salesdesk.demo.invoice_page import page_of
from salesdesk.demo.invoices import DemoInvoice
from salesdesk.desk import Desk

Story = Any
"""`salesdesk.demo.story.Story`, which plays these scenes; naming it here would go round in a circle."""

GOODS = (
    ("*住宿服务*住宿费", "酒店管理", 260, 420),
    ("*餐饮服务*餐费", "餐饮管理", 120, 680),
    ("*运输服务*客运服务费", "出行科技", 18, 160),
    ("*纸制品*办公用纸", "办公用品", 45, 360),
    ("*物流辅助服务*收派服务费", "速运", 12, 96),
)
"""Goods, what the seller is called, least and most 元."""
A_MONTH = 3
"""Claims of an ordinary month."""
LAST_DAYS = 12
"""Working days before the end from which one claim each is still on its way."""


class Expenses:
    """The reimbursement desk of one story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.rng = story.rng
        self.company = str(story.desk.settings.get("company.name"))
        self.tax_id = str(story.desk.settings.get("company.tax_id"))
        self.sellers: dict[str, list[tuple[str, str]]] = {}
        self.head = story.words.person()
        self._files = 0
        self._handed_in: list[Path] = []

    def plan(self, months: list[list[date]], days: list[date]) -> None:
        """Spread the claims over the months; the last days bring one each, so that every state is to be seen."""
        for inside in months:
            for _ in range(A_MONTH):
                self.story.at(self.story.on(self.rng.choice(inside)), self.claim)
            if len(inside) > 8:
                self.story.at(self.story.on(inside[3]), self.lend)
        for day in days[-LAST_DAYS:-1]:
            self.story.at(self.story.on(day), partial(self.claim, paged=True))
        if len(days) > 2:
            self.story.at(self.story.on(days[-2]), partial(self.claim, again=True, paged=True))

    # -- handing in ------------------------------------------------------------------------------------------------

    def invoice(self, town: str, paged: bool) -> list[Path]:
        """A fresh invoice of one of the sellers as files: its XML, and when `paged` the page too."""
        goods, trade, least, most = self.rng.choice(GOODS)
        known = self.sellers.setdefault(trade, [])
        if len(known) < 6:
            known.append((self.story.words.firm(town, trade)[0], self.story.words.tax_id("320507")))
        seller, tax_id = self.rng.choice(known)
        self._files += 1
        day = self.story.clock.moment.date() - timedelta(days=self.rng.randint(0, 6))
        made = DemoInvoice(
            f"{day:%y}32200000{self._files * 7:010d}",  # no two in a row
            day.isoformat(),
            seller,
            tax_id,
            self.company,
            self.tax_id,
            goods,
            self.rng.randint(least * 100, most * 100),
        )
        path: Path = self.story.folder / f"发票{self._files:04d}.xml"
        path.write_bytes(made.xml())
        if not paged:
            return [path]
        page = path.with_suffix(".pdf")
        page.write_bytes(page_of(made))
        return [path, page]

    def claim(self, again: bool = False, paged: bool = False) -> None:
        """Somebody hands in invoices; `again`: one of them was handed in before; `paged`: with their pages."""
        town = self.story.words.pick("towns")["name"]
        paged = paged or not self._handed_in  # the very first ones are handed in again later
        files = [path for _ in range(self.rng.randint(2, 5)) for path in self.invoice(town, paged)]
        if again and self._handed_in:
            files += self._handed_in[:2]  # the XML of one invoice and its page
        self._handed_in += files
        args = {
            "claimant": self.story.words.pick("salespeople"),
            "kind": "expense",
            "title": f"去{town}拜访客户",
            "files": "\n".join(str(path) for path in files),
        }
        made = self.story.do("claim.intake", args)
        if made is None:
            return
        for voucher in self._vouchers(made.uid):
            if voucher["category"] == "住宿费":
                self.story.do("voucher.save", {"uid": voucher["uid"], "nights": 1, "persons": 1})
        self.story.after(self.rng.uniform(10, 90), partial(self.submit, made.uid))

    def _vouchers(self, claim: str) -> list[dict[str, Any]]:
        return [
            v for v in self.story.desk.rows("expense_voucher") if v["claim"] == claim and v["standing"] == "waiting"
        ]

    def lend(self) -> None:
        """Somebody borrows for a trip and pays it back in cash later."""
        who = self.story.words.pick("salespeople")
        amount = self.rng.randrange(1000, 5000, 500)
        made = self.story.do("loan.save", {"borrower": who, "amount": amount, "purpose": "出差备用", "due": "+30"})
        if made is not None and self.rng.random() < 0.8:
            self.story.after(self.rng.uniform(3000, 9000), partial(self.story.do, "loan.repay", {"uid": made.uid}))

    # -- the way ---------------------------------------------------------------------------------------------------

    def submit(self, uid: str) -> None:
        made = self.story.do("claim.submit", {"uid": uid})
        if made is not None and made.data["state"] == "head":
            self.story.after(self.rng.uniform(60, 900), partial(self.approve, uid))
        elif made is not None:
            self.story.after(self.rng.uniform(60, 500), partial(self.check, uid))

    def approve(self, uid: str) -> None:
        how = self.rng.choice(("签字", "微信", "钉钉"))
        if self.story.do("claim.approve", {"uid": uid, "who": self.head, "how": how}) is not None:
            self.story.after(self.rng.uniform(60, 1100), partial(self.check, uid))

    def check(self, uid: str) -> None:
        """The clerk looks at every voucher; what blocks is sent back, what is doubtful explained."""
        desk: Desk = self.story.desk
        self.story.do("claim.check", {"uid": uid})
        findings = [f for f in desk.rows("claim_finding") if f["claim"] == uid and f["state"] == "open"]
        blocked = {f["voucher"] for f in findings if f["severity"] == "stop"}
        for voucher in self._vouchers(uid):
            if voucher["uid"] in blocked:
                self.story.do("voucher.reject", {"uid": voucher["uid"], "why": "查出来不能报"})
            else:
                self.story.do("voucher.accept", {"uid": voucher["uid"]})
        for finding in findings:
            if finding["severity"] in ("ask", "warn") and finding["voucher"] not in blocked:
                self.story.do("finding.answer", {"uid": finding["uid"], "reason": "问过报销人，情况属实"})
        if (blocked or self.rng.random() < 0.12) and not (desk.row("expense_claim", uid) or {}).get("returns"):
            if self.story.do("claim.return", {"uid": uid, "why": "事由写清楚，缺的附件补上"}) is not None:
                self.story.after(self.rng.uniform(400, 1500), partial(self.mend, uid))
            return
        if self.rng.random() < 0.15:
            line = max(desk.lines("expense_line", uid), key=lambda one: int(one["amount"]))
            cut = {"line": line["uid"], "cut": f"{line['amount'] // 1000}", "reason": "超过标准的部分"}
            self.story.do("claim.deduct", {"uid": uid, "lines": [cut]})
        if self._settled(uid) and self.story.do("claim.pass", {"uid": uid}) is not None:
            self.story.after(self.rng.uniform(30, 500), partial(self.hand_over, uid))

    def _settled(self, uid: str) -> bool:
        row = self.story.desk.row("expense_claim", uid) or {}
        return not row.get("stops") and not row.get("doubts") and int(row.get("approved") or 0) > 0

    def mend(self, uid: str) -> None:
        """The claimant mends what was told and hands it in again."""
        self.story.do("claim.save", {"uid": uid, "note": "已按退回单补正"})
        self.submit(uid)

    def hand_over(self, uid: str) -> None:
        if self.story.do("claim.hand_over", {"uid": uid, "to": "财务"}) is None:
            return
        if self.rng.random() < 0.06:
            self.story.after(
                self.rng.uniform(300, 900),
                partial(self.story.do, "claim.finance_return", {"uid": uid, "why": "粘贴单少签字"}),
            )
        else:
            self.story.after(self.rng.uniform(500, 2600), partial(self.pay, uid))

    def pay(self, uid: str) -> None:
        if self.story.do("claim.pay", {"uid": uid, "how": "转账"}) is not None:
            self.story.after(self.rng.uniform(20, 700), partial(self.story.do, "claim.feedback", {"uid": uid}))


def enter_people(desk: Desk, salespeople: list[str], departments: list[str]) -> None:
    """The company as 报销单位, and the salespeople with their grades."""
    get = desk.settings.get
    desk.do(
        "company_entity.save", {"name": str(get("company.name")), "tax_id": str(get("company.tax_id")), "usual": "是"}
    )
    for i, name in enumerate(salespeople):
        grade = "部门经理" if i == 0 else "员工"
        department = departments[i % len(departments)]
        desk.do("staff.save", {"code": f"G{i + 1:03d}", "name": name, "department": department, "grade": grade})
