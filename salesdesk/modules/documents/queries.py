"""What other subjects and the window may ask of documents; plain rows."""

from __future__ import annotations

from salesdesk.domain.kinds import Row
from salesdesk.modules.documents.model import NEWEST_FIRST
from salesdesk.modules.documents.texts import UNREAD
from salesdesk.persistence.reading import Reader


def versions(reader: Reader, document: str) -> list[Row]:
    """All versions of a document's file, the newest first."""
    return reader.rows(
        f"SELECT * FROM document_file f WHERE document = ? AND void = 0 ORDER BY {NEWEST_FIRST}", (document,)
    )


def unread_texts(reader: Reader) -> int:
    """How many files nobody has read for words on this PC yet, whether they lie here or not."""
    return int(reader.value(f"SELECT count(*) FROM (SELECT DISTINCT f.sha256 {UNREAD})"))
