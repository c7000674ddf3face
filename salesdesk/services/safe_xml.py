"""Reads XML from strangers: no entities, no network, no size without limit; a broken file is mended or refused in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesdesk.domain.errors import BadValue

if TYPE_CHECKING:
    from lxml.etree import _Element

LARGEST = 20 * 1024 * 1024
"""Bytes of one XML text; a real voucher has some tens of thousands."""


def parse_xml(data: bytes, *, recover: bool = True) -> _Element:
    """The root element. Raises BadValue (reason and cure in the clerk's words) for anything that is no safe XML.

    recover: mend what is not well-formed, as old OFD makers write it (`<:eInvoice xmlns:="">`).
    """
    from lxml import etree

    if len(data) > LARGEST:
        raise BadValue(f"XML 有 {len(data) // 1024 // 1024} MB，太大了", "请确认这是发票文件", "too_large")
    if b"<!ENTITY" in data or b"<!\x00E\x00N\x00T\x00I\x00T\x00Y\x00" in data or b"\x00<\x00!\x00E\x00N\x00T" in data:
        raise BadValue(
            "XML 里定义了实体（可能夹带别的文件内容），没有读它", "正规发票没有这种写法，请向开票方重新索取", "hostile"
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=recover
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise BadValue(f"XML 读不通：{str(fault)[:80]}", "文件可能没有下载完整，请重新下载", "damaged") from fault
    if any("depth" in fault.message for fault in parser.error_log):  # recovered, it would look like an empty file
        raise BadValue("XML 一层套一层太深，没有读它", "正规发票没有这种写法，请向开票方重新索取", "hostile")
    if root is None:
        raise BadValue("XML 里没有内容", "文件可能没有下载完整，请重新下载", "damaged")
    return root


def local_name(element: _Element) -> str:
    """Tag without its namespace; "" for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
