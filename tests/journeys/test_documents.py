"""A letter comes in and goes round, a contract is made and signed, old files are looked through (DOC-1 … 6, ORD-9, ORD-11)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from tests.desks import order_args, small_desk
from tests.modules.docx_making import docx, paragraph, words_of


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def later(desk: Desk, days: int) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(days=days)


def wanted(desk: Desk) -> list[str]:
    """The documents' things to do on 今日, by their verbs."""
    return [t.verb for t in desk.todos() if t.module == "documents"]


def test_a_letter_is_led_by_today_until_it_is_found_again(desk: Desk, tmp_path: Path) -> None:
    """DOC-1, DOC-3: each step is on 今日 when it is due; a year later the letter is found by a word inside it."""
    scan = tmp_path / "来文.docx"
    scan.write_bytes(docx(paragraph("请于月底前完成阀门", "气密性试验并报送结果")))
    letter = desk.do("document.take_in", {"files": str(scan), "kind": "外来文件", "sender": "市特检院"}).uid
    desk.do("document.save", {"uid": letter, "title": "关于气密性试验的通知", "due": "+5"})
    assert wanted(desk) == ["document.register"]
    desk.do("document.register", {"uid": letter})
    assert wanted(desk) == ["document.distribute"]
    desk.do("document.distribute", {"uid": letter, "people": "陈刚", "part": "承办"})
    assert wanted(desk) == []
    later(desk, 5)
    assert wanted(desk) == ["", "document.settle"], "today the answer is due, and the letter itself"
    [receipt] = desk.rows("document_receipt")
    desk.do("document_receipt.done", {"uid": receipt["uid"], "said": "已报送"})
    desk.do("document.settle", {"uid": letter})
    desk.do("document.file", {"uid": letter, "cabinet": "1", "box": "4"})
    assert wanted(desk) == []
    later(desk, 365)
    desk.do("document.read_texts")
    [hit] = desk.find("气密性试验并报送")
    assert hit.uid == letter and (desk.row("document", hit.uid) or {})["box"] == "4"


def test_a_contract_from_the_form_to_the_seal_and_the_dossier(desk: Desk, tmp_path: Path) -> None:
    """ORD-9, DOC-6, ORD-11: made from the form, reviewed, sealed, signed; the finished order's dossier stands in the register."""
    desk.settings.put("dossier.folder", str(tmp_path / "归档"))
    form = tmp_path / "合同.docx"
    form.write_bytes(docx(paragraph("买方 {{客户名称}}，金额 {{大写金额}}")))
    template = desk.do("paper_template.add", {"name": "购销合同", "about": "订单", "file": str(form)}).uid
    order = desk.do("order.confirm", order_args(("P10012", "12", "48.6"))).uid
    paper = desk.do("paper_template.fill", {"uid": template, "order": order})
    assert words_of(Path(paper.data["file"]).read_bytes()) == "买方 苏州华源贸易有限公司，金额 伍佰捌拾叁元贰角"
    contract = desk.do(
        "contract.save",
        {"title": "购销合同", "party": "苏州华源贸易有限公司", "order": order, "document": paper.uid, "amount": "583.20", "expires": "+20"},
    ).uid  # fmt: skip
    for verb, args in (("submit", {}), ("legal", {"who": "孙律师"}), ("manager", {"who": "钱总"})):
        desk.do(f"contract.{verb}", {"uid": contract, **args})
    desk.do(
        "seal_use.save",
        {"seal": "合同章", "paper": "购销合同", "applicant": "李强", "approved_by": "钱总", "contract": contract},
    )
    desk.do("contract.sign", {"uid": contract})
    assert "contract.fulfil" in wanted(desk), "it runs out within a month"
    desk.do("order.deliver", {"uid": order})
    desk.do("dossier.file", {"uid": order})
    filed = [d for d in desk.rows("document") if d["kind"] == "dossier"]
    assert [(d["number"], d["state"]) for d in filed] == [("订单档案〔2026〕1号", "filed")]


def test_years_later_what_is_lent_comes_back_before_it_is_destroyed(desk: Desk, tmp_path: Path) -> None:
    """DOC-4, DOC-5: yearly 鉴定 on 今日, the lent paper stays out of the list until it is returned; then nothing is left of it."""
    papers = []
    for title in ("检验记录", "投标书"):
        scan = tmp_path / f"{title}.docx"
        scan.write_bytes(docx(paragraph(f"{title}的正文")))
        uid = desk.do("document.take_in", {"files": str(scan)}).uid
        assert [hit.uid for hit in desk.find(f"{title}的正文", "document")] == [uid]
        desk.do("document.file", {"uid": uid, "retention": "5 年"})
        papers.append(uid)
    later(desk, 365 * 5 + 210)
    assert wanted(desk) == ["destruction.propose"]
    loan = desk.do("document_loan.save", {"document": papers[0], "borrower": "李强", "purpose": "投诉"}).uid
    desk.do("document_loan.approve", {"uid": loan, "who": "周经理"})
    desk.do("document_loan.lend", {"uid": loan})
    first = desk.do("destruction.propose", {"members": "王敏、周经理"})
    assert first.data["documents"] == 1
    later(desk, 20)
    assert "document_loan.remind" in wanted(desk)
    desk.do("document_loan.give_back", {"uid": loan})
    second = desk.do("destruction.propose", {"members": "王敏、周经理"})
    desk.settings.put("operator.role", "manager")
    for one in (first, second):
        desk.do("destruction.approve", {"uid": one.uid, "who": "钱总"})
        desk.do("destruction.destroy", {"uid": one.uid, "witness_one": "张伟", "witness_two": "陈刚"})
    assert [d["state"] for d in desk.rows("document")] == ["destroyed", "destroyed"] and wanted(desk) == []
    assert not [p for p in (desk.folder / "attachments").rglob("*") if p.is_file()] and not desk.find(
        "的正文", "document"
    )
    assert {d["number"] for d in desk.rows("document")} == {"资料〔2026〕1号", "资料〔2026〕2号"}, "the rows stay"


def test_an_older_register_comes_in_and_the_next_letter_gets_the_next_number(desk: Desk, tmp_path: Path) -> None:
    """DOC-1, DOC-2, DOC-5: the register the clerk kept in Excel goes on here, with its periods."""
    table = tmp_path / "收文簿.csv"
    table.write_text(
        "来源,编号,标题,来文单位,归档日期,保管期限\n外来文件,收文〔2026〕17号,年检通知,市局,2020-02-29,5 年\n",
        encoding="utf-8",
    )
    desk.do("document.import", {"file": str(table)})
    assert wanted(desk) == ["destruction.propose"], "kept long enough by the end of last year"
    letter = desk.do("document.save", {"kind": "外来文件", "title": "新通知", "sender": "市局"}).uid
    assert desk.do("document.register", {"uid": letter}).data["number"] == "收文〔2026〕18号"
