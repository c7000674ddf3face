"""Sales figures: by every side, by every date, kept sums against the papers, and against an independent count by pandas."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.demo.building import build
from salesdesk.desk import Desk, open_desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.modules.statistics import queries, summary
from salesdesk.modules.statistics.facts import DIMENSIONS
from salesdesk.modules.statistics.measures import STANDARD, Measure, all_measures, usual
from salesdesk.modules.statistics.periods import KINDS, named, period_of, steps_of
from salesdesk.services.checking import check_all
from tests.desks import order_args, small_desk

DAY = date(2026, 6, 18)
BASES = ("order", "delivery", "invoice", "payment")


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small demo company, made once."""
    folder = tmp_path_factory.mktemp("statistics") / "demo"
    build(folder, 7, "small", DAY, lambda done, whole: None)
    return folder


@pytest.fixture
def demo(company: Path, tmp_path: Path) -> Iterator[Desk]:
    shutil.copytree(company, tmp_path / "data")
    desk = open_desk(tmp_path / "data", FixedClock(datetime(2026, 6, 18, 12)))
    yield desk
    desk.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "small")
    yield made
    made.close()


# -- periods -----------------------------------------------------------------------------------------------------------


@given(st.dates(date(2001, 1, 1), date(2090, 12, 31)), st.sampled_from(list(KINDS)), st.integers(0, 28))
def test_periods_follow_one_another_without_a_gap_and_read_back(day: date, kind: str, closing: int) -> None:
    one = period_of(kind, day.isoformat(), closing)  # type: ignore[arg-type]
    assert one.first <= day.isoformat() <= one.last
    assert one.previous.next == one and one.next.previous == one
    assert named(kind, one.key, closing) == one == named(kind, one.last, closing)  # type: ignore[arg-type]
    steps = steps_of(one)
    assert (steps[0].first, steps[-1].last) == (one.first, one.last) and sum(s.days for s in steps) == one.days


def test_a_financial_month_ends_on_the_closing_day() -> None:
    assert period_of("month", "2026-11-26", 25)[1:3] == ("2026-11-26", "2026-12-25")
    assert period_of("year", "2026-12-26", 25)[1:3] == ("2026-12-26", "2027-12-25")
    assert period_of("week", "2026-06-18").year_before.first == "2025-06-16"
    assert period_of("month", "2024-02-29").year_before[1:3] == ("2023-02-01", "2023-02-28")
    assert named("month", "2026-13") is None and named("week", "2026-W60") is None and named("day", "6.18") is None


def test_a_period_that_goes_on_is_compared_up_to_the_same_day() -> None:
    """STA-1: half a month is not set against a whole one; the last day of a period is its end."""

    def spans(kind: str, day: str, today: str, closing: int = 0) -> list[tuple[str, str]]:
        return [(p.first, p.last) for p in period_of(kind, day, closing).compared(today)]  # type: ignore[arg-type]

    assert spans("month", "2026-06-01", "2026-06-12") == [("2026-05-01", "2026-05-12"), ("2025-06-01", "2025-06-12")]
    assert spans("month", "2026-06-01", "2026-06-30") == [("2026-05-01", "2026-05-31"), ("2025-06-01", "2025-06-30")]
    assert spans("month", "2026-03-01", "2026-03-30") == [("2026-02-01", "2026-02-28"), ("2025-03-01", "2025-03-30")]
    assert spans("month", "2024-02-02", "2024-02-28")[1] == ("2023-02-01", "2023-02-28")
    assert spans("month", "2026-06-12", "2026-06-02", 25) == [
        ("2026-04-26", "2026-05-02"),
        ("2025-05-26", "2025-06-02"),
    ]
    assert spans("week", "2026-06-10", "2026-06-10") == [("2026-06-01", "2026-06-03"), ("2025-06-09", "2025-06-11")]
    assert spans("quarter", "2026-06-10", "2026-06-10") == [("2026-01-01", "2026-03-10"), ("2025-04-01", "2025-06-10")]
    assert spans("year", "2024-02-29", "2024-02-29") == [("2023-01-01", "2023-02-28"), ("2023-01-01", "2023-02-28")]
    assert spans("day", "2026-06-12", "2026-06-12") == [("2026-06-11", "2026-06-11"), ("2025-06-12", "2025-06-12")]


# -- independent count -------------------------------------------------------------------------------------------------


def _by_pandas(desk: Desk, by: str, key: str, first: str, last: str) -> dict[str, tuple[int, int, int]]:
    """(papers, 1/1000 of units, 分 with tax less returns) by one key, counted from the bare tables in another way."""
    import pandas

    with desk.read() as reader:
        frames = {
            name: pandas.DataFrame(reader.rows(f"SELECT * FROM {name} WHERE void = 0"))
            for name in ("sales_order", "order_line", "delivery", "delivery_line", "customer", "product",
                         "sales_invoice", "sales_invoice_line", "receipt")
        }  # fmt: skip
    orders, products = frames["sales_order"].set_index("uid"), frames["product"].set_index("uid")
    customers = frames["customer"].set_index("uid")
    if by == "order":
        lines = frames["order_line"].join(
            orders[orders.state == "confirmed"][["order_date", "customer", "salesperson", "channel"]],
            on="order",
            how="inner",
        )
        lines["doc"], lines["day"] = lines["order"], lines["order_date"]
        closed = lines["closed"].fillna(0).astype("int64").clip(upper=lines["qty"])
        back = (closed * lines["price"] + 50_000) // 100_000
        lines["units"] = lines["qty"] - closed
        lines["money"] = lines["amount"] - back.where(closed < lines["qty"], lines["amount"])
    elif by == "delivery":
        notes = frames["delivery"].set_index("uid")
        lines = frames["delivery_line"].join(notes[["day", "customer"]], on="delivery", how="inner")
        lines["doc"] = lines["delivery"]
        sold = frames["order_line"].set_index("uid")["order"]
        lines["order"] = lines["order_line"].map(sold)
        lines["salesperson"] = lines["order"].map(orders["salesperson"])
        lines["channel"] = lines["order"].map(orders["channel"])
        lines["units"], lines["money"] = lines["qty"], lines["amount"]
    elif by == "invoice":
        heads = frames["sales_invoice"].set_index("uid")
        lines = frames["sales_invoice_line"].join(heads[["day", "customer"]], on="invoice", how="inner")
        lines["doc"], lines["units"], lines["money"] = lines["invoice"], 0, lines["amount"]
        lines["product"] = None
    else:
        lines = frames["receipt"]
        lines["doc"], lines["units"], lines["money"] = lines["uid"], 0, lines["amount"]
        lines["product"] = None
    lines = lines[(lines["day"] >= first) & (lines["day"] <= last)].copy()
    if key == "region":
        lines["region"] = lines["customer"].map(customers["region"])
    if key == "category":
        lines["category"] = lines["product"].map(products["category"])
    grouped = lines.groupby(lines[key].fillna("")) if len(lines) else []
    return {
        str(name): (int(part["doc"].nunique()), int(part["units"].sum()), int(part["money"].sum()))
        for name, part in grouped
    }


@pytest.mark.parametrize("by", BASES)
def test_every_figure_agrees_with_pandas_to_the_cent(demo: Desk, by: str) -> None:
    """STA-1: before and after the sums are kept, in a month, a week and the whole time."""
    measure = STANDARD._replace(by=by)
    keys = ("customer", "product", "salesperson", "region", "channel", "category")
    spans = (("2026-05-01", "2026-05-31"), ("2026-06-08", "2026-06-14"), ("2000-01-01", "2026-12-31"))
    if by in ("invoice", "payment"):
        keys = ("customer", "region")
    for _ in range(2):
        some = 0
        for first, last in spans:
            for key in keys:
                with demo.read() as reader:
                    found = queries.grouped(reader, measure, key, first, last)
                wanted = _by_pandas(demo, by, key, first, last)
                ours = {k: (one.docs, one.qty, one.amount) for k, one in found.items()}
                if key == "category":
                    ours = {k: (wanted[k][0], *rest) for k, (_, *rest) in ours.items()}
                assert ours == wanted, (by, key, first)
                some += len(ours)
        assert some > 10
        demo.do("statistics.refresh")


def test_kept_sums_are_those_of_the_papers_and_a_wrong_one_is_found(demo: Desk) -> None:
    with demo.read() as reader:
        before = {d: queries.grouped(reader, STANDARD, d, "2020-01-01", "2026-12-31") for d in ("customer", "region")}
    assert demo.do("statistics.refresh").data["pieces"] > 3
    assert demo.do("statistics.refresh").data["pieces"] == 0
    with demo.read() as reader:
        assert summary.check_pieces(reader) == []
        for key, wanted in before.items():
            assert queries.grouped(reader, STANDARD, key, "2020-01-01", "2026-12-31") == wanted
    verify = [m.actions.verify for m in demo.registry.modules if m.actions.verify]
    assert check_all(demo.database, demo.folder, verify).sound
    with demo.database.local() as work:
        work.execute("UPDATE sales_sum SET amount = amount + 1 WHERE base = 'order' AND dim = 'salesperson'")
    told = check_all(demo.database, demo.folder, verify)
    assert any(p.code == "summary" for p in told.problems)
    demo.do("statistics.rebuild")
    assert check_all(demo.database, demo.folder, verify).sound


def _order(desk: Desk, day: str, qty: str = "10", price: str = "48.60") -> str:
    args = order_args(("P10012", qty, price))
    made = desk.do("order.save", {**args, "order_date": day, "due_date": "2026-06-30", "reason": "补录"})
    desk.do("order.confirm", {"uid": made.uid, "reason": "补录"})
    return made.uid


def _total(desk: Desk, measure: Measure = STANDARD, month: str = "2026-05") -> int:
    with desk.read() as reader:
        return queries.total(reader, measure, f"{month}-01", f"{month}-31").amount


def test_whoever_touches_a_past_month_drops_its_sums_also_by_undo(desk: Desk) -> None:
    """The kept sums are never out of date: saving, moving to another month, voiding, undoing."""
    order = _order(desk, "2026-05-11")
    desk.do("statistics.refresh")
    assert _total(desk) == 48_600
    _order(desk, "2026-05-20", "1")
    assert _total(desk) == 53_460
    desk.do("statistics.refresh")
    desk.do("order.cancel", {"uid": order, "cancel_reason": "客户取消"})
    assert _total(desk) == 4_860
    desk.do("statistics.refresh")
    desk.do("system.undo")
    assert _total(desk) == 53_460
    desk.do("statistics.refresh")
    with desk.read() as reader:
        assert summary.check_pieces(reader) == []
        kept = queries.grouped(reader, STANDARD, "product", "2026-05-01", "2026-05-31")
    cost = next(iter(kept.values())).cost
    assert cost == 0
    desk.do("product.save", {"uid": next(iter(kept)), "cost": "30"})
    with desk.read() as reader:
        now = queries.grouped(reader, STANDARD, "product", "2026-05-01", "2026-05-31")
    assert next(iter(now.values())).cost == 33_000


def test_years_and_all_follow_what_changed_in_one_month(desk: Desk) -> None:
    """The sums of a year and of all are those of their months after any change, older papers and other cuts too."""
    orders = [_order(desk, day) for day in ("2024-11-04", "2025-02-10", "2025-12-30", "2026-03-02")]

    def standing() -> dict[str, tuple[str, str]]:
        with desk.read() as reader:
            assert summary.check_pieces(reader) == []
            return {
                piece: (first, last)
                for piece, first, last in reader.tuples(
                    "SELECT piece, first, last FROM sales_piece WHERE base = 'order' AND stands = 1 AND length(piece) < 10"
                )
            }

    def everything() -> int:
        with desk.read() as reader:
            found = summary.cover(reader, "order", "2000-01-01", "2026-06-12")
            assert [piece.key for piece in found.kept] in (["all"], [])
            return sum(
                s.amount for s in queries.grouped(reader, STANDARD, "customer", "2000-01-01", "2026-06-12").values()
            )

    desk.do("statistics.refresh")
    assert standing() == {
        "all": ("2024-11-01", "2026-05-31"), "2024": ("2024-11-01", "2024-12-31"), "2025": ("2025-01-01", "2025-12-31"),
        "2026": ("2026-01-01", "2026-05-31"),
    }  # fmt: skip
    assert everything() == 4 * 48_600
    desk.do("order.cancel", {"uid": orders[1], "cancel_reason": "客户取消"})
    assert standing().keys() == {"2024", "2026"}
    with desk.read() as reader:
        assert [p.key for p in summary.cover(reader, "order", "2024-01-01", "2026-01-31").kept] == [
            "2024", "2025-01-01", *(f"2025-{month:02d}-01" for month in range(3, 13)), "2026-01-01"
        ]  # fmt: skip
    assert desk.do("statistics.refresh").data["pieces"] == 1 and everything() == 3 * 48_600
    _order(desk, "2023-05-04", "1")  # older than anything so far
    desk.do("statistics.refresh")
    assert standing()["all"][0] == "2023-05-01" and everything() == 3 * 48_600 + 4_860
    desk.do("sales_measure.save", {"name": "财务口径", "closing": 25})
    desk.do("statistics.refresh")
    assert everything() == 3 * 48_600 + 4_860 and standing()["2025"] == ("2025-01-01", "2025-12-31")
    with desk.read() as reader:
        financial = summary.cover(reader, "order", "2025-01-26", "2025-02-25")
        assert [(p.first, p.last) for p in financial.kept] == [
            ("2025-01-26", "2025-01-31"),
            ("2025-02-01", "2025-02-25"),
        ]
    with desk.database.local() as work:
        work.execute("UPDATE sales_sum SET qty = qty + 1 WHERE base = 'order' AND piece = 'all' AND dim = 'product'")
    with desk.read() as reader:
        assert [p.code for p in summary.check_pieces(reader)] == ["summary"]


# -- 口径 --------------------------------------------------------------------------------------------------------------


def test_a_measure_is_versioned_and_tells_what_it_means(desk: Desk) -> None:
    """STA-2: the old version stays for the reports made by it."""
    made = desk.do(
        "sales_measure.save", {"name": "财务口径", "by": "按送货日期", "tax": "不含税", "closing": 25, "usual": "是"}
    )
    assert made.data["words"] == "财务口径（第 1 版）：按送货日期、不含税、扣退货、财务月（每月 25 日结）"
    again = desk.do("sales_measure.save", {"uid": made.uid, "tax": "含税"})
    assert again.uid != made.uid and "第 2 版" in again.data["words"]
    with desk.read() as reader:
        assert usual(reader).version == 2 and usual(reader).tax == "in"
    with desk.read() as reader:
        assert [m.name for m in all_measures(reader)] == ["财务口径"]
    desk.do("sales_measure.save", {"name": "发货口径", "by": "按送货日期"})
    with desk.read() as reader:
        assert [m.name for m in all_measures(reader)] == ["财务口径", "发货口径"] and usual(reader).version == 2
    note = desk.do("sales_measure.save", {"uid": again.uid, "note": "财务定的"})
    assert note.uid == again.uid
    for wrong, code in (
        ({"uid": made.uid, "tax": "含税", "closing": 20}, "old_version"),
        ({"name": "财务口径"}, "taken"),
        ({"name": "别的", "closing": 31}, "closing"),
    ):
        with pytest.raises(Refused) as refused:
            desk.do("sales_measure.save", wrong)
        assert refused.value.problems[0].code == code


def test_another_measure_changes_nothing_until_it_is_said_to_be_the_usual_one(desk: Desk) -> None:
    """STA-2: who writes down a second way of counting does not change what everybody reads."""
    made = desk.do("sales_measure.save", {"name": "按票统计", "by": "按开票日期"})
    with desk.read() as reader:
        assert usual(reader) == STANDARD and [m.name for m in all_measures(reader)] == ["标准口径", "按票统计"]
    desk.do("sales_measure.save", {"uid": made.uid, "usual": "是"})
    with desk.read() as reader:
        assert usual(reader).uid == made.uid and len(all_measures(reader)) == 1


def test_tax_returns_and_financial_months_count_as_the_measure_says(desk: Desk) -> None:
    _order(desk, "2026-04-26", "10", "56.50")
    _order(desk, "2026-05-26", "1", "11.30")
    assert _total(desk) == 1130 and _total(desk, STANDARD._replace(tax="out")) == 1000
    for _ in range(2):
        with desk.read() as reader:
            month = period_of("month", "2026-05-01", 25)
            assert queries.total(reader, STANDARD, month.first, month.last).amount == 56_500
        desk.do("sales_measure.save", {"name": "财务口径", "closing": 25})
        desk.do("statistics.refresh")
        with desk.database.work("x") as work:
            work.execute("UPDATE sales_measure SET void = 1")
    with desk.read() as reader:
        assert summary.check_pieces(reader) == []


def test_papers_are_counted_once_from_every_side(desk: Desk) -> None:
    """An order of two products is one order, and a delivery of two people's orders one delivery."""
    args = {
        **order_args(("P10012", "2", "10"), ("P10013", "3", "20")),
        "order_date": "2026-05-06",
        "due_date": "2026-06-30",
    }
    made = desk.do("order.save", {**args, "reason": "补录"})
    desk.do("order.confirm", {"uid": made.uid, "reason": "补录"})
    _order(desk, "2026-05-07")
    for _ in range(2):
        with desk.read() as reader:
            for dimension in DIMENSIONS:
                found = queries.table(reader, STANDARD, dimension, period_of("month", "2026-05-02"), "2026-06-12")
                assert found.whole.now.docs == 2, dimension
        desk.do("statistics.refresh")


def test_a_table_compares_with_the_period_before_and_a_year_ago_and_leads_to_the_papers(desk: Desk) -> None:
    for day in ("2025-05-06", "2026-04-08", "2026-05-11", "2026-05-12"):
        _order(desk, day)
    with desk.read() as reader:
        found = queries.table(reader, STANDARD, "region", period_of("month", "2026-05-02"), "2026-06-12")
        line = found.lines[0]
        assert (line.now.amount, line.before.amount, line.year_before.amount) == (97_200, 48_600, 48_600)
        assert (line.name, line.customers, found.whole.now.docs) == ("（没填区域）", 1, 2)
        papers = queries.papers(reader, STANDARD, "2026-05-01", "2026-05-31", {"region": None, "salesperson": "李强"})
        assert [p["amount"] for p in papers] == [48_600, 48_600] and papers[0]["name"] == "苏州华源贸易有限公司"
        assert not queries.papers(reader, STANDARD, "2026-05-01", "2026-05-31", {"salesperson": "没有"})
        course = queries.course(reader, STANDARD, period_of("month", "2026-05-02"))
        assert len(course) == 31 and sum(p.amount for p in course) == 97_200
        year = queries.course(reader, STANDARD, period_of("year", "2026-05-02"))
        assert [p.amount for p in year][3:5] == [48_600, 97_200]
