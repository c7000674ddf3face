"""Forms on paper: read back from the PDF, every row is there once, every line where it belongs, nothing over the edge."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from salesdesk.domain.errors import Refused
from salesdesk.domain.money import amount_in_words
from salesdesk.services import printing
from salesdesk.services.papers import lettering
from salesdesk.services.papers.grid import sum_text
from salesdesk.services.printing import (
    PAPERS,
    Calibration,
    PaperSize,
    PrintJob,
    Sheet,
    SheetColumn,
    Signature,
    render_calibration_page,
    render_many,
    render_sheet,
)
from tests.services.pdf_reading import ReadPage, metadata_of, read_pdf, texts_of

COLUMNS = (
    SheetColumn("序", 4, "center"),
    SheetColumn("编码", 9, kind="code"),
    SheetColumn("品名", 17),
    SheetColumn("规格", 13),
    SheetColumn("单位", 4.5, "center"),
    SheetColumn("数量", 7, kind="number", total=True),
    SheetColumn("单价", 8, kind="number"),
    SheetColumn("金额", 10, kind="number", total=True),
    SheetColumn("备注", 7),
)
NAMES = (
    "不锈钢球阀 DN25",
    "四氟垫片 DN50",
    "卫生级快装隔膜阀（EPDM 膜片，带手轮限位）DN65 焊接端 316L",
    "双头螺栓 M16×90",
    "低温截止阀 DN200 PN40 加长阀盖 低碳奥氏体不锈钢 出口型木箱包装 附材质证明与压力试验报告",
)


def rows(count: int) -> tuple[tuple[str, ...], ...]:
    made = []
    for i in range(count):
        amount = Decimal(i * i * 137 + 4860) / 100
        name, spec = NAMES[i % len(NAMES)], "304 / PN16" if i % 3 else "GB/T 12235-2007 法兰连接 RF 面"
        made.append((str(i + 1), f"Q{i + 1:03d}Z", name, spec, "只", f"{i + 1:,}", f"{i}.50", f"{amount:,.2f}", ""))
    return tuple(made)


def note(count: int, **changes: object) -> Sheet:
    lines = rows(count)
    fen = int(sum((Decimal(row[7].replace(",", "")) for row in lines), Decimal(0)) * 100)
    values: dict[str, object] = {
        "title": "送货单",
        "company": "苏州安正阀门有限公司",
        "number": "SH260612-0018",
        "pairs": (
            ("客户", "苏州华源贸易有限公司"),
            ("送货日期", "2026-06-18"),
            ("地址", "苏州市工业园区星湖街 328 号 12 栋"),
            ("联系人", "王芳　138 1288 6021"),
        ),
        "columns": COLUMNS,
        "rows": lines,
        "words": amount_in_words(fen),
        "words_amount": f"¥{Decimal(fen) / 100:,.2f}",
        "signatures": (Signature("制单", "王敏"), Signature("发货"), Signature("客户签收（盖章）", weight=1.8)),
        "footnotes": ("货到请当场点清，7 日内对账。",),
        "copies": ("白联：存根", "红联：客户", "黄联：财务"),
        "printed_by": "王敏",
        "stamp": "2026-06-18T10:24:31",
    }
    return Sheet(**(values | changes))  # type: ignore[arg-type]


def check_geometry(page: ReadPage, size: PaperSize) -> None:
    """Every character on the paper, none on another one, none across an upright line."""
    right, bottom = size.width_mm - size.margins.right, size.form_height - size.margins.bottom
    for g in page.glyphs:
        assert size.margins.left - 0.3 <= g.left <= g.right <= right + 0.3, g
        assert size.margins.top - 0.3 <= g.top <= g.bottom <= bottom + 0.3, g
    by_height = sorted(page.glyphs, key=lambda g: g.top)
    for place, g in enumerate(by_height):
        for other in by_height[place + 1 :]:
            if other.top > g.bottom - 0.15:
                break
            wide = min(g.right, other.right) - max(g.left, other.left)
            assert wide < 0.25 or min(g.bottom, other.bottom) - max(g.top, other.top) < 0.15, (g, other)
    for line in [s for s in page.strokes if s.upright]:
        for g in page.glyphs:
            if g.bottom > line.top + 0.2 and g.top < line.bottom - 0.2:
                assert not g.left + 0.1 < line.left < g.right - 0.1, (line, g)


@pytest.mark.parametrize("key", sorted(PAPERS))
def test_every_row_stands_once_on_every_paper(key: str) -> None:
    batch = render_many([PrintJob(note(count, number=f"N{count:02d}"), PAPERS[key]) for count in range(1, 61)])
    forms: dict[int, list[str]] = {}
    for page in texts_of(batch.pdf):
        found = re.search(r"No\. N(\d\d)", page)
        assert found
        forms.setdefault(int(found[1]), []).append(page)
    assert list(forms) == list(range(1, 61))
    for count, pages in forms.items():
        codes = [code for page in pages for code in re.findall(r"Q\d{3}Z", page)]
        assert codes == [f"Q{i + 1:03d}Z" for i in range(count)]
        for number, page in enumerate(pages, start=1):
            assert f"第 {number}/{len(pages)} 页" in page
            assert "品名" in page and "制单：王敏" in page and "苏州华源贸易有限公司" in page
        assert sum("合计（大写）" in page for page in pages) == 1 and "合计（大写）" in pages[-1]
        assert re.search(r"Q\d{3}Z", pages[-1])  # the sums never stand alone


@pytest.mark.parametrize("key", sorted(PAPERS))
def test_paper_size_frame_and_type(key: str) -> None:
    size = PAPERS[key]
    for count in (3, 33):
        rendered = render_sheet(note(count), size)
        pages = read_pdf(rendered.pdf)
        assert rendered.pages == len(pages) and rendered.findings == ()
        for page in pages:
            assert page.width == pytest.approx(size.width_mm, abs=0.5)
            assert page.height == pytest.approx(size.height_mm, abs=0.5)
            frame = page.frames()[0]
            assert frame.left == pytest.approx(size.margins.left, abs=0.5)
            assert frame.right == pytest.approx(size.width_mm - size.margins.right, abs=0.5)
            assert frame.bottom < size.form_height - size.margins.bottom
            assert page.fonts_embedded
            assert min(page.sizes) >= 8.0
            assert all(s.thick >= 0.2 for s in page.strokes)
            check_geometry(page, size)


def test_table_lines_meet_the_frame() -> None:
    page = read_pdf(render_sheet(note(5), "241x140").pdf)[0]
    frame = page.frames()[0]
    head = [s for s in page.strokes if s.upright and s.top == pytest.approx(frame.top, abs=0.1)]
    assert len(head) == len(COLUMNS) - 1
    across = [s for s in page.strokes if s.level and s.left == pytest.approx(frame.left, abs=0.1)]
    assert all(s.right == pytest.approx(frame.right, abs=0.1) for s in across)
    heights = sorted(s.top for s in across)
    assert heights[-1] == pytest.approx(frame.bottom, abs=0.1)
    assert all(4.0 < b - a < 12.0 for a, b in pairwise([frame.top, *heights]))


@pytest.mark.parametrize("key", ["241x140", "241x93", "A4"])
def test_page_subtotals_add_up(key: str) -> None:
    sheet = note(50)
    pages = texts_of(render_sheet(sheet, key).pdf)
    lines = [next(line for line in page.splitlines() if line.startswith("本页小计")) for page in pages]
    quantity, amount = (sum(Decimal(line.split()[place].replace(",", "")) for line in lines) for place in (1, 2))
    assert quantity == sum(range(1, 51))
    assert f"¥{amount:,.2f}" == sheet.words_amount


def test_one_page_has_no_subtotal_and_is_filled_with_blank_rows() -> None:
    page = read_pdf(render_sheet(note(2), "241x140").pdf)[0]
    assert "本页小计" not in page.text
    levels = [s for s in page.strokes if s.level and s.right - s.left > 200]
    assert len(levels) >= 10
    few = read_pdf(render_sheet(note(2, fill_rows=0), "241x140").pdf)[0]
    assert len([s for s in few.strokes if s.level and s.right - s.left > 200]) == 4
    marked = read_pdf(render_sheet(note(2, blank_mark="以下空白"), "241x140").pdf)[0]
    assert marked.text.count("以下空白") == 1


def test_the_amount_in_capitals_is_printed_and_checked() -> None:
    sheet = note(4)
    assert sheet.words in texts_of(render_sheet(sheet, "241x140").pdf)[0].replace("\n", "")
    wrong = render_sheet(note(4, words="壹元整"), "241x140")
    assert any("不是同一个金额" in finding for finding in wrong.findings)


def test_sums_are_made_of_the_printed_figures() -> None:
    assert sum_text(["1,200.50", "", "-0.5", "赠品"]) == "1,200.00"
    assert sum_text(["600", "700"]) == "1,300"
    assert sum_text(["1200", "1300"]) == "2500"
    assert sum_text(["", "—"]) == ""


def test_totals_stand_under_their_columns() -> None:
    sheet = note(3, totals=("合计", "", "", "", "", "6", "", "158.46", ""))
    page = read_pdf(render_sheet(sheet, "A4").pdf)[0]
    assert page.line_with("158.46").split() == ["合计", "6", "158.46"]
    heads = {g.text: g for g in page.glyphs if g.text in "额量"}
    figures = [g for g in page.glyphs if g.middle == pytest.approx(_line_middle(page, "158.46"), abs=1.2)]
    assert max(g.right for g in figures) > heads["额"].right


def _line_middle(page: ReadPage, words: str) -> float:
    text = "".join(g.text for g in page.glyphs)
    return page.glyphs[text.index(words)].middle


def test_figures_are_aligned_right_and_never_wrapped() -> None:
    big = tuple((*row[:7], "98,765,432,109.87", row[8]) for row in rows(3))
    rendered = render_sheet(note(3, rows=big), "A5L")
    page = read_pdf(rendered.pdf)[0]
    assert page.text.count("98,765,432,109.87") == 3
    text = "".join(g.text for g in page.glyphs)
    ends = [page.glyphs[m.end() - 1].right for m in re.finditer("98,765,432,109.87", text)]
    assert max(ends) - min(ends) < 0.05
    check_geometry(page, PAPERS["A5L"])


def test_a_cell_longer_than_a_page_goes_on_where_it_stopped() -> None:
    essay = "".join(f"ZX{i:04d}号说明，" for i in range(400))
    sheet = note(2, rows=(rows(2)[0], (*rows(2)[1][:2], essay, *rows(2)[1][3:])))
    rendered = render_sheet(sheet, "241x140")
    pages = read_pdf(rendered.pdf)
    assert rendered.pages > 2
    found = [g for page in pages for g in page.glyphs]
    assert re.findall(r"ZX\d{4}", "".join(g.text for g in found)) == [f"ZX{i:04d}" for i in range(400)]
    for page in pages:
        check_geometry(page, PAPERS["241x140"])


def test_boxes_to_sign_and_notes_of_a_transfer_slip() -> None:
    sheet = note(
        6,
        title="生产传递单",
        notes=(("特殊要求", "阀体打钢印，炉号与质保书一致。" * 12),),
        words="",
        words_amount="",
        sign_boxes=True,
        pair_columns=3,
        signatures=tuple(map(Signature, ("制单", "审核", "接收部门", "接收人", "接收时间"))),
    )
    for key in ("A4", "A5L"):
        page = read_pdf(render_sheet(sheet, key).pdf)[-1]
        boxes = page.frames()[1]
        inner = [s for s in page.strokes if s.upright and s.top >= boxes.top - 0.1 and s.bottom <= boxes.bottom + 0.1]
        assert len(inner) == 4 and boxes.bottom - boxes.top >= 12
        assert page.text.replace("\n", "").count("炉号与质保书一致") == 12
        check_geometry(page, PAPERS[key])


def test_long_notes_go_on_to_further_pages() -> None:
    sheet = note(9, notes=(("备注", "".join(f"T{i:03d}条。" for i in range(600))),))
    rendered = render_sheet(sheet, "241x93")
    text = "".join(texts_of(rendered.pdf)).replace("\n", "")
    assert [f"T{i:03d}" for i in range(600)] == re.findall(r"T\d{3}", text)
    for page in read_pdf(rendered.pdf):
        check_geometry(page, PAPERS["241x93"])


def test_copies_are_listed_or_printed_one_by_one() -> None:
    plies = texts_of(render_sheet(note(2), "241x140").pdf)
    assert len(plies) == 1 and "白联：存根　红联：客户　黄联：财务" in plies[0]
    sheets = texts_of(render_sheet(note(2, separate_copies=True), "A4").pdf)
    assert [("白联" in s, "红联" in s, "黄联" in s) for s in sheets] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    assert all("第 1/1 页" in s for s in sheets)


def test_a_second_print_says_so() -> None:
    assert "次打印" not in texts_of(render_sheet(note(1), "A4").pdf)[0]
    assert "第 2 次打印" in texts_of(render_sheet(note(1, print_count=2), "A4").pdf)[0]


def test_long_head_is_wrapped_not_cut() -> None:
    pairs = (
        ("客户", "江苏省宜兴市官林镇工业集中区" * 4),
        ("日期", "2026-06-18"),
        ("地址", "苏州" * 40),
        ("电话", "1" * 30),
    )
    sheet = note(
        2, pairs=pairs, company="某某某某某某某某某某某某某某某某（集团）股份有限公司第一分公司", number="N" * 24
    )
    for key in ("241x140", "A5L", "A4"):
        page = read_pdf(render_sheet(sheet, key).pdf)[0]
        assert "".join(g.text for g in page.glyphs).count("苏州") == 40
        check_geometry(page, PAPERS[key])


def test_paper_too_low_for_the_form_is_refused_with_a_cure() -> None:
    with pytest.raises(Refused) as refused:
        render_sheet(note(1, pairs=tuple((f"栏目{i}", "内容") for i in range(30))), "241x93")
    assert "241 连续纸三等分" in refused.value.problems[0].message and refused.value.problems[0].cure


def test_a_long_head_or_foot_moves_below_the_table_when_the_paper_is_low() -> None:
    remark = "到货后请先核对箱号与随货清单，缺件当日电话告知。" * 14
    sheet = note(7, pairs=(*note(1).pairs, ("备注", remark)), footnotes=tuple(f"第{i}条附注" for i in range(12)))
    pages = read_pdf(render_sheet(sheet, "241x93").pdf)
    text = "".join(g.text for page in pages for g in page.glyphs)
    assert text.count("核对箱号") >= 13 and all(text.count(f"第{i}条附注") == 1 for i in range(12))
    assert re.findall(r"Q\d{3}Z", text) == [f"Q{i + 1:03d}Z" for i in range(7)]
    for page in pages:
        check_geometry(page, PAPERS["241x93"])


def test_upper_half_has_a_dashed_cut_line() -> None:
    for page in read_pdf(render_sheet(note(60), "A4-upper").pdf):
        (cut,) = [s for s in page.strokes if s.dashed]
        assert (cut.left, cut.top, cut.right) == pytest.approx((0, 148.5, 210), abs=0.3)
        assert all(g.bottom < 148.5 for g in page.glyphs)


def test_missing_characters_are_seen_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "_fallbacks", [])
    rendered = render_sheet(note(1, footnotes=("收货人：张\U0002fffd🦖\u200b明\u00a0先生",)), "A4")
    assert "收货人：张〓〓明 先生" in texts_of(rendered.pdf)[0]
    (finding,) = rendered.findings
    assert "U+2FFFD" in finding and "🦖" in finding and "手写" in finding


def test_a_font_of_this_pc_helps_out(monkeypatch: pytest.MonkeyPatch) -> None:
    regular, bold = lettering.faces()
    lacking = lettering.Face(regular.name, regular.characters - {"龘"}, regular.widths, regular.default_width)
    monkeypatch.setitem(lettering._faces, lettering.REGULAR, lacking)
    monkeypatch.setattr(lettering, "_fallbacks", [bold])
    rendered = render_sheet(note(1, footnotes=("经办：龘先生",)), "A4")
    assert "经办：龘先生" in texts_of(rendered.pdf)[0] and rendered.findings == ()


def test_rare_characters_can_be_copied_from_the_pdf() -> None:
    rare = next(
        c for c in sorted(lettering.faces()[0].characters & lettering.faces()[1].characters) if ord(c) > 0x20000
    )
    assert f"收货人：{rare}先生" in texts_of(render_sheet(note(1, footnotes=(f"收货人：{rare}先生",)), "A4").pdf)[0]


@example([("A-\n0", "", 0)], "240x120")
@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.text("送货单阀门，。（）ABZ019 -/.\n", max_size=70),
            st.text("规格龘㛃×Φ（）,.x7 ", max_size=30),
            st.integers(-(10**9), 10**9),
        ),
        max_size=25,
    ),
    st.sampled_from(sorted(PAPERS)),
)
def test_whatever_is_typed_is_printed(cells: list[tuple[str, str, int]], key: str) -> None:
    columns = (SheetColumn("品名", 3), SheetColumn("规格", 2), SheetColumn("数量", 1, kind="number"))
    sheet = Sheet("单", columns, tuple((a, b, f"{n:,}") for a, b, n in cells), fill_rows=0)
    rendered = render_sheet(sheet, key)
    pages = read_pdf(rendered.pdf)
    printed = sorted("".join(g.text for page in pages for g in page.glyphs))
    head = sum(1 for page in pages if "数量" in page.text)
    wanted = "".join(c for a, b, n in cells for c in a + b + f"{n:,}" if not c.isspace()) + "单" * len(pages)
    wanted += "品名规格数量" * head + "".join(f"第{i + 1}/{len(pages)}页" for i in range(len(pages)))
    assert printed == sorted(wanted)
    assert rendered.findings == ()
    for page in pages:
        check_geometry(page, PAPERS[key])


def test_the_same_sheet_gives_the_same_bytes_and_its_own_data() -> None:
    first, second = render_sheet(note(20), "241x140"), render_sheet(note(20), "241x140")
    assert first.pdf == second.pdf
    data = metadata_of(first.pdf)
    assert data["Title"] == "送货单 SH260612-0018" and data["Author"] == "苏州安正阀门有限公司"
    assert data["CreationDate"].startswith("D:20260618102431")


def test_calibration_moves_and_stretches_the_print() -> None:
    plain = read_pdf(render_sheet(note(3), "241x140").pdf)[0].frames()[0]
    moved = read_pdf(render_sheet(note(3), "241x140", Calibration(2.0, -1.5)).pdf)[0].frames()[0]
    assert (moved.left - plain.left, moved.top - plain.top) == pytest.approx((2.0, -1.5), abs=0.05)
    large = read_pdf(render_sheet(note(3), "241x140", Calibration(scale=1.01)).pdf)[0].frames()[0]
    assert (large.left, large.top, large.right) == pytest.approx(
        (plain.left * 1.01, plain.top * 1.01, plain.right * 1.01), abs=0.05
    )


def test_calibration_page_is_twenty_millimetres_from_the_edges() -> None:
    for key in ("241x140", "A4"):
        (page,) = read_pdf(render_calibration_page(key).pdf)
        frame = page.frames()[0]
        assert (frame.left, frame.top) == pytest.approx((20, 20), abs=0.1)
        assert page.width - frame.right == pytest.approx(20, abs=0.2)


def test_many_papers_share_one_pdf_and_its_fonts() -> None:
    jobs = [PrintJob(note(3, number=f"SH{i}"), PAPERS["241x140" if i % 2 else "A4"]) for i in range(6)]
    rendered = render_many(jobs)
    pages = read_pdf(rendered.pdf)
    assert rendered.pages == 6 and [round(page.height) for page in pages] == [297, 140] * 3
    assert all(f"No. SH{i}" in page.text for i, page in enumerate(pages))
    assert len(rendered.pdf) < 3 * len(render_sheet(note(3), "A4").pdf)
    with pytest.raises(ValueError, match="nothing"):
        render_many([])


def test_unknown_or_impossible_paper_is_a_clear_error() -> None:
    with pytest.raises(ValueError, match="A4-upper"):
        render_sheet(note(1), "A7")
    with pytest.raises(ValueError, match="超出范围"):
        printing.custom_paper(20, 900)
    assert texts_of(render_sheet(note(1), printing.custom_paper(190, 100)).pdf)


def test_nothing_heavy_is_loaded_before_something_is_printed() -> None:
    code = (
        "import sys, salesdesk.services.printing, salesdesk.services.pdf_pages;"
        "sys.exit(sum(m in sys.modules for m in ('reportlab', 'pypdfium2', 'PIL')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
