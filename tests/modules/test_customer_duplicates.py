"""Customers entered twice: told while typing and at every door, found over the whole archive, made one, and taken apart again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem
from salesdesk.domain.text import tax_id_check_digit
from salesdesk.modules.customers.likeness import numbers
from salesdesk.services.checking import check_all
from salesdesk.services.excel_in import open_workbook
from tests.desks import order_args, small_desk

TAX = "91320594MA1MHBX57"
TAX += tax_id_check_digit(TAX)
BALL = ("P10012", "12", "48.6")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    assert check_all(made.database, made.folder).lines[0].startswith("数据完好")
    made.close()


def uid_of(desk: Desk, code: str) -> str:
    with desk.read() as reader:
        found = reader.find(desk.entity("customer"), code)
    assert found is not None
    return found


def alike(desk: Desk, **typed: Any) -> list[Problem]:
    return list(desk.do("customer.alike", typed).problems)


def groups(desk: Desk) -> list[tuple[set[str], str]]:
    found = desk.do("customer.duplicates").data["groups"]
    return [({r["name"] for r in g["records"]}, g["why"]) for g in found]


def save(desk: Desk, name: str, **more: Any) -> str:
    return desk.do("customer.save", {"name": name, "reason": "试", **more}).uid


class TestWarning:
    @pytest.mark.parametrize(
        ("typed", "code", "words"),
        [
            ({"name": "华源贸易（苏州）股份有限公司"}, "same_core", "名称的主要部分相同"),
            ({"name": "苏州华园茂易有限公司"}, "same_sound", "名称读音相同"),
            ({"name": "别的一家", "phone": "13812886021"}, "same_phone", "电话相同（138****021）"),
            ({"name": "别的一家", "phone": "0512-65678901/+86 138 1288 6021"}, "same_phone", "138****021"),
            (
                {"name": "别的一家", "contacts": [{"name": "王芳", "phone": "138-1288-6021"}]},
                "same_phone",
                "138****021",
            ),
        ],
    )
    def test_each_sign_alone_is_told_with_the_record_and_does_not_stop(
        self, desk: Desk, typed: dict[str, Any], code: str, words: str
    ) -> None:
        [told] = alike(desk, **typed)
        assert (told.code, told.severity.value) == (code, "warn")
        assert "「苏州华源贸易有限公司」（C00042）" in told.message and words in told.message
        assert told.about == ("customer", uid_of(desk, "C00042"))
        assert "13812886021" not in told.text
        saved = desk.do("customer.save", typed)
        assert [p.code for p in saved.problems] == [code]

    def test_name_and_phone_together_want_a_reason(self, desk: Desk) -> None:
        twin = {"name": "华源贸易有限公司", "phone": "138 1288 6021"}
        with pytest.raises(Refused) as fault:
            desk.do("customer.save", twin)
        [told] = fault.value.problems
        assert told.severity.value == "ask" and "名称的主要部分相同、电话相同" in told.message
        assert told.wire()["about"] == {"entity": "customer", "uid": uid_of(desk, "C00042")}
        uid = desk.do("customer.save", {**twin, "reason": "分公司，单独结算"}).uid
        assert desk.history("customer", uid)[0].reason == "分公司，单独结算"

    def test_the_tax_id_wants_a_reason_however_it_is_written(self, desk: Desk) -> None:
        desk.do("customer.save", {"uid": uid_of(desk, "C00042"), "tax_id": TAX})
        [told] = alike(desk, name="别的一家", tax_id=f"{TAX[:6]} {TAX[6:].lower()}")
        assert (told.code, told.severity.value) == ("same_tax_id", "ask")

    def test_who_changes_something_else_hears_nothing(self, desk: Desk) -> None:
        uid = save(desk, "华源贸易有限公司", phone="13812886021")
        assert alike(desk, uid=uid, note="只改备注") == []
        assert not desk.do("customer.save", {"uid": uid, "note": "只改备注"}).problems
        [told] = alike(desk, uid=uid, name="长安阀门经营部")
        assert "「重庆长安阀门经营部」（C00043）" in told.message and told.code == "same_core"

    def test_contacts_written_later_are_found_too_and_gone_ones_are_not(self, desk: Desk) -> None:
        uid = uid_of(desk, "C00043")
        desk.do("customer.save", {"uid": uid, "contacts": [{"name": "小陈", "phone": "13500001111"}]})
        assert [p.code for p in alike(desk, name="别的一家", phone="13500001111")] == ["same_phone"]
        desk.do("customer.save", {"uid": uid, "contacts": []})
        assert alike(desk, name="别的一家", phone="13500001111") == []
        desk.do("system.undo")
        assert [p.code for p in alike(desk, name="别的一家", phone="13500001111")] == ["same_phone"]
        desk.do("customer.void", {"uid": uid})
        assert alike(desk, name="别的一家", phone="13500001111") == []

    def test_a_sheet_shows_the_twin_in_its_preview(self, desk: Desk, tmp_path: Path) -> None:
        file = tmp_path / "客户.csv"
        file.write_text("客户名称,电话\n华源贸易有限公司,13812886021\n新来的一家,051265670000\n", encoding="utf-8-sig")
        seen = desk.do("customer.check_import", {"file": str(file)})
        assert "名称的主要部分相同、电话相同（138****021）" in seen.data["rows"][0][-1]
        assert seen.data["rows"][1][-1] == ""
        with pytest.raises(Refused):
            desk.do("customer.import", {"file": str(file)})
        assert desk.do("customer.import", {"file": str(file), "reason": "业务员确认是两家"}).changes

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("138 1288 6021", ["13812886021"]),
            ("+86-13812886021", ["13812886021"]),
            ("0512-65678901转801", ["051265678901"]),
            ("0512-65678901-801；400-820-8820", ["051265678901", "4008208820"]),
            ("110", []),
            ("", []),
        ],
    )
    def test_numbers_are_read_from_what_people_write(self, text: str, found: list[str]) -> None:
        assert numbers(text) == found


class TestFinder:
    def test_groups_come_with_reasons_and_the_likeliest_first(self, desk: Desk) -> None:
        save(desk, "华源贸易（苏州）有限公司", phone="13812886021")
        save(desk, "重庆常安阀门")
        save(desk, "无锡三江机电设备有限公司")
        save(desk, "无锡三汇机电设备有限公司")
        found = groups(desk)
        assert found[0] == (
            {"苏州华源贸易有限公司", "华源贸易（苏州）有限公司"},
            "名称的主要部分相同、电话相同（138****021）",
        )
        assert ({"重庆常安阀门", "重庆长安阀门经营部"}, "名称读音相同") not in found  # 经营部 is part of the core
        assert ({"无锡三江机电设备有限公司", "无锡三汇机电设备有限公司"}, "名称只差一个字") in found

    def test_what_many_share_adds_to_what_two_share(self, desk: Desk) -> None:
        towns = ("南京", "无锡", "常州", "苏州", "杭州", "宁波", "嘉兴", "合肥")
        for town in towns:
            save(desk, f"{town}华源贸易有限公司" if town != "苏州" else "苏州华源贸易股份公司")
        assert groups(desk) == [], "nine of one name core: it tells nothing of any two"
        twin = {"name": "常熟华源贸易有限公司", "phone": "13812886021"}
        assert "same_core" in [p.code for p in alike(desk, **twin) if "（C00042）" in p.message]
        save(desk, **twin)
        [(names, why)] = groups(desk)
        assert why == "名称的主要部分相同、电话相同（138****021）" and names == {"苏州华源贸易有限公司", twin["name"]}

    def test_two_tax_ids_make_two_firms(self, desk: Desk) -> None:
        other = "91320594MA1MHBX68"
        save(desk, "无锡三江机电设备有限公司", tax_id=TAX)
        save(desk, "无锡三汇机电设备有限公司", tax_id=other + tax_id_check_digit(other))
        assert groups(desk) == []

    def test_what_is_not_the_same_never_comes_again(self, desk: Desk) -> None:
        uid = save(desk, "华源贸易（苏州）有限公司")
        assert len(groups(desk)) == 1
        told = desk.do("customer.apart", {"uid": uid, "others": "C00042", "why": "两个老板"})
        assert told.message.endswith("不是同一家，以后不再提")
        assert groups(desk) == []
        assert alike(desk, uid=uid, phone="13812886021") == []
        desk.do("system.undo")
        assert len(groups(desk)) == 1

    def test_progress_is_told_and_may_stop_it(self, desk: Desk) -> None:
        class Stop(Exception):
            pass

        def stop(done: int, whole: int) -> None:
            raise Stop

        with pytest.raises(Stop):
            desk.door.do("customer.duplicates", {}, stop)

    def test_keys_of_an_older_file_are_made_when_it_is_opened(self, tmp_path: Path) -> None:
        from tests.desks import empty_desk

        first = small_desk(tmp_path)
        with first.database.local() as work:
            work.execute("DELETE FROM alike_key")
            work.execute("DELETE FROM meta WHERE key = 'alike'")
        assert alike(first, name="华源贸易有限公司") == []
        first.close()
        again = empty_desk(tmp_path)
        assert [p.code for p in alike(again, name="华源贸易有限公司")] == ["same_core"]
        again.close()


def busy_twins(desk: Desk) -> tuple[str, str]:
    """Two records of one customer with a bit of everything on the second."""
    kept = uid_of(desk, "C00042")
    away = save(
        desk,
        "华源贸易（苏州）有限公司",
        code="C00099",
        contact="李工",
        phone="13900002222",
        tax_id=TAX,
        contacts=[{"name": "老赵", "phone": "13700003333"}],
        addresses=[{"name": "二厂", "address": "吴江"}],
    )
    desk.do("order.confirm", order_args(BALL, customer="C00042"))
    order = desk.do("order.confirm", order_args(BALL, customer="C00099"))
    desk.do("order.deliver", {"uid": order.uid})
    desk.do("order.save", order_args(BALL, customer="C00099"))
    desk.do("receipt.save", {"customer": "C00099", "amount": "100"})
    desk.do("intake.save", {"content": "来一箱", "customer": "C00099"})
    desk.do("call.log", {"customer": "C00099", "asked": "货到哪了"})
    return kept, away


class TestMerge:
    def test_everything_points_at_the_kept_one_and_sums_are_right(self, desk: Desk) -> None:
        kept, away = busy_twins(desk)
        before = {u: desk.row("customer", u) or {} for u in (kept, away)}
        seen = desk.do("customer.check_merge", {"uid": kept, "others": "C00099"})
        counts = {one["title"]: one["numbers"] for one in seen.data["linked"]}
        assert counts["销售订单"] == [1, 2] and counts["送货单"] == [0, 1] and counts["来单登记"] == [0, 1]
        done = desk.do("customer.merge", {"uid": kept, "others": away, "values": json.dumps({"short_name": "华源"})})
        assert done.message == "已把客户 华源贸易（苏州）有限公司 并入 苏州华源贸易有限公司"
        row = desk.row("customer", kept) or {}
        assert (row["short_name"], row["tax_id"], row["phone"]) == ("华源", TAX, "138 1288 6021")
        assert row["owed"] == sum(r["owed"] for r in before.values())
        assert row["undelivered"] == sum(r["undelivered"] for r in before.values())
        with desk.read() as reader:
            for entity, key in reader.schema.referrers("customer"):
                if key != "merged_into":
                    assert not reader.value(f'SELECT 1 FROM "{entity.key}" WHERE "{key}" = ?', (away,)), entity.key
        contacts = {(r["name"], r["phone"]) for r in desk.lines("customer_contact", kept)}
        assert contacts == {("老赵", "13700003333"), ("李工", "13900002222")}
        assert [r["name"] for r in desk.lines("customer_address", kept)] == ["二厂"]

    def test_the_old_name_and_code_find_the_kept_one(self, desk: Desk) -> None:
        kept, away = busy_twins(desk)
        desk.do("customer.merge", {"uid": kept, "others": away})
        assert [h.uid for h in desk.find("C00099", "customer")] == [kept]
        assert [h.uid for h in desk.find("hymysz", "customer")] == [kept]
        assert uid_of(desk, "C00099") == uid_of(desk, "华源贸易（苏州）有限公司") == uid_of(desk, away) == kept
        saved = desk.do("order.save", order_args(BALL, customer="C00099"))
        assert (desk.row("sales_order", saved.uid) or {})["customer"] == kept
        assert [p.about[1] for p in alike(desk, name="华源贸易（苏州）有限公司")] == [kept]
        titles = [e.title for e in desk.history("customer", kept)]
        assert "新建客户 华源贸易（苏州）有限公司" in titles and titles[0].startswith("把客户")
        with pytest.raises(Refused, match="已经并入"):
            desk.do("customer.restore", {"uid": away})

    def test_merged_and_merged_again_still_leads_to_the_last(self, desk: Desk) -> None:
        kept, away = busy_twins(desk)
        desk.do("customer.merge", {"uid": kept, "others": away})
        desk.do("customer.merge", {"uid": "C00043", "others": kept, "reason": "试"})
        last = uid_of(desk, "C00043")
        assert uid_of(desk, "C00099") == uid_of(desk, "C00042") == last
        assert any("华源贸易（苏州）" in e.title for e in desk.history("customer", last))

    def test_open_orders_are_judged_again(self, desk: Desk) -> None:
        kept, away = busy_twins(desk)
        desk.do("customer.save", {"uid": kept, "credit_limit": "500"})
        seen = desk.do("customer.check_merge", {"uid": kept, "others": away})
        assert "over_limit" in [p.code for p in seen.problems]
        done = desk.do("customer.merge", {"uid": kept, "others": away})
        told = [p for p in done.problems if p.code == "recheck"]
        assert told and any("信用" in p.message or "额度" in p.message for p in told)
        assert all(p.severity.value == "warn" for p in done.problems)

    def test_openings_of_different_days_are_not_added_up_silently(self, desk: Desk) -> None:
        kept, away = busy_twins(desk)
        desk.do("customer.save", {"uid": away, "receivable": "300", "receivable_day": "2026-01-31"})
        seen = desk.do("customer.check_merge", {"uid": kept, "others": away})
        assert "opening_days" in [p.code for p in seen.problems]
        done = desk.do("customer.merge", {"uid": kept, "others": away})
        assert "owed_moved" in [p.code for p in done.problems]

    def test_a_draft_follows_to_the_kept_one_and_back(self, desk: Desk) -> None:
        kept, away = busy_twins(desk)
        desk.drafts.keep("d1", "sales_order", "草稿", {"customer": away})
        desk.do("customer.merge", {"uid": kept, "others": away})
        assert desk.drafts.all()[0].payload == {"customer": kept}
        desk.do("system.undo")
        assert desk.drafts.all()[0].payload == {"customer": away}

    def test_three_at_once_and_what_was_not_the_same(self, desk: Desk) -> None:
        kept, away = busy_twins(desk)
        third = save(desk, "华源贸易经营部", code="C00100")
        desk.do("customer.apart", {"uid": "C00043", "others": away})
        desk.do("customer.apart", {"uid": kept, "others": third})
        done = desk.do("customer.merge", {"uid": kept, "others": "C00099、C00100"})
        assert len(done.data["merged"]) == 2
        [left] = desk.rows("not_same")
        assert {left["one"], left["other"]} == {kept, uid_of(desk, "C00043")}

    @pytest.mark.parametrize("others", ["C00042", "没有这家", "、"])
    def test_nonsense_is_refused_with_a_cure(self, desk: Desk, others: str) -> None:
        with pytest.raises(Refused) as fault:
            desk.do("customer.merge", {"uid": "C00042", "others": others})
        assert fault.value.problems[0].path == "others" and fault.value.problems[0].cure

    def test_a_value_that_cannot_be_read_is_refused_at_its_field(self, desk: Desk) -> None:
        with pytest.raises(Refused) as fault:
            desk.do("customer.merge", {"uid": "C00042", "others": "C00043", "values": '{"credit_limit": "很多"}'})
        assert fault.value.problems[0].path == "values/credit_limit"

    def test_work_done_since_keeps_a_merge_from_being_undone_over_it(self, desk: Desk) -> None:
        kept, away = busy_twins(desk)
        merged = desk.do("customer.merge", {"uid": kept, "others": away})
        draft = next(r for r in desk.rows("sales_order") if r["state"] == "draft")
        desk.do("order.save", {"uid": draft["uid"], "customer": "C00043"})
        with pytest.raises(Refused, match="后来又被"):
            desk.do("system.undo", {"op": merged.changes.op})


def old_records(desk: Desk, but_of: int) -> dict[str, list[dict[str, Any]]]:
    """The dump without what one operation added, which an undo leaves in the file as void."""
    with desk.read() as reader:
        added = set(reader.column("SELECT uid FROM change WHERE op = ? AND kind = 'I'", (but_of,)))
    dump: dict[str, list[dict[str, Any]]] = json.loads(desk.dump())
    assert all(r["void"] for rows in dump.values() for r in rows if r["uid"] in added)
    return {key: [r for r in rows if r["uid"] not in added] for key, rows in dump.items()}


ACTS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2), st.integers(1, 9)), min_size=2, max_size=8)
CODES = ("C00042", "C00043", "C00044")


def act(desk: Desk, what: int, who: str, n: int) -> None:
    if what == 0:
        desk.do("order.save", order_args(("P10012", str(n), "48.6"), customer=who))
    elif what in (1, 2):
        order = desk.do("order.confirm", {**order_args(("P20031", str(n), "3.2"), customer=who), "reason": "试"})
        if what == 2:
            desk.do("order.deliver", {"uid": order.uid})
    elif what == 3:
        desk.do("receipt.save", {"customer": who, "amount": str(n * 10)})
    elif what == 4:
        desk.do(
            "customer.save", {"uid": uid_of(desk, who), "contacts": [{"name": f"联系人{n}", "phone": f"1380000000{n}"}]}
        )
    elif what == 5:
        desk.do(
            "customer.save",
            {"uid": uid_of(desk, who), "receivable": str(n), "receivable_day": "2026-01-31", "reason": "试"},
        )
    elif what == 6:
        desk.do("price_list.save", {"name": f"价目{who}{n}", "customer": who})
    elif what == 7:
        desk.do("customer.apart", {"uid": who, "others": CODES[(CODES.index(who) + n % 2 + 1) % 3]})
    else:
        desk.do("order.learn", {"customer": who, "lines": [{"words": f"球阀{n}", "product": "P10012"}]})


@settings(max_examples=8)
@given(ACTS, st.permutations(CODES), st.booleans())
def test_merged_and_undone_nothing_is_different(
    acts: list[tuple[int, int, int]], codes: list[str], three: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = small_desk(Path(folder))
        try:
            desk.do("customer.save", {"code": "C00044", "name": "长安阀门（重庆）有限公司", "phone": "023-65670000"})
            for what, who, n in acts:
                try:
                    act(desk, what, CODES[who], n)
                except Refused as fault:
                    assert fault.problems[0].cure
            whole = json.loads(desk.dump())
            derived = {r["uid"]: (r["owed"], r["undelivered"], r["late_from"]) for r in desk.rows("customer")}
            kept, away, third = codes
            others = f"{away}、{third}" if three else away
            merged = desk.do("customer.merge", {"uid": kept, "others": others, "reason": "同一家"})
            assert check_all(desk.database, desk.folder).lines[0].startswith("数据完好"), check_all(
                desk.database, desk.folder
            ).lines
            together = json.loads(desk.dump())
            desk.do("system.undo")
            assert old_records(desk, merged.changes.op) == whole
            now = {r["uid"]: (r["owed"], r["undelivered"], r["late_from"]) for r in desk.rows("customer")}
            assert now == derived
            assert check_all(desk.database, desk.folder).lines[0].startswith("数据完好"), check_all(
                desk.database, desk.folder
            ).lines
            desk.do("system.redo")
            assert json.loads(desk.dump()) == together
        finally:
            desk.close()


def test_a_kept_sheet_of_the_register_leaves_the_pointer_alone(desk: Desk, tmp_path: Path) -> None:
    kept, away = busy_twins(desk)
    desk.do("customer.merge", {"uid": kept, "others": away})
    target = tmp_path / "客户.xlsx"
    desk.do("customer.export", {"file": str(target)})
    [head, *rows] = open_workbook(str(target)).rows("客户")
    assert "C00099" in str(rows[0][head.index("并入过的")])
    assert desk.do("customer.import", {"file": str(target)}).message.endswith("没有要改的")
