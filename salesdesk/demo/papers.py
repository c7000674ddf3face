"""Papers of the demo company: what came in and was written here, contracts, seals, a shelf of older files, one of each in every state."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from salesdesk.desk import Desk

INCOMING = (
    ("关于开展安全生产月活动的通知", "市应急管理局", "应急〔{y}〕18号"),
    ("关于调整工业用电价格的通知", "市供电公司", "供电〔{y}〕7号"),
    ("关于申报高新技术企业的通知", "区科技局", "科发〔{y}〕32号"),
    ("关于规范危险品运输的函", "市交通运输局", "交函〔{y}〕105号"),
    ("关于参加阀门行业年会的邀请函", "省通用机械协会", "通机〔{y}〕9号"),
    ("关于社会保险缴费基数的通知", "市人社局", "人社〔{y}〕21号"),
)
INTERNAL = (
    ("通知", "关于半年盘点安排的通知", "仓库、财务、销售部"),
    ("制度", "客户信用管理办法", "销售部、财务"),
    ("通知", "关于国庆值班的通知", "销售部、生产部、仓库"),
    ("会议纪要", "产销协调会会议纪要", "生产部、采购部"),
)
OLD = ("质量体系审核记录", "年度供货协议", "检验报告汇编", "投标文件", "客户验收单合订本", "设备租赁合同")
PEOPLE = ("周经理", "钱总", "孙会计", "吴主任")
TEXT = "{title}\n各部门：\n    请按要求落实，{due} 前书面反馈。联系人：办公室。\n"


def enter_papers(desk: Desk, staff: list[str], today: date) -> None:
    """A few dozen documents entered at the end of the story, those of the archive with their true days of filing."""
    Papers(desk, staff, today).play()


class Papers:
    """The document desk of the demo company."""

    def __init__(self, desk: Desk, staff: list[str], today: date) -> None:
        self.desk, self.staff, self.today = desk, staff, today
        self.folder = desk.folder / "demo-papers"

    def do(self, verb: str, args: dict[str, Any]) -> str:
        """One verb; returns the record."""
        return self.desk.do(verb, args).uid

    def play(self) -> None:
        """All of it; the files laid out for it are taken away again."""
        self.folder.mkdir(exist_ok=True)
        try:
            self._incoming()
            self._internal()
            self._archive()
            self._contracts()
        finally:
            for path in self.folder.glob("*"):
                path.unlink()
            self.folder.rmdir()

    def _day(self, days: int) -> str:
        return (self.today + timedelta(days=days)).isoformat()

    def _file(self, uid: str, title: str, version: str = "") -> None:
        path = self.folder / f"{title}{version}.txt"
        path.write_text(TEXT.format(title=title + version, due=self._day(5)), encoding="utf-8")
        self.do("document.take_in", {"files": str(path), "uid": uid})

    def _incoming(self) -> None:
        """Each one step further than the one before."""
        for step, (title, sender, number) in enumerate(INCOMING):
            uid = self.do(
                "document.save",
                {"kind": "外来文件", "title": title, "sender": sender, "outer_number": number.format(y=self.today.year),
                 "day": self._day(-9), "received_on": self._day(-6), "due": self._day(step * 3 - 5), "copies": 1 + step % 3,
                 "secrecy": "内部" if step % 2 else "公开"},
            )  # fmt: skip
            self._file(uid, title)
            if step == 0:
                continue
            self.do("document.register", {"uid": uid})
            if step > 1:
                self.do(
                    "document.distribute",
                    {"uid": uid, "people": "、".join(self.staff[:2]), "part": "承办" if step % 2 else "传阅"},
                )
                self.do("document.distribute", {"uid": uid, "people": PEOPLE[step % 4], "part": "传阅"})
            receipts = [r for r in self.desk.rows("document_receipt") if r["document"] == uid]
            for number_, one in enumerate(receipts):
                if step > 3 or (step > 2 and number_):
                    verb = "done" if one["part"] == "act" else "read"
                    said = {"said": "已落实"} if verb == "done" else {"how": "微信"}
                    self.do(f"document_receipt.{verb}", {"uid": one["uid"], **said})
            if step > 3:
                self.do("document.settle", {"uid": uid, "result": "已落实"})
            if step > 4:
                self.do("document.file", {"uid": uid, "cabinet": "1", "box": "1", "page": "1"})

    def _internal(self) -> None:
        for step, (type_, title, scope) in enumerate(INTERNAL):
            uid = self.do(
                "document.save",
                {"kind": "内部文件", "type": type_, "title": title, "scope": scope, "author": self.staff[0]},
            )
            self._file(uid, title)
            if step == 0:
                self._file(uid, title, "（修改稿）")
            for verb, args in (
                ("document.submit", {}), ("document.review", {"who": PEOPLE[0]}), ("document.approve", {"who": PEOPLE[1]}),
                ("document.give_number", {}), ("document.register", {}), ("document.distribute", {}),
            )[: (6, 5, 2, 1)[step]]:  # fmt: skip
                self.do(verb, {"uid": uid, **args})

    def _archive(self) -> None:
        """Older files on the shelf, some of them over their time, one lent and late, one asked for, one held."""
        shelf = []
        for number in range(18):
            title = f"{OLD[number % len(OLD)]}（{self.today.year - 1 - number % 12} 年）"
            uid = self.do("document.save", {"kind": "资料", "title": title, "keywords": "历年资料"})
            old = number >= 12  # kept long enough
            filed = self._day(-(40 + 365 * (6 if old else number)))
            place = {"cabinet": str(1 + number % 2), "box": str(2 + number % 3), "page": str(1 + number)}
            self.do(
                "document.file",
                {"uid": uid, "retention": "5" if old else ("10", "30", "permanent")[number % 3], "day": filed, **place},
            )
            shelf.append(uid)
        loan = self.do(
            "document_loan.save",
            {"document": shelf[1], "borrower": self.staff[0], "department": "销售部", "purpose": "核对旧合同条款"},
        )
        self.do("document_loan.approve", {"uid": loan, "who": PEOPLE[0]})
        self.do("document_loan.lend", {"uid": loan})
        self.do(
            "document_loan.save",
            {"document": shelf[2], "borrower": PEOPLE[2], "department": "财务", "purpose": "审计要看原件"},
        )
        self.do("document.hold", {"uid": shelf[3], "why": "质量争议还没了结"})
        self.do("destruction.propose", {"members": f"{PEOPLE[0]}、{PEOPLE[3]}"})

    def _contracts(self) -> None:
        customers = self.desk.rows("customer", limit=5)
        for step, one in enumerate(customers):
            uid = self.do(
                "contract.save",
                {"code": f"GX-{self.today.year}-{step + 1:03d}", "title": f"{self.today.year} 年度供货合同", "party": one["name"],
                 "customer": one["uid"], "amount": str(80_000 + 35_000 * step), "starts": self._day(-300),
                 "expires": self._day(20 + 90 * step),
                 "owner": self.staff[0]},
            )  # fmt: skip
            steps: tuple[tuple[str, dict[str, Any]], ...] = (
                ("contract.submit", {}),
                ("contract.legal", {"who": "孙律师", "said": "违约金比例写清即可"}),
                ("contract.manager", {"who": PEOPLE[1], "said": "同意"}),
                ("contract.sign", {"day": self._day(-1)}),
            )
            for verb, args in steps[: (4, 4, 3, 1, 0)[step]]:
                self.do(verb, {"uid": uid, **args})
            if step == 0:
                self.do(
                    "contract.save",
                    {"uid": uid, "events": [
                        {"day": self._day(-1), "kind": "履行", "what": "第一批发货", "amount": "26000"},
                        {"day": self._day(0), "kind": "违约", "what": "晚发 3 天", "liable": "我方", "amount": "520"},
                    ]},
                )  # fmt: skip
            if step < 2:
                self.do("seal_use.save", {"seal": "合同章", "paper": f"{one['name']}供货合同", "copies": 2, "applicant": self.staff[0],
                                          "department": "销售部", "approved_by": PEOPLE[1], "contract": uid})  # fmt: skip
        self.do("seal_use.save", {"seal": "公章", "paper": "投标文件", "copies": 1, "applicant": self.staff[1], "department": "销售部",
                                  "approved_by": PEOPLE[1], "taken_out": True, "due": self._day(1)})  # fmt: skip
