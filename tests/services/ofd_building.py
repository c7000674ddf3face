"""Builds small OFD files for the tests, part by part, so that each test says exactly what its file holds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def text_object(
    key: int, box: str, text: str, size: float = 3.175, more: str = "", code: str = "", font: int = 1
) -> str:
    """A TextObject; code: attributes of its TextCode."""
    code = code or f'X="0" Y="{size:g}"'
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return (
        f'<ofd:TextObject ID="{key}" Boundary="{box}" Font="{font}" Size="{size:g}" {more}>'
        f"<ofd:TextCode {code}>{escaped}</ofd:TextCode></ofd:TextObject>"
    )


def path_object(key: int, box: str, data: str, more: str = "", inside: str = "") -> str:
    """A PathObject; inside: its colours and clips."""
    return (
        f'<ofd:PathObject ID="{key}" Boundary="{box}" {more}>{inside}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def page_xml(objects: str, box: str = "0 0 210 140", before: str = "", layer: str = "") -> str:
    """A page or template; before: Template and PageRes elements; layer: attributes of its layer."""
    return (
        f"{HEAD}<ofd:Page {SPACE}><ofd:Area><ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:Area>{before}"
        f'<ofd:Content><ofd:Layer ID="2" {layer}>{objects}</ofd:Layer></ofd:Content></ofd:Page>'
    )


FONTS = '<ofd:Fonts><ofd:Font ID="1" FontName="宋体"/><ofd:Font ID="2" FontName="Courier New"/></ofd:Fonts>'


def ofd_parts(
    *pages: str,
    resources: str = FONTS,
    common: str = "",
    document: str = "",
    data: str = "",
    more: Mapping[str, bytes | str] = {},
) -> dict[str, bytes]:
    """The entries of an OFD file by name. common / document: elements within CommonData / Document; data: CustomDatas."""
    places = "".join(f'<ofd:Page ID="{i * 100 + 1}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages)))
    parts: dict[str, bytes | str] = {
        "OFD.xml": f'{HEAD}<ofd:OFD {SPACE} DocType="OFD" Version="1.1"><ofd:DocBody><ofd:DocInfo>{data}</ofd:DocInfo>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot><ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"{HEAD}<ofd:Document {SPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        f"</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{common}</ofd:CommonData>"
        f"<ofd:Pages>{places}</ofd:Pages>{document}</ofd:Document>",
        "Doc_0/PublicRes.xml": f'{HEAD}<ofd:Res {SPACE} BaseLoc="Res">{resources}</ofd:Res>',
        **{f"Doc_0/Pages/Page_{i}/Content.xml": page for i, page in enumerate(pages)},
        **more,
    }
    return {name: part.encode() if isinstance(part, str) else part for name, part in parts.items()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """The archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def ofd_file(*pages: str, **more: object) -> bytes:
    """An OFD file of these pages; see ofd_parts."""
    return zipped(ofd_parts(*pages, **more))  # type: ignore[arg-type]
