"""规则与标准: what comes with the program, versions of rules, which standard counts, holidays in orders (EXP-3, EXP-4)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.modules.standards import book, queries
from salesdesk.modules.standards.limits import Standard, Standards, cabin_named, seat_named
from salesdesk.modules.standards.rule_table import GROUPS, RULES, TABLE
from salesdesk.services.rule_stands import NOBODY
from salesdesk.services.working_days import calendar_of
from tests.desks import empty_desk, order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = empty_desk(tmp_path)
    made.settings.put("operator.role", "manager")
    yield made
    made.close()


def refused(desk: Desk, verb: str, args: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as caught:
        desk.do(verb, args)
    return [p.code for p in caught.value.problems]


def rule_row(desk: Desk, code: str) -> dict[str, Any]:
    rows = [r for r in desk.rows("expense_rule") if r["code"] == code]
    return max(rows, key=lambda r: r["version"])


class TestTable:
    def test_all_24_matters_have_rules_and_each_says_what_to_do(self) -> None:
        assert {rule.no for rule in TABLE} == set(range(1, 25))
        assert len(RULES) == len(TABLE), "no code twice"
        assert {rule.group for rule in TABLE} == set(GROUPS)
        assert all(rule.title and rule.looks and rule.cure for rule in TABLE)

    def test_proof_of_a_doubled_or_altered_voucher_is_nobodys_to_let_pass(self) -> None:
        proofs = [rule for rule in TABLE if rule.evidence]
        assert {"duplicate", "verify_failed", "qr_differs", "altered", "marked"} <= {rule.code for rule in proofs}
        assert all(rule.stand.who == NOBODY for rule in proofs)


class TestSetUp:
    def test_everything_arrives_once_and_the_same_on_every_pc(self, desk: Desk, tmp_path: Path) -> None:
        desk.do("standards.set_up")
        assert desk.count("expense_rule") == len(TABLE)
        again = desk.do("standards.set_up")
        assert not again.changes.touched and "没有要装的" in again.message
        other = empty_desk(tmp_path / "b", letter="B")
        other.settings.put("operator.role", "manager")
        other.do("standards.set_up")
        keys = ("holiday", "city_tier", "expense_standard", "expense_requirement", "expense_rule")
        for key in keys:
            assert {r["uid"] for r in desk.rows(key)} == {r["uid"] for r in other.rows(key)}
        other.close()

    def test_what_the_company_took_out_does_not_come_back(self, desk: Desk) -> None:
        desk.do("standards.set_up")
        uid = desk.rows("city_tier")[0]["uid"]
        desk.do("city_tier.void", {"uid": uid})
        desk.do("standards.set_up")
        assert uid not in {r["uid"] for r in desk.rows("city_tier")}

    def test_only_the_manager_sets_up_and_changes(self, desk: Desk) -> None:
        desk.settings.put("operator.role", "clerk")
        for verb in ("standards.set_up", "expense_rule.save", "expense_standard.save", "expense_standard.confirm_all"):
            assert refused(desk, verb, {}) == ["role"]

    def test_the_holidays_are_whole_and_the_makeup_days_are_weekends(self, desk: Desk) -> None:
        desk.do("standards.set_up")
        rows = desk.rows("holiday")
        off = [r["day"] for r in rows if r["works"] == "off"]
        work = [r["day"] for r in rows if r["works"] == "work"]
        assert [sum(d.startswith(y) for d in off) for y in ("2025", "2026", "2027")] == [28, 33, 13]
        assert all(date.fromisoformat(d).weekday() >= 5 for d in work)
        assert {"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"} <= set(work)

    def test_three_answers(self, desk: Desk) -> None:
        desk.do("standards.set_up")
        with desk.read() as reader:
            calendar = calendar_of(reader)
        days = ("2026-10-07", "2026-10-10", "2026-10-12", "2026-10-17", "2027-02-06", "2027-03-06", "2027-03-08")
        assert [calendar.works(d) for d in days] == [False, True, True, False, False, None, None]


class TestVersions:
    def test_a_change_is_a_new_version_and_the_old_one_stays(self, desk: Desk) -> None:
        desk.do("standards.set_up")
        first = rule_row(desk, "too_old")
        told = desk.do("expense_rule.save", {"uid": first["uid"], "days": 90, "weight": "hint", "note": "董事会定的"})
        assert told.data["version"] == 2
        with desk.read() as reader:
            now = book.rulings(reader, desk.today)["too_old"]
        assert (now.version, now.params["days"], now.stand.weight) == (2, 90, "hint")
        rows = sorted((r for r in desk.rows("expense_rule") if r["code"] == "too_old"), key=lambda r: r["version"])
        assert [(r["version"], r["days"], r["valid_to"]) for r in rows] == [(1, 180, "2026-06-11"), (2, 90, None)]
        assert refused(desk, "expense_rule.save", {"uid": first["uid"], "days": 30}) == ["old_version"]

    def test_a_version_from_a_later_day_waits_for_it(self, desk: Desk) -> None:
        desk.do("standards.set_up")
        uid = rule_row(desk, "sequence")["uid"]
        desk.do("expense_rule.save", {"uid": uid, "gap": 5, "valid_from": "2026-07-01"})
        with desk.read() as reader:
            gaps = [book.rulings(reader, day)["sequence"].params["gap"] for day in ("2026-06-30", "2026-07-01")]
        assert gaps == [2, 5]
        late = rule_row(desk, "sequence")["uid"]
        assert refused(desk, "expense_rule.save", {"uid": late, "gap": 1, "valid_from": "2026-01-01"}) == ["past"]

    def test_no_rule_is_made_up_and_no_proof_is_given_away(self, desk: Desk) -> None:
        desk.do("standards.set_up")
        assert refused(desk, "expense_rule.save", {"used": "否"}) == ["required"]
        uid = rule_row(desk, "duplicate")["uid"]
        assert refused(desk, "expense_rule.save", {"uid": uid, "who": "manager"}) == ["evidence"]

    def test_undo_takes_a_version_back(self, desk: Desk) -> None:
        desk.do("standards.set_up")
        uid = rule_row(desk, "too_old")["uid"]
        desk.do("expense_rule.save", {"uid": uid, "used": "否"})
        desk.do("system.undo")
        with desk.read() as reader:
            assert book.rulings(reader, desk.today)["too_old"].stand.used

    def test_without_any_row_the_house_table_counts(self, desk: Desk) -> None:
        with desk.read() as reader:
            found = book.rulings(reader, desk.today)
        assert {code: r.stand for code, r in found.items()} == {r.code: r.stand for r in TABLE}
        assert {r.version for r in found.values()} == {0}


class TestStandards:
    def test_the_city_comes_before_its_tier_and_the_season_before_the_year(self, desk: Desk) -> None:
        desk.do("standards.set_up")
        with desk.read() as reader:
            found = queries.standards(reader)
        amounts = [
            getattr(found.find("lodging", day, city), "amount", None)
            for day, city in (
                ("2026-06-30", "青岛"), ("2026-07-01", "青岛市"), ("2026-09-30", "青岛"), ("2026-10-01", "青岛"),
                ("2026-12-31", "海口"), ("2026-02-28", "海口"), ("2026-03-01", "海口"), ("2026-06-12", "北京市"), ("2026-06-12", "昆山"),
            )
        ]  # fmt: skip
        assert amounts == [38000, 45000, 45000, 38000, 45000, 45000, 35000, 50000, None]

    def test_what_is_shipped_waits_for_the_company(self, desk: Desk) -> None:
        desk.do("standards.set_up")
        assert not any(r["confirmed"] for r in desk.rows("expense_standard"))
        uid = desk.rows("expense_standard")[0]["uid"]
        desk.do("expense_standard.confirm", {"uid": uid})
        assert refused(desk, "expense_standard.confirm", {"uid": uid}) == ["confirmed"]
        told = desk.do("expense_standard.confirm_all")
        assert told.data["confirmed"] == desk.count("expense_standard") - 1
        assert all(r["confirmed_by"] == "王敏" for r in desk.rows("expense_standard"))

    def test_own_standards_are_named_and_confirmed(self, desk: Desk) -> None:
        args = {"kind": "住宿", "tier": "上海", "grade": "经理", "amount": "650", "valid_from": "2026-01-01"}
        uid = desk.do("expense_standard.save", args).uid
        row = desk.row("expense_standard", uid)
        assert row is not None and (row["name"], row["confirmed"]) == ("住宿 · 上海 · 经理", 1)
        assert refused(desk, "expense_standard.save", {**args, "amount": "700"}) == ["standard_valid_from"]
        desk.do("expense_standard.save", {"uid": uid, "valid_to": "2026-06-30"})
        desk.do("expense_standard.save", {**args, "amount": "700", "valid_from": "2026-07-01"})
        with desk.read() as reader:
            found = queries.standards(reader)
        days = ("2026-06-30", "2026-07-01")
        assert [getattr(found.find("lodging", d, "上海", "经理"), "amount", 0) for d in days] == [65000, 70000]
        assert found.find("lodging", "2026-06-30", "上海", "业务员") is None

    @pytest.mark.parametrize(
        ("args", "code"),
        [
            ({"kind": "住宿"}, "standard_amount"),
            ({"kind": "席别"}, "standard_classes"),
            ({"kind": "住宿", "amount": "1", "season_from": "02-30", "season_to": "03-01"}, "standard_season_from"),
            ({"kind": "住宿", "amount": "1", "season_from": "07-01"}, "standard_season_to"),
            ({"kind": "住宿", "amount": "1", "valid_to": "2025-12-31"}, "standard_valid_to"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, desk: Desk, args: dict[str, str], code: str) -> None:
        assert refused(desk, "expense_standard.save", {"valid_from": "2026-01-01", **args}) == [code]

    def test_excel_brings_the_companys_own(self, desk: Desk, tmp_path: Path) -> None:
        desk.do("standards.set_up")
        file = tmp_path / "标准.csv"
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows(
                [
                    ["名称", "管什么", "城市或档", "限额", "生效日期"],
                    ["住宿 · 一档", "住宿", "一档", "600", "2025-01-01"],
                    ["", "住宿", "苏州", "420", "2026-01-01"],
                ]
            )
        desk.do("expense_standard.import", {"file": str(file)})
        rows = {r["name"]: r for r in desk.rows("expense_standard")}
        assert [(rows[n]["amount"], rows[n]["confirmed"]) for n in ("住宿 · 一档", "住宿 · 苏州")] == [
            (60000, 1),
            (42000, 1),
        ]
        assert not rows["住宿 · 二档"]["confirmed"]

    def test_classes_are_told_from_what_is_printed(self) -> None:
        assert [seat_named(s) for s in ("二等座", "新空调硬卧", "05车12A 一等座", "??")] == [
            "二等座",
            "硬卧",
            "一等座",
            "",
        ]
        assert [cabin_named(s) for s in ("V", "经济舱", "F", "超级经济舱", "")] == [
            "经济舱",
            "经济舱",
            "头等舱",
            "超级经济舱",
            "",
        ]

    @given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.integers(0, 365), st.integers(0, 365))
    def test_a_season_is_exactly_its_days(self, day: date, start: int, length: int) -> None:
        first = date(2023, 1, 1) + timedelta(start % 365)
        last = first + timedelta(length % 365)
        if (first.month, first.day) == (last.month, last.day):
            return
        one = Standard(season_from=f"{first:%m-%d}", season_to=f"{last:%m-%d}", kind="lodging", amount=1)
        inside = {f"{first + timedelta(n):%m-%d}" for n in range((last - first).days + 1)}
        inside |= {"02-29"} if {"02-28", "03-01"} <= inside else set()
        assert one.in_season(day.isoformat()) == (f"{day:%m-%d}" in inside)
        assert (Standards((one,)).find("lodging", day.isoformat()) is one) == one.in_season(day.isoformat())


class TestHolidaysInOrders:
    def test_an_order_due_on_a_holiday_is_told_and_a_makeup_saturday_is_not(self, tmp_path: Path) -> None:
        desk = small_desk(tmp_path)
        desk.settings.put("operator.role", "manager")

        def codes(due: str) -> set[str]:
            return {p.code for p in desk.do("order.save", order_args(("P10012", "1", "48.60"), due=due)).problems}

        assert "not_workday" not in codes("2026-06-19")
        desk.do("standards.set_up")
        assert "not_workday" in codes("2026-06-19"), "端午节, a Friday"
        assert "not_workday" not in codes("2026-10-10"), "a Saturday to be worked"
        assert "not_workday" in codes("2026-10-17")
        desk.close()
