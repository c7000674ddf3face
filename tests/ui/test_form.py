"""The form of a record: what is typed is kept, checked, saved through the door, and survives a crash."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from salesdesk.desk import Desk
from salesdesk.domain.problems import Cure, Problem
from salesdesk.services.module import Outcome
from tests.ui.hands import Hands, answer
from ui.kit.form import RecordForm
from ui.kit.ops import Ops
from ui.kit.page import PageContext
from ui.kit.record_dialog import RecordDialog, make_linked


@pytest.fixture
def ops(qtbot: QtBot, desk: Desk) -> Iterator[Ops]:
    made = Ops(desk)
    yield made
    made.wait()
    made.close()


@pytest.fixture
def form(qtbot: QtBot, desk: Desk, ops: Ops) -> RecordForm:
    return shown(qtbot, PageContext(desk, ops), "customer")


def shown(qtbot: QtBot, context: PageContext, entity: str) -> RecordForm:
    made = RecordForm(context, entity)
    made.resize(800, 700)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    made.begin()
    return made


def customer(desk: Desk, code: str = "C00042") -> str:
    return next(str(r["uid"]) for r in desk.rows("customer") if r["code"] == code)


def field_in_hand() -> str:
    here = QApplication.focusWidget()
    return here.objectName().removeprefix("field_") if here is not None else ""


def test_a_record_is_typed_and_saved_by_keys_alone(desk: Desk, ops: Ops, form: RecordForm) -> None:
    hands = Hands(ops)
    assert field_in_hand() == "code"
    hands.type("C9")
    hands.press("Return")
    assert field_in_hand() == "name"
    hands.type("南通新客户有限公司")
    hands.press("Ctrl+S")
    hands.wait()
    row = desk.row("customer", form.uid)
    assert row is not None and row["name"] == "南通新客户有限公司"
    assert row["lifecycle"] == "new", "what was not said takes its default"
    assert not form.dirty
    assert desk.drafts.all("customer") == []


def test_only_what_was_changed_is_sent(desk: Desk, ops: Ops, form: RecordForm) -> None:
    uid = customer(desk)
    form.load(uid)
    desk.do("customer.save", {"uid": uid, "region": "苏州"})
    form.box("grade").go()
    Hands(ops).type("a")
    form.settle()
    assert set(form.args()) == {"uid", "seen", "grade"}
    form.save()
    ops.wait()
    row = desk.row("customer", uid)
    assert row is not None and (row["grade"], row["region"]) == ("A", "苏州")


def test_somebody_elses_change_of_the_same_field_is_told(desk: Desk, ops: Ops, form: RecordForm) -> None:
    uid = customer(desk)
    form.load(uid)
    desk.do("customer.save", {"uid": uid, "credit_limit": "300000"})
    form.box("credit_limit").go()
    Hands(ops).type("250000")
    form.save()
    ops.wait()
    assert [p.code for p in form.problems.problems] == ["overtaken"]
    assert field_in_hand() == "credit_limit"
    assert form.dirty
    row = desk.row("customer", uid)
    assert row is not None and row["credit_limit"] == 30000000


def test_a_required_field_is_named_and_gone_to(desk: Desk, ops: Ops, form: RecordForm) -> None:
    before = len(desk.rows("customer"))
    hands = Hands(ops)
    hands.type("C9")
    hands.press("Ctrl+S")
    hands.wait()
    assert form.box("name").label.error == "不能空着"
    assert form.problems.isVisible()
    assert field_in_hand() == "name"
    assert len(desk.rows("customer")) == before
    hands.type("补上的名称")
    hands.press("Ctrl+S")
    hands.wait()
    assert form.uid and not form.problems.isVisible()


def test_unreadable_text_stays_is_told_and_is_not_sent(desk: Desk, ops: Ops, form: RecordForm) -> None:
    form.load(customer(desk))
    form.box("credit_limit").go()
    hands = Hands(ops)
    hands.type("二十万吧")
    hands.press("Tab")
    assert form.box("credit_limit").label.error
    form.save()
    ops.wait()
    assert field_in_hand() == "credit_limit"
    assert form.editor("credit_limit").raw() == "二十万吧"
    row = desk.row("customer", form.uid)
    assert row is not None and row["credit_limit"] == 20000000


def test_a_problem_that_may_be_overridden_asks_for_the_reason(desk: Desk, ops: Ops, form: RecordForm) -> None:
    tax = "91350100M000100Y43"
    desk.do("customer.save", {"uid": customer(desk), "tax_id": tax})
    form.new({"name": "同税号分公司", "tax_id": tax})

    def give_reason(dialog: object) -> None:
        editor = QApplication.focusWidget()
        assert isinstance(editor, QPlainTextEdit)
        hands = Hands()
        hands.type("分公司")
        hands.press("Ctrl+Return")

    answer(give_reason)
    form.save()
    ops.wait()
    ops.wait()
    assert form.uid
    assert desk.history("customer", form.uid)[0].reason == "分公司"


def test_a_cure_sets_the_value_and_clears_the_problem(ops: Ops, form: RecordForm) -> None:
    form.new({"name": "甲"})
    form.show_problems([Problem("账期太长", path="credit_days", cures=(Cure("改为 30", "credit_days", "30"),))])
    form.problems.cured.emit(form.problems.problems[0].cures[0])
    assert form.draft.get("credit_days") == 30
    assert not form.problems.isVisible()
    assert field_in_hand() == "credit_days"


def test_contacts_are_rows_of_their_own(desk: Desk, ops: Ops, form: RecordForm) -> None:
    uid = customer(desk)
    form.load(uid)
    grid = form.grid("contacts")
    grid.add()
    hands = Hands(ops)
    hands.type("王芳")
    hands.press("Tab")
    hands.type("采购")
    hands.press("Ctrl+S")
    hands.wait()
    rows = desk.lines("customer_contact", uid)
    assert [(r["name"], r["title"]) for r in rows] == [("王芳", "采购")]
    first = rows[0]["uid"]
    grid.add()
    hands.type("老周")
    form.save()
    ops.wait()
    rows = desk.lines("customer_contact", uid)
    assert [r["name"] for r in rows] == ["王芳", "老周"]
    assert rows[0]["uid"] == first, "known rows are changed, not replaced"


def test_a_wrong_cell_of_a_child_row_is_marked(desk: Desk, ops: Ops, form: RecordForm) -> None:
    form.load(customer(desk))
    grid = form.grid("addresses")
    grid.add()
    hands = Hands(ops)
    hands.type("老地方")
    hands.press("Tab")
    form.save()
    ops.wait()
    assert [p.path for p in form.problems.problems] == ["addresses/0/address"]
    assert grid.table.lines.problem(0, next(c for c in grid.table.lines.columns if c.key == "address")) is not None
    assert grid.table.currentIndex().column() == grid.table.lines.column_of("address")


def test_a_crash_loses_nothing(qtbot: QtBot, desk: Desk, ops: Ops, form: RecordForm) -> None:
    hands = Hands(ops)
    hands.type("C9")
    hands.press("Return")
    hands.type("半张客户")
    form.editor("credit_limit").set_raw("")
    form.box("credit_limit").go()
    hands.type("看不懂")
    form.settle()
    qtbot.waitUntil(lambda: bool(desk.drafts.all("customer")), timeout=4000)
    form.keeper.keep()
    ops.wait()
    again = shown(qtbot, form.context, "customer")
    assert again.keeper.offer()
    assert "半张客户" in again.banner.text
    again.keeper.recover()
    assert again.editor("name").raw() == "半张客户"
    assert again.editor("credit_limit").raw() == "看不懂"
    assert again.dirty


def test_giving_up_drops_the_draft(desk: Desk, ops: Ops, form: RecordForm) -> None:
    Hands(ops).type("C9")
    form.keeper.keep()
    ops.wait()
    assert desk.drafts.all("customer")
    form.discard()
    ops.wait()
    assert desk.drafts.all("customer") == []
    assert not form.dirty and form.editor("code").value() is None


def test_a_form_without_a_save_verb_only_shows(qtbot: QtBot, desk: Desk, ops: Ops) -> None:
    form = shown(qtbot, PageContext(desk, ops), "stock_move")
    assert form.read_only
    uid = str(desk.rows("stock_move")[0]["uid"])
    assert form.load(uid)
    assert form.editor("qty").property("readOnly") is True
    form.save()
    assert ops.idle


def test_a_viewer_may_look_but_not_type(qtbot: QtBot, desk: Desk, ops: Ops) -> None:
    desk.settings.put("operator.role", "viewer")
    assert shown(qtbot, PageContext(desk, ops), "customer").read_only


def test_a_foreign_change_is_shown_or_announced(desk: Desk, ops: Ops, form: RecordForm) -> None:
    uid = customer(desk)
    form.load(uid)
    form.refresh(desk.do("customer.save", {"uid": uid, "region": "苏州"}).changes)
    assert form.editor("region").value() == "苏州"
    form.box("grade").go()
    Hands(ops).type("b")
    form.refresh(desk.do("customer.save", {"uid": uid, "region": "无锡"}).changes)
    assert form.editor("region").value() == "苏州"
    assert form.banner.isVisible()


def test_changing_an_intake_does_not_reset_its_other_fields(qtbot: QtBot, desk: Desk, ops: Ops) -> None:
    made: Outcome = desk.do("intake.save", {"channel": "微信", "from_whom": "王芳", "content": "要 20 只球阀"})
    form = shown(qtbot, PageContext(desk, ops), "intake")
    form.load(made.uid)
    form.box("from_whom").go()
    Hands(ops).type("老周")
    form.save()
    ops.wait()
    row = desk.row("intake", made.uid)
    assert row is not None
    assert (row["channel"], row["from_whom"], row["content"]) == ("微信", "老周", "要 20 只球阀")


def test_a_new_record_beside_the_work(qtbot: QtBot, desk: Desk, ops: Ops) -> None:
    """A category made while a product is being typed is taken at once."""
    form = shown(qtbot, PageContext(desk, ops), "product")
    form.linked_wanted.connect(partial(make_linked, form.context))
    form.box("category").go()
    hands = Hands(ops)
    hands.type("仪表")

    def make(dialog: object) -> None:
        assert isinstance(dialog, RecordDialog)
        assert dialog.form.editor("name").raw() == "仪表"
        dialog.form.box("route").go()
        Hands().type("采购")
        dialog.form.save()
        ops.wait()

    answer(make)
    editor = form.editor("category")
    editor._create()  # type: ignore[attr-defined]
    ops.wait()
    assert form.draft.names[str(form.draft.get("category"))] == "仪表"


def test_columns_follow_the_width(qtbot: QtBot, form: RecordForm) -> None:
    form.resize(420, 700)
    assert form._columns == 2
    form.resize(1000, 700)
    assert form._columns == 4
