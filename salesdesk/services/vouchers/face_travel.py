"""Reads the faces of journeys: the rail ticket with its fare, the air itinerary with its parts."""

from __future__ import annotations

import re

from salesdesk.domain.patterns import late
from salesdesk.services.vouchers.face_lines import Cell, Line, Page
from salesdesk.services.vouchers.filling import Filling
from salesdesk.services.vouchers.printed import day_of, money_of, plain, tax_id_of, yuan
from salesdesk.services.vouchers.voucher import Leg

_TRAIN = late(r"[GDCZTKYLSP]\d{1,5}|\d{4}")
_DEPARTS = late(r"((?:19|20)\d{2}年\d{1,2}月\d{1,2}日)(\d{1,2}:\d{2})开?")
_STATION = late(r"[一-鿿]{1,12}站?")
_PASSENGER = late(r"(\d{4,14}\*{2,8}[\dXx]{2,4})([一-鿿·A-Z]{2,30})?")
_SEATS = late(
    r"商务座|特等座|优选一等座|一等座|二等座|二等包座|高级软卧|高级动卧|软卧|硬卧|动卧|一等卧|二等卧|软座|硬座|无座|新空调\S{2,6}"
)
_FLIGHT = late(r"[A-Z0-9]{2}\d{3,4}[A-Z]?")
_TIME = late(r"([01]\d|2[0-3]):([0-5]\d)")
_FARES = {
    "票价": "fare",
    "燃油附加费": "fuel",
    "增值税税率": "rate",
    "增值税税额": "tax",
    "民航发展基金": "fund",
    "其他税费": "other_taxes",
    "合计": "total",
}


def read_rail(page: Page, filling: Filling, source: str) -> None:
    """The ticket prints the fare only: net and tax stay empty unless an attached file says them."""
    refund = False
    for found in page.labelled(r"退票费|票价|改签费"):
        fen = next((fen for cell in found.cells if (fen := money_of(cell)) is not None), None)
        if fen is not None:
            refund = "退票费" in page.lines[found.line].text
            filling.take(source, total=fen)
            break
    together = [line.text for line in page.lines]
    if refund:
        filling.more(business="退")
    elif any("改签" in text for text in together):
        filling.more(business="改")
    for line in together:
        if found_at := _PASSENGER.search(line):
            filling.more(id_no=found_at[1], passenger=found_at[2])
            break
    for found in page.labelled(r"购买方名称"):
        filling.take(source, buyer=found.value)
    for found in page.labelled(r"统一社会信用代码"):
        filling.take(source, buyer_tax_id=tax_id_of(found.value))
    for label, key in (("电子客票号", "e_ticket_no"), ("原发票号码", "original_number")):
        for found in page.labelled(label):
            if re.fullmatch(r"[A-Z]?\d{8,24}", joined := plain(found.value), re.ASCII):
                filling.more(**{key: joined})
    filling.take(source, legs=_train(page))


def _train(page: Page) -> tuple[Leg, ...]:
    """The leg of a rail ticket: stations left and right of the train's number, not always on quite the same height."""
    placed = [
        (cell, plain(cell.text), line) for line in page.lines for cell in line.cells() if plain(cell.text) != "站"
    ]
    for cell, said, line in placed:
        if not _TRAIN.fullmatch(said):
            continue
        near = [
            (other, text)
            for other, text, at in placed
            if abs(at.y - line.y) < 1.5 * line.size and _STATION.fullmatch(text)
        ]
        before = [text for other, text in near if other.right <= cell.left]
        after = [text for other, text in near if other.left >= cell.right]
        if before and after:
            day, time, seat = _departure([at for at in page.lines if at.y >= line.y])
            return (Leg(day, time, before[-1].removesuffix("站"), after[0].removesuffix("站"), said, seat),)
    return ()


def _departure(lines: list[Line]) -> tuple[str, str, str]:
    day = time = seat = ""
    for line in lines[:7]:
        if not time and (when := _DEPARTS.search(line.text)):
            day, time = day_of(when[1]) or "", when[2].zfill(5)
        if not seat and (found := _SEATS.search(line.text)):
            seat = found[0]
    return day, time, seat


def riders(page: Page, filling: Filling, source: str) -> None:
    """旅客运输 invoices list who went from where to where below the goods."""
    for at, head in enumerate(page.lines):
        if not ("出行日期" in head.text and "出发地" in head.text):
            continue
        titles = sorted(
            (head.glyphs[start].left, title)
            for title in ("出行人", "有效身份证件号", "出行日期", "出发地", "到达地", "等级", "交通工具类型")
            for start, _ in head.find(title)
        )
        legs = []
        for line in page.lines[at + 1 : at + 30]:
            said = _under(titles, line.cells(gap=0.8), head.size)
            if not (day := day_of(said.get("出行日期"))):
                break
            legs.append(
                Leg(
                    day,
                    "",
                    said.get("出发地", ""),
                    said.get("到达地", ""),
                    said.get("交通工具类型", ""),
                    said.get("等级", ""),
                )
            )
            filling.more(special="passenger", passenger=said.get("出行人"), id_no=said.get("有效身份证件号"))
        filling.take(source, legs=tuple(legs))
        return


def _under(titles: list[tuple[float, str]], cells: list[Cell], size: float) -> dict[str, str]:
    """Each text with the title it stands under: the last one that begins left of it."""
    said: dict[str, str] = {}
    for cell in cells:
        if before := [title for left, title in titles if left <= cell.left + 2 * size]:
            said[before[-1]] = f"{said.get(before[-1], '')} {cell.text}".strip()
    return said


def read_air(page: Page, filling: Filling, source: str) -> None:
    """The parts stand below their titles; the seller is who filled it in. It states no sum without tax."""
    _fares(page, filling, source)
    for found in page.labelled(r"填开单位"):
        filling.take(source, seller=found.value)
    for found in page.labelled(r"购买方名称"):
        filling.take(source, buyer=found.value)
    for found in page.labelled(r"纳税人识别号"):
        filling.take(source, buyer_tax_id=tax_id_of(found.value))
    for label, key, pattern in (("电子客票号码", "e_ticket_no", r"\d{10,16}"), ("验证码", "check_code", r"\w{4,12}")):
        for found in page.labelled(label):
            if re.fullmatch(pattern, joined := plain(found.value), re.ASCII):
                filling.more(**{key: joined})
    for label, key in (("旅客姓名", "passenger"), ("有效身份证件号码", "id_no")):
        if below := _below(page, label):
            filling.more(**{key: below})
    filling.take(source, legs=_flights(page))


def _fares(page: Page, filling: Filling, source: str) -> None:
    for at, line in enumerate(page.lines):
        titles = sorted(
            (
                Cell(title, line.glyphs[start].left, line.glyphs[end - 1].right)
                for title in _FARES
                for start, end in line.find(title)
            ),
            key=lambda cell: cell.left,
        )
        if len(titles) < 4:
            continue
        below = [cell for under in page.lines[at + 1 : at + 2] for cell in under.cells(gap=1.1)]
        values = [c for c in below if money_of(c.text) is not None or plain(c.text).endswith("%")]
        for title, value in _paired(titles, values):
            key = _FARES[title.text]
            fen = money_of(value.text)
            if key in ("tax", "total"):
                filling.take(source, **{key: fen})
            else:
                filling.more(**{key: yuan(fen) if fen is not None else value.text})
        return


def _paired(titles: list[Cell], values: list[Cell]) -> list[tuple[Cell, Cell]]:
    """Each title with its value: in order when there are as many, else the nearest to the right of its left edge."""
    if len(titles) == len(values):
        return list(zip(titles, values, strict=True))
    pairs = []
    for value in values:
        before = [title for title in titles if title.left <= value.right]
        if before:
            pairs.append((before[-1], value))
    return pairs


def _below(page: Page, label: str) -> str:
    for at, line in enumerate(page.lines[:-1]):
        for start, _ in line.find(label):
            left = line.glyphs[start].left
            near = [cell for cell in page.lines[at + 1].cells() if abs(cell.left - left) < 4 * line.size]
            if near:
                return near[0].text
    return ""


def _flights(page: Page) -> tuple[Leg, ...]:
    head = next((at for at, line in enumerate(page.lines) if "承运人" in line.text and "航班号" in line.text), None)
    if head is None:
        return ()
    flights: list[tuple[str, str, str, str]] = []
    places: dict[str, list[str]] = {"自": [], "至": []}
    for line in page.lines[head + 1 :]:
        if "票价" in line.text:
            break
        cells = [cell.text for cell in line.cells(gap=0.9)]
        said = [plain(cell) for cell in cells]
        day = next((day for text in cells if (day := day_of(text))), "")
        time = next((text for text in said if _TIME.fullmatch(text)), "")
        number = next((at for at, text in enumerate(said) if _FLIGHT.fullmatch(text)), None)
        if number is not None and (day or time):
            seat = next((text for text in said[number + 1 :] if re.fullmatch(r"[A-Z]\d?", text)), "")
            flights.append((said[number], day, time, seat))
        for sign, listed in places.items():
            for start, end in line.find(rf"{sign}:"):
                stop = next((at for at, _ in line.find(r"[自至]:") if at > start), len(line.glyphs))
                if end < stop and (found := line.cells(end, stop, 1.6)):
                    listed.append(found[0].text)
    return _legs(flights, places["自"], places["至"])


def _legs(flights: list[tuple[str, str, str, str]], origins: list[str], ends: list[str]) -> tuple[Leg, ...]:
    """One leg for each flight; where only the first says 自, each next one starts where the last ended."""
    made = []
    for at, (flight, day, time, seat) in enumerate(flights[:20]):
        origin = origins[at] if at < len(origins) else ends[at - 1] if 0 < at <= len(ends) else ""
        made.append(Leg(day, time, origin, ends[at] if at < len(ends) else "", flight, seat))
    return tuple(made)
