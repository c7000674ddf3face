"""Makes small Word files by hand, as Word cuts them into runs, and reads their words back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.etree import ElementTree
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def paragraph(*runs: str) -> str:
    """A paragraph of several runs, each with a look of its own; a tab in a run becomes Word's tab."""
    made = []
    for i, run in enumerate(runs):
        parts = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(p)}</w:t>' if p else "" for p in run.split("\t"))
        made.append(f'<w:r><w:rPr><w:sz w:val="{20 + i}"/></w:rPr>{parts}</w:r>')
    return f"<w:p>{''.join(made)}</w:p>"


def table(rows: list[list[str]]) -> str:
    """A table of one paragraph a cell."""
    return f"<w:tbl>{''.join(f'<w:tr>{_cells(row)}</w:tr>' for row in rows)}</w:tbl>"


def _cells(row: list[str]) -> str:
    return "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row)


def docx(*blocks: str, extra: Mapping[str, bytes] | None = None) -> bytes:
    """A Word file of these blocks, with further entries as they are."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as pack:
        pack.writestr("[Content_Types].xml", _TYPES)
        body = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{W}"><w:body>{"".join(blocks)}</w:body></w:document>'
        pack.writestr("word/document.xml", body)
        for name, data in (extra or {}).items():
            pack.writestr(name, data)
    return stream.getvalue()


def words_of(data: bytes) -> str:
    """The text of a Word file, a line a paragraph."""
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        root = ElementTree.fromstring(pack.read("word/document.xml"))
    marks = {"t": "", "tab": "\t", "br": "\n"}
    lines = []
    for one in root.iter(f"{{{W}}}p"):
        parts = ((part.tag.rpartition("}")[2], part.text or "") for part in one.iter())
        lines.append("".join(text if tag == "t" else marks[tag] for tag, text in parts if tag in marks))
    return "\n".join(lines)
