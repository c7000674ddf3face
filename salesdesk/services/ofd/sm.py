"""SM3 digests (GB/T 32905) and SM2 signatures checked (GB/T 32918.2), in plain Python."""

from __future__ import annotations

import hashlib
import struct

USUAL_ID = b"1234567812345678"
"""The signer's identity the standards prescribe where none was agreed."""
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
Point = tuple[int, int]
_Jacobian = tuple[int, int, int]
_MASK = 0xFFFFFFFF


def sm3(data: bytes) -> bytes:
    """The 32-byte digest; by OpenSSL where Python's has it."""
    if "sm3" in hashlib.algorithms_available:
        try:
            return hashlib.new("sm3", data).digest()
        except ValueError:  # listed, but switched off
            pass
    return sm3_plain(data)


def _turn(word: int, by: int) -> int:
    by %= 32
    return (word << by | word >> (32 - by)) & _MASK


def sm3_plain(data: bytes) -> bytes:
    """The digest without OpenSSL: about 1 MB in two seconds, enough for a voucher."""
    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + struct.pack(">Q", len(data) * 8)
    for start in range(0, len(padded), 64):
        w = list(struct.unpack(">16I", padded[start : start + 64]))
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ _turn(w[j - 3], 15)
            w.append(x ^ _turn(x, 15) ^ _turn(x, 23) ^ _turn(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            early = j < 16
            ss1 = _turn((_turn(a, 12) + e + _turn(0x79CC4519 if early else 0x7A879D8A, j)) & _MASK, 7)
            ff = a ^ b ^ c if early else a & b | a & c | b & c
            gg = e ^ f ^ g if early else e & f | ~e & g
            tt1 = (ff + d + (ss1 ^ _turn(a, 12)) + (w[j] ^ w[j + 4])) & _MASK
            tt2 = (gg + h + ss1 + w[j]) & _MASK
            a, b, c, d = tt1, a, _turn(b, 9), c
            e, f, g, h = tt2 ^ _turn(tt2, 9) ^ _turn(tt2, 17), e, _turn(f, 19), g
        state = [old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True)]
    return struct.pack(">8I", *state)


def _double(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    if not y or not z:
        return 0, 1, 0
    yy = y * y % P
    s = 4 * x * yy % P
    zz = z * z % P
    m = 3 * (x - zz) * (x + zz) % P  # a = -3
    nx = (m * m - 2 * s) % P
    return nx, (m * (s - nx) - 8 * yy * yy) % P, 2 * y * z % P


def _add(one: _Jacobian, two: _Jacobian) -> _Jacobian:
    if not one[2]:
        return two
    if not two[2]:
        return one
    x1, y1, z1 = one
    x2, y2, z2 = two
    zz1, zz2 = z1 * z1 % P, z2 * z2 % P
    u1, u2 = x1 * zz2 % P, x2 * zz1 % P
    s1, s2 = y1 * z2 * zz2 % P, y2 * z1 * zz1 % P
    if u1 == u2:
        return _double(one) if s1 == s2 else (0, 1, 0)
    h, r = u2 - u1, s2 - s1
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - s1 * hhh) % P, z1 * z2 * h % P


def times(number: int, point: Point) -> _Jacobian:
    """A multiple of a point, in Jacobian coordinates."""
    found: _Jacobian = (0, 1, 0)
    for bit in bin(number)[2:]:
        found = _double(found)
        if bit == "1":
            found = _add(found, (*point, 1))
    return found


def flat(point: _Jacobian) -> Point | None:
    """Plain coordinates; None for the point at infinity."""
    x, y, z = point
    if not z:
        return None
    inverse = pow(z, -1, P)
    return x * inverse * inverse % P, y * inverse * inverse * inverse % P


def on_curve(point: Point) -> bool:
    """Whether a public key is a point of the curve at all."""
    x, y = point
    return 0 <= x < P and 0 <= y < P and (y * y - x * x * x - A * x - B) % P == 0


def digest_to_sign(message: bytes, key: Point, identity: bytes = USUAL_ID) -> int:
    """The number e that is signed: SM3 over the signer's ZA and the message (GB/T 32918.2, 5.5 and 6.1)."""
    fields = b"".join(v.to_bytes(32, "big") for v in (A, B, *G, *key))
    za = sm3(struct.pack(">H", len(identity) * 8) + identity + fields)
    return int.from_bytes(sm3(za + message), "big")


def sm2_verify(message: bytes, key: Point, r: int, s: int, identity: bytes = USUAL_ID) -> bool:
    """Whether (r, s) is the key owner's signature of the message."""
    if not (0 < r < N and 0 < s < N) or not on_curve(key):
        return False
    t = (r + s) % N
    if not t:
        return False
    point = flat(_add(times(s, G), times(t, key)))
    return point is not None and (digest_to_sign(message, key, identity) + point[0]) % N == r
