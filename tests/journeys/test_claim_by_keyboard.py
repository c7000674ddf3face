"""EXP-1, EXP-2, EXP-3, EXP-5, EXP-6: twenty files dropped become a claim that is reviewed, returned, mended, paid and told by keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from salesdesk.desk import Desk
from tests.modules.claim_desk import claim_desk, drop, row
from tests.ui.conftest import _garbage_in_the_window_thread, hands, window  # noqa: F401
from tests.ui.hands import Hands, answer
from tests.ui.test_claim_review import back, drop_on, put, standings
from tests.vouchers_made import full_invoice
from ui.pages.reimbursement.claim_head import FORM
from ui.pages.reimbursement.page import ReimbursementPage
from ui.shell.window import Window

GOODS = {"goods": "*纸制品*复印纸"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = claim_desk(tmp_path / "data")
    made.settings.put("operator.role", "manager")
    made.do("standards.set_up")
    made.settings.put("operator.role", "clerk")
    yield made
    made.close()


def typed(*texts: str) -> Any:
    """Answers the next dialog: types into one field after the other, then Ctrl+Enter."""

    def act(dialog: Any) -> None:
        typing = Hands()
        for number, text in enumerate(texts):
            if number:
                typing.press("Tab")
            typing.type(text)
        typing.press("Ctrl+Return")

    answer(act)


def test_twenty_files_from_the_drop_to_the_feedback(
    window: Window,  # noqa: F811
    hands: Hands,  # noqa: F811
    desk: Desk,
    tmp_path: Path,
) -> None:
    # EXP-2: somebody else handed one of them in before
    good = [full_invoice(n=10 * n, total=50_10 + 7_30 * n, seller=f"苏州第{n}文具商行", **GOODS) for n in range(1, 20)]
    wrong = full_invoice(n=900, total=61_70, seller="苏州第九百文具商行", **GOODS).but(buyer="苏州安正阀业有限公司")
    files = {f"发票{n:02}.xml": one.xml() for n, one in enumerate(good)} | {"抬头错的.xml": wrong.xml()}
    desk.do("claim.intake", {"claimant": "周宁", "files": drop(tmp_path / "周宁", {"a.xml": good[3].xml()})})
    window.go("reimbursement")
    window.ops.wait()
    page = window.front
    assert isinstance(page, ReimbursementPage)

    def whose(dialog: Any) -> None:
        typing = Hands()
        typing.type("陈志远")
        answer(lambda told: told.accept())
        typing.press("Ctrl+Return")

    answer(whose)
    drop_on(page.list, put(tmp_path / "票", files))
    hands.wait()
    view = page.view
    assert view is not None and view.review.count.text() == "0/20 已核"
    uid = view.claim.draft.uid
    back(window)

    # EXP-1: handed in, the department approves before the check
    hands.press("F9")
    hands.wait()
    typed("李总")
    hands.press("F9")
    hands.wait()
    assert row(desk, uid)["state"] == "check" and view.head.next.accessibleName() == "初审通过"

    # EXP-3: every good voucher is accepted with one key; passing leads to what is in the way
    back(window)
    view.review.begin()
    for one in view.review.review.vouchers if view.review.review else ():
        if not any(f["severity"] == "stop" for f in one.open):
            view.review.strip.go(one.uid)
            hands.press("F8")
            hands.wait()
    assert standings(desk, uid).count("accepted") == 18
    hands.press("F9")
    hands.wait()
    here = view.review.current
    assert row(desk, uid)["state"] == "check" and here is not None and here.gravest == "stop"
    typed("抬头和重复的请换票")
    view.head.second.click()
    hands.wait()
    said = QApplication.clipboard().text()
    assert row(desk, uid)["state"] == "returned" and "苏州安正阀业有限公司" in said and "周宁" in said

    # mended: both bad vouchers go, the line says so, the department's approval still counts
    back(window)
    view.review.begin()
    for bad in [v.uid for v in view.review.review.vouchers if v.gravest == "stop"] if view.review.review else []:
        view.review.strip.go(bad)

        def why(dialog: Any) -> None:
            Hands().press("Return")

        answer(why)
        hands.press("Delete")
        hands.wait()
        back(window)
    left = sum(v["total"] for v in desk.rows("expense_voucher") if v["claim"] == uid and v["standing"] != "rejected")
    view.show_side(FORM)
    view.grid.go(0, view.grid.lines.column_of("amount"))
    view.grid.setFocus()
    hands.type(f"{left / 100:.2f}")
    hands.press("Return", "F9")
    hands.wait()
    assert (row(desk, uid)["state"], row(desk, uid)["amount"]) == ("check", left)

    # EXP-6: passed, handed over, paid, told
    for step, texts in (("passed", None), ("finance", ("会计小吴",)), ("paid", ()), ("told", ())):
        back(window)
        if texts is not None:
            typed(*texts)
        hands.press("F9")
        hands.wait()
        assert row(desk, uid)["state"] == step, view.banner.text
    assert "付款" in QApplication.clipboard().text() and view.head.next.isHidden()

    # EXP-5: form, summary and eighteen invoices, which only came as XML and leave their boxes
    made = desk.do("bundle.print", {"uid": uid})
    assert made.data["pages"] == 11 and len(made.data["findings"]) == 18
