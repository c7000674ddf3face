"""真实性: doubled, altered, taken back, marked and unverified vouchers (matters 1 to 6)."""

from __future__ import annotations

from collections.abc import Iterator

from salesdesk.modules.reimbursement.checks.case import WITH_BUYER, Case, Fault, Held, Other, shown
from salesdesk.services.vouchers.qr import qr_fields
from salesdesk.services.vouchers.voucher import VoucherKind, key_of, odd_length

_NO_VERIFICATION = (VoucherKind.TAXI, VoucherKind.QUOTA, VoucherKind.COACH, VoucherKind.OTHER, VoucherKind.FISCAL)


def duplicates(case: Case) -> Iterator[Fault]:
    """1. The same person's same category, day and amount, where the numbers do not tell two vouchers apart.

    Number, file and seller with amount and day are looked for in the whole ledger by `reimbursement.duplicates`.
    """
    seen: dict[tuple[object, ...], list[Other]] = {}
    for other in case.others:
        seen.setdefault((other.claimant, other.category, other.date, other.total), []).append(other)
    for one in case.held:
        read, day, category = one.read, one.read.date or one.day, case.category(one)
        alike = seen.setdefault((case.claimant, category, day, read.total), [])
        if day and category and read.total and read.kind is not VoucherKind.QUOTA:
            twin = next((o for o in alike if not _told_apart(o, one)), None)
            if twin is not None:
                told = f"和另一张同日同项目同金额，在{twin.whose}"
                here = twin.claim_number.startswith(_HERE)  # two rides of one price are nothing odd: only told
                yield one.fault("dup_similar", told, "total/same", read.total, twin.whose, slight=here)
        where = f"{_HERE}第 {one.seq} 张"
        alike.append(Other(one.uid, one.key, seller=read.seller or "", claimant=case.claimant, claim_number=where))


_HERE = "这张单"


def _told_apart(other: Other, one: Held) -> bool:
    numbers = bool(one.key and other.key)
    return numbers or bool(other.seller and one.read.seller and other.seller != one.read.seller)


def qr_differs(case: Case) -> Iterator[Fault]:
    """2. The QR code says another number, date or amount; which amount it says depends on the kind of voucher."""
    for one in case.held:
        qr = qr_fields(one.read.qr)
        if qr is None:
            continue
        if qr.number and one.read.number and key_of("", qr.number) != key_of("", one.read.number):
            yield one.fault("qr_differs", "号码和二维码不符", "number", one.read.number, f"二维码 {qr.number}")
        if qr.code and one.read.code and qr.code != one.read.code:
            yield one.fault("qr_differs", "发票代码和二维码不符", "code", one.read.code, f"二维码 {qr.code}")
        if qr.date and one.read.date and qr.date != one.read.date:
            yield one.fault("qr_differs", "日期和二维码不符", "date", one.read.date, f"二维码 {qr.date}")
        printed = getattr(one.read, qr.means) if qr.means else None
        if qr.money is not None and printed is not None and abs(qr.money) != abs(printed):
            what = "不含税金额" if qr.means == "amount" else "价税合计"
            yield one.fault("qr_differs", f"{what}和二维码不符", qr.means, printed, f"二维码 {shown(qr.money)}")


def replaced(case: Case) -> Iterator[Fault]:
    """3. 换开: the ticket and the one it stands for; 红字: an invoice that takes another back."""
    known = {o.key or key_of(o.code, o.number): o.whose for o in case.others if o.number}
    known |= {h.key: h.place for h in case.held if h.key}
    successors = {_named(o.original): o for o in case.others if o.original}
    takers = {_named(o.red_of): o.whose for o in case.others if o.red_of}
    takers |= {_named(red): h.place for h in case.held if (red := h.read.extra.get("red_of"))}
    for one in case.held:
        number, original, red = (
            one.read.number or "",
            one.read.extra.get("original_number"),
            one.read.extra.get("red_of"),
        )
        before = _named(original)
        if before and before != one.key and before in known:
            told = f"是换开的票，原来的 {original} 也在报，在{known[before]}"
            yield one.fault("original_both", told, "original_number", original, known[before])
        if one.key and one.key in successors:
            new = successors[one.key]
            yield one.fault("original_both", f"已换开成 {new.number}，在{new.whose}", "number", number, new.number)
        if red or (one.read.total or 0) < 0:
            yield one.fault(
                "red_pair", f"是红字票{f'，冲的是 {red}' if red else ''}，不能报销", "total", one.read.total, "蓝字票"
            )
        if one.key and one.key in takers:
            yield one.fault("red_pair", f"已被红字票冲掉，在{takers[one.key]}", "number", number, "没有冲红的票")


def _named(said: str | None) -> str:
    """The key of a voucher that another names, "number" or "code-number"."""
    code, _, number = (said or "").rpartition("-")
    return key_of(code, number)


SEALS = {"seal_altered": "altered", "seal_test": "seal_test", "seal_missing": "unsigned", "seal_unknown": "unsigned"}
"""What the reader says of a seal (`services.vouchers.sealed`) → the rule that weighs it."""
SEAL_WORDS = {"intact": "完整", "altered": "被改动", "test": "测试证书", "unsigned": "未签名", "unknown": "没有验证"}


def seals(case: Case) -> Iterator[Fault]:
    """4. What the seal of an OFD says; 数电票 carry none and are not asked for one."""
    for one in case.held:
        for found in one.read.findings:
            rule = SEALS.get(found.code)
            if rule:
                said = SEAL_WORDS.get(one.read.seal, one.read.seal)
                yield one.fault(rule, found.message, "seal", said, "完整", source="OFD 签章", cure=found.cure)


def files_differ(case: Case) -> Iterator[Fault]:
    """2. Two files of one voucher contradict each other, as noted when they were joined, until a person has corrected it."""
    for one in case.held:
        for found in one.read.findings:
            if found.code == "files_differ" and one.read.sources.get(found.field) != "hand":
                told = found.message
                yield one.fault("files_differ", told, found.field, found.printed, found.expected, source=found.source)


def marked(case: Case) -> Iterator[Fault]:
    """5. 仅供预览, 作废, 样票 on the page; and files that are no invoice or cannot be read, until entered by hand."""
    for one in case.held:
        read = one.read
        for found in read.findings:
            if found.code == "preview_mark":
                yield one.fault("marked", found.message, "mark", found.printed, "正式的票", source="票面")
            elif found.code in UNREADABLE and not entered(one):
                yield one.fault(
                    "not_invoice", found.message, "file", read.file, "发票原件", cure=found.cure, source="文件"
                )
        numbered = read.kind in WITH_BUYER or any(found.code == "no_number" for found in read.findings)
        if numbered and not read.number:
            yield one.fault("not_invoice", "没有发票号码", "number", "空", "发票号码", cure="请对照原件填号码")
        if read.kind is None and not unread(one):
            cure = "请对照原件选票种；哪种都不是的选「其他票据」"
            yield one.fault("not_invoice", "没选票种", "kind", "空", "票种", cure=cure)


def lengths(case: Case) -> Iterator[Fault]:
    """5. Digits of number and code are as many as its kind has: one left out, and nobody finds the same voucher again."""
    for one in case.held:
        read = one.read
        odd = odd_length(read.kind, read.code, read.number)
        if odd is not None and read.kind is not None:
            key, said, wanted = odd
            what = "代码" if key == "code" else "号码"
            yield one.fault("number_length", f"{read.kind.label}的{what}{said}，应该是 {wanted}", key, said, wanted)


def entered(one: Held) -> bool:
    """Whether a person or the file said enough of it to be a voucher."""
    return bool(one.read.number and one.read.kind) or one.read.sources.get("total") == "hand"


def unread(one: Held) -> bool:
    """Whether nothing at all is known of it yet, which is one fault and not one a value."""
    return not entered(one) and any(found.code in UNREADABLE for found in one.read.findings)


UNREADABLE = frozenset(
    ("not_invoice", "encrypted", "damaged", "unreadable", "empty", "too_large", "hostile", "unknown_format", "no_qr")
)
TAKEN_OVER = UNREADABLE | SEALS.keys() | {"files_differ", "preview_mark", "copy_only", "no_number"}
"""What the reader finds odd and a rule of the table weighs; the rest is told as it is (`reading_rule`)."""


def verification(case: Case) -> Iterator[Fault]:
    """6. 真伪查验: only the tax bureau's site can tell; what a person found there is recorded as a manual check."""
    least = case.number("unverified", "amount")
    for one in case.held:
        results = [result for kind, result in one.checks if kind == "网上查验"]
        if results and results[-1] == "wrong":
            yield one.fault("verify_failed", "网上查验不符", "verify", "不符", "一致", source="人工核对")
        elif not results or results[-1] == "unclear":
            total = one.read.total or 0
            if one.read.kind not in _NO_VERIFICATION and abs(total) >= least and one.read.number:
                code = f"代码 {one.read.code} " if one.read.code else ""
                line = f"{code}号码 {one.read.number} 日期 {one.read.date or ''} 金额 {shown(one.read.total)}"
                yield one.fault("unverified", "还没网上查验", "verify", line, "查验一致", source="人工核对")
