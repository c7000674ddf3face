"""Targets that add up from person to company, and customers: grades by rules, churn, the next order tried on the past (STA-5, CUS-5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.modules.statistics.loyalty import Rules, back_test, forecast, rules_of
from salesdesk.modules.statistics.targets import months_until, spread, standing, workdays
from salesdesk.modules.statistics.variance import half_up
from tests.desks import order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    made.close()


def order(desk: Desk, day: str, qty: str = "10", customer: str = "C00042") -> None:
    args = order_args(("P10012", qty, "48.60"), customer=customer)
    made = desk.do("order.save", {**args, "order_date": day, "due_date": "2026-06-30", "reason": "补录"})
    desk.do("order.confirm", {"uid": made.uid, "reason": "补录"})


@given(st.integers(0, 10**13), st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_a_target_is_parted_without_losing_a_cent(amount: int, weights: list[int]) -> None:
    parts = spread(amount, weights)
    assert sum(parts) == amount and len(parts) == len(weights)
    assert min(parts) >= -100


def test_year_months_and_people_agree_and_progress_counts_working_days(desk: Desk) -> None:
    company = desk.do("sales_target.save", {"year": 2026, "level": "公司", "amount": "120000"})
    row = desk.row("sales_target", company.uid)
    assert row is not None and row["m1"] == row["m12"] == 1_000_000 and row["title"] == "2026 年 公司"
    desk.do("sales_target.save", {"uid": company.uid, "m6": "20000"})
    row = desk.row("sales_target", company.uid)
    assert row is not None and row["amount"] == 13_000_000
    with pytest.raises(Refused) as refused:
        desk.do("sales_target.save", {"uid": company.uid, "m6": "1", "amount": "5"})
    assert refused.value.problems[0].code == "sum"
    part = desk.do(
        "sales_target.save", {"year": 2026, "level": "部门", "name": "一部", "above": company.uid, "amount": "1200"}
    )
    desk.do("sales_target.split", {"uid": part.uid, "names": "李强、赵敏"})
    people = [r for r in desk.rows("sales_target") if r["level"] == "业务员"]
    assert len(people) == 2 and sum(r["amount"] for r in people) == 120_000
    order(desk, "2026-06-03")
    with desk.read() as reader:
        found = {one.row["title"]: one for one in standing(reader, 2026, 6, "month", "2026-06-12")}
        assert workdays("2026-06-01", "2026-06-30", {}) == 22 and workdays("2026-06-06", "2026-06-07", {}) == 0
    whole = found["2026 年 公司"]
    assert (whole.target, whole.sold, whole.gap) == (2_000_000, 48_600, 1_951_400)
    assert whole.pace == 4091 and whole.behind == 818_200 - 48_600  # nine of 22 working days are over
    assert found["2026 年 部门 一部"].sold == found["2026 年 业务员 李强"].sold == 48_600
    assert found["2026 年 业务员 赵敏"].sold == 0
    assert whole.rolling == 1_857_143  # nothing was sold before June: all of the year in seven months
    told = desk.do("sales_target.read", {"year": 2026, "month": 6, "span": "季"}).data["targets"]
    assert told[0]["target"] == "40000.00" and told[0]["sold"] == "486.00"


def test_what_is_given_already_is_not_given_again_and_a_person_sells_products(desk: Desk) -> None:
    """STA-5: 公司 → 部门 → 业务员 → 产品; each level adds up to the one above."""
    order(desk, "2025-03-04", "30")
    order(desk, "2025-05-06", "10", customer="C00043")
    company = desk.do("sales_target.save", {"year": 2026, "level": "公司", "amount": "1200.12"}).uid
    desk.do("sales_target.split", {"uid": company, "into": "部门", "names": "一部，二部"})
    parts = [r for r in desk.rows("sales_target") if r["level"] == "部门"]
    assert sorted(r["name"] for r in parts) == ["一部", "二部"] and sum(r["amount"] for r in parts) == 120_012
    with pytest.raises(Refused) as refused:
        desk.do("sales_target.split", {"uid": company, "names": "李强"})
    assert refused.value.problems[0].code == "all_given"
    part = next(r for r in parts if r["name"] == "一部")
    desk.do("sales_target.split", {"uid": part["uid"], "names": "李强、赵敏"})
    people = {r["name"]: r for r in desk.rows("sales_target") if r["level"] == "业务员"}
    assert people["李强"]["amount"] + people["赵敏"]["amount"] == part["amount"] and people["赵敏"]["amount"] == 0
    made = desk.do("sales_target.split", {"uid": people["李强"]["uid"]})
    assert made.data["names"] == ["不锈钢球阀 DN25"] and "没分" not in made.message
    goods = next(r for r in desk.rows("sales_target") if r["level"] == "产品")
    assert [goods[f"m{n}"] for n in range(1, 13)] == [people["李强"][f"m{n}"] for n in range(1, 13)]
    desk.do("sales_target.save", {"uid": goods["uid"], "m1": "0"})
    again = desk.do("sales_target.split", {"uid": people["李强"]["uid"], "names": "P20031"})
    assert again.data["names"] == ["四氟垫片 DN50"]
    other = next(r for r in desk.rows("sales_target") if r["level"] == "产品" and r["uid"] != goods["uid"])
    assert (other["m1"], other["m2"], other["amount"]) == (people["李强"]["m1"], 0, people["李强"]["m1"])
    order(desk, "2026-06-03")
    with desk.read() as reader:
        stands = standing(reader, 2026, 6, "month", "2026-06-12")
        sold = {one.row["title"]: one.sold for one in stands}
    assert [(one.depth, one.row["title"].split()[-1]) for one in stands] == [
        (0, "公司"), (1, "二部"), (1, "一部"), (2, "李强"), (3, "DN25"), (3, "DN50"), (2, "赵敏")
    ]  # fmt: skip
    assert sold["2026 年 李强 产品 不锈钢球阀 DN25"] == sold["2026 年 部门 一部"] == sold["2026 年 公司"] == 48_600
    assert sold["2026 年 李强 产品 四氟垫片 DN50"] == sold["2026 年 部门 二部"] == 0
    for args, code in (
        ({"uid": goods["uid"]}, "level"),
        ({"uid": part["uid"], "into": "产品"}, "level"),
    ):
        with pytest.raises(Refused) as refused:
            desk.do("sales_target.split", args)
        assert refused.value.problems[0].code == code


def test_targets_follow_the_financial_months_of_the_house(desk: Desk) -> None:
    """STA-5: with a closing day of 25 June ends on the 25th, and the year begins on 26 December."""
    for day in ("2025-12-27", "2026-05-25", "2026-05-26", "2026-06-10"):
        order(desk, day, "1")
    company = desk.do("sales_target.save", {"year": 2026, "level": "公司", "amount": "1200"}).uid
    desk.do("sales_measure.save", {"name": "财务口径", "closing": 25, "usual": "是"})
    with desk.read() as reader:
        month = standing(reader, 2026, 6, "month", "2026-06-12")[0]
        year = standing(reader, 2026, 6, "year", "2026-06-12")[0]
        after = standing(reader, 2026, 7, "month", "2026-06-26")[0]
        old = standing(reader, 2026, 12, "year", "2026-12-28")[0]
        assert [p.label for p in months_until(reader, "2026-06-26", 2)] == [
            "2026 年 7 月（2026-06-26 至 2026-07-25）", "2026 年 6 月（2026-05-26 至 2026-06-25）"
        ]  # fmt: skip
    assert month.row["uid"] == company and (month.sold, year.sold) == (2 * 4_860, 4 * 4_860)
    assert month.pace == half_up(13 * 10_000, 23)  # from 26 May to 25 June, thirteen of 23 working days are over
    assert month.rolling == half_up(120_000 - 2 * 4_860, 7) and after.rolling == half_up(120_000 - 4 * 4_860, 6)
    assert (after.sold, old.needed, old.rolling) == (0, 0, 0)
    told = desk.do("sales_target.read", {"span": "季"}).data["targets"]
    assert told[0]["sold"] == "145.80"


def test_the_next_order_follows_the_customers_own_gaps() -> None:
    days = [(date(2026, 1, 5) + timedelta(days=14 * n)).isoformat() for n in range(10)]
    made = forecast([(day, 5000 + 1000 * (n % 2)) for n, day in enumerate(days)], days[-1])
    assert made is not None and made.gap == 14 and made.spread == 0
    assert made.day == (date.fromisoformat(days[-1]) + timedelta(days=14)).isoformat() and made.qty == 6000
    assert forecast([(d, 1) for d in days[:3]], days[-1]) is None  # no rhythm
    assert forecast([(d, 1) for d in days], "2026-12-01") is None  # given up
    error = back_test([[(d, 1000) for d in days]], days[-1])
    assert error.tried >= 2 and error.came == error.tried and error.days == 0 and error.qty == 0
    assert "100%" in error.words
    assert "没有够多" in back_test([], "2026-06-12").words


def test_grades_follow_rules_that_can_be_changed(desk: Desk) -> None:
    """CUS-5: by recency, frequency and value; written into the files only when asked."""
    for day in ("2026-04-01", "2026-05-01", "2026-06-01"):
        order(desk, day, "1000")
    found = desk.do("loyalty.grades").data["rows"]
    assert [(g["name"], g["points"], g["grade"]) for g in found] == [("苏州华源贸易有限公司", [4, 1, 3], "B")]
    assert desk.rows("customer")[0]["grade"] is None
    desk.do("loyalty.apply")
    assert desk.rows("customer")[0]["grade"] == "B"
    desk.settings.put("operator.role", "manager")
    desk.do("loyalty.rules", {"frequency": "3、2、1、0", "grades": "11，7，4"})
    assert desk.do("loyalty.grades").data["rows"][0]["grade"] == "A"
    for wrong in ({"recency": "60、30、120、240"}, {"value": "很多"}, {"grades": "1、2"}):
        with pytest.raises(Refused):
            desk.do("loyalty.rules", wrong)
    desk.do("system.undo")
    with desk.read() as reader:
        assert rules_of(reader) == Rules()
    desk.do("loyalty.rules", {"recency": "10、20、30、40"})
    with desk.read() as reader:
        assert rules_of(reader) == Rules(recency=(10, 20, 30, 40))


def test_churn_and_the_sheet_for_salespeople(desk: Desk, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    for n in range(10):
        order(desk, (date(2026, 1, 5) + timedelta(days=14 * n)).isoformat())
    churn = desk.do("loyalty.churn").data["rows"]
    assert [r["name"] for r in churn] == ["苏州华源贸易有限公司"] and churn[0]["amount"] == "4860.00"
    made = desk.do("loyalty.sheet", {"salesperson": "李强", "out": str(tmp_path / "预测.xlsx")})
    rows = list(load_workbook(made.data["file"]).active.iter_rows(values_only=True))
    assert rows[1][1] == "苏州华源贸易有限公司" and rows[1][5] == 10 and "14 天一次" in rows[1][8]
    assert desk.do("loyalty.sheet", {"salesperson": "没有这人", "out": str(tmp_path / "空.xlsx")}).data["rows"] == 0
