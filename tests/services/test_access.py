"""Confidential data is looked at and taken out by name: the doors, the log, the history, the files (CUS-8)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from salesdesk.desk import Desk
from salesdesk.domain.errors import Refused
from salesdesk.domain.masking import STARS, mask
from tests.desks import order_args, small_desk
from tests.services.pdf_reading import read_pdf

PHONE, ADDRESS = "138 1288 6021", "苏州市工业园区星湖街 328 号"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    made.close()


def customer(desk: Desk) -> str:
    return str(desk.rows("customer")[0]["uid"])


def texts(desk: Desk, uid: str, entity: str = "customer") -> str:
    return "\n".join(entry.text for entry in desk.history(entity, uid))


# -- looking -----------------------------------------------------------------------------------------------------------


def test_revealing_tells_everything_and_keeps_who_asked(desk: Desk) -> None:
    uid = customer(desk)
    found = desk.do("customer.reveal", {"uid": uid, "fields": "phone"})
    assert found.data["values"] == {"phone": PHONE}
    log = desk.rows("access_log")
    assert [(r["who"], r["what"], r["kind"], r["content"]) for r in log] == [("王敏", "view", "客户", "电话")]
    newest = desk.history("customer", uid)[0]
    assert (newest.operator, newest.title, newest.at[11:16]) == ("王敏", "查看了电话", "12:00")
    assert (desk.row("customer", uid) or {})["phone"] == PHONE


def test_child_rows_are_revealed_with_their_record(desk: Desk) -> None:
    uid = customer(desk)
    desk.do("customer.save", {"uid": uid, "contacts": [{"name": "陈工", "phone": "13900001111"}]})
    found = desk.do("customer.reveal", {"uid": uid})
    assert [line["phone"] for line in found.data["lines"]["customer_contact"]] == ["13900001111"]
    assert desk.rows("access_log")[0]["content"] == "电话、收货地址"


def test_what_is_not_covered_leaves_no_trace(desk: Desk) -> None:
    other = str(desk.rows("customer")[1]["uid"])  # has neither phone nor address
    assert not desk.do("customer.reveal", {"uid": other}).changes
    desk.settings.put("operator.role", "manager")
    desk.settings.put("mask.phone", "off")
    assert not desk.do("customer.reveal", {"uid": customer(desk), "fields": "phone"}).changes
    assert desk.rows("access_log") == []


def test_only_looking_is_not_enough_to_reveal(desk: Desk) -> None:
    desk.settings.put("operator.role", "viewer")
    for verb in ("customer.reveal", "customer.export_full"):
        with pytest.raises(Refused) as refused:
            desk.do(verb, {"uid": customer(desk)} if verb.endswith("reveal") else {"file": "x.xlsx", "reason": "要"})
        assert refused.value.problems[0].code == "role"


def test_a_field_without_secrets_is_no_secret(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.do("customer.reveal", {"uid": customer(desk), "fields": "name"})
    assert "phone" in refused.value.problems[0].cure


def test_having_looked_cannot_be_taken_back(desk: Desk) -> None:
    uid = customer(desk)
    desk.do("customer.save", {"uid": uid, "grade": "A"})
    op = desk.do("customer.reveal", {"uid": uid}).changes.op
    with pytest.raises(Refused):
        desk.do("system.undo", {"op": op})
    step = desk.last_undoable()
    assert step is not None and step.title.startswith("修改客户"), "undo goes past it"


def test_only_the_manager_lifts_the_veil_for_everybody(desk: Desk) -> None:
    with pytest.raises(Refused):
        desk.settings.put("mask.phone", "off")
    desk.settings.put("operator.role", "manager")
    desk.settings.put("mask.phone", "off")
    assert "phone" not in desk.settings.veil and "address" in desk.settings.veil


# -- what was is covered too -------------------------------------------------------------------------------------------


def test_history_changes_and_scripts_tell_no_more_than_the_list(desk: Desk) -> None:
    uid = customer(desk)
    desk.do("customer.save", {"uid": uid, "phone": "13900001111", "bank_account": "6222021102014567890"})
    told = texts(desk, uid)
    assert "13900001111" not in told and "139****111" in told and "6222021102014567890" not in told
    wire = desk.wire("customer", desk.row("customer", uid) or {})
    assert wire["phone"] == "139****111" and wire["name"] == "苏州华源贸易有限公司"
    order = desk.do("order.confirm", order_args(("P10012", "2", "48.60"))).uid
    args = {"uid": order, "phone": "13700002222", "amend_reason": "客户要求"}
    desk.do("order.amend", args)
    change = desk.rows("order_change")[0]
    assert "13700002222" not in str(change["summary"]) and "137****222" in str(change["summary"])
    assert "13700002222" not in texts(desk, order, "sales_order")
    paper = desk.do("change.preview", {"uid": change["uid"], "out": str(desk.folder / "变更.pdf")})
    assert "13700002222" in "".join(p.text for p in read_pdf(Path(paper.data["file"]).read_bytes())), "仓库 needs it"
    assert all(PHONE not in hit.subtitle and PHONE not in hit.title for hit in desk.find("13812886021"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="0123456789-+() ", min_size=1, max_size=30).filter(str.strip))
def test_a_covered_value_never_replaces_the_real_one(desk: Desk, number: str) -> None:
    uid = customer(desk)
    desk.do("customer.save", {"uid": uid, "phone": number})
    stored = (desk.row("customer", uid) or {})["phone"]
    with pytest.raises(Refused) as refused:
        desk.do("customer.save", {"uid": uid, "phone": mask(str(stored))})
    assert refused.value.problems[0].path == "phone"
    assert (desk.row("customer", uid) or {})["phone"] == stored


# -- taking out --------------------------------------------------------------------------------------------------------


def cells(path: Path) -> list[list[object]]:
    return [[c.value for c in row] for row in load_workbook(path).active.iter_rows()]


def test_an_export_is_covered_and_says_who_made_it(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "客户.xlsx"
    desk.settings.put("operator.role", "viewer")
    desk.do("customer.export", {"file": str(path)})
    book = load_workbook(path)
    rows = cells(path)
    assert mask(PHONE) in rows[1] and PHONE not in rows[1] and len(rows) == 3
    assert "王敏 2026-06-12 12:00" in str(book.active.oddFooter.left.text)
    assert "导出人：王敏" in str(book.properties.description)
    assert desk.rows("access_log") == []


def test_an_export_in_full_asks_why_and_is_kept(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "客户.xlsx"
    with pytest.raises(Refused) as refused:
        desk.do("customer.export_full", {"file": str(path)})
    assert refused.value.problems[0].code == "full_export" and not path.exists()
    desk.do("customer.export_full", {"file": str(path), "reason": "给物流打面单"})
    assert PHONE in cells(path)[1] and "王敏" in str(load_workbook(path).active.oddFooter.left.text)
    log = desk.rows("access_log")[0]
    assert (log["what"], log["reason"]) == ("export", "给物流打面单")
    assert "客户.xlsx" in str(log["name"]) and "银行账号" in str(log["content"])


@pytest.mark.parametrize("name", ["客户.csv", "客户.xlsx"])
def test_a_covered_list_comes_back_without_harm(desk: Desk, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    desk.do("customer.export", {"file": str(path)})
    if path.suffix == ".csv":
        lines = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        assert lines[-1][0].startswith("导出人：王敏 2026-06-12 12:00")
    told = desk.do("customer.import", {"file": str(path)})
    assert told.data["counts"].get("new", 0) == 0
    assert len(desk.rows("customer")) == 2
    row = desk.row("customer", customer(desk)) or {}
    assert (row["phone"], row["address"]) == (PHONE, ADDRESS)


def test_a_printed_list_is_covered_and_marked_on_every_page(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "清单.pdf"
    desk.do("customer.print_list", {"out": str(path)})
    page = read_pdf(path.read_bytes())[0]
    assert STARS in page.text and PHONE.replace(" ", "") not in page.text.replace(" ", "")
    assert page.text.replace(" ", "").count("王敏2026-06-1212:00") >= 4, "across the page and in the small print"


def test_the_paper_for_the_customer_shows_what_it_must(desk: Desk, tmp_path: Path) -> None:
    order = desk.do("order.confirm", order_args(("P10012", "2", "48.60"))).uid
    note = desk.do("order.deliver", {"uid": order}).uid
    done = desk.do("delivery.preview", {"uid": note, "out": str(tmp_path / "送货单.pdf")})
    text = "".join(p.text for p in read_pdf(Path(done.data["file"]).read_bytes())).replace(" ", "")
    assert PHONE.replace(" ", "") in text and "星湖街328号" in text and STARS not in text
    assert text.count("王敏2026-06-1212:00") == 1, "the small print as ever, nothing across the paper"
