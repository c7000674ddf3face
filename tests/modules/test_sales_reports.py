"""Reports that can be proved: parts add up, closed figures stay, every later difference is told paper by paper (STA-2, STA-3)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.modules.statistics.keeping import kept_figures, kept_text, unchanged
from salesdesk.modules.statistics.variance import TITLES, Deal, half_up, one_off, parts_of
from salesdesk.services.checking import check_all
from tests.desks import order_args, small_desk

_DEALS = st.lists(
    st.builds(
        Deal,
        doc=st.sampled_from([f"d{n}" for n in range(9)]),
        customer=st.sampled_from(["", "c1", "c2", "c3"]),
        product=st.sampled_from(["", "p1", "p2", "p3", "p4"]),
        unit=st.sampled_from(["只", "片", ""]),
        qty=st.integers(-5_000, 900_000),
        amount=st.integers(-90_000, 9_000_000),
    ),
    max_size=25,
)


@given(_DEALS, _DEALS)
def test_the_parts_add_up_to_the_difference_to_the_cent(before: list[Deal], now: list[Deal]) -> None:
    """STA-3, whatever was sold."""
    parts = parts_of(before, now)
    assert sum(p.amount for p in parts) == sum(d.amount for d in now) - sum(d.amount for d in before)
    assert [p.key for p in parts] == list(TITLES)


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_halves_are_rounded_away_from_zero(value: int, scale: int) -> None:
    assert half_up(-value, scale) == -half_up(value, scale)
    assert abs(half_up(value, scale) * scale - value) * 2 <= scale


def test_each_part_means_what_its_name_says() -> None:
    def deal(doc: str, customer: str, product: str, qty: int, amount: int) -> Deal:
        return Deal(doc, customer, product, "只", qty * 1000, amount)

    old = [deal("a", "old", "p", 10, 1000), deal("b", "old", "q", 10, 3000), deal("c", "gone", "p", 1, 100)]
    new = [deal("d", "old", "p", 20, 2400), deal("e", "old", "q", 10, 3000), deal("f", "new", "p", 1, 120),
           deal("e", "old", "r", 1, 50)]  # fmt: skip
    found = {p.key: p.amount for p in parts_of(old, new)}
    assert (found["customers_in"], found["customers_out"], found["products_new"]) == (120, -100, 50)
    assert found["price"] == 400  # 20 pieces at 120 instead of 100 分
    assert found["volume"] == 2000  # half as many pieces again, in the old mix at the old prices
    assert found["mix"] == -1000  # the additional pieces were the cheap ones
    usual = [deal(f"u{n}", "big", "p", 1, 1000) for n in range(4)]
    assert one_off(usual, [*usual, deal("x", "big", "p", 50, 50_000)]) == {"x"}
    assert one_off([], [deal("x", "big", "p", 50, 50_000)]) == set()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    made.close()


def order(desk: Desk, day: str, qty: str = "10", price: str = "48.60", customer: str = "C00042") -> str:
    args = order_args(("P10012", qty, price), customer=customer)
    made = desk.do("order.save", {**args, "order_date": day, "due_date": "2026-06-30", "reason": "补录"})
    desk.do("order.confirm", {"uid": made.uid, "reason": "补录"})
    return str(made.uid)


def test_a_closed_report_stays_and_every_later_difference_is_told(desk: Desk) -> None:
    """STA-2: change, cancel and add after the closing; the papers named add up exactly to the difference."""
    first, second = order(desk, "2026-05-11"), order(desk, "2026-05-12", "3")
    report = desk.do("sales_report.make", {"kind": "month"})
    assert report.data["amount"] == "631.80" and report.data["docs"] == 2
    closed = desk.do("sales_report.close", {"uid": report.uid})
    with desk.read() as reader:
        text = kept_text(reader, report.uid)
    assert closed.data["hash"] == hashlib.sha256(text.encode()).hexdigest()
    assert "没有变" in desk.do("sales_report.compare", {"uid": report.uid}).message
    desk.database.clock = FixedClock(datetime(2026, 6, 15, 9, 30))
    desk.do("order.cancel", {"uid": second, "cancel_reason": "客户取消"})
    order(desk, "2026-05-30", "1", customer="C00043")
    line = desk.lines("order_line", first)[0]["uid"]
    desk.do("order.amend", {"uid": first, "lines": [{"uid": line, "product": "P10012", "qty": "12", "price": "48.60"}],
                            "amend_reason": "客户要求"})  # fmt: skip
    told = desk.do("sales_report.compare", {"uid": report.uid}).data
    assert (told["then"], told["now"]) == ("631.80", "631.80")
    cents = [round(float(one["difference"]) * 100) for one in told["papers"]]
    assert sum(cents) == round(float(told["difference"]) * 100) and len(cents) == 3
    assert sorted(cents) == [-14_580, 4_860, 9_720]
    why = " ".join(step for one in told["papers"] for step in one["why"])
    assert "王敏" in why and "2026-06-15 09:30" in why and "数量" in why
    with desk.read() as reader:
        row = reader.get("sales_report", report.uid)
        assert row is not None and unchanged(reader, row) and kept_text(reader, report.uid) == text
        assert kept_figures(reader, report.uid).whole.amount == row["amount"] == 63_180
    for verb, args in (
        ("sales_report.close", {"uid": report.uid}),
        ("sales_report.save", {"uid": report.uid, "cause": "别的"}),
        ("sales_report.void", {"uid": report.uid}),
    ):
        with pytest.raises(Refused) as refused:
            desk.do(verb, args)
        assert refused.value.problems[0].code == "closed"
    again = desk.do("sales_report.make", {"kind": "month", "period": "2026-05"})
    assert again.uid == report.uid and "已经封存" in again.message and not again.changes


def test_a_voided_report_has_no_figures_and_the_check_agrees(desk: Desk) -> None:
    order(desk, "2026-05-11")
    report = desk.do("sales_report.make", {"kind": "month", "period": "2026-05"})
    desk.do("sales_report.void", {"uid": report.uid})
    row = desk.row("sales_report", report.uid)
    assert row is not None and row["void"] and row["amount"] is None
    found = check_all(desk.database, desk.folder, [m.actions.verify for m in desk.registry.modules if m.actions.verify])
    assert found.sound, found.lines


def test_words_somebody_wrote_stay_when_the_report_is_worked_out_anew(desk: Desk) -> None:
    order(desk, "2026-05-11")
    report = desk.do("sales_report.make", {"kind": "month", "period": "2026-05"})
    desk.do("sales_report.save", {"uid": report.uid, "cause": "新客户开单"})
    order(desk, "2026-05-20")
    again = desk.do("sales_report.make", {"kind": "month", "period": "2026-05"})
    row = desk.row("sales_report", report.uid)
    assert again.uid == report.uid and row is not None and row["amount"] == 97_200
    assert row["cause"] == "新客户开单" and "苏州华源贸易有限公司" in str(row["advice"])


def test_a_period_must_be_readable_past_and_over_before_it_is_closed(desk: Desk) -> None:
    order(desk, "2026-06-02")
    now = desk.do("sales_report.make", {"kind": "month", "period": "2026-06"})
    for verb, args, code in (
        ("sales_report.close", {"uid": now.uid}, "not_over"),
        ("sales_report.make", {"kind": "month", "period": "2026-07"}, "period"),
        ("sales_report.make", {"kind": "week", "period": "上周"}, "period"),
    ):
        with pytest.raises(Refused) as refused:
            desk.do(verb, args)
        assert refused.value.problems[0].code == code


def test_reports_make_themselves_and_wait_on_today(desk: Desk) -> None:
    """STA-4: once for each period that is over and had sales."""
    desk.settings.put("report.auto", "day,week,month")
    order(desk, "2026-06-11")
    order(desk, "2026-06-03")
    order(desk, "2026-05-11")
    made = desk.do("sales_report.due").data["made"]
    assert len(made) == 3 and desk.do("sales_report.due").data["made"] == []
    waiting = [t for t in desk.todos() if t.entity == "sales_report"]
    assert {t.title.split()[0] for t in waiting} == {"日报", "周报", "月报"}
    desk.do("sales_report.seen", {"uid": waiting[0].uid})
    assert len([t for t in desk.todos() if t.entity == "sales_report"]) == 2
    desk.settings.put("report.auto", "none")
    desk.database.clock = FixedClock(datetime(2026, 7, 13, 9))
    assert desk.do("sales_report.due").data["made"] == []
    step = desk.last_undoable()
    assert step is not None and "报" in step.title and "自动" not in step.title  # what made itself is not undone


def test_the_report_goes_out_as_excel_paper_chat_and_in_the_companys_own_form(desk: Desk, tmp_path: Path) -> None:
    """STA-4: the form keeps its formulas, widths, styles, signature row and print area."""
    from openpyxl import Workbook, load_workbook
    from openpyxl.styles import Font

    order(desk, "2026-05-11")
    order(desk, "2026-05-12", "2", customer="C00043")
    report = desk.do("sales_report.make", {"kind": "month", "period": "2026-05"})
    file = desk.do("sales_report.excel", {"uid": report.uid, "out": str(tmp_path / "月报.xlsx")}).data["file"]
    rows = list(load_workbook(file).active.iter_rows(values_only=True))
    head = rows[0]
    assert rows[1][head.index("销售额")] == 583.2 and rows[1][head.index("项目")] == "合计"
    assert {r[0] for r in rows[1:]} >= {"客户", "产品", "类别", "业务员", "区域", "来单方式", "波动原因"}
    assert all("按下单日期" in str(r[-1]) for r in rows[1:])
    text = desk.do("sales_report.chat", {"uid": report.uid}).data["clipboard"]
    assert "销售额 583.20 元" in text and "口径：标准口径" in text

    book = Workbook()
    form = book.active
    form.title = "月报表"
    form["A1"], form["A1"].font = "{{本公司}} 销售月报 {{期间}}", Font(bold=True, size=16)
    form["A3"], form["B3"], form["C3"] = "{{名称}}", "{{金额}}", "=B3*1.13"
    form["A4"], form["B4"] = "合计", "=SUM(B3:B3)"
    form["A6"], form["B6"] = "制表：{{制表人}}", "审核："
    form.column_dimensions["A"].width = 41
    form.row_dimensions[3].height = 23
    form.print_area = "A1:C6"
    template = tmp_path / "公司月报.xlsx"
    book.save(template)
    filled = desk.do(
        "sales_report.fill", {"uid": report.uid, "template": str(template), "out": str(tmp_path / "填好.xlsx")}
    ).data["file"]
    made = load_workbook(filled)["月报表"]
    assert made["A1"].value == "苏州安正阀门有限公司 销售月报 2026 年 5 月" and made["A1"].font.size == 16
    assert [made.cell(r, 1).value for r in (3, 4)] == ["苏州华源贸易有限公司", "重庆长安阀门经营部"]
    assert [made.cell(r, 2).value for r in (3, 4)] == [486, 97.2]
    assert (made["C4"].value, made["B5"].value) == ("=B4*1.13", "=SUM(B3:B4)")
    assert (made["A7"].value, made["B7"].value) == ("制表：王敏", "审核：")
    assert made.column_dimensions["A"].width == 41 and made.row_dimensions[4].height == 23
    assert "$C$7" in str(made.print_area)
    before = template.read_bytes()
    for out, code in ((template, "same_file"), (tmp_path / "填好.xlsm", "file.suffix")):
        with pytest.raises(Refused) as refused:
            desk.do("sales_report.fill", {"uid": report.uid, "template": str(template), "out": str(out)})
        assert refused.value.problems[0].code == code and template.read_bytes() == before


def test_the_printed_report_says_what_the_kept_figures_say(desk: Desk, tmp_path: Path) -> None:
    from tests.services.pdf_reading import texts_of

    order(desk, "2026-05-11")
    report = desk.do("sales_report.make", {"kind": "month", "period": "2026-05"})
    desk.do("sales_report.close", {"uid": report.uid})
    file = desk.do("sales_report.print", {"uid": report.uid, "out": str(tmp_path / "月报.pdf")}).data["file"]
    text = "".join(texts_of(Path(file).read_bytes()))
    for word in (
        "销\u3000售\u3000月\u3000报",
        "486.00",
        "苏州华源贸易有限公司",
        "波动原因",
        "口径",
        "按下单日期",
        "指纹",
        "审核",
    ):
        assert word in text.replace(" ", ""), word


def cents(text: str) -> int:
    return round(float(text) * 100)


def test_a_cost_or_tax_rate_changed_later_is_told_and_the_profit_adds_up(desk: Desk) -> None:
    """STA-2: 利润 is at the present cost; who changed it, from what to what, stands beside each paper it bears on."""
    product = next(r["uid"] for r in desk.rows("product") if r["code"] == "P10012")
    desk.do("product.save", {"uid": product, "cost": "30"})
    order(desk, "2026-05-11")
    order(desk, "2026-05-12", "3")
    report = desk.do("sales_report.make", {"kind": "month", "period": "2026-05"})
    desk.do("sales_report.close", {"uid": report.uid})
    desk.do("product.save", {"uid": product, "cost": "32.5"})
    order(desk, "2026-05-29", "1")
    desk.settings.put("operator.role", "manager")
    desk.settings.put("mask.cost", "off")
    found = desk.do("sales_report.compare", {"uid": report.uid})
    told = found.data
    assert told["difference"] == "48.60" == told["papers"][0]["difference"] and len(told["papers"]) == 3
    assert cents(told["profit"]["difference"]) == sum(cents(p["profit_difference"]) for p in told["papers"])
    assert cents(told["profit"]["difference"]) == -13 * 250 + (4301 - 3250)
    why = told["papers"][1]["why"]
    assert len(why) == 1 and "王敏 改了产品「不锈钢球阀 DN25」（成本价：30.00 → 32.50）" in why[0]
    assert "利润当时" in found.message and "3 张单不一样" in found.message
    desk.settings.put("mask.cost", "on")
    covered = desk.do("sales_report.compare", {"uid": report.uid})
    assert "profit" not in covered.data and len(covered.data["papers"]) == 1 and "利润" not in covered.message
    assert not [step for p in covered.data["papers"] for step in p["why"] if "成本" in step]


def test_what_was_over_while_the_pc_was_shut_is_made_up_for(desk: Desk) -> None:
    """STA-4: Friday's report on Monday, every week of a holiday; what is older than the last report is left alone."""
    desk.settings.put("report.auto", "day,week,month")
    for day in ("2026-05-13", "2026-05-22", "2026-06-04", "2026-06-05"):
        order(desk, day)
    desk.database.clock = FixedClock(datetime(2026, 6, 8, 8))  # a Monday
    desk.do("sales_report.due")
    titles = [r["title"] for r in desk.rows("sales_report")]
    assert sorted(titles) == ["2026 年 5 月", "2026 年 6 月 5 日", "2026 年第 23 周（06-01 至 06-07）"]
    for day in ("2026-06-09", "2026-06-16", "2026-06-23"):
        order(desk, day)
    running = desk.do("sales_report.make", {"kind": "month", "period": "2026-06"})
    desk.do("sales_report.seen", {"uid": running.uid})
    order(desk, "2026-06-30")
    desk.database.clock = FixedClock(datetime(2026, 7, 2, 8))
    numbers = desk.do("sales_report.due").data["made"]
    made = {row["title"] for row in desk.rows("sales_report") if row["number"] in numbers}
    assert made == {
        "2026 年 6 月 23 日", "2026 年 6 月 30 日", "2026 年 6 月", "2026 年第 24 周（06-08 至 06-14）",
        "2026 年第 25 周（06-15 至 06-21）", "2026 年第 26 周（06-22 至 06-28）",
    }  # fmt: skip
    month = desk.row("sales_report", running.uid)
    assert month is not None and month["state"] == "new" and month["amount"] == 6 * 48_600
    assert desk.do("sales_report.due").data["made"] == []
