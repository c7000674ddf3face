"""STA-1, STA-2, STA-3, STA-4, STA-5, CUS-5, ORD-12: a month from its first order to the report that explains itself a month later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from salesdesk.__main__ import main
from salesdesk.desk import Desk, open_desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.kinds import Money
from salesdesk.services.checking import check_all
from tests.desks import order_args, small_desk

CENTS = Money()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def sell(desk: Desk, day: str, *lines: tuple[str, str, str], customer: str = "C00042") -> str:
    args = {**order_args(*lines, customer=customer), "order_date": day, "due_date": "2026-06-30", "reason": "补录"}
    made = desk.do("order.save", args)
    desk.do("order.confirm", {"uid": made.uid, "reason": "补录"})
    return str(made.uid)


def test_a_month_is_counted_explained_closed_and_proved(desk: Desk) -> None:
    """STA-1..4: the report makes itself, is worded, closed, and tells a later change to the cent."""
    desk.settings.put("report.auto", "month")
    sell(desk, "2026-04-14", ("P10012", "10", "48.60"))
    kept = sell(desk, "2026-05-11", ("P10012", "12", "50.00"), ("P20031", "100", "3.20"))
    sell(desk, "2026-05-20", ("P10013", "4", "92.50"), customer="C00043")
    assert len(desk.do("sales_report.due").data["made"]) == 1
    waiting = next(t for t in desk.todos() if t.entity == "sales_report")
    uid = waiting.uid
    told = desk.do("sales_report.read", {"kind": "month"}).data
    assert told["whole"]["amount"] == "1290.00" and told["whole"]["before"] == "486.00"
    parts = {p["part"]: int(CENTS.parse(p["amount"]) or 0) for p in told["parts"]}
    assert sum(parts.values()) == 129_000 - 48_600
    assert (parts["customers_in"], parts["products_new"], parts["price"], parts["volume"]) == (
        37_000,
        32_000,
        1_680,
        9_720,
    )
    row = desk.row("sales_report", uid)
    assert row is not None and "重庆长安阀门经营部" in row["cause"]
    desk.do("sales_report.save", {"uid": uid, "advice": "跟住重庆长安。"})
    desk.do("sales_report.close", {"uid": uid})
    desk.database.clock = FixedClock(datetime(2026, 7, 2, 9))
    desk.do("order.cancel", {"uid": kept, "cancel_reason": "客户取消"})
    changed = desk.do("sales_report.compare", {"uid": uid}).data
    assert (changed["then"], changed["now"], changed["difference"]) == ("1290.00", "370.00", "-920.00")
    assert len(changed["papers"]) == 1 and any("取消" in step for step in changed["papers"][0]["why"])
    verify = [m.actions.verify for m in desk.registry.modules if m.actions.verify]
    assert check_all(desk.database, desk.folder, verify).sound


def test_targets_measures_and_the_next_order(desk: Desk) -> None:
    """STA-5, ORD-12, CUS-5."""
    for day in ("2026-03-02", "2026-03-30", "2026-04-27", "2026-05-25"):
        sell(desk, day, ("P10012", "10", "48.60"))
    order = sell(desk, "2026-06-01", ("P10013", "4", "92.50"), customer="C00043")
    desk.do("order.amend", {"uid": order, "due_date": "2026-06-20", "amend_reason": "客户要求"})
    desk.do("sales_target.save", {"year": 2026, "level": "业务员", "name": "李强", "amount": "12000"})
    target = desk.do("sales_target.read", {"span": "月", "month": 5}).data["targets"][0]
    assert (target["target"], target["sold"], target["done"]) == ("1000.00", "486.00", 4860)
    own = desk.do("sales_report.read", {"kind": "month", "period": "2026-06"}).data["indicators"]
    assert own["changes"] == {"客户要求": 1} and own["fresh"] == 1 and own["growth"] == 10_000
    expected = desk.do("loyalty.expected").data["rows"]
    assert [(e["day"], e["qty"]) for e in expected] == [("2026-06-22", "10")]


def test_a_script_reads_figures_and_takes_the_report_out(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """STA-4: `salesdesk report`, as data, as Excel, as a text; the same report every time."""
    sell(desk, "2026-05-11", ("P10012", "10", "48.60"))
    desk.close()

    def call(*args: str) -> tuple[int, str]:
        code = main(["--data", str(tmp_path / "data"), "report", *args])
        return code, capsys.readouterr().out

    code, out = call("month", "--period", "2026-05", "--json")
    assert code == 0 and json.loads(out)["whole"]["amount"] == "486.00"
    for name in ("月报.xlsx", "月报.pdf", "月报.txt"):
        code, out = call("month", "--period", "2026-05", "--out", str(tmp_path / name))
        assert code == 0 and (tmp_path / name).stat().st_size > 200
    assert "486.00" in (tmp_path / "月报.txt").read_text(encoding="utf-8")
    assert call("month", "--period", "2026-05", "--out", "月报.docx")[0] == 2
    again = open_desk(tmp_path / "data", FixedClock(datetime(2026, 6, 12, 12)))
    try:
        assert again.count("sales_report") == 1
    finally:
        again.close()
