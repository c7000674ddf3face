"""Reads the face of an invoice from the places of its words; the QR is the anchor, and sums only choose among what is printed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from salesdesk.domain.patterns import late
from salesdesk.services.vouchers.face_items import items_of
from salesdesk.services.vouchers.face_lines import Page
from salesdesk.services.vouchers.filling import Filling
from salesdesk.services.vouchers.printed import NIL_TAX, day_of, money_of, plain, tax_id_of, yuan
from salesdesk.services.vouchers.qr import QrFields, qr_fields
from salesdesk.services.vouchers.titles import TOLL_CODE_ENDING, kind_of_lines
from salesdesk.services.vouchers.voucher import FULL, Voucher, VoucherKind

_NUMBER = late(r"\d{8}|\d{18,20}")
_PAPER_NUMBER, _PAPER_CODE = late(r"N[oO0º°][.:]?(\d{8})"), late(r"\d{10}|\d{12}")
_LONG_NUMBER = late(r"(?<!\d)\d{20}(?!\d)")
_CAPITALS = late(r"⊗?((?:\(负数?\)|负)?[零壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整正]{2,40})")
_CIPHER = late(r"[<>*+/\\-]{2,}|\d[<>+*/]|[<>+*/]\d")
_OTHER_NUMBERS = r"电子客票号|被红冲|原发票号码|订单号|账号|流水号|校验码|对应正数"
_RED_FULL = late(r"被红冲蓝字(?:数电|全电)?(?:发?票)?号码:?(\d{20})")
_RED_OLD = late(r"对应正数发票代码:?(\d{10,12})号码:?(\d{8})")
_MONEY_LIKE = late(r"[¥￥]?-?[¥￥]?\d[\d,]*\.\d{2}")
HIGHEST_RATE = 17
"""Percent; of the years that vouchers still come from. A sum that would be more than this of another is not its tax."""
_NAME_LABEL = r"(?<!银行)(?<!项目)(?<!服务)(?<!规格)名称(?=:|$)"


def read_face(pages: Sequence[Page], filling: Filling, source: str, qr: str | None) -> None:
    """Fill the voucher from the pages of one invoice. source: pdf_text, ofd_text or ocr."""
    page, fields = pages[0], qr_fields(qr)
    kind = kind_of_lines(page.top()) or (fields.kind if fields else None)
    number, code = _number(page, fields, kind), _code(page, fields)
    if kind in (VoucherKind.E_ORDINARY, VoucherKind.E_SPECIAL) and _is_toll(page, code):
        kind = VoucherKind.TOLL
    filling.take(source, kind=kind, number=number, code=code)
    if kind is VoucherKind.RAIL:
        from salesdesk.services.vouchers.face_travel import read_rail

        read_rail(page, filling, source)
    elif kind is VoucherKind.AIR:
        from salesdesk.services.vouchers.face_travel import read_air

        read_air(page, filling, source)
    else:
        _parties(page, filling, source)
        _sums(page, filling, source, fields)
        filling.take(source, items=items_of(pages))
        _others(page, filling)
        if kind in FULL:
            from salesdesk.services.vouchers.face_travel import riders

            riders(page, filling, source)
    filling.take(source, date=_day(page, fields), total_in_words=_words(page))


def _is_toll(page: Page, code: str | None) -> bool:
    said = page.plain_texts
    return "通行费" in said or bool(
        code and len(code) == 12 and code.endswith(TOLL_CODE_ENDING) and any("通行费" in t for t in said)
    )


def _number(page: Page, fields: QrFields | None, kind: VoucherKind | None) -> str | None:
    for found in page.labelled(r"发票号码|(?<!客)票据号码"):
        if _NUMBER.fullmatch(joined := plain(found.value)) and not _other(page, found.line, "发票号码"):
            return joined
    if fields and fields.number in page.plain_texts:
        return fields.number
    for text in _corners(page):
        if said := _PAPER_NUMBER.fullmatch(text):
            return said[1]
    long = {
        said
        for line in page.lines
        if not re.search(_OTHER_NUMBERS, line.text)
        for said in _LONG_NUMBER.findall(" ".join(cell.text for cell in line.cells()))
    }
    return long.pop() if len(long) == 1 and kind in FULL else None


def _other(page: Page, line: int, label: str) -> bool:
    """Whether the label on that line is 原发票号码 or another invoice's."""
    text = page.lines[line].text
    return bool(re.search(rf"(?:原|蓝字|正数){label}", text)) and len(re.findall(label, text)) == 1


def _code(page: Page, fields: QrFields | None) -> str | None:
    for found in page.labelled(r"发票代码|票据代码"):
        if re.fullmatch(r"\d{10}|\d{12}", joined := plain(found.value), re.ASCII):
            return joined
    if fields and fields.code and fields.code in page.plain_texts:
        return fields.code
    corners = _corners(page)
    codes = {text for text in corners if _PAPER_CODE.fullmatch(text)}
    return codes.pop() if len(codes) == 1 and any(_PAPER_NUMBER.fullmatch(text) for text in corners) else None


def _corners(page: Page) -> list[str]:
    """Texts at the top of the page, where paper invoices print code and number without a label."""
    return [plain(cell.text) for line in page.lines if line.y < page.height * 0.25 for cell in line.cells(gap=0.4)]


def _day(page: Page, fields: QrFields | None) -> str | None:
    for found in page.labelled(r"开票日期|填开日期", gap=3.0):
        if day := day_of(found.value):
            return day
    if fields and fields.date and any(day_of(text) == fields.date for text in page.texts):
        return fields.date
    return None


def _words(page: Page) -> str | None:
    for text in page.texts:
        found = _CAPITALS.fullmatch(
            re.sub(r"^.*\(大写\):?", "", text.replace("（", "(").replace("）", ")").replace(" ", ""))
        )
        if found and re.search(r"[元圆角分]", found[1]):
            return (
                text[text.rindex(found[1][-1]) - len(found[1]) + 1 :]
                if found[1] in text
                else _bracketed(text, found[1])
            )
    return None


def _bracketed(text: str, found: str) -> str:
    """The capitals as printed, full-width brackets kept."""
    tail = text.replace(" ", "")
    tail = re.sub(r"^.*[（(]大写[)）][:：]?", "", tail)
    return tail.lstrip("⊗") or found


def _parties(page: Page, filling: Filling, source: str) -> None:
    """Buyer and seller: by their labels (left and right, or above and below), else by the places of the tax numbers."""
    names = [(found.left, found.y, _name(found.value)) for found in page.labelled(_NAME_LABEL)]
    numbers = [
        (found.left, found.y, _first_id(found.cells)) for found in page.labelled(r"纳税人识别号|统一社会信用代码(?!/)")
    ]
    names, numbers = _two(names), _two(numbers)
    if len(names) == 2:
        filling.take(source, buyer=names[0][2], seller=names[1][2])
    if len(numbers) == 2:
        filling.take(source, buyer_tax_id=numbers[0][2], seller_tax_id=numbers[1][2])
    if len(names) < 2 and len(numbers) < 2:
        _parties_by_place(page, filling, source)


def _two(found: list[tuple[float, float, str | None]]) -> list[tuple[float, float, str | None]]:
    """The first two of one height or of one column, buyer before seller."""
    found = sorted(found, key=lambda one: one[1])
    if len(found) > 2:
        found = [one for one in found if one[2]][:2] if sum(bool(one[2]) for one in found) >= 2 else found[:2]
    if len(found) == 2 and abs(found[0][1] - found[1][1]) < 8:
        found.sort(key=lambda one: one[0])
    return found


def _name(text: str) -> str | None:
    said = text.strip(" :：")
    if len(said) < 2 or _CIPHER.search(said) or money_of(said) is not None or tax_id_of(said):
        return None
    return said


def _first_id(cells: list[str]) -> str | None:
    return next((number for cell in cells[:1] if (number := tax_id_of(cell))), None)


def _parties_by_place(page: Page, filling: Filling, source: str) -> None:
    """Where labels are drawn and not written: two tax numbers by their place, the names just above them; kept as unsure."""
    found = [
        (cell.left, line.y, number, at)
        for at, line in enumerate(page.lines)
        for cell in line.cells()
        if (number := tax_id_of(cell.text)) and (re.search(r"[A-Z]", number) or len(number) in (15, 18))
    ]
    if len(found) != 2:
        return
    found.sort(key=lambda one: one[1])
    beside = abs(found[0][1] - found[1][1]) < 8
    if beside:
        found.sort(key=lambda one: one[0])
    names = [_name_above(page, left, at, beside) for left, _, _, at in found]
    filling.take(source, buyer_tax_id=found[0][2], seller_tax_id=found[1][2], buyer=names[0], seller=names[1])
    voucher = filling.voucher
    placed = {k for k in ("buyer", "buyer_tax_id", "seller", "seller_tax_id") if voucher.sources.get(k) == source}
    voucher.unsure |= placed


def _name_above(page: Page, left: float, at: int, beside: bool) -> str | None:
    """The nearest text above a tax number, in its half of the page where the parties stand side by side."""
    line, middle = page.lines[at], page.width / 2
    for other in reversed(page.lines[max(0, at - 4) : at]):
        if line.y - other.y > 5 * line.size:
            break
        for cell in other.cells():
            near = (cell.left < middle) == (left < middle) if beside else abs(cell.left - left) < 6 * line.size
            if near and (name := _name(cell.text)):
                return name
    return None


def _sums(page: Page, filling: Filling, source: str, fields: QrFields | None) -> None:
    """Amount, tax, total: by the labels 合计 and 小写; what is not labelled is chosen among the printed sums that close."""
    amount, tax, total = _total_row(page)
    if total is None or amount is None or (tax is None):
        chosen = _closing(page, amount, tax, total, fields)
        if chosen:
            filling.voucher.unsure |= {
                name for name, was in (("amount", amount), ("tax", tax), ("total", total)) if was is None
            }
            amount, tax, total = chosen
    filling.take(source, amount=amount, tax=tax, total=total)


def _total_row(page: Page) -> tuple[int | None, int | None, int | None]:
    amount = tax = total = None
    for found in page.labelled(r"\(小写\)", gap=1.1):
        total = next((fen for cell in found.cells if (fen := money_of(cell)) is not None), total)
    for line in page.lines:
        spans = line.find(r"合计")
        if not spans or re.search(r"价税|小写|大写", line.text):
            continue
        after = line.cells(spans[0][1], gap=0.9)
        sums = [(money_of(cell.text), plain(cell.text)) for cell in after]
        told = [(fen, text) for fen, text in sums if fen is not None or text in NIL_TAX]
        if len(told) >= 2:
            amount, tax = told[-2][0], 0 if told[-1][1] in NIL_TAX else told[-1][0]
            break
        if len(told) == 1 and after and after[-1].right < page.width * 0.85:
            amount = told[0][0]
            break
    return amount, tax, total


def _closing(
    page: Page, amount: int | None, tax: int | None, total: int | None, fields: QrFields | None
) -> tuple[int, int, int] | None:
    """The one triple of printed sums with amount + tax = total that agrees with what is labelled and with the QR."""
    marked = {
        fen
        for text in page.plain_texts
        for said in _MONEY_LIKE.findall(text)
        if ("¥" in said or "￥" in said) and (fen := money_of(said)) is not None
    }
    if len(marked) > 40:
        return None
    fits = {
        (a, t, a + t)
        for a in marked
        for t in marked
        if a + t in marked
        and abs(t) <= abs(a) * HIGHEST_RATE // 100 + 1
        and amount in (None, a)
        and tax in (None, t)
        and total in (None, a + t)
        and (fields is None or fields.money is None or fields.money == {"amount": a, "total": a + t}.get(fields.means))
    }
    return fits.pop() if len(fits) == 1 else None


def _others(page: Page, filling: Filling) -> None:
    for label, key, pattern in (("校验码", "check_code", r"\d{20}"), ("机器编号", "machine_no", r"\d{8,16}")):
        for found in page.labelled(label, gap=2.0):
            if re.fullmatch(pattern, joined := plain(found.value), re.ASCII):
                filling.more(**{key: joined})
    together = "".join(line.text for line in page.lines)
    if red := _RED_FULL.search(together):
        filling.more(red="yes", red_of=red[1])
    elif old := _RED_OLD.search(together):
        filling.more(red="yes", red_of=f"{old[1]}-{old[2]}")


def printed_differs(voucher: Voucher, printed: Voucher) -> None:
    """Keep what the page prints beside what its attached file says, where they differ, for the rules to compare."""
    for name in ("number", "date", "total"):
        inside, outside = getattr(voucher, name), getattr(printed, name)
        if inside and outside and inside != outside:
            voucher.extra[f"printed_{name}"] = yuan(outside) if name == "total" else outside
