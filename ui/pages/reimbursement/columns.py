"""The columns of a claim's lines, and how 费用项目 is found by a few letters."""

from __future__ import annotations

from functools import cached_property

from salesdesk.domain import text as words
from salesdesk.domain.draft import Draft
from salesdesk.domain.kinds import Choice, Option, Row
from salesdesk.modules.reimbursement.model import CLAIM_LINE
from ui.kit.lines_grid_model import GridColumn, PickRow


class Items:
    """The kinds of expense as records to pick: by word, by a piece of it, or by initials (clf finds 差旅费)."""

    noun = "费用项目"
    can_create = False

    @cached_property
    def _known(self) -> list[tuple[Option, str]]:
        kind = CLAIM_LINE["item"].kind
        assert isinstance(kind, Choice)
        return [(option, words.search_keys(option.label)) for option in kind.options]

    @staticmethod
    def _row(option: Option) -> PickRow:
        keys = words.search_keys(option.label).split()
        initials = next((k for k in keys if k.isascii() and len(k) == len(option.label)), "")
        return PickRow(option.key, initials, option.label)

    def all(self) -> list[Option]:
        """Every kind of expense."""
        return [option for option, _ in self._known]

    def row(self, key: str) -> PickRow:
        """One kind of expense by its key."""
        return self._row(next(option for option in self.all() if option.key == key))

    def exact(self, text: str) -> PickRow | None:
        """The one that is meant without doubt: the word itself, its initials, or the only one with these letters."""
        typed = text.strip()
        for option in self.all():
            if option.label == typed:
                return self._row(option)
        found = self.find(typed, 2)
        return found[0] if len(found) == 1 else None

    def find(self, text: str, limit: int) -> list[PickRow]:
        """Those that begin with the letters first."""
        typed = text.strip().lower()
        begins = [o for o, keys in self._known if any(word.startswith(typed) for word in keys.split())]
        inside = [o for o, keys in self._known if o not in begins and words.matches(typed, keys) is not None]
        return [self._row(option) for option in (*begins, *inside)][:limit]

    def match(self, told: dict[str, str]) -> tuple[PickRow | None, str]:
        """What the cell of a pasted row means; vouchers say 差旅 where we say 差旅费."""
        typed = told.get("item", "")
        found = self.exact(typed) or self.exact(typed.removesuffix("费"))
        return found, "" if found else f"没有「{typed}」这个费用项目"

    def adjust(self, draft: Draft, row: int, told: dict[str, str]) -> None:
        """Nothing follows from a kind of expense."""


def claim_columns(items: Items) -> tuple[GridColumn, ...]:
    """序 费用项目 摘要 金额 备注; of a trip also what the leg or allowance is, its days and places; once cut what is approved."""
    return (
        GridColumn("seq", "", 36, align="center"),
        GridColumn("item", "费用项目", 112, sets="item", needed=True, source=items, prompt="项目或拼音首字母",
                   synonyms=("项目", "费用类别", "科目", "类别", "费用")),
        GridColumn("part", "行类", 52, sets="part", synonyms=("种类",)),
        GridColumn("day", "日期", 88, sets="day", synonyms=("出发日期", "发生日期")),
        GridColumn("origin", "出发", 60, sets="origin", synonyms=("出发地",)),
        GridColumn("destination", "到达", 60, sets="destination", synonyms=("目的地", "到达地")),
        GridColumn("vehicle", "交通工具", 66, sets="vehicle"),
        GridColumn("persons", "人数", 44, sets="persons", align="right", numeric=True),
        GridColumn("days", "天数", 44, sets="days", align="right", numeric=True),
        GridColumn("standard", "标准", 68, sets="standard", align="right", numeric=True, synonyms=("每人每天",)),
        GridColumn("summary", "摘要", 200, sets="summary", needed=True, stretch=True,
                   synonyms=("事由", "说明", "用途", "内容")),
        GridColumn("amount", "金额", 100, sets="amount", needed=True, align="right", bold=True, numeric=True,
                   synonyms=("报销金额", "金额元", "价税合计", "小计")),
        GridColumn("cut", "核减", 92, align="right", numeric=True),
        GridColumn("approved", "核准", 100, align="right", numeric=True, show=_approved),
        GridColumn("note", "备注", 150, sets="note", faint=True, synonyms=("附注",)),
    )  # fmt: skip


TRIP_ONLY = ("part", "day", "origin", "destination", "vehicle", "persons", "days", "standard")
CUT_ONLY = ("cut", "approved")


def hidden_columns(trip: bool, cut: bool) -> tuple[str, ...]:
    """Keys of the columns a claim does not need."""
    return (*(("note",) if trip else TRIP_ONLY), *(() if cut else CUT_ONLY))


def _approved(line: Row) -> str:
    amount = line.get("amount")
    return "" if amount is None else CLAIM_LINE["approved"].kind.show(amount - (line.get("cut") or 0))
