"""Goods that leave: several orders on one note, counted, signed for, turned down, closed and opened again (ORD-7)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.modules.orders import delivery_queries, queries
from salesdesk.persistence import migrate
from tests.desks import order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def order(desk: Desk, *lines: tuple[str, str, str], **more: Any) -> str:
    args = {**order_args(*(lines or (("P10012", "12", "48.6"), ("P20031", "100", "3.2")))), **more}
    return desk.do("order.confirm", {**args, "reason": "测试"}).uid


def codes(desk: Desk, verb: str, args: dict[str, Any]) -> list[str]:
    with pytest.raises(Refused) as refused:
        desk.do(verb, args)
    return [p.code for p in refused.value.problems]


def stock(desk: Desk, code: str) -> int:
    return next(int(p["on_hand"]) for p in desk.rows("product") if p["code"] == code) // 1000


def left(desk: Desk, uid: str) -> list[int]:
    with desk.read() as reader:
        return [r["left"] // 1000 for r in queries.open_lines(reader, uid)]


def stage(desk: Desk, uid: str) -> str:
    return str((desk.row("sales_order", uid) or {})["stage"])


def state(desk: Desk, uid: str) -> str:
    return str((desk.row("delivery", uid) or {})["state"])


def together(desk: Desk, *orders: str, qty: int | None = None, **more: Any) -> dict[str, Any]:
    lines = [
        {"order_line": line["uid"], "qty": qty or line["qty"] // 1000}
        for o in orders
        for line in desk.lines("order_line", o)
    ]
    return {"lines": lines, **more}


class TestSeveralOrders:
    def test_one_note_carries_lines_of_two_orders(self, desk: Desk) -> None:
        a, b = order(desk), order(desk, ("P10013", "5", "92.5"), customer_po="PO-7")
        made = desk.do("delivery.save", together(desk, a, b, carrier="自送", vehicle="苏E12345", eta="2026-06-14"))
        note = desk.row("delivery", made.uid) or {}
        assert (note["order"], note["orders"]) == (None, "XS2606A-0001、XS2606A-0002")
        assert (note["vehicle"], note["eta"], note["state"]) == ("苏E12345", "2026-06-14", "new")
        assert note["amount"] == 58320 + 32000 + 46250
        assert (stage(desk, a), stage(desk, b)) == ("done", "done")
        with desk.read() as reader:
            assert [n["uid"] for n in queries.notes_of(reader, b)] == [made.uid]
            assert [o["uid"] for o in delivery_queries.orders_on(reader, made.uid)] == [a, b]
        desk.do("delivery.void", {"uid": made.uid})
        assert (stage(desk, a), stage(desk, b)) == ("confirmed", "confirmed") and stock(desk, "P10012") == 320

    def test_what_cannot_go_together_is_refused(self, desk: Desk) -> None:
        a, b = order(desk), order(desk, ("P10013", "5", "92.5"), customer="C00043")
        assert codes(desk, "delivery.save", together(desk, a, b)) == ["customers"]
        c = order(desk, ("P10013", "2", "92.5"), address="昆山花桥 9 号")
        assert codes(desk, "delivery.save", together(desk, a, c)) == ["addresses"]
        assert desk.do("delivery.save", together(desk, a, c, reason="客户来车一起拉")).problems
        draft = desk.do("order.save", order_args(("P10013", "1", "92.5"))).uid
        assert codes(desk, "delivery.save", together(desk, draft)) == ["not_confirmed"]
        assert codes(desk, "delivery.save", {"lines": []}) == ["no_lines"]

    def test_an_order_whose_change_the_store_does_not_know_stops_the_whole_note(self, desk: Desk) -> None:
        a, b = order(desk), order(desk, ("P10013", "5", "92.5"))
        desk.do("order.amend", {"uid": b, "amend_reason": "客户要求", "due_date": "2026-06-22"})
        assert codes(desk, "delivery.save", together(desk, a, b)) == ["unacknowledged_change"]
        assert desk.do("delivery.save", together(desk, a, b, reason="车在等")).uid

    def test_the_customers_open_lines_come_by_their_day(self, desk: Desk) -> None:
        a = order(desk)
        b = order(desk, ("P10013", "5", "92.5"), due_date="2026-06-15")
        desk.do(
            "order.deliver", {"uid": a, "lines": [{"order_line": desk.lines("order_line", a)[0]["uid"], "qty": 12}]}
        )
        with desk.read() as reader:
            owed = delivery_queries.owed_lines(reader, (desk.row("sales_order", a) or {})["customer"])
        assert [(r["order"], r["left"]) for r in owed] == [(b, 5000), (a, 100_000)]

    def test_the_head_is_corrected_later_but_not_the_lines(self, desk: Desk) -> None:
        note = desk.do("order.deliver", {"uid": order(desk)}).uid
        desk.do("delivery.save", {"uid": note, "tracking": "SF1", "eta": "6.14"})
        row = desk.row("delivery", note) or {}
        assert (row["tracking"], row["eta"], row["consignee"]) == ("SF1", "2026-06-14", "王芳")
        assert codes(desk, "delivery.save", {"uid": note, "lines": []}) == ["fixed_lines"]
        assert codes(desk, "delivery.save", {"uid": note, "day": ""}) == ["required"]


class TestRest:
    def part(self, desk: Desk) -> str:
        uid = order(desk)
        line = desk.lines("order_line", uid)[0]["uid"]
        desk.do("order.deliver", {"uid": uid, "lines": [{"order_line": line, "qty": 5}]})
        return uid

    def test_closing_ends_the_order_and_tells_whom_it_concerns(self, desk: Desk) -> None:
        uid = self.part(desk)
        made = desk.do("order.close_rest", {"uid": uid, "close_reason": "停产", "note": "DN25 不做了"})
        assert stage(desk, uid) == "done" and left(desk, uid) == [0, 0]
        assert made.data["parties"] == ["生产", "采购", "仓库", "客户", "业务员"]
        change = desk.row("order_change", str(made.data["change"])) or {}
        assert (change["kind"], change["reason_text"]) == ("关闭余量", "停产：DN25 不做了")
        assert "关闭余量：（空） → 7 只" in change["summary"]
        assert codes(desk, "order.close_rest", {"uid": uid, "close_reason": "停产"}) == ["no_rest"]
        line = desk.lines("order_line", uid)[0]["uid"]
        assert "over_delivery" in codes(
            desk, "order.deliver", {"uid": uid, "lines": [{"order_line": line, "qty": 1}], "reason": "x"}
        )

    def test_one_line_in_part_and_opened_again(self, desk: Desk) -> None:
        uid = self.part(desk)
        line = desk.lines("order_line", uid)[0]["uid"]
        close = {"uid": uid, "close_reason": "客户不要了", "lines": [{"order_line": line, "qty": 3}]}
        assert "客户" not in desk.do("order.close_rest", close).data["parties"], "he said so himself"
        assert left(desk, uid) == [4, 100] and stage(desk, uid) == "part"
        assert codes(
            desk, "order.reopen_rest", {"uid": uid, "note": "还要", "lines": [{"order_line": line, "qty": 4}]}
        ) == ["too_much"]
        made = desk.do("order.reopen_rest", {"uid": uid, "note": "还要"})
        assert made.data["version"] == 3 and left(desk, uid) == [7, 100]
        assert (desk.lines("order_line", uid)[0])["close_reason"] is None

    def test_undo_is_exact(self, desk: Desk) -> None:
        uid = self.part(desk)
        tables = ("sales_order", "order_line", "delivery", "delivery_line", "stock_move", "customer")
        before = json.loads(desk.dump())
        desk.do("order.close_rest", {"uid": uid, "close_reason": "停产"})
        desk.do("system.undo")
        after = json.loads(desk.dump())
        assert [after[t] for t in tables] == [before[t] for t in tables]
        assert stage(desk, uid) == "part" and not desk.rows("change_notice")

    def test_nothing_sent_at_all_is_a_cancellation(self, desk: Desk) -> None:
        uid = order(desk)
        assert codes(desk, "order.close_rest", {"uid": uid, "close_reason": "停产"}) == ["cancel_instead"]
        line = desk.lines("order_line", uid)[0]["uid"]
        desk.do("order.close_rest", {"uid": uid, "close_reason": "停产", "lines": [{"order_line": line}]})
        assert left(desk, uid) == [0, 100]

    def test_an_amendment_keeps_what_is_closed_within_the_line(self, desk: Desk) -> None:
        uid = self.part(desk)
        desk.do("order.close_rest", {"uid": uid, "close_reason": "停产"})
        first, second = desk.lines("order_line", uid)

        def amend(qty: str) -> None:
            lines = [
                {"uid": first["uid"], "product": "P10012", "qty": qty, "price": "48.6"},
                {"uid": second["uid"], "product": "P20031", "qty": "100", "price": "3.2"},
            ]
            desk.do("order.amend", {"uid": uid, "amend_reason": "客户要求", "lines": lines})

        amend("8")
        assert desk.lines("order_line", uid)[0]["closed"] == 3000 and stage(desk, uid) == "done"
        amend("20")
        assert left(desk, uid) == [12, 0] and stage(desk, uid) == "part"

    def test_a_voided_note_opens_only_what_it_carried(self, desk: Desk) -> None:
        uid = self.part(desk)
        desk.do("order.close_rest", {"uid": uid, "close_reason": "停产"})
        desk.do("delivery.void", {"uid": desk.rows("delivery")[0]["uid"]})
        assert left(desk, uid) == [5, 0] and stage(desk, uid) == "confirmed"

    def test_undoing_the_closing_after_more_was_delivered_is_refused_where_it_would_not_fit(self, desk: Desk) -> None:
        uid = self.part(desk)
        closed = desk.do("order.close_rest", {"uid": uid, "close_reason": "停产"})
        reopened = desk.do("order.reopen_rest", {"uid": uid, "note": "还要"})
        desk.do("order.deliver", {"uid": uid, "reason": "急"})
        with pytest.raises(Refused):
            desk.do("system.undo", {"op": str(reopened.changes.op)})
        assert closed.changes.op < reopened.changes.op and left(desk, uid) == [0, 0]


class TestPromised:
    """What a product is promised to others is kept beside the lines (`open`) and follows every step."""

    def promised(self, desk: Desk) -> dict[str, int]:
        codes = {row["uid"]: row["code"] for row in desk.rows("product")}
        with desk.read() as reader:
            found = queries.promised(reader, list(codes))
            counted = reader.tuples(
                f'SELECT l.product, sum({queries.LEFT}) FROM order_line l JOIN sales_order o ON o.uid = l."order"'
                f" WHERE o.void = 0 AND l.void = 0 AND o.stage IN {queries.OPEN} AND {queries.LEFT} > 0 GROUP BY 1"
            )
        assert found == dict(counted)
        return {codes[uid]: qty // 1000 for uid, qty in found.items()}

    def test_it_follows_the_order_through_its_life(self, desk: Desk) -> None:
        draft = desk.do("order.save", order_args(("P10012", "7", "48.6"))).uid
        assert self.promised(desk) == {}
        desk.do("order.confirm", {"uid": draft})
        first = order(desk)
        assert self.promised(desk) == {"P10012": 19, "P20031": 100}
        with desk.read() as reader:
            product = str(reader.value("SELECT uid FROM product WHERE code = 'P10012'"))
            assert queries.promised(reader, [product], first) == {product: 7_000}
        note = desk.do("delivery.save", together(desk, first, qty=5)).uid
        assert self.promised(desk) == {"P10012": 14, "P20031": 95}
        desk.do("order.close_rest", {"uid": first, "close_reason": "客户不要了"})
        assert self.promised(desk) == {"P10012": 7}
        desk.do("system.undo")
        desk.do("delivery.void", {"uid": note})
        assert self.promised(desk) == {"P10012": 19, "P20031": 100}
        desk.do("order.cancel", {"uid": draft, "cancel_reason": "客户取消"})
        assert self.promised(desk) == {"P10012": 12, "P20031": 100}
        desk.do(
            "order.amend",
            {"uid": first, "lines": [{"product": "P20031", "qty": "30", "price": "3.2"}], "amend_reason": "客户要求"},
        )
        assert self.promised(desk) == {"P20031": 30}

    def test_an_older_file_gets_it_as_it_would_be_derived(self, desk: Desk) -> None:
        desk.do("order.save", order_args(("P10012", "7", "48.6")))
        desk.do("delivery.save", together(desk, order(desk), qty=5))
        step = next(one for one in migrate.steps() if one.stem.endswith("_open_quantity"))
        fill = next(one for one in migrate.statements(step.read_text(encoding="utf-8")) if one.startswith("UPDATE"))
        before = self.promised(desk)
        with desk.database.local() as work:
            work.execute("UPDATE order_line SET open = NULL")
            work.execute(fill)
        assert self.promised(desk) == before == {"P10012": 7, "P20031": 95}


class TestCount:
    def note(self, desk: Desk) -> tuple[str, list[str]]:
        uid = desk.do("order.deliver", {"uid": order(desk)}).uid
        return uid, [str(line["uid"]) for line in desk.lines("delivery_line", uid)]

    def test_a_difference_is_kept_and_shown_on_today(self, desk: Desk) -> None:
        uid, (first, second) = self.note(desk)
        assert codes(desk, "delivery.check", {"uid": uid, "lines": [{"delivery_line": first, "counted": 12}]}) == [
            "not_counted"
        ]
        found = desk.do(
            "delivery.check",
            {"uid": uid, "lines": [{"delivery_line": first, "counted": 11}, {"delivery_line": second, "counted": 100}]},
        )
        assert [p.code for p in found.problems] == ["count_differs"] and "少 1" in found.problems[0].message
        assert state(desk, uid) == "differs"
        assert [t.verb for t in desk.todos() if t.entity == "delivery"] == ["delivery.check"]
        assert codes(desk, "delivery.print", {"uid": uid}) == ["not_checked"]
        desk.do("delivery.check", {"uid": uid, "all_right": True, "checked_by": "孙库管"})
        assert state(desk, uid) == "checked" and (desk.row("delivery", uid) or {})["checked_by"] == "孙库管"

    def test_the_note_takes_what_is_there(self, desk: Desk) -> None:
        uid, (first, second) = self.note(desk)
        desk.do(
            "delivery.check",
            {"uid": uid, "adjust": True, "all_right": True, "lines": [{"delivery_line": first, "counted": 10}]},
        )
        row = desk.row("delivery", uid) or {}
        assert (row["state"], row["amount"]) == ("checked", 48600 + 32000)
        assert stock(desk, "P10012") == 310
        assert left(desk, str(row["order"])) == [2, 0] and stage(desk, str(row["order"])) == "part"
        assert codes(
            desk,
            "delivery.check",
            {"uid": uid, "adjust": True, "all_right": True, "lines": [{"delivery_line": first, "counted": 13}]},
        ) == ["over_delivery"]
        zero = [{"delivery_line": one, "counted": 0} for one in (first, second)]
        assert codes(desk, "delivery.check", {"uid": uid, "adjust": True, "lines": zero}) == ["nothing"]

    def test_where_the_house_wants_it_nothing_leaves_uncounted(self, desk: Desk) -> None:
        uid, _ = self.note(desk)
        desk.settings.put("delivery.check", "any")
        assert codes(desk, "delivery.print", {"uid": uid}) == ["not_checked"]
        assert [p.code for p in desk.do("delivery.preview", {"uid": uid}).problems] == ["not_checked"]
        desk.do("delivery.print", {"uid": uid, "reason": "客户在门口等"})
        desk.do("picking.print", {"uid": uid})
        desk.settings.put("delivery.check", "second")
        assert codes(desk, "delivery.check", {"uid": uid, "all_right": True}) == ["same_person"]
        desk.do("delivery.check", {"uid": uid, "all_right": True, "checked_by": "孙库管"})
        assert desk.do("delivery.print", {"uid": uid}).data["nth"] == 2


class TestSigned:
    def note(self, desk: Desk) -> tuple[str, str, list[str]]:
        uid = order(desk)
        note = desk.do("order.deliver", {"uid": uid}).uid
        return uid, note, [str(line["uid"]) for line in desk.lines("delivery_line", note)]

    def test_the_paper_is_filed_with_its_scan(self, desk: Desk, tmp_path: Path) -> None:
        _, note, _ = self.note(desk)
        scan = tmp_path / "签收单.jpg"
        scan.write_bytes(b"picture")
        desk.do(
            "delivery.sign",
            {"uid": note, "signed_by": "王芳", "cabinet": "2", "box": "7", "leaf": "18", "files": str(scan)},
        )
        row = desk.row("delivery", note) or {}
        assert (row["state"], row["signed_by"], row["signed_on"]) == ("signed", "王芳", "2026-06-12")
        assert [a["name"] for a in desk.rows("attachment") if a["owner"] == note] == ["签收单.jpg"]
        with desk.read() as reader:
            assert delivery_queries.last_place(reader) == {"cabinet": "2", "box": "7", "leaf": "18"}
        for verb in ("delivery.sign", "delivery.chase", "delivery.check"):
            assert codes(desk, verb, {"uid": note, "signed_by": "王芳"} if "sign" in verb else {"uid": note}) == [
                "signed"
            ]
        assert codes(desk, "delivery.void", {"uid": note}) == ["signed"]
        desk.do("delivery.void", {"uid": note, "reason": "客户同意重开"})

    @pytest.mark.parametrize(
        ("reason", "handling", "stock_after", "left_after", "closed"),
        [
            ("破损", "", 308, 2, None),
            ("质量问题", "", 308, 2, None),
            ("送错货", "", 310, 2, None),
            ("客户不要", "", 310, 0, 2000),
            ("破损", "scrap_end", 308, 0, 2000),
        ],
    )
    def test_what_is_turned_down(
        self, desk: Desk, reason: str, handling: str, stock_after: int, left_after: int, closed: int | None
    ) -> None:
        uid, note, (first, _) = self.note(desk)
        one = {
            "delivery_line": first,
            "rejected": 2,
            "reject_reason": reason,
            **({"handling": handling} if handling else {}),
        }
        desk.do("delivery.sign", {"uid": note, "signed_by": "王芳", "lines": [one]})
        assert state(desk, note) == "partly" and (desk.row("delivery", note) or {})["amount"] == 48600 + 32000
        assert stock(desk, "P10012") == stock_after and left(desk, uid)[0] == left_after
        line = desk.lines("order_line", uid)[0]
        assert (line["delivered"], line["closed"]) == (10_000, closed)
        assert stage(desk, uid) == ("part" if left_after else "done")
        assert len(desk.rows("order_change")) == (1 if closed else 0)
        if left_after:
            again = desk.do("order.deliver", {"uid": uid}).uid
            amounts = [d["amount"] for d in desk.rows("delivery") if not d["void"]]
            assert sum(amounts) == (desk.row("sales_order", uid) or {})["amount"] and state(desk, again) == "new"
        desk.do("system.undo")
        if left_after:
            desk.do("system.undo")
        assert state(desk, note) == "new" and stock(desk, "P10012") == 308 and stage(desk, uid) == "done"

    def test_all_of_it_turned_down_and_bad_input(self, desk: Desk) -> None:
        uid, note, lines = self.note(desk)
        sign: dict[str, Any] = {"uid": note, "signed_by": "王芳"}
        assert codes(desk, "delivery.sign", {**sign, "signed_on": "2026-06-11"}) == ["signed_early"]
        too_many = [{"delivery_line": lines[0], "rejected": 13, "reject_reason": "破损"}]
        assert codes(desk, "delivery.sign", {**sign, "lines": too_many}) == ["over_rejected"]
        assert codes(desk, "delivery.sign", {**sign, "lines": [{"delivery_line": lines[0], "rejected": 1}]}) == [
            "required"
        ]
        other = [{"delivery_line": uid, "rejected": 1}]
        assert codes(desk, "delivery.sign", {**sign, "lines": other})
        whole = [
            {"delivery_line": one, "rejected": qty, "reject_reason": "送错货"}
            for one, qty in zip(lines, (12, 100), strict=True)
        ]
        desk.do("delivery.sign", {**sign, "lines": whole})
        assert state(desk, note) == "refused" and stage(desk, uid) == "confirmed"
        assert (desk.row("delivery", note) or {})["amount"] == 0 and stock(desk, "P20031") == 12400

    def test_who_has_not_sent_it_back_is_chased(self, desk: Desk) -> None:
        uid = order(desk)
        note = desk.do("order.deliver", {"uid": uid, "day": "2026-06-05", "carrier": "顺丰", "tracking": "SF1"}).uid
        (todo,) = [t for t in desk.todos() if t.entity == "delivery"]
        assert (todo.verb, todo.uid, todo.tone) == ("delivery.sign", note, "err") and "7 天" in todo.title
        text = str(desk.do("delivery.chase", {"uid": note}).data["text"])
        for part in ("苏州安正阀门有限公司", "7 天前", "SH2606A-0001", "顺丰 SF1", "不锈钢球阀 DN25 12 只", "签收单"):
            assert part in text
        assert "48.6" not in text and "再次" in str(desk.do("delivery.chase", {"uid": note}).data["text"])
        assert (desk.row("delivery", note) or {})["chased"] == 2
        (todo,) = [t for t in desk.todos() if t.entity == "delivery"]
        assert "06-12 催过" in todo.detail
        desk.settings.put("delivery.sign_days", 30)
        assert not [t for t in desk.todos() if t.entity == "delivery"]
