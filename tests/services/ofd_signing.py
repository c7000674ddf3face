"""Seals an OFD as a signature maker does (SM2, GB/T 38540 and GM/T 0031), with keys made here, for the tests of the check."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from salesdesk.services.ofd.sm import G, N, Point, digest_to_sign, flat, sm3, times
from tests.services.ofd_building import HEAD, SPACE

SIGNS = "Doc_0/Signs/"


def der(tag: int, *content: bytes) -> bytes:
    """One DER value."""
    body = b"".join(content)
    size = len(body)
    length = (
        bytes([size]) if size < 128 else bytes([0x80 | (n := (size.bit_length() + 7) // 8)]) + size.to_bytes(n, "big")
    )
    return bytes([tag]) + length + body


def number(value: int) -> bytes:
    return der(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    out = bytearray()
    for value in [first * 40 + second, *rest]:
        group = [value & 0x7F]
        while value := value >> 7:
            group.append(value & 0x7F | 0x80)
        out += bytes(reversed(group))
    return der(6, bytes(out))


def name(common: str) -> bytes:
    return der(0x30, der(0x31, der(0x30, oid("2.5.4.3"), der(0x0C, common.encode()))))


@dataclass(frozen=True)
class Key:
    """A private key with its certificate's names."""

    secret: int
    holder: str = "某某公司发票专用章"
    issuer: str = "税务电子证书管理中心(SM2)"

    @property
    def point(self) -> Point:
        found = flat(times(self.secret, G))
        assert found
        return found

    def sign(self, message: bytes, k: int = 0) -> tuple[int, int]:
        """An SM2 signature; k is fixed by the message unless given, so that files come out the same."""
        e = digest_to_sign(message, self.point)
        k = k or int.from_bytes(hashlib.sha256(message).digest(), "big") % (N - 1) + 1
        point = flat(times(k, G))
        assert point
        r = (e + point[0]) % N
        return r, pow(1 + self.secret, -1, N) * (k - r * self.secret) % N

    def signed(self, message: bytes) -> bytes:
        r, s = self.sign(message)
        return der(3, b"\0", der(0x30, number(r), number(s)))

    @property
    def certificate(self) -> bytes:
        x, y = self.point
        raw = b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
        public = der(0x30, der(0x30, oid("1.2.840.10045.2.1"), oid("1.2.156.10197.1.301")), der(3, b"\0", raw))
        kind = der(0x30, oid("1.2.156.10197.1.501"))
        valid = der(0x30, der(0x17, b"200101000000Z"), der(0x17, b"400101000000Z"))
        body = der(0x30, der(0xA0, number(2)), number(7), kind, name(self.issuer), valid, name(self.holder), public)
        return der(0x30, body, kind, der(3, b"\0" + bytes(64)))


KEY = Key(0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8)


def seal_of(key: Key, picture: bytes, form: str, old: bool = False) -> bytes:
    """A SESeal with its picture of 30 × 20 mm."""
    header = der(0x30, der(0x16, b"ES"), number(1 if old else 4), der(0x16, b"made here"))
    about = der(0x30, number(1), der(0x0C, "发票专用章".encode()), der(0x30, der(4, key.certificate)))
    shown = der(0x30, der(0x16, form.encode()), der(4, picture), number(30), number(20))
    info = der(0x30, header, der(0x16, b"1"), about, shown)
    sm2 = oid("1.2.156.10197.1.501")
    if old:
        return der(0x30, info, der(0x30, der(4, key.certificate), sm2, key.signed(info)))
    return der(0x30, info, der(4, key.certificate), sm2, key.signed(der(0x30, info, der(4, key.certificate), sm2)))


def sealed(
    parts: Mapping[str, bytes],
    picture: bytes,
    form: str = "png",
    box: str = "90 8 30 20",
    key: Key = KEY,
    old: bool = False,
    skip: tuple[str, ...] = (),
    clip: str = "",
    method: str = "1.2.156.10197.1.401",
) -> dict[str, bytes]:
    """The parts with one more signature over all of them but `skip`; old: as GM/T 0031 has it."""
    count = sum(one.endswith("/Signature.xml") for one in parts)
    folder = f"{SIGNS}Sign_{count}/"
    listed = "".join(
        f'<ofd:Signature ID="{i + 1}" Type="Seal" BaseLoc="/{SIGNS}Sign_{i}/Signature.xml"/>' for i in range(count + 1)
    )
    signs = f"{HEAD}<ofd:Signatures {SPACE}><ofd:MaxSignId>{count + 1}</ofd:MaxSignId>{listed}</ofd:Signatures>"
    found = {**parts, f"{SIGNS}Signatures.xml": signs.encode()}
    covered = [n for n in found if n not in skip and "SignedValue" not in n and n != f"{SIGNS}Signatures.xml"]
    references = "".join(
        f'<ofd:Reference FileRef="/{n}"><ofd:CheckValue>{base64.b64encode(sm3(found[n])).decode()}</ofd:CheckValue>'
        "</ofd:Reference>"
        for n in covered
    )
    shown = f' Clip="{clip}"' if clip else ""
    signature = (
        f'{HEAD}<ofd:Signature {SPACE}><ofd:SignedInfo><ofd:References CheckMethod="{method}">{references}</ofd:References>'
        f'<ofd:StampAnnot ID="1" PageRef="1" Boundary="{box}"{shown}/></ofd:SignedInfo>'
        f"<ofd:SignedValue>/{folder}SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    ).encode()
    seal = seal_of(key, picture, form, old)
    digest = der(3, b"\0", sm3(signature))
    sm2 = oid("1.2.156.10197.1.501")
    time, about = der(0x18, b"20261130120000Z"), der(0x16, f"/{folder}Signature.xml".encode())
    if old:
        body = der(0x30, number(1), seal, der(3, b"\0" + time), digest, about, der(4, key.certificate), sm2)
        value = der(0x30, body, key.signed(body))
    else:
        body = der(0x30, number(4), seal, time, digest, about)
        value = der(0x30, body, der(4, key.certificate), sm2, key.signed(body))
    return {**found, f"{folder}Signature.xml": signature, f"{folder}SignedValue.dat": value}
