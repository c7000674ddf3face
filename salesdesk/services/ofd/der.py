"""Reads ASN.1 DER as far as seals and certificates need it: bounded, and lazily, so that a hostile file costs little."""

from __future__ import annotations

from typing import NamedTuple

LARGEST = 10 * 1024 * 1024
MOST_CHILDREN = 1000

INTEGER, BIT_STRING, OCTET_STRING, OID, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x06, 0x30, 0x31


class BadDer(ValueError):
    """The bytes are no DER, or are not built as expected."""


class Node(NamedTuple):
    """One value: its tag byte, its content, and the whole with header."""

    tag: int
    content: bytes
    whole: bytes

    def parts(self) -> list[Node]:
        """The values inside a constructed one."""
        if not self.tag & 0x20:
            raise BadDer(f"tag {self.tag:#x} holds no parts")
        found, at = [], 0
        while at < len(self.content):
            node, at = _value(self.content, at)
            found.append(node)
            if len(found) > MOST_CHILDREN:
                raise BadDer("too many parts")
        return found

    def at(self, *path: int) -> Node:
        """The value reached by going down: at(0, 3) is the fourth part of the first."""
        node = self
        for step in path:
            parts = node.parts()
            if step >= len(parts):
                raise BadDer(f"part {step} is missing")
            node = parts[step]
        return node

    def expect(self, tag: int) -> bytes:
        """The content, when the tag is as wanted."""
        if self.tag != tag:
            raise BadDer(f"tag {self.tag:#x} where {tag:#x} should be")
        return self.content

    def number(self) -> int:
        """The value of an INTEGER of a sane size."""
        if len(self.expect(INTEGER)) > 64:
            raise BadDer("number too long")
        return int.from_bytes(self.content, "big", signed=True)

    def bits(self) -> bytes:
        """The bytes of a BIT STRING without unused bits."""
        content = self.expect(BIT_STRING)
        if not content or content[0]:
            raise BadDer("bits that fill no bytes")
        return content[1:]

    def text(self) -> str:
        """A character string; BMPString is UTF-16."""
        if self.tag == 0x1E:
            return self.content.decode("utf-16-be", "replace")
        return self.content.decode("utf-8", "replace")

    def oid(self) -> str:
        """An object identifier as "1.2.156.10197.1.501"."""
        content = self.expect(OID)
        if not content or len(content) > 64:
            raise BadDer("no identifier")
        numbers, value = [], 0
        for byte in content:
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                numbers.append(value)
                value = 0
        if not numbers:
            raise BadDer("identifier without an end")
        first = min(2, numbers[0] // 40)
        return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def read_der(data: bytes) -> Node:
    """The outermost value; bytes after it are allowed, as some makers pad."""
    if len(data) > LARGEST:
        raise BadDer("too large")
    return _value(data, 0)[0]


def _value(data: bytes, start: int) -> tuple[Node, int]:
    if start + 2 > len(data):
        raise BadDer("cut off")
    tag, length = data[start], data[start + 1]
    at = start + 2
    if tag & 0x1F == 0x1F:
        raise BadDer("long tag")
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or at + count > len(data):
            raise BadDer("length without an end")
        length = int.from_bytes(data[at : at + count], "big")
        at += count
    if at + length > len(data):
        raise BadDer("cut off")
    return Node(tag, data[at : at + length], data[start : at + length]), at + length
