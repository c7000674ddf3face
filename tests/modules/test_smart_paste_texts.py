"""What customers write in WeChat, on the phone and in mails, and the order lines it means; doubts are told, never guessed (ORD-13)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain.numerals import NotANumber, numeral
from salesdesk.modules.orders import pasting
from tests.desks import small_desk

PRODUCTS = (
    ("P20025", "四氟垫片 DN25", "PTFE 3mm", "片", ("箱", 100), ""),
    ("P30016", "六角螺栓 M16×90", "8.8级 镀锌", "套", ("盒", 50), ""),
    ("P30012", "六角螺栓 M12×60", "304", "套", ("盒", 100), ""),
    ("P40001", "压力表 0-1.6MPa", "Y-100", "只", None, ""),
    ("P50001", "法兰 DN50", "304 PN16", "片", None, ""),
    ("P50002", "法兰 DN25", "304 PN16", "片", None, ""),
    ("P60001", "黄铜闸阀 DN25", "Z15W-16T", "只", ("箱", 24), "铜闸"),
    ("P70001", "生料带", "20m", "卷", ("箱", 200), ""),
    ("P80001", "电缆 YJV 3×2.5", "", "米", None, ""),
)


def paste_desk(folder: Path) -> Desk:
    """The small company with more products to be mistaken for one another, and a customer with two places."""
    desk = small_desk(folder)
    for code, name, spec, unit, pack, aliases in PRODUCTS:
        args: dict[str, Any] = {
            "code": code,
            "name": name,
            "spec": spec,
            "unit": unit,
            "list_price": "10",
            "category": "阀门",
            "aliases": aliases,
        }
        desk.do("product.save", args | ({"pack_unit": pack[0], "pack_qty": pack[1]} if pack else {}))
    customer = next(c["uid"] for c in desk.rows("customer") if c["code"] == "C00042")
    with desk.database.work("地址") as work:
        work.insert(
            desk.entity("customer_address"),
            {"customer": customer, "seq": 1, "name": "二厂", "address": "相城区二厂路 8 号", "consignee": "老张"},
        )
    return desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = paste_desk(tmp_path_factory.mktemp("paste") / "data")
    yield made
    made.close()


def read(desk: Desk, text: str, customer: str = "C00042") -> Any:
    """What order.read_text tells."""
    before = desk.last_undoable()
    data = desk.do("order.read_text", {"customer": customer, "text": text}).data
    assert desk.last_undoable() == before
    return data


def lines_of(data: Any) -> list[str]:
    """Each line in short: "P10012 20 @48.60", with "?" in front when it needs a look."""
    told = []
    for line in data["lines"]:
        values = line["values"]
        words = [line["product"]["code"] if line["product"] else "—", values["qty"] or "—"]
        words += [f"@{values['price']}"] if values["price"] else []
        words += [values["due_date"]] if values["due_date"] else []
        told.append(("" if line["sure"] else "?") + " ".join(words))
    return told


# today is Friday, 2026-06-12
TEXTS: tuple[tuple[str, list[str], dict[str, str]], ...] = (
    (
        "DN50球阀 要120个 18号前到 老地方",
        ["P10013 120"],
        {"due_date": "2026-06-18", "address": "苏州市工业园区星湖街 328 号"},
    ),
    ("球阀DN25 20个，DN50的10个，垫片各要100片", ["P10012 20", "P10013 10", "?P20025 100", "?P20031 100"], {}),
    ("你好 在吗\n不锈钢球阀DN25 20只\n四氟垫片DN50 两箱\n谢谢[抱拳]", ["P10012 20", "P20031 24"], {}),
    ("DN50球阀要一百二，明天要", ["P10013 120"], {"due_date": "2026-06-13"}),
    ("四氟垫片DN25 半箱", ["?P20025 50"], {}),
    ("垫片DN50 3箱+5片", ["P20031 41"], {}),
    ("垫片DN50 3箱零5片", ["P20031 41"], {}),
    ("不锈钢球阀 DN25 x20\n不锈钢球阀 DN50 *10", ["P10012 20", "P10013 10"], {}),
    ("球阀DN25、DN50各20", ["P10012 20", "P10013 20"], {}),
    ("DN25/DN50 球阀各10只", ["P10012 10", "P10013 10"], {}),
    ("球阀DN25二十来个", ["?P10012 20"], {}),
    ("十几个DN25球阀", ["?P10012 —"], {}),
    ("麻烦尽快安排：球阀DN25 20-30个", ["?P10012 —"], {}),
    ("DN25球阀20个 单价48.6", ["P10012 20 @48.60"], {}),
    ("DN25球阀20个 @48.6 含税", ["P10012 20 @48.60"], {}),
    ("DN25球阀 48块6一个 要20个", ["P10012 20 @48.60"], {}),
    ("球阀DN50 5只 92.5元/只", ["P10013 5 @92.50"], {}),
    ("DN25球阀48块6，DN50的92块5，各要20只", ["P10012 20 @48.60", "P10013 20 @92.50"], {}),
    ("M16×90螺栓 200套", ["P30016 200"], {}),
    ("六角螺栓M16*90 200 六角螺栓M12*60 300", ["P30016 200", "P30012 300"], {}),
    ("0-1.6MPa压力表5只 下周三到", ["P40001 5"], {"due_date": "2026-06-17"}),
    (
        "304法兰DN50 PN16 8片 月底前 送二厂",
        ["P50001 8"],
        {"due_date": "2026-06-30", "address": "相城区二厂路 8 号", "contact": "老张"},
    ),
    (
        "客户单号：HY-2026-018\n1、不锈钢球阀DN25 30只\n2、不锈钢球阀DN50 15只\n3、四氟垫片DN50 60片\n交期6月25日",
        ["P10012 30", "P10013 15", "P20031 60"],
        {"customer_po": "HY-2026-018", "due_date": "2026-06-25"},
    ),
    ("20个DN25球阀，10个DN50球阀", ["P10012 20", "P10013 10"], {}),
    ("3只DN50球阀+2只DN25球阀", ["P10013 3", "P10012 2"], {}),
    ("P10012 20 P10013 10", ["P10012 20", "P10013 10"], {}),
    ("P10012*20\nP10013*5", ["P10012 20", "P10013 5"], {}),
    ("王芳 2026/6/12 10:24:31\n老板，来两箱四氟垫片DN50，再来10只DN25球阀", ["P20031 24", "P10012 10"], {}),
    ("王芳: 球阀DN25 20只", ["P10012 20"], {}),
    ("DN25球阀，20个", ["P10012 20"], {}),
    ("DN25球阀\n20个", ["P10012 20"], {}),
    ("垫片100片", ["?— 100"], {}),
    ("球阀 304 20", ["?— 20"], {}),
    ("球阀25的20个", ["?— 20"], {}),
    ("球阀DN25 20只 6月20日，DN50球阀 10只 6月25日", ["P10012 20 2026-06-20", "P10013 10"], {"due_date": "2026-06-25"}),
    ("黄铜球阀DN50 5个", ["?— 5"], {}),
    ("bxgqf dn50 5个", ["P10013 5"], {}),
    ("ＤＮ２５球阀　２０只", ["P10012 20"], {}),
    ("生料带 一箱，DN25铜闸 1箱（24只）", ["P70001 200", "P60001 24"], {}),
    ("DN25铜闸 1箱（20只）", ["?P60001 24"], {}),
    ("铜闸一打", ["?P60001 1"], {}),
    ("DN50球阀十个 DN25球阀二十个 垫片DN50五十片", ["P10013 10", "P10012 20", "P20031 50"], {}),
    ("DN25球阀：20\nDN50球阀：10\n垫片DN50：100", ["P10012 20", "P10013 10", "P20031 100"], {}),
    ("球阀DN25共20个，单价按48.6元/只，不含税", ["P10012 20 @48.60"], {"note": "不含税"}),
    ("DN50球阀20个，DN25球阀30个，一共50个", ["P10013 20", "P10012 30"], {}),
    ("品名：不锈钢球阀DN25\n数量：20只\n单价：48.6", ["P10012 20 @48.60"], {}),
    ("球阀DN25每箱12只，要3箱", ["P10012 36"], {}),
    ("把DN50球阀的数量改为12", ["?P10013 12"], {}),
    ("订单号：PO20260612-01 球阀DN25 20只", ["P10012 20"], {"customer_po": "PO20260612-01"}),
    ("DN25球阀 1,200只", ["P10012 1200"], {}),
    ("球阀 DN25 1.5箱", ["P10012 18"], {}),
    ("DN25的球阀先来个20只吧，不够再说", ["P10012 20"], {"note": "不够再说"}),
    ("三元乙丙垫片DN50 20片", ["?— 20"], {}),
    ("六角螺栓M12×60 两百套 6月底", ["P30012 200"], {"due_date": "2026-06-30"}),
    ("电缆3×2.5 100米", ["P80001 100"], {}),
    ("球阀DN25 20个要带手柄", ["P10012 20"], {}),
    ("电话回一下我，下午都在", [], {}),
    ("王姐，在吗\nDN25球阀 两箱，单价48块6", ["P10012 24 @48.60"], {}),
    ("垫片DN50 2箱 38.4元/箱", ["?P20031 24 @3.20"], {}),
    ("张总好，DN25球阀20只@48.6，DN50 10只@92.5", ["P10012 20 @48.60", "P10013 10 @92.50"], {}),
    ("球阀\nDN25 20\nDN50 10", ["P10012 20", "P10013 10"], {}),
    ("1 DN25球阀 20只\n2 DN50球阀 10只", ["P10012 20", "P10013 10"], {}),
    ("订货单\n球阀 dn25  *20\ndn50 *10\n垫片 dn50 100", ["P10012 20", "P10013 10", "P20031 100"], {}),
    ("你好，我要订50只球阀DN50，另外垫片也要50片", ["P10013 50", "?— 50"], {}),
    ("DN50球阀，量大概一百个左右，价格能不能优惠点", ["?P10013 100"], {}),
    ("需要P10012二十只、P20031一百片，6.20前送到", ["P10012 20", "P20031 100"], {"due_date": "2026-06-20"}),
    ("急！DN50法兰4片今天必须发", ["P50001 4"], {"due_date": "2026-06-12"}),
)


@pytest.mark.parametrize(("text", "lines", "values"), TEXTS, ids=[t[0].replace("\n", "⏎")[:40] for t in TEXTS])
def test_a_message_means_these_lines(desk: Desk, text: str, lines: list[str], values: dict[str, str]) -> None:
    data = read(desk, text)
    assert lines_of(data) == lines
    assert {k: v for k, v in data["values"].items() if k != "note" or "note" in values} == values


def test_everything_unsure_says_why(desk: Desk) -> None:
    for text, _, _ in TEXTS:
        for line in read(desk, text)["lines"]:
            assert line["sure"] or line["reasons"], text
            assert not line["sure"] or (line["product"] and line["values"]["qty"])


def test_candidates_are_offered_the_likeliest_first(desk: Desk) -> None:
    found = read(desk, "黄铜球阀DN50 5个")["lines"][0]
    assert found["product"] is None and found["candidates"][0]["code"] == "P10013" and len(found["candidates"]) <= 5


def test_a_past_day_and_an_unknown_place_are_told(desk: Desk) -> None:
    data = read(desk, "球阀DN25 20只 6月10日要 送三厂")
    assert "due_date" not in data["values"] and "address" not in data["values"]
    assert any("过去" in d for d in data["doubts"]) and any("三厂" in d for d in data["doubts"])


def test_a_match_made_by_hand_is_known_the_second_time(tmp_path: Path) -> None:
    desk = paste_desk(tmp_path / "data")
    first = read(desk, "老款大球阀 3件")["lines"][0]
    assert not first["sure"]
    learn = {"words": first["learn"]["words"], "product": "P10013", "unit": "件", "unit_qty": "4"}
    assert desk.do("order.learn", {"customer": "C00042", "lines": [learn]}).data == {"new": 1}
    assert lines_of(read(desk, "老款大球阀 3件")) == ["P10013 12"]
    assert lines_of(read(desk, "老款大球阀 3件", "C00043"))[0].startswith("?")
    desk.do("order.learn", {"customer": "C00042", "lines": [{**learn, "product": "P10012"}]})
    assert lines_of(read(desk, "老款大球阀 3件")) == ["P10012 12"]
    assert [w["times"] for w in desk.rows("customer_word")] == [2]
    desk.do("system.undo")
    assert lines_of(read(desk, "老款大球阀 3件")) == ["P10013 12"]
    desk.close()


def test_a_new_product_is_found_at_once(tmp_path: Path) -> None:
    desk = paste_desk(tmp_path / "data")
    assert lines_of(read(desk, "石墨盘根 5卷")) == ["?— 5"]
    made = desk.do("product.save", {"code": "P90001", "name": "石墨盘根", "unit": "卷", "category": "密封件"})
    assert lines_of(read(desk, "石墨盘根 5卷")) == ["P90001 5"]
    desk.do("product.save", {"uid": made.uid, "stopped": True})
    assert lines_of(read(desk, "石墨盘根 5卷")) == ["?— 5"]
    desk.close()


# -- whatever is written -----------------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        "DN25",
        "球阀",
        "DN50球阀",
        "垫片",
        "120个",
        "两箱",
        "半箱",
        "各20",
        "x20",
        "*10",
        "3箱+5只",
        "单价48.6",
        "@48.6",
        "48块6一个",
        "18号前",
        "下周三",
        "月底",
        "老地方",
        "送二厂",
        "M16×90",
        "0-1.6MPa",
        "304",
        "PN16",
        "要",
        "，",
        "、",
        "。",
        "\n",
        "（",
        "）",
        "/",
        ":",
        "20-30个",
        "二十来个",
        "几个",
        "一百二",
        "1,200",
        "99999999999999",
        "1.2.3",
        "零",
        "〇",
        "½",
        "②",
        "３只",
        "\t",
        "|",
        "合计",
        "品名",
        "数量",
        "<table>",
        "<td>",
        "6.31",
        "二月三十号",
        "13812345678",
        "改成",
    ]
)
_NUMERAL = re.compile(r"[\d.,〇零一二两三四五六七八九十百千万半]+")


def numbers_in(text: str) -> set[int]:
    """Every number that stands in a text, in 1/1000."""
    found = {500} if "半" in text else set()
    for word in _NUMERAL.findall(pasting.plain_text(text)):
        for start in range(len(word)):
            for end in range(start + 1, len(word) + 1):
                try:
                    value = numeral(word[start:end].strip(",")) * 1000
                except (NotANumber, ValueError):
                    continue
                if value.denominator == 1:
                    found.add(int(value))
    return found


@given(
    st.one_of(
        st.text(max_size=60), st.lists(_PIECES, max_size=12).map(" ".join), st.lists(_PIECES, max_size=12).map("".join)
    )
)
def test_reading_never_fails_and_never_invents_a_quantity(desk: Desk, text: str) -> None:
    with desk.read() as reader:
        customer = str(reader.value("SELECT uid FROM customer WHERE code = 'C00042'"))
        found = pasting.read(reader, text, customer, desk.today, str(desk.folder))
    there = numbers_in(text)
    for line in found.lines:
        said = [q for q in (line.said_qty, line.second[0] if line.second else None) if q is not None]
        for qty in said:
            assert qty in there or qty - 500 in there, (text, line)
        assert line.qty is None or line.said_qty is not None
        assert line.sure or line.reasons or not line.words
