"""Which words stand where on the printed voucher, in millimetres from the top left; labels first, values later, as issuers print them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from salesdesk.services.vouchers.voucher import VoucherKind
from tests.vouchers_made.made import Made, yuan

WIDE, HIGH = 210.0, 140.0
QR_AT = (8.0, 5.0, 20.0)  # left, top, side


@dataclass(frozen=True)
class Placed:
    """A run of text: x is its left, right or middle edge by `align`, y its base line. key: the custom tag it belongs to."""

    text: str
    x: float
    y: float
    size: float = 3.2
    align: Literal["left", "right", "center"] = "left"
    key: str = ""


TITLES = {
    VoucherKind.FULL_SPECIAL: "电子发票（增值税专用发票）",
    VoucherKind.FULL_ORDINARY: "电子发票（普通发票）",
    VoucherKind.RAIL: "电子发票（铁路电子客票）",
    VoucherKind.AIR: "电子发票（航空运输电子客票行程单）",
    VoucherKind.E_SPECIAL: "江苏增值税电子专用发票",
    VoucherKind.E_ORDINARY: "江苏增值税电子普通发票",
    VoucherKind.TOLL: "江苏增值税电子普通发票",
    VoucherKind.PAPER_SPECIAL: "江苏增值税专用发票",
    VoucherKind.PAPER_ORDINARY: "江苏增值税普通发票",
    VoucherKind.PAPER_ROLL: "江苏增值税普通发票（卷票）",
}


def face(made: Made) -> list[Placed]:
    """All words of the page."""
    if made.kind is VoucherKind.RAIL:
        return _rail(made)
    if made.kind is VoucherKind.AIR:
        return _air(made)
    return _older(made) if made.code else _full(made)


def _day(iso: str, joint: str = "年月日") -> str:
    if len(parts := iso.split("-")) != 3:
        return iso
    year, month, day = parts
    return f"{year}年{month}月{day}日" if joint == "年月日" else f"{year} {month} {day}"


def _sidebar(words: str, x: float, top: float) -> list[Placed]:
    return [Placed(ch, x, top + 4.2 * at, 3.0) for at, ch in enumerate(words)]


def _table(made: Made, top: float, bottom: float) -> list[Placed]:
    heads = (("项目名称", 24, "left"), ("规格型号", 58, "left"), ("单位", 76, "left"), ("数量", 100, "right"), ("单价", 122, "right"),
             ("金额", 150, "right"), ("税率/征收率", 174, "right"), ("税额", 202, "right"))  # fmt: skip
    if made.code:
        heads = (("货物或应税劳务、服务名称", 10, "left"), *heads[1:6], ("税率", 172, "right"), heads[7])
    placed = [Placed(text, x, top, 3.0, align) for text, x, align in heads]  # type: ignore[arg-type]
    y = top + 6
    rows = sum(1 + (len(item.name) - 1) // 14 for item in made.items)
    step = min(5.0, (bottom - top - 9) / max(1, rows))
    for item in made.items:
        name, more = item.name[:14], item.name[14:]
        for text, x, align in (
            (name, 8, "left"), (item.spec, 58, "left"), (item.unit, 76, "left"), (item.qty, 100, "right"), (item.price, 122, "right"),
            (yuan(item.amount), 150, "right"), (item.rate, 172, "right"), (_tax(item.rate, item.tax), 202, "right"),
        ):  # fmt: skip
            if text:
                placed.append(Placed(text, x, y, 3.0, align))  # type: ignore[arg-type]
        while more:
            y += step
            placed.append(Placed(more[:14], 8, y, 3.0))
            more = more[14:]
        y += step
    placed += [Placed("合", 22, bottom, 3.2), Placed("计", 38, bottom, 3.2)]
    return placed


def _tax(rate: str, tax: int | None) -> str:
    return yuan(tax) if rate.endswith("%") or tax else "***"


def _sums(made: Made, row: float) -> list[Placed]:
    free = bool(made.items) and not any(i.rate.endswith("%") for i in made.items)
    return [
        Placed(f"¥{yuan(made.amount)}", 150, row, 3.2, "right", "TaxExclusiveTotalAmount"),
        Placed("***" if free and not made.tax else f"¥{yuan(made.tax)}", 202, row, 3.2, "right", "TaxTotalAmount"),
        Placed(made.words, 60, row + 8, 3.2, key="TaxInclusiveTotalAmountWithWords"),
        Placed(f"¥{yuan(made.total)}", 160, row + 8, 3.2, key="TaxInclusiveTotalAmount"),
    ]


def _full(made: Made) -> list[Placed]:
    placed = [
        Placed(TITLES[made.kind], WIDE / 2, 14, 5.5, "center"),
        Placed("发票号码：", 150, 11),
        Placed("开票日期：", 150, 17),
        *_sidebar("购买方信息", 5, 31),
        *_sidebar("销售方信息", 106, 31),
        Placed("名称：", 12, 33),
        Placed("统一社会信用代码/纳税人识别号：", 12, 45),
        Placed("名称：", 113, 33),
        Placed("统一社会信用代码/纳税人识别号：", 113, 45),
        Placed("价税合计（大写）", 20, 106),
        Placed("（小写）", 145, 106),
        *_sidebar("备注", 5, 115),
        Placed("开票人：", 20, 136),
        *_table(made, 56, 98),
        Placed(made.number, 168, 11, key="InvoiceNo"),
        Placed(_day(made.date), 168, 17, key="IssueDate"),
        Placed(made.buyer, 23, 33, key="BuyerName"),
        Placed(made.buyer_id, 61, 45, key="BuyerTaxID"),
        Placed(made.seller, 124, 33, key="SellerName"),
        Placed(made.seller_id, 162, 45, key="SellerTaxID"),
        *_sums(made, 98),
        Placed("李开票", 34, 136),
    ]
    if red := made.extra.get("red_of"):
        placed.append(Placed(f"被红冲蓝字数电票号码：{red}", 14, 116))
    if remark := made.extra.get("remark"):
        placed.append(Placed(remark, 14, 121))
    return [p for p in placed if p.text]


def _older(made: Made) -> list[Placed]:
    placed = [
        Placed(TITLES[made.kind], WIDE / 2, 14, 6, "center"),
        Placed("机器编号：", 8, 29),
        Placed("发票代码：", 152, 9),
        Placed("发票号码：", 152, 15),
        Placed("开票日期：", 152, 21),
        Placed("校 验 码：", 152, 27),
        *_sidebar("购买方", 5, 35),
        *_sidebar("密码区", 122, 35),
        Placed("名        称：", 12, 35),
        Placed("纳税人识别号：", 12, 40),
        Placed("地 址、电 话：", 12, 45),
        Placed("开户行及账号：", 12, 50),
        Placed("价税合计（大写）", 20, 104),
        Placed("（小写）", 146, 104),
        *_sidebar("销售方", 5, 112),
        Placed("名        称：", 12, 111),
        Placed("纳税人识别号：", 12, 116),
        Placed("地 址、电 话：", 12, 121),
        Placed("开户行及账号：", 12, 126),
        Placed("收款人：", 12, 134),
        Placed("复核：", 65, 134),
        Placed("开票人：", 110, 134),
        Placed("销售方：（章）", 160, 134),
        *_table(made, 58, 97),
        Placed(made.code, 168, 9, key="InvoiceCode"),
        Placed(made.number, 168, 15, key="InvoiceNo"),
        Placed(_day(made.date, " "), 168, 21, key="IssueDate"),
        Placed(" ".join(made.extra["check_code"][at : at + 5] for at in range(0, 20, 5)), 168, 27),
        Placed(made.extra["machine_no"], 24, 29),
        Placed("0696/79+6663/1*8*0462405794", 128, 36, 4),
        Placed("<>9200518*10-0<9>051-736759", 128, 41, 4),
        Placed(made.buyer, 36, 35, key="BuyerName"),
        Placed(made.buyer_id, 36, 40, key="BuyerTaxID"),
        Placed(made.seller, 36, 111, key="SellerName"),
        Placed(made.seller_id, 36, 116, key="SellerTaxID"),
        Placed("苏州市工业园区星湖街328号0512-62881234", 36, 121),
        Placed("中国银行苏州分行 280487613780", 36, 126),
        *_sums(made, 97),
        Placed("王收款", 26, 134),
        Placed("李复核", 76, 134),
        Placed("张开票", 124, 134),
    ]
    if made.kind is VoucherKind.TOLL:
        placed.append(Placed("通行费", 34, 12, 4))
    return [p for p in placed if p.text]


def _rail(made: Made) -> list[Placed]:
    leg, extra = made.legs[0], made.extra
    fare = "退票费：" if extra["business"] == "退" else "票价："
    placed = [
        Placed(TITLES[made.kind], WIDE / 2, 12, 5.5, "center"),
        Placed(f"发票号码:{made.number}", 32, 24),
        Placed(f"开票日期:{_day(made.date)}", 140, 24),
        Placed(f"{leg.origin}站", 40, 38, 6),
        Placed(leg.carrier, 95, 37, 5),
        Placed(f"{leg.destination}站", 140, 38, 6),
        Placed(_day(leg.day), 32, 50),
        Placed(f"{leg.time}开", 65, 50),
        Placed(f"{extra['carriage']}车{extra['seat_no']}号", 100, 50),
        Placed(leg.seat, 150, 50),
        Placed(fare, 32, 60),
        Placed(f"￥{yuan(made.total)}", 45, 60, 4),
        Placed(f"{extra['id_no']} {extra['passenger']}", 32, 70),
        Placed(f"电子客票号:{extra['e_ticket_no']}", 32, 80),
        Placed(f"购买方名称:{made.buyer}", 32, 90),
        Placed(f"统一社会信用代码:{made.buyer_id}", 125, 90),
        Placed("买票请到12306 发货请到95306", 32, 102),
    ]
    if original := extra.get("original_number"):
        placed.append(Placed(f"原发票号码:{original}", 110, 80))
    if extra["business"] != "售":
        placed.append(Placed({"退": "退票", "改": "始发改签"}.get(extra["business"], ""), 165, 60))
    return [p for p in placed if p.text]


def _air(made: Made) -> list[Placed]:
    extra = made.extra
    placed = [
        Placed(TITLES[made.kind], WIDE / 2, 12, 5, "center"),
        Placed("国内国际标识：国内", 32, 24),
        Placed("发票号码：", 150, 28),
        Placed("旅客姓名", 8, 35),
        Placed("有效身份证件号码", 60, 35),
        Placed("签注", 130, 35),
    ]
    for text, x in (
        ("承运人", 42),
        ("航班号", 64),
        ("座位等级", 82),
        ("日期", 100),
        ("时间", 122),
        ("客票级别/客票类别", 138),
        ("免费行李", 190),
    ):
        placed.append(Placed(text, x, 50))
    for text, x in (
        ("票价", 45),
        ("燃油附加费", 67),
        ("增值税税率", 88),
        ("增值税税额", 105),
        ("民航发展基金", 126),
        ("其他税费", 150),
        ("合计", 175),
    ):
        placed.append(Placed(text, x, 100))
    placed += [
        Placed("电子客票号码：", 8, 116), Placed("验证码：", 72, 116), Placed("提示信息：", 104, 116), Placed("保险费：", 172, 116),
        Placed("销售网点代号：", 8, 124), Placed("填开单位：", 72, 124), Placed("填开日期：", 168, 124),
        Placed("购买方名称：", 8, 132), Placed("统一社会信用代码/纳税人识别号：", 104, 132),
        Placed(made.number, 166, 28, key="InvoiceNo"),
        Placed(extra["passenger"], 9, 42), Placed(extra["id_no"], 62, 42), Placed("不得签转", 131, 42),
    ]  # fmt: skip
    y = 58.0
    for leg in made.legs:
        placed += [
            Placed("自:", 9, y - 2), Placed(leg.origin, 15, y - 2), Placed("至:", 9, y + 3), Placed(leg.destination, 15, y + 3),
            Placed("南航", 43, y), Placed(leg.carrier, 63, y), Placed(leg.seat, 86, y), Placed(leg.day, 97, y), Placed(leg.time, 122, y),
            Placed("Y50", 144, y), Placed("20K", 192, y),
        ]  # fmt: skip
        y += 11
    for text, x in ((f"CNY {extra['fare']}", 47), (f"CNY {extra['fuel']}", 70), ("9%", 97), (f"CNY {yuan(made.tax)}", 110),
                    (f"CNY {extra['fund']}", 134), (f"CNY {extra['other_taxes']}", 158), (f"CNY {yuan(made.total)}", 184)):  # fmt: skip
        placed.append(Placed(text, x, 106, 3.0))
    placed += [
        Placed(extra["e_ticket_no"], 28, 116), Placed(extra["check_code"], 84, 116), Placed("XXX", 184, 116),
        Placed("CAN001/08682256", 28, 124), Placed(made.seller, 87, 124), Placed(made.date, 184, 124),
        Placed(made.buyer, 26, 132), Placed(made.buyer_id, 151, 132),
    ]  # fmt: skip
    return [p for p in placed if p.text]
