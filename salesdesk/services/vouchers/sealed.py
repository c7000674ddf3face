"""Writes onto a voucher whether its file is still as it was sealed, with a finding for what the clerk must know."""

from __future__ import annotations

from salesdesk.domain.problems import Severity
from salesdesk.services.ofd.package import Package
from salesdesk.services.ofd.sealing import SealReport, SealState, check_seals
from salesdesk.services.pdf_pages import signature_count
from salesdesk.services.vouchers.voucher import Finding, Voucher, VoucherKind

USUALLY_SEALED = frozenset((VoucherKind.E_SPECIAL, VoucherKind.E_ORDINARY, VoucherKind.TOLL))
"""Kinds the tax bureau delivered with its seal in the OFD; 数电票 come without."""
_ASK = "请向开票方重新索取原件，并在税务局网站查验"


def fill_seal(voucher: Voucher, package: Package) -> SealReport:
    """Check the seals of an OFD, set `voucher.seal` and add findings; the kind should be known before."""
    report = check_seals(package)
    voucher.seal = str(report.state)
    found: list[tuple[str, str, str, Severity]] = []
    if report.state is SealState.ALTERED:
        why = "；".join(report.reasons[:4])
        found.append(("seal_altered", f"盖章以后文件被改动过：{why}", _ASK, Severity.STOP))
    elif report.state is SealState.TEST:
        found.append(("seal_test", "盖章用的是测试证书，不像正式发票", _ASK, Severity.WARN))
    elif report.state is SealState.UNKNOWN:
        why = "；".join(r.removeprefix("未验证：") for r in report.reasons[:3])
        found.append(("seal_unknown", f"电子签名没有验证：{why}", "请在税务局网站查验", Severity.HINT))
    elif report.state is SealState.UNSIGNED and voucher.kind in USUALLY_SEALED:
        text = f"{voucher.kind.label} 的 OFD 一般带税务局的电子签章，这份没有"
        found.append(("seal_missing", text, _ASK, Severity.WARN))
    if report.uncovered and report.state in (SealState.INTACT, SealState.TEST):
        names = "、".join(report.uncovered[:4])
        text = f"有 {len(report.uncovered)} 个部分不在签名范围内，改了也看不出来：{names}"
        found.append(("seal_uncovered", text, "重要的数字请在税务局网站查验", Severity.HINT))
    voucher.findings += [
        Finding(code, message, cure, source="ofd_seal", severity=weight) for code, message, cure, weight in found
    ]
    return report


def note_pdf_signatures(voucher: Voucher, pdf: bytes) -> None:
    """Say that a PDF carries signatures; they are not checked here."""
    count = signature_count(pdf)
    if count:
        text = f"PDF 里有 {count} 个电子签名，本程序没有验证"
        voucher.findings.append(Finding("pdf_signature", text, "真伪请在税务局网站查验", severity=Severity.HINT))
