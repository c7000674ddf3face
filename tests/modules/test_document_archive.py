"""Lending, destroying, files and their words, the clerk's own forms, contracts, seals, papers (DOC-3 … DOC-6, ORD-9, ORD-11)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from reportlab.pdfgen.canvas import Canvas

from salesdesk.desk import Desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.services import word_template
from salesdesk.services.attachments import stored_at
from tests.desks import order_args, small_desk
from tests.modules.docx_making import docx, paragraph, table, words_of
from tests.services.pdf_reading import texts_of


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path / "data")
    yield made
    made.close()


def later(desk: Desk, **span: int) -> None:
    clock = desk.database.clock
    assert isinstance(clock, FixedClock)
    clock.moment += timedelta(**span)


def filed(desk: Desk, title: str = "旧资料", **more: Any) -> str:
    uid = desk.do("document.save", {"kind": "资料", "title": title}).uid
    desk.do("document.file", {"uid": uid, **more})
    return uid


def row(desk: Desk, uid: str, entity: str = "document") -> dict[str, Any]:
    found = desk.row(entity, uid)
    assert found is not None
    return found


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {p.code for p in refused.value.problems}


def lend(desk: Desk, document: str, borrower: str = "李强") -> str:
    loan = desk.do("document_loan.save", {"document": document, "borrower": borrower, "purpose": "查合同"}).uid
    desk.do("document_loan.approve", {"uid": loan, "who": "周经理"})
    desk.do("document_loan.lend", {"uid": loan})
    return loan


# -- lending and destroying --------------------------------------------------------------------------------------------


def test_a_paper_is_asked_for_approved_lent_reminded_and_returned(desk: Desk) -> None:
    document = filed(desk)
    loan = desk.do("document_loan.save", {"document": document, "borrower": "李强", "purpose": "查合同"}).uid
    assert (row(desk, loan, "document_loan")["number"], row(desk, loan, "document_loan")["due"]) == (
        "JY2606A-0001",
        "2026-06-26",
    )
    with pytest.raises(Refused) as refused:
        desk.do("document_loan.lend", {"uid": loan})
    assert codes(refused) == {"loan.state"}
    with pytest.raises(Refused) as refused:
        desk.do("document_loan.approve", {"uid": loan, "who": "李强"})
    assert codes(refused) == {"own"}
    desk.do("document_loan.approve", {"uid": loan, "who": "周经理"})
    desk.do("document_loan.lend", {"uid": loan})
    assert row(desk, document)["lent_to"] == "李强"
    second = desk.do("document_loan.save", {"document": document, "borrower": "陈刚", "purpose": "也要看"}).uid
    desk.do("document_loan.approve", {"uid": second, "who": "周经理"})
    with pytest.raises(Refused) as refused:
        desk.do("document_loan.lend", {"uid": second})
    assert codes(refused) == {"not_here"}
    later(desk, days=20)
    [told] = [t for t in desk.todos() if t.uid == loan]
    assert "过期 6 天" in told.detail and told.verb == "document_loan.remind" and told.tone == "err"
    said = desk.do("document_loan.remind", {"uid": loan})
    assert "已经过了 6 天" in said.data["text"] and row(desk, loan, "document_loan")["reminded"] == 1
    desk.do("document_loan.give_back", {"uid": loan})
    assert row(desk, document)["lent_to"] is None
    with pytest.raises(Refused) as refused:
        desk.do("document_loan.lend", {"uid": second})
    assert codes(refused) == {"due_past"}, "nothing is lent until a day that is past"
    desk.do("document_loan.save", {"uid": second, "due": "+7"})
    desk.do("document_loan.lend", {"uid": second})
    assert row(desk, document)["lent_to"] == "陈刚"
    with pytest.raises(Refused) as refused:
        desk.do("document_loan.save", {"uid": second, "due": "+30"})
    assert codes(refused) == {"due_fixed"}
    desk.do("document_loan.extend", {"uid": second, "due": "+30"})
    with pytest.raises(Refused) as refused:
        desk.do("document_loan.void", {"uid": loan})
    assert codes(refused) == {"returned"}


def test_a_loan_is_not_approved_until_a_day_that_is_past(desk: Desk) -> None:
    loan = desk.do("document_loan.save", {"document": filed(desk), "borrower": "李强", "purpose": "查"}).uid
    with pytest.raises(Refused) as refused:
        desk.do("document_loan.approve", {"uid": loan, "who": "周经理", "due": "2026-06-01"})
    assert codes(refused) == {"due_past"}


def test_only_what_is_filed_is_lent(desk: Desk) -> None:
    uid = desk.do("document.save", {"kind": "资料", "title": "没归档"}).uid
    with pytest.raises(Refused) as refused:
        desk.do("document_loan.save", {"document": uid, "borrower": "李强", "purpose": "看"})
    assert codes(refused) == {"not_filed"}


def test_what_was_kept_long_enough_is_appraised_and_destroyed_with_two_witnesses(desk: Desk) -> None:
    old = [filed(desk, f"旧{n}", retention="5 年") for n in range(4)]
    kept = filed(desk, "永久的", retention="永久")
    later(desk, days=365 * 5)
    assert row(desk, old[0])["keep_until"] == "2031-06-11"
    with pytest.raises(Refused) as refused:
        desk.do("destruction.propose", {})
    assert codes(refused) == {"none_due"}
    later(desk, days=1)
    loan = lend(desk, old[0])
    desk.do("document.hold", {"uid": old[1], "why": "在打官司"})
    made = desk.do("destruction.propose", {"members": "王敏、周经理"})
    assert made.data["documents"] == 2 and len(made.problems) == 2, "the lent and the held one are told and left out"
    assert [row(desk, uid)["state"] for uid in old] == ["filed", "filed", "listed", "listed"] and row(desk, kept)[
        "state"
    ] == "filed"
    with pytest.raises(Refused) as refused:
        desk.do("destruction.approve", {"uid": made.uid, "who": "钱总"})
    assert codes(refused) == {"role"}
    desk.settings.put("operator.role", "manager")
    lines = desk.lines("destruction_line", made.uid)
    with pytest.raises(Refused) as refused:
        desk.do(
            "destruction.save",
            {
                "uid": made.uid,
                "lines": [{"uid": lines[0]["uid"], "document": lines[0]["document"], "decision": "延长"}],
            },
        )
    assert codes(refused) == {"years", "why"}
    wanted = [
        {"uid": lines[0]["uid"], "document": lines[0]["document"], "decision": "延长", "years": 5, "why": "还在质保"},
        {"uid": lines[1]["uid"], "document": lines[1]["document"], "decision": "销毁"},
    ]
    desk.do("destruction.save", {"uid": made.uid, "lines": wanted})
    desk.do("destruction.approve", {"uid": made.uid, "who": "钱总"})
    with pytest.raises(Refused) as refused:
        desk.do("destruction.destroy", {"uid": made.uid, "witness_one": "张伟", "witness_two": "张伟"})
    assert codes(refused) == {"one_witness"}
    desk.do("document.hold", {"uid": old[3], "why": "审计要看"})
    with pytest.raises(Refused) as refused:
        desk.do("destruction.destroy", {"uid": made.uid, "witness_one": "张伟", "witness_two": "陈刚"})
    assert codes(refused) == {"not_free"}
    desk.do("document.release", {"uid": old[3]})
    desk.do("destruction.destroy", {"uid": made.uid, "witness_one": "张伟", "witness_two": "陈刚"})
    assert [row(desk, uid)["state"] for uid in old] == ["filed", "filed", "filed", "destroyed"]
    assert row(desk, old[2])["keep_until"] == "2036-06-11" and row(desk, old[3])["destroyed_on"] == desk.today
    assert not row(desk, old[3])["void"], "the row stays"
    with pytest.raises(Refused):
        desk.do("document.void", {"uid": old[3]})
    desk.do("document_loan.give_back", {"uid": loan})


def test_undo_cannot_take_back_the_filing_of_what_is_lent(desk: Desk) -> None:
    uid = desk.do("document.save", {"kind": "资料", "title": "图纸"}).uid
    step = desk.do("document.file", {"uid": uid}).changes.op
    lend(desk, uid)
    with pytest.raises(Refused):
        desk.do("system.undo", {"op": step})


def test_a_list_that_is_left_out_or_given_up_puts_papers_back(desk: Desk) -> None:
    two = [filed(desk, f"旧{n}", retention="5 年") for n in range(2)]
    later(desk, days=2000)
    made = desk.do("destruction.propose", {"members": "王敏"})
    line = next(one for one in desk.lines("destruction_line", made.uid) if one["document"] == two[1])
    desk.do(
        "destruction.save", {"uid": made.uid, "lines": [{"uid": line["uid"], "document": two[1], "decision": "销毁"}]}
    )
    assert [row(desk, uid)["state"] for uid in two] == ["filed", "listed"]
    desk.do("destruction.void", {"uid": made.uid})
    assert row(desk, two[1])["state"] == "filed"


# -- files and their words ---------------------------------------------------------------------------------------------


def papers(folder: Path) -> Path:
    """A folder with a paper of each kind, one twice, and what programs leave lying about."""
    folder.mkdir()
    canvas = Canvas(str(folder / "report.pdf"))
    canvas.drawString(100, 700, "Pressure test certificate 88123")
    canvas.save()
    (folder / "会议纪要.docx").write_bytes(docx(paragraph("关于", "齿轮箱改造的会议纪要")))
    book = openpyxl.Workbook()
    book.active["A1"] = "轴承间隙检查表"
    book.save(folder / "检查表.xlsx")
    (folder / "子夹").mkdir()
    (folder / "子夹" / "说明.txt").write_text("氮气置换操作说明", encoding="gb18030")
    (folder / "子夹" / "说明 副本.txt").write_text("氮气置换操作说明", encoding="gb18030")
    (folder / "空.txt").write_bytes(b"")
    (folder / "~$会议纪要.docx").write_bytes(b"x")
    (folder / "Thumbs.db").write_bytes(b"x")
    return folder


def test_a_folder_is_taken_in_and_found_by_what_its_papers_say(desk: Desk, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    made = desk.do(
        "document.take_in", {"files": str(papers(tmp_path / "资料"))}, lambda done, whole: steps.append((done, whole))
    )
    assert made.data == {"taken": 4, "same": 1, "unread": 1} and steps[-1] == (6, 6)
    assert {p.code for p in made.problems} == {"same_file", "empty_file"}
    assert {r["title"] for r in desk.rows("document")} == {"report", "会议纪要", "检查表", "说明 副本"} | {"说明"} - {
        "说明"
    }
    for text, title in (
        ("齿轮箱", "会议纪要"),
        ("轴承间隙", "检查表"),
        ("氮气置换", "说明 副本"),
        ("certificate 88123", "report"),
    ):
        assert [hit.title for hit in desk.find(text, "document")] == [title], text
    assert desk.do("document.read_texts").data == {"read": 0, "left": 0}, "their words were read as they came in"
    assert [hit.title for hit in desk.find("子夹", "document")] == ["说明 副本"], "found by the folder it lay in"
    again = desk.do("document.take_in", {"files": str(tmp_path / "资料")})
    assert again.data["taken"] == 0 and again.data["same"] == 5


def test_stopping_half_way_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, whole: int) -> None:
        if done == 3:
            raise Stopped

    before = sorted((desk.folder / "attachments").rglob("*"))
    with pytest.raises(Stopped):
        desk.do("document.take_in", {"files": str(papers(tmp_path / "资料"))}, stop)
    assert not desk.rows("document")
    assert [p for p in sorted((desk.folder / "attachments").rglob("*")) if p.is_file()] == [
        p for p in before if p.is_file()
    ]


def test_versions_are_kept_and_opened_as_they_were(desk: Desk, tmp_path: Path) -> None:
    uid = desk.do("document.save", {"kind": "资料", "title": "工艺卡"}).uid
    paper = tmp_path / "工艺卡.txt"
    for text in ("第一版 焊接", "第二版 铆接"):
        paper.write_text(text, encoding="utf-8")
        desk.do("document.take_in", {"files": str(paper), "uid": uid})
    assert row(desk, uid)["files"] == 2
    assert [h.uid for h in desk.find("铆接", "document")] == [uid] and not desk.find("焊接", "document")
    opened = desk.do("document.open", {"uid": uid, "version": 1})
    assert Path(opened.data["file"]).read_text(encoding="utf-8") == "第一版 焊接"
    desk.do("system.undo")
    assert [h.uid for h in desk.find("焊接", "document")] == [uid], "the words follow the version that counts"
    kept = stored_at(desk.folder, desk.rows("document_file")[0]["sha256"])
    kept.chmod(0o600)
    kept.write_bytes(b"altered")
    with pytest.raises(Refused) as refused:
        desk.do("document.open", {"uid": uid})
    assert codes(refused) == {"damaged"}


def test_secret_papers_are_not_found_by_what_they_say(desk: Desk, tmp_path: Path) -> None:
    paper = tmp_path / "配方.txt"
    paper.write_text("钼酸铵三十克", encoding="utf-8")
    uid = desk.do("document.take_in", {"files": str(paper), "secrecy": "机密"}).uid
    desk.do("document.read_texts")
    assert not desk.find("钼酸铵", "document") and desk.find("配方", "document")
    assert not desk.rows("file_words"), "nor are its words kept"
    desk.do("document.save", {"uid": uid, "secrecy": "内部"})
    assert desk.do("document.read_texts").data["read"] == 1 and desk.find("钼酸铵", "document")
    desk.do("document.save", {"uid": uid, "secrecy": "秘密"})
    assert not desk.find("钼酸铵", "document") and not desk.rows("file_words")


# -- forms of the clerk's own ------------------------------------------------------------------------------------------


def test_a_contract_is_made_from_the_clerks_own_word_form(desk: Desk, tmp_path: Path) -> None:
    form = tmp_path / "购销合同.docx"
    form.write_bytes(
        docx(
            paragraph("甲方：{{客户", "名称}}　地址：{{客户收货地址}}"),
            table([["序号", "品名", "数量", "单价"], ["{{序号}}", "{{产品}}", "{{数量}}", "{{单价}}"]]),
            paragraph("合计 {{金额}} 元，大写 {{大写金额}}；订单 {{订单号}}，经办 {{经办人}}"),
        )
    )
    template = desk.do("paper_template.add", {"name": "购销合同", "about": "订单", "file": str(form)})
    order = desk.do("order.confirm", order_args(("P10012", "12", "48.6"), ("P20031", "100", "3.2"))).uid
    made = desk.do("paper_template.fill", {"uid": template.uid, "order": order, "out": str(tmp_path / "成.docx")})
    text = words_of((tmp_path / "成.docx").read_bytes())
    assert "甲方：苏州华源贸易有限公司　地址：苏州市工业园区星湖街 328 号" in text
    assert "不锈钢球阀 DN25" in text and "四氟垫片 DN50" in text and "{{" not in text
    assert "903.20 元，大写 玖佰零叁元贰角；订单 XS2606A-0001，经办 王敏" in text
    assert word_template.words_in(form) >= {"客户名称", "序号"}, "the form itself stays as it was"
    stands = row(desk, made.uid)
    assert (stands["kind"], stands["order"], stands["files"]) == ("made", order, 1)
    assert desk.do("paper_template.fill", {"uid": template.uid, "order": order}).uid == made.uid
    assert row(desk, made.uid)["files"] == 2
    [note] = [r for r in desk.rows("access_log") if r["what"] == "export"][:1]
    assert note["content"] == "收货地址"


def test_a_quotation_is_made_from_the_clerks_own_excel_form(desk: Desk, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["A3"], sheet["B3"], sheet["C3"] = "报价：{{客户名称}}", "{{产品}}", "{{数量}}", "{{单价}}"
    sheet["D3"], sheet["D4"] = "=B3*C3", "=SUM(D3:D3)"
    form = tmp_path / "报价单.xlsx"
    book.save(form)
    template = desk.do("paper_template.add", {"name": "报价单", "about": "订单", "file": str(form)})
    order = desk.do("order.confirm", order_args(("P10012", "12", "48.6"), ("P20031", "100", "3.2"))).uid
    made = desk.do("paper_template.fill", {"uid": template.uid, "order": order})
    filled = openpyxl.load_workbook(made.data["file"]).active
    assert [filled[f"{c}{r}"].value for r in (3, 4) for c in "ABCD"] == [
        "不锈钢球阀 DN25", 12, 48.6, "=B3*C3", "四氟垫片 DN50", 100, 3.2, "=B4*C4",
    ]  # fmt: skip
    assert filled["D5"].value == "=SUM(D3:D4)"


def test_papers_are_made_of_a_product_and_of_a_customer_too(desk: Desk, tmp_path: Path) -> None:
    word = tmp_path / "产品资料.docx"
    word.write_bytes(docx(paragraph("{{产品名称}} {{规格}}，{{公司名称}} {{今天}}")))
    template = desk.do("paper_template.add", {"name": "产品资料", "about": "产品", "file": str(word)}).uid
    made = desk.do("paper_template.fill", {"uid": template, "product": "P10012"})
    assert (
        words_of(Path(made.data["file"]).read_bytes()) == "不锈钢球阀 DN25 304 / PN16，苏州安正阀门有限公司 2026-06-12"
    )
    assert desk.find("苏州安正阀门", "document")[0].uid == made.uid, "what was made is found by its words at once"
    book = openpyxl.Workbook()
    book.active["A1"] = "致 {{客户名称}}（{{编码}}）"
    book.save(tmp_path / "函.xlsx")
    with pytest.raises(Refused) as refused:
        desk.do("paper_template.add", {"name": "函", "about": "客户", "file": str(tmp_path / "函.xlsx")})
    known = desk.do("paper_template.words", {"about": "客户"}).data["head"]
    assert codes(refused) == {"template.word"} and "客户编码" in known
    book.active["A1"] = "致 {{客户名称}}（{{客户编码}}）"
    book.save(tmp_path / "函.xlsx")
    letter = desk.do("paper_template.add", {"name": "函", "about": "客户", "file": str(tmp_path / "函.xlsx")}).uid
    with pytest.raises(Refused) as refused:
        desk.do("paper_template.fill", {"uid": letter, "product": "P10012"})
    assert codes(refused) == {"subject"}
    made = desk.do("paper_template.fill", {"uid": letter, "customer": "C00042"})
    filled = openpyxl.load_workbook(made.data["file"]).active
    assert filled["A1"].value == "致 苏州华源贸易有限公司（C00042）"
    assert row(desk, made.uid)["customer"], "the paper stands with its customer"


def test_a_form_with_faults_is_told_all_of_them(desk: Desk, tmp_path: Path) -> None:
    form = tmp_path / "坏.docx"
    form.write_bytes(docx(paragraph("{{客户名字}} {{序号}} {{成本价}}")))
    with pytest.raises(Refused) as refused:
        desk.do("paper_template.add", {"name": "坏", "about": "订单", "file": str(form)})
    assert sorted(p.code for p in refused.value.problems) == ["template.rows", "template.word", "template.word"]
    form.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(Refused) as refused:
        desk.do("paper_template.add", {"name": "坏", "about": "订单", "file": str(form)})
    assert codes(refused) == {"template.broken"}


def test_everything_else_of_a_word_form_stays_byte_for_byte(tmp_path: Path) -> None:
    form = tmp_path / "form.docx"
    form.write_bytes(
        docx(
            paragraph("{{名}}\t", "粗"),
            extra={"word/media/logo.png": b"\x89PNG\x00\x01", "word/styles.xml": b"<styles/>"},
        )
    )
    made = word_template.fill(form, {"名": "甲 & <乙>\n第二行"}, [], [])
    with zipfile.ZipFile(io.BytesIO(made)) as new, zipfile.ZipFile(form) as old:
        assert new.namelist() == old.namelist()
        for name in old.namelist():
            assert name == "word/document.xml" or new.read(name) == old.read(name)
        assert "甲 &amp; &lt;乙&gt;" in new.read("word/document.xml").decode()
    assert words_of(made) == "甲 & <乙>\n第二行\t粗"


# -- what others file --------------------------------------------------------------------------------------------------


def test_the_dossier_of_a_finished_order_files_itself(desk: Desk, tmp_path: Path) -> None:
    desk.settings.put("dossier.folder", str(tmp_path / "归档"))
    order = desk.do("order.confirm", order_args(("P10012", "12", "48.6"))).uid
    desk.do("order.deliver", {"uid": order})
    pack = desk.do("dossier.file", {"uid": order}).data["zip"]
    [document] = desk.rows("document")
    assert (document["kind"], document["state"], document["number"]) == ("dossier", "filed", "订单档案〔2026〕1号")
    assert document["title"] == "订单档案 XS2606A-0001 苏州华源贸易有限公司" and document["keep_until"] == "2036-06-11"
    assert desk.do("document.open", {"uid": document["uid"]}).data["file"] == pack
    later(desk, minutes=5)
    desk.do("dossier.file", {"uid": order})
    [again] = desk.rows("document")
    assert again["uid"] == document["uid"] and again["files"] == 2
    assert desk.do("dossier.check", {"uid": desk.rows("dossier")[0]["uid"]}).problems == (), (
        "being registered is no change of the order"
    )
    desk.do("system.undo")
    desk.do("system.undo")
    assert not desk.rows("document")


# -- contracts and seals -----------------------------------------------------------------------------------------------


def test_a_contract_is_reviewed_signed_performed_and_closed(desk: Desk) -> None:
    uid = desk.do(
        "contract.save",
        {
            "title": "年度供货",
            "party": "苏州华源贸易有限公司",
            "customer": "C00042",
            "amount": "1000",
            "expires": "2026-12-31",
        },
    ).uid
    desk.do("contract.submit", {"uid": uid})
    with pytest.raises(Refused) as refused:
        desk.do("contract.sign", {"uid": uid})
    assert codes(refused) == {"contract.state"}
    with pytest.raises(Refused) as refused:
        desk.do("seal_use.save", {"paper": "合同", "applicant": "李强", "approved_by": "钱总", "contract": uid})
    assert codes(refused) == {"unreviewed"}
    desk.do("contract.legal", {"uid": uid, "who": "孙律师", "said": "违约金写清"})
    with pytest.raises(Refused) as refused:
        desk.do("contract.manager", {"uid": uid, "who": "孙律师"})
    assert codes(refused) == {"own"}
    desk.do("contract.manager", {"uid": uid, "who": "周经理"})
    desk.do(
        "seal_use.save",
        {"seal": "合同章", "paper": "年度供货合同", "applicant": "李强", "approved_by": "钱总", "contract": uid},
    )
    desk.do("contract.sign", {"uid": uid})
    with pytest.raises(Refused) as refused:
        desk.do("contract.save", {"uid": uid, "amount": "2000"})
    assert codes(refused) == {"agreed"}
    events = [
        {"day": "6.12", "kind": "履行", "what": "第一批", "amount": "600"},
        {"day": "6.12", "kind": "违约", "what": "晚发 3 天", "liable": "我方", "amount": "50"},
    ]
    desk.do("contract.save", {"uid": uid, "events": events})
    assert (row(desk, uid, "contract")["performed"], row(desk, uid, "contract")["breaches"]) == (60000, 1)
    with pytest.raises(Refused) as refused:
        desk.do("contract.fulfil", {"uid": uid})
    assert codes(refused) == {"breach_open", "performed"}
    later(desk, days=180)
    kept = [
        {"uid": e["uid"], "day": e["day"], "kind": e["kind"], "what": e["what"], "liable": e["liable"]}
        for e in desk.lines("contract_event", uid)
    ]
    desk.do("contract.save", {"uid": uid, "events": [kept[0], {**kept[1], "settled_on": desk.today}]})
    [told] = [t for t in desk.todos() if t.uid == uid]
    assert "22 天后到期" in told.title
    desk.do("contract.fulfil", {"uid": uid, "reason": "余量客户不要了"})
    assert row(desk, uid, "contract")["state"] == "fulfilled"


def test_a_seal_that_goes_out_comes_back(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.do("seal_use.save", {"paper": "投标书", "applicant": "李强", "approved_by": "钱总", "taken_out": True})
    assert codes(refused) == {"seal.due"}
    uid = desk.do(
        "seal_use.save", {"paper": "投标书", "applicant": "李强", "approved_by": "钱总", "taken_out": True, "due": "+1"}
    ).uid
    later(desk, days=2)
    assert [t.verb for t in desk.todos() if t.uid == uid] == ["seal_use.returned"]
    desk.do("seal_use.returned", {"uid": uid})
    assert not [t for t in desk.todos() if t.uid == uid]


def test_a_seal_that_was_explained_is_not_asked_about_again(desk: Desk) -> None:
    args = {"paper": "投标书", "applicant": "李强", "approved_by": "李强"}
    with pytest.raises(Refused) as refused:
        desk.do("seal_use.save", args)
    assert codes(refused) == {"own"}
    uid = desk.do("seal_use.save", {**args, "reason": "总经理出差，电话同意"}).uid
    desk.do("seal_use.save", {"uid": uid, "note": "两份都盖了"})
    with pytest.raises(Refused):
        desk.do("seal_use.save", {"uid": uid, "applicant": "王芳", "approved_by": "王芳"})


def test_a_contract_is_not_signed_after_its_end(desk: Desk) -> None:
    uid = desk.do("contract.save", {"title": "供货", "party": "华源", "amount": "10", "expires": "2026-06-01"}).uid
    for verb, args in (("submit", {}), ("legal", {"who": "孙律师"}), ("manager", {"who": "钱总"})):
        desk.do(f"contract.{verb}", {"uid": uid, **args})
    with pytest.raises(Refused) as refused:
        desk.do("contract.sign", {"uid": uid})
    assert codes(refused) == {"contract.days"} and row(desk, uid, "contract")["state"] == "passed"


# -- papers ------------------------------------------------------------------------------------------------------------


def printed(desk: Desk, verb: str, args: dict[str, Any], out: Path) -> str:
    made = desk.do(verb, {**args, "out": str(out)})
    assert made.data.get("findings", []) == []
    return "\n".join(texts_of(out.read_bytes()))


def test_every_paper_says_what_the_rows_say(desk: Desk, tmp_path: Path) -> None:
    uid = desk.do("document.save", {"kind": "外来文件", "title": "防汛通知", "sender": "市应急管理局", "due": "+3"}).uid
    desk.do("document.register", {"uid": uid})
    desk.do("document.distribute", {"uid": uid, "people": "李强、陈刚"})
    text = printed(desk, "document_circulation.print", {"uid": uid}, tmp_path / "a.pdf")
    assert all(word in text for word in ("文件传阅单", "收文〔2026〕1号", "防汛通知", "李强", "陈刚", "2026-06-15"))
    old = filed(desk, "旧图纸", retention="5 年", cabinet="2", box="3")
    loan = lend(desk, old)
    text = printed(desk, "document_loan_form.print", {"uid": loan}, tmp_path / "b.pdf")
    assert all(word in text for word in ("文件借阅申请表", "JY2606A-0001", "旧图纸", "2 柜 3 盒", "周经理", "查合同"))
    desk.do("document_loan.give_back", {"uid": loan})
    for form, head in (("盒面", "front.pdf"), ("盒脊", "spine.pdf")):
        text = printed(desk, "document.labels", {"form": form}, tmp_path / head)
        assert "2 柜 3 盒" in text.replace("\n", " ") and "资料〔2026〕1号" in text.replace("\n", "")
    later(desk, days=2000)
    made = desk.do("destruction.propose", {"members": "王敏"})
    text = printed(desk, "destruction_list.print", {"uid": made.uid}, tmp_path / "c.pdf")
    assert all(word in text for word in ("档案销毁清册", "旧图纸", "5 年", "2031-06-11", "监销人"))
    assert "张伟" not in text
    assert "2 柜 3 盒" in printed(desk, "document.labels", {}, tmp_path / "listed.pdf").replace("\n", " "), (
        "what waits to be destroyed still lies in its box"
    )
    desk.settings.put("operator.role", "manager")
    desk.do("destruction.save", {"uid": made.uid, "opinion": "同意销毁，无保存价值"})
    desk.do("destruction.approve", {"uid": made.uid, "who": "钱总"})
    desk.do("destruction.destroy", {"uid": made.uid, "witness_one": "张伟", "witness_two": "陈刚", "way": "化浆"})
    text = printed(desk, "destruction_list.print", {"uid": made.uid}, tmp_path / "done.pdf")
    number = row(desk, old)["number"]
    wanted = (number, "钱总", "张伟", "陈刚", "化浆", desk.today, "同意销毁，无保存价值")
    assert [word for word in wanted if word not in text.replace("\n", "")] == []
    ours = desk.do(
        "document.save", {"kind": "内部文件", "type": "通知", "title": "盘点通知", "scope": "仓库、财务"}
    ).uid
    for verb, args in (("submit", {}), ("review", {"who": "周经理"}), ("approve", {"who": "钱总"}), ("give_number", {}),
                       ("register", {}), ("distribute", {})):  # fmt: skip
        desk.do(f"document.{verb}", {"uid": ours, **args})
    text = printed(desk, "document_circulation.print", {"uid": ours}, tmp_path / "ours.pdf")
    assert all(word in text for word in ("文件发放签收单", "仓库", "财务", "发放", "盘点通知", "钱总"))
    contract = desk.do(
        "contract.save", {"title": "年度供货", "party": "华源", "amount": "1000", "expires": "2032-12-31"}
    ).uid
    text = printed(desk, "contract_review.print", {"uid": contract}, tmp_path / "d.pdf")
    assert all(word in text for word in ("合同会签单", "年度供货", "1,000.00", "法务"))
    desk.do("contract.submit", {"uid": contract})
    desk.do("contract.legal", {"uid": contract, "who": "孙律师", "said": "违约金写清"})
    text = printed(desk, "contract_review.print", {"uid": contract}, tmp_path / "d2.pdf")
    assert "孙律师" in text and "违约金写清" in text and "第 2 次" in text
    seal = desk.do("seal_use.save", {"paper": "投标书", "applicant": "李强", "approved_by": "钱总"}).uid
    text = printed(desk, "seal_form.print", {"uid": seal}, tmp_path / "e.pdf")
    assert all(word in text for word in ("用印申请单", "投标书", "李强", "不带出"))
    seal = desk.do(
        "seal_use.save",
        {"paper": "授权书", "applicant": "李强", "approved_by": "钱总", "taken_out": True, "due": "+2", "contract": contract,
         "reason": "急用"},
    ).uid  # fmt: skip
    text = printed(desk, "seal_form.print", {"uid": seal}, tmp_path / "e2.pdf")
    assert "带出" in text and f"{row(desk, seal, 'seal_use')['due']} 前归还" in text and "不带出" not in text
