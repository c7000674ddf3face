"""Tamper evidence: SM3 and SM2 by the standards' own examples, sealed files altered part by part, and what is said of them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.services.ofd import sealing, sm
from salesdesk.services.ofd.der import BadDer, read_der
from salesdesk.services.ofd.package import Package
from salesdesk.services.ofd.sealing import SealReport, SealState, check_seals
from salesdesk.services.ofd.seals import picture_of
from salesdesk.services.vouchers.sealed import fill_seal, note_pdf_signatures
from salesdesk.services.vouchers.voucher import Voucher, VoucherKind
from tests.services.ofd_building import ofd_parts, page_xml, text_object, zipped
from tests.services.ofd_signing import KEY, SIGNS, Key, der, number, oid, seal_of, sealed

PAGE = "Doc_0/Pages/Page_0/Content.xml"


def parts() -> dict[str, bytes]:
    return ofd_parts(page_xml(text_object(7, "10 20 80 6", "价税合计 318.00")))


SEALED = sealed(parts(), b"png")


def report(of: dict[str, bytes]) -> SealReport:
    return check_seals(Package(zipped(of)))


@pytest.mark.parametrize(
    ("text", "digest"),
    [  # GB/T 32905, annex A
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_examples(text: bytes, digest: str) -> None:
    assert sm.sm3_plain(text).hex() == digest
    assert sm.sm3(text).hex() == digest


@given(st.binary(max_size=300))
def test_own_sm3_is_that_of_openssl_where_there_is_one(data: bytes) -> None:
    assert sm.sm3_plain(data) == sm.sm3(data)


def test_sm3_without_openssl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sm.hashlib, "algorithms_available", {"sha256"})
    assert sm.sm3(b"abc").hex().startswith("66c7f0f4")


def test_sm2_example() -> None:
    """GB/T 32918.5, annex A.2: the key, the message and k of the standard give its r and s."""
    x, y = KEY.point
    assert f"{x:064X}" == "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    assert f"{y:064X}" == "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    k = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
    r, s = KEY.sign(b"message digest", k)
    assert f"{r:064X}" == "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    assert f"{s:064X}" == "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
    assert sm.sm2_verify(b"message digest", KEY.point, r, s)
    assert not sm.sm2_verify(b"message digesT", KEY.point, r, s)
    assert not sm.sm2_verify(b"message digest", KEY.point, r, s ^ 1)
    assert not sm.sm2_verify(b"message digest", KEY.point, 0, s)
    assert not sm.sm2_verify(b"message digest", (x, y ^ 1), r, s)
    assert not sm.sm2_verify(b"message digest", Key(5).point, r, s)
    assert sm.flat(sm._add((*KEY.point, 1), (x, sm.P - y, 1))) is None  # a point and its opposite


@pytest.mark.parametrize("old", [False, True])
def test_a_sealed_file_is_intact_and_every_altered_part_is_named(old: bool) -> None:
    whole = sealed(parts(), b"png", old=old)
    found = report(whole)
    assert (found.state, found.altered, found.uncovered) == (SealState.INTACT, (), ())
    assert found.signers[0].name == "某某公司发票专用章"
    assert "不能证明是税务局或销方所盖" in found.text and "完整" in found.text
    for name in ("OFD.xml", "Doc_0/Document.xml", "Doc_0/PublicRes.xml", PAGE):
        spoilt = report({**whole, name: whole[name].replace(b"</", b" </", 1)})
        assert (spoilt.state, spoilt.altered) == (SealState.ALTERED, (name,))
        assert name in spoilt.text


def test_an_amount_changed_on_the_page_is_caught() -> None:
    whole = sealed(parts(), b"png")
    voucher = Voucher(kind=VoucherKind.E_ORDINARY)
    fill_seal(voucher, Package(zipped({**whole, PAGE: whole[PAGE].replace(b"318.00", b"918.00")})))
    assert voucher.seal == "altered"
    (finding,) = voucher.findings
    assert finding.code == "seal_altered" and PAGE in finding.message and "重新索取" in finding.cure


@pytest.mark.parametrize("old", [False, True])
def test_new_digests_without_the_key_are_caught(old: bool) -> None:
    """A forger who renews the digest of the part he changed breaks the signed digest of the list."""
    whole = sealed(parts(), b"png", old=old)
    forged = {**parts(), PAGE: whole[PAGE].replace(b"318.00", b"918.00")}
    signature = f"{SIGNS}Sign_0/Signature.xml"
    again = sealed(forged, b"png", old=old)
    found = report({**forged, **{n: whole[n] for n in whole if "Sign" in n}, signature: again[signature]})
    assert found.state is SealState.ALTERED and found.altered == (signature,)


def test_a_signature_value_of_another_key_is_caught() -> None:
    value = f"{SIGNS}Sign_0/SignedValue.dat"
    whole = sealed(parts(), b"png")
    other = sealed(parts(), b"png", key=Key(99))
    mixed = whole[value].replace(
        KEY.certificate, other[value][other[value].rindex(Key(99).certificate) :][: len(KEY.certificate)]
    )
    found = report({**whole, value: mixed})
    assert found.state is SealState.ALTERED and "签名值与证书不符" in found.text


def test_a_digest_that_is_no_base64_is_a_broken_one() -> None:
    signature = f"{SIGNS}Sign_0/Signature.xml"
    for other in ("章".encode(), b"*"):
        spoilt = SEALED[signature].replace(b"<ofd:CheckValue>", b"<ofd:CheckValue>" + other, 1)
        assert report({**SEALED, signature: spoilt}).state is SealState.ALTERED


def test_a_second_signature_may_renew_the_list_of_signatures() -> None:
    twice = sealed(sealed(parts(), b"png"), b"png", key=Key(77, "第二个章"))
    found = report(twice)
    assert found.state is SealState.INTACT and [s.name for s in found.signers] == ["某某公司发票专用章", "第二个章"]


def test_unsigned_test_unknown_and_uncovered() -> None:
    assert report(parts()).state is SealState.UNSIGNED
    trial = report(sealed(parts(), b"png", key=Key(5, issuer="税务测试CA2(SM2)")))
    assert trial.state is SealState.TEST and "不是正式发票" in trial.text
    part = report(sealed(parts(), b"png", skip=("Doc_0/PublicRes.xml",)))
    assert part.state is SealState.INTACT and part.uncovered == ("Doc_0/PublicRes.xml",)
    page = report(sealed(parts(), b"png", skip=(PAGE,)))
    assert page.state is SealState.UNKNOWN and "第 1 页的内容不在签名范围内" in page.text
    assert report(sealed(parts(), b"png", method="SHA-512")).state is SealState.UNKNOWN
    value = f"{SIGNS}Sign_0/SignedValue.dat"
    whole = sealed(parts(), b"png")
    assert report({**whole, value: der(0x30, oid("1.2.840.113549.1.7.2"))}).state is SealState.UNKNOWN
    gone = dict(whole)
    del gone[value]
    assert report(gone).state is SealState.ALTERED
    del gone[PAGE]
    assert PAGE in report(gone).altered


def test_what_the_voucher_is_told() -> None:
    def codes(of: dict[str, bytes], kind: VoucherKind) -> tuple[str, list[str]]:
        voucher = Voucher(kind=kind)
        fill_seal(voucher, Package(zipped(of)))
        return voucher.seal, [f.code for f in voucher.findings]

    assert codes(parts(), VoucherKind.FULL_SPECIAL) == ("unsigned", [])
    assert codes(parts(), VoucherKind.E_ORDINARY) == ("unsigned", ["seal_missing"])
    assert codes(sealed(parts(), b"p"), VoucherKind.E_ORDINARY) == ("intact", [])
    trial = sealed(parts(), b"p", key=Key(5, issuer="Test CA"), skip=("Doc_0/PublicRes.xml",))
    assert codes(trial, VoucherKind.E_ORDINARY) == ("test", ["seal_test", "seal_uncovered"])
    assert codes(sealed(parts(), b"p", skip=(PAGE,)), VoucherKind.E_ORDINARY) == ("unknown", ["seal_unknown"])


def test_a_signed_pdf_is_said_to_be_unchecked() -> None:
    from io import BytesIO

    from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName
    from reportlab.pdfgen.canvas import Canvas

    def pdf(signed: bool) -> bytes:
        stream = BytesIO()
        canvas = Canvas(stream)
        if signed:
            field = PDFDictionary({"FT": PDFName("Sig"), "T": "(a)", "V": PDFDictionary({"Type": PDFName("Sig")})})
            canvas._doc.Catalog.AcroForm = PDFDictionary({"Fields": PDFArray([canvas._doc.Reference(field)])})
        canvas.drawString(9, 9, "a")
        canvas.save()
        return stream.getvalue()

    for signed in (False, True):
        voucher = Voucher()
        note_pdf_signatures(voucher, pdf(signed))
        assert [f.code for f in voucher.findings] == ["pdf_signature"] * signed


def test_the_picture_of_a_seal_in_every_place_it_is_kept() -> None:
    for old in (False, True):
        seal = seal_of(KEY, b"picture", "PNG", old)
        value = sealed(parts(), b"picture", "PNG", old=old)[f"{SIGNS}Sign_0/SignedValue.dat"]
        assert picture_of(seal) == picture_of(value) == ("png", b"picture", 30, 20)


@given(st.binary(max_size=200))
@settings(max_examples=100)
def test_any_bytes_as_signature_are_survived(data: bytes) -> None:
    with contextlib.suppress(BadDer):
        picture_of(data)
    assert report({**SEALED, f"{SIGNS}Sign_0/SignedValue.dat": data}).state in (SealState.ALTERED, SealState.UNKNOWN)


@given(st.integers(0, 5000), st.integers(0, 255))
@settings(max_examples=60)
def test_any_changed_byte_of_the_signature_value_is_survived(place: int, byte: int) -> None:
    whole = SEALED
    name = f"{SIGNS}Sign_0/SignedValue.dat"
    value = bytearray(whole[name])
    place %= len(value)
    if value[place] == byte:
        return
    value[place] = byte
    assert isinstance(report({**whole, name: bytes(value)}).state, SealState)


@pytest.mark.parametrize("length", [0, 34])
def test_a_value_of_fewer_than_two_numbers_is_no_crash(length: int) -> None:
    name = f"{SIGNS}Sign_0/SignedValue.dat"
    value = bytearray(SEALED[name])
    at = next(i for i in range(len(value) - 80, len(value)) if value[i] == 0x30 and value[i + 1] == len(value) - i - 2)
    value[at + 1] = length
    assert report({**SEALED, name: bytes(value)}).state is SealState.UNKNOWN


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x80",
        b"\x30\x85\1\1\1\1\1",
        b"\x30\x05\x02",
        b"\x1f\x01\x00",
        b"\x04\x00",
        b"\x30\x02\x04\x05",
    ],
)
def test_what_is_no_der(data: bytes) -> None:
    with pytest.raises(BadDer):
        read_der(data).parts()


def test_der_values() -> None:
    assert read_der(oid("1.2.156.10197.1.501")).oid() == "1.2.156.10197.1.501"
    assert read_der(number(200)).number() == 200
    assert read_der(der(0x1E, "章".encode("utf-16-be"))).text() == "章"
    for bad in (der(2, bytes(65)), der(3, b"\1a"), der(6, b"\x80"), der(6), der(0x30, der(2, b"\1"))):
        node = read_der(bad)
        for ask in (node.number, node.bits, node.oid, lambda node=node: node.at(0, 0)):
            with pytest.raises(BadDer):
                ask()


def test_the_same_signature_and_part_named_thousands_of_times_is_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[bytes] = []

    def counted(data: bytes) -> bytes:
        checked.append(data)
        return sm.sm3(data)

    monkeypatch.setattr(sealing, "sm3", counted)
    one = f'<ofd:Signature ID="1" BaseLoc="/{SIGNS}Sign_0/Signature.xml"/>'.encode()
    signs, signature = f"{SIGNS}Signatures.xml", f"{SIGNS}Sign_0/Signature.xml"
    reference = SEALED[signature][
        SEALED[signature].index(b"<ofd:Reference ") : SEALED[signature].index(b"</ofd:References>")
    ]
    many = {
        signs: SEALED[signs].replace(b"</ofd:Signatures>", one * 3000 + b"</ofd:Signatures>"),
        signature: SEALED[signature].replace(reference, reference * 500),
    }
    assert report({**SEALED, **many}).state is SealState.ALTERED  # the list is no longer the one that was signed
    assert len(checked) < 20
