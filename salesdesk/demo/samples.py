"""Makes Excel files to try imports with: a customer's own order sheet, a price list with stock, a customer survey."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from salesdesk.demo.words import Words

DAY = date(2026, 6, 12)
"""The day the samples pretend to be made, so that making them again changes nothing in them."""


def make_samples(folder: Path, seed: int) -> list[Path]:
    """Write all sample files into a folder; returns them."""
    folder.mkdir(parents=True, exist_ok=True)
    words = Words(seed)
    return [order_file(folder, words), product_file(folder, words), customer_file(folder, words)]


def _book() -> Any:
    from openpyxl import Workbook

    book = Workbook()
    book.properties.creator = "演示公司"
    book.properties.created = book.properties.modified = datetime(2026, 6, 12, 9, 0)
    return book


def _save(book: Any, path: Path) -> Path:
    book.save(path)
    return path


def order_file(folder: Path, words: Words) -> Path:
    """A purchase order as a customer would send it: title, particulars, a heading over two rows, a total, signatures."""
    from openpyxl.styles import Alignment, Border, Font, Side

    customer, ours = words.names["sample_customer"]["name"], words.names["company"]["name"]
    book = _book()
    sheet = book.active
    sheet.title = "采购单"
    middle = Alignment(horizontal="center", vertical="center")
    thin = Side(style="thin")
    sheet["A1"] = customer
    sheet["A2"] = "采 购 订 单"
    for row, size in ((1, 14), (2, 18)):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=10)
        sheet.cell(row, 1).alignment, sheet.cell(row, 1).font = middle, Font(size=size, bold=True)
    sheet["A3"], sheet["G3"] = f"供方：{ours}", "订单编号：CG-20260612-031"
    sheet["A4"], sheet["G4"] = f"需方：{customer}", f"下单日期：{DAY.isoformat()}"
    heads = ("序号", "物料编码", "物料名称", "规格型号", "单位", "采购数量", "价格（元）", None, "要求交期", "备注")
    for column, title in enumerate(heads, start=1):
        sheet.cell(6, column, title)
    sheet.cell(7, 7, "含税单价")
    sheet.cell(7, 8, "金额")
    sheet.merge_cells("G6:H6")
    for column in (1, 2, 3, 4, 5, 6, 9, 10):
        sheet.merge_cells(start_row=6, start_column=column, end_row=7, end_column=column)
    products = words.products()
    chosen = [products[i] for i in (1, 8, 37, 62, 95, 110, 128, 150)]
    total = 0.0
    for i, one in enumerate(chosen):
        row, qty = 8 + i, (24, 6, 2, 10, 40, 100, 4, 12)[i]
        price = round(float(one.price) * 0.92, 2)
        due = DAY + timedelta(days=6 if i < 5 else 13)
        note = {2: "带材质单", 5: "和上批同炉号"}.get(i)
        values = (i + 1, one.code, one.name, one.spec, one.unit, qty, price, round(qty * price, 2), due, note)
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column, value)
        sheet.cell(row, 9).number_format = "yyyy/m/d"
        total += qty * price
    last = 8 + len(chosen)
    sheet.cell(last, 1, "合计")
    sheet.cell(last, 6, 198)
    sheet.cell(last, 8, round(total, 2))
    sheet.merge_cells(start_row=last, start_column=1, end_row=last, end_column=5)
    for row in range(6, last + 1):
        for column in range(1, 11):
            sheet.cell(row, column).border = Border(left=thin, right=thin, top=thin, bottom=thin)
            if row < 8:
                sheet.cell(row, column).alignment, sheet.cell(row, column).font = middle, Font(bold=True)
    sheet.cell(last + 1, 1, "交货地点：苏州市吴中区望溪路 66 号 二厂仓库，送货前请打电话。")
    sheet.cell(last + 2, 1, f"制单：{words.person()}        审核：{words.person()}        供方确认（盖章）：")
    for letter, width in zip("ABCDEFGHIJ", (6, 12, 26, 12, 7, 11, 11, 12, 12, 16), strict=True):
        sheet.column_dimensions[letter].width = width
    return _save(book, folder / "客户采购订单.xlsx")


def product_file(folder: Path, words: Words) -> Path:
    """A price list with the warehouse's stock: most rows known, some new, three of them wrong on purpose."""
    book = _book()
    sheet = book.active
    sheet.title = "价目与库存"
    sheet.append(
        [
            "存货编码",
            "存货名称",
            "规格型号",
            "计量单位",
            "分类",
            "大单位",
            "箱规",
            "含税售价",
            "最低价",
            "现存量",
            "说明",
        ]
    )
    for i, one in enumerate(words.products()):
        price = float(one.price) * (1.04 if i % 9 == 0 else 1)
        sheet.append(
            [one.code, one.name, one.spec, one.unit, one.category, one.pack_unit or None, int(one.pack_qty) if one.pack_qty else None,
             round(price, 2), float(one.floor), words.rng.randrange(0, 300, 5), None]
        )  # fmt: skip
    for i in range(1, 13):
        price = round(words.rng.uniform(12, 260), 2)
        sheet.append(
            [
                f"P90{i:03d}",
                f"卡压式管接头 DN{15 + 5 * i}",
                f"DN{15 + 5 * i}",
                "只",
                "管件",
                "箱",
                40,
                price,
                round(price * 0.8, 2),
                0,
                "新品",
            ]
        )
    sheet.append(["P91001", "价格写错的球阀", "DN25", "只", "球阀", None, None, "面议", None, 3, "单价不是数字"])
    sheet.append(["P91002", None, "DN32", "只", "球阀", None, None, 33.5, None, 1, "没有名称"])
    sheet.append(["P91003", "限价高过售价的球阀", "DN40", "只", "球阀", None, None, 50, 66, 2, "限价写反了"])
    return _save(book, folder / "产品价目与库存.xlsx")


def customer_file(folder: Path, words: Words) -> Path:
    """A survey sheet of new customers as a salesperson brings it back: a title line, foreign headings, four wrong rows."""
    book = _book()
    sheet = book.active
    sheet.title = "新客户登记"
    sheet["A1"] = "新客户登记表（业务员填）"
    sheet.merge_cells("A1:I1")
    sheet.append(
        ["公司名称", "地区", "联系人姓名", "手机号", "送货地址", "纳税人识别号", "付款方式", "授信额度", "负责人"]
    )
    for i in range(30):
        town, trade = words.pick("towns"), words.pick("trades")
        name, _ = words.firm(town["name"], trade["word"])
        phone = (
            int(words.mobile().replace(" ", "")) if i % 4 == 0 else words.mobile()
        )  # Excel likes to make numbers of them
        tax = words.tax_id(town["code"])
        if i in (7, 19):
            tax = tax[:-1] + ("0" if tax[-1] != "0" else "1")
        settle = "先欠着" if i == 12 else words.rng.choice(("款到发货", "月结 30 天", "月结 60 天"))
        row = [
            name,
            town["region"],
            words.person(),
            phone,
            words.address(town),
            tax,
            settle,
            words.rng.choice((None, "5万", 100000)),
            words.pick("salespeople"),
        ]
        sheet.append([None if i == 23 and n == 0 else value for n, value in enumerate(row)])
    return _save(book, folder / "新客户登记表.xlsx")
