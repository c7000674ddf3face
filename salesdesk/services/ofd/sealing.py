"""Checks offline whether an OFD is still as it was sealed, and says what that proves and what it does not.

Signature.xml lists a digest of every covered part (GB/T 33190, 18.2); SignedValue.dat signs the digest of Signature.xml
(GB/T 38540-2020, before that GM/T 0031-2014). The root certificate is not in the file, so an intact seal proves that
nothing was changed since, and not who sealed it.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from salesdesk.domain.errors import BadValue
from salesdesk.services.ofd.der import OCTET_STRING, BadDer, Node, read_der
from salesdesk.services.ofd.package import Document, Package, child, children, folder_of, text_at
from salesdesk.services.ofd.sm import Point, sm2_verify, sm3
from salesdesk.services.safe_zip import MOST_ENTRIES

SM2_SIGNATURE = "1.2.156.10197.1.501"
_SM2_CURVE = "1.2.156.10197.1.301"
_COMMON_NAME, _ORGANISATION = "2.5.4.3", "2.5.4.10"
_DIGESTS = {
    "1.2.156.10197.1.401": "sm3",
    "sm3": "sm3",
    "1.3.14.3.2.26": "sha1",
    "sha1": "sha1",
    "sha-1": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "sha256": "sha256",
    "sha-256": "sha256",
    "md5": "md5",
    "1.2.840.113549.2.5": "md5",
}
_TRIAL = ("测试", "test", "demo", "演示")


class SealState(StrEnum):
    """What the check says; the value is the stable name in data, `label` what the clerk reads."""

    INTACT = "intact"
    ALTERED = "altered"
    UNSIGNED = "unsigned"
    TEST = "test"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    SealState.INTACT: "完整",
    SealState.ALTERED: "被改动",
    SealState.UNSIGNED: "未签名",
    SealState.TEST: "测试证书",
    SealState.UNKNOWN: "无法验证",
}
_MEANS = {
    SealState.INTACT: "签名覆盖的内容自盖章以来没有改动。这只说明没有被改过，不能证明是税务局或销方所盖；真伪仍以税务局网站查验为准",
    SealState.ALTERED: "盖章以后文件被改动过，不能作为凭证。请向开票方重新索取原件",
    SealState.UNSIGNED: "文件里没有电子签名，看不出有没有被改动。数电票本来就不带签名，真伪以税务局网站查验为准",
    SealState.TEST: "内容自盖章以来没有改动，但盖章用的是测试证书，不是正式发票。请向开票方核实",
    SealState.UNKNOWN: "文件有签名，但签名的写法本程序不会验证，看不出有没有被改动。真伪以税务局网站查验为准",
}


class Signer(NamedTuple):
    """Who a certificate names: the holder and who issued it, as written there, unproved."""

    name: str
    issuer: str

    @property
    def trial(self) -> bool:
        """Whether the certificate itself says that it is for trials."""
        words = f"{self.name} {self.issuer}".lower()
        return any(word in words for word in _TRIAL)


@dataclass(frozen=True, slots=True)
class SealReport:
    """The outcome for one file. altered: parts that differ from their digest or are gone; uncovered: parts no signature
    covers, so that they could be changed unnoticed; reasons: why it is altered or unknown, in the clerk's words."""

    state: SealState
    signers: tuple[Signer, ...] = ()
    altered: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """One sentence or two for the clerk: the state, who signed, what it proves."""
        who = "、".join(dict.fromkeys(s.name for s in self.signers if s.name))
        parts = [self.state.label + (f"（签章人：{who}）" if who else "")]
        parts += [*self.reasons, _MEANS[self.state]]
        if self.uncovered:
            parts.append(f"有 {len(self.uncovered)} 个部分不在签名范围内：{'、'.join(self.uncovered[:5])}")
        return "。".join(parts) + "。"


def check_seals(package: Package) -> SealReport:
    """The seals of an OFD. Never raises for what a file may hold; what cannot be verified is said to be so."""
    signed = [(document, name) for document in package.documents for name in _signatures(document)]
    if not signed:
        return SealReport(SealState.UNSIGNED)
    altered: dict[str, None] = {}
    reasons: dict[str, None] = {}
    covered: set[str] = set()
    signers: list[Signer] = []
    unknown = False
    for place, (document, name) in enumerate(signed):
        one = _Check(document, name, later=place < len(signed) - 1)
        altered |= dict.fromkeys(one.altered)
        reasons |= dict.fromkeys(one.reasons)
        covered |= one.covered
        unknown |= one.unknown
        signers += [one.signer] if one.signer else []
    uncovered = tuple(sorted(n for n in package.archive.names() if n not in covered))
    for document in {id(document): document for document, _ in signed}.values():
        for number, page in enumerate(document.pages, start=1):
            if page.name in uncovered:
                unknown = True
                reasons[f"未验证：第 {number} 页的内容不在签名范围内"] = None
    broken = bool(altered) or any(not r.startswith("未验证") for r in reasons)
    trial = any(signer.trial for signer in signers)
    state = (
        SealState.ALTERED if broken else SealState.UNKNOWN if unknown else SealState.TEST if trial else SealState.INTACT
    )
    told = tuple(reasons) + (("盖章用的是测试证书",) if trial and broken else ())
    return SealReport(state, tuple(signers), tuple(altered), uncovered, told)


def _signatures(document: Document) -> list[str]:
    try:
        return document.signatures
    except BadValue:
        return []


class _Check:
    """One signature: its digests, then its value."""

    def __init__(self, document: Document, name: str, later: bool) -> None:
        self.document, self.package, self.name = document, document.package, name
        self.altered: list[str] = []
        self.reasons: list[str] = []
        self.covered: set[str] = {name, document.signature_list}
        self.unknown = False
        self.signer: Signer | None = None
        root = document.part(name)
        if root is None:
            self.reasons.append(f"签名文件 {name} 已损坏")
            return
        info = child(root, "SignedInfo")
        # A second signature adds itself to the list of signatures, which the first one may have covered.
        growing = {document.signature_list} if later else set()
        self._digests: dict[str, bytes] = {}
        for references in children(info, "References")[:4]:
            method = _DIGESTS.get(references.get("CheckMethod", "1.2.156.10197.1.401").strip().lower(), "")
            for one in children(references, "Reference")[:MOST_ENTRIES]:
                self._digest(one.get("FileRef", ""), text_at(one, "CheckValue"), method, growing)
        seal = self._find(text_at(info, "Seal", "BaseLoc"))
        value = self._find(text_at(root, "SignedValue"))
        self.covered |= {seal, value}
        if not value:
            self.reasons.append("签名值文件缺失")
            return
        try:
            self._value(self.package.read(value))
        except BadValue as fault:
            self.reasons.append(f"签名值读不出来：{fault.reason}")
        except BadDer:
            self.unknown = True
            self.reasons.append("未验证：签名值不是国标电子签章的格式")

    def _find(self, loc: str) -> str:
        return self.package.find(loc, folder_of(self.name), self.document.folder) if loc else ""

    def _digest(self, loc: str, wanted: str, method: str, growing: set[str]) -> None:
        file = self._find(loc)
        if not file:
            self.altered.append(loc.lstrip("/"))
            self.reasons.append(f"签过名的 {loc.lstrip('/')} 不见了")
            return
        if not method:
            self.unknown = True
            self.reasons.append("未验证：摘要算法不认识")
            return
        try:
            given = base64.b64decode("".join(wanted.split()), validate=True)
        except ValueError:
            given = b""
        own = self._digest_of(file, method)
        self.covered.add(file)
        if own != given and file not in growing:
            self.altered.append(file)
            self.reasons.append(f"{file} 在签名之后被改动")

    def _digest_of(self, file: str, method: str) -> bytes:
        """The digest of an entry, made once; one that cannot be unpacked has none."""
        if method + file not in self._digests:
            try:
                data = self.package.read(file)
            except BadValue:
                return b"-"
            own = sm3(data) if method == "sm3" else hashlib.new(method, data, usedforsecurity=False).digest()
            self._digests[method + file] = own
        return self._digests[method + file]

    def _value(self, data: bytes) -> None:
        """SES_Signature of either version: what is signed, by whom, and whether the value fits."""
        root = read_der(data)
        signed = root.at(0)
        parts, outer = signed.parts(), root.parts()
        if len(outer) >= 4:  # GB/T 38540: certificate, algorithm and value stand outside
            certificate, algorithm, value = outer[1], outer[2], outer[3]
        elif len(parts) >= 7 and len(outer) == 2:  # GM/T 0031: certificate and algorithm are signed too
            certificate, algorithm, value = parts[5], parts[6], outer[1]
        else:
            raise BadDer("neither version")
        self.signer, key = read_certificate(certificate.expect(OCTET_STRING))
        if signed.at(3).bits() != sm3(self.package.read(self.name)):
            self.reasons.append("签名清单（Signature.xml）在签名之后被改动")
            self.altered.append(self.name)
        if key is None or algorithm.oid() != SM2_SIGNATURE:
            self.unknown = True
            self.reasons.append("未验证：签名用的不是 SM2 算法")
            return
        pair = read_der(value.bits())
        r, s = pair.at(0).number(), pair.at(1).number()
        if not sm2_verify(signed.whole, key, r, s):
            self.reasons.append("签名值与证书不符")


def read_certificate(data: bytes) -> tuple[Signer, Point | None]:
    """Holder, issuer and SM2 key of an X.509 certificate; None for keys of other kinds. BadDer when it is none."""
    body = read_der(data).at(0).parts()
    first = 1 if body and body[0].tag == 0xA0 else 0
    if len(body) < first + 6:
        raise BadDer("no certificate")
    issuer, holder, key = body[first + 2], body[first + 4], body[first + 5]
    signer = Signer(_named(holder), _named(issuer))
    kind = key.at(0).parts()
    point = key.at(1).bits()
    if len(kind) < 2 or kind[1].tag != 0x06 or kind[1].oid() != _SM2_CURVE or len(point) != 65 or point[0] != 4:
        return signer, None
    return signer, (int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big"))


def _named(name: Node) -> str:
    """The common name, else the organisation, of an X.501 name."""
    found: dict[str, str] = {}
    for group in name.parts():
        for pair in group.parts():
            found.setdefault(pair.at(0).oid(), pair.at(1).text())
    return found.get(_COMMON_NAME) or found.get(_ORGANISATION, "")
