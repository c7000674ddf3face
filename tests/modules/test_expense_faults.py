"""The fault corpus: each of the 24 faults planted in vouchers made here and read by the real reader, and its harmless twin (EXP-3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from salesdesk.domain.problems import Severity
from salesdesk.modules.reimbursement.checks.case import Case, HeldFile, Other
from salesdesk.modules.standards.book import Ruling
from salesdesk.modules.standards.rule_table import RULES
from salesdesk.services.vouchers.voucher import Finding, VoucherKind
from tests.modules.claim_cases import (
    BRANCH,
    CLAIMANT,
    FORMS,
    STANDARDS,
    TODAY,
    by_hand,
    case,
    found,
    goods,
    held,
    made,
    read,
    trip_leg,
)
from tests.services.ofd_signing import KEY, sealed
from tests.vouchers_made import (
    air_ticket,
    e_invoice,
    full_invoice,
    office_ofd,
    paper_invoice,
    rail_ticket,
    tax_id,
    trip_list,
)
from tests.vouchers_made.as_ofd import packed

Build = Callable[[], tuple[Case, Case]]
CORPUS: list[tuple[str, str, Build]] = []
"""(rule, name of the fault, how to build it and its harmless twin)."""
DAY = "2026-06-18"


def fault(rule: str, name: str = "") -> Callable[[Build], Build]:
    """Put a fault into the corpus."""

    def put(build: Build) -> Build:
        CORPUS.append((rule, name or build.__name__.strip("_"), build))
        return build

    return put


def one(voucher: Any, **about: Any) -> Case:
    """A claim of one voucher."""
    return case(held(voucher, **about))


def in_forms(rule: str, forms: str, good: Any, bad: Any, **about: Any) -> None:
    """The same fault in several forms of file."""
    for form in forms.split():
        fault(rule, f"{rule} in {form}")(
            lambda form=form: (one(made(bad, form), **about), one(made(good, form), **about))
        )  # type: ignore[misc]


GOOD = full_invoice(n=7, total=318_50, goods="*住宿服务*住宿费")
SPECIAL = full_invoice(special=True, n=8, total=318_50, goods="*住宿服务*住宿费")
NIGHT: dict[str, Any] = {"category": "住宿费", "nights": 1, "date_from": "2026-06-17"}

# -- 1 to 6 真实性 -----------------------------------------------------------------------------------------------------


@fault("dup_similar")
def _same_ride_twice() -> tuple[Case, Case]:
    ride = {"date": DAY, "total": 3950}
    first, second = (held(by_hand(VoucherKind.TAXI, **ride), n, category="交通费") for n in (1, 2))
    other = held(by_hand(VoucherKind.TAXI, date=DAY, total=4050), 2, category="交通费")
    return case(first, second), case(first, other)


@fault("dup_similar", "claimed by the same person before")
def _before() -> tuple[Case, Case]:
    ride = held(by_hand(VoucherKind.TAXI, date=DAY, total=3950), category="交通费")
    earlier = Other(
        "x", date=DAY, total=3950, category="交通费", claimant=CLAIMANT, claim_number="BX2606A-0001", state="已付款"
    )
    return case(ride, others=[earlier]), case(ride, others=[earlier._replace(claimant="李强")])


for changed in ({"total": 418_50}, {"number": "26322000000000000999"}, {"date": "2026-06-08"}):
    in_forms("qr_differs", "pdf ofd", GOOD, GOOD.but(**changed), **NIGHT)
in_forms(
    "qr_differs", "pdf", e_invoice(n=3, date=DAY), e_invoice(n=3, date=DAY).but(amount=400_00), category="业务招待费"
)


@fault("qr_differs", "typed beside a photo: picture")
def _typed_wrong() -> tuple[Case, Case]:
    bad, good = (made(GOOD, "picture") for _ in range(2))
    for photo, total in ((bad, 381_50), (good, 318_50)):
        photo.buyer, photo.buyer_tax_id, photo.total = GOOD.buyer, GOOD.buyer_id, total
        photo.sources["total"] = "hand"
    return one(bad, **NIGHT), one(good, **NIGHT)


in_forms("qr_differs", "pdf", rail_ticket(n=3), rail_ticket(n=3).but(total=156_00))


@fault("files_differ")
def _xml_and_pdf() -> tuple[Case, Case]:
    bad, good = made(GOOD), made(GOOD)
    bad.findings.append(
        Finding("files_differ", "同一张票的两个文件价税合计不一样", field="total", printed="1.00", expected="2.00")
    )
    return one(bad, **NIGHT), one(good, **NIGHT)


@fault("original_both")
def _rebooked() -> tuple[Case, Case]:
    old, new = (
        rail_ticket(n=4),
        rail_ticket(n=5, day="2026-06-16", origin="上海虹桥", destination="苏州", train="G7002"),
    )
    voucher = made(new)
    voucher.extra["original_number"] = old.number
    return case(held(made(old), 1), held(voucher, 2)), case(held(made(old), 1), held(made(new), 2))


@fault("red_pair")
def _red_and_blue() -> tuple[Case, Case]:
    red = full_invoice(n=9, total=318_50, red_of=GOOD.number, goods="*住宿服务*住宿费")
    return case(held(made(GOOD), 1, **NIGHT), held(made(red), 2, **NIGHT)), one(made(GOOD), **NIGHT)


@fault("red_pair", "taken back elsewhere")
def _red_elsewhere() -> tuple[Case, Case]:
    red = Other("x", number="26322000000000000555", total=-318_50, red_of=GOOD.number, claimant="李强")
    return case(held(made(GOOD), **NIGHT), others=[red]), one(made(GOOD), **NIGHT)


def _parts(data: bytes) -> dict[str, bytes]:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


@fault("altered")
def _altered_after_sealing() -> tuple[Case, Case]:
    invoice = e_invoice(n=11, date=DAY, goods="*住宿服务*住宿费")
    good = sealed(_parts(invoice.ofd(carry="xml")), b"png")
    page = next(name for name in good if name.endswith("Content.xml"))
    bad = {**good, page: good[page].replace(b"2026", b"2025", 1)}
    return one(read(packed(bad), "a.ofd"), **NIGHT), one(read(packed(good), "a.ofd"), **NIGHT)


def _stamped(form: str, stamp: str) -> Build:
    return lambda: (one(made(GOOD, form, stamp=stamp), **NIGHT), one(made(GOOD, form), **NIGHT))


def _no_invoice(name: str, data: bytes) -> Build:
    return lambda: (one(read(data, name)), one(made(GOOD), **NIGHT))


@fault("seal_test")
def _test_certificate() -> tuple[Case, Case]:
    parts = _parts(e_invoice(n=63, date=DAY, goods="*住宿服务*住宿费").ofd(carry="xml"))
    bad, good = (packed(sealed(parts, b"png", key=key)) for key in (replace(KEY, issuer="税务测试CA2(SM2)"), KEY))
    return one(read(bad, "a.ofd"), **NIGHT), one(read(good, "a.ofd"), **NIGHT)


@fault("unsigned")
def _without_seal() -> tuple[Case, Case]:
    plain = e_invoice(n=64, date=DAY, goods="*住宿服务*住宿费").ofd(carry="xml")
    return one(read(plain, "a.ofd"), **NIGHT), one(read(packed(sealed(_parts(plain), b"png")), "a.ofd"), **NIGHT)


@fault("last_year_late")
def _after_may() -> tuple[Case, Case]:
    rulings = {"last_year_late": Ruling(RULES["last_year_late"].stand._replace(used=True))}
    old = full_invoice(n=65, number="25322000000000000065", total=318_50, goods="*住宿服务*住宿费", date="2025-12-30")
    late, soon = (case(held(made(old), **NIGHT), rulings=rulings, header={"day": day}) for day in (TODAY, "2026-05-31"))
    return late, soon


@fault("over_limit", "an invoice for the rides of a whole trip")
def _rides_of_a_trip() -> tuple[Case, Case]:
    trip = {"kind": "trip", "trip_from": "2026-06-15", "trip_to": "2026-06-17"}
    listed = (HeldFile("pdf", "original"), HeldFile("pdf", "support", "行程单"))
    rides = [
        held(made(full_invoice(n=66, total=total, rate="3%", goods="*运输服务*客运服务费", seller="滴滴出行科技有限公司")),
             category="交通费", date_from=DAY, files=listed)
        for total in (240_01, 239_99)
    ]  # fmt: skip
    return case(rides[0], header=trip), case(rides[1], header=trip)


for stamp in ("仅供预览", "作废", "样票"):
    for form in ("pdf", "ofd"):
        fault("marked", f"{stamp} in {form}")(_stamped(form, stamp))
for name, data in (
    ("行程单.pdf", trip_list()),
    ("通知.ofd", office_ofd()),
    ("坏.pdf", b"%PDF-1.4 broken"),
    ("空.xml", b"<a/>"),
):
    fault("not_invoice", name)(_no_invoice(name, data))


@fault("not_invoice", "no kind chosen")
def _no_kind() -> tuple[Case, Case]:
    values = {"date": DAY, "total": 3950}
    known, unknown = by_hand(VoucherKind.TAXI, **values), by_hand(VoucherKind.TAXI, **values)
    unknown.kind = None
    return one(unknown, category="交通费"), one(known, category="交通费")


NUMBERS = (
    (VoucherKind.FULL_ORDINARY, "", "2632200000000000001", "26322000000000000017"),
    (VoucherKind.RAIL, "", "2632200000000000001", "26322000000000000017"),
    (VoucherKind.PAPER_ORDINARY, "032001900111", "5114241", "51142414"),
    (VoucherKind.PAPER_SPECIAL, "3200190011", "511424145", "51142414"),
    (VoucherKind.TOLL, "03200190011", "51142414", "26322000000000000017"),
    (VoucherKind.E_ORDINARY, "", "51142414", "03200190011151142414"),
)


def _numbered(kind: VoucherKind, code: str, bad: str, good: str) -> Build:
    """One digit too few or too many, and as its kind has them."""
    values = {"date": DAY, "total": 106_00, "buyer": GOOD.buyer}
    return lambda: (
        one(by_hand(kind, code=code, number=bad, **values)),
        one(by_hand(kind, code=code, number=good, **values)),
    )


for numbers in NUMBERS:
    fault("number_length", f"number of {numbers[0].value}")(_numbered(*numbers))


@fault("verify_failed")
def _not_found_by_the_tax_bureau() -> tuple[Case, Case]:
    checked = (("网上查验", "ok"), ("网上查验", "wrong"))
    return one(made(GOOD), **NIGHT, checks=checked), one(made(GOOD), **NIGHT, checks=checked[::-1])


@fault("unverified")
def _nobody_looked() -> tuple[Case, Case]:
    return one(made(GOOD), **NIGHT, checks=()), one(made(GOOD), **NIGHT)


# -- 7 to 11 合法性 ----------------------------------------------------------------------------------------------------
WIDE = "苏州安正阀门 有限公司"
in_forms("title_differs", "xml pdf ofd", GOOD, GOOD.but(buyer="苏州安正阀业有限公司"), **NIGHT)
in_forms("title_missing", "xml pdf", GOOD, GOOD.but(buyer="个人", buyer_id=""), **NIGHT)
in_forms("tax_id_differs", "xml pdf ofd", GOOD, GOOD.but(buyer_id=tax_id("91320594MA1N0ABC2")), **NIGHT)
in_forms("tax_id_missing", "xml", GOOD, GOOD.but(buyer_id=""), **NIGHT)
in_forms("seller_tax_id", "xml pdf ofd", GOOD, GOOD.but(seller_id="913205087573028641"[:17] + "Z"), **NIGHT)
in_forms("tax_id_old", "xml", GOOD, GOOD.but(seller_id="320508757302864"), **NIGHT)
in_forms("special_incomplete", "xml ofd", SPECIAL, SPECIAL.but(buyer_id=""), **NIGHT)


@fault("title_other")
def _of_the_branch() -> tuple[Case, Case]:
    bad = GOOD.but(buyer=str(BRANCH["name"]), buyer_id=str(BRANCH["tax_id"]))
    return one(made(bad), **NIGHT), case(held(made(bad), **NIGHT), company="branch")


in_forms(
    "off_words", "xml pdf", GOOD, full_invoice(n=7, total=318_50, goods="*酒*白酒"), **{**NIGHT, "category": "其他"}
)
in_forms("item_category", "xml pdf", GOOD, full_invoice(n=7, total=318_50), **NIGHT)


@fault("list_missing")
def _list_named() -> tuple[Case, Case]:
    voucher = made(full_invoice(n=12, total=318_50, goods="(详见销货清单)"))
    listed = (HeldFile("xml", "original"), HeldFile("pdf", "support", "销货清单"))
    return one(voucher, category="办公费"), one(voucher, category="办公费", files=listed)


@fault("paper_ticket")
def _paper_rail_ticket() -> tuple[Case, Case]:
    tickets = [
        by_hand(
            VoucherKind.RAIL, number="A012345", date=day, total=5600, buyer=WIDE.replace(" ", ""), legs=(trip_leg(day),)
        )
        for day in ("2026-06-15", "2025-09-30")
    ]
    return one(tickets[0]), one(tickets[1])


@fault("issued_late")
def _half_a_year_after() -> tuple[Case, Case]:
    return one(made(rail_ticket(day="2025-11-20"))), one(made(rail_ticket(day="2026-01-10")))


# -- 12 to 14 完整性 ---------------------------------------------------------------------------------------------------


@fault("papers_missing", "guests without names")
def _guests() -> tuple[Case, Case]:
    dinner = made(full_invoice(n=13, total=418_50))
    about = {"category": "业务招待费", "date_from": DAY}
    return one(dinner, **about), one(dinner, **about, purpose="华源贸易 王芳", persons=3)


@fault("papers_missing", "a ride by app without its list")
def _ride() -> tuple[Case, Case]:
    ride = made(full_invoice(n=14, total=39_54, rate="3%", goods="*运输服务*客运服务费", seller="滴滴出行科技有限公司"))
    listed = (HeldFile("pdf", "original"), HeldFile("pdf", "support", "行程单"))
    return one(ride, category="交通费"), one(ride, category="交通费", files=listed)


@fault("papers_missing", "a hotel without nights")
def _nights() -> tuple[Case, Case]:
    return one(made(GOOD), category="住宿费"), one(made(GOOD), **NIGHT)


@fault("papers_missing", "a meeting without its invitation")
def _meeting() -> tuple[Case, Case]:
    room = made(full_invoice(n=15, total=818_50, goods="*会展服务*会议费"))
    about = {"category": "会务费"}
    return one(room, **about), case(held(room, **about), general=frozenset({"会议通知"}))


@fault("count_differs")
def _counted_wrong() -> tuple[Case, Case]:
    voucher = held(made(GOOD), **NIGHT)
    return case(voucher, header={"vouchers": 3}), case(voucher, header={"vouchers": 1})


@fault("sum_short")
def _more_than_the_vouchers() -> tuple[Case, Case]:
    voucher = held(made(GOOD), **NIGHT)
    line = {"uid": "l1", "seq": 1, "item": "住宿费", "summary": "上海", "amount": 328_50}
    return case(voucher, lines=[line]), case(voucher, lines=[{**line, "cut": 10_00}])


@fault("no_voucher")
def _line_without() -> tuple[Case, Case]:
    voucher = held(made(GOOD), **NIGHT)
    line = {"uid": "l1", "seq": 1, "item": "住宿费", "summary": "上海", "amount": 318_50}
    bare = {"uid": "l2", "seq": 2, "item": "交通费", "summary": "打车", "amount": 20_00}
    allowance = {**bare, "part": "allowance", "days": 1000, "standard": 20_00}
    return case(voucher, lines=[line, bare]), case(voucher, lines=[line, allowance], header={"kind": "trip"})


@fault("no_voucher", "an allowance without days")
def _allowance_in_name() -> tuple[Case, Case]:
    voucher, trip = held(made(GOOD), **NIGHT), {"kind": "trip"}
    line = {"uid": "l1", "seq": 1, "item": "住宿费", "summary": "上海", "amount": 318_50}
    bare = {"uid": "l2", "seq": 2, "part": "allowance", "item": "差旅费", "summary": "补助", "amount": 20_00}
    known = {**bare, "days": 1000, "standard": 20_00}
    return case(voucher, lines=[line, bare], header=trip), case(voucher, lines=[line, known], header=trip)


@fault("no_voucher", "an allowance without a trip")
def _allowance_at_home() -> tuple[Case, Case]:
    voucher = held(made(GOOD), **NIGHT)
    line = {"uid": "l1", "seq": 1, "item": "住宿费", "summary": "上海", "amount": 318_50}
    known = {"uid": "l2", "seq": 2, "part": "allowance", "item": "差旅费", "summary": "补助", "amount": 20_00, "days": 1000,
             "standard": 20_00}  # fmt: skip
    return case(voucher, lines=[line, known]), case(voucher, lines=[line, known], header={"kind": "trip"})


@fault("sum_short", "beyond what vouchers on no line come to")
def _spare_used_up() -> tuple[Case, Case]:
    assigned, loose = held(made(GOOD), **NIGHT), held(made(full_invoice(n=71, total=100_00)), 2, line="")
    line = {"uid": "l1", "seq": 1, "item": "住宿费", "summary": "上海", "amount": 318_50}
    more = {"uid": "l2", "seq": 2, "item": "其他", "summary": "杂项", "amount": 100_00}
    return case(assigned, loose, lines=[line, {**more, "amount": 100_01}]), case(assigned, loose, lines=[line, more])


@fault("no_voucher", "one voucher on no line excuses no other line")
def _spare_of_one() -> tuple[Case, Case]:
    loose = held(made(full_invoice(n=71, total=100_00)), line="")
    lines = [{"uid": f"l{n}", "seq": n, "item": "其他", "summary": "杂项", "amount": 100_00} for n in (1, 2)]
    return case(loose, lines=lines), case(loose, lines=lines[:1])


@fault("no_voucher", "none at all, and no number of papers")
def _nothing_handed_in() -> tuple[Case, Case]:
    line = {"uid": "l1", "seq": 1, "item": "住宿费", "summary": "上海", "amount": 318_50}
    return case(lines=[line]), case(lines=[line], header={"vouchers": 3})


@fault("all_rejected")
def _only_voucher_rejected() -> tuple[Case, Case]:
    line = {"uid": "l1", "seq": 1, "item": "住宿费", "summary": "上海", "amount": 318_50}
    rejected = frozenset({"l1"})
    return case(lines=[line], rejected=rejected), case(lines=[{**line, "cut": 318_50}], rejected=rejected)


@fault("all_rejected", "on no line, and nothing else handed in")
def _loose_one_rejected() -> tuple[Case, Case]:
    line = {"uid": "l1", "seq": 1, "item": "住宿费", "summary": "上海", "amount": 318_50}
    return case(lines=[line], rejected=frozenset({""})), case(held(made(GOOD), **NIGHT), rejected=frozenset({""}))


@fault("no_original")
def _photo() -> tuple[Case, Case]:
    photo = made(GOOD, "picture")
    photo.buyer, photo.buyer_tax_id = GOOD.buyer, GOOD.buyer_id
    both = (HeldFile("picture", "copy"), HeldFile("ofd", "original"))
    return one(photo, **NIGHT), one(photo, **NIGHT, files=both)


# -- 15 to 18 金额与标准 -----------------------------------------------------------------------------------------------
in_forms("sum_wrong", "xml pdf ofd", GOOD, GOOD.but(tax=(GOOD.tax or 0) + 100), **NIGHT)
in_forms("sum_wrong", "xml", air_ticket(), air_ticket().but(tax=50_00))
in_forms("lines_sum", "xml", GOOD, GOOD.but(amount=(GOOD.amount or 0) - 500, total=313_50), **NIGHT)
in_forms("words_differ", "xml pdf ofd", GOOD, GOOD.but(words="叁佰零捌圆伍角"), **NIGHT)


@fault("total_unread", "a sum that is no number")
def _endless() -> tuple[Case, Case]:
    bad = GOOD.xml().replace(b">318.50<", b">1e999<")
    assert bad != GOOD.xml()
    return one(read(bad, "a.xml"), **NIGHT), one(made(GOOD), **NIGHT)


@fault("total_unread", "a photo whose QR says the net only: picture")
def _net_only() -> tuple[Case, Case]:
    photo, typed = (made(e_invoice(n=72, date=DAY), "picture") for _ in range(2))
    typed.total = 318_50
    return one(photo, category="其他"), one(typed, category="其他")


@fault("date_unread")
def _no_such_day() -> tuple[Case, Case]:
    quota = by_hand(VoucherKind.QUOTA, total=50_00, number="12345678", code="132052011111")
    assert "date_unread" not in found(one(quota, category="交通费", date_from=DAY)), "定额发票 print no day"
    bad = GOOD.xml().replace(GOOD.date.encode(), b"2026-02-30")
    return one(read(bad, "a.xml"), **NIGHT), one(made(GOOD), **NIGHT)


@fault("line_tax")
def _tax_of_one_line() -> tuple[Case, Case]:
    items = (goods("*住宿服务*住宿费", 200_00, 12_00), goods("*住宿服务*洗衣", 100_00, 6_00))
    wrong = (goods("*住宿服务*住宿费", 200_00, 13_00), goods("*住宿服务*洗衣", 100_00, 5_00))
    good, bad = (full_invoice(n=16, total=318_00, items=which) for which in (items, wrong))
    return one(made(bad), **NIGHT), one(made(good), **NIGHT)


@fault("over_limit", "two nights in Beijing")
def _dear_hotel() -> tuple[Case, Case]:
    dear = made(full_invoice(n=17, total=1200_50, goods="*住宿服务*住宿费"))
    about = {"category": "住宿费", "nights": 2, "date_from": "2026-06-15", "city": "北京市"}
    voucher = held(dear, **about)
    line = {"uid": "l1", "seq": 1, "item": "住宿费", "summary": "北京", "amount": 1200_50}
    return case(voucher, lines=[line]), case(voucher, lines=[{**line, "cut": 200_50}])


@fault("over_limit", "guests")
def _dear_dinner() -> tuple[Case, Case]:
    dinner = made(full_invoice(n=18, total=618_50))
    about = {"category": "业务招待费", "date_from": DAY, "purpose": "华源 王芳"}
    return one(dinner, **about, persons=4), one(dinner, **about, persons=5)


@fault("over_limit", "rides of one day")
def _rides() -> tuple[Case, Case]:
    rides = [
        held(by_hand(VoucherKind.TAXI, date=DAY, total=total), n, category="交通费")
        for n, total in ((1, 4500), (2, 3600))
    ]
    trip = {"kind": "trip"}
    return case(*rides, header=trip), case(rides[0], header=trip)


@fault("over_limit", "allowance")
def _allowance() -> tuple[Case, Case]:
    line = {"uid": "a", "seq": 1, "part": "allowance", "item": "差旅费", "summary": "餐补", "days": 2000, "standard": 12000,
            "amount": 24000}  # fmt: skip
    trip = {"kind": "trip", "trip_from": "2026-06-15", "trip_to": "2026-06-16"}
    good = {**line, "standard": 10000, "amount": 20000}
    return case(lines=[line], header=trip), case(lines=[good], header=trip)


in_forms("over_class", "xml pdf", rail_ticket(), rail_ticket(seat="商务座"))
in_forms(
    "over_class",
    "xml",
    air_ticket(),
    air_ticket(legs=(trip_leg("2026-06-16", "18:30", "合肥", "广州", "CZ8866", "F"),)),
)


@fault("cut_gone")
def _typed_anew() -> tuple[Case, Case]:
    gone = {"uid": "old", "seq": 1, "item": "住宿费", "summary": "上海", "amount": 318_50, "cut": 50_00}
    line = {**gone, "uid": "l1", "cut": None, "created_at": "2026-06-20T10:00"}
    about: dict[str, Any] = {"dropped": [gone], "dropped_at": "2026-06-19T10:00"}
    voucher = held(made(GOOD), **NIGHT)
    bad, good = (case(voucher, lines=[line], header={"head_amount": most}, **about) for most in (318_50, 368_50))
    return bad, good


@fault("cut_gone", "another category takes over what was cut")
def _taken_over() -> tuple[Case, Case]:
    gone = {"uid": "old", "seq": 1, "item": "住宿费", "summary": "上海", "amount": 318_50, "cut": 50_00}
    line = {"uid": "l1", "seq": 1, "item": "交通费", "summary": "打车", "amount": 318_50}
    about: dict[str, Any] = {"dropped": [gone], "dropped_at": "2026-06-19T10:00", "header": {"head_amount": 318_50}}
    voucher = held(made(GOOD), **NIGHT)
    return case(voucher, lines=[line], **about), case(voucher, lines=[{**line, "cut": 50_00}], **about)


@fault("limit_unsure")
def _unconfirmed() -> tuple[Case, Case]:
    unsure = STANDARDS._replace(all=tuple(s._replace(confirmed=False) for s in STANDARDS.all))
    dear = held(made(full_invoice(n=19, total=618_50, goods="*住宿服务*住宿费")), **NIGHT)
    return case(dear, standards=unsure), case(held(made(GOOD), **NIGHT), standards=unsure)


def _trip_with(days: int, *more: Any) -> Case:
    there, back = (
        rail_ticket(n=21),
        rail_ticket(n=22, day="2026-06-16", origin="上海虹桥", destination="苏州", train="G7002"),
    )
    allowance = {"uid": "a", "seq": 9, "part": "allowance", "item": "差旅费", "summary": "餐补", "days": days * 1000,
                 "standard": 10000, "amount": days * 10000}  # fmt: skip
    tickets = [held(made(there), 1), held(made(back), 2), *more]
    lines = [
        {"uid": t.line, "seq": t.seq, "item": "差旅费", "summary": "车票", "amount": t.read.total} for t in tickets
    ]
    return case(*tickets, lines=[*lines, allowance])


@fault("allowance_days")
def _three_days_for_two() -> tuple[Case, Case]:
    return _trip_with(3), _trip_with(2)


@fault("allowance_meal")
def _meal_and_allowance() -> tuple[Case, Case]:
    meal = held(made(full_invoice(n=23, total=58_50)), 3, date_from="2026-06-16")
    return _trip_with(2, meal), _trip_with(1, meal)


# -- 19 to 21 时间 -----------------------------------------------------------------------------------------------------
OLD = full_invoice(n=24, number="25322000000000000024", total=318_50, goods="*住宿服务*住宿费", date="2025-12-30")
in_forms("number_year", "xml pdf ofd", GOOD, GOOD.but(number="25322000000000000017"), **NIGHT)
in_forms(
    "future", "xml pdf", GOOD, full_invoice(n=25, total=318_50, goods="*住宿服务*住宿费", date="2026-06-27"), **NIGHT
)
in_forms("last_year", "xml pdf", GOOD, OLD, **NIGHT)
in_forms("too_old", "xml", GOOD, OLD.but(date="2025-11-30"), **NIGHT)


@fault("rest_day", "a Saturday")
def _weekend() -> tuple[Case, Case]:
    dinner = made(full_invoice(n=26, total=418_50))
    about = {"category": "业务招待费", "purpose": "华源 王芳", "persons": 3}
    return one(dinner, **about, date_from="2026-06-20"), one(dinner, **about, date_from="2026-06-18")


@fault("rest_day", "a holiday")
def _holiday() -> tuple[Case, Case]:
    petrol = made(full_invoice(n=27, total=318_50, rate="13%", goods="*汽油*92号车用汽油"))
    about = {"category": "交通费"}
    return one(petrol, **about, date_from="2026-06-19"), one(petrol, **about, date_from="2026-05-09")


@fault("outside_trip")
def _after_the_trip() -> tuple[Case, Case]:
    trip = {"kind": "trip", "trip_from": "2026-06-14", "trip_to": "2026-06-15"}
    late = held(made(rail_ticket(day="2026-06-17")))
    return case(late, header=trip), case(held(made(rail_ticket())), header=trip)


@fault("two_places")
def _two_at_once() -> tuple[Case, Case]:
    away = trip_leg("2026-06-15", "08:50", "广州南", "深圳北", "G6001")
    on = trip_leg("2026-06-15", "09:15", "上海虹桥", "杭州东", "G7371")
    first = held(made(rail_ticket(n=28)), 1)
    bad, good = (held(made(rail_ticket(n=29).but(legs=(leg,))), 2) for leg in (away, on))
    return case(first, bad), case(first, good)


@fault("same_train")
def _two_seats() -> tuple[Case, Case]:
    first, second, other = (rail_ticket(n=30), rail_ticket(n=31), rail_ticket(n=31, passenger="李强"))
    return case(held(made(first), 1), held(made(second), 2)), case(held(made(first), 1), held(made(other), 2))


# -- 22 to 24 规律 -----------------------------------------------------------------------------------------------------


@fault("sequence")
def _in_a_row() -> tuple[Case, Case]:
    first, next_, far = (full_invoice(n=n, total=318_50 + n, goods="*住宿服务*住宿费") for n in (40, 41, 49))
    pairs = [[held(made(v), n, **NIGHT) for n, v in enumerate(pair, 1)] for pair in ((first, next_), (first, far))]
    return case(*pairs[0]), case(*pairs[1])


@fault("sequence", "one of them claimed elsewhere, old numbers")
def _in_a_row_elsewhere() -> tuple[Case, Case]:
    mine = e_invoice(n=41, date=DAY)
    other = Other(
        "x",
        kind="e_ordinary",
        code=mine.code,
        number=e_invoice(n=40).number,
        date=DAY,
        seller=mine.seller,
        claimant="李强",
    )
    voucher = held(made(mine, "pdf"), category="业务招待费", purpose="华源 王芳", persons=3)
    return case(voucher, others=[other]), case(voucher, others=[other._replace(code="032002100199")])


@fault("same_seller")
def _three_of_one_seller() -> tuple[Case, Case]:
    three = [
        held(made(full_invoice(n=n * 50, total=118_50 + n, goods="*住宿服务*住宿费")), n, **NIGHT) for n in (1, 2, 3)
    ]
    return case(*three), case(*three[:2])


in_forms("round_amount", "xml pdf", GOOD, full_invoice(n=60, total=500_00, goods="*住宿服务*住宿费"), category="其他")


@fault("below_limit")
def _just_below() -> tuple[Case, Case]:
    dear = made(full_invoice(n=61, total=349_00, goods="*住宿服务*住宿费"))
    return one(dear, **NIGHT), one(made(GOOD), **NIGHT)


in_forms("other_person", "xml pdf", rail_ticket(), rail_ticket(passenger="李强"))


@fault("special_incomplete", "paper, typed in part")
def _paper_special() -> tuple[Case, Case]:
    made_one = paper_invoice(n=62, date=DAY)
    values = {k: getattr(made_one, k) for k in ("code", "number", "date", "buyer", "seller", "amount", "tax", "total")}
    ids = {"buyer_tax_id": made_one.buyer_id, "seller_tax_id": made_one.seller_id}
    about = {"category": "其他"}
    return (
        one(by_hand(VoucherKind.PAPER_SPECIAL, **values), **about),
        one(by_hand(VoucherKind.PAPER_SPECIAL, **values, **ids), **about),
    )


# ----------------------------------------------------------------------------------------------------------------------
CASES = [pytest.param(rule, build, id=name) for rule, name, build in CORPUS]


@pytest.mark.parametrize(("rule", "build"), CASES)
def test_the_fault_is_caught_and_its_twin_is_not(rule: str, build: Build) -> None:
    bad, good = build()
    caught = found(bad)
    assert rule in caught, f"not caught; found {sorted(caught)}"
    told = caught[rule]
    assert told.message and told.cure and told.severity in Severity
    assert told.printed or told.expected, "both sides are told"
    assert rule not in found(good), f"false alarm: {found(good)[rule]}"


def test_the_corpus_plants_all_24() -> None:
    planted = {RULES[rule].no for rule, _, _ in CORPUS}
    assert planted == set(range(1, 25))
    elsewhere = {"duplicate"}  # tests/modules/test_voucher_duplicates.py
    assert {rule for rule, _, _ in CORPUS} == set(RULES) - elsewhere
    assert {form for form in FORMS if any(name.endswith(form) for _, name, _ in CORPUS)} == set(FORMS)
    assert TODAY > DAY
