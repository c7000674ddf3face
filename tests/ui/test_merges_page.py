"""合并问题 by keys: mine, theirs or another value, the record on both sides, undo, the next one; questions answered (SYS-1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from tests.desks import order_args
from tests.sync.pcs import Pc, case_keys, everybody, first_pc, joined_pc, same
from tests.ui.hands import Hands, answer, clipped, nameless
from ui.kit import syncer as syncer_file
from ui.kit.merge_dialog import MergeDialog
from ui.pages.sync.merges import MergesPage
from ui.shell.window import Window

KINDS = ["field", "void", "code", "rule"]


@pytest.fixture
def pcs(tmp_path: Path) -> Iterator[tuple[Pc, Pc]]:
    """王芳 and 李强, who did four things that do not go together."""
    share = tmp_path / "share"
    a = first_pc(tmp_path / "a", share)
    order = a.desk.do("order.confirm", order_args(("P10012", "12", "48.60"))).uid
    a.sync()
    b = joined_pc(tmp_path / "b", share, "李强")
    everybody(a, b)
    uid = a.customer("C00042")["uid"]
    a.desk.do("customer.save", {"uid": uid, "credit_limit": "300000", "contact": "王小芳", "phone": "13812886021"})
    a.desk.do("customer.void", {"uid": a.customer("C00043")["uid"]})
    a.desk.do("customer.save", {"code": "C00100", "name": "常州一号有限公司"})
    (line,) = a.desk.lines("order_line", order)
    b.later(5)
    b.desk.do("customer.save", {"uid": uid, "credit_limit": "250000"})
    b.desk.do("customer.save", {"uid": b.customer("C00043")["uid"], "contact": "陈小刚"})
    b.desk.do("customer.save", {"code": "C00100", "name": "常州壹号有限公司"})
    for pc in (a, b):
        pc.desk.do("order.deliver", {"uid": order, "lines": [{"order_line": line["uid"], "qty": "8"}]})
    everybody(a, b)
    yield a, b
    a.desk.close()
    b.desk.close()


@pytest.fixture
def desk(pcs: tuple[Pc, Pc], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(syncer_file, "FIRST_AFTER_MS", 10_000_000)
    monkeypatch.setattr(syncer_file, "AFTER_CHANGE_MS", 10_000_000)
    return pcs[0].desk


def page_of(window: Window, hands: Hands) -> MergesPage:
    window.go("merges")
    hands.wait()
    page = window.pages.page("merges")
    assert isinstance(page, MergesPage) and [one.kind for one in page.cases] == KINDS
    return page


def test_theirs_stands_mine_is_kept_undo_brings_the_question_back(
    window: Window, hands: Hands, pcs: tuple[Pc, Pc]
) -> None:
    a, b = pcs
    page = page_of(window, hands)
    said = page.view.words.text()
    assert "李强 6/12 12:05 把信用额度改为 250,000.00" in said and "你 6/12 12:00 把信用额度改为 300,000.00" in said
    assert not clipped(page) and not nameless(page)
    whole = {one[0]: one[1:] for one in page.view.table.texts()}
    assert whole["信用额度"] == ["250,000.00", "300,000.00", "250,000.00"]
    assert whole["联系人"] == ["王芳", "王小芳", "王小芳"], "as each of them had it before him"
    assert whole["电话"][1].count("*") == 4, "covered as everywhere"
    hands.press("2")
    hands.wait()
    assert a.customer("C00042")["credit_limit"] == 30000000
    assert [one.kind for one in page.cases] == KINDS[1:] and page.in_hand == page.cases[0], "the next one is there"
    assert "处理合并问题" in window.toast.text or "已定为" in window.toast.text
    hands.press("Ctrl+Z")
    hands.wait()
    assert {one.kind for one in page.cases} == set(KINDS) and a.customer("C00042")["credit_limit"] == 25000000
    assert page.in_hand is not None and page.in_hand.kind == "field", "the one that came back is in hand"
    hands.press("1")
    hands.wait()
    assert a.customer("C00042")["credit_limit"] == 25000000 and len(page.cases) == 3
    everybody(a, b)
    same(a, b)


def test_another_value_in_an_editor_of_its_kind(window: Window, hands: Hands, pcs: tuple[Pc, Pc]) -> None:
    a, _ = pcs
    page = page_of(window, hands)
    hands.press("F2")
    hands.type("28万x")
    hands.press("Ctrl+Return")
    hands.wait()
    assert page.view.box is not None and page.view.box.label.error and len(page.cases) == 4
    page.view.box.editor.selectAll()  # type: ignore[attr-defined]
    hands.type("280000")
    hands.press("Ctrl+Return")
    hands.wait()
    assert a.customer("C00042")["credit_limit"] == 28000000 and len(page.cases) == 3


def test_digits_typed_as_another_value_choose_nothing(window: Window, hands: Hands, pcs: tuple[Pc, Pc]) -> None:
    page = page_of(window, hands)
    hands.press("F2")
    hands.type("12")
    hands.wait()
    assert page.view.box is not None and page.view.box.editor.raw() == "12" and len(page.cases) == 4


def test_voided_or_kept_and_the_questions_are_answered_one_after_the_other(
    window: Window, hands: Hands, pcs: tuple[Pc, Pc]
) -> None:
    a, b = pcs
    page = page_of(window, hands)
    hands.press("F6")
    hands.wait()
    assert page.in_hand is not None and page.in_hand.kind == "void" and "你 6/12 12:00 作废了它" in page.in_hand.text
    hands.press("2")
    hands.wait()
    assert a.customer("C00043")["contact"] == "陈小刚" and page.in_hand.kind == "code"
    assert page.view.table.texts()[1][1:] == ["常州一号有限公司", "常州壹号有限公司"]
    hands.press("1")
    hands.wait()
    assert page.in_hand.kind == "rule" and "发的加上关闭的比订的多" in page.view.words.text()
    assert "请先作废送货单" in page.view.cure.text()
    hands.press("1")
    hands.wait()
    hands.press("1")
    hands.wait()
    assert not page.cases and page.stack.currentWidget() is page.none
    everybody(a, b)
    same(a, b)
    assert not case_keys(b)


def test_one_code_twice_is_merged_into_one_customer(
    window: Window, hands: Hands, qtbot: QtBot, pcs: tuple[Pc, Pc]
) -> None:
    a, b = pcs
    page = page_of(window, hands)
    page.table.setCurrentCell(2, 0)
    hands.wait()

    def merge(dialog: MergeDialog) -> None:
        dialog.ops.wait()
        hands.press("Ctrl+Return")
        qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=10_000)

    answer(merge)
    hands.press("F8")
    hands.wait()
    assert a.customer("C00100") and [one.kind for one in page.cases] == ["field", "void", "rule"]
    everybody(a, b)
    same(a, b)


def test_today_leads_to_the_very_case_and_enter_to_the_record(window: Window, hands: Hands, pcs: tuple[Pc, Pc]) -> None:
    todo = next(one for one in window.desk.todos() if one.verb == "sync.settle" and one.args["key"].startswith("void/"))
    today = window.pages.page("today")
    today.do(todo)  # type: ignore[attr-defined]
    hands.wait()
    page = window.front
    assert isinstance(page, MergesPage) and page.in_hand is not None and page.in_hand.kind == "void"
    page.table.setFocus()
    hands.press("Return")
    hands.wait()
    assert window.front is window.pages.page("customers")
    assert window.current_record() == ("customer", page.in_hand.uid)


def test_a_round_that_brings_cases_says_so_without_being_in_the_way(
    window: Window, hands: Hands, qtbot: QtBot, pcs: tuple[Pc, Pc]
) -> None:
    a, b = pcs
    window.go("today")
    hands.wait()
    uid = a.customer("C00042")["uid"]
    a.desk.do("customer.save", {"uid": uid, "credit_days": "30"})
    b.desk.do("customer.save", {"uid": uid, "credit_days": "60"})
    b.sync()
    window.context.syncer.sync_now()
    qtbot.waitUntil(lambda: window.context.syncer.idle, timeout=10_000)
    hands.wait()
    assert "有 1 处和本机的不一样，要你定，一共 5 处" in window.banner.text
    assert "5 处要你定" in window.navigation.status.second.text_whole()
